// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduleschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithIdentity       = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithMoveState      = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithUpgradeState   = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduledPlanResource)(nil)
)

type scheduledPlanResource struct {
	scheduleResource[scheduledPlanModel, *scheduledPlanModel]
}

func newScheduledPlanResource(process *processState, metadata *workload.Metadata) resource.Resource {
	r := &scheduledPlanResource{}
	r.process, r.metadata = process, metadata
	return r
}

// Metadata implements [resource.Resource]. An upgrade of the server may give a schedule another number.
func (r *scheduledPlanResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "scheduled_plan")
	resp.ResourceBehavior.MutableIdentity = true
}

// Schema implements [resource.Resource].
func (r *scheduledPlanResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scheduleschema.Attributes()
	interval := scheduleschema.Interval()
	interval.MarkdownDescription = "Time between two runs, whole seconds as a duration such as `24h` or `168h`. Without it, the schedule " +
		"runs once. Puppet Enterprise has no calendar rules: a day is always 24 hours. PE 2021.7 and newer; older servers run plans once " +
		"only. " + scheduleschema.Edits
	maps.Copy(attributes, scheduleschema.Params("plan"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"interval":    interval,
		"environment": scheduleschema.Environment("plan"),
		"plan_name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the plan, such as `canary` or `facts::info`. " + scheduleschema.Edits,
			Validators:          []validator.String{validate.PlanName()},
		},
		"query_params": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters that are lists of nodes, each given as a PuppetDB query that the server evaluates at each run. PE " +
				"2021.7 and newer. The default is none. The server reports them like `params`, so an import puts them there, and warns. " +
				scheduleschema.Edits,
			Validators: []validator.Map{validate.NoNulls{}, mapvalidator.ValueStringsAre(validate.PQL())},
		},
	})
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs a plan at a time in the future, once or again and again. Destroying the resource stops further runs; plan " +
			"jobs that have begun keep running.",
		Attributes: attributes,
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *scheduledPlanResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config scheduledPlanModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	workload.ValidateOneWay(&resp.Diagnostics,
		workload.ParamWay{Attribute: "params", Names: workload.NamesOf(config.Params)},
		workload.ParamWay{Attribute: "query_params", Names: workload.MapKeys(config.QueryParams)},
		workload.ParamWay{Attribute: "sensitive_params", Names: workload.NamesOf(config.SensitiveParams)})
}

type scheduledPlanModel struct {
	scheduleModel
	PlanName               types.String  `tfsdk:"plan_name"`
	Params                 types.Dynamic `tfsdk:"params"`
	QueryParams            types.Map     `tfsdk:"query_params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
}

func (m *scheduledPlanModel) scheduleType() string { return orchestrator.SchedulePlan }

func (m *scheduledPlanModel) title() string {
	return fmt.Sprintf("Schedule of plan %q", m.PlanName.ValueString())
}

func (m *scheduledPlanModel) inputs() []string {
	return []string{"plan_name", "params", "query_params", "sensitive_params_version"}
}

func (m *scheduledPlanModel) runs() string { return m.PlanName.ValueString() }

func (m *scheduledPlanModel) uses() workload.Run {
	return workload.Run{
		Kind: workload.RunsPlan, NameAttribute: "plan_name", Name: m.PlanName, Environment: m.Environment,
		Params: m.Params, Sensitive: m.SensitiveParams, Resolved: map[string]types.Map{"query_params": m.QueryParams},
		Validate: m.ValidateParams,
	}
}

func (m *scheduledPlanModel) scope() types.Dynamic { return types.DynamicNull() }

func (m *scheduledPlanModel) preview() *scopepreview.Preview { return nil }

func (m *scheduledPlanModel) faults() map[string]path.Path {
	return faultsOf("plan_name", "query_params")
}

func (m *scheduledPlanModel) input(
	ctx context.Context, c *pe.Clients, config *scheduledPlanModel, diags *diag.Diagnostics,
) scheduling.Input {
	plain := workload.ParamValues(m.Params, path.Root("params"), diags)
	return scheduling.Input{
		Name:    m.PlanName.ValueString(),
		Params:  workload.SensitiveParams(plain, config.SensitiveParams, c.Redactor, diags),
		Queries: tfvalue.StringMap(ctx, m.QueryParams, diags),
	}
}

// enforcesLike implements [scheduleRecord]. Only deploys enforce an environment.
func (m *scheduledPlanModel) enforcesLike(*scheduledPlanModel) bool { return true }

func (m *scheduledPlanModel) report(input scheduling.ReportedInput, diags *diag.Diagnostics) {
	m.PlanName = tfvalue.ReportedString(m.PlanName, input.Name)
	m.Params = reportedParams(m.Params, input, diags)
}

func (m *scheduledPlanModel) loseSecrets() {
	m.SensitiveParamsVersion = lostVersion(m.SensitiveParamsVersion)
}

func (m *scheduledPlanModel) sameInput(input scheduling.ReportedInput, diags *diag.Diagnostics) bool {
	now := *m
	now.report(input, diags)
	return now.Params.Equal(m.Params)
}

func (m *scheduledPlanModel) imported(input scheduling.ReportedInput, diags *diag.Diagnostics) {
	m.scheduleModel = importedSchedule()
	m.Params = workload.ParamsValue(input.Params, diags)
	m.QueryParams = types.MapNull(types.StringType)
}
