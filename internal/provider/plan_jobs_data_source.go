package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

var (
	_ datasource.DataSourceWithConfigure      = (*planJobsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*planJobsDataSource)(nil)
)

type planJobsDataSource struct{ reader }

func newPlanJobsDataSource() datasource.DataSource { return &planJobsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *planJobsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = TypeName + "_plan_jobs"
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
			"min_finish_timestamp": finishedAttribute("Only plan jobs that ended then or later"),
			"max_finish_timestamp": finishedAttribute("Only plan jobs that ended then or earlier"),
			"order_by": orderByAttribute("`owner` is the login. The default is the server's. PE 2019.8.8 and newer; older servers ignore it and begin with the newest.",
				"owner", "timestamp", "environment", "name", "state"),
			"order":  orderAttribute("The default is `asc`. PE 2019.8.8 and newer."),
			"limit":  limitAttribute("plan jobs"),
			"offset": offsetAttribute("plan jobs"),
			"total":  totalAttribute("plan jobs"),
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
				MarkdownDescription: "What the plans returned, by the numbers of the plan jobs, as values. Null for those that run, and for those that returned nothing. Null as a whole " +
					"without `include_results`.",
			},
		},
	}
}

type planJobsModel struct {
	IncludeResults types.Bool `tfsdk:"include_results"`
	finishedModel
	orderModel
	countedModel
	PlanJobs []planJobSummaryModel `tfsdk:"plan_jobs"`
	Params   types.Dynamic         `tfsdk:"params"`
	Results  types.Dynamic         `tfsdk:"results"`
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *planJobsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var model planJobsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		model.validate(&resp.Diagnostics)
	}
}

// Read implements [datasource.DataSource].
func (d *planJobsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planJobsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() || !d.ready("Plan jobs were not read", &resp.Diagnostics) {
		return
	}
	model.PlanJobs = []planJobSummaryModel{}
	params, results := keyedValues{}, keyedValues{}
	for job, err := range d.orchestrator.PlanJobs(ctx, model.filter()) {
		if err != nil {
			d.report(&resp.Diagnostics, failure{summary: "Plan jobs were not read", err: err, note: olderServer(err, "GET /plan_jobs", "2018.1")})
			return
		}
		if attribute := model.missedBy(job.FinishedTimestamp); attribute != "" {
			ignored{attribute, finishedSince, fmt.Sprintf("plan job %s, which %s", job.ID, ending(job.FinishedTimestamp))}.report("Plan jobs were not read", &resp.Diagnostics)
			return
		}
		model.PlanJobs = append(model.PlanJobs, newPlanJobSummary(ctx, d.connection, job, &resp.Diagnostics))
		params.add(job.ID, job.Options.Params(), "The parameters of plan job "+job.ID+" cannot be read", &resp.Diagnostics)
		results.add(job.ID, job.Result, "The result of plan job "+job.ID+" cannot be read", &resp.Diagnostics)
	}
	model.Params = params.value()
	if model.withResults() {
		model.Results = results.value()
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *planJobsModel) withResults() bool {
	return m.IncludeResults.IsNull() || m.IncludeResults.ValueBool()
}

func (m *planJobsModel) filter() orchestrator.PlanJobFilter {
	from, to := m.query()
	return orchestrator.PlanJobFilter{
		OrderBy: m.OrderBy.ValueString(), Order: m.Order.ValueString(), WithoutResults: !m.withResults(),
		MinFinishTimestamp: from, MaxFinishTimestamp: to, Range: m.part(),
	}
}
