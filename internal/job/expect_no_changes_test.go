// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const converged = "environment = \"production\"\n" + acctest.TwoNodes + "\nexpect_no_changes = true\n"

// TestExpectNoChanges_FailsWhereANodeIsNotAsItShouldBe checks convergence by a run that changes things, and by one that may not.
func TestExpectNoChanges_FailsWhereANodeIsNotAsItShouldBe(t *testing.T) {
	t.Parallel()
	for name, noop := range map[string]string{"a run": "", "a simulated run": "noop = true"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.UpdateNode(acctest.Node(1), func(n *simulator.Node) { n.Run = simulator.RunUnchanged })
			h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Run = simulator.RunChanged })
			config := h.Config(deployBody(converged + noop))
			h.Run(t,
				resource.TestStep{Config: config, ExpectError: acctest.SaysAll(
					"has found changes on 1 of 2 nodes … Job 1 ended as finished, nodes: 2 finished. … node2.example.com: 3 resources … `expect_no_changes` allows none",
				)},
				resource.TestStep{
					PreConfig:        func() { h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Run = simulator.RunUnchanged }) },
					Config:           config,
					ConfigPlanChecks: acctest.Planned(acctest.Replaces(deploy)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(deploy, "changed_nodes", knownvalue.Int64Exact(0)),
						acctest.Value(deploy, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{})),
					},
					Check: h.Launches(2),
				},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		})
	}
}

// TestExpectNoChanges_IsJudgedWhenTheRunEnds sets it afterwards, which runs nothing, and sets it again on a job that has failed by it.
func TestExpectNoChanges_IsJudgedWhenTheRunEnds(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.UpdateNode(acctest.Node(1), func(n *simulator.Node) { n.Run = simulator.RunChanged })
	h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Run = simulator.RunChanged })
	without := strings.Replace(converged, "expect_no_changes = true", "", 1)
	c := acctest.NewCLI(t, h, deployBody(without)).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), without, converged, 1))
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	if d := c.Resources(t)[deploy]; d["changed_nodes"] != nil || h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches: %v", h.LaunchesReceived(), d)
	}

	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), converged, converged+"triggers = { again = \"1\" }\n", 1))
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); acctest.ExitCode(err) != 1 {
		t.Fatalf("%v\n%s", err, printed)
	}
	c.MustRun(t, "untaint", deploy)
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "expect_no_changes = true", "expect_no_changes = false", 1))
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "expect_no_changes = false", "expect_no_changes = true", 1))
	acctest.MustSay(t, c.MustRun(t, "plan"), "must be replaced", "Its run has found changes, and `expect_no_changes` allows none now")
	if h.LaunchesReceived() != 2 {
		t.Errorf("the server has received %d launches", h.LaunchesReceived())
	}
}
