// SPDX-License-Identifier: MPL-2.0

package nodegroup_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestNodeGroupPin_Renamed renames a pin without a `moved` block, in two applies: the second one destroys the old one. Where the plan of that
// is saved, it says what to do.
func TestNodeGroupPin_Renamed(t *testing.T) {
	t.Parallel()
	for _, saved := range []bool{false, true} {
		t.Run(fmt.Sprintf("saved: %v", saved), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			shop := simulator.WebServersGroup
			body := func(name string) string {
				return "resource \"pe_node_group_pin\" \"" + name + "\" {\n node_group_id = \"" + shop + "\"\n certname = \"pinned.example.com\"\n}\n"
			}
			c := acctest.NewCLI(t, h, body("one"))
			c.MustRun(t, "apply", "-auto-approve")
			c.Write(t, "main.tf", strings.ReplaceAll(c.Read(t, "main.tf"), "\"one\"", "\"other\""))
			c.MustRun(t, "apply", "-auto-approve", "-target=pe_node_group_pin.other")
			if saved {
				printed := c.MustRun(t, "plan", "-out=saved.tfplan")
				c.MustRun(t, "apply", "saved.tfplan")
				if !pinnedOnServer(t, h, shop, "pinned.example.com") {
					acctest.MustSay(t, printed, "pinned.example.com may leave the node group", "until the next apply", "`removed` block that has `lifecycle { destroy = false }`")
					c.MustRun(t, "apply", "-auto-approve")
				}
			} else if printed := c.MustRun(t, "apply", "-auto-approve"); strings.Contains(printed, "may leave") {
				t.Errorf("it warns:\n%s", printed)
			}
			if !pinnedOnServer(t, h, shop, "pinned.example.com") {
				t.Error("the node is not pinned any more")
			}
			c.NoChanges(t)
		})
	}
}

func pinnedOnServer(t *testing.T, h *acctest.Harness, group, certname string) bool {
	t.Helper()
	for _, g := range h.NodeGroups() {
		if g.ID == group {
			return strings.Contains(fmt.Sprint(g.Rule), certname)
		}
	}
	t.Fatalf("there is no group %s", group)
	return false
}
