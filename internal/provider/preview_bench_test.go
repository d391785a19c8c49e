// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/peak"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// previewedNodes and previewedTasks are the size of the fleet and of the configuration.
const previewedNodes, previewedTasks = 5000, 100

// planTask plans a new object that has no errors.
func (w *wire) planTask(tb testing.TB, name string, attributes map[string]any) {
	tb.Helper()
	of := w.schemas.ResourceSchemas[name].ValueType()
	config, err := tfprotov6.NewDynamicValue(of, valueOf(tb, of, attributes))
	if err != nil {
		tb.Fatal(err)
	}
	prior, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, nil))
	if err != nil {
		tb.Fatal(err)
	}
	planned, err := w.server.PlanResourceChange(context.WithoutCancel(tb.Context()), &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: &prior, ProposedNewState: &config, Config: &config})
	if err != nil {
		tb.Error(err)
		return
	}
	nothingSaid(tb, planned.Diagnostics)
}

// BenchmarkPreviews plans a hundred tasks on a fleet of 5,000 nodes, with previews and without.
func BenchmarkPreviews(b *testing.B) {
	query := func(text string) map[string]any { return map[string]any{"query": text} }
	for _, test := range []struct {
		name     string
		previews string
		scope    func(i int) map[string]any
	}{
		{"none", "false", func(int) map[string]any { return query("nodes[certname] { }") }},
		{"one query", "true", func(int) map[string]any { return query("nodes[certname] { }") }},
		{"a query each", "true", func(i int) map[string]any { return query(fmt.Sprintf("nodes[certname] { ! (certname = 'x%d') }", i)) }},
		{"a query of several rows a node each", "true", func(i int) map[string]any {
			return query(fmt.Sprintf("facts[certname] { name in ['kernel', 'role'] and ! (certname = 'x%d') }", i%10))
		}},
		{"one group", "true", func(int) map[string]any { return map[string]any{"node_group": simulator.AllNodesGroup} }},
	} {
		b.Run(test.name, func(b *testing.B) {
			h := acctest.New(b, func(o *simulator.Options) { o.Nodes, o.Latency = previewedNodes, benchLatency })
			h.Machine.LookupEnv = func(name string) (string, bool) { return test.previews, name == pe.EnvPreviewScopes }
			h.ResetRequests()
			b.ReportAllocs()
			peak.Report(b, func() {
				w := newWire(b, h)
				many(previewedTasks, benchParallelism, func(i int) {
					w.planTask(b, "pe_task", map[string]any{"task": "facts", "scope": test.scope(i)})
				})
			})
			b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
		})
	}
}
