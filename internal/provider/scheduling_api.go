package provider

import (
	"context"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// schedulingAPI is which of PE's two scheduling APIs a server has.
type schedulingAPI int

const (
	// environmentJobs is /scheduled_jobs/environment_jobs, PE 2021.7.0 and newer.
	environmentJobs schedulingAPI = iota + 1
	// legacyJobs is /command/schedule_* and /scheduled_jobs, older.
	legacyJobs
)

// detectSchedulingAPI asks the server which API it has, unless the configuration says.
func detectSchedulingAPI(ctx context.Context, client *orchestrator.Client, configured string) (schedulingAPI, error) {
	switch configured {
	case scheduledJobsEnvironment:
		return environmentJobs, nil
	case scheduledJobsLegacy:
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
