// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRole_BuiltIn imports a built-in role, and tries to change and delete it.
func TestRole_BuiltIn(t *testing.T) {
	t.Parallel()
	for _, generation := range roleAPIs {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			importing := "import {\n to = pe_role.web\n id = \"Viewers\"\n}\n"
			kept := "display_name = \"Viewers\"\ndescription = \"View the console, nodes and node groups\"\n"
			h.RunCLI(t,
				// Its members can be managed.
				resource.TestStep{
					Config: h.Config(importing + acctest.RoleBody(kept+"user_ids = [\""+acctest.DanaID+"\"]")),
					Check:  hasRole(t, h, "Viewers", []string{"console_page:view:*", "node_groups:view:*", "nodes:view_data:*"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				},
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(kept + permissions("tasks:run:*"))), PlanOnly: true,
					ExpectError: acctest.Says("This is one of the roles that every Puppet Enterprise has. Its name, description and permissions cannot be changed"),
				},
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(strings.Replace(kept, "Viewers", "Onlookers", 1))), PlanOnly: true,
					ExpectError: acctest.SaysAll("The display_name of role \"Viewers\" cannot be changed", "Write `display_name = \"Viewers\"`."),
				},
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(`display_name = "Viewers"`)), PlanOnly: true,
					ExpectError: acctest.Says("Write `description = \"View the console, nodes and node groups\"`."),
				},
				// The current values of the role may be configured.
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(kept + permissions("console_page:view:*", "node_groups:view:*", "nodes:view_data:*"))), PlanOnly: true,
				},
				resource.TestStep{Config: h.Config("locals {}"), ExpectError: acctest.Says("terraform state rm <address>")},
				resource.TestStep{Config: h.Config("removed {\n from = pe_role.web\n lifecycle {\n destroy = false\n }\n}")},
			)
		})
	}
}

// TestRole_DestroyOfABuiltInOne warns while planning that the server will refuse it.
func TestRole_DestroyOfABuiltInOne(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.RoleBody("display_name = \"Viewers\"\ndescription = \"View the console, nodes and node groups\"")).Attached()
	if out, err := c.Run(t, nil, "import", "pe_role.web", "Viewers"); err != nil {
		t.Fatal(out)
	}
	out, err := c.Run(t, nil, "plan", "-destroy")
	if err != nil {
		t.Fatal(out)
	}
	acctest.MustSay(t, out, "Role \"Viewers\" cannot be deleted", "the server will refuse to delete it", "terraform state rm <address>")
}

func TestRoleMembership_AdministratorStays(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.RunCLI(t,
		resource.TestStep{
			Config: h.Config(`
resource "pe_role_membership" "admin" {
  role_id = "1"
  user_id = "42bf351c-f9ec-40af-84ad-e976fec7f4bd"
}`),
		},
		resource.TestStep{Config: h.Config("locals {}"), ExpectError: acctest.Says("The account `admin` must keep the role Administrators")},
		resource.TestStep{Config: h.Config("removed {\n from = pe_role_membership.admin\n lifecycle {\n destroy = false\n }\n}")},
	)
}
