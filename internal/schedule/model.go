package schedule

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Values of status.
const (
	statusScheduled = "scheduled"
	statusCompleted = "completed"
	statusEnded     = "ended"
	statusDisabled  = "disabled"
)

// scheduleModel is what the models of all schedules have in common.
type scheduleModel struct {
	ID            types.String `tfsdk:"id"`
	URL           types.String `tfsdk:"url"`
	ScheduledTime types.String `tfsdk:"scheduled_time"`
	Interval      types.String `tfsdk:"interval"`
	Environment   types.String `tfsdk:"environment"`
	Description   types.String `tfsdk:"description"`
	Userdata      types.Map    `tfsdk:"userdata"`
	UserdataAll   types.Map    `tfsdk:"userdata_all"`
	Status        types.String `tfsdk:"status"`
	NextRun       types.String `tfsdk:"next_run"`
	LastRun       types.Object `tfsdk:"last_run"`
}

// lastRunTypes are the attributes of last_run.
var lastRunTypes = map[string]attr.Type{
	"time":   types.StringType,
	"job_id": types.StringType,
	"error":  types.StringType,
}

// scheduleRecord is the model of a schedule resource, as the lifecycle that all of them share sees it.
type scheduleRecord interface {
	// schedule returns the common part.
	schedule() *scheduleModel
	// subject names what is scheduled, as the beginning of a sentence: Schedule of task "package".
	subject() string
	// uses returns the task or plan that is run, if one is. Write-only values are in the model of a configuration only.
	uses() (workload.Run, bool)
	// Runs is the task or plan, "" for a deploy.
	Runs() string
	// scope says where it runs. It is null for a plan.
	scope() types.Object
	// Told takes over what the server says of the input. Before that, the record holds the prior state.
	Told(input scheduleInput, diags *diag.Diagnostics)
	// sameInput reports whether what the server says of the input is what the record holds.
	sameInput(input scheduleInput, diags *diag.Diagnostics) bool
}

func (m *scheduleModel) schedule() *scheduleModel { return m }

// start is the first run. It is the zero time while it is not known.
func (m *scheduleModel) start() time.Time { return tfvalue.Time(m.ScheduledTime) }

// every is the time between two runs, 0 for a schedule that runs once.
func (m *scheduleModel) every() time.Duration { return tfvalue.Duration(m.Interval) }

func (m *scheduleModel) recurs() bool { return m.every() > 0 }

// over reports whether no run is to come any more by now.
func (m *scheduleModel) over(now time.Time) bool { return !m.recurs() && !m.start().After(now) }

func (m *scheduleModel) completed() bool { return m.Status.ValueString() == statusCompleted }

// ended reports whether the schedule ran once, or would have, so that nothing is planned for it any more.
func (m *scheduleModel) ended() bool { return m.completed() || m.Status.ValueString() == statusEnded }

// apiSchedule is the schedule of a request that begins at start.
func (m *scheduleModel) apiSchedule(start time.Time) orchestrator.Schedule {
	schedule := orchestrator.Schedule{StartTime: tfvalue.APITime(start)}
	if m.recurs() {
		schedule.Interval = orchestrator.EverySeconds(int64(m.every() / time.Second))
	}
	return schedule
}

// sameInstant reports whether two times are the same to the second, which is as exact as the server tells them.
func sameInstant(a, b time.Time) bool {
	return a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// startMargin is how far ahead of the server's clock, which is known to within a second, the provider puts a start that it
// chooses itself, so that the start has not passed when the request arrives.
const startMargin = 5 * time.Second

// nextOnGrid returns the next run of a schedule: its start or, when that has passed, the first time soon after now that is a
// multiple of every away from it.
func nextOnGrid(start time.Time, every time.Duration, now time.Time) time.Time {
	if start.After(now) || every <= 0 {
		return start
	}
	return start.Add((now.Add(startMargin).Sub(start)/every + 1) * every)
}

// runTime writes the time of a run as the server tells it.
func runTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// onGrid reports whether a time is a run of a schedule that began at start.
func onGrid(at, start time.Time, every time.Duration) bool {
	if every <= 0 {
		return sameInstant(at, start)
	}
	return at.Truncate(time.Second).Sub(start.Truncate(time.Second))%every == 0
}

// nextRunMargin is how far beyond its interval the next run of a schedule may seem to lie: the provider chooses it a little ahead of
// a clock that may not be the server's.
const nextRunMargin = time.Minute

// goesOn reports whether a start is that of a schedule that is to begin at ours: the same time or, when that has passed, no later
// than the run that comes next by now. A recurring schedule that was changed after it had begun begins anew, at one of its runs.
func goesOn(start, ours time.Time, every time.Duration, now time.Time) bool {
	if sameInstant(start, ours) {
		return true
	}
	return every > 0 && !ours.After(now) && onGrid(start, ours, every) && !start.After(now.Add(every+nextRunMargin))
}

// scheduleReading is what the server says of a schedule, through either of its APIs.
type scheduleReading struct {
	id          string
	kind        string
	environment string
	description string
	owner       string
	start       string
	// interval is in seconds, 0 for a schedule that runs once.
	interval int64
	enabled  bool
	nextRun  string
	lastRun  *orchestrator.LastRun
	// userdata is nil where the API has none.
	userdata map[string]any
	input    scheduleInput
}

// scheduleInput is what a schedule runs, as far as the server says.
type scheduleInput struct {
	// name is the task or plan.
	name string
	// parameters is nil where the API does not tell them. The sensitive ones are left out.
	parameters map[string]json.RawMessage
	sensitive  []string
	scope      *orchestrator.Scope
	options    orchestrator.JobOptions
}

// finishedOnce reports whether a schedule that runs once has run.
func (r scheduleReading) finishedOnce() bool {
	return r.interval == 0 && r.lastRun != nil && r.nextRun == ""
}

// fill puts what the server says by now into a record that holds the prior state.
func (r scheduleReading) fill(record scheduleRecord, now time.Time, diags *diag.Diagnostics) {
	m := record.schedule()
	m.ID = types.StringValue(r.id)
	m.fillTimes(r, now, diags)
	m.Environment = types.StringValue(r.environment)
	if r.description != "" || !m.Description.IsNull() {
		m.Description = types.StringValue(r.description)
	}
	m.fillUserdata(r.userdata)
	m.Status = types.StringValue(statusScheduled)
	if r.finishedOnce() {
		m.Status = types.StringValue(statusCompleted)
	}
	m.NextRun = tfvalue.StringOrNull(r.nextRun)
	m.LastRun = lastRunValue(r.lastRun)
	record.Told(r.input, diags)
}

// fillTimes keeps the configured form of a time while it means what the server says.
func (m *scheduleModel) fillTimes(r scheduleReading, now time.Time, diags *diag.Diagnostics) {
	start, err := time.Parse(time.RFC3339, r.start)
	if err != nil {
		diags.AddError("The time of a schedule cannot be read", fmt.Sprintf("Schedule %s begins at %q: %s", r.id, r.start, prose.Sentence(err.Error())))
		return
	}
	interval := time.Duration(r.interval) * time.Second
	if m.every() != interval {
		m.Interval = types.StringNull()
		if interval > 0 {
			m.Interval = types.StringValue(interval.String())
		}
	}
	if m.ScheduledTime.IsNull() || !goesOn(start, m.start(), interval, now) {
		m.ScheduledTime = types.StringValue(runTime(start))
	}
}

// fillUserdata shows a change of the configured keys in userdata, and all that the server has in userdata_all.
func (m *scheduleModel) fillUserdata(userdata map[string]any) {
	if userdata == nil {
		m.UserdataAll = types.MapNull(types.StringType)
		return
	}
	m.UserdataAll = jobvalue.UserdataValue(userdata)
	if m.UserdataAll.IsNull() {
		m.UserdataAll = types.MapValueMust(types.StringType, nil)
	}
	if m.Userdata.IsNull() {
		return
	}
	own := map[string]attr.Value{}
	for key := range m.Userdata.Elements() {
		if value, ok := m.UserdataAll.Elements()[key]; ok {
			own[key] = value
		}
	}
	m.Userdata = types.MapValueMust(types.StringType, own)
}

func lastRunValue(run *orchestrator.LastRun) types.Object {
	if run == nil {
		return types.ObjectNull(lastRunTypes)
	}
	failure := types.StringNull()
	if run.SubmissionError != nil {
		failure = types.StringValue(fmt.Sprintf("%s (%s)", run.SubmissionError.Message, run.SubmissionError.Kind))
	}
	return types.ObjectValueMust(lastRunTypes, map[string]attr.Value{
		"time":   tfvalue.StringOrNull(run.Time),
		"job_id": tfvalue.StringOrNull(run.JobID),
		"error":  failure,
	})
}

// paramsTold keeps parameters while the server says the same of them. Secrets are never told, and keys that nobody
// configured are no change, because servers fill in defaults.
func paramsTold(prior types.Dynamic, input scheduleInput, diags *diag.Diagnostics) types.Dynamic {
	if input.parameters == nil {
		return prior
	}
	configured := workload.ParamValues(prior, path.Root("params"), diags)
	changed := map[string]json.RawMessage{}
	same := true
	var err error
	for name, value := range configured {
		raw, ok := input.parameters[name]
		if !ok {
			// A parameter that the task declares as Sensitive is hidden even when it was configured in clear.
			if !slices.Contains(input.sensitive, name) {
				same = false
			}
			continue
		}
		// Reads show bare values. An answer that wraps them as requests do is understood too, but a value may look like a wrapper.
		if !tfvalue.SameJSON(raw, value) && !tfvalue.SameJSON(orchestrator.Unwrap(raw), value) {
			same = false
			changed[name] = raw
			continue
		}
		if changed[name], err = json.Marshal(value); err != nil {
			diags.AddError("The parameters of a schedule cannot be read", fmt.Sprintf("%s: %s", name, prose.Sentence(err.Error())))
			return prior
		}
	}
	if same {
		return prior
	}
	return workload.ParamsValue(changed, diags)
}

// userdataFor is the userdata of a schedule as the configuration wants it, with the provider's defaults and without the
// request id.
func userdataFor(c *pe.Clients, own map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range c.Userdata(own) {
		if text, ok := value.(string); ok {
			elements[key] = types.StringValue(text)
		}
	}
	return types.MapValueMust(types.StringType, elements)
}

// marked adds the request id of a schedule to its userdata.
func marked(userdata map[string]any, requestID string) map[string]any {
	if requestID == "" {
		return userdata
	}
	return launch.Mark(userdata, requestID)
}

// legacyOptions make a schedule of the older API recurring.
func (m *scheduleModel) legacyOptions() *orchestrator.ScheduleOptions {
	if !m.recurs() {
		return nil
	}
	return &orchestrator.ScheduleOptions{Interval: orchestrator.EverySeconds(int64(m.every() / time.Second))}
}

// importedParams are the parameters that the server tells of a schedule, without the secrets.
func importedParams(input scheduleInput, diags *diag.Diagnostics) types.Dynamic {
	return workload.ParamsValue(input.parameters, diags)
}

// importedSchedule is the common part of a schedule before it is filled with what the server says.
func importedSchedule() scheduleModel {
	return scheduleModel{
		Userdata:    types.MapNull(types.StringType),
		UserdataAll: types.MapNull(types.StringType),
		LastRun:     types.ObjectNull(lastRunTypes),
	}
}

// reportSchedule reports a record of another kind than the resource's own.
func reportSchedule(record scheduleRecord, diags *diag.Diagnostics) {
	diags.AddError("Unexpected record", fmt.Sprintf("The schedule was planned as %T. This is always a bug in the provider; please report it.", record))
}
