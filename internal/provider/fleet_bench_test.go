// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/peak"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// BenchmarkFleetDeploy deploys to a quarter of a large fleet and to all of it, with nothing kept. What it takes for a node is to be the same.
func BenchmarkFleetDeploy(b *testing.B) {
	for _, nodes := range []int{fleet / 4, fleet} {
		b.Run(fmt.Sprint(nodes), func(b *testing.B) {
			benchFleetJob(b, nodes, "pe_deploy", map[string]any{
				"scope": map[string]any{"node_group": simulator.AllNodesGroup}, "capture_results": "none",
			})
		})
	}
}

// BenchmarkFleetState keeps the results of a task for each value of capture_results, and reports how large the state gets for each node. One
// node in ten fails.
func BenchmarkFleetState(b *testing.B) {
	for _, nodes := range []int{500, 2000} {
		for _, capture := range []string{"none", "failed", "all"} {
			b.Run(fmt.Sprintf("%d/%s", nodes, capture), func(b *testing.B) {
				failing := make([]any, nodes/10)
				for i := range failing {
					failing[i] = acctest.Node(10 * (i + 1))
				}
				benchFleetJob(b, nodes, "pe_task", map[string]any{
					"task": "simulate", "params": map[string]any{"fail_on": failing, "output": "hello"}, "max_failed_percent": 50,
					"scope": map[string]any{"node_group": simulator.AllNodesGroup}, "capture_results": capture, "validate_params": false,
				})
			})
		}
	}
}

// benchFleetJob runs a job on all nodes of a fleet, to its end, and reports what that takes for each node.
func benchFleetJob(b *testing.B, nodes int, name string, body map[string]any) {
	b.Helper()
	h := bigFleet(b, nodes)
	w := newWire(b, h)
	h.ResetRequests()
	size := 0
	peak.Report(b, func() { size = len(w.create(b, name, body).state.MsgPack) })
	b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*nodes), "µs/node")
	b.ReportMetric(float64(size)/float64(nodes), "state-B/node")
}

// BenchmarkFleetTaskTargets refreshes as many task-targets as a large fleet has, and a quarter of them. What it takes for one is to be the
// same.
func BenchmarkFleetTaskTargets(b *testing.B) {
	const all = 5000
	for _, count := range []int{all / 4, all} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			h := benchHarness(b)
			objects := fleetTaskTargets(b, h, count)
			h.ResetRequests()
			peak.Report(b, func() {
				w := newWire(b, h)
				many(count, benchParallelism, func(i int) { w.planAgain(b, "pe_task_target", objects[i], benchTaskTarget(i)) })
			})
			b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*count), "µs/object")
		})
	}
}

// fleetTaskTargets creates task-targets, in a process of its own.
func fleetTaskTargets(b *testing.B, h *acctest.Harness, count int) []object {
	b.Helper()
	w := newWire(b, h)
	objects := make([]object, count)
	many(count, 8*benchParallelism, func(i int) { objects[i] = w.create(b, "pe_task_target", benchTaskTarget(i)) })
	if b.Failed() {
		b.FailNow()
	}
	return objects
}

// BenchmarkFleetWhole has one process refresh and plan the task-targets of a large fleet beside a deploy to all of its nodes, on one in ten
// of which Puppet fails, so that their results are kept. Half of everything is to take half as much.
func BenchmarkFleetWhole(b *testing.B) {
	const targets = 5000
	for _, part := range []int{2, 1} {
		nodes, count := fleet/part, targets/part
		b.Run(fmt.Sprintf("%d/%d", nodes, count), func(b *testing.B) {
			h := bigFleet(b, nodes)
			for i := range nodes / 10 {
				h.UpdateNode(acctest.Node(10*(i+1)), func(n *simulator.Node) { n.Run = simulator.RunFailed })
			}
			objects := fleetTaskTargets(b, h, count)
			h.ResetRequests()
			size := 0
			peak.Report(b, func() {
				w := newWire(b, h)
				many(count+1, benchParallelism, func(i int) {
					if i > 0 {
						w.planAgain(b, "pe_task_target", objects[i-1], benchTaskTarget(i-1))
						return
					}
					size = len(w.create(b, "pe_deploy", map[string]any{
						"scope": map[string]any{"node_group": simulator.AllNodesGroup}, "capture_results": "failed", "max_failed_percent": 50,
					}).state.MsgPack)
				})
			})
			b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
			b.ReportMetric(float64(size)/float64(nodes/10), "state-B/kept")
		})
	}
}
