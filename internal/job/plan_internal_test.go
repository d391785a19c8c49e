// SPDX-License-Identifier: MPL-2.0

package job

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

func TestMustWait(t *testing.T) {
	t.Parallel()
	yes, no, null := types.BoolValue(true), types.BoolValue(false), types.BoolNull()
	for name, test := range map[string]struct {
		waits types.Bool
		state string
		memo  jobMemo
		want  bool
	}{
		"running":                             {yes, "running", jobMemo{}, true},
		"running, an apply has begun to wait": {yes, "running", jobMemo{Waiting: true}, true},
		"ended":                               {yes, "finished", jobMemo{}, false},
		"ended, and its end was not told":     {yes, "failed", jobMemo{Waiting: true}, true},
		"running, nobody waits":               {no, "running", jobMemo{}, false},
		"running, nobody waits any more":      {no, "running", jobMemo{Waiting: true}, false},
		"running, it is not said":             {null, "running", jobMemo{}, false},
		"gone":                                {yes, "running", jobMemo{Gone: true}, false},
		"gone while an apply waited":          {yes, "running", jobMemo{Gone: true, Waiting: true}, false},
		"a plan that has ended":               {yes, "success", jobMemo{}, false},
		"a plan that has failed":              {yes, "failure", jobMemo{}, false},
		"a state that nobody knows":           {yes, "quantum", jobMemo{}, true},
		"never read":                          {yes, "", jobMemo{}, true},
		"imported and ended":                  {yes, "finished", jobMemo{Imported: true}, false},
		"imported and running":                {yes, "running", jobMemo{Imported: true}, true},
	} {
		plan, state := &jobModel{WaitForCompletion: test.waits}, &jobModel{}
		state.State = types.StringValue(test.state)
		if got := mustWait(plan, state, test.memo); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestMustRunAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		waits   bool
		state   string
		failed  int64
		allowed int64
		memo    jobMemo
		want    bool
	}{
		"all is well":                       {true, "finished", 0, 0, jobMemo{}, false},
		"failed":                            {true, "failed", 1, 0, jobMemo{}, true},
		"finished with a failed node":       {true, "finished", 1, 0, jobMemo{}, true},
		"failed, which is allowed now":      {true, "failed", 1, 1, jobMemo{}, false},
		"failed on more than is allowed":    {true, "failed", 2, 1, jobMemo{}, true},
		"failed, and nobody waits":          {false, "failed", 1, 0, jobMemo{}, false},
		"failed, and its end was not told":  {true, "failed", 1, 0, jobMemo{Waiting: true}, false},
		"a node has failed, and others run": {true, "running", 1, 0, jobMemo{}, false},
		"stopped":                           {true, "stopped", 0, 0, jobMemo{}, true},
		"failed, and its record is gone":    {true, "failed", 1, 0, jobMemo{Gone: true}, true},
	} {
		plan := &taskModel{nodeJobModel: *jobWith(noderesults.None, 3, map[string]int64{"finished": 3 - test.failed, "failed": test.failed})}
		plan.State, plan.WaitForCompletion, plan.MaxFailedNodes = types.StringValue(test.state), types.BoolValue(test.waits), types.Int64Value(test.allowed)
		if got := mustRunAgain[taskModel, orchestrator.Job](plan, test.memo); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	for state, want := range map[string]bool{"running": false, "success": false, "failure": true} {
		plan := &planRunModel{}
		plan.State, plan.WaitForCompletion = types.StringValue(state), types.BoolValue(true)
		if got := mustRunAgain[planRunModel, orchestrator.PlanJob](plan, jobMemo{}); got != want {
			t.Errorf("a plan, %s: got %v", state, got)
		}
	}
}

func TestWhyAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		waits   bool
		allowed int64
		want    string
	}{
		"it was accepted":         {true, 1, "allow now"},
		"nobody waited":           {false, 0, "`wait_for_completion`"},
		"it failed all the while": {true, 0, "It is known to have failed."},
	} {
		state := &taskModel{nodeJobModel: *jobWith(noderesults.None, 3, map[string]int64{"finished": 2, "failed": 1})}
		state.State, state.WaitForCompletion, state.MaxFailedNodes = types.StringValue("failed"), types.BoolValue(test.waits), types.Int64Value(test.allowed)
		if got := whyAgain[taskModel, orchestrator.Job](state, state); !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestRereads(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state      string
		now, prior string
		memo       jobMemo
		want       bool
	}{
		"the same results":        {"finished", noderesults.All, noderesults.All, jobMemo{}, false},
		"other results":           {"finished", noderesults.All, noderesults.None, jobMemo{}, true},
		"none any more":           {"failed", noderesults.None, noderesults.All, jobMemo{}, true},
		"others, and it runs":     {"running", noderesults.All, noderesults.None, jobMemo{}, false},
		"others, and it is gone":  {"finished", noderesults.All, noderesults.None, jobMemo{Gone: true}, false},
		"others, after an import": {"finished", noderesults.All, noderesults.Failed, jobMemo{Imported: true}, true},
	} {
		plan, state := &deployModel{nodeJobModel: *jobWith(test.now, 1, nil)}, &deployModel{nodeJobModel: *jobWith(test.prior, 1, nil)}
		state.State = types.StringValue(test.state)
		got := rereads[deployModel, orchestrator.Job](plan, state, test.memo)
		if (got != nil) != test.want || got != nil && got != &plan.Captured {
			t.Errorf("%s: got %v", name, got)
		}
	}
	plan, state := &planRunModel{}, &planRunModel{}
	state.State = types.StringValue("success")
	if got := rereads[planRunModel, orchestrator.PlanJob](plan, state, jobMemo{}); got != nil {
		t.Errorf("a plan: got %v", got)
	}
}

var (
	boolNull, boolYes = tftypes.NewValue(tftypes.Bool, nil), tftypes.NewValue(tftypes.Bool, true)
	anyText           = tftypes.NewValue(tftypes.String, "x")
)

// TestUnreported has, for each model, the inputs that a server may leave out of its report about a job.
func TestUnreported(t *testing.T) {
	t.Parallel()
	type inputs interface {
		inputs() []string
		unreported(name string) bool
	}
	common := []string{"triggers", "launch_key", "timeout", "sensitive_params_version"}
	for name, test := range map[string]struct {
		model inputs
		want  []string
	}{
		"task": {&taskModel{}, append(slices.Clone(common), "targets_hash")},
		"plan": {&planRunModel{}, append(slices.Clone(common), "query_params", "node_group_params")},
		"deploy": {
			&deployModel{},
			append(slices.Clone(common), "use_cached_catalog", "usecacheonfailure", "filetimeout", "http_connect_timeout", "http_keepalive_timeout", "http_read_timeout",
				"ordering", "tags", "skip_tags"),
		},
	} {
		for _, input := range append(test.model.inputs(), "description") {
			if got, want := test.model.unreported(input), slices.Contains(test.want, input); got != want {
				t.Errorf("%s: %s may be left out: %v", name, input, got)
			}
		}
	}
}

// rawOf returns what Terraform sends for a task with some attributes set.
func rawOf(attributes map[string]tftypes.Value) tftypes.Value {
	all := map[string]tftypes.Value{
		"environment": anyText, "task": anyText, "params": tftypes.NewValue(tftypes.DynamicPseudoType, nil), "noop": boolNull, "triggers": tftypes.NewValue(tftypes.String, nil),
	}
	for name, value := range attributes {
		all[name] = value
	}
	attributeTypes := map[string]tftypes.Type{}
	for name, value := range all {
		attributeTypes[name] = value.Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: attributeTypes}, all)
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	object := func(text string) tftypes.Value {
		return tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, text)})
	}
	params := func(attributes map[string]attr.Value) *taskModel {
		return &taskModel{Task: types.StringValue("package"), Params: types.DynamicValue(tfvalue.Object(attributes))}
	}
	httpd, nginx := map[string]attr.Value{"name": types.StringValue("httpd")}, map[string]attr.Value{"name": types.StringValue("nginx")}
	told := map[string]attr.Value{"name": types.StringValue("httpd"), "version": types.StringValue("latest")}
	for name, test := range map[string]struct {
		plan, state    *taskModel
		planned, prior map[string]tftypes.Value
		changed        []string
		rest           []string
		// adopted are the attributes that the warning names, "" for no warning.
		adopted string
	}{
		"nothing": {params(httpd), params(httpd), nil, nil, nil, nil, ""},
		"what is never told": {
			params(httpd), params(httpd), map[string]tftypes.Value{"triggers": anyText}, nil, []string{"triggers"}, nil, "triggers",
		},
		"what is told": {
			params(httpd), params(httpd), map[string]tftypes.Value{"task": tftypes.NewValue(tftypes.String, "y")}, nil, []string{"task"}, []string{"task"}, "",
		},
		"what is never told, and was known": {
			params(httpd), params(httpd), map[string]tftypes.Value{"triggers": anyText}, map[string]tftypes.Value{"triggers": tftypes.NewValue(tftypes.String, "y")},
			[]string{"triggers"}, []string{"triggers"}, "",
		},
		"noop that is on": {params(httpd), params(httpd), map[string]tftypes.Value{"noop": boolYes}, nil, []string{"noop"}, []string{"noop"}, ""},
		"parameters with defaults that the server adds": {
			params(httpd), params(told), map[string]tftypes.Value{"params": object("httpd")}, map[string]tftypes.Value{"params": object("httpd and more")},
			[]string{"params"}, nil, "params",
		},
		"other parameters": {
			params(nginx), params(told), map[string]tftypes.Value{"params": object("nginx")}, map[string]tftypes.Value{"params": object("httpd")},
			[]string{"params"}, []string{"params"}, "",
		},
		"several": {
			params(httpd), params(told), map[string]tftypes.Value{"params": object("httpd"), "triggers": anyText},
			map[string]tftypes.Value{"params": object("httpd and more")}, []string{"params", "triggers"}, nil, "params, triggers",
		},
		"several, and one that runs it again": {
			params(httpd), params(told), map[string]tftypes.Value{"triggers": anyText, "noop": boolYes}, nil, []string{"triggers", "noop"}, []string{"noop"}, "",
		},
	} {
		r := &taskResource{}
		r.family = jobfamily.NodeJobs{JobType: orchestrator.JobTypeTask}
		test.state.ID = types.StringValue("81")
		req := resource.ModifyPlanRequest{Plan: tfsdk.Plan{Raw: rawOf(test.planned)}, State: tfsdk.State{Raw: rawOf(test.prior)}}
		var diags diag.Diagnostics
		if got := r.adopt(req, test.plan, test.state, test.changed, &diags); !slices.Equal(got, test.rest) {
			t.Errorf("%s: got %v, want %v", name, got, test.rest)
		}
		if (len(diags) > 0) != (test.adopted != "") || diags.HasError() {
			t.Errorf("%s: got %v", name, diags)
		}
		if len(diags) > 0 && !strings.Contains(diags[0].Detail(), "what job 81 was started with for: "+test.adopted+". ") {
			t.Errorf("%s: got %v, want %q", name, diags, test.adopted)
		}
	}
	// What cannot be read is not adopted.
	r := &taskResource{}
	r.family = jobfamily.NodeJobs{JobType: orchestrator.JobTypeTask}
	var diags diag.Diagnostics
	req := resource.ModifyPlanRequest{Plan: tfsdk.Plan{Raw: rawOf(nil)}, State: tfsdk.State{Raw: anyText}}
	if got := r.adopt(req, params(nil), params(nil), []string{"triggers"}, &diags); !slices.Equal(got, []string{"triggers"}) || len(diags) > 0 {
		t.Errorf("got %v, %v", got, diags)
	}
}

func TestInputs_AreAttributes(t *testing.T) {
	t.Parallel()
	metadata := &workload.Metadata{}
	for name, r := range map[string]resource.Resource{"deploy": newDeployResource(metadata, nil), "task": newTaskResource(metadata, nil), "plan": newPlanRunResource(metadata, nil)} {
		var resp resource.SchemaResponse
		r.Schema(t.Context(), resource.SchemaRequest{}, &resp)
		var inputs []string
		switch name {
		case "deploy":
			inputs = (&deployModel{}).inputs()
		case "task":
			inputs = (&taskModel{}).inputs()
		case "plan":
			inputs = (&planRunModel{}).inputs()
		}
		// Targets are write-only; their hash is what a change is seen by.
		const targets, hash = "targets", "targets_hash"
		for _, input := range inputs {
			if input == hash {
				continue
			}
			attribute, ok := resp.Schema.Attributes[input]
			if !ok || !attribute.IsOptional() && !attribute.IsRequired() || attribute.IsWriteOnly() {
				t.Errorf("%s: %s is no input", name, input)
			}
		}
		// Every attribute whose description says that a change runs the job again is an input, and vice versa.
		for attribute, schema := range resp.Schema.Attributes {
			again := strings.Contains(schema.GetMarkdownDescription(), "as a new job")
			if attribute == "sensitive_params" || attribute == hash {
				continue // its change cannot be seen, or is none of the configuration
			}
			if attribute == targets {
				attribute = hash
			}
			if again != slices.Contains(inputs, attribute) {
				t.Errorf("%s: %s is an input: %v, and its description says that a change runs the job again: %v", name, attribute, !again, again)
			}
		}
	}
}
