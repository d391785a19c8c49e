package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

var (
	_ resource.Resource                   = (*deployResource)(nil)
	_ resource.ResourceWithConfigure      = (*deployResource)(nil)
	_ resource.ResourceWithImportState    = (*deployResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*deployResource)(nil)
	_ resource.ResourceWithValidateConfig = (*deployResource)(nil)
)

type deployResource struct {
	jobResource[deployModel, orchestrator.Job, *deployModel]
}

func newDeployResource(metadata *Metadata) resource.Resource {
	r := &deployResource{}
	r.metadata, r.family = metadata, nodeJobs{orchestrator.JobTypeDeploy}
	return r
}

// Metadata implements [resource.Resource].
func (r *deployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = TypeName + "_deploy"
}

// Schema implements [resource.Resource].
func (r *deployResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := nodeJobAttributes(captureFailed)
	maps.Copy(attributes, agentAttributes(runsAgain))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Environment that is run. `\"\"` leaves every node in its own environment; that needs a `scope` and `enforce_environment = false`. " +
				runsAgain,
			Validators: []validator.String{environmentOrNone()},
		},
		"scope": deployScopeAttribute(),
		"target": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Application or component, the form before `scope`. Not together with `scope`. The default is none. " + runsAgain,
			DeprecationMessage:  "PE deprecates target since 2016.4. Use scope.",
			Validators:          []validator.String{notBlank(), stringvalidator.ConflictsWith(path.MatchRoot("scope"))},
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs Puppet on nodes, once, and waits until it has ended. The apply fails when the run fails on more nodes than are allowed. Puppet runs again when what was " +
			"run changes, or a value of `triggers`; it does not run again because the server has deleted the record of the job.",
		Attributes: attributes,
		Blocks:     jobTimeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *deployResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config deployModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.agentModel.validate(config.Environment, config.Noop, config.Scope.IsNull(), &resp.Diagnostics)
}

type deployModel struct {
	nodeJobModel
	agentModel
	Target types.String `tfsdk:"target"`
}

func (m *deployModel) subject() string { return "Deploy" + ofEnvironment(m.Environment.ValueString()) }

func ofEnvironment(name string) string {
	if name == "" {
		return ""
	}
	return " of environment \"" + name + "\""
}

func (m *deployModel) inputs() []string {
	return append([]string{"environment", "scope", "target", "noop", "timeout", "triggers"}, agentInputs...)
}

// uses implements [jobRecord]. A deploy runs neither a task nor a plan.
func (m *deployModel) uses() (usage, bool) { return usage{}, false }

func (m *deployModel) parameters() types.Dynamic { return types.DynamicNull() }

func (m *deployModel) command(ctx context.Context, c *connection, _ *deployModel, diags *diag.Diagnostics) command {
	request := m.request(ctx, diags)
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.orchestrator.Deploy(ctx, request)
	}
}

func (m *deployModel) similar(job orchestrator.Job) bool {
	return job.Environment == m.Environment.ValueString()
}

func (m *deployModel) refusal() refusal {
	return refusal{
		attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindEmptyEnvironment:   path.Root("environment"),
			orchestrator.KindEmptyTarget:        path.Root("scope"),
			orchestrator.KindPuppetDBError:      path.Root("scope"),
			orchestrator.KindQueryError:         path.Root("scope"),
			orchestrator.KindUnknownTarget:      path.Root("target"),
			orchestrator.KindDependencyCycle:    path.Root("scope"),
		},
		permission: "the permission `puppet_agent` / `run`",
	}
}

func (m *deployModel) recall(from *deployModel) { m.nodeJobModel.recall(&from.nodeJobModel) }

func (m *deployModel) outdated(prior *deployModel) *capturedResults {
	return m.nodeJobModel.outdated(&prior.nodeJobModel)
}

func (m *deployModel) conclude(ctx context.Context, c *connection) (verdict, error) {
	return m.nodeJobModel.conclude(ctx, c, m.subject())
}

// request builds the body of POST /command/deploy.
func (m *deployModel) request(ctx context.Context, diags *diag.Diagnostics) orchestrator.DeployRequest {
	request := orchestrator.DeployRequest{
		Environment:        m.Environment.ValueString(),
		Target:             m.Target.ValueStringPointer(),
		Concurrency:        m.Concurrency.ValueInt64Pointer(),
		Description:        m.Description.ValueStringPointer(),
		EnforceEnvironment: m.EnforceEnvironment.ValueBoolPointer(),
		AgentFlags:         m.agentModel.flags(m.Noop),
		Timeout:            m.Timeout.ValueInt64Pointer(),
	}
	if model := scopeOf[deployScopeModel](ctx, m.Scope, diags); model != nil {
		scope := model.scopeModel.request(ctx, diags)
		scope.Application = model.Application.ValueString()
		request.Scope = &scope
	}
	return request
}

func (m *deployModel) imported(job orchestrator.Job, diags *diag.Diagnostics) {
	if job.Type != orchestrator.JobTypeDeploy {
		diags.AddError("The job is not a deploy", wrongType(job, "pe_deploy"))
		return
	}
	m.nodeJobModel = importedNodeJob(job, captureFailed, true, diags)
	m.agentModel = importedAgent(job.Options)
}

func (m *deployModel) unreported(name string, planned tftypes.Value) bool {
	switch name {
	case "noop", "no_noop", "debug", "trace", "evaltrace":
		return isDefault(planned, false)
	case "enforce_environment":
		return isDefault(planned, true)
	default:
		// Whether the server reports the newer flags is not documented.
		return slices.Contains(unreportedInputs, name) || slices.Contains(agentInputs, name) && name != "concurrency"
	}
}

// agentModel is the settings of the Puppet agent's run in a deploy, once or scheduled.
type agentModel struct {
	Concurrency          types.Int64  `tfsdk:"concurrency"`
	EnforceEnvironment   types.Bool   `tfsdk:"enforce_environment"`
	NoNoop               types.Bool   `tfsdk:"no_noop"`
	Debug                types.Bool   `tfsdk:"debug"`
	Trace                types.Bool   `tfsdk:"trace"`
	Evaltrace            types.Bool   `tfsdk:"evaltrace"`
	UseCachedCatalog     types.Bool   `tfsdk:"use_cached_catalog"`
	UseCacheOnFailure    types.Bool   `tfsdk:"usecacheonfailure"`
	Filetimeout          types.Int64  `tfsdk:"filetimeout"`
	HTTPConnectTimeout   types.Int64  `tfsdk:"http_connect_timeout"`
	HTTPKeepaliveTimeout types.Int64  `tfsdk:"http_keepalive_timeout"`
	HTTPReadTimeout      types.Int64  `tfsdk:"http_read_timeout"`
	Ordering             types.String `tfsdk:"ordering"`
	Tags                 types.String `tfsdk:"tags"`
	SkipTags             types.String `tfsdk:"skip_tags"`
}

// agentInputs are the attributes of agentModel.
var agentInputs = []string{
	"concurrency", "enforce_environment", "no_noop", "debug", "trace", "evaltrace", "use_cached_catalog", "usecacheonfailure", "filetimeout",
	"http_connect_timeout", "http_keepalive_timeout", "http_read_timeout", "ordering", "tags", "skip_tags",
}

// agentDefault is what holds for the flags of the agent that are not sent.
const agentDefault = "The default is the agent's own setting."

// agentAttributes are the attributes of agentModel. what says what a change of them does.
func agentAttributes(what string) map[string]schema.Attribute {
	flag := func(text string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: text + " " + what}
	}
	seconds := func(text string) schema.Int64Attribute {
		return schema.Int64Attribute{Optional: true, MarkdownDescription: text + " In seconds. " + what, Validators: []validator.Int64{int64validator.AtLeast(0)}}
	}
	text := func(text string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: text + " " + what, Validators: []validator.String{notBlank()}}
	}
	return map[string]schema.Attribute{
		"concurrency": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "On how many nodes Puppet runs at once. The server's default and ceiling is `global_concurrent_compiles` (8). " + what,
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		},
		"enforce_environment":    flag("Whether nodes that belong to another environment are made to use this one. It must be `false` when the environment is `\"\"`. The default is the server's."),
		"no_noop":                flag("Whether to make changes although the agent's own settings say noop. Not together with `noop = true`. The server's default is `false`."),
		"debug":                  flag("Whether the agent logs its work in detail. " + agentDefault),
		"trace":                  flag("Whether the agent prints stack traces of errors. " + agentDefault),
		"evaltrace":              flag("Whether the agent reports each resource that it evaluates. " + agentDefault),
		"use_cached_catalog":     flag("Whether the agent uses its cached catalog instead of asking for a new one. PE 2019.8 and newer. " + agentDefault),
		"usecacheonfailure":      flag("Whether the agent uses its cached catalog when it gets no new one. PE 2019.8 and newer. " + agentDefault),
		"filetimeout":            seconds("Shortest time between two checks whether a file has changed. PE 2019.8 and newer. " + agentDefault),
		"http_connect_timeout":   seconds("How long the agent waits for a connection. PE 2019.8 and newer. " + agentDefault),
		"http_keepalive_timeout": seconds("How long the agent keeps an idle connection. PE 2019.8 and newer. " + agentDefault),
		"http_read_timeout":      seconds("How long the agent waits for an answer. PE 2019.8 and newer. " + agentDefault),
		"ordering":               text("How the agent orders resources that do not depend on each other, such as `manifest`. PE 2019.8 and newer. " + agentDefault),
		"tags":                   text("Tags, separated by commas: only resources with one of them are applied. PE 2019.8 and newer. " + agentDefault),
		"skip_tags":              text("Tags, separated by commas: resources with one of them are left out. PE 2019.8 and newer. " + agentDefault),
	}
}

// validate checks the rules of a deploy across attributes.
func (m agentModel) validate(environment types.String, noop types.Bool, noScope bool, diags *diag.Diagnostics) {
	if noop.ValueBool() && m.NoNoop.ValueBool() {
		diags.AddAttributeError(path.Root("no_noop"), "Both noop and no_noop are true",
			"`noop` only simulates changes, `no_noop` makes them although the agent's settings say noop. Remove one of the two.")
	}
	if environment.IsNull() || environment.IsUnknown() || environment.ValueString() != "" {
		return
	}
	if !m.EnforceEnvironment.IsUnknown() && (m.EnforceEnvironment.IsNull() || m.EnforceEnvironment.ValueBool()) {
		diags.AddAttributeError(path.Root("enforce_environment"), "An empty environment cannot be enforced",
			"With `environment = \"\"`, every node keeps its own environment, which has to be said with `enforce_environment = false`.")
	}
	if noScope {
		diags.AddAttributeError(path.Root("scope"), "An empty environment needs a scope",
			"With `environment = \"\"`, there is no environment whose nodes could be meant. Say with `scope` where to run.")
	}
}

func (m agentModel) flags(noop types.Bool) orchestrator.AgentFlags {
	return orchestrator.AgentFlags{
		Noop:                 noop.ValueBoolPointer(),
		NoNoop:               m.NoNoop.ValueBoolPointer(),
		Debug:                m.Debug.ValueBoolPointer(),
		Trace:                m.Trace.ValueBoolPointer(),
		Evaltrace:            m.Evaltrace.ValueBoolPointer(),
		UseCachedCatalog:     m.UseCachedCatalog.ValueBoolPointer(),
		UseCacheOnFailure:    m.UseCacheOnFailure.ValueBoolPointer(),
		Filetimeout:          m.Filetimeout.ValueInt64Pointer(),
		HTTPConnectTimeout:   m.HTTPConnectTimeout.ValueInt64Pointer(),
		HTTPKeepaliveTimeout: m.HTTPKeepaliveTimeout.ValueInt64Pointer(),
		HTTPReadTimeout:      m.HTTPReadTimeout.ValueInt64Pointer(),
		Ordering:             m.Ordering.ValueStringPointer(),
		Tags:                 m.Tags.ValueStringPointer(),
		SkipTags:             m.SkipTags.ValueStringPointer(),
	}
}

// importedAgent takes the settings of a run that the server tells. Flags that are off are what nobody mentions.
func importedAgent(options orchestrator.JobOptions) agentModel {
	m := agentModel{
		Concurrency:          types.Int64PointerValue(options.Int("concurrency")),
		NoNoop:               trueOrNull(options.Bool("no_noop")),
		Debug:                trueOrNull(options.Bool("debug")),
		Trace:                trueOrNull(options.Bool("trace")),
		Evaltrace:            trueOrNull(options.Bool("evaltrace")),
		UseCachedCatalog:     trueOrNull(options.Bool("use_cached_catalog")),
		UseCacheOnFailure:    trueOrNull(options.Bool("usecacheonfailure")),
		Filetimeout:          types.Int64PointerValue(options.Int("filetimeout")),
		HTTPConnectTimeout:   types.Int64PointerValue(options.Int("http_connect_timeout")),
		HTTPKeepaliveTimeout: types.Int64PointerValue(options.Int("http_keepalive_timeout")),
		HTTPReadTimeout:      types.Int64PointerValue(options.Int("http_read_timeout")),
		Ordering:             stringOrNull(options.String("ordering")),
		Tags:                 stringOrNull(options.String("tags")),
		SkipTags:             stringOrNull(options.String("skip_tags")),
	}
	// An environment is enforced unless somebody says no.
	if enforce := options.Bool("enforce_environment"); enforce != nil && !*enforce {
		m.EnforceEnvironment = types.BoolValue(false)
	}
	return m
}
