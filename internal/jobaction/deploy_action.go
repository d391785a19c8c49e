// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
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
	_ action.Action                   = (*deployAction)(nil)
	_ action.ActionWithConfigure      = (*deployAction)(nil)
	_ action.ActionWithModifyPlan     = (*deployAction)(nil)
	_ action.ActionWithValidateConfig = (*deployAction)(nil)
	_ record[orchestrator.Job]        = (*deployModel)(nil)
)

type deployAction struct {
	launchAction[deployModel, orchestrator.Job, *deployModel]
}

func newDeployAction(metadata *workload.Metadata, shared *memory) action.Action {
	a := &deployAction{}
	a.name, a.metadata, a.shared = pe.TypeName+"_deploy", metadata, shared
	a.family = jobfamily.NodeJobs{JobType: orchestrator.JobTypeDeploy}
	return a
}

// Schema implements [action.Action].
func (a *deployAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = launchSchema(ctx, jobschema.DeployAttributes(),
		"Runs Puppet on nodes each time it is invoked, shows its progress, and waits until it has ended. It fails when the run fails on more "+
			"nodes than are allowed. The user needs the permission `puppet_agent` / `run`, and `orchestrator` / `view` to wait. Needs "+
			"Terraform 1.14 or newer; OpenTofu has no actions. The resource `pe_deploy` does the same as a step of an apply, and keeps what "+
			"came of it.")
}

type deployModel struct {
	nodeJob
	jobstart.Deploy

	ExpectNoChanges types.Bool `tfsdk:"expect_no_changes"`
}

// complete implements [record]. A deploy has no default of its own.
func (m *deployModel) complete() {}

func (m *deployModel) start() jobstart.Start[orchestrator.Job] {
	deploy := m.Deploy
	deploy.ForcedBy = m.forcedBy()
	return deploy
}

func (m *deployModel) inputs() []string {
	return append([]string{"environment", "scope", "target", "noop", "timeout"}, workload.AgentInputs...)
}

// values implements [record]. They are compared as they are.
func (m *deployModel) values(map[string]tftypes.Value) {}

func (m *deployModel) where(ctx context.Context) (scopepreview.Where, *scopepreview.Limit) {
	return scopepreview.OfScope(ctx, m.start().Title(), m.Scope, true), &m.Limit
}

func (m *deployModel) validate(ctx context.Context, diags *diag.Diagnostics) {
	m.Model.Validate(int64(len(workload.NodeNames(m.Scope))), diags)
	m.Above(m.MinNodes, diags)
	where, limit := m.where(ctx)
	limit.Countable(where, diags)
	m.AgentModel.Validate(m.Environment, m.Noop, m.Scope.IsNull(), diags)
}

func (m *deployModel) check(ctx context.Context, diags *diag.Diagnostics) {
	workload.CheckScopeReferences(ctx, path.Root("scope"), m.Scope, true, diags)
}

func (m *deployModel) takesEmpty(refused error) bool { return m.nodeJob.takesEmpty(refused, m.Scope) }

func (m *deployModel) fails(now orchestrator.Job) bool { return m.Fails(counts(now, m.Scope)) }

func (m *deployModel) judge(ctx context.Context, c *pe.Clients, now orchestrator.Job, url string) (verdict.Verdict, error) {
	end := m.end(m.start().Title(), now, m.Scope, url)
	end.NoChanges = m.ExpectNoChanges.ValueBool()
	return judge(ctx, c, end)
}
