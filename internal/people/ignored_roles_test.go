// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestRoleIDs_IgnoredKeepNothing takes a role from a user whose role_ids are only to give a start: the role is among what is ignored.
func TestRoleIDs_IgnoredKeepNothing(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const role = "resource \"pe_role\" \"r\" {\n display_name = \"R\"\n}\n"
	const member = "resource \"pe_role_membership\" \"m\" {\n role_id = pe_role.r.id\n user_id = pe_user.x.id\n}\n"
	c := acctest.NewCLI(t, h, role+amy("role_ids = []\nlifecycle {\n ignore_changes = [role_ids]\n}")+member)
	for range 2 {
		if printed := c.MustRun(t, "apply", "-auto-approve"); strings.Contains(printed, "disagree") {
			t.Errorf("what is ignored disagrees with nobody:\n%s", printed)
		}
	}
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), member, "", 1))
	c.MustRun(t, "apply", "-auto-approve")
	if err := has(h, "amy", "Amy  false []")(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}
