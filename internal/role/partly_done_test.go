// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRole_ChangedInPart has a step of a change of a role be refused after another one was done, which is said, and then be done.
func TestRole_ChangedInPart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after, refused, want string
		permissions, users, groups   []string
	}{
		"permissions": {permissions("tasks:run:facts"), permissions("tasks:run:package"), "remove-permissions", "Permissions were added before that.",
			[]string{"tasks:run:package"}, nil, nil},
		"members": {"user_ids = []\ngroup_ids = [\"" + acctest.WebteamID + "\"]", "user_ids = [\"" + acctest.DanaID + "\"]\ngroup_ids = []", "remove-groups",
			"Users were added before that.", nil, []string{acctest.DanaID}, nil},
		"nothing yet": {"user_ids = []", "user_ids = [\"" + acctest.DanaID + "\"]", "add-users", "was not changed", nil, []string{acctest.DanaID}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(simulator.PE2025))
			c := acctest.NewCLI(t, h, acctest.RoleBody("display_name = \"Web\"\n"+test.before)).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), test.before, test.after, 1))
			mend := h.AddFault(simulator.Fault{Path: "/rbac-api/v1/command/roles/" + test.refused, Action: simulator.AnswerStatus, Status: 403, Body: `{"kind":"permission-denied","msg":"no"}`})
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if err == nil {
				t.Errorf("it was to fail:\n%s", printed)
			}
			acctest.MustSay(t, printed, test.want, `("Web") was`)
			if partly := strings.Contains(printed, "was changed in part"); partly != strings.Contains(test.want, "before that") {
				t.Errorf("in part: %v\n%s", partly, printed)
			}
			mend()
			c.MustRun(t, "apply", "-auto-approve")
			if err := hasRole(t, h, "Web", test.permissions, test.users, test.groups)(nil); err != nil {
				t.Error(err)
			}
			c.NoChanges(t)
		})
	}
}
