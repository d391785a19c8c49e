// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"context"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Searched is how many recent jobs are searched for one that a schedule has started.
const Searched = 500

// FindRun looks among the recent jobs or plan jobs for one that a schedule has started at a time or later. It is nil when there is none.
// The time matters because ids of schedules from before an upgrade of the server may belong to others by now.
func FindRun(ctx context.Context, client *orchestrator.Client, scheduleType, id string, start time.Time) (*orchestrator.LastRun, error) {
	if scheduleType == orchestrator.SchedulePlan {
		return findPlanJob(ctx, client, id, start)
	}
	// Jobs have the types of the schedules that start them.
	filter := orchestrator.JobFilter{Type: scheduleType, OrderBy: "timestamp", Order: "desc"}
	jobs, err := orchestrator.Collect(client.Jobs(ctx, filter), Searched)
	for _, job := range jobs {
		if job.Options.ScheduledJobID() == id && !beganBefore(job.StartedTimestamp, start) {
			return &orchestrator.LastRun{Time: job.StartedTimestamp, JobID: job.ID}, nil
		}
	}
	return nil, err
}

func findPlanJob(ctx context.Context, client *orchestrator.Client, id string, start time.Time) (*orchestrator.LastRun, error) {
	jobs, err := orchestrator.Collect(client.RecentPlanJobs(ctx), Searched)
	for _, job := range jobs {
		if job.Options.ScheduledJobID() == id && !beganBefore(job.CreatedTimestamp, start) {
			return &orchestrator.LastRun{Time: job.CreatedTimestamp, JobID: job.ID}, nil
		}
	}
	return nil, err
}

// beganBefore reports whether a job began before a time; both are by the server's clock. A job without a time may not have begun yet.
func beganBefore(began string, start time.Time) bool {
	at, err := time.Parse(time.RFC3339, began)
	return err == nil && at.Before(start.Truncate(time.Second))
}
