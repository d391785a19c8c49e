// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// fill updates a record that holds the prior state with what the server reports.
func fill[M any, P scheduleRecord[M]](record P, reported scheduling.Schedule, now time.Time, diags *diag.Diagnostics) {
	m := record.schedule()
	m.ID = types.StringValue(reported.ID)
	m.fillTimes(reported, now, diags)
	m.Environment = types.StringValue(reported.Environment)
	if reported.Description != "" || !m.Description.IsNull() {
		m.Description = types.StringValue(reported.Description)
	}
	m.fillUserdata(reported.Userdata, diags)
	m.Status = types.StringValue(m.reportedStatus(reported, record.title(), diags))
	m.NextRun = m.reportedTime(reported.NextRun)
	m.LastRun = m.lastRun(reported.LastRun)
	record.report(reported.Input, diags)
}

// reportedStatus is the status of a schedule that the server knows. It warns, once, of one that was to run once and could not be started.
func (m *scheduleModel) reportedStatus(reported scheduling.Schedule, title string, diags *diag.Diagnostics) string {
	if !reported.FinishedOnce() {
		return statusScheduled
	}
	failure := reported.LastRun.SubmissionError
	if failure == nil {
		return statusCompleted
	}
	if !m.ended() {
		diags.AddWarning(title+" could not start its only run",
			fmt.Sprintf("Schedule %s was to run once, at %s. The server could not start the run (%s): %s Nothing has run, and nothing is "+
				"planned; give another `scheduled_time` to have it run.",
				reported.ID, reported.Start, failure.Kind, cmp.Or(prose.Sentence(failure.Message), "It does not say why.")))
	}
	return statusEnded
}

// fillTimes keeps the configured form of a time while it means what the server reports.
func (m *scheduleModel) fillTimes(reported scheduling.Schedule, now time.Time, diags *diag.Diagnostics) {
	start, err := time.Parse(time.RFC3339, reported.Start)
	if err != nil {
		diags.AddError("The time of a schedule cannot be read",
			fmt.Sprintf("Schedule %s begins at %q: %s", reported.ID, reported.Start, prose.Sentence(err.Error())))
		return
	}
	every := reported.Period()
	if m.every() != every {
		m.Interval = types.StringNull()
		if every > 0 {
			m.Interval = types.StringValue(duration.Text(every))
		}
	}
	ours := scheduling.Times{Start: m.start(), Every: every}
	if m.ScheduledTime.IsNull() || !ours.ContinueAt(start, now) {
		m.ScheduledTime = m.runTime(start)
	}
}

// fillUserdata shows a change of the configured keys in userdata, and all that the server has in userdata_all. It is nil where the
// server keeps no userdata.
func (m *scheduleModel) fillUserdata(userdata map[string]any, diags *diag.Diagnostics) {
	if userdata == nil {
		m.UserdataAll = types.DynamicNull()
		return
	}
	m.UserdataAll = workload.ReportedUserdataAll(m.UserdataAll, userdata, diags)
	m.Userdata = workload.ReportedUserdata(m.Userdata, userdata, diags)
}

// lastRun is the value of last_run.
func (m *scheduleModel) lastRun(run *orchestrator.LastRun) types.Object {
	if run == nil {
		return types.ObjectNull(lastRunTypes)
	}
	failure := types.StringNull()
	if run.SubmissionError != nil {
		failure = types.StringValue(fmt.Sprintf("%s (%s)", run.SubmissionError.Message, run.SubmissionError.Kind))
	}
	return types.ObjectValueMust(lastRunTypes, map[string]attr.Value{
		"time":   m.reportedTime(run.Time),
		"job_id": tfvalue.StringOrNull(run.JobID),
		"error":  failure,
	})
}

// reportedParams keeps parameters while the server reports the same. Secrets are never reported, and the input has nothing that the server
// has given by itself.
func reportedParams(prior types.Dynamic, input scheduling.ReportedInput, diags *diag.Diagnostics) types.Dynamic {
	if input.Params == nil {
		return prior
	}
	changed := map[string]json.RawMessage{}
	same := true
	values := workload.ParamValues(prior, path.Root("params"), diags)
	for name, value := range values {
		raw, ok := input.Params[name]
		if !ok {
			// A parameter that the task declares as Sensitive is hidden even if it was configured in plain text.
			same = same && slices.Contains(input.Sensitive, name)
			continue
		}
		if !sameParam(raw, value) {
			same = false
			changed[name] = raw
			continue
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			diags.AddError("The parameters of a schedule cannot be read", fmt.Sprintf("%s: %s", name, prose.Sentence(err.Error())))
			return prior
		}
		changed[name] = encoded
	}
	for name, raw := range input.Params {
		if _, given := values[name]; !given {
			same = false
			changed[name] = raw
		}
	}
	if same {
		return prior
	}
	return workload.ParamsValue(changed, diags)
}

// sameParam reports whether the server reports the value of a parameter. Reads show bare values. An answer that wraps them as requests do
// is understood too, but a value may itself look like a wrapper.
func sameParam(raw json.RawMessage, value any) bool {
	return tfvalue.SameJSON(raw, value) || tfvalue.SameJSON(orchestrator.Unwrap(raw), value)
}
