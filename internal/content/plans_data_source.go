// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var _ datasource.DataSourceWithConfigure = (*plansDataSource)(nil)

type plansDataSource struct{ pe.DataSource }

func newPlansDataSource() datasource.DataSource { return &plansDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *plansDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_plans"
}

// Schema implements [datasource.DataSource].
func (d *plansDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The plans of an environment. `pe_plan_metadata` tells more about one. PE 2019.2 and newer.",
		Attributes: map[string]schema.Attribute{
			"environment": codeEnvironmentAttribute(),
			"code_id":     codeIDAttribute("Null for plans on every server so far."),
			"plans": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The plans, in the order of the server.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the plan. The default plan of a module has " +
						"the module's name."},
					"permitted": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user of the token may run the " +
						"plan."},
					"url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the plan in the orchestrator API, without the " +
						"environment."},
				}},
			},
		},
	}
}

type plansModel struct {
	codeModel
	Plans []planNameModel `tfsdk:"plans"`
}

type planNameModel struct {
	Name      types.String `tfsdk:"name"`
	Permitted types.Bool   `tfsdk:"permitted"`
	URL       types.String `tfsdk:"url"`
}

// Read implements [datasource.DataSource].
func (d *plansDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Plans were not read"
	var model plansModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	list, err := d.Orchestrator.PlanList(ctx, model.environment())
	if err != nil {
		d.Report(&resp.Diagnostics, contentFailure(summary, err, pe.OlderServer(err, "GET /plans", "2019.2")))
		return
	}
	model.Report(list.CodeID)
	model.Plans = make([]planNameModel, len(list.Plans))
	for i, plan := range list.Plans {
		model.Plans[i] = planNameModel{
			Name: types.StringValue(
				plan.Name,
			),
			Permitted: types.BoolValue(plan.Permitted),
			URL:       types.StringValue(d.Orchestrator.PlanURL(plan.Name)),
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
