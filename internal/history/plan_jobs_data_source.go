// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var (
	_ datasource.DataSourceWithConfigure      = (*planJobsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*planJobsDataSource)(nil)
)

type planJobsDataSource struct{ pe.DataSource }

func newPlanJobsDataSource() datasource.DataSource { return &planJobsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *planJobsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_plan_jobs"
}

// Schema implements [datasource.DataSource].
func (d *planJobsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Plan jobs: runs of plans. The server deletes the records of plan jobs 30 days after their end by default.",
		Attributes: map[string]schema.Attribute{
			"include_results": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the results are read, which may be long. The default is `true`.",
			},
			"min_finish_timestamp": listing.FinishedAttribute("Only plan jobs that ended then or later"),
			"max_finish_timestamp": listing.FinishedAttribute("Only plan jobs that ended then or earlier"),
			"order_by": listing.OrderByAttribute("`owner` is the login. The default is the server's. PE 2019.8.8 and newer; older servers "+
				"ignore it and begin with the newest.",
				"owner", "timestamp", "environment", "name", "state"),
			"order":  listing.OrderAttribute("The default is `asc`. PE 2019.8.8 and newer."),
			"limit":  listing.LimitAttribute("plan jobs"),
			"offset": listing.OffsetAttribute("plan jobs"),
			"total":  listing.TotalAttribute("plan jobs"),
			"plan_jobs": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The plan jobs, in the order of the server.",
				NestedObject:        schema.NestedAttributeObject{Attributes: planJobSummaryAttributes()},
			},
			"params": schema.DynamicAttribute{
				Computed:            true,
				MarkdownDescription: "Parameters of the plans, by the numbers of the plan jobs, as objects without the sensitive ones.",
			},
			"results": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "What the plans returned, by the numbers of the plan jobs, as values. Null for those that run, and for " +
					"those that returned nothing. Null as a whole without `include_results`. When all of them have more than 32 MiB, the last in " +
					"order of the alphabet have `{ _omitted = { bytes = … } }`, with a warning: narrow what is read with `limit` and `offset`. " +
					tfvalue.ForeignForm,
			},
		},
	}
}

type planJobsModel struct {
	IncludeResults types.Bool `tfsdk:"include_results"`
	listing.FinishedModel
	listing.OrderModel
	listing.CountedModel
	PlanJobs []planJobSummaryModel `tfsdk:"plan_jobs"`
	Params   types.Dynamic         `tfsdk:"params"`
	Results  types.Dynamic         `tfsdk:"results"`
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *planJobsDataSource) ValidateConfig(
	ctx context.Context,
	req datasource.ValidateConfigRequest,
	resp *datasource.ValidateConfigResponse,
) {
	var model planJobsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if !resp.Diagnostics.HasError() {
		model.Validate(&resp.Diagnostics)
	}
}

// Read implements [datasource.DataSource].
func (d *planJobsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planJobsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("Plan jobs were not read", &resp.Diagnostics) {
		return
	}
	model.PlanJobs = []planJobSummaryModel{}
	params, results := tfvalue.Keyed{}, tfvalue.Keyed{}
	for job, err := range d.Orchestrator.PlanJobs(ctx, model.filter()) {
		if err != nil {
			d.Report(
				&resp.Diagnostics,
				pe.Failure{Summary: "Plan jobs were not read", Err: err, Note: pe.OlderServer(err, "GET /plan_jobs", "2018.1")},
			)
			return
		}
		if attribute := model.MissedBy(job.FinishedTimestamp); attribute != "" {
			listing.Ignored{Attribute: attribute, Since: listing.FinishedSince, Answered: fmt.Sprintf("plan job %s, which "+
				"%s", job.ID, ending(job.FinishedTimestamp))}.Report("Plan jobs were not read", &resp.Diagnostics)
			return
		}
		model.PlanJobs = append(model.PlanJobs, newPlanJobSummary(ctx, d.Clients, job, &resp.Diagnostics))
		params.Add(job.ID, job.Options.Params(), "The parameters of plan job "+job.ID+" cannot be read", &resp.Diagnostics)
		results.Add(job.ID, job.Result, "The result of plan job "+job.ID+" cannot be read", &resp.Diagnostics)
	}
	model.Params = params.Value("Parameters of plan jobs", narrowList, &resp.Diagnostics)
	if model.withResults() {
		model.Results = results.Value("Results of plan jobs", narrowList, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *planJobsModel) withResults() bool {
	return m.IncludeResults.IsNull() || m.IncludeResults.ValueBool()
}

func (m *planJobsModel) filter() orchestrator.PlanJobFilter {
	from, to := m.Query()
	return orchestrator.PlanJobFilter{
		OrderBy: m.OrderBy.ValueString(), Order: m.Order.ValueString(), WithoutResults: !m.withResults(),
		MinFinishTimestamp: from, MaxFinishTimestamp: to, Range: m.Part(),
	}
}
