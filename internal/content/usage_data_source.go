// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ datasource.DataSourceWithConfigure      = (*usageDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*usageDataSource)(nil)
)

// Values of events in the query of the usage.
const (
	eventsIncluded = "include"
	eventsExcluded = "exclude"
)

type usageDataSource struct{ pe.DataSource }

func newUsageDataSource() datasource.DataSource { return &usageDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *usageDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_usage"
}

// Schema implements [datasource.DataSource].
func (d *usageDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	count := func(text string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: text}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "How many nodes Puppet Enterprise has managed, day by day. PE 2019.0 and newer.",
		Attributes: map[string]schema.Attribute{
			"start_date": dateAttribute("First day"),
			"end_date":   dateAttribute("Last day"),
			"events": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`include` or `exclude`: whether the four counts of changes and runs are read, which takes the server " +
					"longer. The default is `include`. PE 2019.8.6 and newer; older servers ignore it.",
				Validators: []validator.String{validate.OneOf(eventsIncluded, eventsExcluded)},
			},
			"days": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The days, newest first.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"date":                schema.StringAttribute{Computed: true, MarkdownDescription: "The day in UTC, such as `2026-01-31`."},
					"total_nodes":         count("How many nodes there were."),
					"nodes_with_agent":    count("How many of the nodes had a Puppet agent."),
					"nodes_without_agent": count("How many of the nodes had no Puppet agent."),
					"corrective_agent_changes": count("How many changes of Puppet agents set right what had drifted. Null with `events = " +
						"\"exclude\"`."),
					"intentional_agent_changes": count("How many changes of Puppet agents were for a new catalog. " +
						"Null with `events = \"exclude\"`."),
					"nodes_affected_by_task_runs": count("On how many nodes tasks were run. Null with `events = \"exclude\"`."),
					"nodes_affected_by_plan_runs": count("On how many nodes plans were run. Null with `events = \"exclude\"`."),
				}},
			},
		},
	}
}

func dateAttribute(which string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: which + " to read, in UTC, such as `2026-01-31`. The default is the server's; null when it does not say which.",
		Validators:          []validator.String{validate.Date()},
	}
}

type usageModel struct {
	StartDate types.String    `tfsdk:"start_date"`
	EndDate   types.String    `tfsdk:"end_date"`
	Events    types.String    `tfsdk:"events"`
	Days      []usageDayModel `tfsdk:"days"`
}

type usageDayModel struct {
	Date                    types.String `tfsdk:"date"`
	TotalNodes              types.Int64  `tfsdk:"total_nodes"`
	NodesWithAgent          types.Int64  `tfsdk:"nodes_with_agent"`
	NodesWithoutAgent       types.Int64  `tfsdk:"nodes_without_agent"`
	CorrectiveAgentChanges  types.Int64  `tfsdk:"corrective_agent_changes"`
	IntentionalAgentChanges types.Int64  `tfsdk:"intentional_agent_changes"`
	NodesAffectedByTaskRuns types.Int64  `tfsdk:"nodes_affected_by_task_runs"`
	NodesAffectedByPlanRuns types.Int64  `tfsdk:"nodes_affected_by_plan_runs"`
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *usageDataSource) ValidateConfig(
	ctx context.Context,
	req datasource.ValidateConfigRequest,
	resp *datasource.ValidateConfigResponse,
) {
	var model usageModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	start, end := model.StartDate.ValueString(), model.EndDate.ValueString()
	// Days in this form sort as texts.
	if start != "" && end != "" && end < start {
		resp.Diagnostics.AddAttributeError(path.Root("end_date"), "The span of time is empty",
			fmt.Sprintf("`end_date` (%s) lies before `start_date` (%s). It must be the same day or a later one.", end, start))
	}
}

// Read implements [datasource.DataSource].
func (d *usageDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The usage was not read"
	var model usageModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	usage, err := d.Orchestrator.Usage(ctx, orchestrator.UsageFilter{
		StartDate:     model.StartDate.ValueString(),
		EndDate:       model.EndDate.ValueString(),
		WithoutEvents: model.Events.ValueString() == eventsExcluded,
	})
	if err != nil {
		d.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err, Note: pe.OlderServer(err, "GET /usage", "2019.0")})
		return
	}
	if model.StartDate.IsNull() {
		model.StartDate = tfvalue.StringOrNull(usage.StartDate)
	}
	if model.EndDate.IsNull() {
		model.EndDate = tfvalue.StringOrNull(usage.EndDate)
	}
	model.Days = make([]usageDayModel, len(usage.Days))
	for i, day := range usage.Days {
		model.Days[i] = newUsageDay(day)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func newUsageDay(day orchestrator.UsageDay) usageDayModel {
	return usageDayModel{
		Date:                    types.StringValue(day.Date),
		TotalNodes:              types.Int64Value(day.TotalNodes),
		NodesWithAgent:          types.Int64Value(day.NodesWithAgent),
		NodesWithoutAgent:       types.Int64Value(day.NodesWithoutAgent),
		CorrectiveAgentChanges:  types.Int64PointerValue(day.CorrectiveAgentChanges),
		IntentionalAgentChanges: types.Int64PointerValue(day.IntentionalAgentChanges),
		NodesAffectedByTaskRuns: types.Int64PointerValue(day.NodesAffectedByTaskRuns),
		NodesAffectedByPlanRuns: types.Int64PointerValue(day.NodesAffectedByPlanRuns),
	}
}
