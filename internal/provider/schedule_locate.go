package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// locate reads the schedule of a state. After an upgrade of the server from the older API, PE has migrated its schedules, and
// nobody says whether they keep their ids: the id is only believed when what it names is the same schedule, and otherwise the
// schedule is looked for by its content.
func (r *scheduleResource) locate(ctx context.Context, backend scheduleBackend, api schedulingAPI, state scheduleRecord, memo scheduleMemo) (scheduleReading, error) {
	now, err := backend.read(ctx, state.schedule().ID.ValueString())
	if memo.API != legacyJobs || api != environmentJobs {
		return now, err
	}
	if err == nil && r.isMigrated(now, state, memo) {
		return now, nil
	}
	if err != nil && !errors.Is(err, errScheduleGone) {
		return now, err
	}
	return r.findMigrated(ctx, state, memo)
}

// isMigrated reports whether a schedule is the one of the state, after the server's upgrade: the same type, task or plan, time,
// scope and owner.
func (r *scheduleResource) isMigrated(now scheduleReading, state scheduleRecord, memo scheduleMemo) bool {
	if now.kind != r.kind.scheduleType() || memo.Owner != "" && now.owner != memo.Owner {
		return false
	}
	m := state.schedule()
	start, err := time.Parse(time.RFC3339, now.start)
	interval := time.Duration(now.interval) * time.Second
	if err != nil || interval != m.every() || !onGrid(start, m.start(), interval) {
		return false
	}
	var diags diag.Diagnostics
	scope := state.scope()
	sameScope := scopeTold(scope, now.input.scope, r.kind.scheduleType() == orchestrator.ScheduleDeploy, &diags).Equal(scope)
	return !diags.HasError() && now.input.name == state.runs() && sameScope
}

// findMigrated looks for the schedule of a state among those that the server has migrated.
func (r *scheduleResource) findMigrated(ctx context.Context, state scheduleRecord, memo scheduleMemo) (scheduleReading, error) {
	var found []scheduleReading
	var similar []string
	for job, err := range r.orchestrator.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{Type: r.kind.scheduleType()}) {
		if err != nil {
			return scheduleReading{}, err
		}
		now := environmentReading(job)
		if r.isMigrated(now, state, memo) {
			found = append(found, now)
		}
		if now.input.name == state.runs() {
			similar = append(similar, now.id)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1, len(similar) > 0:
		return scheduleReading{}, fmt.Errorf("the server was upgraded since the last apply, and it is not clear which of its schedules was schedule %s: %s. Import the right one "+
			"(terraform state rm <address>, then terraform import <address> <id>), or remove the resource from the state if none is",
			state.schedule().ID.ValueString(), list(similar))
	default:
		return scheduleReading{}, errScheduleGone
	}
}
