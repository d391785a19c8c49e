// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// ImportState implements [resource.ResourceWithImportState]. Everything that the server reports is filled in.
func (r *scheduleResource[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, ok := identity.Imported(ctx, req, identity.Form{
		Valid: orchestrator.IsID, Summary: "The import id is not a positive number",
		Rule: "is not the id of a schedule. Schedules are imported by their number, such as 7, which is the last part of their URL.",
	}, &resp.Diagnostics)
	if !ok {
		return
	}
	what := "Schedule " + id + " was not imported"
	api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	record := P(new(M))
	reported, err := api.Read(ctx, id)
	switch {
	case errors.Is(err, scheduling.ErrGone):
		resp.Diagnostics.AddError(what, "The server has no such schedule. A schedule that was disabled, or that was to run once and has run, "+
			"may be gone from its list.")
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: r.adviceOnReading()})
		return
	case reported.Type != record.scheduleType():
		resp.Diagnostics.AddError(what,
			fmt.Sprintf("It is the schedule of a %[1]s. Import it as pe_scheduled_%[1]s.",
				visible.Line(reported.Type, visible.LongestName)))
		return
	case !reported.Enabled:
		resp.Diagnostics.AddError(what,
			"It is disabled, which is how Puppet Enterprise deletes schedules and cannot be undone. Create a new one instead.")
		return
	}
	record = r.record(api, reported, &resp.Diagnostics)
	if params := reported.Input.Params; reported.Type == orchestrator.SchedulePlan && len(params) > 0 {
		targets := r.metadata.TargetParams(ctx, r.Clients, reported.Environment, reported.Input.Name)
		workload.WarnOfQueries(id, params, targets, &resp.Diagnostics)
	}
	memo := schedulememo.Memo{
		API: api.Version(), RequestID: launch.RequestID(reported.Userdata), Owner: reported.Owner.Login, Imported: true,
		Besides: schedulememo.Besides{Known: true},
	}
	memo.Besides.Read(reported.Input, nil, schedulememo.InClear(record.uses()))
	warnOfUnreported(id, reported, memo.Besides.Hidden, &resp.Diagnostics)
	identity.Save(ctx, &resp.State, resp.Identity, record, &resp.Diagnostics)
	memo.Write(ctx, resp.Private, &resp.Diagnostics)
}

// warnOfUnreported warns of what an imported schedule has and the server does not show: a change would leave it out.
func warnOfUnreported(id string, reported scheduling.Schedule, hidden []string, diags *diag.Diagnostics) {
	switch {
	case reported.Type == orchestrator.ScheduleDeploy:
	case reported.Input.Params == nil:
		diags.AddWarning("The parameters of schedule "+id+" are not known",
			"Servers before PE 2021.7 do not report them, and cannot change a schedule in place. Write the ones that it has into `params` and "+
				"`sensitive_params` before anything else, or `params = {}` if it has none: what is written is taken as it stands then. Without "+
				"them, the next change would create it anew without parameters.")
	case len(hidden) > 0:
		diags.AddWarning("Schedule "+id+" has secrets that are not in the state",
			fmt.Sprintf("Puppet Enterprise does not show the values of %s. Give them in `sensitive_params`, with a `sensitive_params_version`: "+
				"a change of what the schedule runs replaces all of its parameters.", prose.List(prose.Backquoted(hidden))))
	}
}

// record is what becomes of a schedule that nothing was known of.
func (r *scheduleResource[M, P]) record(api scheduling.API, reported scheduling.Schedule, diags *diag.Diagnostics) P {
	record := P(new(M))
	record.imported(reported.Input, diags)
	m := record.schedule()
	m.Userdata = importedUserdata(r.Clients, reported.Userdata, diags)
	fill(record, reported, r.ServerNow(), diags)
	m.URL = types.StringValue(api.URL(reported.ID))
	return record
}
