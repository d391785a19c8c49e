// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// roleAPIs are a generation with each of the two ways in which roles are changed: by commands, or, before PE 2021, by replacing them.
var roleAPIs = []simulator.Generation{simulator.PE2019, simulator.PE2025}

// policyBody grants amy the task facts on some nodes.
func policyBody(nodes string) string {
	return `
data "pe_user" "amy" { login = "amy" }
resource "pe_task_target" "web" {
  display_name = "web"
  tasks        = ["facts"]
  nodes        = ` + nodes + `
  lifecycle {
    create_before_destroy = true
  }
}
resource "pe_role" "web" {
  display_name = "Web operators"
  permissions  = [{ object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.web.id }]
  user_ids     = [data.pe_user.amy.id]
}
`
}

// nodeList writes a list of nodes.
func nodeList(nodes ...int) string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = fmt.Sprintf("%q", fmt.Sprintf("node%d.example.com", n))
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// TestPolicy_Effect has one person with one token: refused, permitted, tampered with, restored, refused again.
func TestPolicy_Effect(t *testing.T) {
	t.Parallel()
	for _, generation := range roleAPIs {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			h.AddUser("amy", "x")
			h.AddUser("eve", "x")
			amy, eve := h.As(t, "amy"), h.As(t, "eve")
			policy := h.Config(policyBody(nodeList(1, 3)))
			if got := amy.RunTask(t, "facts", 1, 3); got != acctest.Refused {
				t.Fatalf("before anything was applied, the task ran on %q", got)
			}
			mended := resource.ComposeAggregateTestCheckFunc(amy.CheckMayRun(t, "facts", "1 3"), eve.CheckMayRun(t, "facts", acctest.Refused))
			meddle := func(change func(*rbac.Role)) {
				if err := h.RBACClient(t).UpdateRole(t.Context(), int64(h.Role(t, "Web operators").ID), change); err != nil {
					t.Error(err)
				}
			}
			h.RunCLI(t,
				resource.TestStep{Config: policy, Check: resource.ComposeAggregateTestCheckFunc(
					// On exactly the permitted nodes, and only the permitted task.
					amy.CheckMayRun(t, "facts", "1 3"), amy.CheckMayRun(t, "service", acctest.Refused), eve.CheckMayRun(t, "facts", acctest.Refused),
					func(*terraform.State) error {
						if got := amy.RunTask(t, "facts", 2, 4); got != acctest.Refused {
							return fmt.Errorf("the task ran on %q", got)
						}
						return nil
					},
				)},
				resource.TestStep{Config: policy, PlanOnly: true},
				resource.TestStep{
					PreConfig: func() {
						meddle(func(r *rbac.Role) { r.Permissions = nil })
						if got := amy.RunTask(t, "facts", 1, 3); got != acctest.Refused {
							t.Errorf("without the permission, the task ran on %q", got)
						}
					},
					Config: policy, ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)), Check: mended,
				},
				resource.TestStep{
					PreConfig: func() {
						for _, user := range h.Users() {
							if user.Login == "eve" {
								meddle(func(r *rbac.Role) { r.UserIDs = append(r.UserIDs, user.ID) })
							}
						}
						if got := eve.RunTask(t, "facts", 1, 2, 3); got != "1 3" {
							t.Errorf("as a member, eve ran the task on %q", got)
						}
					},
					Config: policy, ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)), Check: mended,
				},
			)
			// The policy is destroyed at the end of the steps.
			if got := amy.RunTask(t, "facts", 1, 3); got != acctest.Refused {
				t.Errorf("after the policy was destroyed, the task ran on %q", got)
			}
		})
	}
}

// TestPolicy_NoMomentOfOtherRights replaces a task-target under a role that refers to it. After every single request, amy may do what both
// the old and the new policy allow, and never what neither allows.
func TestPolicy_NoMomentOfOtherRights(t *testing.T) {
	t.Parallel()
	following := `
resource "pe_role_permission" "web" {
  role_id     = data.pe_role.theirs.id
  object_type = "tasks"
  action      = "run_with_constraints"
  instance    = pe_task_target.web.id
}
data "pe_role" "theirs" { display_name = "Theirs" }
`
	role := func(nodes string) string { return policyBody(nodes) }
	part := func(nodes string) string {
		return policyBody(nodes)[:strings.Index(role(nodes), "resource \"pe_role\"")] + following
	}
	for name, test := range map[string]struct {
		generation simulator.Generation
		body       func(nodes string) string
		// want are the writes of the change, in order.
		want []string
	}{
		"a role by commands":    {simulator.PE2025, role, []string{"POST command/task_target", "POST command/roles/add-permissions", "POST command/roles/remove-permissions"}},
		"a role by PUT":         {simulator.PE2019, role, []string{"POST command/task_target", "POST command/roles/add-permissions", "PUT roles", "PUT roles"}},
		"a permission":          {simulator.PE2021, part, []string{"POST command/task_target", "POST command/roles/add-permissions", "POST command/roles/remove-permissions"}},
		"a permission by a PUT": {simulator.PE2019, part, []string{"POST command/task_target", "POST command/roles/add-permissions", "PUT roles", "PUT roles"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(test.generation))
			user := h.AddUser("amy", "x")
			amy := h.As(t, "amy")
			if _, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "Theirs", UserIDs: []string{user.ID}}); err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			var writes, rights []string
			h.RunCLI(t,
				resource.TestStep{Config: h.Config(test.body(nodeList(1, 2))), Check: amy.CheckMayRun(t, "facts", "1 2")},
				resource.TestStep{
					PreConfig: func() {
						h.AddFault(simulator.Fault{AfterHook: func(r simulator.Request) {
							if r.Path == "/orchestrator/v1/command/task" {
								return // This is amy.
							}
							mu.Lock()
							defer mu.Unlock()
							if r.Method != http.MethodGet {
								path := r.Path[strings.Index(r.Path, "/v1/")+4:]
								if strings.HasPrefix(path, "roles/") {
									path = "roles"
								}
								writes = append(writes, r.Method+" "+path)
							}
							rights = append(rights, amy.RunTask(t, "facts", 1, 2, 3, 4))
							if got := amy.RunTask(t, "service", 1, 2, 3, 4); got != acctest.Refused {
								t.Errorf("after %s %s, another task ran on %q", r.Method, r.Path, got)
							}
						}})
					},
					Config:           h.Config(test.body(nodeList(2, 3))),
					ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(acctest.WebTarget, plancheck.ResourceActionCreateBeforeDestroy)),
				},
				resource.TestStep{PreConfig: h.ClearFaults, Config: h.Config(test.body(nodeList(2, 3))), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: amy.CheckMayRun(t, "facts", "2 3")},
			)
			if !slices.Equal(writes, test.want) {
				t.Errorf("the change was made by %v, want %v", writes, test.want)
			}
			// From the old rights to the new ones, at most through their combination.
			if steps := slices.Compact(slices.Clone(rights)); !slices.Equal(steps, []string{"1 2", "1 2 3", "2 3"}) {
				t.Errorf("amy could run the task on %v, one after the other", steps)
			}
		})
	}
}

// TestRole_MembersAndPermissionsChangeTogether changes members and permissions of a role: at no moment do old members have new permissions,
// or new members old ones.
func TestRole_MembersAndPermissionsChangeTogether(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("amy", "x")
	h.AddUser("eve", "x")
	amy, eve := h.As(t, "amy"), h.As(t, "eve")
	config := func(login, task string) string {
		return h.Config(`data "pe_user" "u" { login = "` + login + `" }` + "\n" + acctest.RoleBody("display_name = \"Web\"\nuser_ids = [data.pe_user.u.id]\n"+permissions("tasks:run:"+task)))
	}
	h.Run(t,
		resource.TestStep{Config: config("amy", "facts")},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{AfterHook: func(r simulator.Request) {
					if r.Path == "/orchestrator/v1/command/task" {
						return
					}
					if got := amy.RunTask(t, "service", 1); got != acctest.Refused {
						t.Errorf("after %s %s, amy may run service", r.Method, r.Path)
					}
					if got := eve.RunTask(t, "facts", 1); got != acctest.Refused {
						t.Errorf("after %s %s, eve may run facts", r.Method, r.Path)
					}
				}})
			},
			Config: config("eve", "service"),
		},
		resource.TestStep{PreConfig: h.ClearFaults, Config: config("eve", "service"), Check: resource.ComposeAggregateTestCheckFunc(eve.CheckMayRun(t, "service", "1 2 3 4 5 6"), amy.CheckMayRun(t, "facts", acctest.Refused))},
	)
}

// TestPolicy_ForgottenTaskTargets checks the warning when task-targets are destroyed.
func TestPolicy_ForgottenTaskTargets(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("amy", "x")
	c := acctest.NewCLI(t, h, `provider "pe" {}`+policyBody(nodeList(1))+`
resource "pe_task_target" "unused" {
  display_name = "unused"
  all_tasks    = true
  nodes        = ["node2.example.com"]
}`).Attached()
	if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Fatal(out)
	}
	targets := h.TaskTargets()
	web := targets[slices.IndexFunc(targets, func(target simulator.TaskTarget) bool { return target.DisplayName == "web" })].ID
	unused := targets[slices.IndexFunc(targets, func(target simulator.TaskTarget) bool { return target.DisplayName == "unused" })].ID
	id, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{
		DisplayName: "Theirs", Permissions: []rbac.Permission{{ObjectType: "tasks", Action: "run_with_constraints", Instance: web}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.ResetRequests()
	out, err := c.Run(t, nil, "destroy", "-auto-approve")
	if err != nil {
		t.Fatal(out)
	}
	for _, want := range []string{
		"Task-target " + web + " stays on the server", "Task-target " + unused + " stays on the server",
		fmt.Sprintf(`these roles have the permission tasks:run_with_constraints:%s: "Theirs" (%d).`, web, id),
		"no role that can be seen with this token has the permission tasks:run_with_constraints:" + unused + ".",
		`can use it too: "Administrators" (1).`,
	} {
		if !acctest.Says(want).MatchString(out) {
			t.Errorf("the warning does not say %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "Web operators\" (") {
		t.Errorf("a role that is gone is named:\n%s", out)
	}

	// The warning is also given when the server does not answer.
	if out, err := c.Run(t, nil, "apply", "-auto-approve", "-target=pe_task_target.unused"); err != nil {
		t.Fatal(out)
	}
	h.AddFault(simulator.Fault{Path: "/rbac-api/v1/roles", Action: simulator.AnswerStatus, Status: http.StatusForbidden})
	out, err = c.Run(t, nil, "destroy", "-auto-approve")
	if err != nil || !acctest.Says("It grants nothing once no role has the permission tasks:run_with_constraints:").MatchString(out) {
		t.Errorf("%v\n%s", err, out)
	}
}
