// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ action.Action                   = (*planRunAction)(nil)
	_ action.ActionWithConfigure      = (*planRunAction)(nil)
	_ action.ActionWithModifyPlan     = (*planRunAction)(nil)
	_ action.ActionWithValidateConfig = (*planRunAction)(nil)
	_ record[orchestrator.PlanJob]    = (*planRunModel)(nil)
)

type planRunAction struct {
	launchAction[planRunModel, orchestrator.PlanJob, *planRunModel]
}

func newPlanRunAction(metadata *workload.Metadata, shared *memory) action.Action {
	a := &planRunAction{}
	a.name, a.metadata, a.shared, a.family = pe.TypeName+"_plan_run", metadata, shared, jobfamily.PlanJobs{}
	return a
}

// Schema implements [action.Action].
func (a *planRunAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = launchSchema(ctx, jobschema.PlanRunAttributes(),
		"Runs a plan each time it is invoked, shows its progress, and waits until it has ended. It fails when the plan fails. The user needs "+
			"the permission `plans` / `run`, and `orchestrator` / `view` to wait. Needs Terraform 1.14 or newer; OpenTofu has no actions. The "+
			"resource `pe_plan_run` does the same as a step of an apply, and keeps what the plan has returned.")
}

type planRunModel struct {
	launching
	jobstart.PlanRun

	AcceptFailure types.Bool `tfsdk:"accept_failure"`
}

func (m *planRunModel) complete() { m.Environment = withDefault(m.Environment) }

func (m *planRunModel) start() jobstart.Start[orchestrator.PlanJob] {
	run := m.PlanRun
	if stops, _ := m.stops(); stops {
		run.StoppedBy = "on_interrupt"
	}
	return run
}

func (m *planRunModel) inputs() []string {
	return []string{"environment", "plan_name", "params", "query_params", "node_group_params", "timeout"}
}

func (m *planRunModel) values(configured map[string]tftypes.Value) { environmentValue(configured) }

func (m *planRunModel) validate(ctx context.Context, diags *diag.Diagnostics) {
	m.PlanRun.Validate(diags)
}

func (m *planRunModel) check(ctx context.Context, diags *diag.Diagnostics) {
	validate.References(ctx, path.Root("node_group_params"), m.NodeGroupParams, validate.GroupID(), diags)
}

// takesEmpty implements [record]. A plan has no scope.
func (m *planRunModel) takesEmpty(error) bool { return false }

// concern implements [record]. A plan can only be judged at its end.
func (m *planRunModel) concern(orchestrator.PlanJob) string { return "" }

func (m *planRunModel) fails(now orchestrator.PlanJob) bool {
	return now.State != orchestrator.PlanJobSuccess && !m.accepts(now)
}

// accepts reports whether the plan has failed and may.
func (m *planRunModel) accepts(now orchestrator.PlanJob) bool {
	return m.AcceptFailure.ValueBool() && now.State == orchestrator.PlanJobFailure
}

// judge implements [record]. The plan job itself holds everything, so nothing more is read.
func (m *planRunModel) judge(_ context.Context, c *pe.Clients, now orchestrator.PlanJob, url string) (verdict.Verdict, error) {
	result, _ := jobvalue.PlanResult(now.Result, c.ResultLimits.OfPlan())
	return verdict.OfPlan(verdict.Plan{
		Title: m.start().Title(), Job: now.ID, State: string(now.State), URL: url, Failed: m.fails(now), Accepted: m.accepts(now),
		Message: c.Redactor.Line(cmp.Or(verdict.PlanMessage(result), now.Message())),
	}), nil
}

func (m *planRunModel) reasons(ctx context.Context, c *pe.Clients, now orchestrator.PlanJob) string {
	return verdict.JobsOfPlan(ctx, c.Orchestrator, now.Status, c.Redactor.Text)
}

// where implements [record]. A plan says itself where it runs what.
func (*planRunModel) where(context.Context) (scopepreview.Where, *scopepreview.Limit) {
	return scopepreview.Where{}, nil
}

func (*planRunModel) took(orchestrator.PlanJob) int64 { return 0 }
