// SPDX-License-Identifier: MPL-2.0

package outcome_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
)

type states = map[orchestrator.NodeState]int64

func TestJudge(t *testing.T) {
	t.Parallel()
	const stopped, finished, failed = orchestrator.JobStopped, orchestrator.JobFinished, orchestrator.JobFailed
	tests := []struct {
		name    string
		job     outcome.Job
		allowed outcome.Allowed
		want    outcome.Verdict
	}{
		{"all finished", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"finished": 3}}, outcome.Allowed{}, outcome.Verdict{OK: true, Total: 3}},
		{"finished with a failed node", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"finished": 2, "failed": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 1, Total: 3}},
		{"finished with an errored node", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"finished": 2, "errored": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 1, Total: 3}},
		{"finished with a running node", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"finished": 2, "running": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 1, Total: 3}},
		{"rejected and unreachable", outcome.Job{State: finished, NodeCount: 4, NodeStates: states{"finished": 2, "rejected": 1, "unreachable": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 2, Total: 4}},
		{"a state nobody knows", outcome.Job{State: finished, NodeCount: 1, NodeStates: states{"quantum": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 1, Total: 1}},
		{"failed with a failed node", outcome.Job{State: failed, NodeCount: 2, NodeStates: states{"finished": 1, "failed": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 1, Total: 2}},
		{"failed with all finished", outcome.Job{State: failed, NodeCount: 2, NodeStates: states{"finished": 2}}, outcome.Allowed{Nodes: 2}, outcome.Verdict{Total: 2, Reason: "the server calls it failed, although no node has failed"}},
		{"failed without states", outcome.Job{State: failed}, outcome.Allowed{}, outcome.Verdict{Reason: "the server calls it failed, although no node has failed"}},
		{"stopped", outcome.Job{State: stopped, NodeCount: 3, NodeStates: states{"finished": 2, "skipped": 1}}, outcome.Allowed{Nodes: 3}, outcome.Verdict{Skipped: 1, Total: 3, Reason: "it was stopped"}},
		{"stopped after everything", outcome.Job{State: stopped, NodeCount: 2, NodeStates: states{"finished": 2}}, outcome.Allowed{}, outcome.Verdict{Total: 2, Reason: "it was stopped"}},
		{"skipped only", outcome.Job{State: finished, NodeCount: 2, NodeStates: states{"skipped": 2}}, outcome.Allowed{}, outcome.Verdict{OK: true, Skipped: 2, Total: 2}},
		{"some skipped", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"finished": 2, "skipped": 1}}, outcome.Allowed{}, outcome.Verdict{OK: true, Skipped: 1, Total: 3}},
		{"a count below zero", outcome.Job{State: finished, NodeCount: 1, NodeStates: states{"finished": 1, "failed": -1}}, outcome.Allowed{}, outcome.Verdict{Total: 1, Reason: "the server counts -1 nodes as failed, which cannot be"}},
		{"a count below zero beside a failed node", outcome.Job{State: failed, NodeStates: states{"finished": -1, "failed": 1}}, outcome.Allowed{Nodes: 1}, outcome.Verdict{Failed: 1, Total: 1, Reason: "the server counts -1 nodes as finished, which cannot be"}},
		{"no nodes at all", outcome.Job{State: finished}, outcome.Allowed{}, outcome.Verdict{OK: true}},
		{"no states, but nodes", outcome.Job{State: finished, NodeCount: 2}, outcome.Allowed{}, outcome.Verdict{OK: true, Total: 2}},
		{"states of some of the nodes", outcome.Job{State: finished, NodeCount: 100, NodeStates: states{"finished": 1}}, outcome.Allowed{}, outcome.Verdict{Failed: 99, Total: 100}},
		{"a node was left out", outcome.Job{State: finished, NodeCount: 2, NodeStates: states{"finished": 2}, Missing: 1}, outcome.Allowed{}, outcome.Verdict{Failed: 1, Total: 3}},
		{"all nodes were left out", outcome.Job{State: finished, Missing: 2}, outcome.Allowed{}, outcome.Verdict{Failed: 2, Total: 2}},
		{"a left out node is allowed", outcome.Job{State: finished, NodeCount: 2, NodeStates: states{"finished": 2}, Missing: 1}, outcome.Allowed{Nodes: 1}, outcome.Verdict{OK: true, Failed: 1, Total: 3}},
		{"still running", outcome.Job{State: "running", NodeCount: 2, NodeStates: states{"finished": 2}}, outcome.Allowed{}, outcome.Verdict{Total: 2, Reason: "it is still running"}},
		{"count smaller than states", outcome.Job{State: finished, NodeCount: 1, NodeStates: states{"finished": 2, "failed": 2}}, outcome.Allowed{Percent: 50}, outcome.Verdict{OK: true, Failed: 2, Total: 4}},

		{"number: at the edge", outcome.Job{State: failed, NodeCount: 10, NodeStates: states{"finished": 7, "failed": 2, "errored": 1}}, outcome.Allowed{Nodes: 3}, outcome.Verdict{OK: true, Failed: 3, Total: 10}},
		{"number: over the edge", outcome.Job{State: failed, NodeCount: 10, NodeStates: states{"finished": 7, "failed": 2, "errored": 1}}, outcome.Allowed{Nodes: 2}, outcome.Verdict{Failed: 3, Total: 10}},
		{"percent: at the edge", outcome.Job{State: finished, NodeCount: 10, NodeStates: states{"finished": 7, "failed": 3}}, outcome.Allowed{Percent: 30}, outcome.Verdict{OK: true, Failed: 3, Total: 10}},
		{"percent: over the edge", outcome.Job{State: finished, NodeCount: 10, NodeStates: states{"finished": 7, "failed": 3}}, outcome.Allowed{Percent: 29.99}, outcome.Verdict{Failed: 3, Total: 10}},
		{"percent: a fraction that is not exact", outcome.Job{State: finished, NodeCount: 375, NodeStates: states{"finished": 306, "failed": 69}}, outcome.Allowed{Percent: 18.4}, outcome.Verdict{OK: true, Failed: 69, Total: 375}},
		{"percent: one more than the fraction", outcome.Job{State: finished, NodeCount: 375, NodeStates: states{"finished": 305, "failed": 70}}, outcome.Allowed{Percent: 18.4}, outcome.Verdict{Failed: 70, Total: 375}},
		{"percent: one of a million too many", outcome.Job{State: finished, NodeCount: 1_000_000, NodeStates: states{"finished": 899_999, "failed": 100_001}}, outcome.Allowed{Percent: 10}, outcome.Verdict{Failed: 100_001, Total: 1_000_000}},
		{"percent: fractions of large fleets", outcome.Job{State: finished, NodeCount: 20000, NodeStates: states{"finished": 19900, "failed": 100}}, outcome.Allowed{Percent: 0.5}, outcome.Verdict{OK: true, Failed: 100, Total: 20000}},
		{"percent: skipped nodes count as nodes", outcome.Job{State: finished, NodeCount: 4, NodeStates: states{"skipped": 3, "failed": 1}}, outcome.Allowed{Percent: 25}, outcome.Verdict{OK: true, Failed: 1, Skipped: 3, Total: 4}},
		{"percent: left out nodes count as nodes", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"finished": 3}, Missing: 1}, outcome.Allowed{Percent: 25}, outcome.Verdict{OK: true, Failed: 1, Total: 4}},
		{"percent: everything may fail", outcome.Job{State: failed, NodeCount: 2, NodeStates: states{"failed": 2}}, outcome.Allowed{Percent: 100}, outcome.Verdict{OK: true, Failed: 2, Total: 2}},

		{"at least: as many", outcome.Job{State: finished, NodeCount: 2, NodeStates: states{"finished": 2}}, outcome.Allowed{AtLeast: 2}, outcome.Verdict{OK: true, Total: 2}},
		{"at least: too few", outcome.Job{State: finished, NodeCount: 2, NodeStates: states{"finished": 2}}, outcome.Allowed{AtLeast: 3}, outcome.Verdict{Total: 2, TooFew: true}},
		{"at least: left out nodes were not taken", outcome.Job{State: finished, NodeCount: 2, NodeStates: states{"finished": 2}, Missing: 1}, outcome.Allowed{AtLeast: 3, Nodes: 1}, outcome.Verdict{Total: 3, Failed: 1, TooFew: true}},
		{"at least: however they end", outcome.Job{State: finished, NodeCount: 3, NodeStates: states{"skipped": 1, "failed": 2}}, outcome.Allowed{AtLeast: 3, Nodes: 2}, outcome.Verdict{OK: true, Total: 3, Failed: 2, Skipped: 1}},
		{"at least: without a number", outcome.Job{State: finished, NodeStates: states{"finished": 3}}, outcome.Allowed{AtLeast: 3}, outcome.Verdict{OK: true, Total: 3}},
		{"at least: no node", outcome.Job{State: finished}, outcome.Allowed{AtLeast: 1}, outcome.Verdict{TooFew: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.want.Took = test.want.Total - test.job.Missing
			if got := outcome.Judge(test.job, test.allowed); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
