package job

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
)

// planJobs is the family of plan jobs.
type planJobs struct{}

var _ jobFamily[orchestrator.PlanJob] = planJobs{}

func (planJobs) noun() string { return "plan job" }

func (planJobs) collection() string { return "plan_jobs" }

func (planJobs) firstState() string { return string(orchestrator.PlanJobRunning) }

func (planJobs) Read(ctx context.Context, c *pe.Clients, id string) (orchestrator.PlanJob, error) {
	return c.Orchestrator.PlanJob(ctx, id)
}

func (planJobs) wait(
	ctx context.Context,
	c *pe.Clients,
	id string,
	changed func(orchestrator.PlanJob),
) (orchestrator.PlanJob, bool, error) {
	return c.PlanJobs.Wait(ctx, id, changed)
}

func (planJobs) recent(ctx context.Context, c *pe.Clients) iter.Seq2[orchestrator.PlanJob, error] {
	return c.Orchestrator.RecentPlanJobs(ctx)
}

func (planJobs) look(ctx context.Context, c *pe.Clients) error {
	one := orchestrator.PlanJobFilter{WithoutResults: true, Range: orchestrator.Range{Limit: 1}}
	_, err := orchestrator.Collect(c.Orchestrator.PlanJobs(ctx, one), 1)
	return err
}

// stop interrupts the plan. The jobs that it has started go on, unless everything is to end by force.
func (planJobs) stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error {
	if err := c.Orchestrator.StopPlan(ctx, id); err != nil || !force {
		return err
	}
	job, err := c.Orchestrator.PlanJob(ctx, id)
	if err != nil {
		return err
	}
	for _, child := range job.JobIDs() {
		if periods := job.Status[child]; len(periods) > 0 && periods[len(periods)-1].State.Terminal() {
			continue
		}
		if err := stopJob(ctx, c, child, force, diags); err != nil && !orchestrator.IsUnknownJob(err) {
			return err
		}
	}
	return nil
}

func (planJobs) ended(job orchestrator.PlanJob) bool { return job.State.Terminal() }

func (planJobs) nodes(*pe.Clients, string) *nodeprogress.Follower { return nil }

func (planJobs) progress(job orchestrator.PlanJob) string { return outcome.PlanProgress(job) }

func (planJobs) trace(job orchestrator.PlanJob) launch.Trace {
	return launch.NewTrace(job.ID, job.Timestamp, job.Userdata)
}

// fill sets the outputs from what the server reports about the plan job.
func (m *planRunModel) fill(job orchestrator.PlanJob) {
	m.Outputs.FillPlanJob(job)
	m.Result = types.DynamicNull()
	m.history = job.Status
	if !job.State.Terminal() {
		return
	}
	// What cannot be read as a value was no JSON, and then the answer would not have been decoded at all.
	if result, err := tfvalue.FromJSON(job.Result); err == nil {
		m.Result = result
	}
}

// progress implements [jobRecord].
func (m *planRunModel) progress() string { return m.State.ValueString() }

func (m *planRunModel) failed() bool {
	return m.State.ValueString() != string(orchestrator.PlanJobSuccess) && !m.accepts()
}

// accepts reports whether the plan has failed and may.
func (m *planRunModel) accepts() bool {
	return m.AcceptFailure.ValueBool() && m.State.ValueString() == string(orchestrator.PlanJobFailure)
}

// conclude judges a plan job that has ended. The plan job itself holds everything, so nothing more is read.
func (m *planRunModel) conclude(_ context.Context, c *pe.Clients) (verdict.Verdict, error) { //nolint:unparam // as the lifecycle asks for.
	return verdict.OfPlan(verdict.Plan{
		Title: m.title(), Job: m.ID.ValueString(), State: m.State.ValueString(), URL: m.URL.ValueString(),
		Failed: m.failed(), Accepted: m.accepts(), Message: c.Redactor.Text(verdict.PlanMessage(m.Result)),
	}), nil
}

func (m *planRunModel) grounds() string {
	return "It has failed, and `accept_failure` does not accept that now. It did before: set it to true again to keep it, and nothing runs."
}

// takeEmpty implements [jobRecord]. A plan has no scope.
func (m *planRunModel) takeEmpty(error) bool { return false }

// concern implements [jobRecord]. A plan can only be judged at its end.
func (m *planRunModel) concern(orchestrator.PlanJob) string { return "" }

// reread implements [jobRecord]. A plan job has all it needs.
func (m *planRunModel) reread(context.Context, *pe.Clients) error { return nil }

// reasons names the jobs of a plan and the nodes on which they have failed.
func (m *planRunModel) reasons(ctx context.Context, c *pe.Clients) string {
	return verdict.JobsOfPlan(ctx, c.Orchestrator, m.history, c.Redactor.Text)
}
