// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ datasource.DataSource              = (*planJobDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*planJobDataSource)(nil)
)

type planJobDataSource struct{ pe.DataSource }

func newPlanJobDataSource() datasource.DataSource { return &planJobDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *planJobDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_plan_job"
}

// Schema implements [datasource.DataSource].
func (d *planJobDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := planJobReadAttributes()
	attributes["id"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Number of the plan job.",
	}
	attributes["wait_until"] = waitUntilAttribute("`finished` waits until the plan has ended and is an error when it has failed; `ended` " +
		"waits until it has ended, however it did.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A plan job: a run of a plan. It can wait for the plan's end, so that one configuration can follow the plan of " +
			"another.",
		Attributes: attributes,
		Blocks:     readTimeouts(ctx),
	}
}

// planJobReadAttributes are the attributes of a single plan job.
func planJobReadAttributes() map[string]schema.Attribute {
	attributes := planJobSummaryAttributes()
	attributes["params"] = schema.DynamicAttribute{
		Computed:            true,
		MarkdownDescription: "Parameters of the plan as an object, without the sensitive ones. Null when there are none.",
	}
	attributes["result"] = schema.DynamicAttribute{
		Computed: true,
		MarkdownDescription: "What the plan returned, as a value. Null while it runs, and when it returned nothing. A result of more than 32 " +
			"MiB is `{ _omitted = { bytes = … } }`, with a warning. " + tfvalue.ForeignForm,
	}
	return attributes
}

// planJobReadModel is the model of a single plan job.
type planJobReadModel struct {
	planJobSummaryModel
	Params types.Dynamic `tfsdk:"params"`
	Result types.Dynamic `tfsdk:"result"`
}

type planJobDataModel struct {
	planJobReadModel
	WaitUntil types.String   `tfsdk:"wait_until"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Read implements [datasource.DataSource].
func (d *planJobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planJobDataModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() ||
		!validate.Reference(ctx, path.Root("id"), model.ID, validate.JobID(), &resp.Diagnostics) {
		return
	}
	id := model.ID.ValueString()
	if !d.Ready("Plan job "+id+" was not read", &resp.Diagnostics) {
		return
	}
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	watched := watchedJob[orchestrator.PlanJob]{
		noun:     "plan job",
		read:     d.Orchestrator.PlanJob,
		wait:     d.PlanJobs.Wait,
		progress: outcome.PlanProgress,
	}
	now, ok := watched.look(ctx, d.Clients, id, model.WaitUntil.ValueString(), limit, &resp.Diagnostics)
	if !ok {
		return
	}
	if model.WaitUntil.ValueString() == untilFinished && now.State != orchestrator.PlanJobSuccess {
		why := "The server does not say why."
		if message := now.Message(); message != "" {
			why = d.Sentence(message)
		}
		resp.Diagnostics.AddError(fmt.Sprintf("Plan job %s failed", id),
			fmt.Sprintf("`wait_until` is \"finished\", and plan %q failed: %s\n%s\n\nUse `wait_until = \"ended\"` to look at plans that have "+
				"failed.",
				now.PlanName, why, d.Orchestrator.URL("plan_jobs", id)))
		return
	}
	model.planJobReadModel = newPlanJobReadModel(ctx, d.Clients, now, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// newPlanJobReadModel turns a plan job into a model.
func newPlanJobReadModel(ctx context.Context, c *pe.Clients, job orchestrator.PlanJob, diags *diag.Diagnostics) planJobReadModel {
	return planJobReadModel{
		planJobSummaryModel: newPlanJobSummary(ctx, c, job, diags),
		Params:              workload.ParamsValue(job.Options.Params(), diags),
		Result:              planResult(job, diags),
	}
}

// planResult returns what a plan has returned, as far as it is kept.
func planResult(job orchestrator.PlanJob, diags *diag.Diagnostics) types.Dynamic {
	value, cut := jobvalue.PlanResult(job.Result, tfvalue.DefaultLimit)
	cut.Warn("The result of plan job "+job.ID, "Have the plan return less, or ask the server for plan_jobs/"+job.ID+".", diags)
	return value
}
