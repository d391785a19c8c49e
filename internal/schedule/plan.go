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

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// scheduleInputs are the attributes of every schedule, beside what it runs, that the server knows.
var scheduleInputs = []string{"scheduled_time", "interval", "environment", "description"}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It decides what a change does to a schedule that exists, and
// refuses what the server would refuse.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	plan := r.kind.newRecord()
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.planCreate(ctx, req, resp, plan)
		return
	}
	state := r.kind.newRecord()
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.inState(state)
	r.planUpdate(ctx, req, resp, plan, state)
}

func (r *scheduleResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan scheduleRecord) {
	if len(r.Unknown) == 0 {
		_, api, ok := r.reach(ctx, plan.subject()+" cannot be planned", &resp.Diagnostics)
		if !ok {
			return
		}
		r.checkAPI(api, req, &resp.Diagnostics)
		r.planUserdata(ctx, plan, api, &resp.Diagnostics)
	}
	if !plan.schedule().recurs() || !r.replaces(ctx, req, plan, &resp.Diagnostics) {
		r.checkFuture(plan, &resp.Diagnostics)
	}
	r.checkRun(ctx, req, plan, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// checkRun compares what a schedule is to run with what the server knows.
func (r *scheduleResource) checkRun(ctx context.Context, req resource.ModifyPlanRequest, plan scheduleRecord, diags *diag.Diagnostics) {
	planned, ok := plan.uses()
	if !ok {
		return
	}
	config := r.kind.newRecord()
	diags.Append(req.Config.Get(ctx, config)...)
	configured, _ := config.uses()
	r.metadata.Check(ctx, r.Clients, configured.In(planned), diags)
}

// replaces reports whether a schedule that is planned for creation replaces one with the same start. It may have begun in the past
// then. Terraform plans a replacement as a change, which refuses another time that has passed, and then again as a creation: with
// the private state of what is replaced while it plans, and after that was deleted while it applies.
func (r *scheduleResource) replaces(ctx context.Context, req resource.ModifyPlanRequest, plan scheduleRecord, diags *diag.Diagnostics) bool {
	if readScheduleMemo(ctx, req.Private, diags) != (scheduleMemo{}) {
		return true
	}
	deleted := false
	m := plan.schedule()
	r.deleted.Range(func(key, _ any) bool {
		start, ok := key.(scheduleStart)
		deleted = ok && start.kind == r.kind.scheduleType() && onGrid(m.start(), time.Unix(start.at, 0), m.every())
		return !deleted
	})
	return deleted
}

// scheduleStart is what a schedule and the one that replaces it have in common, when the time of the first run has not changed.
type scheduleStart struct {
	kind string
	at   int64
}

func startOf(kind scheduleKind, record scheduleRecord) scheduleStart {
	return scheduleStart{kind: kind.scheduleType(), at: record.schedule().start().Unix()}
}

// planUserdata says what the userdata will be, as far as it is known.
func (r *scheduleResource) planUserdata(ctx context.Context, plan scheduleRecord, api schedulingAPI, diags *diag.Diagnostics) {
	m := plan.schedule()
	m.UserdataAll = types.MapUnknown(types.StringType)
	switch {
	case api == legacyJobs:
		m.UserdataAll = types.MapNull(types.StringType)
	case tfvalue.IsWhollyKnown(m.Userdata):
		m.UserdataAll = userdataFor(r.Clients, r.ownUserdata(ctx, plan, diags))
	}
}

// checkAPI refuses attributes that the server's scheduling API does not have.
func (r *scheduleResource) checkAPI(api schedulingAPI, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	if api != legacyJobs {
		return
	}
	var planned map[string]tftypes.Value
	if err := req.Plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return
	}
	for _, name := range append(slices.Clone(r.kind.newerOnly()), "userdata") {
		if value := planned[name]; !value.IsNull() {
			diags.AddAttributeError(path.Root(name), "The server's schedules do not have this",
				fmt.Sprintf("`%s` needs the scheduling API of PE 2021.7 or newer, and the server has the older one (schedule_%s). Remove it, or upgrade the server.", name, r.kind.scheduleType()))
		}
	}
}

// checkStart refuses a time that has passed, of a schedule that exists, where it would have to be sent. One that recurs goes on with
// its next run instead, unless it is the configuration that has moved it.
func (r *scheduleResource) checkStart(plan scheduleRecord, prior *scheduleModel, memo scheduleMemo, diags *diag.Diagnostics) {
	m := plan.schedule()
	asked := memo.asked(m.start(), m.every())
	if m.recurs() && (asked || memo.Imported || sameInstant(m.start(), prior.start())) {
		return
	}
	outside := ""
	if asked && !sameInstant(m.start(), prior.start()) {
		outside = fmt.Sprintf("Schedule %s now begins at %s, changed outside of Terraform. ", prior.ID.ValueString(), prior.ScheduledTime.ValueString())
	}
	r.checkFutureOf(plan, outside, diags)
}

// checkFuture refuses a time that has passed.
func (r *scheduleResource) checkFuture(plan scheduleRecord, diags *diag.Diagnostics) {
	r.checkFutureOf(plan, "", diags)
}

// checkFutureOf is checkFuture that also says why the time matters, in sentences that end with a space.
func (r *scheduleResource) checkFutureOf(plan scheduleRecord, why string, diags *diag.Diagnostics) {
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
		advice = fmt.Sprintf("Give a time in the future. The next run of this schedule would be %s.", tfvalue.APITime(nextOnGrid(start, m.every(), now).Truncate(time.Second)))
	}
	if why != "" {
		advice = "Give a time in the future, or the one that it begins at now."
	}
	diags.AddAttributeError(path.Root("scheduled_time"), "The scheduled time has passed",
		why+fmt.Sprintf("%s was to begin at %s. %s; Puppet Enterprise refuses a start in the past.\n\n%s", plan.subject(), m.ScheduledTime.ValueString(), clocks, advice))
}

func (r *scheduleResource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state scheduleRecord) {
	planned, prior := plan.schedule(), state.schedule()
	if prior.recurs() && !sameInstant(planned.start(), prior.start()) && len(r.Unknown) == 0 {
		// What has passed decides, and an apply, which plans once more, has to find the same: the server's clock is known once it was asked.
		if _, _, ok := r.reach(ctx, plan.subject()+" cannot be planned", &resp.Diagnostics); !ok {
			return
		}
	}
	timeChanged := planned.keepTimes(prior, r.ServerNow())
	memo := readScheduleMemo(ctx, req.Private, &resp.Diagnostics)
	// Whatever is not said below stays as it is.
	planned.ID, planned.URL, planned.Status, planned.NextRun, planned.LastRun = prior.ID, prior.URL, prior.Status, prior.NextRun, prior.LastRun
	planned.UserdataAll = prior.UserdataAll
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)

	if prior.ended() {
		r.planEnded(ctx, req, resp, plan, prior, memo, timeChanged)
		return
	}
	if prior.Status.ValueString() == statusDisabled {
		r.planAgain(ctx, resp, plan, prior, memo)
		return
	}
	changed := pe.ChangedAttributes(resp.Plan, req.State, append(slices.Clone(scheduleInputs), r.kind.inputs()...), &resp.Diagnostics)
	if len(changed) == 0 && r.sameUserdata(ctx, plan, &resp.Diagnostics) {
		return
	}
	_, api, ok := r.reach(ctx, plan.subject()+" cannot be planned", &resp.Diagnostics)
	if !ok {
		return
	}
	if api == legacyJobs {
		r.checkAPI(api, req, &resp.Diagnostics)
		r.planReplace(ctx, req, resp, plan, changed)
		if len(resp.RequiresReplace) > 0 {
			memo.Imported = false // a replacement begins where the configuration says
			r.checkStart(plan, prior, memo, &resp.Diagnostics)
		}
		return
	}
	r.planUserdata(ctx, plan, api, &resp.Diagnostics)
	if runsOtherwise(changed, r.kind) {
		r.checkRun(ctx, req, plan, &resp.Diagnostics)
	}
	if timeChanged {
		r.checkStart(plan, prior, memo, &resp.Diagnostics)
		planned.NextRun = types.StringUnknown()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// runsOtherwise reports whether something of what is run is among changed attributes.
func runsOtherwise(changed []string, kind scheduleKind) bool {
	return slices.ContainsFunc(changed, func(name string) bool { return name == "environment" || slices.Contains(kind.inputs(), name) })
}

// keepTimes keeps the prior form of times that mean the same by now, and reports whether any means something else. A schedule that has
// begun goes on at its runs, whichever of them it is said to begin with.
func (m *scheduleModel) keepTimes(prior *scheduleModel, now time.Time) (changed bool) {
	sameInterval := !m.Interval.IsUnknown() && m.every() == prior.every()
	if sameInterval {
		m.Interval = prior.Interval
	}
	switch {
	case m.ScheduledTime.IsUnknown():
		return true
	case sameInstant(m.start(), prior.start()), sameInterval && goesOn(prior.start(), m.start(), m.every(), now):
		m.ScheduledTime = prior.ScheduledTime
		return !sameInterval
	default:
		return true
	}
}

// sameUserdata reports whether the userdata that the configuration and the provider's defaults want is there.
func (r *scheduleResource) sameUserdata(ctx context.Context, plan scheduleRecord, diags *diag.Diagnostics) bool {
	m := plan.schedule()
	if m.UserdataAll.IsNull() {
		return m.Userdata.IsNull()
	}
	return tfvalue.IsWhollyKnown(m.Userdata) && m.UserdataAll.Equal(userdataFor(r.Clients, r.ownUserdata(ctx, plan, diags)))
}

// planEnded decides what a change does to a schedule that has run, or would have: another time schedules it anew, unless it has run at that
// other time because somebody has moved it there, and anything else runs nothing any more.
func (r *scheduleResource) planEnded(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan scheduleRecord, prior *scheduleModel,
	memo scheduleMemo, timeChanged bool,
) {
	planned := plan.schedule()
	movedOutside := memo.asked(planned.start(), planned.every()) && !sameInstant(planned.start(), prior.start())
	switch {
	case timeChanged && movedOutside && !planned.recurs():
		planned.ScheduledTime, planned.Interval = prior.ScheduledTime, prior.Interval
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	case timeChanged:
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("scheduled_time"), path.Root("interval"))
		if !movedOutside {
			r.checkFuture(plan, &resp.Diagnostics)
		}
		return
	}
	changed := pe.ChangedAttributes(resp.Plan, req.State, append([]string{"environment"}, r.kind.inputs()...), &resp.Diagnostics)
	if len(changed) == 0 {
		return
	}
	const kept = "The change of %s is only kept in the state; give another `scheduled_time` to have it run "
	if prior.completed() {
		resp.Diagnostics.AddWarning(plan.subject()+" has run and will not run again",
			fmt.Sprintf("It ran once, at %s. "+kept+"again.", planned.ScheduledTime.ValueString(), strings.Join(changed, ", ")))
		return
	}
	resp.Diagnostics.AddWarning(plan.subject()+" will not run any more",
		fmt.Sprintf("It was to run once, at %s, and no run of it is known. "+kept+"after all.", planned.ScheduledTime.ValueString(), strings.Join(changed, ", ")))
}

// planAgain creates a schedule again that somebody has disabled or deleted after it had begun.
func (r *scheduleResource) planAgain(ctx context.Context, resp *resource.ModifyPlanResponse, plan scheduleRecord, prior *scheduleModel, memo scheduleMemo) {
	planned := plan.schedule()
	planned.Status = types.StringUnknown()
	resp.RequiresReplace = append(resp.RequiresReplace, path.Root("status"))
	memo.Imported = false // a replacement begins where the configuration says
	r.checkStart(plan, prior, memo, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planReplace replaces a schedule on a server whose API cannot change one. Of one that was imported, what the server did not
// tell is taken over from the configuration.
func (r *scheduleResource) planReplace(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan scheduleRecord, changed []string) {
	memo := readScheduleMemo(ctx, req.Private, &resp.Diagnostics)
	var wanted, prior map[string]tftypes.Value
	if err := errors.Join(req.Plan.Raw.As(&wanted), req.State.Raw.As(&prior)); err != nil {
		resp.Diagnostics.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return
	}
	var adopted []string
	for _, name := range changed {
		if memo.Imported && prior[name].IsNull() && untoldByLegacy(name, wanted[name]) {
			adopted = append(adopted, name)
			continue
		}
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
	}
	if len(adopted) > 0 && len(resp.RequiresReplace) == 0 {
		resp.Diagnostics.AddWarning(plan.subject()+" was imported and takes over its configuration",
			fmt.Sprintf("The server does not tell %s. The configuration is believed, and the schedule is left as it is.", strings.Join(adopted, ", ")))
	}
}

// untoldByLegacy reports whether the older API does not tell an attribute, or leaves out the value that is planned because it is
// the default.
func untoldByLegacy(name string, wanted tftypes.Value) bool {
	switch name {
	case "params", "sensitive_params_version":
		return true
	case "enforce_environment":
		return tfvalue.IsBool(wanted, true)
	default:
		return tfvalue.IsBool(wanted, false)
	}
}
