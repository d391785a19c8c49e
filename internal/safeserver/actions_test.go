// SPDX-License-Identifier: MPL-2.0

package safeserver_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
)

// actor is a provider with one action, on the real framework.
type actor struct {
	provider.Provider
	invoke func(context.Context, *action.InvokeResponse)
}

func (actor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}

func (actor) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (actor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (actor) Resources(context.Context) []func() resource.Resource                              { return nil }
func (actor) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (a actor) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return acting{a.invoke} }}
}

type acting struct {
	invoke func(context.Context, *action.InvokeResponse)
}

func (acting) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "test_act"
}

func (acting) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"secret": schema.StringAttribute{Optional: true, WriteOnly: true},
		"needed": schema.StringAttribute{Required: true},
	}}
}

func (a acting) Invoke(ctx context.Context, _ action.InvokeRequest, resp *action.InvokeResponse) {
	a.invoke(ctx, resp)
}

// serve serves an action.
func serve(t *testing.T, invoke func(context.Context, *action.InvokeResponse)) safeserver.Server {
	t.Helper()
	inner, ok := providerserver.NewProtocol6(actor{invoke: invoke})().(safeserver.Server)
	if !ok {
		t.Fatal("the framework serves less than the protocol has")
	}
	return safeserver.New(inner, func() {})
}

// config is a configuration of the action.
func config(t *testing.T, secret, needed any) *tfprotov6.DynamicValue {
	t.Helper()
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"secret": tftypes.String, "needed": tftypes.String}}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, map[string]tftypes.Value{
		"secret": tftypes.NewValue(tftypes.String, secret), "needed": tftypes.NewValue(tftypes.String, needed),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// TestValidateActionConfig_AllowsWriteOnly has a write-only value, which the framework refuses, and keeps what else is wrong.
func TestValidateActionConfig_AllowsWriteOnly(t *testing.T) {
	t.Parallel()
	server := serve(t, nil)
	for name, test := range map[string]struct {
		needed any
		errors []string
	}{
		"all is well":     {"given", nil},
		"one is left out": {nil, []string{"Missing Configuration for Required Attribute"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := server.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{
				ActionType: "test_act", Config: config(t, "s3cret", test.needed),
			})
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, d := range answer.Diagnostics {
				said = append(said, d.Summary)
			}
			if !slices.Equal(said, test.errors) {
				t.Errorf("said %q, want %q", said, test.errors)
			}
		})
	}
}

// TestActions_AreValidatedAgain plans and invokes an action with a value that was not known when it was validated.
func TestActions_AreValidatedAgain(t *testing.T) {
	t.Parallel()
	server := serve(t, func(context.Context, *action.InvokeResponse) { t.Error("it was invoked") })
	planned, err := server.PlanAction(t.Context(), &tfprotov6.PlanActionRequest{ActionType: "test_act", Config: config(t, nil, nil)})
	if err != nil {
		t.Fatal(err)
	}
	told := [][]*tfprotov6.Diagnostic{planned.Diagnostics}
	stream, err := server.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{ActionType: "test_act", Config: config(t, nil, nil)})
	if err != nil {
		t.Fatal(err)
	}
	for event := range stream.Events {
		end, _ := event.Type.(tfprotov6.CompletedInvokeActionEventType)
		told = append(told, end.Diagnostics)
	}
	if len(told) != 2 {
		t.Fatalf("the invocation has %d words", len(told)-1)
	}
	for _, said := range told {
		if len(said) != 1 || said[0].Summary != "Missing Configuration for Required Attribute" {
			t.Errorf("said %v", said)
		}
	}
}

// TestStopProvider_HearsActionsOut stops a provider while an action runs, which takes some time to end.
func TestStopProvider_HearsActionsOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		takes time.Duration
		// waits is how long StopProvider takes, told whether the end of the action was read by then.
		waits time.Duration
		told  bool
	}{
		"it ends soon":     {3 * time.Second, 3 * time.Second, true},
		"it takes forever": {time.Hour, safeserver.Patience, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := serve(t, func(ctx context.Context, resp *action.InvokeResponse) {
					resp.SendProgress(action.InvokeProgressEvent{Message: "begun"})
					<-ctx.Done()
					time.Sleep(test.takes)
					resp.Diagnostics.AddError("interrupted", "")
				})
				stream, err := server.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{
					ActionType: "test_act", Config: config(t, nil, "given"),
				})
				if err != nil {
					t.Fatal(err)
				}
				ends := make(chan []*tfprotov6.Diagnostic, 1)
				go func() {
					for event := range stream.Events {
						if end, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
							ends <- end.Diagnostics
						}
					}
				}()
				synctest.Wait()
				begun := time.Now()
				if _, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begun); took != test.waits {
					t.Errorf("took %v, want %v", took, test.waits)
				}
				if told := len(ends) == 1; told != test.told {
					t.Errorf("the end was told: %v", told)
				}
				if end := <-ends; len(end) != 1 || end[0].Summary != "interrupted" {
					t.Errorf("the action ended with %v", end)
				}
			})
		})
	}
}

// TestHush_LeavesOutProgress hushes a server while an action runs: only its end is told.
func TestHush_LeavesOutProgress(t *testing.T) {
	t.Parallel()
	hushed := make(chan struct{})
	server := serve(t, func(_ context.Context, resp *action.InvokeResponse) {
		resp.SendProgress(action.InvokeProgressEvent{Message: "begun"})
		<-hushed
		resp.SendProgress(action.InvokeProgressEvent{Message: "still at it"})
	})
	stream, err := server.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{ActionType: "test_act", Config: config(t, nil, "given")})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for event := range stream.Events {
		switch said := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			told = append(told, said.Message)
			safeserver.Hush(server)
			close(hushed)
		case tfprotov6.CompletedInvokeActionEventType:
			told = append(told, "ended")
		}
	}
	if !slices.Equal(told, []string{"begun", "ended"}) {
		t.Errorf("told %q", told)
	}
}

// TestStopProvider_WithoutActions stops a provider in which no action runs, or none runs any more: nothing is waited for.
func TestStopProvider_WithoutActions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serve(t, func(context.Context, *action.InvokeResponse) {})
		for range 2 {
			begun := time.Now()
			if _, err := server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil || time.Since(begun) > 0 {
				t.Errorf("took %v: %v", time.Since(begun), err)
			}
			stream, err := server.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{
				ActionType: "test_act", Config: config(t, nil, "given"),
			})
			if err != nil {
				t.Fatal(err)
			}
			for range stream.Events {
			}
		}
	})
}

// TestInvokeAction_NobodyListens stops to listen to an action, which must not wait forever for somebody who takes its next word.
func TestInvokeAction_NobodyListens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := false
		server := serve(t, func(ctx context.Context, resp *action.InvokeResponse) {
			for ctx.Err() == nil {
				resp.SendProgress(action.InvokeProgressEvent{Message: "still at it"})
			}
			resp.SendProgress(action.InvokeProgressEvent{Message: "cancelled"})
			ended = true
		})
		stream, err := server.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{
			ActionType: "test_act", Config: config(t, nil, "given"),
		})
		if err != nil {
			t.Fatal(err)
		}
		heard := 0
		for range stream.Events {
			heard++
			break
		}
		if heard != 1 || !ended {
			t.Errorf("heard %d words; the action has ended: %v", heard, ended)
		}
	})
}
