package schedule

import (
	"context"
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// schedulingAPI is which of PE's two scheduling APIs a server has.
type schedulingAPI int

const (
	// environmentJobs is /scheduled_jobs/environment_jobs, PE 2021.7.0 and newer.
	environmentJobs schedulingAPI = iota + 1
	// legacyJobs is /command/schedule_* and /scheduled_jobs, older.
	legacyJobs
)

// scheduleState is what everything that is about schedules shares within a process.
type scheduleState struct {
	api once.Value[schedulingAPI]
	// legacySeen are the schedules of servers before PE 2021.7, which carry no userdata, that this process has come across.
	legacySeen launch.Ledger
	// legacyListed is that all of them were taken into the ledger.
	legacyListed once.Value[bool]
	// deleted are the starts of the schedules that this process has deleted; see [scheduleResource.replaces].
	deleted sync.Map
	// migrated are the ids that schedules had before an upgrade of the server, by those that they were found under.
	migrated sync.Map
}

// schedulingAPI returns the API that the server has.
func (s *scheduleState) schedulingAPI(ctx context.Context, c *pe.Clients) (schedulingAPI, error) {
	return s.api.Get(ctx, func(ctx context.Context) (schedulingAPI, error) {
		return detectSchedulingAPI(ctx, c.Orchestrator, c.ScheduledJobsAPI)
	})
}

// detectSchedulingAPI asks the server which API it has, unless the configuration says.
func detectSchedulingAPI(ctx context.Context, client *orchestrator.Client, configured string) (schedulingAPI, error) {
	switch configured {
	case APIEnvironmentJobs:
		return environmentJobs, nil
	case APIScheduleTask:
		return legacyJobs, nil
	}
	newer, err := client.HasEnvironmentJobs(ctx)
	if err != nil {
		return 0, err
	}
	if newer {
		return environmentJobs, nil
	}
	// Whether the server has the older API shows when it is used; asking for it here would be a second request.
	return legacyJobs, nil
}

// Values of scheduled_jobs_api.
const (
	APIAuto            = "auto"
	APIEnvironmentJobs = "environment_jobs"
	APIScheduleTask    = "schedule_task"
)
