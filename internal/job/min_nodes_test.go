// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestMinNodes_FailsAJobThatPEMadeSmaller has a user who may use two of the six nodes that a query finds. Without the attribute, PE's
// silence is green.
func TestMinNodes_FailsAJobThatPEMadeSmaller(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	client := h.Client(t)
	target := acctest.Started(t)(client.CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "two nodes", Tasks: []string{"facts"}, Nodes: []string{acctest.Node(1), acctest.Node(2)}, NodeGroups: []string{},
	}))
	h.AddUser("robot", "x", acctest.Grant("tasks:run_with_constraints:"+target), acctest.Grant("orchestrator:view:*"), acctest.Grant("nodes:view_data:*"))
	token := h.IssueToken("robot", 0)
	body := func(minimum string) string {
		return h.ConfigAs(token, acctest.TaskBody("task = \"facts\"\nvalidate_params = false\nscope = { query = \"nodes[certname] { }\" }\n"+minimum))
	}
	h.Run(t,
		resource.TestStep{Config: body("min_nodes = 6"), ExpectError: acctest.SaysAll(
			"Task \"facts\" took 2 nodes, and `min_nodes` asks for 6 … Job 1 ended as finished, nodes: 2 finished. … silently leaves out nodes that the user may not use … lower `min_nodes` where fewer are right",
		)},
		resource.TestStep{Config: body("min_nodes = 2"), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)), Check: h.Launches(2)},
		resource.TestStep{Config: body("min_nodes = 1"), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), Check: h.Launches(2)},
		resource.TestStep{Config: body(""), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), Check: h.Launches(2)},
		resource.TestStep{Config: body(""), PlanOnly: true},
	)
}

// TestMinNodes_IsJudgedBesideFailures has a job with too few nodes, one of which has failed, as it may.
func TestMinNodes_IsJudgedBesideFailures(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Run = simulator.RunFailed })
	h.Run(t, resource.TestStep{
		Config:      h.Config(deployBody("environment = \"production\"\nscope = { query = \"nodes[certname] { certname ~ 'node[12]' }\" }\nmax_failed_nodes = 1\nmin_nodes = 3")),
		ExpectError: acctest.SaysAll("took 2 nodes, and `min_nodes` asks for 3 … 1 finished, 1 failed … node2.example.com (failed)"),
	})
}

// TestMinNodes_ThatNoNamedScopeCanReach is refused by the plan.
func TestMinNodes_ThatNoNamedScopeCanReach(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, body := range map[string]string{
		"task":   acctest.TaskBody("task = \"facts\"\nmin_nodes = 3\n" + acctest.TwoNodes),
		"deploy": deployBody("environment = \"production\"\nmin_nodes = 3\n" + acctest.TwoNodes),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(body), PlanOnly: true, ExpectError: acctest.SaysAll("The scope has fewer nodes than min_nodes … names 2 nodes, and `min_nodes` asks for 3")})
		})
	}
	t.Run("zero", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\nmin_nodes = 0\n" + acctest.TwoNodes)), PlanOnly: true, ExpectError: acctest.Says("0 is not possible here. Give a whole number, 1 or more.")})
	})
}

// TestMinNodes_IsLoggedWhileTheJobRuns reads the log of an apply that is to wait for a job that is too small.
func TestMinNodes_IsLoggedWhileTheJobRuns(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"simulate\"\nparams = { duration = 20 }\nscope = { query = \"nodes[certname] { certname ~ 'node[12]' }\" }\nmin_nodes = 3"))
	printed, err := c.Run(t, []string{"TF_LOG_PROVIDER=WARN"}, "apply", "-auto-approve")
	if acctest.ExitCode(err) != 1 {
		t.Fatalf("%v\n%s", err, printed)
	}
	if n := len(acctest.Says(`[WARN] provider.terraform-provider-pe: Task "simulate": it took 2 nodes, and min_nodes asks for 3`).FindAllString(printed, -1)); n != 1 {
		t.Errorf("it is logged %d times:\n%s", n, printed)
	}
}
