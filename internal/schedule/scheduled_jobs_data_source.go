package schedule

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var _ datasource.DataSourceWithConfigure = (*scheduledJobsDataSource)(nil)

type scheduledJobsDataSource struct {
	pe.DataSource
	*scheduleState
}

func newScheduledJobsDataSource(shared *scheduleState) datasource.DataSource {
	return &scheduledJobsDataSource{scheduleState: shared}
}

// Metadata implements [datasource.DataSource].
func (d *scheduledJobsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_scheduled_jobs"
}

// scheduleOrders are what schedules can be sorted by, in the words of each API.
var scheduleOrders = map[schedulingAPI]map[string]string{
	environmentJobs: {"next_run_time": "next_run_time", "next_run": "next_run_time", "environment": "environment", "owner": "owner", "name": "name", "type": "type"},
	legacyJobs:      {"next_run": "next_run", "next_run_time": "next_run", "scheduled_time": "scheduled_time", "name": "name"},
}

// Schema implements [datasource.DataSource].
func (d *scheduledJobsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Schedules of tasks, deploys and plans. Those that were disabled are not listed by any server. The provider's `scheduled_jobs_api` says which of PE's two " +
			"scheduling APIs is asked.",
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only schedules of this type: `task`, `deploy` or `plan`. PE 2019.8.3 and newer. The default is every type.",
				Validators:          []validator.String{stringvalidator.OneOf(orchestrator.ScheduleTask, orchestrator.ScheduleDeploy, orchestrator.SchedulePlan)},
			},
			"order_by": listing.OrderByAttribute("`next_run` and `next_run_time` are the same; `scheduled_time` is for servers before PE 2021.7 only, `environment`, `owner` (the login) and "+
				"`type` for newer ones only. The default is the next run. PE 2019.8.3 and newer.", "next_run_time", "next_run", "scheduled_time", "environment", "owner", "name", "type"),
			"order":  listing.OrderAttribute("The default is `asc`. PE 2019.8.3 and newer."),
			"limit":  listing.LimitAttribute("schedules"),
			"offset": listing.OffsetAttribute("schedules"),
			"total":  listing.TotalAttribute("schedules"),
			"scheduled_jobs": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The schedules, in the order of the server.",
				NestedObject:        schema.NestedAttributeObject{Attributes: scheduledJobAttributes()},
			},
			"inputs": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "What the schedules run, by their numbers, as objects with the names of the API, such as `parameters` and `scope`. Sensitive parameters are left out, and " +
					"servers before PE 2021.7 tell no parameters at all.",
			},
			"submission_errors": schema.DynamicAttribute{
				Computed:            true,
				MarkdownDescription: "Why the latest run could not be started, by the numbers of the schedules to which that has happened: objects with `kind`, `msg` and `details`.",
			},
		},
	}
}

func scheduledJobAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the schedule."},
		"url":              schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the schedule in the orchestrator API. Servers before PE 2021.7 only take it for deleting."},
		"type":             schema.StringAttribute{Computed: true, MarkdownDescription: "`task`, `deploy` or `plan`."},
		"name":             schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the task or plan, null for a deploy."},
		"environment":      schema.StringAttribute{Computed: true, MarkdownDescription: "Environment of the schedule. Empty for a deploy in whatever environment each node belongs to."},
		"description":      schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the schedule."},
		"enabled":          schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the schedule runs. Schedules of servers that do not say are enabled."},
		"scheduled_time":   schema.StringAttribute{Computed: true, MarkdownDescription: "When the first run begins or began, RFC 3339 in UTC."},
		"interval_seconds": schema.Int64Attribute{Computed: true, MarkdownDescription: "Time between two runs, in seconds. Null for a schedule that runs once."},
		"next_run":         schema.StringAttribute{Computed: true, MarkdownDescription: "When the next run begins, RFC 3339 in UTC. Null when none is to come, and before PE 2019.8.3."},
		"last_run": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The latest run. Null before the first one, and on servers before PE 2021.7.",
			Attributes: map[string]schema.Attribute{
				"time":        schema.StringAttribute{Computed: true, MarkdownDescription: "When it began, RFC 3339 in UTC."},
				"job_id":      schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the job. Null for a plan, and when none could be started."},
				"plan_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job. Null for tasks and deploys, and when none could be started."},
				"error":       schema.StringAttribute{Computed: true, MarkdownDescription: "Why no job could be started, as a sentence. Null when one was started."},
				"error_kind":  schema.StringAttribute{Computed: true, MarkdownDescription: "Kind of that error, such as `puppetlabs.orchestrator/unknown-environment`. Null when a job was started."},
			},
		},
		"noop":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether changes are only simulated. Null when the server does not say, as for plans."},
		"sensitive_params": jobvalue.SensitiveParamsAttribute(),
		"userdata": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Keys and values that are kept with the schedule. Null when there are none, and before PE 2021.7.",
		},
	}
	maps.Copy(attributes, jobvalue.OwnerAttributes("who created the schedule"))
	return attributes
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

// listedSchedule is a schedule out of the list of either API.
type listedSchedule struct {
	model scheduledJobModel
	// input has a JSON form.
	input any
	run   *orchestrator.LastRun
}

// Read implements [datasource.DataSource].
func (d *scheduledJobsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Schedules were not read"
	var model scheduledJobsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	api, err := d.schedulingAPI(ctx, d.Clients)
	if err != nil {
		d.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err})
		return
	}
	orderBy, ok := model.orderIn(api, &resp.Diagnostics)
	if !ok {
		return
	}
	model.ScheduledJobs = []scheduledJobModel{}
	inputs, failures := tfvalue.Keyed{}, tfvalue.Keyed{}
	for job, err := range d.schedules(ctx, api, &model, orderBy, &resp.Diagnostics) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofSchedules(d.Clients, summary, err))
			return
		}
		id := job.model.ID.ValueString()
		if told := job.model.Type.ValueString(); listing.Unlike(model.Type, told) {
			listing.Ignored{Attribute: "type", Since: "2019.8.3", Answered: fmt.Sprintf("schedule %s of the type %s", id, told)}.Report(summary, &resp.Diagnostics)
			return
		}
		model.ScheduledJobs = append(model.ScheduledJobs, job.model)
		inputs.Add(id, job.input, "What schedule "+id+" runs cannot be read", &resp.Diagnostics)
		if job.run != nil && job.run.SubmissionError != nil {
			failures.Add(id, job.run.SubmissionError, "The error of schedule "+id+" cannot be read", &resp.Diagnostics)
		}
	}
	model.Inputs, model.SubmissionErrors = inputs.Value(), failures.Value()
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// orderIn returns what to sort by in the words of an API.
func (m *scheduledJobsModel) orderIn(api schedulingAPI, diags *diag.Diagnostics) (string, bool) {
	if m.OrderBy.IsNull() {
		return "", true
	}
	orders := scheduleOrders[api]
	word, ok := orders[m.OrderBy.ValueString()]
	if !ok {
		generation := "before PE 2021.7 (its scheduling API is `schedule_task`)"
		if api == environmentJobs {
			generation = "PE 2021.7 or newer (its scheduling API is `environment_jobs`)"
		}
		diags.AddAttributeError(path.Root("order_by"), "The server cannot sort schedules in this way",
			fmt.Sprintf("The server is %s and cannot sort by %q. It can by %s.", generation, m.OrderBy.ValueString(), strings.Join(slices.Sorted(maps.Keys(orders)), ", ")))
	}
	return word, ok
}

// schedules lists the schedules through an API.
func (d *scheduledJobsDataSource) schedules(ctx context.Context, api schedulingAPI, m *scheduledJobsModel, orderBy string, diags *diag.Diagnostics) iter.Seq2[listedSchedule, error] {
	if api == environmentJobs {
		filter := orchestrator.EnvironmentJobFilter{Type: m.Type.ValueString(), OrderBy: orderBy, Order: m.Order.ValueString(), Range: m.Part()}
		return listing.Convert(d.Orchestrator.EnvironmentJobs(ctx, filter), func(job orchestrator.EnvironmentJob) listedSchedule {
			return d.environmentSchedule(ctx, job, diags)
		})
	}
	filter := orchestrator.LegacyJobFilter{Type: m.Type.ValueString(), OrderBy: orderBy, Order: m.Order.ValueString(), Range: m.Part()}
	return listing.Convert(d.Orchestrator.FilterLegacyJobs(ctx, filter), func(job orchestrator.LegacyJob) listedSchedule {
		return d.legacySchedule(ctx, job, diags)
	})
}

func (d *scheduledJobsDataSource) environmentSchedule(ctx context.Context, job orchestrator.EnvironmentJob, diags *diag.Diagnostics) listedSchedule {
	return listedSchedule{input: orchestrator.JobOptions(job.Input).WithoutCredentials(), run: job.LastRun, model: scheduledJobModel{
		ID:              types.StringValue(job.ID),
		URL:             types.StringValue(d.Orchestrator.URL("scheduled_jobs", "environment_jobs", job.ID)),
		Type:            types.StringValue(job.Type),
		Name:            tfvalue.StringOrNull(job.Input.Name()),
		Environment:     types.StringValue(job.Environment),
		Description:     types.StringValue(job.Description),
		Enabled:         types.BoolValue(job.Enabled),
		ScheduledTime:   tfvalue.StringOrNull(job.Schedule.StartTime),
		IntervalSeconds: intervalValue(job.Schedule.Interval),
		NextRun:         tfvalue.StringOrNull(job.NextRun),
		LastRun:         newScheduledRun(job.Type, job.LastRun),
		Noop:            types.BoolPointerValue(job.Input.Bool("noop")),
		SensitiveParams: tfvalue.StringsOrNull(job.Input.SensitiveParameters()),
		Userdata:        jobvalue.UserdataValue(job.Userdata),
		Owner:           tfvalue.StringOrNull(job.Owner.Login),
		OwnerSubject:    jobvalue.NewOwner(ctx, job.Owner, diags),
	}}
}

func (d *scheduledJobsDataSource) legacySchedule(ctx context.Context, job orchestrator.LegacyJob, diags *diag.Diagnostics) listedSchedule {
	return listedSchedule{input: legacyInput(job), model: scheduledJobModel{
		ID:              types.StringValue(job.ID),
		URL:             types.StringValue(d.Orchestrator.URL("scheduled_jobs", job.ID)),
		Type:            types.StringValue(job.Type),
		Name:            tfvalue.StringOrNull(job.Name),
		Environment:     types.StringValue(job.Environment),
		Description:     types.StringValue(job.Description),
		Enabled:         types.BoolValue(true),
		ScheduledTime:   tfvalue.StringOrNull(job.ScheduledTime),
		IntervalSeconds: intervalValue(job.Interval),
		NextRun:         tfvalue.StringOrNull(job.NextRun),
		Noop:            types.BoolPointerValue(job.Noop),
		SensitiveParams: types.ListNull(types.StringType),
		Userdata:        types.MapNull(types.StringType),
		Owner:           tfvalue.StringOrNull(job.Owner.Login),
		OwnerSubject:    jobvalue.NewOwner(ctx, job.Owner, diags),
	}}
}

// legacyInput is what an older schedule runs: its options, with the scope among them as newer servers have it. A plan has no
// scope.
func legacyInput(job orchestrator.LegacyJob) map[string]any {
	input := map[string]any{}
	for key, value := range job.Options.WithoutCredentials() {
		input[key] = value
	}
	if job.Type != orchestrator.SchedulePlan {
		input["scope"] = job.Scope
	}
	return input
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
func ofSchedules(c *pe.Clients, summary string, err error) pe.Failure {
	return pe.Failure{Summary: summary, Err: nameMissingAPI(c, err), Advice: map[string]string{
		orchestrator.KindQueryError: "This API reports a missing permission in this way: let an administrator give one of the user's roles the permission to view schedules.",
	}}
}
