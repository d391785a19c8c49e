// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const webRole = "pe_role.web"

// hasRole checks a role on the server. Each permission is TYPE:ACTION:INSTANCE.
func hasRole(t *testing.T, h *acctest.Harness, name string, permissions, users, groups []string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		role := h.Role(t, name)
		var texts []string
		for _, p := range role.Permissions {
			texts = append(texts, p.ObjectType+":"+p.Action+":"+p.Instance)
		}
		if !sameTexts(texts, permissions) || !sameTexts(role.UserIDs, users) || !sameTexts(role.GroupIDs, groups) {
			return fmt.Errorf("role %q permits %v to users %v and groups %v", name, texts, role.UserIDs, role.GroupIDs)
		}
		return nil
	}
}

func sameTexts(a, b []string) bool {
	count := map[string]int{}
	for _, text := range a {
		count[text]++
	}
	for _, text := range b {
		count[text]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// permissions writes a permissions argument from TYPE:ACTION:INSTANCE.
func permissions(triples ...string) string {
	var b strings.Builder
	b.WriteString("permissions = [")
	for _, triple := range triples {
		part := strings.SplitN(triple, ":", 3)
		fmt.Fprintf(&b, "{ object_type = %q, action = %q, instance = %q },", part[0], part[1], part[2])
	}
	b.WriteString("]\n")
	return b.String()
}

func triple(text string) knownvalue.Check {
	part := strings.SplitN(text, ":", 3)
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"object_type": knownvalue.StringExact(part[0]), "action": knownvalue.StringExact(part[1]), "instance": knownvalue.StringExact(part[2]),
	})
}

func setOf(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, v := range values {
		checks[i] = knownvalue.StringExact(v)
	}
	return knownvalue.SetExact(checks)
}

// TestRole_Lifecycle takes a role through each of its changes.
func TestRole_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			minimal := h.Config(acctest.RoleBody(`display_name = "Web"`))
			full := `description = "Restarts of the web tier"
` + permissions("tasks:run_with_constraints:1", "orchestrator:view:*") + `user_ids = ["` + acctest.DanaID + `"]
group_ids = ["` + acctest.WebteamID + `"]`
			named := h.Config(acctest.RoleBody("display_name = \"Web operators\"\n" + full))
			empty := resource.TestStep{ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())}
			again := func(config string) resource.TestStep { s := empty; s.Config = config; return s }
			imports := resource.TestStep{ResourceName: webRole, ImportState: true, ImportStateVerify: true}
			change := func(body string, permissions, users, groups []string) resource.TestStep {
				return resource.TestStep{
					Config:           h.Config(acctest.RoleBody("display_name = \"Web operators\"\n" + body)),
					ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					Check:            hasRole(t, h, "Web operators", permissions, users, groups),
				}
			}
			h.RunGeneration(t, generation,
				resource.TestStep{
					PreConfig:        h.ResetRequests,
					Config:           minimal,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(webRole)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(webRole, "id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9]+$`))),
						acctest.Value(webRole, "description", knownvalue.Null()),
						acctest.Value(webRole, "permissions", knownvalue.SetExact(nil)),
						acctest.Value(webRole, "user_ids", setOf()),
						acctest.Value(webRole, "group_ids", setOf()),
					},
					// A create is one POST.
					Check: resource.ComposeAggregateTestCheckFunc(
						hasRole(t, h, "Web", nil, nil, nil), h.Writes(1, "POST", "/v1/roles"), h.Writes(0, "PUT", "/v1/roles/*"), h.Writes(0, "POST", "/v1/command/roles/*"),
					),
				},
				again(minimal),
				imports,
				resource.TestStep{
					Config:           named,
					ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(webRole, "permissions", knownvalue.SetExact([]knownvalue.Check{triple("orchestrator:view:*"), triple("tasks:run_with_constraints:1")})),
						acctest.Value(webRole, "user_ids", setOf(acctest.DanaID)),
						acctest.Value(webRole, "group_ids", setOf(acctest.WebteamID)),
					},
					Check: hasRole(t, h, "Web operators", []string{"tasks:run_with_constraints:1", "orchestrator:view:*"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				},
				again(named),
				imports,
				resource.TestStep{ResourceName: webRole, ImportState: true, ImportStateId: "Web operators", ImportStateVerify: true},
				// Each attribute by itself.
				change(strings.Replace(full, "Restarts", "Reloads", 1), []string{"tasks:run_with_constraints:1", "orchestrator:view:*"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				change(permissions("tasks:run_with_constraints:2")+`user_ids = ["`+acctest.DanaID+`"]`, []string{"tasks:run_with_constraints:2"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				change(permissions("tasks:run_with_constraints:2")+`user_ids = ["`+acctest.FredID+`"]`, []string{"tasks:run_with_constraints:2"}, []string{acctest.FredID}, []string{acctest.WebteamID}),
				change(permissions("tasks:run_with_constraints:2")+`group_ids = []`, []string{"tasks:run_with_constraints:2"}, []string{acctest.FredID}, nil),
				change(permissions()+"user_ids = []\n group_ids = [\""+acctest.WebteamID+"\"]", nil, nil, []string{acctest.WebteamID}),
				// What is left out is left alone, and the order does not matter.
				again(h.Config(acctest.RoleBody(`display_name = "Web operators"`))),
				resource.TestStep{Config: h.Config("locals {}"), Check: func(*terraform.State) error {
					for _, role := range h.Roles() {
						if role.DisplayName == "Web operators" {
							return fmt.Errorf("the role is still there")
						}
					}
					return nil
				}},
			)
		})
	}
}

// TestRole_Drift changes a role outside Terraform: what the configuration manages is restored, what it leaves out is not.
func TestRole_Drift(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			client := h.RBACClient(t)
			config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:package", "tasks:run:service") + "user_ids = [\"" + acctest.DanaID + "\"]"))
			meddle := func(change func(*rbac.Role)) func() {
				return func() {
					if err := client.UpdateRole(t.Context(), int64(h.Role(t, "Web").ID), change); err != nil {
						t.Error(err)
					}
				}
			}
			mended := func(change func(*rbac.Role), groups ...string) resource.TestStep {
				return resource.TestStep{
					PreConfig: meddle(change), Config: config, ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					Check: hasRole(t, h, "Web", []string{"tasks:run:package", "tasks:run:service"}, []string{acctest.DanaID}, groups),
				}
			}
			h.Run(t,
				resource.TestStep{Config: config},
				mended(func(r *rbac.Role) { r.Permissions = r.Permissions[:1] }),
				mended(func(r *rbac.Role) {
					r.Permissions = append(r.Permissions, rbac.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
				}),
				mended(func(r *rbac.Role) { r.UserIDs = append(r.UserIDs, acctest.FredID) }),
				mended(func(r *rbac.Role) { r.UserIDs = nil }),
				mended(func(r *rbac.Role) { text := "changed"; r.Description = &text }),
				resource.TestStep{
					PreConfig: meddle(func(r *rbac.Role) { r.GroupIDs = []string{acctest.WebteamID} }), Config: config,
					ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
				},
				// A rename restores the name and keeps the group that is managed elsewhere.
				resource.TestStep{
					PreConfig: func() {
						if err := client.UpdateRole(t.Context(), int64(h.Role(t, "Web").ID), func(r *rbac.Role) { r.DisplayName = "Theirs" }); err != nil {
							t.Error(err)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					Check: hasRole(t, h, "Web", []string{"tasks:run:package", "tasks:run:service"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				},
				// A role that is gone is created again.
				resource.TestStep{
					PreConfig: func() {
						if err := client.DeleteRole(t.Context(), int64(h.Role(t, "Web").ID)); err != nil {
							t.Error(err)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates(webRole)),
				},
			)
		})
	}
}

func TestRole_ManyShareOneRead(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(`
resource "pe_role" "web" {
  count        = 30
  display_name = "role ${count.index}"
  permissions  = [{ object_type = "tasks", action = "run", instance = "task${count.index}" }]
}`)
	h.RunCLI(t,
		resource.TestStep{Config: config, Check: func(*terraform.State) error {
			// Once while planning, and once while applying: these are two processes for a user.
			if n := h.Count("GET", "/v1/types"); n < 1 || n > 3 {
				return fmt.Errorf("the types were read %d times for 30 roles", n)
			}
			return nil
		}},
		resource.TestStep{
			PreConfig: h.ResetRequests, Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			Check: func(*terraform.State) error {
				lists, singles := h.Count("GET", "/v1/roles"), h.Count("GET", "/v1/roles/*")
				if singles > 10 || lists < 1 || h.Count("GET", "/v1/types") > 0 {
					return fmt.Errorf("30 roles were refreshed with %d lists, %d single reads, %d reads of the types", lists, singles, h.Count("GET", "/v1/types"))
				}
				return nil
			},
		},
	)
}
