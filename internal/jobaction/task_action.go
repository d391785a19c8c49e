// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ action.Action                   = (*taskAction)(nil)
	_ action.ActionWithConfigure      = (*taskAction)(nil)
	_ action.ActionWithModifyPlan     = (*taskAction)(nil)
	_ action.ActionWithValidateConfig = (*taskAction)(nil)
	_ record[orchestrator.Job]        = (*taskModel)(nil)
)

type taskAction struct {
	launchAction[taskModel, orchestrator.Job, *taskModel]
}

func newTaskAction(metadata *workload.Metadata, shared *memory) action.Action {
	a := &taskAction{}
	a.name, a.metadata, a.shared = pe.TypeName+"_task", metadata, shared
	a.family = jobfamily.NodeJobs{JobType: orchestrator.JobTypeTask}
	return a
}

// Schema implements [action.Action].
func (a *taskAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = launchSchema(ctx, jobschema.TaskAttributes(),
		"Runs a task on nodes each time it is invoked, shows its progress, and waits until it has ended. It fails when the task fails on more "+
			"nodes than are allowed. The user needs the permission `tasks` / `run`, or `tasks` / `run_with_constraints` for a task-target, and "+
			"`orchestrator` / `view` to wait. Needs Terraform 1.14 or newer; OpenTofu has no actions. The resource `pe_task` does the same as "+
			"a step of an apply, and keeps what the task has returned.")
}

type taskModel struct {
	nodeJob
	jobstart.Task
}

func (m *taskModel) complete() { m.Environment = withDefault(m.Environment) }

func (m *taskModel) start() jobstart.Start[orchestrator.Job] {
	task := m.Task
	task.ForcedBy = m.forcedBy()
	return task
}

func (m *taskModel) inputs() []string {
	return []string{"environment", "task", "params", "scope", "noop", "timeout", "targets_hash"}
}

func (m *taskModel) values(configured map[string]tftypes.Value) {
	environmentValue(configured)
	configured["targets_hash"] = tftypes.NewValue(tftypes.String, workload.TargetsHash(m.Targets).ValueStringPointer())
}

func (m *taskModel) where(ctx context.Context) (scopepreview.Where, *scopepreview.Limit) {
	return scopepreview.OfScope(ctx, m.start().Title(), m.Scope, false), &m.Limit
}

func (m *taskModel) validate(ctx context.Context, diags *diag.Diagnostics) {
	m.Model.Validate(int64(len(workload.NodeNames(m.Scope))), diags)
	m.Above(m.MinNodes, diags)
	workload.ValidateTargets(ctx, m.Targets, m.Scope, diags)
	refuseNulls(m.SensitiveParams, diags)
}

func (m *taskModel) check(ctx context.Context, diags *diag.Diagnostics) {
	workload.CheckScopeReferences(ctx, path.Root("scope"), m.Scope, false, diags)
}

// takesEmpty implements [record]. With targets, the server refuses in the same way hosts that are not in the scope.
func (m *taskModel) takesEmpty(refused error) bool {
	return workload.TargetsHash(m.Targets).IsNull() && m.nodeJob.takesEmpty(refused, m.Scope)
}

func (m *taskModel) fails(now orchestrator.Job) bool { return m.Fails(counts(now, m.Scope)) }

func (m *taskModel) judge(ctx context.Context, c *pe.Clients, now orchestrator.Job, url string) (verdict.Verdict, error) {
	return judge(ctx, c, m.end(m.start().Title(), now, m.Scope, url))
}
