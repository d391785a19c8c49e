// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// dynamic is the value of a JSON text, null for an empty one.
func dynamic(t *testing.T, text string) types.Dynamic {
	t.Helper()
	value, err := tfvalue.FromJSON(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// reportedInput is what a server reports about parameters: a JSON object, or nothing for an empty text, and the names of those it hides.
func reportedInput(t *testing.T, params string, hidden ...string) scheduling.ReportedInput {
	t.Helper()
	input := scheduling.ReportedInput{Sensitive: hidden}
	if params == "" {
		return input
	}
	if err := json.Unmarshal([]byte(params), &input.Params); err != nil {
		t.Fatal(err)
	}
	return input
}

func TestReportedParams_ShowOnlyWhatHasChanged(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prior, reported string
		hidden          []string
		want            string
	}{
		"nothing configured or reported":       {"", "", nil, ""},
		"the API reports none":                 {`{"a": 1}`, "", nil, `{"a": 1}`},
		"nothing configured, none there":       {"", `{}`, nil, ""},
		"nothing configured, one is there":     {"", `{"a": 1}`, nil, `{"a": 1}`},
		"nothing in it, one is there":          {`{}`, `{"a": 1}`, nil, `{"a": 1}`},
		"the same":                             {`{"a": 1}`, `{"a": 1}`, nil, `{"a": 1}`},
		"the same, in other words":             {`{"a": {"b": [1, 2]}}`, `{"a": {"b":[1,2]}}`, nil, `{"a": {"b": [1, 2]}}`},
		"the same, and another":                {`{"a": 1}`, `{"a": 1, "b": 2}`, nil, `{"a": 1, "b": 2}`},
		"the same, wrapped":                    {`{"a": 1}`, `{"a": {"value": 1}}`, nil, `{"a": 1}`},
		"the same, and looks like a wrapper":   {`{"a": {"value": 1}}`, `{"a": {"value": 1}}`, nil, `{"a": {"value": 1}}`},
		"a null":                               {`{"a": null}`, `{"a": null}`, nil, `{"a": null}`},
		"one of two has changed":               {`{"a": 1, "b": "x"}`, `{"a": 2, "b": "x"}`, nil, `{"a": 2, "b": "x"}`},
		"all have changed":                     {`{"a": 1, "b": "x"}`, `{"a": 2, "b": "y"}`, nil, `{"a": 2, "b": "y"}`},
		"another type":                         {`{"a": 1}`, `{"a": "1"}`, nil, `{"a": "1"}`},
		"changed, and another":                 {`{"a": 1}`, `{"a": 2, "b": 3}`, nil, `{"a": 2, "b": 3}`},
		"one is gone":                          {`{"a": 1, "b": 2}`, `{"b": 2}`, nil, `{"b": 2}`},
		"all are gone":                         {`{"a": 1}`, `{}`, nil, ""},
		"hidden":                               {`{"secret": "s"}`, `{}`, []string{"secret"}, `{"secret": "s"}`},
		"hidden beside others":                 {`{"a": 1, "secret": "s"}`, `{"a": 1}`, []string{"secret"}, `{"a": 1, "secret": "s"}`},
		"two are hidden":                       {`{"a": 1, "b": 2}`, `{}`, []string{"b", "a"}, `{"a": 1, "b": 2}`},
		"another one is hidden":                {`{"a": 1}`, `{}`, []string{"secret"}, ""},
		"hidden, and the other has changed":    {`{"a": 1, "secret": "s"}`, `{"a": 2}`, []string{"secret"}, `{"a": 2}`},
		"hidden, and not configured":           {`{"a": 1}`, `{"a": 1}`, []string{"secret"}, `{"a": 1}`},
		"said to be hidden, and shown changed": {`{"a": 1}`, `{"a": 2}`, []string{"a"}, `{"a": 2}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			got := reportedParams(dynamic(t, test.prior), reportedInput(t, test.reported, test.hidden...), &diags)
			if want := dynamic(t, test.want); diags.HasError() || !got.Equal(want) {
				t.Errorf("the parameters are %s, want %s; %v", got, want, diags)
			}
		})
	}
}

// TestScheduledTaskReport_KeepsAHiddenParameter has a parameter that the task declares as Sensitive and that was configured in plain text.
func TestScheduledTaskReport_KeepsAHiddenParameter(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	m := &scheduledTaskModel{Task: types.StringValue("t"), Params: dynamic(t, `{"secret": "s", "a": 1}`), Scope: types.DynamicNull()}
	input := reportedInput(t, `{"a": 1}`, "secret")
	if !m.sameInput(input, &diags) {
		t.Error("what is hidden is taken for a change")
	}
	m.report(input, &diags)
	if want := dynamic(t, `{"secret": "s", "a": 1}`); diags.HasError() || !m.Params.Equal(want) {
		t.Errorf("the parameters are %s; %v", m.Params, diags)
	}
}

func TestScheduleModelFillTimes_KeepsTheConfiguredForm(t *testing.T) {
	t.Parallel()
	const start, elsewhere, nextRun = "2030-03-01T12:00:00Z", "2030-03-01T13:00:00+01:00", "2030-03-02T12:00:00Z"
	text, null, day := types.StringValue, types.StringNull(), orchestrator.EverySeconds(86400)
	for name, test := range map[string]struct {
		prior *scheduleModel
		start string
		every *orchestrator.Interval
		now   time.Time
		want  *scheduleModel
		fails bool
	}{
		"an import":                 {timed(null, null), start, nil, begin, timed(text(start), null), false},
		"an import, recurring":      {timed(null, null), start, day, begin, timed(text(start), text("24h")), false},
		"the same":                  {timed(text(elsewhere), text("1440m")), start, day, begin, timed(text(elsewhere), text("1440m")), false},
		"begun, at its next run":    {timed(text(start), text("24h")), nextRun, day, begin.Add(time.Hour), timed(text(start), text("24h")), false},
		"moved before it began":     {timed(text(start), text("24h")), nextRun, day, begin.Add(-time.Hour), timed(text(nextRun), text("24h")), false},
		"no longer recurring":       {timed(text(start), text("24h")), start, nil, begin, timed(text(start), null), false},
		"another interval":          {timed(text(start), text("12h")), start, day, begin, timed(text(start), text("24h")), false},
		"a time that cannot be":     {timed(text(start), text("24h")), "soon", day, begin, timed(text(start), text("24h")), true},
		"no time":                   {timed(text(start), null), "", nil, begin, timed(text(start), null), true},
		"once, moved by somebody":   {timed(text(start), null), nextRun, nil, begin.Add(-time.Hour), timed(text(nextRun), null), false},
		"once, moved after it ran":  {timed(text(start), null), nextRun, nil, begin.Add(time.Hour), timed(text(nextRun), null), false},
		"once, in a another format": {timed(text("2030-03-01T12:00:00.250Z"), null), start, nil, begin, timed(text("2030-03-01T12:00:00.250Z"), null), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			test.prior.fillTimes(scheduling.Schedule{ID: "7", Start: test.start, Interval: test.every}, test.now, &diags)
			if diags.HasError() != test.fails {
				t.Error(diags)
			}
			if !test.prior.ScheduledTime.Equal(test.want.ScheduledTime) || !test.prior.Interval.Equal(test.want.Interval) {
				t.Errorf("it runs at %s every %s", test.prior.ScheduledTime, test.prior.Interval)
			}
		})
	}
}

func TestScheduleModelFillUserdata_ShowsConfiguredKeysAndAll(t *testing.T) {
	t.Parallel()
	null := types.DynamicNull()
	values := func(pairs ...string) types.Dynamic {
		elements := map[string]attr.Value{}
		for i := 0; i < len(pairs); i += 2 {
			elements[pairs[i]] = types.StringValue(pairs[i+1])
		}
		return types.DynamicValue(tfvalue.Object(elements))
	}
	numbers := dynamic(t, `{"retries": 3}`)
	for name, test := range map[string]struct {
		configured types.Dynamic
		reported   map[string]any
		own, all   types.Dynamic
	}{
		"an API without":            {values("a", "1"), nil, values("a", "1"), null},
		"none":                      {null, map[string]any{}, null, values()},
		"only the request id":       {null, map[string]any{"terraform_request_id": "r"}, null, values()},
		"defaults":                  {null, map[string]any{"team": "web"}, null, values("team", "web")},
		"configured, and defaults":  {values("a", "1"), map[string]any{"a": "1", "team": "web"}, values("a", "1"), values("a", "1", "team", "web")},
		"changed":                   {values("a", "1"), map[string]any{"a": "2"}, values("a", "2"), values("a", "2")},
		"removed":                   {values("a", "1", "b", "2"), map[string]any{"b": "2"}, values("b", "2"), values("b", "2")},
		"all removed":               {values("a", "1"), map[string]any{}, values(), values()},
		"configured as a number":    {numbers, map[string]any{"retries": 3.0}, numbers, numbers},
		"kept as a text before":     {values("retries", "3"), map[string]any{"retries": 3.0}, values("retries", "3"), numbers},
		"another number":            {numbers, map[string]any{"retries": "4"}, values("retries", "4"), values("retries", "4")},
		"configured to have no key": {values(), map[string]any{"team": "web"}, values(), values("team", "web")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			m := &scheduleModel{Userdata: test.configured}
			m.fillUserdata(test.reported, &diags)
			if !m.Userdata.Equal(test.own) || !m.UserdataAll.Equal(test.all) {
				t.Errorf("userdata is %s, userdata_all %s", m.Userdata, m.UserdataAll)
			}
		})
	}
}

func TestReportedStatus_WarnsOnceOfARunThatCouldNotStart(t *testing.T) {
	t.Parallel()
	failed := &orchestrator.LastRun{SubmissionError: &orchestrator.SubmissionError{Kind: "puppetlabs.orchestrator/puppetdb-error", Message: "connection refused"}}
	every := &orchestrator.Interval{Units: "seconds", Value: 3600}
	tests := map[string]struct {
		before   string
		reported scheduling.Schedule
		want     string
		warns    bool
	}{
		"to come":                {statusScheduled, scheduling.Schedule{NextRun: "2030-01-01T00:00:00Z"}, statusScheduled, false},
		"has run":                {statusScheduled, scheduling.Schedule{LastRun: &orchestrator.LastRun{JobID: "8"}}, statusCompleted, false},
		"could not start":        {statusScheduled, scheduling.Schedule{LastRun: failed}, statusEnded, true},
		"could not start, known": {statusEnded, scheduling.Schedule{LastRun: failed}, statusEnded, false},
		"a recurring one":        {statusScheduled, scheduling.Schedule{LastRun: failed, Interval: every}, statusScheduled, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			m := scheduleModel{Status: types.StringValue(test.before)}
			if got := m.reportedStatus(test.reported, "Schedule of a task", &diags); got != test.want || (diags.WarningsCount() == 1) != test.warns {
				t.Errorf("got %q with %v", got, diags)
			}
		})
	}
}
