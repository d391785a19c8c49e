// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestTask_Q42NodesThatTheUserMayNotUse names two nodes, one of which the user may use: PE silently drops the other.
func TestTask_Q42NodesThatTheUserMayNotUse(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	target := acctest.Started(t)(h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "one node", Tasks: []string{"facts"}, Nodes: []string{acctest.Node(1)}, NodeGroups: []string{},
	}))
	h.AddUser("few", "x", acctest.Grant("tasks:run_with_constraints:"+target), acctest.Grant("orchestrator:view:*"))
	token := h.IssueToken("few", 0)
	config := func(more string) string {
		return h.ConfigAs(token, acctest.TaskBody("task = \"facts\"\nvalidate_params = false\n"+acctest.TwoNodes+more))
	}
	h.Run(t,
		resource.TestStep{Config: config(""), ExpectError: acctest.Says("node2.example.com (left out): the job did not take it")},
		resource.TestStep{
			Config:            config("\nmax_failed_nodes = 1"),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.Task, "node_count", acctest.Number(1))},
		},
	)
}

// TestJobs_OfNodesThatPEDoesNotKnow names a node that PuppetDB does not have, as recorded servers take it: the job counts it, and there it
// ends errored.
func TestJobs_OfNodesThatPEDoesNotKnow(t *testing.T) {
	t.Parallel()
	const ghost = "scope = { nodes = [\"node1.example.com\", \"ghost.example.com\"] }\n"
	jobs := map[string]func(more string) string{
		acctest.Task: func(more string) string { return acctest.TaskBody("task = \"facts\"\n" + ghost + more) },
		deploy:       func(more string) string { return deployBody("environment = \"production\"\n" + ghost + more) },
	}
	for _, generation := range acctest.Generations {
		h := acctest.New(t, acctest.Generation(generation))
		for address, body := range jobs {
			t.Run(string(generation)+" "+address, func(t *testing.T) {
				t.Parallel()
				h.Run(t,
					resource.TestStep{
						Config: h.Config(body("")),
						ExpectError: acctest.SaysAll("failed on 1 of 2 nodes … nodes: 1 finished, 1 errored. … ghost.example.com (errored): Error " +
							"running … ghost.example.com is not connected to the PCP broker"),
					},
					resource.TestStep{
						Config: h.Config(body("max_failed_nodes = 1")),
						ConfigStateChecks: []statecheck.StateCheck{
							acctest.Value(address, "node_count", acctest.Number(2)),
							acctest.Value(address, "state", acctest.Text("failed")),
							acctest.Value(address, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{"finished": acctest.Number(1), "errored": acctest.Number(1)})),
						},
					},
				)
			})
		}
	}
}
