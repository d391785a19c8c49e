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

// jobReadAttributes are what the server tells of a single job.
func jobReadAttributes() map[string]schema.Attribute {
	attributes := jobSummaryAttributes()
	attributes["params"] = schema.DynamicAttribute{
		Computed:            true,
		MarkdownDescription: "Parameters of the task as an object, without the sensitive ones. Null when there are none.",
	}
	attributes["scope"] = schema.DynamicAttribute{
		Computed:            true,
		MarkdownDescription: "Where the job ran, as an object with the one attribute that was given. Null when the server does not say.",
	}
	attributes["options"] = schema.DynamicAttribute{
		Computed: true,
		MarkdownDescription: "Everything that the server tells of how the job was started, as an object with the names of the API, such as `concurrency` or " +
			"`enforce_environment` of a deploy. Which attributes there are depends on the type of the job and the version of PE.",
	}
	return attributes
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

// jobReadModel is what the server tells of a single job.
type jobReadModel struct {
	jobSummaryModel
	Params  types.Dynamic `tfsdk:"params"`
	Scope   types.Dynamic `tfsdk:"scope"`
	Options types.Dynamic `tfsdk:"options"`
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
	model.jobReadModel = d.jobModel(ctx, now.Job, &resp.Diagnostics)
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
func (c *connection) jobModel(ctx context.Context, job orchestrator.Job, diags *diag.Diagnostics) jobReadModel {
	return jobReadModel{
		jobSummaryModel: c.jobSummary(ctx, job, diags),
		Params:          paramsValue(job.Options.Params(), diags),
		Scope:           scopeValue(job.Options.Scope(), diags),
		Options:         jsonValue(job.Options.WithoutCredentials(), "The options of the job cannot be read", diags),
	}
}

// scopeValue returns a scope as the server tells it, with nothing but what was given.
func scopeValue(scope *orchestrator.Scope, diags *diag.Diagnostics) types.Dynamic {
	if scope == nil {
		return types.DynamicNull()
	}
	return jsonValue(scope, "The scope of the job cannot be read", diags)
}
