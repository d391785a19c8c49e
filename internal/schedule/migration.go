// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// migrations maps the ids of migrated schedules to the ids that they had before an upgrade of the server. The zero value is ready for use,
// by several goroutines at once.
type migrations struct {
	mu     sync.Mutex
	former map[string]string
}

// claim assigns a migrated schedule to one in the state. It fails if it is already assigned to another.
func (m *migrations) claim(migrated, id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if former, taken := m.former[migrated]; taken {
		return former == id
	}
	if m.former == nil {
		m.former = map[string]string{}
	}
	m.former[migrated] = id
	return true
}

// claimedByOther reports whether a migrated schedule is assigned to another schedule of the state than the given one.
func (m *migrations) claimedByOther(migrated, id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	former, taken := m.former[migrated]
	return taken && former != id
}

// locate reads the schedule of a state. When a server with the older API is upgraded, PE migrates its schedules, and it is not documented
// whether they keep their ids. So the id only counts when it leads to the same schedule; otherwise the schedule is looked for by its
// content.
func (r *scheduleResource[M, P]) locate(
	ctx context.Context, api scheduling.API, state P, memo schedulememo.Memo,
) (scheduling.Schedule, error) {
	id := state.schedule().ID.ValueString()
	if memo.Downgraded(api.Version()) {
		return scheduling.Schedule{}, r.newerOnlyError(id)
	}
	found, err := api.Read(ctx, id)
	if !memo.Migrated(api.Version()) {
		return found, err
	}
	if err == nil && isMigrated(found, state, memo, r.ServerNow()) && r.process.migrated.claim(id, id) {
		return found, nil
	}
	if err != nil && !errors.Is(err, scheduling.ErrGone) {
		return found, err
	}
	return r.findMigrated(ctx, api, state, memo)
}

// newerOnlyError is the error for a schedule of the newer API where the older one is used.
func (r *scheduleResource[M, P]) newerOnlyError(id string) error {
	missing, check := "which the server does not have", "`server_url`"
	if r.ScheduledJobsAPI != scheduling.SettingAuto {
		missing += fmt.Sprintf(" or which `scheduled_jobs_api` = %q rules out", r.ScheduledJobsAPI)
		check += " and `scheduled_jobs_api`"
	}
	return fmt.Errorf("schedule %s was written through the scheduling API of PE 2021.7 and newer, %s. The older API does not know it. "+
		"Check %s of the provider, or remove the resource from the state if the server was downgraded",
		id, missing, check)
}

// idOnServer returns the id that the schedule of a state has on the server, which an upgrade may have changed since the state was
// refreshed. The error is [scheduling.ErrGone], wrapped, when the schedule no longer exists.
func (r *scheduleResource[M, P]) idOnServer(ctx context.Context, api scheduling.API, state P, memo schedulememo.Memo) (string, error) {
	if !memo.Migrated(api.Version()) {
		return state.schedule().ID.ValueString(), nil
	}
	found, err := r.locate(ctx, api, state, memo)
	return found.ID, err
}

// findMigrated looks for the schedule of a state among those that the server has migrated.
func (r *scheduleResource[M, P]) findMigrated(
	ctx context.Context, api scheduling.API, state P, memo schedulememo.Memo,
) (scheduling.Schedule, error) {
	m := state.schedule()
	var found []scheduling.Schedule
	var similar []string
	for candidate, err := range api.List(ctx, scheduling.Filter{Type: state.scheduleType()}) {
		if err != nil {
			return scheduling.Schedule{}, err
		}
		if r.process.migrated.claimedByOther(candidate.ID, m.ID.ValueString()) {
			continue
		}
		if isMigrated(candidate, state, memo, r.ServerNow()) {
			found = append(found, candidate)
		}
		if candidate.Input.Name == state.runs() {
			similar = append(similar, candidate.ID)
		}
	}
	if len(found) > 1 {
		found = alike(found, state, memo)
	}
	switch {
	case len(found) == 1 && r.process.migrated.claim(found[0].ID, m.ID.ValueString()):
		return found[0], nil
	case len(found) == 1:
		return r.findMigrated(ctx, api, state, memo) // another caller was faster; its schedule is now left out
	case len(found) == 0 && (len(similar) == 0 || m.over(r.ServerNow())):
		return scheduling.Schedule{}, scheduling.ErrGone
	default:
		return scheduling.Schedule{}, fmt.Errorf("the server was upgraded since the last apply, and it is not clear which of its schedules "+
			"was schedule %s: %s. Import the right one (terraform state rm <address>, then terraform import <address> <id>), or remove the "+
			"resource from the state if none is", m.ID.ValueString(), prose.List(similar))
	}
}

// isMigrated reports whether a schedule is the one of the state, after the server's upgrade: it has the same type, task or plan, time,
// scope and owner. The owner of a schedule that was never read since its creation is not known.
func isMigrated[M any, P scheduleRecord[M]](candidate scheduling.Schedule, state P, memo schedulememo.Memo, now time.Time) bool {
	if candidate.Type != state.scheduleType() || memo.Owner != "" && candidate.Owner.Login != memo.Owner {
		return false
	}
	m := state.schedule()
	start, err := time.Parse(time.RFC3339, candidate.Start)
	if err != nil || candidate.Period() != m.every() || !m.times().ContinueAt(start, now) {
		return false
	}
	var diags diag.Diagnostics
	scope := state.scope()
	sameScope := workload.ReportedScope(scope, candidate.Input.Scope, false, &diags).Equal(scope)
	return !diags.HasError() && candidate.Input.Name == state.runs() && sameScope
}

// alike filters schedules to those that a refresh of the state would not change. Schedules with the same task, time and scope mostly differ
// by their parameters.
func alike[M any, P scheduleRecord[M]](found []scheduling.Schedule, state P, memo schedulememo.Memo) []scheduling.Schedule {
	m := state.schedule()
	return slices.DeleteFunc(slices.Clone(found), func(candidate scheduling.Schedule) bool {
		var diags diag.Diagnostics
		return candidate.Environment != m.Environment.ValueString() || candidate.Description != m.Description.ValueString() ||
			!state.sameInput(memo.BesideNothing(candidate.Input, state.uses()), &diags) || diags.HasError()
	})
}
