// SPDX-License-Identifier: MPL-2.0

package content

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func TestWorse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b, want string }{
		{serviceRunning, serviceRunning, serviceRunning},
		{serviceRunning, serviceUnknown, serviceUnknown},
		{serviceRunning, serviceError, serviceError},
		{serviceUnknown, serviceUnknown, serviceUnknown},
		{serviceUnknown, serviceError, serviceError},
		{serviceError, serviceError, serviceError},
		{serviceRunning, "starting", serviceUnknown},
		{serviceRunning, "", serviceUnknown},
		{"starting", serviceError, serviceError},
	} {
		if got := worse(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: got %q, want %q", test.a, test.b, got, test.want)
		}
		if got := worse(test.b, test.a); got != test.want {
			t.Errorf("%q and %q: got %q, want %q", test.b, test.a, got, test.want)
		}
	}
}

func TestFillServices(t *testing.T) {
	t.Parallel()
	service := func(state string) orchestrator.ServiceStatus { return orchestrator.ServiceStatus{State: state} }
	for name, test := range map[string]struct {
		services map[string]orchestrator.ServiceStatus
		want     string
	}{
		"none":    {nil, serviceUnknown},
		"one":     {map[string]orchestrator.ServiceStatus{"a": service(serviceError)}, serviceError},
		"running": {map[string]orchestrator.ServiceStatus{"a": service(serviceRunning), "b": service(serviceRunning)}, serviceRunning},
		"mixed":   {map[string]orchestrator.ServiceStatus{"a": service(serviceRunning), "b": service("starting"), "c": service(serviceRunning)}, serviceUnknown},
		"broken":  {map[string]orchestrator.ServiceStatus{"a": service("starting"), "b": service(serviceError), "c": service(serviceRunning)}, serviceError},
	} {
		var m orchestratorModel
		var diags diag.Diagnostics
		if m.fillServices(test.services, &diags); m.State.ValueString() != test.want || m.Services == nil || len(m.Services) != len(test.services) || len(diags) > 0 {
			t.Errorf("%s: got %s of %v, %v", name, m.State, m.Services, diags)
		}
	}
}

func TestNewService_Alerts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		null  bool
		count int
	}{
		`{"state":"running"}`:                                                {true, 0},
		`{"state":"running","active_alerts":[]}`:                             {false, 0},
		`{"state":"error","active_alerts":[{"severity":"warning"}]}`:         {false, 1},
		`{"state":"error","active_alerts":[{"message":"a"},{"message":""}]}`: {false, 2},
	} {
		var status orchestrator.ServiceStatus
		if err := json.Unmarshal([]byte(text), &status); err != nil {
			t.Fatal(err)
		}
		if got := newService(status).ActiveAlerts; (got == nil) != want.null || len(got) != want.count {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	if got := addresses(nil); got == nil || len(got) != 0 {
		t.Errorf("none: got %v", got)
	}
	got := addresses([]orchestrator.Link{{ID: "https://pe:8143/jobs", Name: "jobs"}, {ID: "https://pe:8143/tasks", Name: "tasks"}})
	if len(got) != 2 || got["jobs"] != "https://pe:8143/jobs" || got["tasks"] != "https://pe:8143/tasks" {
		t.Errorf("got %v", got)
	}
}

func TestCodeModel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given       types.String
		environment string
	}{
		"none": {types.StringNull(), "production"},
		"one":  {types.StringValue("testing"), "testing"},
	} {
		for codeID, want := range map[string]types.String{"": types.StringNull(), "urn:x": types.StringValue("urn:x")} {
			m := codeModel{Environment: test.given}
			m.Report(codeID)
			if m.Environment.ValueString() != test.environment || !m.CodeID.Equal(want) {
				t.Errorf("%s: got %+v", name, m)
			}
		}
	}
}

func TestFillParameters(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	var none, empty, some taskMetadataModel
	none.fillParameters(nil, &diags)
	empty.fillParameters(map[string]orchestrator.TaskParameter{}, &diags)
	some.fillParameters(map[string]orchestrator.TaskParameter{
		"a": {Type: "String", Default: json.RawMessage(`null`)}, "b": {Sensitive: true},
	}, &diags)
	if none.Parameters != nil {
		t.Errorf("a task that says nothing of its parameters has %v", none.Parameters)
	}
	if empty.Parameters == nil || len(empty.Parameters) != 0 {
		t.Errorf("a task without parameters has %v", empty.Parameters)
	}
	if a, b := some.Parameters["a"], some.Parameters["b"]; a.Type.ValueString() != "String" || a.Sensitive.ValueBool() || !b.Type.IsNull() || !b.Sensitive.ValueBool() {
		t.Errorf("got %v", some.Parameters)
	}
	// A default of null is one.
	if object, ok := some.Defaults.UnderlyingValue().(types.Object); !ok || len(object.Attributes()) != 1 || object.Attributes()["a"] == nil || len(diags) > 0 {
		t.Errorf("got %s, %v", some.Defaults, diags)
	}
}
