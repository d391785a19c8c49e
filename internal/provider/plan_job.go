package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/dynamicvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// planJobs is the family of plan jobs.
type planJobs struct{}

var _ jobFamily = planJobs{}

func (planJobs) noun() string { return "plan job" }

func (planJobs) collection() string { return "plan_jobs" }

func (planJobs) firstState() string { return string(orchestrator.PlanJobRunning) }

func (planJobs) read(ctx context.Context, c *connection, id string) (reading, error) {
	job, err := c.orchestrator.PlanJob(ctx, id)
	if err != nil {
		return nil, err
	}
	return planJobReading{job}, nil
}

func (planJobs) wait(ctx context.Context, c *connection, id string, changed func(reading)) (reading, bool, error) {
	job, known, err := c.planJobs.Wait(ctx, id, func(j orchestrator.PlanJob) { changed(planJobReading{j}) })
	if !known {
		return nil, false, err
	}
	return planJobReading{job}, true, err
}

// stop interrupts the plan. The jobs that it has started go on, unless everything is to end by force.
func (planJobs) stop(ctx context.Context, c *connection, record jobRecord, force bool, diags *diag.Diagnostics) error {
	id := record.job().ID.ValueString()
	if err := c.orchestrator.StopPlan(ctx, id); err != nil {
		if orchestrator.IsUnknownJob(err) {
			return nil
		}
		return err
	}
	if !force {
		return nil
	}
	job, err := c.orchestrator.PlanJob(ctx, id)
	if err != nil {
		return err
	}
	for _, child := range job.JobIDs() {
		if periods := job.Status[child]; len(periods) > 0 && periods[len(periods)-1].State.Terminal() {
			continue
		}
		if err := stopJob(ctx, c, child, force, diags); err != nil {
			return err
		}
	}
	return nil
}

func (planJobs) failed(record jobRecord) bool {
	return record.job().State.ValueString() != string(orchestrator.PlanJobSuccess)
}

// planJobReading is what the server says of a plan job.
type planJobReading struct{ orchestrator.PlanJob }

func (r planJobReading) requestID() string { return requestIDIn(r.Userdata) }

func (r planJobReading) ended() bool { return r.State.Terminal() }

func (r planJobReading) fill(record jobRecord) {
	m, ok := record.(*planRunModel)
	if !ok {
		return
	}
	m.State = types.StringValue(string(r.State))
	m.StartedAt = stringOrNull(r.CreatedTimestamp)
	m.FinishedAt = types.StringNull()
	m.DurationSeconds = types.Float64Null()
	m.Owner = stringOrNull(r.Owner.Login)
	m.Result = types.DynamicNull()
	if !r.ended() {
		return
	}
	m.FinishedAt = stringOrNull(r.FinishedTimestamp)
	m.DurationSeconds = types.Float64PointerValue(r.Duration)
	// What cannot be read as a value was no JSON, and then the answer would not have been decoded at all.
	if result, err := dynamicvalue.FromJSON(r.Result); err == nil {
		m.Result = result
	}
}

func (r planJobReading) progress() string {
	jobs := r.JobIDs()
	if len(jobs) == 0 {
		return string(r.State)
	}
	return fmt.Sprintf("%s, jobs so far: %s", r.State, list(jobs))
}

// conclude implements [jobFamily]. The plan job itself holds everything, so nothing more is read.
func (planJobs) conclude(_ context.Context, c *connection, record jobRecord) (verdict, error) {
	m, ok := record.(*planRunModel)
	if !ok {
		return verdict{}, fmt.Errorf("%T is no record of a plan run", record)
	}
	if m.State.ValueString() == string(orchestrator.PlanJobSuccess) {
		return verdict{ok: true}, nil
	}
	job := fmt.Sprintf("Plan job %s ended as %s.\n%s", m.ID.ValueString(), m.State.ValueString(), m.URL.ValueString())
	return verdict{
		summary: record.subject() + " failed",
		detail:  strings.Join(nonEmpty(job, c.redactor.Text(sentence(planMessage(m.Result)))), "\n\n"),
	}, nil
}

// planMessage finds the sentence in the result of a plan that has failed.
func planMessage(result types.Dynamic) string {
	value, err := dynamicvalue.ToGo(result)
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
