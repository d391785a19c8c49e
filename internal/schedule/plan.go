// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/restmove"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It decides what a change does to an existing schedule, and refuses what the
// server would refuse.
func (r *scheduleResource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || restmove.Unread(ctx, req.State, "scheduled_time", &resp.Diagnostics) {
		return
	}
	plan := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.planCreate(ctx, req, resp, plan)
		return
	}
	state := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.inState(state)
	r.planUpdate(ctx, req, resp, plan, state)
}

func (r *scheduleResource[M, P]) planCreate(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan P,
) {
	if len(r.Unknown) == 0 {
		what := plan.title() + " cannot be planned"
		api, ok := r.reach(ctx, what, &resp.Diagnostics)
		if !ok {
			return
		}
		if err := r.process.mismatch(ctx, r.Clients); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
			return
		}
		r.checkSupported(api, req, plan, &resp.Diagnostics)
		r.planUserdata(plan.schedule(), api, &resp.Diagnostics)
	}
	r.checkFuture(plan, "", &resp.Diagnostics)
	plan.schedule().NextRun = plan.schedule().firstRun()
	r.checkRun(ctx, req, plan, &resp.Diagnostics)
	r.planNodes(ctx, plan, nil, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// checkRun compares what a schedule is to run with what the server knows.
func (r *scheduleResource[M, P]) checkRun(ctx context.Context, req resource.ModifyPlanRequest, plan P, diags *diag.Diagnostics) {
	config := P(new(M))
	diags.Append(tfvalue.Decode(ctx, req.Config, config)...)
	r.metadata.Check(ctx, r.Clients, config.uses().WithPlanned(plan.uses()), diags)
}

// checkSupported refuses attributes that the server's scheduling API does not have.
func (r *scheduleResource[M, P]) checkSupported(api scheduling.API, req resource.ModifyPlanRequest, plan P, diags *diag.Diagnostics) {
	unsupported := api.Capabilities().Unsupported[plan.scheduleType()]
	if len(unsupported) == 0 {
		return
	}
	var planned map[string]tftypes.Value
	if err := req.Plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return
	}
	for _, name := range unsupported {
		if value := planned[name]; !value.IsNull() {
			diags.AddAttributeError(path.Root(name), "The server's schedules do not have this",
				fmt.Sprintf("`%s` needs the scheduling API of PE 2021.7 or newer, and the server has the older one (schedule_%s). Remove it, or "+
					"upgrade the server.", name, plan.scheduleType()))
		}
	}
}

func (r *scheduleResource[M, P]) planUpdate(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state P,
) {
	asked := *plan
	planned, prior := plan.schedule(), state.schedule()
	what := plan.title() + " cannot be planned"
	if (prior.recurs() || planned.recurs()) && !scheduling.SameInstant(planned.start(), prior.start()) && len(r.Unknown) == 0 {
		// What has passed decides, and an apply, which plans once more, has to find the same: the server's clock is known once it was
		// asked.
		if _, ok := r.reach(ctx, what, &resp.Diagnostics); !ok {
			return
		}
	}
	timeChanged := planned.keepTimes(prior, r.ServerNow())
	memo := schedulememo.Read(ctx, req.Private, &resp.Diagnostics)
	planned.keepOutputs(prior)
	keepNodes(plan, state)
	pe.SetPlan(ctx, &resp.Plan, &asked, (*M)(plan), &resp.Diagnostics)

	switch {
	case prior.ended():
		r.planEnded(ctx, req, resp, plan, prior, memo, timeChanged)
		r.checkReplaced(ctx, req, resp, plan, state, memo)
		return
	case prior.Status.ValueString() == statusDisabled:
		r.planAgain(ctx, resp, plan, prior, memo)
		r.checkReplaced(ctx, req, resp, plan, state, memo)
		return
	}
	changed := pe.ChangedAttributes(resp.Plan, req.State, slices.Concat(timeInputs, plan.inputs()), workload.Normal, &resp.Diagnostics)
	if len(changed) == 0 && r.sameUserdata(planned, &resp.Diagnostics) {
		r.planNodes(ctx, plan, state, &resp.Diagnostics)
		return
	}
	api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	if !api.Capabilities().InPlace {
		r.checkSupported(api, req, plan, &resp.Diagnostics)
		r.planReplace(req, resp, plan, state, memo, changed)
		r.checkReplaced(ctx, req, resp, plan, state, memo)
		r.tellNodes(ctx, plan, state, &resp.Diagnostics)
		return
	}
	r.planUserdata(planned, api, &resp.Diagnostics)
	if runsOtherwise(changed, plan.inputs()) {
		r.checkRun(ctx, req, plan, &resp.Diagnostics)
		if plan.runs() == state.runs() {
			r.checkHidden(ctx, req.Config, plan, memo, &resp.Diagnostics)
		}
	}
	if timeChanged {
		r.checkStart(plan, prior, memo, &resp.Diagnostics)
		planned.NextRun = planned.firstRun()
	}
	r.planNodes(ctx, plan, state, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// keepOutputs plans every reported attribute to stay as it is.
func (m *scheduleModel) keepOutputs(prior *scheduleModel) {
	m.ID, m.URL, m.Status, m.NextRun, m.LastRun = prior.ID, prior.URL, prior.Status, prior.NextRun, prior.LastRun
	m.UserdataAll = prior.UserdataAll
}

// runsOtherwise reports whether any of the changed attributes belongs to what is run. inputs are those that do, besides the environment.
func runsOtherwise(changed, inputs []string) bool {
	return slices.ContainsFunc(changed, func(name string) bool { return name == "environment" || slices.Contains(inputs, name) })
}

// keepTimes keeps the prior form of times that still mean the same, and reports whether any means something else. A schedule that has begun
// continues with its runs, whichever of them it is said to begin with.
func (m *scheduleModel) keepTimes(prior *scheduleModel, now time.Time) (changed bool) {
	sameInterval := !m.Interval.IsUnknown() && m.every() == prior.every()
	if sameInterval {
		m.Interval = prior.Interval
	}
	switch {
	case m.ScheduledTime.IsUnknown():
		return true
	case scheduling.SameInstant(m.start(), prior.start()), sameInterval && m.times().ContinueAt(prior.start(), now):
		m.ScheduledTime = prior.ScheduledTime
		return !sameInterval
	default:
		return true
	}
}

// planEnded decides what a change does to a schedule that has run, or should have. Another time schedules it anew, unless it has run at
// that time because somebody has moved it there. Any other change has no effect on runs.
func (r *scheduleResource[M, P]) planEnded(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan P, prior *scheduleModel,
	memo schedulememo.Memo, timeChanged bool,
) {
	planned := plan.schedule()
	movedOutside := memo.Asked(planned.start(), planned.every()) && !scheduling.SameInstant(planned.start(), prior.start())
	switch {
	case timeChanged && movedOutside && !planned.recurs():
		planned.ScheduledTime, planned.Interval = prior.ScheduledTime, prior.Interval
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	case timeChanged:
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("scheduled_time"), path.Root("interval"))
		if !movedOutside {
			r.checkFuture(plan, "", &resp.Diagnostics)
		}
		return
	}
	changed := pe.ChangedAttributes(
		resp.Plan,
		req.State,
		append([]string{"environment", "description", "userdata"}, plan.inputs()...),
		workload.Normal,
		&resp.Diagnostics,
	)
	if len(changed) == 0 {
		return
	}
	const kept = "The change of %s is only kept in the state; give another `scheduled_time` to have it run "
	if prior.completed() {
		resp.Diagnostics.AddWarning(plan.title()+" has run and will not run again",
			fmt.Sprintf("It ran once, at %s. "+kept+"again.", planned.ScheduledTime.ValueString(), strings.Join(changed, ", ")))
		return
	}
	resp.Diagnostics.AddWarning(plan.title()+" will not run any more",
		fmt.Sprintf("It was to run once, at %s, and no run of it is known. "+kept+"after all.",
			planned.ScheduledTime.ValueString(), strings.Join(changed, ", ")))
}

// planAgain plans the creation of a schedule that was disabled or deleted after it had begun.
func (r *scheduleResource[M, P]) planAgain(
	ctx context.Context, resp *resource.ModifyPlanResponse, plan P, prior *scheduleModel, memo schedulememo.Memo,
) {
	plan.schedule().Status = types.StringUnknown()
	resp.RequiresReplace = append(resp.RequiresReplace, path.Root("status"))
	r.checkStart(plan, prior, memo, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planReplace replaces a schedule on a server whose API cannot change one. If it was imported, what the server did not report is adopted
// from the configuration.
func (r *scheduleResource[M, P]) planReplace(
	req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state P, memo schedulememo.Memo, changed []string,
) {
	var wanted, known map[string]tftypes.Value
	if err := errors.Join(req.Plan.Raw.As(&wanted), req.State.Raw.As(&known)); err != nil {
		resp.Diagnostics.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return
	}
	var adopted []string
	for _, name := range changed {
		if memo.Imported && known[name].IsNull() && unreportedByLegacy(name, wanted[name]) {
			adopted = append(adopted, name)
			continue
		}
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
	}
	if len(resp.RequiresReplace) > 0 {
		r.checkStart(plan, state.schedule(), memo, &resp.Diagnostics)
		if memo.Imported && wanted["params"].IsNull() && plan.runs() == state.runs() && plan.scheduleType() != orchestrator.ScheduleDeploy {
			resp.Diagnostics.AddAttributeError(path.Root("params"), plan.title()+" would lose its parameters",
				"It was imported from a server that does not report them, and would be created anew with what the configuration says, which is "+
					"no parameters. Write the ones that it has, or `params = {}` if it has none.")
		}
		return
	}
	if len(adopted) > 0 {
		resp.Diagnostics.AddWarning(plan.title()+" was imported and takes its configuration as it stands",
			fmt.Sprintf("The server does not report %s. What the configuration says is assumed, and the schedule is left as it is.",
				strings.Join(adopted, ", ")))
	}
}

// unreportedByLegacy reports whether the older API does not report an attribute, or leaves out the planned value because it is the default.
func unreportedByLegacy(name string, wanted tftypes.Value) bool {
	switch name {
	case "params", "sensitive_params_version":
		return true
	case "enforce_environment":
		return tfvalue.IsDefaultBool(wanted, true)
	default:
		return tfvalue.IsDefaultBool(wanted, false)
	}
}
