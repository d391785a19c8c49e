package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Values of wait_until.
const (
	untilEnded    = "ended"
	untilFinished = "finished"
)

const defaultReadTimeout = 60 * time.Minute

var (
	_ datasource.DataSource              = (*jobDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*jobDataSource)(nil)
)

type jobDataSource struct{ *connection }

func newJobDataSource() datasource.DataSource { return &jobDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *jobDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = TypeName + "_job"
}

// Schema implements [datasource.DataSource].
func (d *jobDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := jobReadAttributes()
	attributes["id"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Number of the job.",
		Validators:          []validator.String{jobID()},
	}
	attributes["wait_until"] = waitUntilAttribute("`finished` waits until the job has ended and is an error when it has failed or was stopped; `ended` waits until it has ended, however it did.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A job: a deploy, a task, or a job that a plan has started. It can wait for the job's end, so that one configuration can follow the job of another.",
		Attributes:          attributes,
		Blocks:              readTimeouts(ctx),
	}
}

// jobReadAttributes are what the server tells of a job.
func jobReadAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the job."},
		"type":             schema.StringAttribute{Computed: true, MarkdownDescription: "`deploy`, `task`, or one of the `plan_` types of jobs that a plan has started."},
		"state":            schema.StringAttribute{Computed: true, MarkdownDescription: "`new`, `ready`, `running`, `stopping`, `stopped`, `finished` or `failed`."},
		"description":      schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the job."},
		"environment":      schema.StringAttribute{Computed: true, MarkdownDescription: "Environment of the job. Empty for jobs that a plan has started."},
		"task":             schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the task, null for a deploy."},
		"params":           schema.DynamicAttribute{Computed: true, MarkdownDescription: "Parameters of the task as an object, without the sensitive ones. Null when there are none."},
		"scope":            schema.DynamicAttribute{Computed: true, MarkdownDescription: "Where the job ran, as an object with the one attribute that was given. Null when the server does not say."},
		"noop":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether changes were only simulated."},
		"plan_job_id":      schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job that started the job, null if none did."},
		"scheduled_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the schedule that started the job, null if none did."},
		"owner":            schema.StringAttribute{Computed: true, MarkdownDescription: "Login of the user who started the job."},
		"node_count":       schema.Int64Attribute{Computed: true, MarkdownDescription: "How many nodes the job took."},
		"node_states":      schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "How many nodes are in which state. States without nodes are left out."},
		"started_at":       schema.StringAttribute{Computed: true, MarkdownDescription: "When the job was started, RFC 3339 in UTC."},
		"finished_at":      schema.StringAttribute{Computed: true, MarkdownDescription: "When the job ended, RFC 3339 in UTC. Null while it runs."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the job took or, while it runs, has taken so far, in seconds."},
		"userdata":         schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Keys and values that are kept with the job."},
		"url":              schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job in the orchestrator API."},
		"report_url":       schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's report in the orchestrator API."},
	}
}

func waitUntilAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: text + " Without it, the data source only looks. How long it waits is set with `timeouts`.",
		Validators:          []validator.String{stringvalidator.OneOf(untilFinished, untilEnded)},
	}
}

// readTimeouts is the timeouts block of data sources that wait.
func readTimeouts(ctx context.Context) map[string]schema.Block {
	block := timeouts.BlockWithOpts(ctx, timeouts.Opts{ReadDescription: "How long to wait for `wait_until`, such as `90m`. The default is `60m`."})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.MarkdownDescription = "How long to wait."
		block = nested
	}
	return map[string]schema.Block{"timeouts": block}
}

// jobReadModel is what the server tells of a job.
type jobReadModel struct {
	ID              types.String  `tfsdk:"id"`
	Type            types.String  `tfsdk:"type"`
	State           types.String  `tfsdk:"state"`
	Description     types.String  `tfsdk:"description"`
	Environment     types.String  `tfsdk:"environment"`
	Task            types.String  `tfsdk:"task"`
	Params          types.Dynamic `tfsdk:"params"`
	Scope           types.Dynamic `tfsdk:"scope"`
	Noop            types.Bool    `tfsdk:"noop"`
	PlanJobID       types.String  `tfsdk:"plan_job_id"`
	ScheduledJobID  types.String  `tfsdk:"scheduled_job_id"`
	Owner           types.String  `tfsdk:"owner"`
	NodeCount       types.Int64   `tfsdk:"node_count"`
	NodeStates      types.Map     `tfsdk:"node_states"`
	StartedAt       types.String  `tfsdk:"started_at"`
	FinishedAt      types.String  `tfsdk:"finished_at"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
	Userdata        types.Map     `tfsdk:"userdata"`
	URL             types.String  `tfsdk:"url"`
	ReportURL       types.String  `tfsdk:"report_url"`
}

type jobDataModel struct {
	jobReadModel
	WaitUntil types.String   `tfsdk:"wait_until"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *jobDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// Read implements [datasource.DataSource].
func (d *jobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model jobDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.ID.ValueString()
	if !d.ready("Job "+id+" was not read", &resp.Diagnostics) {
		return
	}
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	job, ok := d.look(ctx, nodeJobs{}, id, model.WaitUntil.ValueString(), limit, &resp.Diagnostics)
	if !ok {
		return
	}
	now, ok := job.(jobReading)
	if !ok {
		return
	}
	if state := now.State; model.WaitUntil.ValueString() == untilFinished && state != orchestrator.JobFinished {
		resp.Diagnostics.AddError(fmt.Sprintf("Job %s did not finish: it is %s", id, state),
			fmt.Sprintf("`wait_until` is \"finished\", and the job ended otherwise: %s.\n%s\n\nUse `wait_until = \"ended\"` to look at jobs that have failed or were stopped.",
				now.progress(), d.orchestrator.URL("jobs", id)))
		return
	}
	model.jobReadModel = d.jobModel(now.Job, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// look reads a job or plan job, and waits for its end if it is to.
func (c *connection) look(ctx context.Context, family jobFamily, id, until string, limit time.Duration, diags *diag.Diagnostics) (reading, bool) {
	named := raised(family.noun()) + " " + id
	what := named + " was not read"
	gone := map[string]string{
		orchestrator.KindUnknownJob: fmt.Sprintf("There is no such %s, or its record is gone: the server deletes the records of jobs after 30 days by default.", family.noun()),
	}
	if until == "" {
		now, err := family.read(ctx, c, id)
		if err != nil {
			c.report(diags, failure{summary: what, err: err, advice: gone, attributes: idFault})
			return nil, false
		}
		return now, true
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	now, seen, err := family.wait(ctx, c, id, func(reading) {})
	switch {
	case err == nil:
		return now, true
	case errors.Is(err, context.DeadlineExceeded) && seen:
		diags.AddError(fmt.Sprintf("%s had not ended after %s", named, limit),
			fmt.Sprintf("It goes on: %s. Raise `timeouts { read = … }` if it needs longer.", now.progress()))
	case errors.Is(err, jobwatch.ErrGone):
		c.report(diags, failure{summary: fmt.Sprintf("It is not known how the %s %s ended", family.noun(), id), err: err, advice: gone})
	default:
		c.report(diags, failure{summary: what, err: err, advice: gone, attributes: idFault})
	}
	return nil, false
}

// idFault says that an id is at fault for a record that is not there.
var idFault = map[string]path.Path{
	orchestrator.KindUnknownJob:      path.Root("id"),
	orchestrator.KindValidationError: path.Root("id"),
}

// jobModel turns a job into a model.
func (c *connection) jobModel(job orchestrator.Job, diags *diag.Diagnostics) jobReadModel {
	return jobReadModel{
		ID:              types.StringValue(job.ID),
		Type:            types.StringValue(job.Type),
		State:           types.StringValue(string(job.State)),
		Description:     types.StringValue(job.Description),
		Environment:     types.StringValue(job.Environment),
		Task:            stringOrNull(job.Options.Task()),
		Params:          paramsValue(job.Options.Params(), diags),
		Scope:           scopeValue(job.Options.Scope(), diags),
		Noop:            types.BoolPointerValue(job.Options.Noop()),
		PlanJobID:       stringOrNull(job.Options.PlanJob()),
		ScheduledJobID:  stringOrNull(job.Options.ScheduledJobID()),
		Owner:           stringOrNull(job.Owner.Login),
		NodeCount:       types.Int64Value(job.NodeCount),
		NodeStates:      nodeStates(job.NodeStates),
		StartedAt:       stringOrNull(job.StartedTimestamp),
		FinishedAt:      stringOrNull(job.FinishedTimestamp),
		DurationSeconds: types.Float64PointerValue(job.Duration),
		Userdata:        userdataValue(job.Userdata),
		URL:             types.StringValue(c.orchestrator.URL("jobs", job.ID)),
		ReportURL:       types.StringValue(c.orchestrator.URL("jobs", job.ID, "report")),
	}
}

// scopeValue returns a scope as the server tells it, with nothing but what was given.
func scopeValue(scope *orchestrator.Scope, diags *diag.Diagnostics) types.Dynamic {
	if scope == nil {
		return types.DynamicNull()
	}
	return jsonValue(scope, "The scope of the job cannot be read", diags)
}
