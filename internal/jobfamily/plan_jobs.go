// SPDX-License-Identifier: MPL-2.0

package jobfamily

import (
	"cmp"
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// PlanJobs is the family of plan jobs.
type PlanJobs struct{}

var _ Family[orchestrator.PlanJob] = PlanJobs{}

// Noun implements [Family].
func (PlanJobs) Noun() string { return "plan job" }

// Collection implements [Family].
func (PlanJobs) Collection() string { return "plan_jobs" }

// FirstState implements [Family].
func (PlanJobs) FirstState() string { return string(orchestrator.PlanJobRunning) }

// Read implements [Family].
func (PlanJobs) Read(ctx context.Context, c *pe.Clients, id string) (orchestrator.PlanJob, error) {
	return c.Orchestrator.PlanJob(ctx, id)
}

// Wait implements [Family].
func (PlanJobs) Wait(
	ctx context.Context,
	c *pe.Clients,
	id string,
	changed func(orchestrator.PlanJob),
) (orchestrator.PlanJob, bool, error) {
	return c.PlanJobs.Wait(ctx, id, changed)
}

// Recent implements [Family].
func (PlanJobs) Recent(ctx context.Context, c *pe.Clients) iter.Seq2[orchestrator.PlanJob, error] {
	return c.Orchestrator.RecentPlanJobs(ctx)
}

// Look implements [Family].
func (PlanJobs) Look(ctx context.Context, c *pe.Clients) error {
	one := orchestrator.PlanJobFilter{WithoutResults: true, Range: orchestrator.Range{Limit: 1}}
	_, err := orchestrator.Collect(c.Orchestrator.PlanJobs(ctx, one), 1)
	return err
}

// Stop implements [Family]. It interrupts the plan. The jobs that it has started go on, unless everything is to end by force.
func (PlanJobs) Stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error {
	if err := c.Orchestrator.StopPlan(ctx, id); err != nil || !force {
		return err
	}
	if _, err := (PlanJobs{}).StopRest(ctx, c, id, diags); err != nil {
		return &RestError{err}
	}
	return nil
}

// RestError says that a plan was interrupted, and that not all of its jobs were stopped.
type RestError struct{ Err error }

func (e *RestError) Error() string {
	return "the plan was interrupted, and not all of its jobs were stopped: " + e.Err.Error()
}

// Unwrap returns the errors of those that were not stopped.
func (e *RestError) Unwrap() error { return e.Err }

// StopRest implements [Family]. What a plan leaves behind are jobs that it has started. One that cannot be stopped does not keep the others
// from it.
func (PlanJobs) StopRest(ctx context.Context, c *pe.Clients, id string, diags *diag.Diagnostics) (stopped []string, err error) {
	job, err := c.Orchestrator.PlanJob(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, child := range job.JobIDs() {
		if periods := job.Status[child]; len(periods) > 0 && periods[len(periods)-1].State.Terminal() {
			continue
		}
		switch stopErr := stopJob(ctx, c, child, true, diags); {
		case stopErr == nil:
			stopped = append(stopped, child)
		case !orchestrator.IsUnknownJob(stopErr):
			err = errors.Join(err, stopErr)
		}
	}
	return stopped, err
}

// Ended implements [Family].
func (PlanJobs) Ended(job orchestrator.PlanJob) bool { return job.State.Terminal() }

// Nodes implements [Family].
func (PlanJobs) Nodes(*pe.Clients, string) *nodeprogress.Follower { return nil }

// Progress implements [Family].
func (PlanJobs) Progress(job orchestrator.PlanJob) string { return outcome.PlanProgress(job) }

// Trace implements [Family]. Lists of servers before PE 2019.8.8 do not say when a plan job last changed.
func (PlanJobs) Trace(job orchestrator.PlanJob) launch.Trace {
	return launch.NewTrace(job.ID, cmp.Or(job.Timestamp, job.FinishedTimestamp, job.CreatedTimestamp), job.Userdata)
}

// ShowsNoUserdata implements [Family]. The table of plan jobs only says that the key may be missing.
func (PlanJobs) ShowsNoUserdata() bool { return false }
