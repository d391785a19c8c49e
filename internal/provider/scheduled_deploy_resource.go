package provider

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
)

var (
	_ resource.Resource                   = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduledDeployResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduledDeployResource)(nil)
)

type scheduledDeployResource struct{ scheduleResource }

func newScheduledDeployResource(shared *scheduleState, metadata *Metadata) resource.Resource {
	return &scheduledDeployResource{scheduleResource{scheduleState: shared, metadata: metadata, kind: scheduledDeployKind{}}}
}

// Metadata implements [resource.Resource].
func (r *scheduledDeployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = TypeName + "_scheduled_deploy"
}

// Schema implements [resource.Resource].
func (r *scheduledDeployResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scheduleAttributes()
	maps.Copy(attributes, agentAttributes(editsSchedule))
	concurrency := scheduledConcurrency()
	concurrency.MarkdownDescription = "On how many nodes Puppet runs at once. The server's default is no limit. " + editsSchedule
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Environment that is run. `\"\"` leaves every node in its own environment; that needs `enforce_environment = false`. " +
				editsSchedule,
			Validators: []validator.String{environmentOrNone()},
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
	config.validate(config.Environment, config.Noop, false, &resp.Diagnostics)
}

type scheduledDeployModel struct {
	scheduleModel
	agentModel
	Scope types.Object `tfsdk:"scope"`
	Noop  types.Bool   `tfsdk:"noop"`
}

func (m *scheduledDeployModel) subject() string {
	return "Schedule of a deploy" + ofEnvironment(m.Environment.ValueString())
}

// uses implements [scheduleRecord]. A deploy runs neither a task nor a plan.
func (m *scheduledDeployModel) uses() (usage, bool) { return usage{}, false }

func (m *scheduledDeployModel) runs() string { return "" }

func (m *scheduledDeployModel) scope() types.Object { return m.Scope }

func (m *scheduledDeployModel) told(input scheduleInput, diags *diag.Diagnostics) {
	m.Scope = scopeTold(m.Scope, input.scope, false, diags)
	m.Noop = boolTold(m.Noop, input.options.Noop())
	m.agentModel.told(input.options)
}

func (m *scheduledDeployModel) sameInput(input scheduleInput, diags *diag.Diagnostics) bool {
	now := *m
	now.told(input, diags)
	return now.Scope.Equal(m.Scope) && now.Noop.Equal(m.Noop) && now.agentModel == m.agentModel
}

// told takes over what the server says of the agent's settings.
func (m *agentModel) told(options orchestrator.JobOptions) {
	m.Concurrency = intTold(m.Concurrency, options.Int("concurrency"))
	m.NoNoop = boolTold(m.NoNoop, options.Bool("no_noop"))
	m.Debug = boolTold(m.Debug, options.Bool("debug"))
	m.Trace = boolTold(m.Trace, options.Bool("trace"))
	m.Evaltrace = boolTold(m.Evaltrace, options.Bool("evaltrace"))
	m.UseCachedCatalog = boolTold(m.UseCachedCatalog, options.Bool("use_cached_catalog"))
	m.UseCacheOnFailure = boolTold(m.UseCacheOnFailure, options.Bool("usecacheonfailure"))
	m.Filetimeout = intTold(m.Filetimeout, options.Int("filetimeout"))
	m.HTTPConnectTimeout = intTold(m.HTTPConnectTimeout, options.Int("http_connect_timeout"))
	m.HTTPKeepaliveTimeout = intTold(m.HTTPKeepaliveTimeout, options.Int("http_keepalive_timeout"))
	m.HTTPReadTimeout = intTold(m.HTTPReadTimeout, options.Int("http_read_timeout"))
	m.Ordering = stringTold(m.Ordering, options.String("ordering"))
	m.Tags = stringTold(m.Tags, options.String("tags"))
	m.SkipTags = stringTold(m.SkipTags, options.String("skip_tags"))
	// An environment is enforced unless somebody says no, so that a yes is no change of a setting that nobody made.
	if enforce := options.Bool("enforce_environment"); enforce != nil && (!*enforce || !m.EnforceEnvironment.IsNull()) {
		m.EnforceEnvironment = types.BoolValue(*enforce)
	}
}

// scheduledDeployKind is what is particular to schedules of deploys.
type scheduledDeployKind struct{}

func (scheduledDeployKind) scheduleType() string { return orchestrator.ScheduleDeploy }

func (scheduledDeployKind) newRecord() scheduleRecord { return &scheduledDeployModel{} }

func (scheduledDeployKind) nameAttribute() string { return "environment" }

func (scheduledDeployKind) inputs() []string {
	return append([]string{"scope", "noop"}, agentInputs...)
}

func (scheduledDeployKind) newerOnly() []string { return nil }

func (scheduledDeployKind) body(ctx context.Context, _ *connection, plan, _ scheduleRecord, diags *diag.Diagnostics) scheduleBody {
	planned, ok := plan.(*scheduledDeployModel)
	if !ok {
		reportSchedule(plan, diags)
		return scheduleBody{}
	}
	scope := scopeOf[scopeModel](ctx, planned.Scope, diags).request(ctx, diags)
	return scheduleBody{input: orchestrator.EnvironmentJobInput{
		Scope:              &scope,
		Concurrency:        planned.Concurrency.ValueInt64Pointer(),
		EnforceEnvironment: planned.EnforceEnvironment.ValueBoolPointer(),
		AgentFlags:         planned.flags(planned.Noop),
	}}
}

func (scheduledDeployKind) createLegacy(ctx context.Context, c *connection, r scheduleRequest) (orchestrator.Ref, error) {
	m := r.record.schedule()
	return c.orchestrator.ScheduleDeploy(ctx, orchestrator.ScheduleDeployRequest{
		Environment:        m.Environment.ValueString(),
		Scope:              *r.body.input.Scope,
		ScheduledTime:      apiTime(r.start),
		ScheduleOptions:    m.legacyOptions(),
		Description:        m.Description.ValueStringPointer(),
		Concurrency:        r.body.input.Concurrency,
		EnforceEnvironment: r.body.input.EnforceEnvironment,
		AgentFlags:         r.body.input.AgentFlags,
	})
}

func (scheduledDeployKind) findRun(ctx context.Context, c *connection, id string, start time.Time) (*orchestrator.LastRun, error) {
	return findJobRun(ctx, c, orchestrator.JobTypeDeploy, id, start)
}

func (scheduledDeployKind) imported(scheduleInput, *diag.Diagnostics) scheduleRecord {
	return &scheduledDeployModel{
		scheduleModel: importedSchedule(),
		Scope:         types.ObjectNull(scopeTypes(false)),
	}
}
