// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*planMetadataDataSource)(nil)

type planMetadataDataSource struct{ pe.DataSource }

func newPlanMetadataDataSource() datasource.DataSource { return &planMetadataDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *planMetadataDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_plan_metadata"
}

// Schema implements [datasource.DataSource].
func (d *planMetadataDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the plan, such as `canary` or `facts::info`.",
			Validators:          []validator.String{validate.PlanName()},
		},
		"environment": codeEnvironmentAttribute(),
		"code_id":     codeIDAttribute("Null for plans on every server so far."),
		"url": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "URL of the plan in the orchestrator API, without the environment.",
		},
		"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What the plan does. Null when it has no description."},
		"permitted":   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user of the token may run the plan."},
	}
	maps.Copy(attributes, parametersAttributes("plan"))
	resp.Schema = schema.Schema{
		MarkdownDescription: "What is known about a plan: its parameters, and whether the user of the token may run it. PE 2019.2 and newer.",
		Attributes:          attributes,
	}
}

type planMetadataModel struct {
	Name types.String `tfsdk:"name"`
	codeModel
	URL         types.String              `tfsdk:"url"`
	Description types.String              `tfsdk:"description"`
	Permitted   types.Bool                `tfsdk:"permitted"`
	Parameters  map[string]parameterModel `tfsdk:"parameters"`
	Defaults    types.Dynamic             `tfsdk:"defaults"`
}

// Read implements [datasource.DataSource].
func (d *planMetadataDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planMetadataModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	name := model.Name.ValueString()
	summary := "Plan " + name + " was not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	plan, err := d.Orchestrator.Plan(ctx, model.environment(), name)
	if err != nil {
		similar := similarPlan(ctx, d.Orchestrator, model.environment(), name, err)
		d.Report(&resp.Diagnostics, contentFailure(summary, err, prose.Paragraphs(similar, pe.OlderServer(err, "GET /plans", "2019.2"))))
		return
	}
	model.Report(plan.CodeID)
	model.URL = types.StringValue(d.Orchestrator.PlanURL(name))
	model.Description = tfvalue.StringOrNull(plan.Description)
	model.Permitted = types.BoolValue(plan.Permitted)
	model.fillParameters(plan.Parameters, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *planMetadataModel) fillParameters(parameters map[string]orchestrator.PlanParameter, diags *diag.Diagnostics) {
	defaults := tfvalue.Keyed{}
	if parameters != nil {
		m.Parameters = make(map[string]parameterModel, len(parameters))
	}
	for name, one := range parameters {
		m.Parameters[name] = parameterOf(one.Type, one.Description, one.Sensitive)
		if one.Default != nil {
			defaults.Add(name, one.Default, "The default of parameter "+name+" cannot be read", diags)
		}
	}
	m.Defaults = defaults.Value("Defaults of parameters", "They stay on the server.", diags)
}
