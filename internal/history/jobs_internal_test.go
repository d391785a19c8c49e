// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestJobs_Ignored(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.Job](t, `{"name":"82","type":"task","options":{"task":"package::linux"},"finished_timestamp":"2026-01-10T09:00:00Z"}`)
	running := decode[orchestrator.Job](t, `{"name":"83","type":"deploy","state":"running"}`)
	text := types.StringValue
	span := func(from, to string) listing.FinishedModel {
		return listing.FinishedModel{MinFinishTimestamp: tfvalue.StringOrNull(from), MaxFinishTimestamp: tfvalue.StringOrNull(to)}
	}
	const earlier, later = "2026-01-10T08:00:00Z", "2026-01-10T10:00:00Z"
	for name, test := range map[string]struct {
		model jobsModel
		job   orchestrator.Job
		// attribute is the ignored filter, answered an item that it should have excluded.
		attribute, answered string
	}{
		"no filter":                  {jobsModel{}, job, "", ""},
		"the type":                   {jobsModel{Type: text("task")}, job, "", ""},
		"another type":               {jobsModel{Type: text("deploy")}, job, "type", "job 82 of the type task"},
		"the task":                   {jobsModel{Task: text("package::linux")}, job, "", ""},
		"a part of the task":         {jobsModel{Task: text("linux")}, job, "", ""},
		"another task":               {jobsModel{Task: text("facts")}, job, "task", `job 82 of the task "package::linux"`},
		"a task, and it is a deploy": {jobsModel{Task: text("facts")}, running, "task", `job 83 of the task ""`},
		"within the span":            {jobsModel{FinishedModel: span(earlier, later)}, job, "", ""},
		"before the span":            {jobsModel{FinishedModel: span(later, "")}, job, "min_finish_timestamp", "job 82, which ended at 2026-01-10T09:00:00Z"},
		"after the span":             {jobsModel{FinishedModel: span("", earlier)}, job, "max_finish_timestamp", "job 82, which ended at 2026-01-10T09:00:00Z"},
		"has not ended":              {jobsModel{FinishedModel: span("", later)}, running, "max_finish_timestamp", "job 83, which has no time of its end"},
		"the type comes first":       {jobsModel{Type: text("deploy"), Task: text("facts"), FinishedModel: span(later, "")}, job, "type", "job 82 of the type task"},
	} {
		got, ignored := test.model.ignored(test.job)
		if got.Attribute != test.attribute || got.Answered != test.answered || ignored != (test.attribute != "") || ignored && got.Since == "" {
			t.Errorf("%s: got %+v, %v", name, got, ignored)
		}
	}
}

func TestJobs_Failure(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	for name, test := range map[string]struct {
		model   jobsModel
		advised bool
	}{
		"no filter":     {jobsModel{}, false},
		"only the type": {jobsModel{Type: text("task")}, false},
		"only the task": {jobsModel{Task: text("facts")}, true},
		"both":          {jobsModel{Type: text("task"), Task: text("facts")}, false},
	} {
		broken := errors.New("broken")
		got := test.model.failure(broken)
		at, bound := got.Attributes[orchestrator.KindValidationError]
		if !errors.Is(got.Err, broken) || bound != test.advised || bound && !at.Equal(path.Root("task")) || (got.Advice[orchestrator.KindValidationError] != "") != test.advised {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestJobs_Filter(t *testing.T) {
	t.Parallel()
	m := jobsModel{
		Type: types.StringValue("task"), Task: types.StringValue("facts"),
		FinishedModel: listing.FinishedModel{MinFinishTimestamp: types.StringValue("2026-01-10T10:00:00+01:00"), MaxFinishTimestamp: types.StringNull()},
		OrderModel:    listing.OrderModel{OrderBy: types.StringValue("state"), Order: types.StringValue("desc")},
		CountedModel:  listing.CountedModel{RangeModel: listing.RangeModel{Limit: types.Int64Value(7), Offset: types.Int64Value(3)}},
	}
	got := m.filter()
	if got.Type != "task" || got.Task != "facts" || got.OrderBy != "state" || got.Order != "desc" || got.MinFinishTimestamp != "2026-01-10T09:00:00Z" ||
		got.MaxFinishTimestamp != "" || got.Range.Limit != 7 || got.Range.Offset != 3 || got.Range.Total == nil {
		t.Errorf("got %+v", got)
	}
	var none jobsModel
	if got := none.filter(); got.Type != "" || got.Task != "" || got.OrderBy != "" || got.Order != "" || got.MinFinishTimestamp != "" || got.MaxFinishTimestamp != "" || got.Range.Limit != 0 {
		t.Errorf("nothing is asked for: %+v", got)
	}
}

// TestJobNodes_AskedState asks a server only for a state that no node leaves, as pages of others would miss some.
func TestJobNodes_AskedState(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]orchestrator.NodeState{
		"": "", "finished": "finished", "failed": "failed", "stopped": "stopped", "finished failed": "",
		"new": "", "ready": "", "running": "", "stopping": "", "errored": "", "skipped": "",
	} {
		m := jobNodesModel{States: types.SetNull(types.StringType)}
		if text != "" {
			var states []attr.Value
			for _, state := range strings.Fields(text) {
				states = append(states, types.StringValue(state))
			}
			m.States = types.SetValueMust(types.StringType, states)
		}
		if got := m.filter().State; got != want {
			t.Errorf("%q: the server is asked for %q", text, got)
		}
	}
}

// TestJobDataSource_ManyWaits follows so many jobs that a list tells of their ends, which has no history of their states.
func TestJobDataSource_ManyWaits(t *testing.T) {
	t.Parallel()
	server := petest.Start(t, simulator.Options{Nodes: 1, TimeScale: 10})
	client := petest.Client(t, server)
	d := &jobDataSource{DataSource: pe.DataSource{Clients: &pe.Clients{Orchestrator: client, Jobs: jobwatch.Jobs(client, time.Second)}}}
	var waits sync.WaitGroup
	for range 8 {
		job, err := client.RunTask(t.Context(), orchestrator.TaskRequest{
			Environment: "production", Task: "simulate", Params: map[string]any{"duration": 20}, Scope: orchestrator.Scope{Nodes: []string{"node1.example.com"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		waits.Go(func() {
			if last, known, err := d.wait(t.Context(), job.ID, nil); err != nil || !known || last.State != orchestrator.JobFinished || len(last.Status) == 0 {
				t.Errorf("job %s is %s, and its states were %v: %v", job.ID, last.State, last.Status, err)
			}
		})
	}
	waits.Wait()
	if !slices.ContainsFunc(server.Requests(), func(r simulator.Request) bool {
		return r.Method == http.MethodGet && r.Path == "/orchestrator/v1/jobs"
	}) {
		t.Error("no list was asked for, so that nothing is proved")
	}
}

func TestPlanJobs_Results(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		include types.Bool
		want    bool
	}{"left out": {types.BoolNull(), true}, "yes": {types.BoolValue(true), true}, "no": {types.BoolValue(false), false}} {
		m := planJobsModel{IncludeResults: test.include}
		if got := m.withResults(); got != test.want || m.filter().WithoutResults == test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestFull(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit types.Int64
		read  int
		want  bool
	}{
		"no limit": {types.Int64Null(), 1000, false}, "below": {types.Int64Value(3), 2, false}, "at": {types.Int64Value(3), 3, true}, "above": {types.Int64Value(3), 4, true},
	} {
		if got := full(test.limit, test.read); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestNewStates(t *testing.T) {
	t.Parallel()
	if got := newStates(nil); got != nil {
		t.Errorf("not told: got %v", got)
	}
	if got := newStates([]orchestrator.StatusPeriod{}); got == nil || len(got) != 0 {
		t.Errorf("empty: got %v", got)
	}
	got := newStates([]orchestrator.StatusPeriod{{State: "new", EnterTime: "a", ExitTime: "b"}, {State: "running", EnterTime: "b"}})
	if len(got) != 2 || got[0].ExitedAt.ValueString() != "b" || !got[1].ExitedAt.IsNull() || got[1].State.ValueString() != "running" {
		t.Errorf("got %v", got)
	}
}

func TestNewProject(t *testing.T) {
	t.Parallel()
	if got := newProject(nil); got != nil {
		t.Errorf("none: got %v", got)
	}
	if got := newProject(&orchestrator.Project{ID: "x"}); got == nil || got.ID.ValueString() != "x" || !got.Ref.IsNull() {
		t.Errorf("got %v", got)
	}
}

func TestScopeValue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scope *orchestrator.Scope
		want  types.Dynamic
	}{
		"not told":   {nil, types.DynamicNull()},
		"nodes":      {&orchestrator.Scope{Nodes: []string{"a"}}, types.DynamicValue(tfvalue.Object(map[string]attr.Value{"nodes": types.TupleValueMust([]attr.Type{types.StringType}, []attr.Value{types.StringValue("a")})}))},
		"node group": {&orchestrator.Scope{NodeGroup: "g"}, types.DynamicValue(tfvalue.Object(map[string]attr.Value{"node_group": types.StringValue("g")}))},
		"a query":    {&orchestrator.Scope{Query: json.RawMessage(`"nodes {}"`)}, types.DynamicValue(tfvalue.Object(map[string]attr.Value{"query": types.StringValue("nodes {}")}))},
	} {
		var diags diag.Diagnostics
		if got := ScopeValue(test.scope, &diags); !got.Equal(test.want) || len(diags) > 0 {
			t.Errorf("%s: got %s, want %s; %v", name, got, test.want, diags)
		}
	}
}

func TestNewJobNode(t *testing.T) {
	t.Parallel()
	got := newJobNode(decode[orchestrator.JobNode](t, `{"name":"a","state":"running"}`))
	if got.Name.ValueString() != "a" || !got.LatestEventID.IsNull() || !got.DurationSeconds.IsNull() || !got.Message.IsNull() || !got.ReportURL.IsNull() {
		t.Errorf("got %+v", got)
	}
}

func TestOfPlanJob(t *testing.T) {
	t.Parallel()
	missing := &httpapi.Error{Status: 404}
	job, planJob := ofJob("x", missing), ofPlanJob("x", missing)
	if at := job.Attributes[orchestrator.KindUnknownJob]; !at.Equal(path.Root("job_id")) || job.Note != "" || !strings.Contains(job.Advice[orchestrator.KindUnknownJob], "There is no such job,") {
		t.Errorf("a job: got %+v", job)
	}
	if at := planJob.Attributes[orchestrator.KindUnknownJob]; !at.Equal(path.Root("plan_job_id")) || planJob.Note == "" || !strings.Contains(planJob.Advice[orchestrator.KindUnknownJob], "There is no such plan job,") {
		t.Errorf("a plan job: got %+v", planJob)
	}
}

// TestWatchedJob_Look reads jobs at once, and waits for jobs.
func TestWatchedJob_Look(t *testing.T) {
	t.Parallel()
	unknown := &httpapi.Error{Status: 404, Kind: "puppetlabs.orchestrator/unknown-job", JSON: true}
	for name, test := range map[string]struct {
		until string
		err   error
		seen  bool
		// summary is of the error, "" for none.
		summary string
		// detail is the beginning of its detail.
		detail string
	}{
		"read":                      {"", nil, false, "", ""},
		"not there":                 {"", unknown, false, "Plan job 7 was not read", ""},
		"ended":                     {untilEnded, nil, true, "", ""},
		"gone before it was seen":   {untilEnded, unknown, false, "Plan job 7 was not read", ""},
		"gone while it was watched": {untilFinished, fmt.Errorf("%w: %w", jobwatch.ErrGone, unknown), true, "It is not known how the plan job 7 ended", ""},
		"takes too long":            {untilFinished, context.DeadlineExceeded, true, "Plan job 7 had not ended after 1m", "It keeps running: job 7 is running."},
		"never answers":             {untilFinished, context.DeadlineExceeded, false, "Plan job 7 was not read", "The time for the operation was up.\n\nThe wait lasted 1m. Raise `timeouts { read = … }`"},
		"the server says no":        {untilEnded, &httpapi.Error{Status: 403, JSON: true}, true, "Plan job 7 was not read", ""},
		"interrupted":               {untilEnded, context.Canceled, true, "The wait for plan job 7 was interrupted", "Terraform was interrupted while it waited for the end of the plan job, which goes on: job 7 is running."},
		"interrupted before a read": {untilEnded, context.Canceled, false, "The wait for plan job 7 was interrupted", "Terraform was interrupted. Nothing was read of the plan job until then."},
		"interrupted read":          {"", context.Canceled, false, "Plan job 7 was not read", "Terraform was interrupted."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				watched := watchedJob[string]{
					noun: "plan job",
					read: func(_ context.Context, id string) (string, error) { return "job " + id, test.err },
					wait: func(ctx context.Context, id string, _ func(string)) (string, bool, error) {
						if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) != time.Minute {
							t.Errorf("the wait ends at %v", deadline)
						}
						return "job " + id, test.seen, test.err
					},
					progress: func(job string) string { return job + " is running" },
				}
				var diags diag.Diagnostics
				now, ok := watched.look(t.Context(), &pe.Clients{Redactor: httpapi.NewRedactor()}, "7", test.until, time.Minute, &diags)
				if now != "job 7" || ok != (test.summary == "") || diags.HasError() == ok || len(diags) > 1 {
					t.Fatalf("got %q, %v, %v", now, ok, diags)
				}
				if !ok && (diags[0].Summary() != test.summary || !strings.HasPrefix(diags[0].Detail(), test.detail)) {
					t.Errorf("got %q, %q, want %q, %q", diags[0].Summary(), diags[0].Detail(), test.summary, test.detail)
				}
			})
		})
	}
}
