// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRole_NameTaken creates and renames a role with a name that is taken.
func TestRole_NameTaken(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2021))
	client := h.RBACClient(t)
	id, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "Taken"})
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t,
		resource.TestStep{
			Config:      h.Config(acctest.RoleBody(`display_name = "Taken"`)),
			ExpectError: acctest.Says(fmt.Sprintf("terraform import <address> %d or with import { to = <address> id = \"%d\" }", id, id)),
		},
		resource.TestStep{
			Config:      h.Config(acctest.RoleBody(`display_name = "Viewers"`)),
			ExpectError: acctest.Says(`id = "3" } It is one of the roles that every Puppet Enterprise has`),
		},
		resource.TestStep{Config: h.Config(acctest.RoleBody(`display_name = "Mine"`))},
		resource.TestStep{
			Config:      h.Config(acctest.RoleBody(`display_name = "Taken"`)),
			ExpectError: acctest.Says(fmt.Sprintf("belongs to role %d. Choose another", id)),
		},
	)
}

func TestRole_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	named := "display_name = \"x\"\n"
	tests := map[string]struct{ body, want string }{
		"no name":        {`display_name = " "`, "must not be empty"},
		"a login":        {named + `user_ids = ["dana"]`, `"dana" is not the UUID of a user, in lower case. A login does not do`},
		"a group's name": {named + `group_ids = ["webteam"]`, `"webteam" is not the UUID of a group`},
		"upper case":     {named + `user_ids = ["` + strings.ToUpper(acctest.DanaID) + `"]`, "in lower case"},
		"empty type":     {named + permissions(":run:x"), `object_type` + "`" + `: "" must not be empty; give a string`},
		"empty instance": {named + permissions("tasks:run: "), `instance` + "`" + `: " " must not be empty; give a string`},
		"object type":    {named + permissions("task:run:x"), "`object_type`: " + `There is no object type "task". Did you mean "tasks"? The server knows: cert_requests`},
		"display name":   {named + permissions("Job orchestrator:view:*"), `The system name of the object type "Job orchestrator" is "orchestrator".`},
		"action":         {named + permissions("tasks:execute:x"), "`action`: " + `The object type "tasks" has no action "execute". The server knows: run, run_with_constraints.`},
		"instance":       {named + permissions("orchestrator:view:7"), "`instance`: " + `orchestrator:view cannot be limited to "7", because the action has no instances. Its ` + "`instance`" + ` must be "*".`},
		"missing part":   {named + `permissions = [{ object_type = "tasks", action = "run" }]`, "a permission needs `instance`"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.RoleBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	t.Run("unknown user", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{
			Config:      h.Config(acctest.RoleBody("display_name = \"nobodies\"\nuser_ids = [\"" + acctest.NobodyID + "\"]")),
			ExpectError: acctest.Says("Check the ids: users and groups must exist."),
		})
	})
	t.Run("unknown values are not judged", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: h.Config(`
resource "terraform_data" "later" { input = { type = "orchestrator", action = "view", instance = "*", users = ["` + acctest.DanaID + `"] } }
resource "pe_role" "web" {
  display_name = "later"
  permissions = [
    { object_type = terraform_data.later.output.type, action = "view", instance = "*" },
    { object_type = "nodes", action = terraform_data.later.output.action == "view" ? "view_data" : "x", instance = "*" },
    { object_type = "orchestrator", action = "view", instance = terraform_data.later.output.instance },
  ]
  user_ids = terraform_data.later.output.users
}`)})
	})
	t.Run("what is known of a permission is judged", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{
			Config: h.Config(`
resource "terraform_data" "later" { input = "1" }
resource "pe_role" "web" {
  display_name = "later"
  permissions  = [{ object_type = "tasks", action = "runs", instance = terraform_data.later.output }]
}`),
			PlanOnly: true, ExpectError: acctest.Says(`has no action "runs"`),
		})
	})
}

// TestRole_TypesCannotBeRead plans although permissions cannot be checked.
func TestRole_TypesCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(simulator.Fault{Method: "GET", Path: "/rbac-api/v1/types", Action: simulator.AnswerStatus, Status: status})
			config := `
resource "pe_role" "web" {
  count        = 3
  display_name = "role ${count.index}"
  permissions  = [{ object_type = "tasks", action = "run", instance = "a" }]
}`
			c := acctest.NewCLI(t, h, "provider \"pe\" {\n max_retries = 0\n}\n"+config).Attached()
			out, err := c.Run(t, nil, "plan")
			if err != nil {
				t.Fatal(out)
			}
			acctest.MustSay(t, out, "Permissions were not checked", fmt.Sprintf("was answered with %d", status), "This is reported once")
			if n := strings.Count(out, "Permissions were not checked"); n != 1 {
				t.Errorf("it is said %d times:\n%s", n, out)
			}
			h.ResetRequests()
			h.RunCLI(t, resource.TestStep{
				Config: h.Config(config, "max_retries = 0"),
				Check: func(*terraform.State) error {
					if n := h.Count("GET", "/v1/types"); n > 3 {
						return fmt.Errorf("the types were asked for %d times", n)
					}
					return nil
				},
			})
		})
	}
}

// TestRole_WithoutThePermissionToEdit has a token without the permission that is needed.
func TestRole_WithoutThePermissionToEdit(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("amy", "x")
	h.Run(t, resource.TestStep{
		Config:      h.ConfigAs(h.IssueToken("amy", 0), acctest.RoleBody(`display_name = "Web"`)),
		ExpectError: acctest.Says("Managing roles needs the permissions user_roles:create:* and user_roles:edit:*"),
	})
	h.Run(t,
		resource.TestStep{Config: h.Config(acctest.RoleBody(`display_name = "Web"`), `max_retries = 0`)},
		resource.TestStep{
			Config: h.Config(acctest.RoleBody(`display_name = "Web"`), `max_retries = 0`),
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: "GET", Times: 1, Path: "/rbac-api/v1/roles/*", Action: simulator.HTML, Status: 502})
			},
			ExpectError: acctest.Says("/var/log/puppetlabs/console-services/"),
		},
	)
}
