// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestScopePreview_OfATaskTarget counts the nodes of its three parts together, each once.
func TestScopePreview_OfATaskTarget(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			const address = "pe_task_target.x"
			body := func(more string) string {
				return h.Config("resource \"pe_task_target\" \"x\" {\ndisplay_name = \"x\"\ntasks = [\"facts\"]\nnodes = [\"node1.example.com\", \"other.example.com\"]\n"+
					"node_groups = [\""+simulator.WebServersGroup+"\"]\npql_query = \"nodes[certname] { certname ~ 'node[12]' }\"\n"+more+"\n}", "preview_scopes = true")
			}
			shown := acctest.Value(address, "scope_preview", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"node_count": acctest.Number(5), "first_nodes": acctest.Texts(acctest.Node(1), acctest.Node(2), acctest.Node(3), acctest.Node(5), "other.example.com"),
			}))
			h.RunGeneration(t, generation,
				resource.TestStep{Config: body("max_nodes = 4"), ExpectError: acctest.SaysAll("Task-target \"x\" has more nodes than max_nodes … It matches 5 nodes now: node1.example.com,")},
				resource.TestStep{Config: body(""), ConfigStateChecks: []statecheck.StateCheck{shown}},
				resource.TestStep{
					PreConfig: func() { h.AddNode(simulator.Node{Certname: "node12.example.com", Connected: true}) },
					Config:    body(""), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
				},
				resource.TestStep{Config: body("max_nodes = 6"), ConfigPlanChecks: acctest.Planned(acctest.Updates(address)), ConfigStateChecks: []statecheck.StateCheck{shown}},
				resource.TestStep{Config: body("max_nodes = 5"), ExpectError: acctest.SaysAll("It matches 6 nodes now")},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"max_nodes", "scope_preview"}},
			)
			if n := len(h.TaskTargets()); n != 1 {
				t.Errorf("there are %d task-targets", n)
			}
		})
	}
}

// TestScopePreview_OfAReplacement has the CLI replace a task-target, of which it plans a change and then a creation, and shows what the change
// warns of.
func TestScopePreview_OfAReplacement(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(query string) string {
		return h.Config("resource \"pe_task_target\" \"x\" {\n  display_name = \"x\"\n  all_tasks = true\n  pql_query = \""+query+"\"\n}", "preview_scopes = true")
	}
	c := acctest.NewCLI(t, h, config("nodes[certname] { certname = 'node1.example.com' }")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", "terraform {\n required_providers {\n pe = { source = \"terraform-provider-pe/pe\" }\n }\n}\n"+config("nodes[certname] { }"))
	acctest.MustSay(t, c.MustRun(t, "plan"), "1 to add, 0 to change, 1 to destroy", `Task-target "x" hits 6 nodes`)
}
