// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// scheduleResource is the lifecycle that schedules of tasks, deploys and plans share, on both of PE's scheduling APIs. M is the model of
// the resource.
type scheduleResource[M any, P scheduleRecord[M]] struct {
	pe.Resource
	identity.ByNumber
	process  *processState
	metadata *workload.Metadata
}

// UpgradeState implements [resource.ResourceWithUpgradeState].
func (r *scheduleResource[M, P]) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return workload.Upgraders()
}

// reach returns the scheduling API that the server has, or reports why it cannot be used.
func (r *scheduleResource[M, P]) reach(ctx context.Context, what string, diags *diag.Diagnostics) (scheduling.API, bool) {
	if !r.Ready(what, diags) {
		return nil, false
	}
	api, err := r.process.api(ctx, r.Clients)
	if err != nil {
		r.Report(diags, pe.Failure{Summary: what, Err: err})
		return nil, false
	}
	return api, true
}

// inState notes that a schedule is in the state, so that no later apply looks for it.
func (r *scheduleResource[M, P]) inState(state P) {
	if r.Known() {
		r.Journal.Seen(scheduling.Collection(r.Orchestrator), state.schedule().ID.ValueString())
	}
}

// adviceOnReading is for requests that hold no query of the user's: whoever is refused may not look at schedules.
func (r *scheduleResource[M, P]) adviceOnReading() map[string]string {
	lacking := launchreport.Lacking(launchreport.View, r.TokenOrigin)
	return map[string]string{orchestrator.KindNotPermitted: lacking, orchestrator.KindQueryError: lacking}
}

// Read implements [resource.Resource].
func (r *scheduleResource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	known := *state
	identity.Keep(ctx, req.State, resp.Identity, &resp.Diagnostics)
	memo := schedulememo.Read(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	if resp.Diagnostics.HasError() || state.schedule().tried() {
		return
	}
	if state.schedule().moved() {
		r.readMoved(ctx, state, resp)
		return
	}
	what := state.title() + " was not read"
	api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	reported, err := r.locate(ctx, api, state, memo)
	switch {
	case errors.Is(err, scheduling.ErrGone):
		r.gone(ctx, state, resp)
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: r.adviceOnReading()})
		return
	}
	if memo.IsAnother(reported) {
		resp.Diagnostics.AddError(what, fmt.Sprintf("Schedule %s on this server is not the one in the state: its userdata names another "+
			"creation. Check that the provider is configured for the Puppet Enterprise that the state belongs to. If that one was replaced, or "+
			"restored from a backup, have the state forget the schedule (terraform state rm <address>), and import the one that took its place, "+
			"or apply to create it.", reported.ID))
		return
	}
	if !reported.Enabled && !reported.FinishedOnce() {
		r.gone(ctx, state, resp)
		return
	}
	m := state.schedule()
	if id := m.ID.ValueString(); memo.Migrated(api.Version()) && memo.Owner == "" && reported.ID != id {
		resp.Diagnostics.AddWarning(state.title()+" was found again by its content",
			fmt.Sprintf("The server was upgraded before an apply had noted the owner of schedule %s. Schedule %s, which belongs "+
				"to %q, runs the same at the same times; this resource follows that one now.",
				id, reported.ID, reported.Owner.Login))
	}
	if reported.Period() == 0 && reported.LastRun == nil && reported.NextRun == "" && m.over(r.ServerNow()) {
		// The record does not say whether it has run.
		reported.LastRun, _ = r.foundRun(ctx, state, &resp.Diagnostics)
	}
	var lost bool
	reported.Input, lost = r.readBesides(ctx, state, &memo, reported.Input, &resp.Diagnostics)
	fill(state, reported, r.ServerNow(), &resp.Diagnostics)
	m.URL = types.StringValue(api.URL(reported.ID))
	if lost {
		state.loseSecrets()
	}
	memo.API, memo.Owner = api.Version(), reported.Owner.Login
	memo.Write(ctx, resp.Private, &resp.Diagnostics)
	identity.Refresh(ctx, &resp.State, resp.Identity, &known, (*M)(state), &resp.Diagnostics)
}

// Update implements [resource.Resource]. Only what has changed is sent: a start that has passed would be refused if it were sent again.
func (r *scheduleResource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, config := P(new(M)), P(new(M)), P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, config)...)
	memo := schedulememo.Read(ctx, req.Private, &resp.Diagnostics)
	inputChanged := len(pe.ChangedAttributes(req.Plan, req.State, plan.inputs(), workload.Normal, &resp.Diagnostics)) > 0 ||
		!plan.enforcesLike(state)
	if resp.Diagnostics.HasError() {
		return
	}
	memo.Imported = false
	memo.Start = config.schedule().start().Unix()
	if !state.schedule().ended() {
		what := plan.title() + " was not changed"
		api, ok := r.reach(ctx, what, &resp.Diagnostics)
		if !ok {
			return
		}
		changes := r.changes(plan, state, memo, &resp.Diagnostics)
		if inputChanged {
			input := plan.input(ctx, r.Clients, config, &resp.Diagnostics)
			changes.Input = &input
			memo.Sent(state.uses(), config.uses(), &resp.Diagnostics)
		}
		if changes.Times == nil && !changes.Empty() && plan.schedule().over(r.ServerNow()) {
			reportPassed[M](plan, what, &resp.Diagnostics)
		}
		if resp.Diagnostics.HasError() || !r.fillNodes(ctx, plan, state, &resp.Diagnostics) {
			return
		}
		if err := r.edit(ctx, api, state, memo, changes); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Attributes: plan.faults()})
			return
		}
		if changes.Times != nil {
			plan.schedule().NextRun = plan.schedule().runTime(changes.Times.Start)
		}
	}
	plan.schedule().settle(state.schedule())
	identity.Save(ctx, &resp.State, resp.Identity, plan, &resp.Diagnostics)
	memo.Write(ctx, resp.Private, &resp.Diagnostics)
}

// reportPassed reports a change that comes too late: the schedule was still to run when the plan was made.
func reportPassed[M any, P scheduleRecord[M]](plan P, what string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("scheduled_time"), what+", because it has run",
		fmt.Sprintf("It was to run once, at %s, which has passed since this plan was made: it ran as it was before. Plan again. To have it "+
			"run with the change, give another `scheduled_time`.", plan.schedule().ScheduledTime.ValueString()))
}

// edit sends the changes of a schedule. Where schedules cannot be changed in place, it only adopts into the state what the server does not
// report.
func (r *scheduleResource[M, P]) edit(
	ctx context.Context, api scheduling.API, state P, memo schedulememo.Memo, changes scheduling.Changes,
) error {
	if !api.Capabilities().InPlace || changes.Empty() {
		return nil
	}
	id, err := r.idOnServer(ctx, api, state, memo)
	if err != nil {
		return err
	}
	return api.Update(ctx, id, changes)
}

// changes are the parts of a schedule, beside its input, that differ between the plan and the state. The input is replaced as a whole,
// secrets included, when anything about it has changed.
func (r *scheduleResource[M, P]) changes(plan, state P, memo schedulememo.Memo, diags *diag.Diagnostics) scheduling.Changes {
	planned, prior := plan.schedule(), state.schedule()
	var changes scheduling.Changes
	if !planned.Environment.Equal(prior.Environment) {
		changes.Environment = planned.Environment.ValueStringPointer()
	}
	if description := planned.Description.ValueString(); description != prior.Description.ValueString() {
		changes.Description = &description
	}
	if !planned.UserdataAll.Equal(prior.UserdataAll) {
		changes.Userdata = marked(r.Userdata(planned.ownUserdata(diags)), memo.RequestID)
	}
	if !scheduling.SameInstant(planned.start(), prior.start()) || planned.every() != prior.every() {
		times := r.timesFromNow(planned)
		changes.Times = &times
	}
	return changes
}

// Delete implements [resource.Resource].
func (r *scheduleResource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	memo := schedulememo.Read(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.inState(state)
	what := state.title() + " was not deleted"
	api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	id, err := r.idOnServer(ctx, api, state, memo)
	if err == nil {
		err = api.Remove(ctx, id)
	}
	if err == nil || errors.Is(err, scheduling.ErrGone) {
		return
	}
	r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: map[string]string{
		orchestrator.KindNotPermitted: "Deleting the schedule of another user needs a permission of its own (Scheduled jobs: Delete another " +
			"user's scheduled jobs).",
		orchestrator.KindQueryError: r.adviceOnReading()[orchestrator.KindQueryError],
	}})
}
