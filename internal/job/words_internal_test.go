package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestWhatNext(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string]string{
		"create": "The resource is now tainted, so the next apply runs the job again.",
		"update": "The next apply runs the job again.",
	} {
		if got := whatNext(waiting{limit: time.Hour, attribute: attribute}); got != want {
			t.Errorf("%s: got %q, want %q", attribute, got, want)
		}
	}
}

func TestAfterOverdue(t *testing.T) {
	t.Parallel()
	const goesOn, tainted, stops = "The next apply goes on waiting for job 56", "The resource is now tainted, and `on_destroy`", "stops job 56 and starts a new one"
	const before = "Only with `create_before_destroy`"
	for name, test := range map[string]struct {
		attribute string
		onDestroy types.String
		want      []string
	}{
		"created, let go":     {"create", types.StringValue(jobschema.Abandon), []string{goesOn, before}},
		"created, not said":   {"create", types.StringNull(), []string{goesOn, before}},
		"created, stopped":    {"create", types.StringValue(jobschema.Stop), []string{tainted, stops}},
		"created, by force":   {"create", types.StringValue(jobschema.ForceStop), []string{tainted, stops}},
		"updated, let go":     {"update", types.StringValue(jobschema.Abandon), []string{goesOn}},
		"updated and stopped": {"update", types.StringValue(jobschema.Stop), []string{goesOn}},
	} {
		job := &jobModel{OnDestroy: test.onDestroy, ID: types.StringValue("56")}
		got := afterOverdue("job", job, waiting{attribute: test.attribute})
		for _, part := range []string{goesOn, tainted, stops, before} {
			if strings.Contains(got, part) != slices.Contains(test.want, part) {
				t.Errorf("%s: %q is said: %v, in %q", name, part, strings.Contains(got, part), got)
			}
		}
	}
}

func TestAllowance(t *testing.T) {
	t.Parallel()
	const none = "No failure is allowed: see `max_failed_nodes` and `max_failed_percent`."
	for name, test := range map[string]struct {
		nodes   types.Int64
		percent types.Float64
		want    string
	}{
		"none":           {types.Int64Null(), types.Float64Null(), none},
		"zero":           {types.Int64Value(0), types.Float64Value(0), none},
		"nodes":          {types.Int64Value(3), types.Float64Null(), "`max_failed_nodes` allows 3."},
		"percent":        {types.Int64Null(), types.Float64Value(12.5), "`max_failed_percent` allows 12.5 percent."},
		"zero and some":  {types.Int64Value(0), types.Float64Value(5), "`max_failed_percent` allows 5 percent."},
		"a tiny percent": {types.Int64Null(), types.Float64Value(0.01), "`max_failed_percent` allows 0.01 percent."},
	} {
		if got := allowance(&nodeJobModel{MaxFailedNodes: test.nodes, MaxFailedPercent: test.percent}); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func leftOut(node string) string {
	return "  " + node + " (left out): the job did not take it. Puppet Enterprise leaves out, without a word, nodes that the user may not use or that it does not know"
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
		want    verdict
	}{
		"all is well": {"finished", map[string]int64{"finished": 2}, 2, nil, 0, verdict{ok: true}},
		"the server calls it failed": {
			"failed", map[string]int64{"finished": 2}, 2, nil, 0,
			verdict{summary: "Deploy did not succeed: the server calls it failed, although no node has failed", detail: fmt.Sprintf(job, "failed", "2 finished")},
		},
		"stopped, and a node failed": {
			"stopped", map[string]int64{"finished": 1, "failed": 1}, 2, nil, 0,
			verdict{summary: "Deploy failed on 1 of 2 nodes", detail: fmt.Sprintf(job, "stopped", "1 finished, 1 failed") + "\n\nNo failure is allowed: see `max_failed_nodes` and `max_failed_percent`."},
		},
		"a node was left out": {
			"finished", map[string]int64{"finished": 1}, 1, []string{"a", "b"}, 0,
			verdict{
				summary: "Deploy failed on 1 of 2 nodes",
				detail:  fmt.Sprintf(job, "finished", "1 finished") + "\n\n" + leftOut("b") + "\n\nNo failure is allowed: see `max_failed_nodes` and `max_failed_percent`.",
			},
		},
		"more than is allowed": {
			"failed", map[string]int64{"finished": 1, "errored": 3}, 4, nil, 50,
			verdict{summary: "Deploy failed on 3 of 4 nodes", detail: fmt.Sprintf(job, "failed", "1 finished, 3 errored") + "\n\n`max_failed_percent` allows 50 percent."},
		},
		"as much as is allowed": {
			"failed", map[string]int64{"finished": 2, "errored": 2}, 4, nil, 50,
			verdict{ok: true, warning: "Deploy failed on 2 of 4 nodes, which is allowed", warningDetail: fmt.Sprintf(job, "failed", "2 finished, 2 errored")},
		},
		"no nodes":      {"finished", nil, 0, nil, 0, verdict{ok: true, warning: "Deploy ran on no node", warningDetail: "Job 81 ended as finished.\nhttps://pe:8143/jobs/81"}},
		"some, skipped": {"finished", map[string]int64{"skipped": 3}, 3, nil, 0, verdict{ok: true, warning: "Deploy skipped 3 of 3 nodes", warningDetail: fmt.Sprintf(job, "finished", "3 skipped")}},
	} {
		m := jobWith(noderesults.None, test.taken, test.states, test.named...)
		m.State, m.URL, m.MaxFailedPercent = types.StringValue(test.state), types.StringValue("https://pe:8143/jobs/81"), types.Float64Value(test.percent)
		judged := outcome.Judge(m.outcome(), m.allowed())
		capture := newCapture(m, judged)
		if err := capture.Add(node(t, `{"name":"a","state":"finished"}`)); err != nil {
			t.Fatal(err)
		}
		got := nodeVerdict("Deploy", m, judged, capture)
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

func TestPlanMessage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                "",
		`null`:                            "",
		`"it broke"`:                      "it broke",
		`["it broke"]`:                    "",
		`17`:                              "",
		`{}`:                              "",
		`{"msg":"it broke"}`:              "it broke",
		`{"msg":"it broke","kind":"a/b"}`: "it broke (a/b)",
		`{"kind":"a/b"}`:                  "(a/b)",
		`{"msg":17,"kind":null}`:          "",
		`{"msg":null,"details":{}}`:       "",
	} {
		value, err := tfvalue.FromJSON(json.RawMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := planMessage(value); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := planMessage(types.DynamicUnknown()); got != "" {
		t.Errorf("what is not known: got %q", got)
	}
}

func TestPlanRun_Conclude(t *testing.T) {
	t.Parallel()
	c := &pe.Clients{Redactor: httpapi.NewRedactor("hunter2")}
	failure := types.DynamicValue(tfvalue.Object(map[string]attr.Value{"msg": types.StringValue("no hunter2 here")}))
	for state, want := range map[string]verdict{
		"success": {ok: true},
		"failure": {summary: `Plan "canary" failed`, detail: "Plan job 7 ended as failure.\nhttps://pe:8143/plan_jobs/7\n\nNo (redacted) here."},
		"running": {summary: `Plan "canary" failed`, detail: "Plan job 7 ended as running.\nhttps://pe:8143/plan_jobs/7\n\nNo (redacted) here."},
	} {
		m := &planRunModel{PlanName: types.StringValue("canary"), Result: failure}
		m.ID, m.URL, m.State = types.StringValue("7"), types.StringValue("https://pe:8143/plan_jobs/7"), types.StringValue(state)
		if got, err := m.conclude(t.Context(), c); got != want || err != nil {
			t.Errorf("%s: got %+v, want %+v; %v", state, got, want, err)
		}
	}
}

func TestLacking(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		"":           "The user whom the token belongs to needs `tasks` / `run`, through one of the user's roles in PE.",
		"the file x": "The user whom the token belongs to needs `tasks` / `run`, through one of the user's roles in PE. The token comes from the file x.",
	} {
		if got := lacking("`tasks` / `run`", origin); got != want {
			t.Errorf("%q: got %q, want %q", origin, got, want)
		}
	}
}

func TestNotStopped(t *testing.T) {
	t.Parallel()
	old, other := notStopped(fmt.Errorf("stopping: %w", orchestrator.ErrNoStopPlan)), notStopped(errors.New("refused"))
	if !strings.Contains(old, "servers before PE 2021.7.1 cannot stop plans") || strings.Contains(other, "2021.7.1") {
		t.Errorf("got %q and %q", old, other)
	}
	for _, text := range []string{old, other} {
		if !strings.Contains(text, "`on_destroy = \"abandon\"`") {
			t.Errorf("it does not say how to let the job go: %q", text)
		}
	}
}

func TestLostLaunch(t *testing.T) {
	t.Parallel()
	r := &taskResource{}
	r.Clients = &pe.Clients{Redactor: httpapi.NewRedactor("hunter2")}
	reset := errors.New("connection reset")
	const lookFor, again = "Look for it in the console.", "Apply again, in the same directory: the job is looked for once more"
	for name, test := range map[string]struct {
		lost launch.LostError
		want []string
		not  []string
	}{
		"without userdata, nothing alike": {launch.LostError{Err: reset}, []string{"cannot be recognised", lookFor, "import it: terraform import <address> <id>"}, []string{"terraform_request_id", again}},
		"without userdata, some alike":    {launch.LostError{Err: reset, Candidates: []string{"82", "81"}}, []string{"It may be one of these: 82, 81. If it is, import it: terraform import <address> 82."}, []string{lookFor}},
		"it did not show up":              {launch.LostError{RequestID: "u-u-i-d", Err: reset}, []string{`terraform_request_id = "u-u-i-d"`, "It was not sent again", "did not show up.", lookFor, "apply again to start the job"}, []string{again}},
		"it is noted":                     {launch.LostError{RequestID: "u-u-i-d", Noted: true, Err: reset}, []string{`terraform_request_id = "u-u-i-d"`, again}, []string{lookFor}},
		"the server did not tell":         {launch.LostError{RequestID: "u-u-i-d", Looked: errors.New("no hunter2 there"), Err: reset}, []string{"the server did not tell: No (redacted) there."}, []string{"did not show up", "hunter2"}},
		"killed":                          {launch.LostError{RequestID: "u-u-i-d", Noted: true, Err: launch.ErrKilled}, []string{"Nothing is started as long as that is not known.", again}, []string{"The answer was lost"}},
	} {
		got := r.lostLaunch("job", &test.lost)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not said in %q", name, want, got)
			}
		}
		for _, not := range test.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %q is said in %q", name, not, got)
			}
		}
	}
}

func TestReportLaunched(t *testing.T) {
	t.Parallel()
	r := &taskResource{}
	r.family = nodeJobs{orchestrator.JobTypeTask}
	for name, test := range map[string]struct {
		result launch.Result
		own    bool
		want   string
	}{
		"all went well":                {launch.Result{ID: "81", RequestID: "x"}, true, ""},
		"found after a lost answer":    {launch.Result{ID: "81", RequestID: "x", Adopted: true}, true, ""},
		"of an earlier apply":          {launch.Result{ID: "81", RequestID: "x", Adopted: true, Earlier: true}, true, `Task "x" was started by an earlier apply`},
		"forgotten":                    {launch.Result{ID: "81", RequestID: "x", Forgotten: "80"}, true, `Task "x" is started again`},
		"no userdata is kept":          {launch.Result{ID: "81", Unmarked: true}, true, "The server does not keep userdata"},
		"no userdata is kept or given": {launch.Result{ID: "81", Unmarked: true}, false, ""},
		"several":                      {launch.Result{ID: "81", RequestID: "x", Others: []string{"82", "83"}}, true, `Task "x" was started more than once`},
	} {
		var diags diag.Diagnostics
		r.reportLaunched(`Task "x"`, test.result, test.own, &diags)
		got := ""
		if len(diags) > 0 {
			got = diags[0].Summary()
		}
		if got != test.want || len(diags) > 1 || diags.HasError() {
			t.Errorf("%s: got %v, want %q", name, diags, test.want)
		}
	}
}
