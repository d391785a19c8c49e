// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
)

// gone decides what it means that the server no longer has a schedule. A schedule that was to run once, at a time that has passed, is over.
// Any other was disabled or deleted, and is planned for creation.
func (r *scheduleResource[M, P]) gone(ctx context.Context, state P, resp *resource.ReadResponse) {
	m := state.schedule()
	if m.over(r.ServerNow()) {
		r.goneOver(ctx, state, resp)
		return
	}
	resp.Diagnostics.AddWarning(fmt.Sprintf("%s is gone", state.title()),
		fmt.Sprintf("Schedule %s has been disabled or deleted outside of Terraform. It is planned for creation again; remove the resource "+
			"from the configuration if it is no longer wanted.", m.ID.ValueString()))
	if m.start().After(r.ServerNow()) {
		resp.State.RemoveResource(ctx)
		return
	}
	// A schedule whose start has passed cannot be created. While the state remembers it, it continues with its next run.
	m.Status = types.StringValue(statusDisabled)
	m.NextRun = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// goneOver decides whether a schedule that was to run once, and that the server no longer has after its time, has run. Only a job that
// names the schedule proves that, because it may have been disabled before.
func (r *scheduleResource[M, P]) goneOver(ctx context.Context, state P, resp *resource.ReadResponse) {
	m := state.schedule()
	run, known := r.foundRun(ctx, state, &resp.Diagnostics)
	switch {
	case run != nil:
		m.Status = types.StringValue(statusCompleted)
		m.LastRun = m.lastRun(run)
	case !known || m.ended():
		return
	default:
		m.Status = types.StringValue(statusEnded)
		resp.Diagnostics.AddWarning("No run of the "+prose.LowerFirst(state.title())+" is known",
			fmt.Sprintf("Schedule %s was to run once, at %s. Its time has passed, the server has no such schedule any more, and none of the "+
				"latest %d jobs names it. It may have been disabled or deleted before its time, or have failed to start a job. Nothing is "+
				"planned; give another `scheduled_time` to have it run.",
				m.ID.ValueString(), m.ScheduledTime.ValueString(), scheduling.Searched))
	}
	m.NextRun = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// foundRun looks for the job that a schedule that runs once has started. It is nil when there is none, and unknown when the jobs could not
// be read.
func (r *scheduleResource[M, P]) foundRun(ctx context.Context, state P, diags *diag.Diagnostics) (run *orchestrator.LastRun, known bool) {
	m := state.schedule()
	run, err := scheduling.FindRun(ctx, r.Orchestrator, state.scheduleType(), m.ID.ValueString(), m.start())
	if err != nil {
		diags.AddWarning("The run of the "+prose.LowerFirst(state.title())+" is not known",
			"Its time has passed, but the list of jobs could not be read: "+r.Sentence(err.Error()))
	}
	return run, err == nil
}
