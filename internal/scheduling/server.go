// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"context"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Settings of the provider for the scheduling API.
const (
	// SettingAuto asks the server which one it has, and prefers the newer.
	SettingAuto = "auto"
	// SettingEnvironmentJobs is the newer API.
	SettingEnvironmentJobs = "environment_jobs"
	// SettingScheduleTask is the older API.
	SettingScheduleTask = "schedule_task"
)

// Access is how to reach a server.
type Access struct {
	Client   *orchestrator.Client
	Launcher *launch.Launcher
	// Setting is which API to use: [SettingAuto], [SettingEnvironmentJobs] or [SettingScheduleTask].
	Setting string
}

// Server is what a process knows about the scheduling of one server. The zero value is ready for use, by several goroutines at once.
type Server struct {
	newer once.Value[orchestrator.EnvironmentJobsAccess]
	// legacySeen are the schedules of the older API that this process has seen.
	legacySeen launch.Ledger
	// legacyListed is set once the ledger has the schedules that existed before.
	legacyListed once.Value[bool]
}

// API returns the scheduling API of the server. The server is asked once in the life of the process, at most.
func (s *Server) API(ctx context.Context, a Access) (API, error) {
	switch a.Setting {
	case SettingEnvironmentJobs:
		return environmentJobs{a, s}, nil
	case SettingScheduleTask:
		return legacyJobs{a, s}, nil
	}
	// Whether the server has the older one shows when it is used; asking here would be a second request.
	newer, err := s.newer.Get(ctx, a.Client.EnvironmentJobsAccess)
	if err != nil {
		return nil, err
	}
	if newer.Exists {
		return environmentJobs{a, s}, nil
	}
	return legacyJobs{a, s}, nil
}

// Mismatch returns why schedules cannot be created with the API that the setting asks for, nil if they can. Trouble with asking is none: it
// shows when they are created.
func (s *Server) Mismatch(ctx context.Context, a Access) error {
	if a.Setting == SettingAuto {
		return nil
	}
	wantsNewer := a.Setting == SettingEnvironmentJobs
	newer, err := s.newer.Get(ctx, a.Client.EnvironmentJobsAccess)
	if err == nil && newer.Exists && !wantsNewer {
		return errBesideNewer
	}
	if err == nil && !newer.Exists && wantsNewer {
		return a.missing()
	}
	return nil
}

// missing is the error for a server that does not have the newer API.
func (a Access) missing() error {
	return missingAPIError{
		setting: a.Setting, tried: http.MethodGet + " /orchestrator/v1/scheduled_jobs/environment_jobs", status: http.StatusNotFound,
	}
}
