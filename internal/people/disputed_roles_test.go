// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestRoleIDs_DisagreeWithRoles says all roles of a user and of a group, and something else of one role.
func TestRoleIDs_DisagreeWithRoles(t *testing.T) {
	t.Parallel()
	const people = `
resource "pe_role" "a" { display_name = "A" }
resource "pe_user" "u" {
  login        = "dis"
  display_name = "Dis"
  role_ids     = [pe_role.a.id]
}
resource "pe_directory_group" "g" {
  login    = "team"
  role_ids = []
  validate = false
}
`
	const role = "resource \"pe_role\" \"b\" {\n display_name = \"B\"\n %\n}\n"
	for name, test := range map[string]struct {
		other string
		warns string
	}{
		"a membership of the user":    {strings.Replace(role, "%", "", 1) + "resource \"pe_role_membership\" \"m\" {\n role_id = pe_role.b.id\n user_id = pe_user.u.id\n}\n", "`role_ids` of a pe_user says all roles"},
		"a membership of the group":   {strings.Replace(role, "%", "", 1) + "resource \"pe_role_membership\" \"m\" {\n role_id = pe_role.b.id\n group_id = pe_directory_group.g.id\n}\n", "`role_ids` of a pe_directory_group says all roles"},
		"a role with the user":        {strings.Replace(role, "%", "user_ids = [pe_user.u.id]", 1), "`role_ids` of a pe_user says all roles"},
		"a role without anybody":      {strings.Replace(role, "%", "user_ids = []\n group_ids = []", 1), ""},
		"a membership of another one": {strings.Replace(role, "%", "", 1) + "resource \"pe_role_membership\" \"m\" {\n role_id = pe_role.b.id\n user_id = \"" + acctest.DanaID + "\"\n}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := acctest.NewCLI(t, acctest.New(t), people+test.other).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			printed := c.MustRun(t, "plan")
			if test.warns == "" {
				if strings.Contains(printed, "disagree") {
					t.Errorf("it warns:\n%s", printed)
				}
				c.NoChanges(t)
				return
			}
			acctest.MustSay(t, printed, "Two resources disagree about who has role", test.warns)
		})
	}
}
