// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
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
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs a task on nodes, once, and waits until it has ended. The apply fails when the task fails on more nodes " +
			"than are allowed. The task runs again when what was run changes, or a value of `triggers`; it does not run again because the " +
			"server has deleted the record of the job. The user needs the permission `tasks` / `run`, or `tasks` / `run_with_constraints` for " +
			"a task-target, and `orchestrator` / `view` to wait.",
		Attributes: jobschema.TaskAttributes(),
		Blocks:     jobschema.Timeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *taskResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config taskModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
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

func (m *taskModel) title() string { return m.start(m).Title() }

func (m *taskModel) where(ctx context.Context) (scopepreview.Where, *scopepreview.Preview) {
	return scopepreview.OfScope(ctx, m.title(), m.Scope, false), &m.Preview
}

func (m *taskModel) start(config *taskModel) jobstart.Start[orchestrator.Job] {
	return jobstart.Task{
		Environment: m.Environment, Task: m.Task, Params: m.Params, SensitiveParams: config.SensitiveParams, ValidateParams: m.ValidateParams,
		Scope: m.Scope, Targets: config.Targets, Noop: m.Noop, Timeout: m.Timeout, Description: m.Description,
		ForcedBy: m.forcedBy(),
	}
}

func (m *taskModel) parameters() types.Dynamic { return m.Params }

func (m *taskModel) inputs() []string {
	return []string{"environment", "task", "params", "sensitive_params_version", "scope", "noop", "timeout", "targets_hash", "triggers",
		"launch_key",
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
	end := m.end(m.title())
	captured, err := m.read(ctx, c, end)
	return verdict.OfNodes(end.Verdict(captured, err == nil)), err
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
