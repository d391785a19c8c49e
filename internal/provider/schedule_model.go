package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/dynamicvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
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
	uses() (usage, bool)
	// runs is the task or plan, "" for a deploy.
	runs() string
	// scope says where it runs. It is null for a plan.
	scope() types.Object
	// told takes over what the server says of the input. Before that, the record holds the prior state.
	told(input scheduleInput, diags *diag.Diagnostics)
	// sameInput reports whether what the server says of the input is what the record holds.
	sameInput(input scheduleInput, diags *diag.Diagnostics) bool
}

func (m *scheduleModel) schedule() *scheduleModel { return m }

// start is the first run. It is the zero time while it is not known.
func (m *scheduleModel) start() time.Time { return instant(m.ScheduledTime) }

// every is the time between two runs, 0 for a schedule that runs once.
func (m *scheduleModel) every() time.Duration { return durationOf(m.Interval) }

func (m *scheduleModel) recurs() bool { return m.every() > 0 }

// over reports whether no run is to come any more by now.
func (m *scheduleModel) over(now time.Time) bool { return !m.recurs() && !m.start().After(now) }

func (m *scheduleModel) completed() bool { return m.Status.ValueString() == statusCompleted }

// ended reports whether the schedule ran once, or would have, so that nothing is planned for it any more.
func (m *scheduleModel) ended() bool { return m.completed() || m.Status.ValueString() == statusEnded }

// apiSchedule is the schedule of a request that begins at start.
func (m *scheduleModel) apiSchedule(start time.Time) orchestrator.Schedule {
	schedule := orchestrator.Schedule{StartTime: apiTime(start)}
	if m.recurs() {
		schedule.Interval = orchestrator.EverySeconds(int64(m.every() / time.Second))
	}
	return schedule
}

// apiTime writes a time as the API takes it: in UTC, with fractions only where there are some.
func apiTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

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
	m.NextRun = stringOrNull(r.nextRun)
	m.LastRun = lastRunValue(r.lastRun)
	record.told(r.input, diags)
}

// fillTimes keeps the configured form of a time while it means what the server says.
func (m *scheduleModel) fillTimes(r scheduleReading, now time.Time, diags *diag.Diagnostics) {
	start, err := time.Parse(time.RFC3339, r.start)
	if err != nil {
		diags.AddError("The time of a schedule cannot be read", fmt.Sprintf("Schedule %s begins at %q: %s", r.id, r.start, sentence(err.Error())))
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
	m.UserdataAll = userdataValue(userdata)
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
		"time":   stringOrNull(run.Time),
		"job_id": stringOrNull(run.JobID),
		"error":  failure,
	})
}

// The questions that decide whether what the server says is another value or the same one in other words.

// boolTold keeps a flag that nobody mentions while the server says no.
func boolTold(prior types.Bool, told *bool) types.Bool {
	if told == nil || prior.IsNull() && !*told {
		return prior
	}
	return types.BoolValue(*told)
}

// intTold keeps a number that the server does not tell.
func intTold(prior types.Int64, told *int64) types.Int64 {
	if told == nil {
		return prior
	}
	return types.Int64Value(*told)
}

// stringTold keeps a text that the server does not tell.
func stringTold(prior types.String, told string) types.String {
	if told == "" {
		return prior
	}
	return types.StringValue(told)
}

// scopeTold keeps a scope while it means what the server says.
func scopeTold(prior types.Object, told *orchestrator.Scope, deploy bool, diags *diag.Diagnostics) types.Object {
	if told == nil {
		return prior
	}
	value := scopeObject(told, deploy, diags)
	if prior.IsNull() || value.IsNull() {
		return value
	}
	for name, attribute := range value.Attributes() {
		if !sameMeaning(attribute, prior.Attributes()[name]) {
			return value
		}
	}
	return prior
}

// sameMeaning reports whether two values are the same JSON, whatever their types.
func sameMeaning(a, b attr.Value) bool {
	if set, ok := a.(types.Set); ok {
		return set.Equal(b)
	}
	first, err := dynamicvalue.ToGo(a)
	if err != nil {
		return false
	}
	second, err := dynamicvalue.ToGo(b)
	return err == nil && reflect.DeepEqual(first, second)
}

// paramsTold keeps parameters while the server says the same of them. Secrets are never told, and keys that nobody
// configured are no change, because servers fill in defaults.
func paramsTold(prior types.Dynamic, input scheduleInput, diags *diag.Diagnostics) types.Dynamic {
	if input.parameters == nil {
		return prior
	}
	configured := params(prior, path.Root("params"), diags)
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
		if !meansSame(raw, value) && !meansSame(orchestrator.Unwrap(raw), value) {
			same = false
			changed[name] = raw
			continue
		}
		if changed[name], err = json.Marshal(value); err != nil {
			diags.AddError("The parameters of a schedule cannot be read", fmt.Sprintf("%s: %s", name, sentence(err.Error())))
			return prior
		}
	}
	if same {
		return prior
	}
	return paramsValue(changed, diags)
}

// meansSame reports whether a JSON text has a value of encoding/json with json.Number.
func meansSame(raw json.RawMessage, value any) bool {
	told, err := dynamicvalue.FromJSON(raw)
	if err != nil {
		return false
	}
	toldValue, err := dynamicvalue.ToGo(told)
	return err == nil && reflect.DeepEqual(toldValue, value)
}

// userdataFor is the userdata of a schedule as the configuration wants it, with the provider's defaults and without the
// request id.
func userdataFor(c *connection, own map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range c.userdata(own) {
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
	return paramsValue(input.parameters, diags)
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
