// SPDX-License-Identifier: MPL-2.0

package job

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

func node(t *testing.T, text string) orchestrator.JobNode {
	t.Helper()
	var n orchestrator.JobNode
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// jobWith returns the model of a job over named nodes, of which the server has accepted some.
func jobWith(capture string, taken int64, states map[string]int64, named ...string) *nodeJobModel {
	scope := workload.ScopeValue(&orchestrator.Scope{Nodes: named}, false, &diag.Diagnostics{})
	counts := map[string]attr.Value{}
	for state, count := range states {
		counts[state] = types.Int64Value(count)
	}
	m := &nodeJobModel{Scope: scope, CaptureResults: types.StringValue(capture)}
	m.ID, m.State = types.StringValue("81"), types.StringValue("finished")
	m.NodeCount, m.NodeStates = types.Int64Value(taken), types.MapValueMust(types.Int64Type, counts)
	return m
}

func captureOf(m *nodeJobModel) *noderesults.Capture {
	return m.end("").Capture(&pe.Clients{Redactor: httpapi.NewRedactor("hunter2")})
}

func TestCapture_ReadsNodesOnlyWhenTheyAreShown(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		job  *nodeJobModel
		want bool
	}{
		"all":                        {jobWith(noderesults.All, 2, map[string]int64{"finished": 2}, "a", "b"), true},
		"all of nothing":             {jobWith(noderesults.All, 0, nil), false},
		"failed, and none has":       {jobWith(noderesults.Failed, 2, map[string]int64{"finished": 2}, "a", "b"), false},
		"failed, and one has":        {jobWith(noderesults.Failed, 2, map[string]int64{"finished": 1, "failed": 1}, "a", "b"), true},
		"none, and one has failed":   {jobWith(noderesults.None, 2, map[string]int64{"finished": 1, "failed": 1}, "a", "b"), true},
		"none, and all are well":     {jobWith(noderesults.None, 2, map[string]int64{"finished": 2}, "a", "b"), false},
		"none, and one was left out": {jobWith(noderesults.None, 1, map[string]int64{"finished": 1}, "a", "b"), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := captureOf(test.job).Needed(); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestCapture_ResultsAndFailures(t *testing.T) {
	t.Parallel()
	nodes := []string{
		`{"name":"a","state":"finished","duration":1.5,"result":{"version":"1.2","_sensitive":"hunter2"},"details":{"message":"done"}}`,
		`{"name":"b","state":"failed","duration":null,"result":{"_error":{"msg":"disk\nfull"}}}`,
		`{"name":"c","state":"skipped","result":null,"details":{}}`,
	}
	failed := map[string]any{"state": "failed", "message": "disk\nfull", "duration": nil, "result": map[string]any{"_error": map[string]any{"msg": "disk\nfull"}}}
	tests := map[string]struct {
		mode      string
		results   any
		sensitive any
	}{
		noderesults.All: {noderesults.All, map[string]any{
			"a": map[string]any{"state": "finished", "message": "done", "duration": json.Number("1.5"), "result": map[string]any{"version": "1.2"}},
			"b": failed,
			"c": map[string]any{"state": "skipped", "message": nil, "duration": nil, "result": nil},
		}, map[string]any{"a": "hunter2"}},
		noderesults.Failed: {noderesults.Failed, map[string]any{"b": failed}, map[string]any{}},
		noderesults.None:   {noderesults.None, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			capture := captureOf(jobWith(test.mode, 3, map[string]int64{"finished": 1, "failed": 1, "skipped": 1}, "a", "b", "c", "d"))
			for _, text := range nodes {
				capture.Add(node(t, text))
			}
			results, sensitive := capture.Values()
			for what, pair := range map[string][2]any{"results": {goValue(t, results), test.results}, "sensitive results": {goValue(t, sensitive), test.sensitive}} {
				if !reflect.DeepEqual(pair[0], pair[1]) {
					t.Errorf("%s: got %v, want %v", what, pair[0], pair[1])
				}
			}
			want := "  b (failed): disk full\n  d (left out): the job did not take it."
			if got := capture.Failures(); !strings.HasPrefix(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func goValue(t *testing.T, value attr.Value) any {
	t.Helper()
	converted, err := tfvalue.ToGo(value)
	if err != nil {
		t.Fatal(err)
	}
	return converted
}

func TestCapture_NamesTenFailures(t *testing.T) {
	t.Parallel()
	capture := captureOf(jobWith(noderesults.None, 25, map[string]int64{"failed": 25}))
	for i := range 25 {
		capture.Add(node(t, fmt.Sprintf(`{"name":"node%d","state":"failed"}`, i)))
	}
	lines := strings.Split(capture.Failures(), "\n")
	if len(lines) != 11 || lines[10] != "  and 15 more" || lines[0] != "  node0 (failed)" {
		t.Errorf("got %q", lines)
	}
}

func TestNodeVerdict_OfNodesAndThresholds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		job                    *nodeJobModel
		ok                     bool
		summary, detail, warns string
	}{
		"all is well": {jobWith(noderesults.None, 2, map[string]int64{"finished": 2}, "a", "b"), true, "", "", ""},
		"one failed":  {jobWith(noderesults.None, 2, map[string]int64{"finished": 1, "errored": 1}, "a", "b"), false, `Task "x" failed on 1 of 2 nodes`, "No failure is allowed", ""},
		"skipped":     {jobWith(noderesults.None, 2, map[string]int64{"finished": 1, "skipped": 1}, "a", "b"), true, "", "", `Task "x" skipped 1 of 2 nodes`},
		"nothing ran": {jobWith(noderesults.None, 0, nil), true, "", "", `Task "x" ran on no node`},
		"one node":    {jobWith(noderesults.None, 1, map[string]int64{"failed": 1}, "a"), false, `Task "x" failed on 1 of 1 node`, "1 failed", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verdict.OfNodes(test.job.end(`Task "x"`).Verdict(captureOf(test.job), true))
			if v.OK != test.ok || v.Summary != test.summary || v.Warning != test.warns || !strings.Contains(v.Detail, test.detail) {
				t.Errorf("got %+v", v)
			}
		})
	}
	allowed := jobWith(noderesults.None, 2, map[string]int64{"finished": 1, "failed": 1}, "a", "b")
	allowed.MaxFailedPercent = types.Float64Value(50)
	if v := verdict.OfNodes(allowed.end("Deploy").Verdict(captureOf(allowed), true)); !v.OK || v.Warning != "Deploy failed on 1 of 2 nodes, which is allowed" {
		t.Errorf("got %+v", v)
	}
	stopped := jobWith(noderesults.None, 2, map[string]int64{"finished": 2}, "a", "b")
	stopped.State = types.StringValue("stopped")
	if v := verdict.OfNodes(stopped.end("Deploy").Verdict(captureOf(stopped), true)); v.OK || v.Summary != "Deploy did not succeed: it was stopped" {
		t.Errorf("got %+v", v)
	}
}
