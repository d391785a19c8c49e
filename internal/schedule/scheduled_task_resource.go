// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"fmt"
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
	_ resource.Resource                   = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithIdentity       = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithMoveState      = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithUpgradeState   = (*scheduledTaskResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduledTaskResource)(nil)
)

type scheduledTaskResource struct {
	scheduleResource[scheduledTaskModel, *scheduledTaskModel]
}

func newScheduledTaskResource(process *processState, metadata *workload.Metadata) resource.Resource {
	r := &scheduledTaskResource{}
	r.process, r.metadata = process, metadata
	return r
}

// Metadata implements [resource.Resource]. An upgrade of the server may give a schedule another number.
func (r *scheduledTaskResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "scheduled_task")
	resp.ResourceBehavior.MutableIdentity = true
}

// Schema implements [resource.Resource].
func (r *scheduledTaskResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scheduleschema.Attributes()
	maps.Copy(attributes, scheduleschema.Nodes())
	maps.Copy(attributes, scheduleschema.Params("task"))
	maps.Copy(attributes, workload.TargetsAttributes("PE 2021.7 and newer. "+scheduleschema.Edits))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": scheduleschema.Environment("task"),
		"task": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the task, such as `package` or `mysql::sql`. " + scheduleschema.Edits,
			Validators:          []validator.String{validate.TaskName()},
		},
		"scope": scheduleschema.Scope(),
		"noop": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to only simulate changes. The server's default is `false`. " + scheduleschema.Edits,
		},
		"concurrency": scheduleschema.Concurrency(),
		"transport": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How the nodes are reached, such as `pxp`, `ssh` or `winrm`. PE 2021.7 and newer. The default is the " +
				"server's. " + scheduleschema.Edits,
			Validators: []validator.String{validate.NotBlank()},
		},
	})
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs a task on nodes at a time in the future, once or again and again. Destroying the resource stops further " +
			"runs; jobs that have begun keep running.",
		Attributes: attributes,
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *scheduledTaskResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config scheduledTaskModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	workload.ValidateTargets(ctx, config.Targets, config.Scope, &resp.Diagnostics)
}

type scheduledTaskModel struct {
	scheduleModel
	scopepreview.Preview
	Task                   types.String  `tfsdk:"task"`
	Params                 types.Dynamic `tfsdk:"params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
	Scope                  types.Dynamic `tfsdk:"scope"`
	Noop                   types.Bool    `tfsdk:"noop"`
	Concurrency            types.Int64   `tfsdk:"concurrency"`
	Transport              types.String  `tfsdk:"transport"`
	Targets                types.Dynamic `tfsdk:"targets"`
	TargetsHash            types.String  `tfsdk:"targets_hash"`
}

func (m *scheduledTaskModel) scheduleType() string { return orchestrator.ScheduleTask }

func (m *scheduledTaskModel) title() string {
	return fmt.Sprintf("Schedule of task %q", m.Task.ValueString())
}

func (m *scheduledTaskModel) inputs() []string {
	return []string{"task", "params", "sensitive_params_version", "scope", "noop", "concurrency", "transport", "targets_hash"}
}

func (m *scheduledTaskModel) runs() string { return m.Task.ValueString() }

func (m *scheduledTaskModel) uses() workload.Run {
	return workload.Run{
		Kind: workload.RunsTask, NameAttribute: "task", Name: m.Task, Environment: m.Environment,
		Params: m.Params, Sensitive: m.SensitiveParams, Noop: m.Noop,
		Validate: m.ValidateParams,
	}
}

func (m *scheduledTaskModel) scope() types.Dynamic { return m.Scope }

func (m *scheduledTaskModel) preview() *scopepreview.Preview { return &m.Preview }

func (m *scheduledTaskModel) faults() map[string]path.Path { return faultsOf("task", "scope") }

func (m *scheduledTaskModel) input(
	ctx context.Context, c *pe.Clients, config *scheduledTaskModel, diags *diag.Diagnostics,
) scheduling.Input {
	m.TargetsHash = workload.TargetsHash(config.Targets)
	plain := workload.ParamValues(m.Params, path.Root("params"), diags)
	return scheduling.Input{
		Name:        m.Task.ValueString(),
		Params:      workload.SensitiveParams(plain, config.SensitiveParams, c.Redactor, diags),
		Scope:       workload.ScopeRequest(ctx, m.Scope, false, diags),
		Targets:     workload.TargetRequests(ctx, config.Targets, c.Redactor, diags),
		Concurrency: m.Concurrency.ValueInt64Pointer(),
		Transport:   m.Transport.ValueStringPointer(),
		AgentFlags:  orchestrator.AgentFlags{Noop: m.Noop.ValueBoolPointer()},
	}
}

// enforcesLike implements [scheduleRecord]. Only deploys enforce an environment.
func (m *scheduledTaskModel) enforcesLike(*scheduledTaskModel) bool { return true }

func (m *scheduledTaskModel) report(input scheduling.ReportedInput, diags *diag.Diagnostics) {
	m.Task = tfvalue.ReportedString(m.Task, input.Name)
	m.Params = reportedParams(m.Params, input, diags)
	m.Scope = workload.ReportedScope(m.Scope, input.Scope, false, diags)
	m.Noop = tfvalue.ReportedBool(m.Noop, input.Options.Noop())
	m.Concurrency = tfvalue.ReportedInt64(m.Concurrency, input.Options.Int("concurrency"))
	m.Transport = tfvalue.ReportedString(m.Transport, input.Options.String("transport"))
}

func (m *scheduledTaskModel) loseSecrets() {
	m.SensitiveParamsVersion = lostVersion(m.SensitiveParamsVersion)
}

func (m *scheduledTaskModel) sameInput(input scheduling.ReportedInput, diags *diag.Diagnostics) bool {
	now := *m
	now.report(input, diags)
	return now.Params.Equal(m.Params) && now.Scope.Equal(m.Scope) && now.Noop.Equal(m.Noop)
}

func (m *scheduledTaskModel) imported(input scheduling.ReportedInput, diags *diag.Diagnostics) {
	m.scheduleModel, m.Preview = importedSchedule(), scopepreview.None()
	m.Params = workload.ParamsValue(input.Params, diags)
	m.Scope = types.DynamicNull()
	m.Targets = types.DynamicNull()
}
