// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"maps"

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
	_ resource.Resource                   = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithIdentity       = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithMoveState      = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithUpgradeState   = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduledDeployResource)(nil)
)

type scheduledDeployResource struct {
	scheduleResource[scheduledDeployModel, *scheduledDeployModel]
}

func newScheduledDeployResource(process *processState, metadata *workload.Metadata) resource.Resource {
	r := &scheduledDeployResource{}
	r.process, r.metadata = process, metadata
	return r
}

// Metadata implements [resource.Resource]. An upgrade of the server may give a schedule another number.
func (r *scheduledDeployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "scheduled_deploy")
	resp.ResourceBehavior.MutableIdentity = true
}

// Schema implements [resource.Resource].
func (r *scheduledDeployResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scheduleschema.Attributes()
	maps.Copy(attributes, scheduleschema.Nodes())
	maps.Copy(attributes, workload.AgentAttributes(scheduleschema.Edits))
	concurrency := scheduleschema.Concurrency()
	concurrency.MarkdownDescription = "On how many nodes Puppet runs at once. The server's default is no limit. " + scheduleschema.Edits
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Environment that is run. `\"\"` leaves every node in its own environment. " + scheduleschema.Edits,
			Validators:          []validator.String{validate.EnvironmentOrNone()},
		},
		"scope": scheduleschema.Scope(),
		"noop": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to only simulate changes. The server's default is `false`. " + scheduleschema.Edits,
		},
		"concurrency": concurrency,
	})
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs Puppet on nodes at a time in the future, once or again and again. Destroying the resource stops further " +
			"runs; jobs that have begun keep running.",
		Attributes: attributes,
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *scheduledDeployResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config scheduledDeployModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.Validate(config.Environment, config.Noop, false, &resp.Diagnostics)
}

type scheduledDeployModel struct {
	scheduleModel
	scopepreview.Preview
	workload.AgentModel
	Scope types.Dynamic `tfsdk:"scope"`
	Noop  types.Bool    `tfsdk:"noop"`
}

func (m *scheduledDeployModel) scheduleType() string { return orchestrator.ScheduleDeploy }

func (m *scheduledDeployModel) title() string {
	return "Schedule of a deploy" + workload.OfEnvironment(m.Environment.ValueString())
}

func (m *scheduledDeployModel) inputs() []string {
	return append([]string{"scope", "noop"}, workload.AgentInputs...)
}

func (m *scheduledDeployModel) runs() string { return "" }

func (m *scheduledDeployModel) uses() workload.Run {
	return workload.Run{Kind: workload.RunsPuppet, Environment: m.Environment}
}

func (m *scheduledDeployModel) scope() types.Dynamic { return m.Scope }

func (m *scheduledDeployModel) preview() *scopepreview.Preview { return &m.Preview }

func (m *scheduledDeployModel) faults() map[string]path.Path { return faultsOf("environment", "scope") }

func (m *scheduledDeployModel) input(
	ctx context.Context, _ *pe.Clients, _ *scheduledDeployModel, diags *diag.Diagnostics,
) scheduling.Input {
	return scheduling.Input{
		Scope:              workload.ScopeRequest(ctx, m.Scope, false, diags),
		Concurrency:        m.Concurrency.ValueInt64Pointer(),
		EnforceEnvironment: m.Enforce(m.Environment),
		AgentFlags:         m.Flags(m.Noop),
	}
}

func (m *scheduledDeployModel) enforcesLike(prior *scheduledDeployModel) bool {
	enforced := func(m *scheduledDeployModel) bool {
		enforce := m.Enforce(m.Environment)
		return enforce == nil || *enforce
	}
	return enforced(m) == enforced(prior)
}

func (m *scheduledDeployModel) report(input scheduling.ReportedInput, diags *diag.Diagnostics) {
	m.Scope = workload.ReportedScope(m.Scope, input.Scope, false, diags)
	m.Noop = tfvalue.ReportedBool(m.Noop, input.Options.Noop())
	m.AgentModel.Report(input.Options, m.Environment.ValueString())
}

// loseSecrets implements [scheduleRecord]. Deploys have no parameters.
func (m *scheduledDeployModel) loseSecrets() {}

func (m *scheduledDeployModel) sameInput(input scheduling.ReportedInput, diags *diag.Diagnostics) bool {
	now := *m
	now.report(input, diags)
	return now.Scope.Equal(m.Scope) && now.Noop.Equal(m.Noop) && now.AgentModel == m.AgentModel
}

func (m *scheduledDeployModel) imported(scheduling.ReportedInput, *diag.Diagnostics) {
	m.scheduleModel, m.Preview = importedSchedule(), scopepreview.None()
	m.Scope = types.DynamicNull()
}
