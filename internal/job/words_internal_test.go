// SPDX-License-Identifier: MPL-2.0

package job

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
)

func leftOut(node string) string {
	return "  " + node + " (left out): the job did not take it. Puppet Enterprise silently leaves out nodes that the user may not use"
}

func TestNodeVerdict_Words(t *testing.T) {
	t.Parallel()
	const job = "Job 81 ended as %s, nodes: %s.\nhttps://pe:8143/jobs/81"
	for name, test := range map[string]struct {
		state   string
		states  map[string]int64
		taken   int64
		named   []string
		percent float64
		want    verdict.Verdict
	}{
		"all is well": {"finished", map[string]int64{"finished": 2}, 2, nil, 0, verdict.Verdict{OK: true}},
		"the server calls it failed": {
			"failed", map[string]int64{"finished": 2}, 2, nil, 0,
			verdict.Verdict{Summary: "Deploy did not succeed: the server calls it failed, although no node has failed", Detail: fmt.Sprintf(job, "failed", "2 finished")},
		},
		"stopped, and a node failed": {
			"stopped", map[string]int64{"finished": 1, "failed": 1}, 2, nil, 0,
			verdict.Verdict{Summary: "Deploy did not succeed: it was stopped", Detail: fmt.Sprintf(job, "stopped", "1 finished, 1 failed")},
		},
		"a node was left out": {
			"finished", map[string]int64{"finished": 1}, 1, []string{"a", "b"}, 0,
			verdict.Verdict{
				Summary: "Deploy failed on 1 of 2 nodes",
				Detail:  fmt.Sprintf(job, "finished", "1 finished") + "\n\n" + leftOut("b") + "\n\nNo failure is allowed: see `max_failed_nodes` and `max_failed_percent`.",
			},
		},
		"more than is allowed": {
			"failed", map[string]int64{"finished": 1, "errored": 3}, 4, nil, 50,
			verdict.Verdict{Summary: "Deploy failed on 3 of 4 nodes", Detail: fmt.Sprintf(job, "failed", "1 finished, 3 errored") + "\n\n`max_failed_percent` allows 50 percent."},
		},
		"as much as is allowed": {
			"failed", map[string]int64{"finished": 2, "errored": 2}, 4, nil, 50,
			verdict.Verdict{OK: true, Warning: "Deploy failed on 2 of 4 nodes, which is allowed", WarningDetail: fmt.Sprintf(job, "failed", "2 finished, 2 errored")},
		},
		"no nodes":      {"finished", nil, 0, nil, 0, verdict.Verdict{OK: true, Warning: "Deploy ran on no node", WarningDetail: "Job 81 ended as finished.\nhttps://pe:8143/jobs/81"}},
		"some, skipped": {"finished", map[string]int64{"skipped": 3}, 3, nil, 0, verdict.Verdict{OK: true, Warning: "Deploy skipped 3 of 3 nodes", WarningDetail: fmt.Sprintf(job, "finished", "3 skipped")}},
	} {
		m := jobWith(noderesults.None, test.taken, test.states, test.named...)
		m.State, m.URL, m.MaxFailedPercent = types.StringValue(test.state), types.StringValue("https://pe:8143/jobs/81"), types.Float64Value(test.percent)
		end := m.end("Deploy")
		capture := end.Capture(&pe.Clients{Redactor: httpapi.NewRedactor()})
		capture.Add(node(t, `{"name":"a","state":"finished"}`))
		got := verdict.OfNodes(end.Verdict(capture, true))
		if got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

// TestCapture_NodesThatCouldNotBeRead has a server that stops in the middle of the list: it is not known which node the job left out.
func TestCapture_NodesThatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		read int
		err  error
		want string
	}{
		"all":  {2, nil, "  b (failed)\n" + leftOut("c")},
		"some": {2, broken, "  b (failed)\n  and 1 more"},
		"one":  {1, broken, ""},
		"none": {0, broken, ""},
	} {
		capture := captureOf(jobWith(noderesults.None, 2, map[string]int64{"finished": 1, "failed": 1}, "a", "b", "c"))
		err := capture.AddAll(func(yield func(orchestrator.JobNode, error) bool) {
			for _, text := range []string{`{"name":"a","state":"finished"}`, `{"name":"b","state":"failed"}`}[:test.read] {
				if !yield(node(t, text), nil) {
					return
				}
			}
			if test.err != nil {
				yield(orchestrator.JobNode{}, test.err)
			}
		})
		if got := capture.Failures(); got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: got %q, want %q; %v", name, got, test.want, err)
		}
	}
}

func TestPlanRun_Conclude(t *testing.T) {
	t.Parallel()
	c := &pe.Clients{Redactor: httpapi.NewRedactor("hunter2")}
	failure := types.DynamicValue(tfvalue.Object(map[string]attr.Value{"msg": types.StringValue("no hunter2 here")}))
	for state, want := range map[string]verdict.Verdict{
		"success": {OK: true},
		"failure": {Summary: `Plan "canary" failed`, Detail: "Plan job 7 ended as failure.\nhttps://pe:8143/plan_jobs/7\n\nNo (redacted) here."},
		"running": {Summary: `Plan "canary" failed`, Detail: "Plan job 7 ended as running.\nhttps://pe:8143/plan_jobs/7\n\nNo (redacted) here."},
	} {
		m := &planRunModel{PlanName: types.StringValue("canary"), Result: failure}
		m.ID, m.URL, m.State = types.StringValue("7"), types.StringValue("https://pe:8143/plan_jobs/7"), types.StringValue(state)
		if got, err := m.conclude(t.Context(), c); got != want || err != nil {
			t.Errorf("%s: got %+v, want %+v; %v", state, got, want, err)
		}
	}
}
