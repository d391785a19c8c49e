// SPDX-License-Identifier: MPL-2.0

package job

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
)

// fill sets the outputs from what the server reports about the plan job.
func (m *planRunModel) fill(job orchestrator.PlanJob) {
	m.Outputs.FillPlanJob(job)
	m.Result = types.DynamicNull()
	m.history = job.Status
	if !job.State.Terminal() {
		return
	}
	m.answer, m.message = job.Result, job.Message()
	m.Result, m.loss = jobvalue.PlanResult(m.answer, tfvalue.DefaultLimit)
}

// progress implements [jobRecord].
func (m *planRunModel) progress() string { return m.State.ValueString() }

// failed implements [jobRecord]. What is not known while planning may accept a failure.
func (m *planRunModel) failed() bool {
	mayAccept := m.AcceptFailure.IsUnknown() && m.State.ValueString() == string(orchestrator.PlanJobFailure)
	return m.State.ValueString() != string(orchestrator.PlanJobSuccess) && !m.accepts() && !mayAccept
}

// accepts reports whether the plan has failed and may.
func (m *planRunModel) accepts() bool {
	return m.AcceptFailure.ValueBool() && m.State.ValueString() == string(orchestrator.PlanJobFailure)
}

// conclude judges a plan job that has ended. The plan job itself holds everything, so nothing more is read.
func (m *planRunModel) conclude(_ context.Context, c *pe.Clients) (verdict.Verdict, error) { //nolint:unparam // as the lifecycle asks for.
	if limit := c.ResultLimits.OfPlan(); limit != tfvalue.DefaultLimit {
		m.Result, m.loss = jobvalue.PlanResult(m.answer, limit)
	}
	return verdict.OfPlan(verdict.Plan{
		Title: m.title(), Job: m.ID.ValueString(), State: m.State.ValueString(), URL: m.URL.ValueString(),
		Failed: m.failed(), Accepted: m.accepts(), Message: c.Redactor.Line(cmp.Or(verdict.PlanMessage(m.Result), m.message)),
	}), nil
}

func (m *planRunModel) grounds() string {
	return "It has failed, and `accept_failure` does not accept that now. It did before: set it to true again to keep it, and nothing runs."
}

// where implements [jobRecord]. A plan says itself where it runs what.
func (m *planRunModel) where(context.Context) (scopepreview.Where, *scopepreview.Preview) {
	return scopepreview.Where{}, nil
}

func (m *planRunModel) took() int64 { return 0 }

// takeEmpty implements [jobRecord]. A plan has no scope.
func (m *planRunModel) takeEmpty(error) bool { return false }

// concern implements [jobRecord]. A plan can only be judged at its end.
func (m *planRunModel) concern(orchestrator.PlanJob) string { return "" }

// reread implements [jobRecord]. A plan job has all it needs.
func (m *planRunModel) reread(context.Context, *pe.Clients) error { return nil }

// warn implements [jobRecord].
func (m *planRunModel) warn(title string, diags *diag.Diagnostics) {
	m.loss.Warn(title+": its result", fmt.Sprintf("Plan job %s has it on the server, and the provider's `max_result_bytes` sets how much "+
		"is kept. What nodes have left is also in `data.pe_job_nodes`, for each of the plan's jobs.", m.ID.ValueString()), diags)
}

// reasons names the jobs of a plan and the nodes on which they have failed.
func (m *planRunModel) reasons(ctx context.Context, c *pe.Clients) string {
	return verdict.JobsOfPlan(ctx, c.Orchestrator, m.history, c.Redactor.Text)
}
