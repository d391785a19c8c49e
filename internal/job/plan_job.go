package job

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
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

// stop interrupts the plan. The jobs that it has started continue, unless the stop is forced.
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

func (planJobs) progress(job orchestrator.PlanJob) string { return outcome.PlanProgress(job) }

func (planJobs) trace(job orchestrator.PlanJob) trace {
	return newTrace(job.ID, job.Timestamp, job.Userdata)
}

// fill sets the outputs from what the server reports about the plan job.
func (m *planRunModel) fill(job orchestrator.PlanJob) {
	m.State = types.StringValue(string(job.State))
	m.StartedAt = tfvalue.StringOrNull(job.CreatedTimestamp)
	m.FinishedAt = types.StringNull()
	m.DurationSeconds = types.Float64Null()
	m.Owner = tfvalue.StringOrNull(job.Owner.Login)
	m.Result = types.DynamicNull()
	if !job.State.Terminal() {
		return
	}
	m.FinishedAt = tfvalue.StringOrNull(job.FinishedTimestamp)
	m.DurationSeconds = types.Float64PointerValue(job.Duration)
	// A result that cannot be converted was not JSON, and then the answer would not have been decoded at all.
	if result, err := tfvalue.FromJSON(job.Result); err == nil {
		m.Result = result
	}
}

func (m *planRunModel) failed() bool {
	return m.State.ValueString() != string(orchestrator.PlanJobSuccess)
}

// conclude judges a plan job that has ended. The plan job itself holds everything, so nothing more is read.
func (m *planRunModel) conclude(_ context.Context, c *pe.Clients) (verdict, error) { //nolint:unparam // as the lifecycle requires.
	if !m.failed() {
		return verdict{ok: true}, nil
	}
	job := fmt.Sprintf("Plan job %s ended as %s.\n%s", m.ID.ValueString(), m.State.ValueString(), m.URL.ValueString())
	return verdict{
		summary: m.title() + " failed",
		detail:  prose.Paragraphs(job, c.Redactor.Text(prose.Sentence(planMessage(m.Result)))),
	}, nil
}

// planMessage finds the message in the result of a failed plan.
func planMessage(result types.Dynamic) string {
	value, err := tfvalue.ToGo(result)
	if err != nil {
		return ""
	}
	switch value := value.(type) {
	case string:
		return value
	case map[string]any:
		message, _ := value["msg"].(string)
		if kind, ok := value["kind"].(string); ok {
			message = strings.TrimSpace(message + " (" + kind + ")")
		}
		return message
	default:
		return ""
	}
}
