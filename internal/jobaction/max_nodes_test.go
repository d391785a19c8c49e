// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestMaxNodes_OfAnAction refuses more nodes than there may be, before anything is launched, and names what a job left out.
func TestMaxNodes_OfAnAction(t *testing.T) {
	t.Parallel()
	const every = `scope = { query = "nodes[certname] { }" }` + "\nmax_nodes = "
	h := acctest.New(t)
	acctest.Fails(t, invoke(t, h, "pe_task.a", task(every+"5")), "has more nodes than max_nodes", "`scope` matches 6 nodes now: node1.example.com,", "`max_nodes` allows 5")
	acctest.Fails(t, invoke(t, h, "pe_deploy.a", act("pe_deploy.a", "environment = \"production\"\n"+every+"5")), "has more nodes than max_nodes")
	acctest.Fails(t, invoke(t, h, "pe_task.a", task(every+"5\nmin_nodes = 6")), "max_nodes is below min_nodes")
	acctest.Fails(t, invoke(t, h, "pe_deploy.a", act("pe_deploy.a", "environment = \"production\"\nmax_nodes = 5")), "The nodes cannot be counted")
	remove := h.AddFault(simulator.Fault{Path: "/pdb/query/v4", Action: simulator.AnswerStatus, Status: 403, Body: "Permission denied"})
	acctest.Fails(t, invoke(t, h, "pe_task.a", task(every+"50")), "the nodes of its scope could not be counted", "nodes:view_data:*")
	remove()
	if n := h.LaunchesReceived(); n != 0 {
		t.Errorf("%d launches", n)
	}
	told := invoke(t, h, "pe_task.a", task(every+"6"))
	acctest.Succeeds(t, told)
	if n := h.LaunchesReceived(); n != 1 {
		t.Errorf("%d launches", n)
	}
	for _, warning := range told.Warnings {
		if strings.Contains(warning.Summary, "did not run on") {
			t.Errorf("it ran on all: %s", warning.Detail)
		}
	}
}

// TestMaxNodes_NamesWhatAnActionLeftOut has a user who may use two of the six nodes that a query finds.
func TestMaxNodes_NamesWhatAnActionLeftOut(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	target := acctest.Started(t)(h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "two nodes", Tasks: []string{"simulate"}, Nodes: []string{acctest.Node(1), acctest.Node(2)}, NodeGroups: []string{},
	}))
	h.AddUser("robot", "x", acctest.Grant("tasks:run_with_constraints:"+target), acctest.Grant("orchestrator:view:*"), acctest.Grant("nodes:view_data:*"))
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.ConfigAs(h.IssueToken("robot", 0), task("validate_params = false\nscope = { query = \"nodes[certname] { }\" }\nmax_nodes = 6")), Action: "pe_task.a",
	})
	acctest.Succeeds(t, told, "warning: Task \"simulate\" did not run on 4 nodes")
	if len(told.Warnings) != 1 || !strings.Contains(told.Warnings[0].Detail, "It did not take: node3.example.com, node4.example.com, node5.example.com, node6.example.com.") {
		t.Errorf("got %+v", told.Warnings)
	}
}
