package job

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"

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
	_ resource.Resource                   = (*taskResource)(nil)
	_ resource.ResourceWithConfigure      = (*taskResource)(nil)
	_ resource.ResourceWithImportState    = (*taskResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*taskResource)(nil)
	_ resource.ResourceWithValidateConfig = (*taskResource)(nil)
)

type taskResource struct {
	jobResource[taskModel, orchestrator.Job, *taskModel]
}

func newTaskResource(metadata *workload.Metadata, shared *memory[orchestrator.Job, *taskModel]) resource.Resource {
	r := &taskResource{}
	r.metadata, r.family, r.shared = metadata, nodeJobs{orchestrator.JobTypeTask}, shared
	return r
}

// Metadata implements [resource.Resource].
func (r *taskResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_task"
}

// Schema implements [resource.Resource].
func (r *taskResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := jobschema.NodeAttributes(noderesults.All)
	maps.Copy(attributes, workload.ParamsAttributes("task"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": workload.EnvironmentAttribute("task"),
		"task": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the task, such as `package` or `mysql::sql`. " + workload.RunsAgain,
			Validators:          []validator.String{validate.TaskName()},
		},
		"scope":   workload.ScopeAttribute(),
		"targets": workload.TargetsAttribute(),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a task on nodes, once, and waits until it has ended. The apply fails when the task fails on more nodes " +
			"than are allowed. The task runs again when what was run changes, or a value of `triggers`; it does not run again because the " +
			"server has deleted the record of the job.",
		Attributes: attributes,
		Blocks:     jobschema.Timeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *taskResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config taskModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	workload.ValidateTargets(ctx, config.Targets, config.Scope, &resp.Diagnostics)
}

type taskModel struct {
	nodeJobModel
	Task                   types.String  `tfsdk:"task"`
	Params                 types.Dynamic `tfsdk:"params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
	Targets                types.List    `tfsdk:"targets"`
}

func (m *taskModel) title() string { return fmt.Sprintf("Task %q", m.Task.ValueString()) }

func (m *taskModel) uses() (workload.Run, bool) {
	return workload.Run{
		Kind: workload.RunsTask, NameAttribute: "task", Name: m.Task, Environment: m.Environment,
		Params: m.Params, Sensitive: m.SensitiveParams, Noop: m.Noop,
		Validate: m.ValidateParams,
	}, true
}

func (m *taskModel) parameters() types.Dynamic { return m.Params }

func (m *taskModel) inputs() []string {
	return []string{"environment", "task", "params", "sensitive_params_version", "scope", "noop", "timeout", "targets", "triggers",
		"launch_key",
	}
}

func (m *taskModel) Command(ctx context.Context, c *pe.Clients, config *taskModel, diags *diag.Diagnostics) command {
	request := m.request(ctx, config, c, diags)
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.Orchestrator.RunTask(ctx, request)
	}
}

func (m *taskModel) similar(job orchestrator.Job) bool {
	var diags diag.Diagnostics
	return job.Options.Task() == m.Task.ValueString() && job.Environment == m.Environment.ValueString() &&
		workload.SameScope(m.Scope, job.Options.Scope(), false) &&
		workload.SameParams(m.Params, workload.ParamsValue(job.Options.Params(), &diags))
}

func (m *taskModel) refusal() refusal {
	return refusal{
		attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindEmptyEnvironment:   path.Root("environment"),
			orchestrator.KindEmptyTarget:        path.Root("scope"),
			orchestrator.KindPuppetDBError:      path.Root("scope"),
			orchestrator.KindQueryError:         path.Root("scope"),
			orchestrator.KindNotPermitted:       path.Root("task"),
			orchestrator.KindUnknownTask:        path.Root("task"),
		},
		permission: "the permission `tasks` / `run` for this task, or `tasks` / `run_with_constraints` for a task-target that covers the " +
			"task and the nodes",
	}
}

func (m *taskModel) recall(from *taskModel) { m.nodeJobModel.recall(&from.nodeJobModel) }

func (m *taskModel) outdated(prior *taskModel) *capturedResults {
	return m.nodeJobModel.outdated(&prior.nodeJobModel)
}

func (m *taskModel) conclude(ctx context.Context, c *pe.Clients) (verdict, error) {
	return m.nodeJobModel.conclude(ctx, c, m.title())
}

// request builds the body of POST /command/task. The write-only values are only in the configuration.
func (m *taskModel) request(ctx context.Context, config *taskModel, c *pe.Clients, diags *diag.Diagnostics) orchestrator.TaskRequest {
	plain := workload.ParamValues(m.Params, path.Root("params"), diags)
	return orchestrator.TaskRequest{
		Environment: m.Environment.ValueString(),
		Task:        m.Task.ValueString(),
		Params:      workload.SensitiveParams(plain, config.SensitiveParams, c.Redactor, diags),
		Scope:       workload.ScopeOf[workload.ScopeModel](ctx, m.Scope, diags).Request(ctx, diags),
		Description: m.Description.ValueStringPointer(),
		Noop:        m.Noop.ValueBoolPointer(),
		Targets:     workload.TargetRequests(ctx, config.Targets, c.Redactor, diags),
		Timeout:     m.Timeout.ValueInt64Pointer(),
	}
}

func (m *taskModel) imported(job orchestrator.Job, diags *diag.Diagnostics) {
	if job.Type != orchestrator.JobTypeTask {
		diags.AddError("The job is not a task", wrongType(job, "pe_task"))
		return
	}
	m.nodeJobModel = importedNodeJob(job, noderesults.All, false, diags)
	m.Task = types.StringValue(job.Options.Task())
	m.Params = workload.ParamsValue(job.Options.Params(), diags)
	m.SensitiveParams = types.DynamicNull()
	m.Targets = types.ListNull(workload.TargetType)
}

func (m *taskModel) unreported(name string, planned tftypes.Value) bool {
	return slices.Contains(unreportedInputs, name) || name == "targets" || name == "noop" && tfvalue.IsDefaultBool(planned, false)
}
