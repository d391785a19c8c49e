// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
)

// newUnknownWire returns the provider with a server that is only known after apply, for a CLI that may put resources off or not.
func newUnknownWire(t *testing.T, h *acctest.Harness, deferralAllowed bool) *wire {
	t.Helper()
	server, err := provider.Server("test", h.Machine)()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	w := &wire{server: server}
	if w.schemas, err = server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	of := w.schemas.Provider.ValueType()
	answer, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion:   "1.16.0",
		Config:             encoded(t, of, valueOf(t, of, map[string]any{"server_url": tftypes.UnknownValue, "token": h.AdminToken()})),
		ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: deferralAllowed},
	})
	if err != nil {
		t.Fatal(err)
	}
	nothingSaid(t, answer.Diagnostics)
	return w
}

func encoded(t *testing.T, of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

func decoded(t *testing.T, of tftypes.Type, value *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	decoded, err := value.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// attributesIn are the attributes of an object.
func attributesIn(t *testing.T, object tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	attributes := map[string]tftypes.Value{}
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

// planNew plans a new object whose configuration sets nothing.
func (w *wire) planNew(t *testing.T, name string) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	of := w.schemas.ResourceSchemas[name].ValueType()
	config := encoded(t, of, valueOf(t, of, map[string]any{}))
	answer, err := w.server.PlanResourceChange(context.WithoutCancel(t.Context()), &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: encoded(t, of, tftypes.NewValue(of, nil)), ProposedNewState: config, Config: config,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestDeferral_ResourcesOfAServerNotYetKnown puts off whatever needs a server that is only known after apply. What only the server can say is
// unknown then, not null: a plan that says null would promise that it stays so.
func TestDeferral_ResourcesOfAServerNotYetKnown(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	w := newUnknownWire(t, h, true)
	for name, schema := range w.schemas.ResourceSchemas {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, of := context.WithoutCancel(t.Context()), schema.ValueType()
			planned := w.planNew(t, name)
			nothingSaid(t, planned.Diagnostics)
			isDeferred(t, "the plan", planned.Deferred)
			computed := "id"
			if standsForNothing(name) {
				computed = "deploy_signatures"
			}
			if value := attributesIn(t, decoded(t, of, planned.PlannedState))[computed]; value.IsKnown() {
				t.Errorf("the %s is planned as %s", computed, value)
			}
			prior := encoded(t, of, valueOf(t, of, map[string]any{"id": "7"}))
			read, err := w.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: prior})
			if err != nil {
				t.Fatal(err)
			}
			nothingSaid(t, read.Diagnostics)
			isDeferred(t, "the read", read.Deferred)
			if !decoded(t, of, read.NewState).Equal(decoded(t, of, prior)) {
				t.Error("the state has changed without a read")
			}
			imported, err := w.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: "7"})
			if err != nil {
				t.Fatal(err)
			}
			nothingSaid(t, imported.Diagnostics)
			isDeferred(t, "the import", imported.Deferred)
			if len(imported.ImportedResources) != 1 || decoded(t, of, imported.ImportedResources[0].State).IsKnown() {
				t.Error("the import does not say that nothing is known")
			}
		})
	}
	if requests := h.Requests(); len(requests) > 0 {
		t.Errorf("%d requests were sent", len(requests))
	}
}

func isDeferred(t *testing.T, what string, deferred *tfprotov6.Deferred) {
	t.Helper()
	if deferred == nil || deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown {
		t.Errorf("%s is not put off, because of the configuration of the provider: %v", what, deferred)
	}
}

func TestDeferral_DataSourcesOfAServerNotYetKnown(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	w := newUnknownWire(t, h, true)
	for name, schema := range w.schemas.DataSourceSchemas {
		of := schema.ValueType()
		read, err := w.server.ReadDataSource(context.WithoutCancel(t.Context()), &tfprotov6.ReadDataSourceRequest{
			TypeName: name, Config: encoded(t, of, valueOf(t, of, map[string]any{})),
		})
		if err != nil {
			t.Fatal(err)
		}
		nothingSaid(t, read.Diagnostics)
		isDeferred(t, name, read.Deferred)
		if decoded(t, of, read.State).IsFullyKnown() {
			t.Errorf("%s has values", name)
		}
	}
	for name, schema := range w.schemas.EphemeralResourceSchemas {
		of := schema.ValueType()
		opened, err := w.server.OpenEphemeralResource(context.WithoutCancel(t.Context()), &tfprotov6.OpenEphemeralResourceRequest{
			TypeName: name, Config: encoded(t, of, valueOf(t, of, map[string]any{})),
		})
		if err != nil {
			t.Fatal(err)
		}
		nothingSaid(t, opened.Diagnostics)
		isDeferred(t, name, opened.Deferred)
	}
	if requests := h.Requests(); len(requests) > 0 {
		t.Errorf("%d requests were sent", len(requests))
	}
}

// TestDeferral_OnlyWhereTheCLIAllowsIt keeps what CLIs get that put nothing off: new resources are planned, reads say why they cannot be done.
func TestDeferral_OnlyWhereTheCLIAllowsIt(t *testing.T) {
	t.Parallel()
	w := newUnknownWire(t, acctest.New(t), false)
	for name, schema := range w.schemas.ResourceSchemas {
		planned := w.planNew(t, name)
		nothingSaid(t, planned.Diagnostics)
		if planned.Deferred != nil {
			t.Errorf("%s is put off", name)
		}
		of := schema.ValueType()
		read, err := w.server.ReadResource(context.WithoutCancel(t.Context()), &tfprotov6.ReadResourceRequest{
			TypeName: name, CurrentState: encoded(t, of, valueOf(t, of, map[string]any{"id": "7"})),
		})
		if err != nil {
			t.Fatal(err)
		}
		if read.Deferred != nil || len(read.Diagnostics) == 0 != standsForNothing(name) {
			t.Errorf("reading %s is put off, or says nothing", name)
		}
	}
}
