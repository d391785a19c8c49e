package job

import (
	"context"
	"maps"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
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

func newDeployResource(metadata *workload.Metadata, shared *memory[orchestrator.Job, *deployModel]) resource.Resource {
	r := &deployResource{}
	r.metadata, r.family, r.shared = metadata, nodeJobs{orchestrator.JobTypeDeploy}, shared
	return r
}

// Metadata implements [resource.Resource].
func (r *deployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_deploy"
}

// Schema implements [resource.Resource].
func (r *deployResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := jobschema.NodeAttributes(noderesults.Failed)
	maps.Copy(attributes, workload.AgentAttributes(workload.RunsAgain))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Environment that is run. `\"\"` leaves every node in its own environment; that needs a `scope` and " +
				"`enforce_environment = false`. " + workload.RunsAgain,
			Validators: []validator.String{validate.EnvironmentOrNone()},
		},
		"scope": workload.DeployScopeAttribute(),
		"target": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Application or component, the form before `scope`. Not together with `scope`. The default is none. " +
				workload.RunsAgain,
			DeprecationMessage: "PE deprecates target since 2016.4. Use scope.",
			Validators:         []validator.String{validate.NotBlank(), stringvalidator.ConflictsWith(path.MatchRoot("scope"))},
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs Puppet on nodes, once, and waits until it has ended. The apply fails when the run fails on more nodes " +
			"than are allowed. Puppet runs again when what was run changes, or a value of `triggers`; it does not run again because the server " +
			"has deleted the record of the job.",
		Attributes: attributes,
		Blocks:     jobschema.Timeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *deployResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config deployModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.AgentModel.Validate(config.Environment, config.Noop, config.Scope.IsNull(), &resp.Diagnostics)
}

type deployModel struct {
	nodeJobModel
	workload.AgentModel
	Target types.String `tfsdk:"target"`
}

func (m *deployModel) title() string {
	return "Deploy" + workload.OfEnvironment(m.Environment.ValueString())
}

func (m *deployModel) inputs() []string {
	return append([]string{"environment", "scope", "target", "noop", "timeout", "triggers", "launch_key"}, workload.AgentInputs...)
}

// uses implements [jobRecord]. A deploy runs neither a task nor a plan.
func (m *deployModel) uses() (workload.Run, bool) { return workload.Run{}, false }

func (m *deployModel) parameters() types.Dynamic { return types.DynamicNull() }

func (m *deployModel) Command(ctx context.Context, c *pe.Clients, _ *deployModel, diags *diag.Diagnostics) command {
	request := m.request(ctx, diags)
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.Orchestrator.Deploy(ctx, request)
	}
}

func (m *deployModel) similar(job orchestrator.Job) bool {
	return job.Environment == m.Environment.ValueString() && workload.SameScope(m.Scope, job.Options.Scope(), true)
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

func (m *deployModel) conclude(ctx context.Context, c *pe.Clients) (verdict, error) {
	return m.nodeJobModel.conclude(ctx, c, m.title())
}

// request builds the body of POST /command/deploy.
func (m *deployModel) request(ctx context.Context, diags *diag.Diagnostics) orchestrator.DeployRequest {
	request := orchestrator.DeployRequest{
		Environment:        m.Environment.ValueString(),
		Target:             m.Target.ValueStringPointer(),
		Concurrency:        m.Concurrency.ValueInt64Pointer(),
		Description:        m.Description.ValueStringPointer(),
		EnforceEnvironment: m.EnforceEnvironment.ValueBoolPointer(),
		AgentFlags:         m.AgentModel.Flags(m.Noop),
		Timeout:            m.Timeout.ValueInt64Pointer(),
	}
	if model := workload.ScopeOf[workload.DeployScopeModel](ctx, m.Scope, diags); model != nil {
		scope := model.ScopeModel.Request(ctx, diags)
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
	m.nodeJobModel = importedNodeJob(job, noderesults.Failed, true, diags)
	m.AgentModel = workload.ImportedAgent(job.Options)
}

func (m *deployModel) unreported(name string, planned tftypes.Value) bool {
	switch name {
	case "noop", "no_noop", "debug", "trace", "evaltrace":
		return tfvalue.IsDefaultBool(planned, false)
	case "enforce_environment":
		return tfvalue.IsDefaultBool(planned, true)
	default:
		// Whether the server reports the newer flags is not documented.
		return slices.Contains(unreportedInputs, name) || slices.Contains(workload.AgentInputs, name) && name != "concurrency"
	}
}
