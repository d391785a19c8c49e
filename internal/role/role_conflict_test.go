// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRole_ConflictsWithParts has a role configured in full, and other resources that add to it.
func TestRole_ConflictsWithParts(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	role := func(name, body string) string {
		return "resource \"pe_role\" \"web\" {\n display_name = \"" + name + "\"\n" + body + "\n}\n"
	}
	part := func(kind, body string) string {
		return "resource \"pe_role_" + kind + "\" \"one\" {\n role_id = pe_role.web.id\n" + body + "\n}\n"
	}
	permission := part("permission", "object_type = \"tasks\"\n action = \"run\"\n instance = \"facts\"")
	for name, test := range map[string]struct{ full, agreed, part, want string }{
		"permissions": {permissions(), permissions("tasks:run:facts"), permission, "A pe_role_permission adds the permission tasks:run:facts to role %s, but `permissions` of the pe_role"},
		"users":       {"user_ids = []", "user_ids = [\"" + acctest.DanaID + "\"]", part("membership", "user_id = \""+acctest.DanaID+"\""), "A pe_role_membership adds the user " + acctest.DanaID + " to role %s, but `user_ids`"},
		"groups":      {"group_ids = []", "group_ids = [\"" + acctest.WebteamID + "\"]", part("membership", "group_id = \""+acctest.WebteamID+"\""), "A pe_role_membership adds the group " + acctest.WebteamID + " to role %s, but `group_ids`"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := acctest.NewCLI(t, h, "").Attached()
			head := c.Read(t, "main.tf")
			apply := func(verb, config string) string {
				t.Helper()
				c.Write(t, "main.tf", head+config)
				out, err := c.Run(t, nil, append([]string{verb}, map[string][]string{"apply": {"-auto-approve"}}[verb]...)...)
				if err != nil {
					t.Fatal(out)
				}
				return out
			}
			silent := func(out string) {
				t.Helper()
				if strings.Contains(out, "disagree") {
					t.Errorf("there is nothing to disagree about:\n%s", out)
				}
			}
			// A new role has no number while planning, so the apply warns.
			out := apply("apply", role(name, test.full)+test.part)
			id := fmt.Sprint(h.Role(t, name).ID)
			acctest.MustSay(t, out, fmt.Sprintf(test.want, id), "Two resources disagree about role "+id)
			out = apply("plan", role(name, test.full)+test.part)
			acctest.MustSay(t, out, fmt.Sprintf(test.want, id))
			if n := strings.Count(out, "disagree"); n != 1 {
				t.Errorf("the plan says it %d times:\n%s", n, out)
			}
			// In whatever order they are planned.
			acctest.MustSay(t, apply("plan", role(name, test.full)+strings.Replace(test.part, "pe_role.web.id", `"`+id+`"`, 1)), fmt.Sprintf(test.want, id))
			silent(apply("plan", role(name, test.agreed)+test.part))
			silent(apply("plan", role(name, "")+test.part))
			// ignore_changes settles it, and a change of something else keeps what was added.
			ignoring := func(description string) string {
				attribute := strings.TrimSpace(strings.SplitN(test.full, "=", 2)[0])
				return role(name, test.full+"\ndescription = \""+description+"\"\nlifecycle {\n ignore_changes = ["+attribute+"]\n}") + test.part
			}
			silent(apply("apply", ignoring("one")))
			silent(apply("apply", ignoring("two")))
			if got := h.Role(t, name); len(got.Permissions)+len(got.UserIDs)+len(got.GroupIDs) != 1 {
				t.Errorf("the role has lost what was added: %+v", got)
			}
		})
	}
}

// TestRoleParts_TwoResourcesForOne has two resources ask for the same part of a role, which is told while planning.
func TestRoleParts_TwoResourcesForOne(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	role := theirRole(t, h, "Theirs")
	for name, body := range map[string]string{
		"pe_role_permission": "role_id = " + role + "\n object_type = \"tasks\"\n action = \"run\"\n instance = \"facts\"",
		"pe_role_membership": "role_id = " + role + "\n user_id = \"" + acctest.DanaID + "\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const twice = "Two resources manage the same part"
			one, two := "resource \""+name+"\" \"one\" {\n "+body+"\n}\n", "resource \""+name+"\" \"two\" {\n "+body+"\n}\n"
			h.WarnsOfTwo(t, acctest.Two{First: one, FirstAddress: name + ".one", Second: two, SecondAddress: name + ".two"}, twice)
		})
	}
}

// TestRolePermission_ChangeThatIsHalfDone cannot remove what a permission was before, and says that the role has both.
func TestRolePermission_ChangeThatIsHalfDone(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	role := theirRole(t, h, "Theirs")
	c := acctest.NewCLI(t, h, permissionBody(role, "tasks", "run", "facts")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), `"facts"`, `"package"`, 1))
	mend := h.AddFault(simulator.Fault{Path: "/rbac-api/v1/command/roles/remove-permissions", Action: simulator.AnswerStatus, Status: 403, Body: `{"kind":"permission-denied","msg":"no"}`})
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil {
		t.Errorf("it was to fail: %s", printed)
	}
	acctest.MustSay(t, printed, "keeps the permission tasks:run:facts", "Role "+role+" has both permissions", "tasks:run:package was added before tasks:run:facts could not be removed")
	mend()
	c.MustRun(t, "apply", "-auto-approve")
	if err := hasRole(t, h, "Theirs", []string{"tasks:run:package", "tasks:run:theirs"}, []string{acctest.FredID}, nil)(nil); err != nil {
		t.Error(err)
	}
}

// TestRole_ChangeWithoutAnAnswer has half an answer come to a change that was made: nobody says that it was not.
func TestRole_ChangeWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		want  string
	}{
		"half an answer": {simulator.Fault{Action: simulator.Truncate}, "It is not known whether role"},
		"a refusal":      {simulator.Fault{Action: simulator.AnswerStatus, Status: 403, Body: `{"kind":"permission-denied","msg":"no"}`}, `("new") was not changed`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			body := func(name string) string { return "resource \"pe_role\" \"r\" {\n display_name = \"" + name + "\"\n}\n" }
			c := acctest.NewCLI(t, h, body("old")).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			test.fault.Method, test.fault.Path = "PUT", "/rbac-api/v1/roles/*"
			mend := h.AddFault(test.fault)
			c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), `"old"`, `"new"`, 1))
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if err == nil {
				t.Errorf("it was to fail: %s", printed)
			}
			acctest.MustSay(t, printed, test.want)
			mend()
			c.MustRun(t, "apply", "-auto-approve")
			c.NoChanges(t)
		})
	}
}
