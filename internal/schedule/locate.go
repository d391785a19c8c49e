package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// migrated reports whether the server has been upgraded since a schedule was last read, so that the schedule may have another
// id than in the state.
func (m scheduleMemo) migrated(api schedulingAPI) bool {
	return m.API == legacyJobs && api == environmentJobs
}

// locate reads the schedule of a state. After an upgrade of the server from the older API, PE has migrated its schedules, and
// nobody says whether they keep their ids: the id is only believed when what it names is the same schedule, and otherwise the
// schedule is looked for by its content.
func (r *scheduleResource) locate(ctx context.Context, backend scheduleBackend, api schedulingAPI, state scheduleRecord, memo scheduleMemo) (scheduleReading, error) {
	id := state.schedule().ID.ValueString()
	if memo.API == environmentJobs && api == legacyJobs {
		return scheduleReading{}, r.newerOnlyError(id)
	}
	now, err := backend.Read(ctx, id)
	if !memo.migrated(api) {
		return now, err
	}
	if err == nil && r.isMigrated(now, state, memo) && r.takes(id, id) {
		return now, nil
	}
	if err != nil && !errors.Is(err, errScheduleGone) {
		return now, err
	}
	return r.findMigrated(ctx, state, memo)
}

// newerOnlyError is for a schedule of the newer API where the older one is used.
func (r *scheduleResource) newerOnlyError(id string) error {
	missing, check := "which the server does not have", "`server_url`"
	if r.ScheduledJobsAPI != APIAuto {
		missing += fmt.Sprintf(" or which `scheduled_jobs_api` = %q rules out", r.ScheduledJobsAPI)
		check += " and `scheduled_jobs_api`"
	}
	return fmt.Errorf("schedule %s was written through the scheduling API of PE 2021.7 and newer, %s. The older API does not know it. Check %s of the provider, or remove the "+
		"resource from the state if the server was set back to an older release", id, missing, check)
}

// idOnServer returns the id that the schedule of a state has on the server, which an upgrade may have changed since the state
// was refreshed. The error is errScheduleGone, wrapped, when the schedule is not there any more.
func (r *scheduleResource) idOnServer(ctx context.Context, backend scheduleBackend, api schedulingAPI, state scheduleRecord, memo scheduleMemo) (string, error) {
	if !memo.migrated(api) {
		return state.schedule().ID.ValueString(), nil
	}
	now, err := r.locate(ctx, backend, api, state, memo)
	return now.id, err
}

// isMigrated reports whether a schedule is the one of the state, after the server's upgrade: the same type, task or plan, time,
// scope and owner. The owner is not known of a schedule that was never read since it was created.
func (r *scheduleResource) isMigrated(now scheduleReading, state scheduleRecord, memo scheduleMemo) bool {
	if now.kind != r.kind.scheduleType() || memo.Owner != "" && now.owner != memo.Owner {
		return false
	}
	m := state.schedule()
	start, err := time.Parse(time.RFC3339, now.start)
	interval := time.Duration(now.interval) * time.Second
	if err != nil || interval != m.every() || !goesOn(start, m.start(), interval, r.ServerNow()) {
		return false
	}
	var diags diag.Diagnostics
	scope := state.scope()
	sameScope := workload.ReportedScope(scope, now.input.scope, false, &diags).Equal(scope)
	return !diags.HasError() && now.input.name == state.Runs() && sameScope
}

// findMigrated looks for the schedule of a state among those that the server has migrated.
func (r *scheduleResource) findMigrated(ctx context.Context, state scheduleRecord, memo scheduleMemo) (scheduleReading, error) {
	var found []scheduleReading
	var similar []string
	for job, err := range r.Orchestrator.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{Type: r.kind.scheduleType()}) {
		if err != nil {
			return scheduleReading{}, err
		}
		now := environmentReading(job)
		if r.isTaken(state.schedule().ID.ValueString(), now.id) {
			continue
		}
		if r.isMigrated(now, state, memo) {
			found = append(found, now)
		}
		if now.input.name == state.Runs() {
			similar = append(similar, now.id)
		}
	}
	if len(found) > 1 {
		found = alike(found, state)
	}
	m := state.schedule()
	switch {
	case len(found) == 1 && r.takes(m.ID.ValueString(), found[0].id):
		return found[0], nil
	case len(found) == 1:
		return r.findMigrated(ctx, state, memo) // another one was faster; what it has taken is left out now
	case len(found) == 0 && (len(similar) == 0 || m.over(r.ServerNow())):
		return scheduleReading{}, errScheduleGone
	default:
		return scheduleReading{}, fmt.Errorf("the server was upgraded since the last apply, and it is not clear which of its schedules was schedule %s: %s. Import the right one "+
			"(terraform state rm <address>, then terraform import <address> <id>), or remove the resource from the state if none is",
			m.ID.ValueString(), prose.List(similar))
	}
}

// takes reports whether a schedule of the state may take a migrated one for itself: no other has.
func (r *scheduleResource) takes(id, migrated string) bool {
	other, taken := r.migrated.LoadOrStore(migrated, id)
	return !taken || other == id
}

// isTaken reports whether another schedule of the state has taken a migrated one for itself.
func (r *scheduleResource) isTaken(id, migrated string) bool {
	other, taken := r.migrated.Load(migrated)
	return taken && other != id
}

// alike narrows schedules down to those that a refresh of the state would not change. What tells two of the same task, time and
// scope apart are mostly their parameters.
func alike(found []scheduleReading, state scheduleRecord) []scheduleReading {
	return slices.DeleteFunc(slices.Clone(found), func(now scheduleReading) bool {
		m := state.schedule()
		var diags diag.Diagnostics
		return now.environment != m.Environment.ValueString() || now.description != m.Description.ValueString() || !state.sameInput(now.input, &diags) || diags.HasError()
	})
}
