package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/dynamicvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

var (
	_ datasource.DataSource              = (*planJobDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*planJobDataSource)(nil)
)

type planJobDataSource struct{ *connection }

func newPlanJobDataSource() datasource.DataSource { return &planJobDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *planJobDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = TypeName + "_plan_job"
}

// Schema implements [datasource.DataSource].
func (d *planJobDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := planJobReadAttributes()
	attributes["id"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Number of the plan job.",
		Validators:          []validator.String{jobID()},
	}
	attributes["wait_until"] = waitUntilAttribute("`finished` waits until the plan has ended and is an error when it has failed; `ended` waits until it has ended, however it did.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A plan job: a run of a plan. It can wait for the plan's end, so that one configuration can follow the plan of another.",
		Attributes:          attributes,
		Blocks:              readTimeouts(ctx),
	}
}

// planJobReadAttributes are what the server tells of a plan job.
func planJobReadAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job."},
		"state":            schema.StringAttribute{Computed: true, MarkdownDescription: "`running`, `success` or `failure`."},
		"plan_name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the plan."},
		"description":      schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the plan job."},
		"environment":      schema.StringAttribute{Computed: true, MarkdownDescription: "Environment that the plan was loaded from, null when the server does not say."},
		"params":           schema.DynamicAttribute{Computed: true, MarkdownDescription: "Parameters of the plan as an object, without the sensitive ones. Null when there are none."},
		"result":           schema.DynamicAttribute{Computed: true, MarkdownDescription: "What the plan returned, as a value. Null while it runs, and when it returned nothing."},
		"job_ids":          schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Numbers of the jobs that the plan has started, in their order."},
		"scheduled_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the schedule that started the plan, null if none did."},
		"owner":            schema.StringAttribute{Computed: true, MarkdownDescription: "Login of the user who started the plan."},
		"started_at":       schema.StringAttribute{Computed: true, MarkdownDescription: "When the plan was started, RFC 3339 in UTC. Null when the server does not say."},
		"finished_at":      schema.StringAttribute{Computed: true, MarkdownDescription: "When the plan ended, RFC 3339 in UTC. Null while it runs."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the plan took or, while it runs, has taken so far, in seconds. Null when the server does not say."},
		"userdata":         schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Keys and values that are kept with the plan job."},
		"url":              schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the plan job in the orchestrator API."},
	}
}

// planJobReadModel is what the server tells of a plan job.
type planJobReadModel struct {
	ID              types.String  `tfsdk:"id"`
	State           types.String  `tfsdk:"state"`
	PlanName        types.String  `tfsdk:"plan_name"`
	Description     types.String  `tfsdk:"description"`
	Environment     types.String  `tfsdk:"environment"`
	Params          types.Dynamic `tfsdk:"params"`
	Result          types.Dynamic `tfsdk:"result"`
	JobIDs          types.List    `tfsdk:"job_ids"`
	ScheduledJobID  types.String  `tfsdk:"scheduled_job_id"`
	Owner           types.String  `tfsdk:"owner"`
	StartedAt       types.String  `tfsdk:"started_at"`
	FinishedAt      types.String  `tfsdk:"finished_at"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
	Userdata        types.Map     `tfsdk:"userdata"`
	URL             types.String  `tfsdk:"url"`
}

type planJobDataModel struct {
	planJobReadModel
	WaitUntil types.String   `tfsdk:"wait_until"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *planJobDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// Read implements [datasource.DataSource].
func (d *planJobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planJobDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.ID.ValueString()
	if !d.ready("Plan job "+id+" was not read", &resp.Diagnostics) {
		return
	}
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	job, ok := d.look(ctx, planJobs{}, id, model.WaitUntil.ValueString(), limit, &resp.Diagnostics)
	if !ok {
		return
	}
	now, ok := job.(planJobReading)
	if !ok {
		return
	}
	if model.WaitUntil.ValueString() == untilFinished && now.State != orchestrator.PlanJobSuccess {
		resp.Diagnostics.AddError(fmt.Sprintf("Plan job %s failed", id),
			fmt.Sprintf("`wait_until` is \"finished\", and plan %q failed: %s\n%s\n\nUse `wait_until = \"ended\"` to look at plans that have failed.",
				now.PlanName, d.redactor.Text(sentence(now.Message())), d.orchestrator.URL("plan_jobs", id)))
		return
	}
	model.planJobReadModel = d.planJobModel(now.PlanJob, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// planJobModel turns a plan job into a model.
func (c *connection) planJobModel(job orchestrator.PlanJob, diags *diag.Diagnostics) planJobReadModel {
	result, err := dynamicvalue.FromJSON(job.Result)
	if err != nil {
		diags.AddError("The result of the plan cannot be read", sentence(err.Error()))
	}
	return planJobReadModel{
		ID:              types.StringValue(job.ID),
		State:           types.StringValue(string(job.State)),
		PlanName:        types.StringValue(job.PlanName),
		Description:     types.StringValue(job.Description),
		Environment:     stringOrNull(job.Environment),
		Params:          paramsValue(job.Options.Params(), diags),
		Result:          result,
		JobIDs:          stringList(job.JobIDs()),
		ScheduledJobID:  stringOrNull(job.Options.ScheduledJobID()),
		Owner:           stringOrNull(job.Owner.Login),
		StartedAt:       stringOrNull(job.CreatedTimestamp),
		FinishedAt:      stringOrNull(job.FinishedTimestamp),
		DurationSeconds: types.Float64PointerValue(job.Duration),
		Userdata:        userdataValue(job.Userdata),
		URL:             types.StringValue(c.orchestrator.URL("plan_jobs", job.ID)),
	}
}
