// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduleschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var _ datasource.DataSourceWithConfigure = (*scheduledJobsDataSource)(nil)

type scheduledJobsDataSource struct {
	pe.DataSource
	process *processState
}

func newScheduledJobsDataSource(process *processState) datasource.DataSource {
	return &scheduledJobsDataSource{process: process}
}

// Metadata implements [datasource.DataSource].
func (d *scheduledJobsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_scheduled_jobs"
}

// Schema implements [datasource.DataSource].
func (d *scheduledJobsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Schedules of tasks, deploys and plans. Those that were disabled are not listed by any server. The provider's " +
			"`scheduled_jobs_api` says which of PE's two scheduling APIs is asked.",
		Attributes: scheduleschema.ListAttributes(),
	}
}

type scheduledJobsModel struct {
	Type types.String `tfsdk:"type"`
	listing.OrderModel
	listing.CountedModel
	ScheduledJobs    []scheduledJobModel `tfsdk:"scheduled_jobs"`
	Inputs           types.Dynamic       `tfsdk:"inputs"`
	SubmissionErrors types.Dynamic       `tfsdk:"submission_errors"`
}

type scheduledJobModel struct {
	ID              types.String         `tfsdk:"id"`
	URL             types.String         `tfsdk:"url"`
	Type            types.String         `tfsdk:"type"`
	Name            types.String         `tfsdk:"name"`
	Environment     types.String         `tfsdk:"environment"`
	Description     types.String         `tfsdk:"description"`
	Enabled         types.Bool           `tfsdk:"enabled"`
	ScheduledTime   types.String         `tfsdk:"scheduled_time"`
	IntervalSeconds types.Int64          `tfsdk:"interval_seconds"`
	NextRun         types.String         `tfsdk:"next_run"`
	LastRun         *scheduledRunModel   `tfsdk:"last_run"`
	Noop            types.Bool           `tfsdk:"noop"`
	SensitiveParams types.List           `tfsdk:"sensitive_params"`
	Userdata        types.Map            `tfsdk:"userdata"`
	Owner           types.String         `tfsdk:"owner"`
	OwnerSubject    *jobvalue.OwnerModel `tfsdk:"owner_subject"`
}

// scheduledRunModel is the latest run of a schedule.
type scheduledRunModel struct {
	Time      types.String `tfsdk:"time"`
	JobID     types.String `tfsdk:"job_id"`
	PlanJobID types.String `tfsdk:"plan_job_id"`
	Error     types.String `tfsdk:"error"`
	ErrorKind types.String `tfsdk:"error_kind"`
}

// Read implements [datasource.DataSource].
func (d *scheduledJobsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Schedules were not read"
	var model scheduledJobsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	api, err := d.process.api(ctx, d.Clients)
	if err != nil {
		d.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err})
		return
	}
	orderBy, ok := model.orderIn(api.Capabilities(), &resp.Diagnostics)
	if !ok {
		return
	}
	filter := scheduling.Filter{Type: model.Type.ValueString(), OrderBy: orderBy, Order: model.Order.ValueString(), Range: model.Part()}
	model.ScheduledJobs = []scheduledJobModel{}
	inputs, failures := tfvalue.Keyed{}, tfvalue.Keyed{}
	for schedule, err := range api.List(ctx, filter) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofSchedules(summary, err))
			return
		}
		id := schedule.ID
		if listing.FilteredOut(model.Type, schedule.Type) {
			answered := fmt.Sprintf("schedule %s of the type %s", id, schedule.Type)
			listing.Ignored{Attribute: "type", Since: "2019.8.3", Answered: answered}.Report(summary, &resp.Diagnostics)
			return
		}
		model.ScheduledJobs = append(model.ScheduledJobs, newScheduledJob(ctx, schedule, api.URL(id), &resp.Diagnostics))
		inputs.Add(id, schedule.Document, "What schedule "+id+" runs cannot be read", &resp.Diagnostics)
		if run := schedule.LastRun; run != nil && run.SubmissionError != nil {
			failures.Add(id, run.SubmissionError, "The error of schedule "+id+" cannot be read", &resp.Diagnostics)
		}
	}
	const narrow = "Read fewer at a time, with `limit` and `offset`."
	model.Inputs = inputs.Value("What schedules run", narrow, &resp.Diagnostics)
	model.SubmissionErrors = failures.Value("Errors of schedules", narrow, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// orderIn returns the API's name for what to sort by.
func (m *scheduledJobsModel) orderIn(api scheduling.Capabilities, diags *diag.Diagnostics) (word string, ok bool) {
	if m.OrderBy.IsNull() {
		return "", true
	}
	word, ok = api.Orders[m.OrderBy.ValueString()]
	if !ok {
		diags.AddAttributeError(path.Root("order_by"), "The server cannot sort schedules in this way",
			fmt.Sprintf("The server is %s and cannot sort by %q. It can by %s.", api.Servers, m.OrderBy.ValueString(),
				strings.Join(slices.Sorted(maps.Keys(api.Orders)), ", ")))
	}
	return word, ok
}

func newScheduledJob(ctx context.Context, schedule scheduling.Schedule, url string, diags *diag.Diagnostics) scheduledJobModel {
	return scheduledJobModel{
		ID:              types.StringValue(schedule.ID),
		URL:             types.StringValue(url),
		Type:            types.StringValue(schedule.Type),
		Name:            tfvalue.StringOrNull(schedule.Input.Name),
		Environment:     types.StringValue(schedule.Environment),
		Description:     types.StringValue(schedule.Description),
		Enabled:         types.BoolValue(schedule.Enabled),
		ScheduledTime:   tfvalue.StringOrNull(schedule.Start),
		IntervalSeconds: intervalValue(schedule.Interval),
		NextRun:         tfvalue.StringOrNull(schedule.NextRun),
		LastRun:         newScheduledRun(schedule.Type, schedule.LastRun),
		Noop:            types.BoolPointerValue(schedule.Noop),
		SensitiveParams: tfvalue.StringsOrNull(schedule.Input.Sensitive),
		Userdata:        jobvalue.UserdataValue(schedule.Userdata),
		Owner:           tfvalue.StringOrNull(schedule.Owner.Login),
		OwnerSubject:    jobvalue.NewOwner(ctx, schedule.Owner, diags),
	}
}

func intervalValue(interval *orchestrator.Interval) types.Int64 {
	if interval == nil {
		return types.Int64Null()
	}
	return types.Int64Value(interval.Value)
}

func newScheduledRun(scheduleType string, run *orchestrator.LastRun) *scheduledRunModel {
	if run == nil {
		return nil
	}
	model := &scheduledRunModel{Time: tfvalue.StringOrNull(run.Time)}
	if scheduleType == orchestrator.SchedulePlan {
		model.PlanJobID = tfvalue.StringOrNull(run.JobID)
	} else {
		model.JobID = tfvalue.StringOrNull(run.JobID)
	}
	if failure := run.SubmissionError; failure != nil {
		model.Error, model.ErrorKind = tfvalue.StringOrNull(failure.Message), tfvalue.StringOrNull(failure.Kind)
	}
	return model
}

// ofSchedules describes an error of the list of schedules.
func ofSchedules(summary string, err error) pe.Failure {
	return pe.Failure{Summary: summary, Err: err, Advice: map[string]string{
		orchestrator.KindQueryError: "This API reports a missing permission in this way: let an administrator give one of the user's roles " +
			"the permission to view schedules.",
	}}
}
