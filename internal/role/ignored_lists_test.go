// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// ignoringLists is a role whose lists are only to give a start.
func ignoringLists(description string) string {
	return "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n description = \"" + description + "\"\n permissions = []\n user_ids = []\n" +
		" lifecycle {\n ignore_changes = [permissions, user_ids]\n }\n}\n"
}

// webParts are single parts of the role.
const webParts = `resource "pe_role_permission" "one" {
  role_id     = pe_role.web.id
  object_type = "tasks"
  action      = "run"
  instance    = "facts"
}
resource "pe_role_membership" "one" {
  role_id = pe_role.web.id
  user_id = "` + acctest.DanaID + `"
}
`

// TestRole_IgnoredListsKeepNothing removes single parts of a role whose lists are ignored, together with another change of the role. What
// the ignored lists were before brings nothing back.
func TestRole_IgnoredListsKeepNothing(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	c := acctest.NewCLI(t, h, "")
	head := c.Read(t, "main.tf")
	apply := func(config string) string {
		t.Helper()
		c.Write(t, "main.tf", head+config)
		return c.MustRun(t, "apply", "-auto-approve")
	}
	apply(ignoringLists("one"))
	apply(ignoringLists("one") + webParts)
	if printed := apply(ignoringLists("two") + webParts); strings.Contains(printed, "disagree") {
		t.Errorf("an ignored list disagrees with nobody:\n%s", printed)
	}
	if err := hasRole(t, h, "Web", []string{"tasks:run:facts"}, []string{acctest.DanaID}, nil)(nil); err != nil {
		t.Fatal(err)
	}
	apply(ignoringLists("three"))
	if err := hasRole(t, h, "Web", nil, nil, nil)(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}

// TestRole_SavedPlanOfIgnoredListsGivesNothingBack has somebody take the role from a user after a plan was saved that changes something else.
func TestRole_SavedPlanOfIgnoredListsGivesNothingBack(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	c := acctest.NewCLI(t, h, ignoringLists("one")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	dana := rbac.RoleUsers{RoleID: int64(h.Role(t, "Web").ID), UserIDs: []string{acctest.DanaID}}
	if err := h.RBACClient(t).AddUsers(t.Context(), dana); err != nil {
		t.Fatal(err)
	}
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "one", "two", 1))
	c.MustRun(t, "plan", "-out=saved.tfplan")
	if err := h.RBACClient(t).RemoveUsers(t.Context(), dana); err != nil {
		t.Fatal(err)
	}
	c.MustRun(t, "apply", "saved.tfplan")
	if err := hasRole(t, h, "Web", nil, nil, nil)(nil); err != nil {
		t.Error(err)
	}
}
