// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRoleParts_LostAnswer loses the answer to the addition of a part, after it or before. Either way the state has the part, so that it can be
// taken back.
func TestRoleParts_LostAnswer(t *testing.T) {
	t.Parallel()
	const command = "/rbac-api/v1/command/roles/"
	for name, test := range map[string]struct {
		path, body, unknown string
		action              simulator.FaultAction
	}{
		"a permission":               {command + "add-permissions", "object_type = \"tasks\"\naction = \"run\"\ninstance = \"facts\"", "was given the permission tasks:run:facts", simulator.AnswerStatusAfterHandling},
		"a permission, not received": {command + "add-permissions", "object_type = \"tasks\"\naction = \"run\"\ninstance = \"facts\"", "was given the permission tasks:run:facts", simulator.AnswerStatus},
		"a user":                     {command + "add-users", "user_id = \"" + acctest.DanaID + "\"", "the user " + acctest.DanaID + " was added to role", simulator.AnswerStatusAfterHandling},
		"a group":                    {command + "add-groups", "group_id = \"" + acctest.WebteamID + "\"", "the group " + acctest.WebteamID + " was added to role", simulator.AnswerStatusAfterHandling},
	} {
		for _, wanted := range []bool{true, false} {
			t.Run(map[bool]string{true: name + " that stays", false: name + " that is taken back"}[wanted], func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(simulator.PE2025))
				kind := map[bool]string{true: "pe_role_permission", false: "pe_role_membership"}[strings.Contains(test.path, "permissions")]
				part := "resource \"" + kind + "\" \"p\" {\nrole_id = " + theirRole(t, h, "Theirs") + "\n" + test.body + "\n}\n"
				c := acctest.NewCLI(t, h, part).Attached()
				mend := h.AddFault(simulator.Fault{Path: test.path, Action: test.action, Status: 524})
				printed, err := c.Run(t, nil, "apply", "-auto-approve")
				if err == nil {
					t.Errorf("it was to fail:\n%s", printed)
				}
				acctest.MustSay(t, printed, "It is not known whether", test.unknown, "the state has it all the same")
				mend()
				want := map[string][]string{"permissions": {"tasks:run:theirs"}, "users": {acctest.FredID}}
				if !wanted {
					c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), part, "", 1))
				} else if kind == "pe_role_permission" {
					want["permissions"] = append(want["permissions"], "tasks:run:facts")
				} else {
					of := map[bool]string{true: "users", false: "groups"}[strings.Contains(test.path, "users")]
					want[of] = append(want[of], map[string]string{"users": acctest.DanaID, "groups": acctest.WebteamID}[of])
				}
				c.MustRun(t, "apply", "-auto-approve")
				if err := hasRole(t, h, "Theirs", want["permissions"], want["users"], want["groups"])(nil); err != nil {
					t.Error(err)
				}
				c.NoChanges(t)
			})
		}
	}
}

// TestRoleParts_RefusedAddition leaves nothing in the state of what the server has refused.
func TestRoleParts_RefusedAddition(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	role := theirRole(t, h, "Theirs")
	for path, part := range map[string]string{
		"add-permissions": permissionBody(role, "tasks", "run", "facts"),
		"add-users":       "resource \"pe_role_membership\" \"m\" {\n role_id = " + role + "\n user_id = \"" + acctest.DanaID + "\"\n}\n",
	} {
		c := acctest.NewCLI(t, h, part).Attached()
		h.AddFault(simulator.Fault{Path: "/rbac-api/v1/command/roles/" + path, Action: simulator.AnswerStatus, Status: 403, Body: `{"kind":"permission-denied","msg":"no"}`})
		printed, err := c.Run(t, nil, "apply", "-auto-approve")
		if err == nil || strings.Contains(printed, "not known") || len(c.Resources(t)) > 0 {
			t.Errorf("%s: the state has %v after\n%s", path, c.Resources(t), printed)
		}
	}
}

// TestRolePermission_LostAnswerToAChange loses the answer to the addition of another permission in place: the state has the old one.
func TestRolePermission_LostAnswerToAChange(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	role := theirRole(t, h, "Theirs")
	c := acctest.NewCLI(t, h, permissionBody(role, "tasks", "run", "facts")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	mend := h.AddFault(simulator.Fault{Path: "/rbac-api/v1/command/roles/add-permissions", Action: simulator.AnswerStatusAfterHandling, Status: 524})
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), `"facts"`, `"package"`, 1))
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil {
		t.Errorf("it was to fail:\n%s", printed)
	}
	acctest.MustSay(t, printed, "It is not known whether role "+role+" was given the permission tasks:run:package", "the state does not know of it",
		"Apply this configuration again, even where the change is to be taken back: do that after it")
	mend()
	c.MustRun(t, "apply", "-auto-approve")
	if err := hasRole(t, h, "Theirs", []string{"tasks:run:package", "tasks:run:theirs"}, []string{acctest.FredID}, nil)(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}
