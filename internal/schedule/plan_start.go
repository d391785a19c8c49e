package schedule

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// checkStart refuses a time that has passed for an existing schedule, where the time would have to be sent. A recurring schedule continues
// with its next run instead, unless the configuration has moved it.
func (r *scheduleResource[M, P]) checkStart(plan P, prior *scheduleModel, memo scheduleMemo, diags *diag.Diagnostics) {
	m := plan.schedule()
	asked := memo.asked(m.start(), m.every())
	moved := !scheduling.SameInstant(m.start(), prior.start())
	if m.recurs() && (asked || memo.Imported || !moved) {
		return
	}
	outside := ""
	if asked && moved {
		outside = fmt.Sprintf("Schedule %s now begins at %s, changed outside of Terraform. ",
			prior.ID.ValueString(), prior.ScheduledTime.ValueString())
	}
	r.checkFuture(plan, outside, diags)
}

// checkReplacement is checkStart for a replaced schedule: whether the old one was imported makes no difference, because the new one begins
// where the configuration says.
func (r *scheduleResource[M, P]) checkReplacement(plan P, prior *scheduleModel, memo scheduleMemo, diags *diag.Diagnostics) {
	memo.Imported = false
	r.checkStart(plan, prior, memo, diags)
}

// checkFuture refuses a time that has passed. why says why the time matters, in sentences that end with a space.
func (r *scheduleResource[M, P]) checkFuture(plan P, why string, diags *diag.Diagnostics) {
	m := plan.schedule()
	start, now := m.start(), r.ServerNow()
	if start.IsZero() || start.After(now) {
		return
	}
	clocks := fmt.Sprintf("It is now %s on this machine", r.Now().UTC().Format(time.RFC3339))
	if server, ok := r.ServerClock(); ok {
		clocks += fmt.Sprintf(" and %s on the server", server.UTC().Format(time.RFC3339))
	}
	advice := "Give a time in the future."
	if m.recurs() {
		next := m.times().FirstFrom(now).Truncate(time.Second)
		advice = fmt.Sprintf("Give a time in the future. The next run of this schedule would be %s.", tfvalue.APITime(next))
	}
	if why != "" {
		advice = "Give a time in the future, or the one that it begins at now."
	}
	diags.AddAttributeError(path.Root("scheduled_time"), "The scheduled time has passed",
		why+fmt.Sprintf("%s was to begin at %s. %s; Puppet Enterprise refuses a start in the past.\n\n%s",
			plan.title(), m.ScheduledTime.ValueString(), clocks, advice))
}
