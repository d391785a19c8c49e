// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// generic is an object in the state of a generic REST provider. The states in testdata/moved were written by restapi 3.0 and restful 0.25.
type generic struct {
	source, what string
	version      int64
}

var generics = []generic{{"restapi_object", "target", 0}, {"restapi_object", "role", 0}, {"restapi_object", "schedule", 0},
	{"restful_resource", "target", 2}, {"restful_resource", "role", 2}, {"restful_resource", "schedule", 2}}

// state is the recorded state, with the id that the object has on the server of this test.
func (g generic) state(t *testing.T, id string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "moved", g.source+"-"+g.what+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]any
	if err := json.Unmarshal(raw, &attributes); err != nil {
		t.Fatal(err)
	}
	recorded, ok := attributes["id"].(string)
	if !ok {
		t.Fatal("the recorded state has no id")
	}
	attributes["id"] = recorded[:strings.LastIndexByte(recorded, '/')+1] + id
	state, err := json.Marshal(attributes)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// movable are the resources to which objects are moved, and how each is configured.
var movable = map[string]struct {
	name          string
	configuration map[string]any
}{
	"target": {"pe_task_target", map[string]any{
		"display_name": "restarts", "tasks": []string{"service"}, "all_tasks": false, "nodes": []string{"node1.example.com"},
	}},
	"role": {"pe_role", map[string]any{"display_name": "a", "description": "x"}},
	"schedule": {"pe_scheduled_task", map[string]any{
		"task": "service", "params": map[string]any{"action": "restart", "name": "httpd"}, "environment": "production",
		"scope": map[string]any{"nodes": []any{"node1.example.com"}}, "scheduled_time": "2099-01-01T00:00:00Z",
	}},
}

// idIn is the id in the state of an object.
func (w *wire) idIn(t *testing.T, name string, o object) string {
	t.Helper()
	var id string
	if err := attributesIn(t, decoded(t, w.schemas.ResourceSchemas[name].ValueType(), o.state))["id"].As(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// move moves the state of a generic object to a resource.
func (w *wire) move(t *testing.T, g generic, name string, state []byte) *tfprotov6.MoveResourceStateResponse {
	t.Helper()
	answer, err := w.server.MoveResourceState(context.WithoutCancel(t.Context()), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: "registry.example.com/someone/rest", SourceTypeName: g.source, SourceSchemaVersion: g.version,
		SourceState: &tfprotov6.RawState{JSON: state}, TargetTypeName: name,
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// read reads what is in a state.
func (w *wire) read(t *testing.T, name string, o object) *tfprotov6.ReadResourceResponse {
	t.Helper()
	answer, err := w.server.ReadResource(context.WithoutCancel(t.Context()), &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: o.state, Private: o.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// plan plans a configuration for what is in a state. Like core, it proposes the prior value of what is computed and not configured.
func (w *wire) plan(t *testing.T, name string, o object, configuration map[string]any) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	schema := w.schemas.ResourceSchemas[name]
	of := schema.ValueType()
	config := valueOf(t, of, configuration)
	proposed, prior := attributesIn(t, config), attributesIn(t, decoded(t, of, o.state))
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed && proposed[attribute.Name].IsNull() {
			proposed[attribute.Name] = prior[attribute.Name]
		}
	}
	answer, err := w.server.PlanResourceChange(context.WithoutCancel(t.Context()), &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: o.state, PriorPrivate: o.private,
		ProposedNewState: encoded(t, of, tftypes.NewValue(of, proposed)), Config: encoded(t, of, config),
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestMoved_FromGenericProvidersPlansEmpty moves what generic REST providers have in their states. The next plan reads it and has nothing
// to do.
func TestMoved_FromGenericProvidersPlansEmpty(t *testing.T) {
	t.Parallel()
	for _, g := range generics {
		t.Run(g.source+" "+g.what, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			w, to := newWire(t, h), movable[g.what]
			id := w.idIn(t, to.name, w.create(t, to.name, to.configuration))
			h.ResetRequests()
			later := newWire(t, h) // another process, which knows nothing of the creation
			moved := later.move(t, g, to.name, g.state(t, id))
			nothingSaid(t, moved.Diagnostics)
			bare := object{moved.TargetState, moved.TargetPrivate}
			if got := later.idIn(t, to.name, bare); got != id {
				t.Fatalf("the id %q was moved as %q", id, got)
			}
			read := later.read(t, to.name, bare)
			nothingSaid(t, read.Diagnostics)
			full := object{read.NewState, read.Private}
			planned := later.plan(t, to.name, full, to.configuration)
			nothingSaid(t, planned.Diagnostics)
			of := later.schemas.ResourceSchemas[to.name].ValueType()
			before, after := attributesIn(t, decoded(t, of, full.state)), attributesIn(t, decoded(t, of, planned.PlannedState))
			for attribute, value := range before {
				if !value.Equal(after[attribute]) {
					t.Errorf("the plan changes %s from %s to %s", attribute, value, after[attribute])
				}
			}
			h.OnlyReads(t)
		})
	}
}

// TestMoved_NotReadIsNotPlanned refuses to plan from a bare id, as a plan with -refresh=false would: every attribute would look changed,
// and a task-target would be made a second time.
func TestMoved_NotReadIsNotPlanned(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	w := newWire(t, h)
	for _, g := range generics[:3] {
		to := movable[g.what]
		moved := w.move(t, g, to.name, g.state(t, "7"))
		nothingSaid(t, moved.Diagnostics)
		planned := w.plan(t, to.name, object{moved.TargetState, moved.TargetPrivate}, to.configuration)
		mustSay(t, planned.Diagnostics, "has only the id 7", "-refresh=false")
	}
	if got := h.Count(http.MethodPost, "*"); got != 0 {
		t.Errorf("%d requests were sent", got)
	}
}

// mustSay fails unless there is one error that has all the texts.
func mustSay(t *testing.T, diagnostics []*tfprotov6.Diagnostic, texts ...string) {
	t.Helper()
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Errorf("there is not one error: %s", inWords(diagnostics))
		return
	}
	for _, text := range texts {
		if said := diagnostics[0].Summary + " " + diagnostics[0].Detail; !strings.Contains(said, text) {
			t.Errorf("%q does not say %q", said, text)
		}
	}
}

// TestMoved_ScheduleOfAnotherKind finds out by reading that a schedule runs something else: the paths of all kinds are the same.
func TestMoved_ScheduleOfAnotherKind(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	w, to, g := newWire(t, h), movable["schedule"], generic{"restapi_object", "schedule", 0}
	id := w.idIn(t, to.name, w.create(t, to.name, to.configuration))
	moved := w.move(t, g, "pe_scheduled_plan", g.state(t, id))
	nothingSaid(t, moved.Diagnostics)
	read := w.read(t, "pe_scheduled_plan", object{moved.TargetState, moved.TargetPrivate})
	mustSay(t, read.Diagnostics, "It is the schedule of a task")
}

// TestMoved_Refused moves what cannot be moved.
func TestMoved_Refused(t *testing.T) {
	t.Parallel()
	w := newWire(t, acctest.New(t))
	role, target := generic{"restapi_object", "role", 0}, generic{"restful_resource", "target", 2}
	for name, test := range map[string]struct {
		from  generic
		to    string
		state []byte
		want  []string
	}{
		"a role to a task-target": {role, "pe_task_target", role.state(t, "7"), []string{
			"The restapi_object was not moved to pe_task_target", "none of its paths (/rbac-api/v1/roles)", "task_target or task_targets",
		}},
		"a task-target to a schedule": {target, "pe_scheduled_deploy", target.state(t, "7"), []string{"scheduled_jobs or schedule_deploy"}},
		"no number":                   {role, "pe_role", role.state(t, "operators"), []string{`Its id is "operators"`, "terraform state rm"}},
		"no state":                    {role, "pe_role", []byte(`[]`), []string{"Its state cannot be read"}},
		"another resource": {generic{"null_resource", "", 0}, "pe_role", []byte(`{"id":"7"}`), []string{
			"does not include support for the given source resource", "null_resource",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustSay(t, w.move(t, test.from, test.to, test.state).Diagnostics, test.want...)
		})
	}
}
