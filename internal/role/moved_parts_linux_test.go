// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// fullLists is the role with the lists that say the same as [webParts] and [webGroup].
func fullLists(more string) string {
	return "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n" + permissions("tasks:run:facts") + "\nuser_ids = [\"" + acctest.DanaID + "\"]\n" +
		"group_ids = [\"" + acctest.WebteamID + "\"]\n" + more + "}\n"
}

const webGroup = "resource \"pe_role_membership\" \"group\" {\n role_id = pe_role.web.id\n group_id = \"" + acctest.WebteamID + "\"\n}\n"

// TestRole_FromPartsToLists moves all that a role has from single resources to the lists of the pe_role. It has it already, so that the apply
// sees nothing but the destruction of the single resources.
func TestRole_FromPartsToLists(t *testing.T) {
	t.Parallel()
	const bare = "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n}\n"
	for name, test := range map[string]struct {
		after string
		saved bool
	}{
		"one command":                {fullLists(""), false},
		"one that changes the role":  {fullLists("description = \"new\"\n"), false},
		"a saved plan":               {fullLists(""), true},
		"a saved plan that does too": {fullLists("description = \"new\"\n"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(simulator.PE2025))
			c := acctest.NewCLI(t, h, "")
			head := c.Read(t, "main.tf")
			c.Write(t, "main.tf", head+bare+webParts+webGroup)
			c.MustRun(t, "apply", "-auto-approve")
			whole := hasRole(t, h, "Web", []string{"tasks:run:facts"}, []string{acctest.DanaID}, []string{acctest.WebteamID})
			c.Write(t, "main.tf", head+test.after)
			if test.saved {
				printed := c.MustRun(t, "plan", "-out=saved.tfplan")
				c.MustRun(t, "apply", "saved.tfplan")
				// What is not kept was said.
				if err := whole(nil); err != nil {
					acctest.MustSay(t, printed, "Role 6 may lose the", "until the next apply", "`removed` block that has `lifecycle { destroy = false }`")
					c.MustRun(t, "apply", "-auto-approve")
				}
			} else if printed := c.MustRun(t, "apply", "-auto-approve"); strings.Contains(printed, "may lose") || strings.Contains(printed, "disagree") {
				t.Errorf("it warns:\n%s", printed)
			}
			if err := whole(nil); err != nil {
				t.Error(err)
			}
			c.NoChanges(t)
			if _, err := os.Stat(filepath.Join(c.Dir, ".terraform", "pe-plan")); !os.IsNotExist(err) {
				t.Errorf("something is left for the next command: %v", err)
			}
		})
	}
}

// TestRoleParts_Renamed renames single resources without a `moved` block, in two applies: the second one destroys the old ones.
func TestRoleParts_Renamed(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	c := acctest.NewCLI(t, h, "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n}\n"+webParts)
	c.MustRun(t, "apply", "-auto-approve")
	whole := hasRole(t, h, "Web", []string{"tasks:run:facts"}, []string{acctest.DanaID}, nil)
	c.Write(t, "main.tf", strings.ReplaceAll(c.Read(t, "main.tf"), "\"one\"", "\"other\""))
	c.MustRun(t, "apply", "-auto-approve", "-target=pe_role_permission.other", "-target=pe_role_membership.other")
	if printed := c.MustRun(t, "apply", "-auto-approve"); strings.Contains(printed, "may lose") {
		t.Errorf("it warns:\n%s", printed)
	}
	if err := whole(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}

// TestRolePermission_WhoseSuccessorNeverComes renames a permission without a `moved` block. The new one waits for something that fails, and
// is given up: what the first one gave is gone with it. Which of the two is planned first is core's choice.
func TestRolePermission_WhoseSuccessorNeverComes(t *testing.T) {
	t.Parallel()
	const role = "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n}\n"
	part := func(name, more string) string {
		return "resource \"pe_role_permission\" \"" + name + "\" {\n role_id = \"6\"\n object_type = \"tasks\"\n action = \"run\"\n instance = \"facts\"\n" + more + "}\n"
	}
	for range 3 {
		h := acctest.New(t, acctest.Generation(simulator.PE2025))
		c := acctest.NewCLI(t, h, "")
		head := c.Read(t, "main.tf") + role
		// A refresh that takes its time lets the new one be planned first.
		h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/rbac-api/v1/roles/6", Action: simulator.Delay, Delay: 200 * time.Millisecond})
		c.Write(t, "main.tf", head)
		c.MustRun(t, "apply", "-auto-approve")
		c.Write(t, "main.tf", head+part("one", ""))
		c.MustRun(t, "apply", "-auto-approve")
		c.Write(t, "main.tf", head+part("other", "depends_on = [terraform_data.gate]\n")+
			"resource \"terraform_data\" \"gate\" {\n provisioner \"local-exec\" {\n command = \"false\"\n }\n}\n")
		if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
			t.Fatal(printed)
		}
		c.Write(t, "main.tf", head)
		c.MustRun(t, "apply", "-auto-approve")
		if err := hasRole(t, h, "Web", nil, nil, nil)(nil); err != nil {
			t.Error(err)
		}
	}
}

// TestRole_FromPartsToListsOfAnIgnoredName moves single resources to the lists of a role whose name on the server is not that of the
// configuration.
func TestRole_FromPartsToListsOfAnIgnoredName(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	c := acctest.NewCLI(t, h, "")
	head := c.Read(t, "main.tf")
	role := func(lists string) string {
		return "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n" + lists + " lifecycle {\n ignore_changes = [display_name]\n }\n}\n"
	}
	c.Write(t, "main.tf", head+role("")+webParts)
	c.MustRun(t, "apply", "-auto-approve")
	if err := h.RBACClient(t).UpdateRole(t.Context(), int64(h.Role(t, "Web").ID), func(r *rbac.Role) { r.DisplayName = "Renamed" }); err != nil {
		t.Fatal(err)
	}
	c.Write(t, "main.tf", head+role(permissions("tasks:run:facts")+"\nuser_ids = [\""+acctest.DanaID+"\"]\n"))
	c.MustRun(t, "apply", "-auto-approve")
	if err := hasRole(t, h, "Renamed", []string{"tasks:run:facts"}, []string{acctest.DanaID}, nil)(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}

// TestRole_TakesOverWhatIsBeingRemoved moves a permission into the list of a role that nothing orders before the removal: the single resource
// names the role by its number.
func TestRole_TakesOverWhatIsBeingRemoved(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	c := acctest.NewCLI(t, h, "")
	head := c.Read(t, "main.tf")
	const role = "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n"
	c.Write(t, "main.tf", head+role+"}\n")
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", head+role+"}\n"+strings.ReplaceAll(webParts, "pe_role.web.id", strconv.Quote(strconv.Itoa(h.Role(t, "Web").ID))))
	c.MustRun(t, "apply", "-auto-approve")
	h.AddFault(simulator.Fault{Path: "/rbac-api/v1/command/roles/remove-*", Action: simulator.Delay, Delay: 300 * time.Millisecond})
	c.Write(t, "main.tf", head+role+permissions("tasks:run:facts", "tasks:run:package")+"\n}\n")
	c.MustRun(t, "apply", "-auto-approve")
	if err := hasRole(t, h, "Web", []string{"tasks:run:facts", "tasks:run:package"}, nil, nil)(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}

// TestRoleParts_ChangedToAnotherPart changes single resources, while the lists of another role or another resource ask for what they had.
func TestRoleParts_ChangedToAnotherPart(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	other := theirRole(t, h, "Theirs")
	c := acctest.NewCLI(t, h, "")
	head := c.Read(t, "main.tf")
	c.Write(t, "main.tf", head+"resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n}\n"+webParts)
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", head+"resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n"+permissions("tasks:run:facts")+"\nuser_ids = [\""+acctest.DanaID+"\"]\n}\n"+
		strings.ReplaceAll(webParts, "pe_role.web.id", other))
	c.MustRun(t, "apply", "-auto-approve")
	for name, permissions := range map[string][]string{"Web": {"tasks:run:facts"}, "Theirs": {"tasks:run:facts", "tasks:run:theirs"}} {
		users := []string{acctest.DanaID}
		if name == "Theirs" {
			users = append(users, acctest.FredID)
		}
		if err := hasRole(t, h, name, permissions, users, nil)(nil); err != nil {
			t.Error(err)
		}
	}
	c.NoChanges(t)
}

// TestRolePermission_GoesWithItsResource removes a part that nothing else asks for, beside one that something does.
func TestRolePermission_GoesWithItsResource(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	role := "resource \"pe_role\" \"web\" {\n display_name = \"Web\"\n%\n}\n"
	c := acctest.NewCLI(t, h, "")
	head := c.Read(t, "main.tf")
	c.Write(t, "main.tf", head+strings.Replace(role, "%", "", 1)+webParts)
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", head+strings.Replace(role, "%", "user_ids = [\""+acctest.DanaID+"\"]", 1))
	c.MustRun(t, "apply", "-auto-approve")
	if err := hasRole(t, h, "Web", nil, []string{acctest.DanaID}, nil)(nil); err != nil {
		t.Error(err)
	}
	c.Write(t, "main.tf", head+strings.Replace(role, "%", "user_ids = []", 1))
	c.MustRun(t, "apply", "-auto-approve")
	if err := hasRole(t, h, "Web", nil, nil, nil)(nil); err != nil {
		t.Error(err)
	}
	c.NoChanges(t)
}
