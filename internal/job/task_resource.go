// SPDX-License-Identifier: MPL-2.0

package job

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*taskResource)(nil)
	_ resource.ResourceWithConfigure      = (*taskResource)(nil)
	_ resource.ResourceWithIdentity       = (*taskResource)(nil)
	_ resource.ResourceWithImportState    = (*taskResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*taskResource)(nil)
	_ resource.ResourceWithUpgradeState   = (*taskResource)(nil)
	_ resource.ResourceWithValidateConfig = (*taskResource)(nil)
)

type taskResource struct {
	jobResource[taskModel, orchestrator.Job, *taskModel]
}

func newTaskResource(metadata *workload.Metadata, shared *memory[orchestrator.Job, *taskModel]) resource.Resource {
	r := &taskResource{}
	r.metadata, r.family, r.shared = metadata, jobfamily.NodeJobs{JobType: orchestrator.JobTypeTask}, shared
	return r
}

// Metadata implements [resource.Resource]. The server may have mixed up the number of a job: see [jobResource.relocate].
func (r *taskResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "task")
	resp.ResourceBehavior.MutableIdentity = true
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
		"scope": workload.ScopeAttribute(workload.RunsAgain),
	})
	maps.Copy(attributes, workload.TargetsAttributes(workload.RunsAgain))
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs a task on nodes, once, and waits until it has ended. The apply fails when the task fails on more nodes " +
			"than are allowed. The task runs again when what was run changes, or a value of `triggers`; it does not run again because the " +
			"server has deleted the record of the job. The user needs the permission `tasks` / `run`, or `tasks` / `run_with_constraints` for " +
			"a task-target, and `orchestrator` / `view` to wait.",
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
	config.validate(&resp.Diagnostics)
	workload.ValidateTargets(ctx, config.Targets, config.Scope, &resp.Diagnostics)
}

type taskModel struct {
	nodeJobModel
	Task                   types.String  `tfsdk:"task"`
	Params                 types.Dynamic `tfsdk:"params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
	Targets                types.Dynamic `tfsdk:"targets"`
	TargetsHash            types.String  `tfsdk:"targets_hash"`
}

func (m *taskModel) title() string { return fmt.Sprintf("Task %q", m.Task.ValueString()) }

func (m *taskModel) uses() workload.Run {
	return workload.Run{
		Kind: workload.RunsTask, NameAttribute: "task", Name: m.Task, Environment: m.Environment,
		Params: m.Params, Sensitive: m.SensitiveParams, Noop: m.Noop,
		Validate: m.ValidateParams, Features: workload.TimeoutFeature(m.Timeout),
	}
}

func (m *taskModel) parameters() types.Dynamic { return m.Params }

func (m *taskModel) inputs() []string {
	return []string{"environment", "task", "params", "sensitive_params_version", "scope", "noop", "timeout", "targets_hash", "triggers",
		"launch_key",
	}
}

func (m *taskModel) Command(ctx context.Context, c *pe.Clients, config *taskModel, diags *diag.Diagnostics) command {
	m.TargetsHash = workload.TargetsHash(config.Targets)
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

// takeEmpty implements [jobRecord]. With targets, the server refuses in the same way hosts that are not in the scope.
func (m *taskModel) takeEmpty(refused error) bool {
	return m.TargetsHash.IsNull() && m.nodeJobModel.takeEmpty(refused)
}

func (m *taskModel) recall(from *taskModel) { m.nodeJobModel.recall(&from.nodeJobModel) }

func (m *taskModel) outdated(prior *taskModel) *jobvalue.Captured {
	return m.nodeJobModel.outdated(&prior.nodeJobModel)
}

func (m *taskModel) conclude(ctx context.Context, c *pe.Clients) (verdict.Verdict, error) {
	captured, err := m.read(ctx, c, false)
	return verdict.OfNodes(m.verdict(m.title(), captured)), err
}

// request builds the body of POST /command/task. The write-only values are only in the configuration.
func (m *taskModel) request(ctx context.Context, config *taskModel, c *pe.Clients, diags *diag.Diagnostics) orchestrator.TaskRequest {
	plain := workload.ParamValues(m.Params, path.Root("params"), diags)
	scope := cmp.Or(workload.ScopeRequest(ctx, m.Scope, false, diags), &orchestrator.Scope{})
	return orchestrator.TaskRequest{
		Environment: m.Environment.ValueString(),
		Task:        m.Task.ValueString(),
		Params:      workload.SensitiveParams(plain, config.SensitiveParams, c.Redactor, diags),
		Scope:       *scope,
		Description: m.Description.ValueStringPointer(),
		Noop:        m.Noop.ValueBoolPointer(),
		Targets:     workload.TargetRequests(ctx, config.Targets, c.Redactor, diags),
		Timeout:     m.Timeout.ValueInt64Pointer(),
	}
}

func (m *taskModel) imported(job orchestrator.Job, diags *diag.Diagnostics) {
	if job.Type != orchestrator.JobTypeTask {
		diags.AddError("The job is not a task", jobvalue.WrongType(job, "pe_task"))
		return
	}
	m.nodeJobModel = importedNodeJob(job, false, diags)
	m.Task = types.StringValue(job.Options.Task())
	m.Params = workload.ParamsValue(job.Options.Params(), diags)
	m.SensitiveParams = types.DynamicNull()
	m.Targets = types.DynamicNull()
}

func (m *taskModel) unreported(name string) bool {
	return slices.Contains(unreportedInputs, name) || name == "targets_hash"
}
