// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/peak"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// fleet is how many nodes a large PE manages, and partOfOne how many a test has the time for: with the race detector, the framework takes
// minutes for all of them. The client's own tests read all.
const (
	fleet     = 20_000
	partOfOne = 2_000
)

// wire is the provider as a CLI sees it, without the CLI.
type wire struct {
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

// newWire returns the provider, configured for a PE.
func newWire(tb testing.TB, h *acctest.Harness) *wire {
	tb.Helper()
	return newWireAt(tb, h, h.ServerURL())
}

// newWireAt returns the provider, configured for a PE that is reached at another address.
func newWireAt(tb testing.TB, h *acctest.Harness, url string) *wire {
	tb.Helper()
	server, err := provider.Server("test", h.Machine)()
	if err != nil {
		tb.Fatal(err)
	}
	w := &wire{server: server}
	if w.schemas, err = server.GetProviderSchema(context.WithoutCancel(tb.Context()), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		tb.Fatal(err)
	}
	config := w.encode(tb, w.schemas.Provider, map[string]string{
		"server_url": url, "rbac_url": h.RBACURL(), "puppetdb_url": h.PuppetDBURL(), "code_manager_url": h.CodeManagerURL(), "token": h.AdminToken(), "ca_cert_pem": string(h.CACertPEM()),
	})
	answer, err := server.ConfigureProvider(context.WithoutCancel(tb.Context()), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.0", Config: config})
	if err != nil || len(answer.Diagnostics) > 0 {
		tb.Fatal(err, answer.Diagnostics)
	}
	return w
}

// encode encodes a configuration that sets a few texts.
func (w *wire) encode(tb testing.TB, schema *tfprotov6.Schema, texts map[string]string) *tfprotov6.DynamicValue {
	tb.Helper()
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		tb.Fatal("the schema is no object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if text, ok := texts[name]; ok {
			values[name] = tftypes.NewValue(tftypes.String, text)
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		tb.Fatal(err)
	}
	return &encoded
}

// Read reads a data source and returns the size of its answer in bytes.
func (w *wire) Read(tb testing.TB, name string, config *tfprotov6.DynamicValue) int {
	tb.Helper()
	answer, err := w.server.ReadDataSource(context.WithoutCancel(tb.Context()), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	for _, d := range answer.Diagnostics {
		tb.Fatalf("%s: %s", d.Summary, d.Detail)
	}
	return len(answer.State.MsgPack)
}

// bigFleet is a PE with many nodes.
func bigFleet(tb testing.TB, nodes int) *acctest.Harness {
	tb.Helper()
	pe := petest.Start(tb, simulator.Options{Nodes: nodes, TimeScale: 1000, TaskConcurrency: nodes})
	h := &acctest.Harness{Simulator: pe, Machine: provider.ThisMachine()}
	h.Machine.LookupEnv = func(string) (string, bool) { return "", false }
	return h
}

// bigJob is a PE with a job that has run on many nodes.
func bigJob(tb testing.TB, nodes int) (h *acctest.Harness, id string) {
	tb.Helper()
	h = bigFleet(tb, nodes)
	ref, err := h.Client(tb).RunTask(context.WithoutCancel(tb.Context()), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Params: map[string]any{"output": "hello"}, Scope: orchestrator.Scope{NodeGroup: simulator.AllNodesGroup},
	})
	if err != nil {
		tb.Fatal(err)
	}
	h.FinishAll()
	return h, ref.ID
}

// TestJobNodesDataSource_LargeFleet reads a job over many nodes, page by page.
func TestJobNodesDataSource_LargeFleet(t *testing.T) {
	t.Parallel()
	h, id := bigJob(t, partOfOne)
	w := newWire(t, h)
	h.ResetRequests()
	nodes := w.Read(t, "pe_job_nodes", w.encode(t, w.schemas.DataSourceSchemas["pe_job_nodes"], map[string]string{"job_id": id}))
	// The answer has no total: the page after the last full one is empty.
	if got := h.Count(http.MethodGet, "/jobs/*/nodes"); got != partOfOne/200+1 {
		t.Errorf("the nodes were read with %d requests", got)
	}
	events := w.Read(t, "pe_job_events", w.encode(t, w.schemas.DataSourceSchemas["pe_job_events"], map[string]string{"job_id": id}))
	if got := h.Count(http.MethodGet, "/jobs/*/events"); got != 2 {
		t.Errorf("the events were read with %d requests", got)
	}
	if least := 100 * partOfOne; nodes < least || events < least {
		t.Errorf("%d bytes of nodes and %d bytes of events are too few", nodes, events)
	}
}

func BenchmarkLargeDataSources(b *testing.B) {
	h, id := bigJob(b, fleet)
	w := newWire(b, h)
	for _, name := range []string{"pe_job_nodes", "pe_job_events", "pe_job_report"} {
		b.Run(name, func(b *testing.B) {
			config := w.encode(b, w.schemas.DataSourceSchemas[name], map[string]string{"job_id": id})
			peak.Report(b, func() { w.Read(b, name, config) })
		})
	}
}
