// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
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
	ID            types.String  `tfsdk:"id"`
	URL           types.String  `tfsdk:"url"`
	ScheduledTime types.String  `tfsdk:"scheduled_time"`
	Interval      types.String  `tfsdk:"interval"`
	Environment   types.String  `tfsdk:"environment"`
	Description   types.String  `tfsdk:"description"`
	Userdata      types.Dynamic `tfsdk:"userdata"`
	UserdataAll   types.Dynamic `tfsdk:"userdata_all"`
	Status        types.String  `tfsdk:"status"`
	NextRun       types.String  `tfsdk:"next_run"`
	LastRun       types.Object  `tfsdk:"last_run"`
}

// lastRunTypes are the attributes of last_run.
var lastRunTypes = map[string]attr.Type{
	"time":   types.StringType,
	"job_id": types.StringType,
	"error":  types.StringType,
}

// timeInputs are the attributes of every schedule, apart from what it runs, whose change has to reach the server.
var timeInputs = []string{"scheduled_time", "interval", "environment", "description"}

// scheduleRecord is what the shared lifecycle needs of the model M of a schedule resource.
type scheduleRecord[M any] interface {
	*M
	// schedule returns the attributes that all schedules have.
	schedule() *scheduleModel
	// scheduleType is the type of the schedule in the API.
	scheduleType() string
	// title names what is scheduled, as the beginning of a sentence: Schedule of task "package".
	title() string
	// inputs are the attributes that define what is run.
	inputs() []string
	// runs is the task or plan, "" for a deploy.
	runs() string
	// uses returns what is run. Write-only values are in the model of a configuration only.
	uses() workload.Run
	// scope says where it runs. It is null for a plan.
	scope() types.Dynamic
	// preview has what is known of the nodes of the scope, nil for a plan.
	preview() *scopepreview.Preview
	// faults names the attributes that may be at fault when the server refuses the schedule, by error kind.
	faults() map[string]path.Path

	// input builds what is run. config holds the write-only values, which are not in the plan.
	input(ctx context.Context, c *pe.Clients, config *M, diags *diag.Diagnostics) scheduling.Input
	// enforcesLike reports whether as much is asked of the environment as in the prior state, which the input says where the environment
	// itself does not.
	enforcesLike(prior *M) bool
	// report takes over what the server reports of the input. Before that, the record holds the prior state.
	report(input scheduling.ReportedInput, diags *diag.Diagnostics)
	// loseSecrets makes the state differ from every configuration in what secrets it has, so that they are sent again.
	loseSecrets()
	// sameInput reports whether the reported input is the one in the record.
	sameInput(input scheduling.ReportedInput, diags *diag.Diagnostics) bool
	// imported fills in what only an import reads from the server, and nulls for what the server does not report.
	imported(input scheduling.ReportedInput, diags *diag.Diagnostics)
}

func (m *scheduleModel) schedule() *scheduleModel { return m }

// start is the first run, the zero time while it is not known.
func (m *scheduleModel) start() time.Time { return tfvalue.Time(m.ScheduledTime) }

// every is the time between two runs, 0 for a schedule that runs once.
func (m *scheduleModel) every() time.Duration { return tfvalue.Duration(m.Interval) }

// times are when the schedule runs.
func (m *scheduleModel) times() scheduling.Times {
	return scheduling.Times{Start: m.start(), Every: m.every()}
}

func (m *scheduleModel) recurs() bool { return m.every() > 0 }

// over reports whether no run follows any more.
func (m *scheduleModel) over(now time.Time) bool { return !m.recurs() && !m.start().After(now) }

func (m *scheduleModel) completed() bool { return m.Status.ValueString() == statusCompleted }

// tried reports whether the server has started the only run of a schedule, or could not, so that the server has nothing more to tell.
func (m *scheduleModel) tried() bool { return m.completed() || m.ended() && !m.LastRun.IsNull() }

// ended reports whether the schedule ran once, or should have, so that nothing is planned for it any more.
func (m *scheduleModel) ended() bool { return m.completed() || m.Status.ValueString() == statusEnded }

// runTime writes the time of a run with the offset that scheduled_time is written with.
func (m *scheduleModel) runTime(t time.Time) types.String {
	return types.StringValue(scheduling.InZoneOf(m.ScheduledTime.ValueString(), t).Format(time.RFC3339))
}

// reportedTime is a time that the server reports, written like those that are planned. It is null where there is none.
func (m *scheduleModel) reportedTime(text string) types.String {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || scheduling.InZoneOf(m.ScheduledTime.ValueString(), at).Location() == time.UTC {
		return tfvalue.StringOrNull(text)
	}
	return m.runTime(at)
}

// firstRun is when a schedule that is planned now runs first. It is unknown for one that recurs: the plan may be applied after the next of
// its runs, and Terraform refuses a plan of which anything has changed by then.
func (m *scheduleModel) firstRun() types.String {
	if m.ScheduledTime.IsUnknown() || m.Interval.IsUnknown() || m.recurs() {
		return types.StringUnknown()
	}
	return m.runTime(m.start())
}

// created fills in what is known of a schedule right after its creation.
func (m *scheduleModel) created(id, url string, userdata types.Dynamic, start time.Time) {
	m.ID = types.StringValue(id)
	m.URL = types.StringValue(url)
	m.UserdataAll = userdata
	m.Status = types.StringValue(statusScheduled)
	m.NextRun = m.runTime(start)
	m.LastRun = types.ObjectNull(lastRunTypes)
}

// settle sets what is still unknown from the prior state.
func (m *scheduleModel) settle(prior *scheduleModel) {
	m.ID = tfvalue.KnownOr(m.ID, prior.ID)
	m.URL = tfvalue.KnownOr(m.URL, prior.URL)
	m.Status = tfvalue.KnownOr(m.Status, prior.Status)
	m.NextRun = tfvalue.KnownOr(m.NextRun, prior.NextRun)
	m.LastRun = tfvalue.KnownOr(m.LastRun, prior.LastRun)
	m.UserdataAll = tfvalue.KnownOr(m.UserdataAll, prior.UserdataAll)
}

// importedSchedule is the common part of a schedule before it is filled with what the server reports.
func importedSchedule() scheduleModel {
	return scheduleModel{
		Userdata:    types.DynamicNull(),
		UserdataAll: types.DynamicNull(),
		LastRun:     types.ObjectNull(lastRunTypes),
	}
}

// faultsOf names the attributes at fault, by error kind, of a schedule with one attribute for what is run and one for where.
func faultsOf(name, nodes string) map[string]path.Path {
	return map[string]path.Path{
		orchestrator.KindUnknownEnvironment: path.Root("environment"),
		orchestrator.KindEmptyEnvironment:   path.Root("environment"),
		orchestrator.KindEmptyTarget:        path.Root(nodes),
		orchestrator.KindPuppetDBError:      path.Root(nodes),
		orchestrator.KindQueryError:         path.Root(nodes),
		orchestrator.KindInvalidTime:        path.Root("scheduled_time"),
		orchestrator.KindNotPermitted:       path.Root(name),
		orchestrator.KindUnknownTask:        path.Root(name),
		orchestrator.KindUnknownPlan:        path.Root(name),
	}
}
