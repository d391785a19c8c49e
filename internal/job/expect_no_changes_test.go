// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"net/http"
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

// TestExpectNoChanges_WhereTheNodesCannotBeRead is no success before all nodes have been read, which the next apply does.
func TestExpectNoChanges_WhereTheNodesCannotBeRead(t *testing.T) {
	t.Parallel()
	const nobody = `{"items":[],"next-events":{"id":"x","event":"0"}}`
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  string
	}{
		"refused":    {simulator.Fault{Status: 403, Body: `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"no"}`}, "403"},
		"left out":   {simulator.Fault{Status: 200, Body: nobody}, "The job ran on 2 nodes, and the server lists 0 of them"},
		"not proper": {simulator.Fault{Status: 200, Body: `{"items":`}, "incomplete or invalid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			for _, i := range []int{1, 2} {
				h.UpdateNode(acctest.Node(i), func(n *simulator.Node) { n.Run = simulator.RunUnchanged })
			}
			test.fault.Method, test.fault.Path, test.fault.Action = http.MethodGet, "/orchestrator/v1/jobs/*/nodes", simulator.AnswerStatus
			h.AddFault(test.fault)
			config := h.Config(deployBody(converged))
			h.Run(t,
				resource.TestStep{Config: config, ExpectError: acctest.SaysAll(
					"it is not known whether its nodes have changed anything … `expect_no_changes` allows no changes … " + test.says +
						" … The next apply keeps waiting for job 1: the plan calls that a replacement",
				)},
				resource.TestStep{
					PreConfig: h.ClearFaults, Config: config, Check: h.Launches(1),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(deploy, "changed_nodes", knownvalue.Int64Exact(0))},
				},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		})
	}
}

// TestExpectNoChanges_OneOfTheNodesReadHasChanged fails for good where some of the nodes are not listed, and one that is has changed something.
func TestExpectNoChanges_OneOfTheNodesReadHasChanged(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: "/orchestrator/v1/jobs/*/nodes", Action: simulator.AnswerStatus, Status: 200,
		Body: `{"items":[{"name":"node1.example.com","state":"finished","result":{"metrics":{"changed":1}}}]}`,
	})
	h.Run(t, resource.TestStep{Config: h.Config(deployBody(converged)), ExpectError: acctest.SaysAll(
		"has found changes on 1 of 2 nodes … node1.example.com: 1 resource",
	)})
}
