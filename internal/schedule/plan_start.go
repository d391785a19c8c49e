// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
)

// checkStart refuses a time that has passed, of a schedule that exists, where it would have to be sent.
func (r *scheduleResource[M, P]) checkStart(plan P, prior *scheduleModel, memo schedulememo.Memo, diags *diag.Diagnostics) {
	m := plan.schedule()
	outside := ""
	if memo.Asked(m.start(), m.every()) && !scheduling.SameInstant(m.start(), prior.start()) {
		outside = fmt.Sprintf("Schedule %s now begins at %s, changed outside of Terraform. ",
			prior.ID.ValueString(), prior.ScheduledTime.ValueString())
	}
	r.checkFuture(plan, outside, diags)
}

// checkFuture refuses a time that has passed, of a schedule that runs once. The time of one that recurs is where its runs are counted
// from, so that it begins with the next of them. why says what makes the time matter, in sentences that end with a space.
func (r *scheduleResource[M, P]) checkFuture(plan P, why string, diags *diag.Diagnostics) {
	m := plan.schedule()
	start, now := m.start(), r.ServerNow()
	if start.IsZero() || start.After(now) || m.Interval.IsUnknown() || m.recurs() {
		return
	}
	clocks := fmt.Sprintf("It is now %s on this machine", r.Now().UTC().Format(time.RFC3339))
	if server, ok := r.ServerClock(); ok {
		clocks += fmt.Sprintf(" and %s on the server", server.UTC().Format(time.RFC3339))
	}
	advice := "Give a time in the future. Only a schedule with an `interval` may have begun: it continues with its next run."
	if why != "" {
		advice = "Give a time in the future, or the one that it begins at now."
	}
	diags.AddAttributeError(path.Root("scheduled_time"), "The scheduled time has passed",
		why+fmt.Sprintf("%s was to run once, at %s. %s; Puppet Enterprise refuses a start in the past.\n\n%s",
			plan.title(), m.ScheduledTime.ValueString(), clocks, advice))
}
