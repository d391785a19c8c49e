// SPDX-License-Identifier: MPL-2.0

package job

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/threshold"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestEnded(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]bool{
		"": false, "new": false, "ready": false, "running": false, "stopping": false, "quantum": false,
		"stopped": true, "finished": true, "failed": true, "success": true, "failure": true,
	} {
		m := &jobModel{}
		if m.State = types.StringValue(state); m.ended() != want {
			t.Errorf("%q: got %v", state, m.ended())
		}
	}
	for name, state := range map[string]types.String{"null": types.StringNull(), "unknown": types.StringUnknown()} {
		m := &jobModel{}
		if m.State = state; m.ended() {
			t.Errorf("%s: has ended", name)
		}
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	type states = map[orchestrator.NodeState]int64
	for name, test := range map[string]struct {
		job  *nodeJobModel
		want outcome.Job
	}{
		"all were taken":         {jobWith(noderesults.None, 2, map[string]int64{"finished": 2}, "a", "b"), outcome.Job{State: "finished", NodeCount: 2, NodeStates: states{"finished": 2}}},
		"one was left out":       {jobWith(noderesults.None, 1, map[string]int64{"finished": 1}, "a", "b"), outcome.Job{State: "finished", NodeCount: 1, NodeStates: states{"finished": 1}, Missing: 1}},
		"more than were named":   {jobWith(noderesults.None, 3, nil, "a"), outcome.Job{State: "finished", NodeCount: 3, NodeStates: states{}}},
		"nobody names the nodes": {&nodeJobModel{Scope: types.DynamicNull()}, outcome.Job{NodeStates: states{}}},
	} {
		if got := test.job.outcome(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
	for name, test := range map[string]struct {
		nodes   types.Int64
		percent types.Float64
		want    outcome.Allowed
	}{
		"none": {types.Int64Null(), types.Float64Null(), outcome.Allowed{}}, "some": {types.Int64Value(3), types.Float64Value(2.5), outcome.Allowed{Nodes: 3, Percent: 2.5}},
	} {
		if got := (&nodeJobModel{Model: threshold.Model{MaxFailedNodes: test.nodes, MaxFailedPercent: test.percent}}).Allowed(); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

// TestOutputs_ForgottenAndSettled: forgotten outputs are unknown, unknown ones are settled as null, and known ones stay.
func TestOutputs_ForgottenAndSettled(t *testing.T) {
	t.Parallel()
	known := &taskModel{nodeJobModel: *jobWith(noderesults.All, 2, map[string]int64{"finished": 2}, "a", "b")}
	known.Results, known.SensitiveResults = types.DynamicValue(types.StringValue("x")), types.DynamicNull()
	known.Owner, known.StartedAt = types.StringValue("dana"), types.StringValue("2026-01-10T08:00:00Z")
	known.FinishedAt, known.DurationSeconds = types.StringNull(), types.Float64Null()

	settled := *known
	if settled.settle(); !reflect.DeepEqual(settled, *known) {
		t.Errorf("what is known was changed: %+v", settled)
	}
	var recalled taskModel
	recalled.recall(known)
	if !recalled.ID.Equal(known.ID) || !reflect.DeepEqual(recalled.Outputs, known.Outputs) || !reflect.DeepEqual(recalled.NodeOutputs, known.NodeOutputs) || !recalled.Scope.IsNull() {
		t.Errorf("got %+v", recalled)
	}
	forgotten := *known
	forgotten.forget()
	for name, value := range outputsOf(&forgotten) {
		if !value.IsUnknown() {
			t.Errorf("%s is not forgotten: %s", name, value)
		}
	}
	forgotten.settle()
	for name, value := range outputsOf(&forgotten) {
		if !value.IsNull() {
			t.Errorf("%s is not settled: %s", name, value)
		}
	}
	if !forgotten.ID.Equal(known.ID) || !forgotten.Scope.Equal(known.Scope) {
		t.Error("more than the outputs was forgotten")
	}

	plan := &planRunModel{}
	plan.forget()
	if !plan.State.IsUnknown() || !plan.Result.IsUnknown() {
		t.Errorf("a plan: got %+v", plan)
	}
	if plan.settle(); !plan.State.IsNull() || !plan.Result.IsNull() {
		t.Errorf("a plan: got %+v", plan)
	}
}

func outputsOf(m *taskModel) map[string]attr.Value {
	return map[string]attr.Value{
		"state": m.State, "started_at": m.StartedAt, "finished_at": m.FinishedAt, "duration_seconds": m.DurationSeconds, "owner": m.Owner, "node_count": m.NodeCount,
		"node_states": m.NodeStates, "results": m.Results, "sensitive_results": m.SensitiveResults,
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	const rest = `"started_timestamp":"2026-01-10T08:00:00Z","finished_timestamp":"2026-01-10T09:00:00Z","duration":3600,"node_count":2,"node_states":{"finished":2}`
	for state, ended := range map[string]bool{"running": false, "finished": true} {
		var m nodeJobModel
		m.fill(decode[orchestrator.Job](t, `{"name":"81","state":"`+state+`","owner":{"login":"dana"},`+rest+`}`))
		// A running job may report the end of an earlier state, which is not its own end.
		if m.FinishedAt.IsNull() == ended || m.DurationSeconds.IsNull() == ended || m.State.ValueString() != state || m.Owner.ValueString() != "dana" || m.NodeCount.ValueInt64() != 2 {
			t.Errorf("%s: got %+v", state, m)
		}
	}
	for state, ended := range map[string]bool{"running": false, "success": true, "failure": true} {
		var m planRunModel
		m.fill(decode[orchestrator.PlanJob](t, `{"name":"7","state":"`+state+`","created_timestamp":"x","finished_timestamp":"y","duration":1,"result":"done"}`))
		if m.FinishedAt.IsNull() == ended || m.DurationSeconds.IsNull() == ended || m.Result.IsNull() == ended || m.StartedAt.ValueString() != "x" {
			t.Errorf("a plan, %s: got %+v", state, m)
		}
	}
}

func TestSimilar(t *testing.T) {
	t.Parallel()
	production, facts := types.StringValue("production"), types.StringValue("facts")
	task, deploy, plan := &taskModel{Task: facts}, &deployModel{}, &planRunModel{PlanName: types.StringValue("canary")}
	task.Environment, deploy.Environment = production, production
	for text, want := range map[string]struct{ task, deploy bool }{
		`{"name":"1","options":{"task":"facts","environment":"production"}}`:            {true, true},
		`{"name":"1","options":{"task":"facts","environment":"testing"}}`:               {false, false},
		`{"name":"1","options":{"task":"package"},"environment":{"name":"production"}}`: {false, true},
		`{"name":"1"}`: {false, false},
	} {
		job := decode[orchestrator.Job](t, text)
		if task.start(task).Similar(job) != want.task || deploy.start(deploy).Similar(job) != want.deploy {
			t.Errorf("%s: of the task %v, of the deploy %v", text, task.start(task).Similar(job), deploy.start(deploy).Similar(job))
		}
	}
	task.Params = types.DynamicValue(tfvalue.Object(map[string]attr.Value{"a": types.StringValue("b")}))
	task.Scope = workload.ScopeValue(&orchestrator.Scope{Nodes: []string{"x", "y"}}, false, &diag.Diagnostics{})
	for text, want := range map[string]bool{
		`{"name":"1","options":{"task":"facts","environment":"production","params":{"a":"b","default":1},"scope":{"nodes":["y","x"]}}}`: true,
		`{"name":"1","options":{"task":"facts","environment":"production","params":{"a":"c"},"scope":{"nodes":["y","x"]}}}`:             false,
		`{"name":"1","options":{"task":"facts","environment":"production","params":{"a":"b"},"scope":{"nodes":["y"]}}}`:                 false,
		`{"name":"1","options":{"task":"facts","environment":"production","params":{"a":"b"}}}`:                                         true,
	} {
		if got := task.start(task).Similar(decode[orchestrator.Job](t, text)); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
	for text, want := range map[string]bool{`{"name":"1","options":{"plan_name":"canary"}}`: true, `{"name":"1","options":{"plan_name":"other"}}`: false, `{"name":"1"}`: false} {
		if got := plan.start(plan).Similar(decode[orchestrator.PlanJob](t, text)); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestWrongType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"name":"81","type":"deploy"}`:                               `Job 81 is of the type "deploy", so it cannot be imported as pe_x. Import it as pe_deploy.`,
		`{"name":"81","type":"task"}`:                                 `Job 81 is of the type "task", so it cannot be imported as pe_x. Import it as pe_task.`,
		`{"name":"81","type":"plan_task","options":{"plan_job":"7"}}`: `Job 81 is of the type "plan_task", so it cannot be imported as pe_x. It was started by plan job 7; import that as pe_plan_run.`,
		`{"name":"81","type":"plan_task"}`:                            `Job 81 is of the type "plan_task", so it cannot be imported as pe_x. It was started by a plan; import the plan job as pe_plan_run.`,
	} {
		if got := jobvalue.WrongType(decode[orchestrator.Job](t, text), "pe_x"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestImported(t *testing.T) {
	t.Parallel()
	const options = `"options":{"task":"package","description":"d","environment":"testing","noop":true,"params":{"name":"httpd"},"scope":{"nodes":["a"]},"debug":true}`
	var diags diag.Diagnostics
	task := &taskModel{}
	task.imported(decode[orchestrator.Job](t, `{"name":"81","type":"task","userdata":{"ticket":"7","terraform_request_id":"x"},`+options+`}`), &diags)
	if len(diags) > 0 || task.Task.ValueString() != "package" || task.Description.ValueString() != "d" || task.Environment.ValueString() != "testing" || !task.Noop.ValueBool() ||
		!task.WaitForCompletion.ValueBool() || task.OnDestroy.ValueString() != jobschema.Abandon || task.CaptureResults.ValueString() != noderesults.Failed || !tfvalue.SameMeaning(task.Userdata, tfvalue.Object(map[string]attr.Value{"ticket": types.StringValue("7")})) ||
		!tfvalue.SameMeaning(task.Params, tfvalue.Object(map[string]attr.Value{"name": types.StringValue("httpd")})) || !reflect.DeepEqual(workload.NodeNames(task.Scope), []string{"a"}) {
		t.Errorf("a task: got %+v, %v", task, diags)
	}
	deploy := &deployModel{}
	deploy.imported(decode[orchestrator.Job](t, `{"name":"81","type":"deploy",`+strings.Replace(options, `"task":"package",`, "", 1)+`}`), &diags)
	if len(diags) > 0 || deploy.CaptureResults.ValueString() != noderesults.Failed || !deploy.Debug.ValueBool() || !deploy.Trace.IsNull() || !reflect.DeepEqual(workload.NodeNames(deploy.Scope), []string{"a"}) {
		t.Errorf("a deploy: got %+v, %v", deploy, diags)
	}
	for environment, want := range map[string]string{"": "production", `"environment":"testing",`: "testing"} {
		plan := &planRunModel{}
		plan.imported(decode[orchestrator.PlanJob](t, `{"name":"7","options":{`+environment+`"plan_name":"canary"}}`), &diags)
		if len(diags) > 0 || plan.PlanName.ValueString() != "canary" || plan.Environment.ValueString() != want || !plan.Params.IsNull() || !plan.QueryParams.IsNull() || !plan.Userdata.IsNull() {
			t.Errorf("a plan: got %+v, %v", plan, diags)
		}
	}
	for name, test := range map[string]struct {
		imports func(orchestrator.Job, *diag.Diagnostics)
		jobType string
		want    string
	}{
		"a deploy as a task":       {(&taskModel{}).imported, "deploy", "The job is not a task"},
		"a task as a deploy":       {(&deployModel{}).imported, "task", "The job is not a deploy"},
		"a task of a plan":         {(&taskModel{}).imported, "plan_task", "The job is not a task"},
		"a task of a plan, deploy": {(&deployModel{}).imported, "plan_task", "The job is not a deploy"},
	} {
		var diags diag.Diagnostics
		if test.imports(decode[orchestrator.Job](t, `{"name":"81","type":"`+test.jobType+`"}`), &diags); len(diags) != 1 || !diags.HasError() || diags[0].Summary() != test.want {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}
