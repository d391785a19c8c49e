// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"net/http"
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

// theirRole makes a role that something else owns.
func theirRole(t *testing.T, h *acctest.Harness, name string) string {
	t.Helper()
	id, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{
		DisplayName: name, Permissions: []rbac.Permission{{ObjectType: "tasks", Action: "run", Instance: "theirs"}},
		UserIDs: []string{acctest.FredID},
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(id)
}

const (
	permissionOfRole = "pe_role_permission.p"
	memberOfRole     = "pe_role_membership.m"
)

func permissionBody(role, objectType, action, instance string) string {
	return fmt.Sprintf("resource \"pe_role_permission\" \"p\" {\n role_id = %q\n object_type = %q\n action = %q\n instance = %q\n}\n", role, objectType, action, instance)
}

// laterRole is permissionBody for a role that is only known after apply.
func laterRole(role, objectType, action, instance string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"role\" {\n input = %q\n}\n", role) +
		strings.Replace(permissionBody(role, objectType, action, instance), fmt.Sprintf("%q", role), "terraform_data.role.output", 1)
}

func memberBody(role, kind, id string) string {
	return fmt.Sprintf("resource \"pe_role_membership\" \"m\" {\n role_id = %q\n %s_id = %q\n}\n", role, kind, id)
}

func TestRolePermission_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			first, second := theirRole(t, h, "First"), theirRole(t, h, "Second")
			client := h.RBACClient(t)
			config := h.Config(permissionBody(first, "tasks", "run", "package::install"))
			has := func(name string, permissions ...string) resource.TestCheckFunc {
				return hasRole(t, h, name, append(permissions, "tasks:run:theirs"), []string{acctest.FredID}, nil)
			}
			empty := resource.TestStep{Config: config, PlanOnly: true}
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates(permissionOfRole)),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(permissionOfRole, "id", knownvalue.StringExact(first+":tasks:run:package::install"))},
					Check:             has("First", "tasks:run:package::install"),
				},
				empty,
				resource.TestStep{ResourceName: permissionOfRole, ImportState: true, ImportStateVerify: true},
				// Another permission is a change in place, of each part.
				resource.TestStep{
					Config:           h.Config(permissionBody(first, "tasks", "run", "service")),
					ConfigPlanChecks: acctest.Planned(acctest.Updates(permissionOfRole)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(permissionOfRole, "id", knownvalue.StringExact(first+":tasks:run:service")),
					},
					Check: has("First", "tasks:run:service"),
				},
				resource.TestStep{
					Config: h.Config(permissionBody(first, "tasks", "run_with_constraints", "7")), ConfigPlanChecks: acctest.Planned(acctest.Updates(permissionOfRole)),
					Check: has("First", "tasks:run_with_constraints:7"),
				},
				resource.TestStep{
					Config: h.Config(permissionBody(first, "plans", "run", "7")), ConfigPlanChecks: acctest.Planned(acctest.Updates(permissionOfRole)),
					Check: has("First", "plans:run:7"),
				},
				// Another role replaces.
				resource.TestStep{
					Config: h.Config(permissionBody(second, "plans", "run", "7")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(permissionOfRole)),
					Check: resource.ComposeAggregateTestCheckFunc(has("First"), has("Second", "plans:run:7")),
				},
				// A permission that somebody else has removed is added again.
				resource.TestStep{
					PreConfig: func() {
						err := client.UpdateRole(t.Context(), int64(h.Role(t, "Second").ID), func(r *rbac.Role) { r.Permissions = r.Permissions[:1] })
						if err != nil {
							t.Error(err)
						}
					},
					Config: h.Config(permissionBody(second, "plans", "run", "7")), ConfigPlanChecks: acctest.Planned(acctest.Creates(permissionOfRole)),
					Check: has("Second", "plans:run:7"),
				},
				resource.TestStep{Config: h.Config("locals {}"), Check: has("Second")},
			)
		})
	}
}

func TestRoleMembership_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			first, second := theirRole(t, h, "First"), theirRole(t, h, "Second")
			client := h.RBACClient(t)
			config := h.Config(memberBody(first, "user", acctest.DanaID))
			has := func(name string, users, groups []string) resource.TestCheckFunc {
				return hasRole(t, h, name, []string{"tasks:run:theirs"}, append(users, acctest.FredID), groups)
			}
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates(memberOfRole)),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(memberOfRole, "id", knownvalue.StringExact(first+":user:"+acctest.DanaID))},
					Check:             has("First", []string{acctest.DanaID}, nil),
				},
				resource.TestStep{Config: config, PlanOnly: true},
				resource.TestStep{ResourceName: memberOfRole, ImportState: true, ImportStateVerify: true},
				resource.TestStep{
					Config: h.Config(memberBody(first, "group", acctest.WebteamID)), ConfigPlanChecks: acctest.Planned(acctest.Replaces(memberOfRole)),
					Check: has("First", nil, []string{acctest.WebteamID}),
				},
				resource.TestStep{ResourceName: memberOfRole, ImportState: true, ImportStateVerify: true},
				resource.TestStep{
					Config: h.Config(memberBody(second, "group", acctest.WebteamID)), ConfigPlanChecks: acctest.Planned(acctest.Replaces(memberOfRole)),
					Check: resource.ComposeAggregateTestCheckFunc(has("First", nil, nil), has("Second", nil, []string{acctest.WebteamID})),
				},
				resource.TestStep{
					PreConfig: func() {
						if err := client.UpdateRole(t.Context(), int64(h.Role(t, "Second").ID), func(r *rbac.Role) { r.GroupIDs = nil }); err != nil {
							t.Error(err)
						}
					},
					Config: h.Config(memberBody(second, "group", acctest.WebteamID)), ConfigPlanChecks: acctest.Planned(acctest.Creates(memberOfRole)),
					Check: has("Second", nil, []string{acctest.WebteamID}),
				},
				resource.TestStep{Config: h.Config("locals {}"), Check: has("Second", nil, nil)},
			)
		})
	}
}

// TestRoleParts_RoleIsGone deletes the role that parts were added to.
func TestRoleParts_RoleIsGone(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			client := h.RBACClient(t)
			role := theirRole(t, h, "Theirs")
			config := h.Config(permissionBody(role, "tasks", "run", "a") + memberBody(role, "user", acctest.DanaID))
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						if err := client.DeleteRole(t.Context(), int64(h.Role(t, "Theirs").ID)); err != nil {
							t.Error(err)
						}
					},
					Config:      config,
					ExpectError: acctest.Says("There is no role " + role + " on the server."),
				},
			)
			// Destroying what has vanished with the role is not an error.
			role = theirRole(t, h, "Theirs")
			config = h.Config(permissionBody(role, "tasks", "run", "a") + memberBody(role, "user", acctest.DanaID))
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						h.AddFault(simulator.Fault{Method: "POST", Path: "/rbac-api/v1/command/roles/remove-permissions", Times: 1, Hook: func(simulator.Request) {
							if err := client.DeleteRole(t.Context(), int64(h.Role(t, "Theirs").ID)); err != nil {
								t.Error(err)
							}
						}})
					},
					Config: h.Config("locals {}"),
				},
			)
		})
	}
}

// TestRoleParts_ManyOfOneRole adds many parts to one role in one apply, while the role itself is renamed. Nothing may be lost.
func TestRoleParts_ManyOfOneRole(t *testing.T) {
	t.Parallel()
	for _, generation := range roleAPIs {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			list, users, wanted := "", []string{}, []string{}
			for n := range 12 {
				user := h.AddUser(fmt.Sprintf("user%d", n), "x")
				users = append(users, user.ID)
				list += fmt.Sprintf("%q,", user.ID)
				wanted = append(wanted, fmt.Sprintf("tasks:run:task%d", n))
			}
			body := func(name string) string {
				return h.Config(acctest.RoleBody(fmt.Sprintf("display_name = %q", name)) + `
resource "pe_role_permission" "p" {
  count       = 12
  role_id     = pe_role.web.id
  object_type = "tasks"
  action      = "run"
  instance    = "task${count.index}"
}
resource "pe_role_membership" "m" {
  count   = 12
  role_id = pe_role.web.id
  user_id = [` + list + `][count.index]
}
resource "pe_role_membership" "group" {
  role_id  = pe_role.web.id
  group_id = "` + acctest.WebteamID + `"
}`)
			}
			complete := func(name string) resource.TestCheckFunc {
				return hasRole(t, h, name, wanted, users, []string{acctest.WebteamID})
			}
			h.RunCLI(t,
				resource.TestStep{Config: body("Web"), Check: complete("Web")},
				resource.TestStep{PreConfig: h.ResetRequests, Config: body("Web"), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: func(*terraform.State) error {
					if lists, singles := h.Count("GET", "/v1/roles"), h.Count("GET", "/v1/roles/*"); lists+singles > 20 {
						return fmt.Errorf("26 objects of one role were refreshed with %d lists and %d single reads", lists, singles)
					}
					return nil
				}},
				resource.TestStep{Config: body("Renamed"), Check: complete("Renamed")},
				resource.TestStep{Config: h.Config(acctest.RoleBody(`display_name = "Renamed"`)), Check: hasRole(t, h, "Renamed", nil, nil, nil)},
			)
		})
	}
}

func TestRoleParts_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	role := theirRole(t, h, "Theirs")
	tests := map[string]struct{ body, want string }{
		"a role's name":       {permissionBody("Viewers", "tasks", "run", "a"), `"Viewers" is not the id of a role, which is a number such as 7. A name does not do`},
		"an unknown type":     {permissionBody(role, "task", "run", "a"), "object_type = \"task\" `object_type`: There is no object type \"task\""},
		"an unknown action":   {permissionBody(role, "tasks", "execute", "a"), "action = \"execute\" `action`: The object type \"tasks\" has no action \"execute\""},
		"no instances":        {permissionBody(role, "nodes", "view_data", "a"), "instance = \"a\" `instance`: nodes:view_data cannot be limited to \"a\""},
		"no member":           {fmt.Sprintf("resource \"pe_role_membership\" \"m\" {\n role_id = %q\n}", role), "Exactly one of these attributes must be configured: [user_id,group_id]"},
		"a user and a group":  {fmt.Sprintf("resource \"pe_role_membership\" \"m\" {\n role_id = %q\n user_id = %q\n group_id = %q\n}", role, acctest.DanaID, acctest.WebteamID), "Exactly one of these attributes must be configured"},
		"a built-in role":     {permissionBody("3", "tasks", "run", "a"), `role_id = "3" This is one of the roles that every Puppet Enterprise has`},
		"a login":             {memberBody(role, "user", "dana"), `"dana" is not the UUID of a user`},
		"a membership's role": {memberBody("Viewers", "user", acctest.DanaID), "A name does not do; data.pe_role finds the id by it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.body), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	refused := map[string]struct{ body, want string }{
		"a role that is not there":  {permissionBody("99", "tasks", "run", "a"), "There is no role 99 on the server."},
		"a role that every PE has":  {laterRole("3", "tasks", "run", "a"), "Create a role of your own for other permissions."},
		"a user who is not there":   {memberBody(role, "user", acctest.NobodyID), "Check the ids: users and groups must exist."},
		"a group that is not there": {memberBody(role, "group", acctest.NobodyID), "Check the ids: users and groups must exist."},
	}
	for name, test := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.body), ExpectError: acctest.Says(test.want)})
		})
	}
	imports := map[string]struct{ address, id, want string }{
		"a triple":            {permissionOfRole, "tasks:run:a", "does not have the form ROLE:OBJECT_TYPE:ACTION:INSTANCE"},
		"an empty instance":   {permissionOfRole, "7:tasks:run:", "does not have the form ROLE:OBJECT_TYPE:ACTION:INSTANCE"},
		"a member alone":      {memberOfRole, acctest.DanaID, "does not have the form ROLE:user:UUID or ROLE:group:UUID"},
		"a member by login":   {memberOfRole, "7:user:dana", "does not have the form ROLE:user:UUID"},
		"a kind that is none": {memberOfRole, "7:role:" + acctest.DanaID, "does not have the form ROLE:user:UUID"},
	}
	for name, test := range imports {
		t.Run("import of "+name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{
				Config:       h.Config(permissionBody(role, "tasks", "run", "a") + memberBody(role, "user", acctest.DanaID)),
				ResourceName: test.address, ImportState: true, ImportStateId: test.id, ExpectError: acctest.Says(test.want),
			})
		})
	}
}

func TestRBACDataSources_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			role := theirRole(t, h, "Theirs")
			h.Run(t, resource.TestStep{
				Config: h.Config(`
data "pe_role" "by_name" { display_name = "Theirs" }
data "pe_role" "by_id" { id = "` + role + `" }
data "pe_permission_types" "all" {}
`),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Value("data.pe_role.by_name", "id", knownvalue.StringExact(role)),
					acctest.Value("data.pe_role.by_name", "permissions", knownvalue.SetExact([]knownvalue.Check{triple("tasks:run:theirs")})),
					acctest.Value("data.pe_role.by_id", "display_name", knownvalue.StringExact("Theirs")),
					acctest.Value("data.pe_role.by_id", "description", knownvalue.Null()),
					acctest.Value("data.pe_role.by_id", "user_ids", setOf(acctest.FredID)),
					acctest.Value("data.pe_role.by_id", "group_ids", setOf()),
					statecheck.ExpectKnownValue("data.pe_permission_types.all", acctest.At("types").AtMapKey("tasks").AtMapKey("actions").AtMapKey("run").AtMapKey("has_instances"), knownvalue.Bool(true)),
					statecheck.ExpectKnownValue("data.pe_permission_types.all", acctest.At("types").AtMapKey("orchestrator").AtMapKey("actions").AtMapKey("view").AtMapKey("has_instances"), knownvalue.Bool(false)),
				},
			})
		})
	}
}

func TestRBACDataSources_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, test := range map[string]struct{ body, want string }{
		"no such role name":        {`data "pe_role" "x" { display_name = "viewers" }`, `No role that the user of the token may see has exactly this display name. Did you mean "Viewers"?`},
		"no such role name at all": {`data "pe_role" "x" { display_name = "plumbers" }`, `has exactly this display name.`},
		"no such role":             {`data "pe_role" "x" { id = "99" }`, "There is no role 99"},
		"role by nothing":          {`data "pe_role" "x" { }`, "Exactly one of these attributes must be configured: [id,display_name]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.body), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
}

// TestRole_HiddenMembers changes a role, and looks at a member of it, with a token that is not shown who has the role: nobody loses it, and
// no membership is taken for gone.
func TestRole_HiddenMembers(t *testing.T) {
	t.Parallel()
	for _, g := range acctest.Generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			role := theirRole(t, h, "Theirs")
			h.AddUser("ci", "ci-password", acctest.Grant("user_roles:edit:*"))
			blind := h.IssueToken("ci", 0)
			members := memberBody(role, "user", acctest.DanaID)
			roleIs := func(name string) string {
				return "resource \"pe_role\" \"theirs\" {\n display_name = \"" + name + "\"\n}\nimport {\n to = pe_role.theirs\n id = \"" + role + "\"\n}\n"
			}
			h.Run(t,
				resource.TestStep{Config: h.Config(members)},
				resource.TestStep{Config: h.ConfigAs(blind, members), ExpectError: acctest.Says("has role " + role + ". So nobody can tell whether the membership is still there")},
				resource.TestStep{Config: h.Config(members), PlanOnly: true},
			)
			h.ResetRequests()
			h.Run(t, resource.TestStep{
				Config:      h.ConfigAs(blind, roleIs("Renamed")),
				ExpectError: acctest.SaysAll("Role "+role, "was not changed", "everybody could lose it", "user_roles:edit_members:"+role),
			})
			if h.Count(http.MethodPut, "/roles/"+role) != 0 {
				t.Error("the role was written")
			}
		})
	}
}

// TestRolePermission_WhereRightsAreNotFound takes a permission from a role without members on a server that writes roles as a whole, and that
// answers 404 when it is asked whether members are shown: that is no word about the role, which still has the permission.
func TestRolePermission_WhereRightsAreNotFound(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	const role = "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n}\n"
	const part = "resource \"pe_role_permission\" \"p\" {\n role_id = pe_role.web.id\n object_type = \"tasks\"\n action = \"run\"\n instance = \"facts\"\n}\n"
	var end func()
	h.Run(t,
		resource.TestStep{Config: h.Config(role + part)},
		resource.TestStep{
			PreConfig: func() {
				end = h.AddFault(simulator.Fault{
					Method: http.MethodGet, Path: "/rbac-api/v1/permitted/user_roles/edit_members", Action: simulator.AnswerStatus, Status: http.StatusNotFound,
					Body: `{"kind":"puppetlabs.rbac/not-found","msg":"no such action"}`,
				})
			},
			Config: h.Config(role), ExpectError: acctest.SaysAll("could not be found out", "No such action", "user_roles:edit_members"),
		},
		resource.TestStep{PreConfig: func() { end() }, Config: h.Config(role), Check: hasRole(t, h, "Web", nil, nil, nil)},
	)
}
