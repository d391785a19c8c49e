package schedule

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduledDeployResource)(nil)
)

type scheduledDeployResource struct{ scheduleResource }

func newScheduledDeployResource(shared *scheduleState, metadata *workload.Metadata) resource.Resource {
	return &scheduledDeployResource{scheduleResource{scheduleState: shared, metadata: metadata, kind: scheduledDeployKind{}}}
}

// Metadata implements [resource.Resource].
func (r *scheduledDeployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_scheduled_deploy"
}

// Schema implements [resource.Resource].
func (r *scheduledDeployResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scheduleAttributes()
	maps.Copy(attributes, workload.AgentAttributes(editsSchedule))
	concurrency := scheduledConcurrency()
	concurrency.MarkdownDescription = "On how many nodes Puppet runs at once. The server's default is no limit. " + editsSchedule
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Environment that is run. `\"\"` leaves every node in its own environment; that needs `enforce_environment = false`. " +
				editsSchedule,
			Validators: []validator.String{validate.EnvironmentOrNone()},
		},
		"scope": scheduledScope(),
		"noop": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to only simulate changes. The server's default is `false`. " + editsSchedule,
		},
		"concurrency": concurrency,
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs Puppet on nodes at a time in the future, once or again and again. Destroying the resource stops further runs; jobs that have begun go on.",
		Attributes:          attributes,
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *scheduledDeployResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config scheduledDeployModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.Validate(config.Environment, config.Noop, false, &resp.Diagnostics)
}

type scheduledDeployModel struct {
	scheduleModel
	workload.AgentModel
	Scope types.Object `tfsdk:"scope"`
	Noop  types.Bool   `tfsdk:"noop"`
}

func (m *scheduledDeployModel) subject() string {
	return "Schedule of a deploy" + workload.OfEnvironment(m.Environment.ValueString())
}

// uses implements [scheduleRecord]. A deploy runs neither a task nor a plan.
func (m *scheduledDeployModel) uses() (workload.Run, bool) { return workload.Run{}, false }

func (m *scheduledDeployModel) Runs() string { return "" }

func (m *scheduledDeployModel) scope() types.Object { return m.Scope }

func (m *scheduledDeployModel) Told(input scheduleInput, diags *diag.Diagnostics) {
	m.Scope = workload.ReportedScope(m.Scope, input.scope, false, diags)
	m.Noop = tfvalue.ReportedBool(m.Noop, input.options.Noop())
	m.AgentModel.Report(input.options)
}

func (m *scheduledDeployModel) sameInput(input scheduleInput, diags *diag.Diagnostics) bool {
	now := *m
	now.Told(input, diags)
	return now.Scope.Equal(m.Scope) && now.Noop.Equal(m.Noop) && now.AgentModel == m.AgentModel
}

// scheduledDeployKind is what is particular to schedules of deploys.
type scheduledDeployKind struct{}

func (scheduledDeployKind) scheduleType() string { return orchestrator.ScheduleDeploy }

func (scheduledDeployKind) newRecord() scheduleRecord { return &scheduledDeployModel{} }

func (scheduledDeployKind) nameAttribute() string { return "environment" }

func (scheduledDeployKind) inputs() []string {
	return append([]string{"scope", "noop"}, workload.AgentInputs...)
}

func (scheduledDeployKind) newerOnly() []string { return nil }

func (scheduledDeployKind) body(ctx context.Context, _ *pe.Clients, plan, _ scheduleRecord, diags *diag.Diagnostics) scheduleBody {
	planned, ok := plan.(*scheduledDeployModel)
	if !ok {
		reportSchedule(plan, diags)
		return scheduleBody{}
	}
	scope := workload.ScopeOf[workload.ScopeModel](ctx, planned.Scope, diags).Request(ctx, diags)
	return scheduleBody{input: orchestrator.EnvironmentJobInput{
		Scope:              &scope,
		Concurrency:        planned.Concurrency.ValueInt64Pointer(),
		EnforceEnvironment: planned.EnforceEnvironment.ValueBoolPointer(),
		AgentFlags:         planned.Flags(planned.Noop),
	}}
}

func (scheduledDeployKind) createLegacy(ctx context.Context, c *pe.Clients, r scheduleRequest) (orchestrator.Ref, error) {
	m := r.record.schedule()
	return c.Orchestrator.ScheduleDeploy(ctx, orchestrator.ScheduleDeployRequest{
		Environment:        m.Environment.ValueString(),
		Scope:              *r.body.input.Scope,
		ScheduledTime:      tfvalue.APITime(r.start),
		ScheduleOptions:    m.legacyOptions(),
		Description:        m.Description.ValueStringPointer(),
		Concurrency:        r.body.input.Concurrency,
		EnforceEnvironment: r.body.input.EnforceEnvironment,
		AgentFlags:         r.body.input.AgentFlags,
	})
}

func (scheduledDeployKind) findRun(ctx context.Context, c *pe.Clients, id string, start time.Time) (*orchestrator.LastRun, error) {
	return findJobRun(ctx, c, orchestrator.JobTypeDeploy, id, start)
}

func (scheduledDeployKind) imported(scheduleInput, *diag.Diagnostics) scheduleRecord {
	return &scheduledDeployModel{
		scheduleModel: importedSchedule(),
		Scope:         types.ObjectNull(workload.ScopeTypes(false)),
	}
}
