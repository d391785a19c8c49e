// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/peak"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// The conditions of these benchmarks: a server with latency, and a CLI that works on ten objects at once, as by default.
const (
	benchLatency     = 20 * time.Millisecond
	benchParallelism = 10
)

// benchHarness starts a PE with a latency, isolated from the environment of this machine.
func benchHarness(b *testing.B) *acctest.Harness {
	b.Helper()
	pe := petest.Start(b, simulator.Options{Nodes: 10, TimeScale: 1000, Latency: benchLatency})
	h := &acctest.Harness{Simulator: pe, Machine: provider.ThisMachine()}
	h.Machine.LookupEnv, h.Machine.Journal, h.Machine.Now = func(string) (string, bool) { return "", false }, nil, pe.Now
	return h
}

// object is an object in the state of a CLI.
type object struct {
	state   *tfprotov6.DynamicValue
	private []byte
}

// valueOf makes a value of a type: of texts, booleans, numbers, lists of texts, and objects whose other attributes are null.
func valueOf(tb testing.TB, of tftypes.Type, from any) tftypes.Value {
	tb.Helper()
	if of.Is(tftypes.DynamicPseudoType) && from != nil {
		return tfvalue.FromPlain(from)
	}
	switch from := from.(type) {
	case map[string]any:
		object, ok := of.(tftypes.Object)
		if !ok {
			tb.Fatalf("%s is no object", of)
		}
		values := map[string]tftypes.Value{}
		for name, attribute := range object.AttributeTypes {
			values[name] = valueOf(tb, attribute, from[name])
		}
		return tftypes.NewValue(of, values)
	case []string:
		values := make([]tftypes.Value, len(from))
		for i, text := range from {
			values[i] = tftypes.NewValue(tftypes.String, text)
		}
		return tftypes.NewValue(of, values)
	default:
		return tftypes.NewValue(of, from)
	}
}

// create plans and applies a new object, as a CLI does.
func (w *wire) create(tb testing.TB, name string, attributes map[string]any) object {
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
	ctx := context.WithoutCancel(tb.Context())
	planned, err := w.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: &prior, ProposedNewState: &config, Config: &config})
	if err != nil {
		tb.Fatal(err)
	}
	nothingSaid(tb, planned.Diagnostics)
	applied, err := w.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, PriorState: &prior, PlannedState: planned.PlannedState, Config: &config, PlannedPrivate: planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		tb.Fatal(err)
	}
	nothingSaid(tb, applied.Diagnostics)
	return object{applied.NewState, applied.Private}
}

// refresh reads an object.
func (w *wire) refresh(tb testing.TB, name string, o object) {
	tb.Helper()
	answer, err := w.server.ReadResource(context.WithoutCancel(tb.Context()), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: o.state, Private: o.private})
	if err != nil {
		tb.Error(err)
		return
	}
	nothingSaid(tb, answer.Diagnostics)
	if before, after := string(o.state.MsgPack), string(answer.NewState.MsgPack); before != after {
		tb.Errorf("%s has changed from %q to %q", name, before, after)
	}
}

// nothingSaid fails at the first error.
func nothingSaid(tb testing.TB, diagnostics []*tfprotov6.Diagnostic) {
	tb.Helper()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			tb.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
}

// many calls a function for every number below n, a few at a time.
func many(n, atOnce int, call func(i int)) {
	var all sync.WaitGroup
	next := make(chan int)
	for range atOnce {
		all.Go(func() {
			for i := range next {
				call(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

func benchTaskTarget(i int) map[string]any {
	return map[string]any{"display_name": fmt.Sprintf("target %d", i), "tasks": []string{"service", "package"}, "nodes": []string{acctest.Node(1), acctest.Node(2)}}
}

func benchSchedule(i int) map[string]any {
	return map[string]any{
		"task": "facts", "scope": map[string]any{"nodes": []any{acctest.Node(i%10 + 1)}}, "scheduled_time": "2099-01-01T00:00:00Z",
		"description": fmt.Sprintf("schedule %d", i), "validate_params": false,
	}
}

func benchTask(i int) map[string]any {
	return map[string]any{"task": "facts", "scope": map[string]any{"nodes": []any{acctest.Node(i%10 + 1)}}, "description": fmt.Sprintf("job %d", i), "validate_params": false}
}

// benchKind is a number of objects of a kind.
type benchKind struct {
	resource string
	count    int
	body     func(int) map[string]any
}

// run creates the objects, and measures what is done with each of them, a few at a time, in new processes. It reports the number of
// requests, and the time for one object.
func (k benchKind) run(b *testing.B, each func(b *testing.B, w *wire, o object, body map[string]any)) {
	b.Helper()
	b.Run(fmt.Sprintf("%s/%d", k.resource, k.count), func(b *testing.B) {
		h := benchHarness(b)
		w := newWire(b, h)
		objects := make([]object, k.count)
		many(k.count, 4*benchParallelism, func(i int) { objects[i] = w.create(b, k.resource, k.body(i)) })
		if b.Failed() {
			return
		}
		h.ResetRequests()
		b.ReportAllocs()
		for b.Loop() {
			w := newWire(b, h)
			many(k.count, benchParallelism, func(i int) { each(b, w, objects[i], k.body(i)) })
		}
		b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*k.count), "µs/object")
	})
}

// BenchmarkRefresh refreshes a large state.
func BenchmarkRefresh(b *testing.B) {
	for _, kind := range []benchKind{
		{"pe_task_target", 1000, benchTaskTarget},
		{"pe_task_target", 5000, benchTaskTarget},
		{"pe_scheduled_task", 500, benchSchedule},
	} {
		kind.run(b, func(b *testing.B, w *wire, o object, _ map[string]any) {
			b.Helper()
			w.refresh(b, kind.resource, o)
		})
	}
}

// BenchmarkCreate creates objects one after another. Each takes one POST; nothing is read back.
func BenchmarkCreate(b *testing.B) {
	for _, test := range []struct {
		resource string
		body     func(int) map[string]any
	}{
		{"pe_task_target", benchTaskTarget},
		{"pe_scheduled_task", benchSchedule},
	} {
		b.Run(test.resource, func(b *testing.B) {
			h := benchHarness(b)
			w := newWire(b, h)
			w.create(b, test.resource, test.body(0)) // requests that a process sends only once are sent here
			h.ResetRequests()
			b.ReportAllocs()
			for i := 1; b.Loop(); i++ {
				w.create(b, test.resource, test.body(i))
			}
			requests := map[string]int{}
			for _, r := range h.Requests() {
				requests[r.Method]++
			}
			b.ReportMetric(float64(requests[http.MethodPost])/float64(b.N), "POSTs/op")
			b.ReportMetric(float64(requests[http.MethodGet])/float64(b.N), "GETs/op")
		})
	}
}

// BenchmarkStart starts the provider as a CLI does, three times for a plan: its schemas are read, and it is configured.
func BenchmarkStart(b *testing.B) {
	h := benchHarness(b)
	b.Run("schemas", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			server, err := provider.Server("test", h.Machine)()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("configured", func(b *testing.B) {
		b.ReportAllocs()
		h.ResetRequests()
		for b.Loop() {
			newWire(b, h)
		}
		b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
	})
}

// BenchmarkJobOfALargeFleet runs a task on all nodes of a large fleet, to its end. It reports the number of requests, and the size of the
// state.
func BenchmarkJobOfALargeFleet(b *testing.B) {
	for _, capture := range []string{"none", "failed", "all"} {
		b.Run(capture, func(b *testing.B) {
			h, _ := bigJob(b, fleet)
			w := newWire(b, h)
			h.ResetRequests()
			size := 0
			peak.Report(b, func() {
				created := w.create(b, "pe_task", map[string]any{
					"task": "simulate", "scope": map[string]any{"node_group": simulator.AllNodesGroup}, "capture_results": capture, "validate_params": false,
				})
				size = len(created.state.MsgPack)
			})
			b.ReportMetric(float64(len(h.Requests()))/float64(b.N), "requests/op")
			b.ReportMetric(float64(size)/1024, "state-kB")
		})
	}
}

// BenchmarkPlan does for a state without changes what a plan does with each object: its configuration is validated, its state refreshed, and
// its change planned.
func BenchmarkPlan(b *testing.B) {
	for _, kind := range []benchKind{
		{"pe_task_target", 1000, benchTaskTarget},
		{"pe_scheduled_task", 500, benchSchedule},
		{"pe_task", 100, benchTask},
	} {
		kind.run(b, func(b *testing.B, w *wire, o object, body map[string]any) {
			b.Helper()
			w.planAgain(b, kind.resource, o, body)
		})
	}
}

// planAgain plans an object that exists, as a CLI does.
func (w *wire) planAgain(tb testing.TB, name string, o object, attributes map[string]any) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context())
	of := w.schemas.ResourceSchemas[name].ValueType()
	config, err := tfprotov6.NewDynamicValue(of, valueOf(tb, of, attributes))
	if err != nil {
		tb.Error(err)
		return
	}
	validated, err := w.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: &config})
	if err != nil {
		tb.Error(err)
		return
	}
	nothingSaid(tb, validated.Diagnostics)
	w.refresh(tb, name, o)
	planned, err := w.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: o.state, ProposedNewState: o.state, Config: &config, PriorPrivate: o.private,
	})
	if err != nil {
		tb.Error(err)
		return
	}
	nothingSaid(tb, planned.Diagnostics)
	if before, after := string(o.state.MsgPack), string(planned.PlannedState.MsgPack); before != after {
		tb.Errorf("%s would change from %q to %q", name, before, after)
	}
}
