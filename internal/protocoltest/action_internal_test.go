// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// actor is a provider with an action, pe_act, which notes what it is asked.
type actor struct {
	tfprotov6.ProviderServer // what is not used here panics

	// refuse is the call that answers with an error.
	refuse string
	// calls are the calls and the name that each was given.
	calls []string
	// late tells that the action ends only after the provider has stopped.
	late    bool
	stopped chan struct{}
}

func actSchema() *tfprotov6.Schema {
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "name", Type: tftypes.String, Required: true}}}}
}

func (a *actor) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}, ActionSchemas: map[string]*tfprotov6.ActionSchema{"pe_act": {Schema: actSchema()}},
	}, nil
}

func (a *actor) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (a *actor) ValidateProviderConfig(context.Context, *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{}, nil
}

func (a *actor) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

// note notes a call, and returns what it is answered with.
func (a *actor) note(call string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	value, err := decode(config, cty.Object(map[string]cty.Type{"name": cty.String}))
	name := "?"
	if given := value.GetAttr("name"); err == nil && given.IsKnown() {
		name = given.AsString()
	}
	a.calls = append(a.calls, call+" "+name)
	told := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: call + " warns"}}
	if call == a.refuse {
		told = append(told, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: call + " is refused", Attribute: tftypes.NewAttributePath().WithAttributeName("name"),
		})
	}
	return told
}

func (a *actor) ValidateActionConfig(_ context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return &tfprotov6.ValidateActionConfigResponse{Diagnostics: a.note("validate", req.Config)}, nil
}

func (a *actor) PlanAction(_ context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return &tfprotov6.PlanActionResponse{Diagnostics: a.note("plan", req.Config)}, nil
}

func (a *actor) InvokeAction(_ context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	told := a.note("invoke", req.Config)
	return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) {
		yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{Message: "begun"}})
		if a.late {
			<-a.stopped
		}
		yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: told}})
	}}, nil
}

func (a *actor) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

const acts = `
resource "terraform_data" "x" {
  input = "later"
}
action "pe_act" "a" {
  config {
    name = terraform_data.x.output
  }
}
`

// TestInvoke_AsCoreDoes validates and plans with what is unknown, invokes with what is known by then, and ends with the first refusal.
func TestInvoke_AsCoreDoes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refuse   string
		planOnly bool
		calls    []string
		error    string
		ended    bool
	}{
		"nothing is refused":       {"", false, []string{"validate ?", "plan ?", "invoke later"}, "", true},
		"only planned":             {"", true, []string{"validate ?", "plan ?"}, "", false},
		"the validation refuses":   {"validate", false, []string{"validate ?"}, "validate is refused", false},
		"the plan refuses":         {"plan", false, []string{"validate ?", "plan ?"}, "plan is refused", false},
		"the action itself failed": {"invoke", false, []string{"validate ?", "plan ?", "invoke later"}, "invoke is refused", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &actor{refuse: test.refuse}
			told, err := Invoke(t.Context(), func() (tfprotov6.ProviderServer, error) { return a, nil }, Invocation{Config: acts, Action: "pe_act.a", PlanOnly: test.planOnly})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(a.calls, test.calls) || told.Ended != test.ended || len(told.Warnings) != 1 {
				t.Errorf("%q, %+v", a.calls, told)
			}
			switch {
			case test.error == "" && len(told.Errors) > 0, test.error != "" && (len(told.Errors) != 1 || told.Errors[0].Summary != test.error):
				t.Errorf("the errors are %v", told.Errors)
			case test.error != "" && (told.Errors[0].At != "action.pe_act.a.name" || !strings.Contains(told.Errors[0].Error(), "name = terraform_data.x.output")):
				t.Errorf("the error is at %v", told.Errors[0])
			}
		})
	}
}

// TestInvoke_StopDropsTheEnd stops a provider that does not hear its actions out: a CLI learns nothing of the end.
func TestInvoke_StopDropsTheEnd(t *testing.T) {
	t.Parallel()
	a := &actor{late: true, stopped: make(chan struct{})}
	told, err := Invoke(t.Context(), func() (tfprotov6.ProviderServer, error) { return a, nil }, Invocation{
		Config: acts, Action: "pe_act.a",
		Heard: func(_ string, stop func() <-chan struct{}) {
			done := stop()
			go func() {
				<-done
				close(a.stopped)
			}()
		},
	})
	if err != nil || told.Ended || len(told.Errors) > 0 || !slices.Equal(told.Progress, []string{"begun"}) {
		t.Errorf("%+v, %v", told, err)
	}
}

// TestInvoke_WhatThereIsNot has configurations without the action, and a provider without actions.
func TestInvoke_WhatThereIsNot(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct {
		server tfprotov6.ProviderServer
		config string
	}{
		"there is no action pe_act.a":         {&actor{}, ""},
		"the provider has no action pe_other": {&actor{}, `action "pe_other" "a" {}`},
		"the provider serves no actions":      {newDouble(), acts},
	} {
		action := "pe_act.a"
		if strings.Contains(want, "pe_other") {
			action = "pe_other.a"
		}
		_, err := Invoke(t.Context(), func() (tfprotov6.ProviderServer, error) { return test.server, nil }, Invocation{Config: test.config, Action: action})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
