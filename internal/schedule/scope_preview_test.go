// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const pdbPath = "/pdb/query/v4"

// TestScopePreview_OfASchedule previews the nodes of a schedule when it is created and when its scope changes, in each generation: newer
// servers change it in place, older ones replace it. What else changes about it, or about the nodes, is no change of the preview.
func TestScopePreview_OfASchedule(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			body := func(query, more string) string {
				return h.Config(acctest.ScheduledTaskBody(fmt.Sprintf(
					"task = \"facts\"\nscheduled_time = \"2090-01-01T00:00:00Z\"\nscope = { query = \"nodes[certname] { certname ~ '%s' }\" }\n%s", query, more)), "preview_scopes = true")
			}
			count := func(n int64) statecheck.StateCheck {
				return acctest.NestedValue(acctest.ScheduledTask, "scope_preview", "node_count", acctest.Number(n))
			}
			changes := acctest.Updates(acctest.ScheduledTask)
			if generation == simulator.PE2019 {
				changes = acctest.Replaces(acctest.ScheduledTask)
			}
			h.RunGeneration(t, generation,
				resource.TestStep{Config: body("node[12]", ""), ConfigStateChecks: []statecheck.StateCheck{count(2)}},
				resource.TestStep{
					PreConfig: func() { h.AddNode(simulator.Node{Certname: "node12.example.com", Connected: true}); h.ResetRequests() },
					Config:    body("node[12]", ""), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), ConfigStateChecks: []statecheck.StateCheck{count(2)}, Check: h.Writes(0, "POST", pdbPath),
				},
				resource.TestStep{Config: body("node[123]", ""), ConfigPlanChecks: acctest.Planned(changes), ConfigStateChecks: []statecheck.StateCheck{count(4)}},
				// The limit alone sends nothing to schedules.
				resource.TestStep{
					Config: body("node[123]", "max_nodes = 4"), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.ScheduledTask)), ConfigStateChecks: []statecheck.StateCheck{count(4)},
				},
				resource.TestStep{Config: body("node[123]", "max_nodes = 3"), ExpectError: acctest.SaysAll("has more nodes than max_nodes … `scope` matches 4 nodes now: … `max_nodes` allows 3")},
				resource.TestStep{Config: body("node", "max_nodes = 4"), ExpectError: acctest.SaysAll("has more nodes than max_nodes")},
				resource.TestStep{Config: body("node[123]", "max_nodes = 4"), PlanOnly: true},
			)
			if n := len(h.EnabledSchedules()); n != 0 {
				t.Errorf("%d schedules are left", n)
			}
		})
	}
}

// TestMaxNodes_OfANewSchedule has too many nodes, or nobody who counts them: nothing is created.
func TestMaxNodes_OfANewSchedule(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	deploy := func(limit int) string {
		return h.Config(fmt.Sprintf("resource \"pe_scheduled_deploy\" \"s\" {\nenvironment = \"production\"\nscheduled_time = \"2090-01-01T00:00:00Z\"\nscope = { node_group = %q }\nmax_nodes = %d\n}", simulator.AllNodesGroup, limit))
	}
	h.RunCLI(t, resource.TestStep{Config: deploy(5), ExpectError: acctest.SaysAll("Schedule of a deploy … has more nodes than max_nodes … 6 nodes")})
	remove := h.AddFault(simulator.Fault{Path: "/classifier-api/v1/groups/*/nodes", Action: simulator.AnswerStatus, Status: 500, Body: "x"})
	h.Run(t, resource.TestStep{Config: deploy(50), ExpectError: acctest.SaysAll("the nodes of its scope could not be counted")})
	remove()
	if n := len(h.Schedules()); n != 0 {
		t.Errorf("%d schedules", n)
	}
	h.Run(t, resource.TestStep{Config: deploy(6), ConfigStateChecks: []statecheck.StateCheck{acctest.Value("pe_scheduled_deploy.s", "scope_preview", knownvalue.Null())}})
}

// TestScopePreview_OfAReplacement has the CLI replace a schedule, of which it plans a change and then a creation, and shows what the change
// warns of.
func TestScopePreview_OfAReplacement(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	config := func(query string) string {
		return h.Config(acctest.ScheduledTaskBody(
			"task = \"facts\"\nscheduled_time = \"2090-01-01T00:00:00Z\"\nscope = { query = \""+query+"\" }"), "preview_scopes = true")
	}
	c := acctest.NewCLI(t, h, config("nodes[certname] { certname = 'node1.example.com' }")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", "terraform {\n required_providers {\n pe = { source = \"terraform-provider-pe/pe\" }\n }\n}\n"+config("nodes[certname] { }"))
	acctest.MustSay(t, c.MustRun(t, "plan"), "1 to add, 0 to change, 1 to destroy", "hits 6 nodes")
}
