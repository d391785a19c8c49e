package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Create implements [resource.Resource]. The answer and the plan hold every attribute, so one request is enough.
func (r *scheduleResource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config := P(new(M)), P(new(M))
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api, ok := r.reach(ctx, plan.title()+" was not created", &resp.Diagnostics)
	if !ok {
		return
	}
	request := r.request(ctx, plan, config, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	result, err := api.Create(ctx, request)
	if err != nil {
		r.reportCreate(plan, err, &resp.Diagnostics)
		return
	}
	m := plan.schedule()
	m.created(result.ID, api.URL(result.ID), r.createdUserdata(m, api, &resp.Diagnostics), request.Times.Start)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	scheduleMemo{API: api.Version(), RequestID: result.RequestID, Start: m.start().Unix()}.write(ctx, resp.Private, &resp.Diagnostics)
	reportCreated(plan.title(), result, &resp.Diagnostics)
	if ctx.Err() == nil {
		r.Journal.Deliver(scheduling.Collection(r.Orchestrator), result.ID)
	}
}

// request builds the schedule that a plan asks for.
func (r *scheduleResource[M, P]) request(ctx context.Context, plan, config P, raw tfsdk.Plan, diags *diag.Diagnostics) scheduling.Request {
	m := plan.schedule()
	collection := plan.scheduleType() + " " + scheduling.Collection(r.Orchestrator)
	return scheduling.Request{
		Type:        plan.scheduleType(),
		Environment: m.Environment.ValueString(),
		Description: m.Description.ValueStringPointer(),
		Times:       r.timesFromNow(m, plan.title()+" was not created", diags),
		Input:       plan.input(ctx, r.Clients, config, diags),
		Userdata:    r.Userdata(m.ownUserdata(diags)),
		Fingerprint: pe.Fingerprint(collection, raw, slices.Concat(plan.inputs(), timeInputs), workload.Normal, diags),
	}
}

// timesFromNow are the times of a schedule as they are sent: the server takes no start that has passed. What the plan has shown as the
// next run is kept, and has to lie in the future, too.
func (r *scheduleResource[M, P]) timesFromNow(m *scheduleModel, what string, diags *diag.Diagnostics) scheduling.Times {
	times, now := m.times(), r.ServerNow()
	times.Start = times.FirstFrom(now)
	shown := tfvalue.Time(m.NextRun)
	if shown.IsZero() || scheduling.SameInstant(times.Start, shown) {
		return times
	}
	if !shown.After(now) {
		diags.AddAttributeError(path.Root("scheduled_time"), what,
			fmt.Sprintf("The plan has %s as its first run, and that has passed since. Plan again.", m.NextRun.ValueString()))
	}
	times.Start = shown
	return times
}

// reportCreated reports what is worth knowing about a successful creation.
func reportCreated(title string, result launch.Result, diags *diag.Diagnostics) {
	switch {
	case result.Earlier:
		diags.AddWarning(title+" was created by an earlier apply",
			fmt.Sprintf("That apply was killed, or had no clear answer, after it had created schedule %s, so the state did not know of it. It "+
				"is taken over, and no second one is created.", result.ID))
	case result.Adopted && result.RequestID == "":
		diags.AddWarning("It was not clear at first whether the "+prose.LowerFirst(title)+" was created",
			fmt.Sprintf("Schedule %s has turned up since, with the content that was asked for, and was not there before, so it is taken over "+
				"as the new one. Schedules of a server before PE 2021.7 carry nothing else to recognize them by.", result.ID))
	}
	if len(result.Others) > 0 {
		diags.AddWarning(title+" was created more than once",
			fmt.Sprintf("It was not known what had become of the creation, so it was sent again, and the server has carried it out several "+
				"times. This resource manages schedule %s. The others run as well: %s. Delete them in the "+
				"console.", result.ID, prose.List(result.Others)))
	}
	if result.Past.LaunchedElsewhere {
		diags.AddWarning(title+" is created twice at once", "Another apply that works in the same directory at this moment has created the "+
			"same schedule. Both exist, and only the state that is written last is kept. Do not apply with -lock=false.")
	}
}

// reportCreate reports why a schedule was not created, or that nobody knows.
func (r *scheduleResource[M, P]) reportCreate(plan P, err error, diags *diag.Diagnostics) {
	var unclear *launch.UnclearError
	if errors.As(err, &unclear) {
		r.reportUnclear(plan.title(), unclear.ID, diags)
		return
	}
	f := pe.Failure{Summary: plan.title() + " was not created", Err: err, Attributes: plan.faults()}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary = "It is not known whether the " + prose.LowerFirst(plan.title()) + " was created"
		f.Note = r.lostSchedule(lost)
	}
	r.Report(diags, f)
}

// reportUnclear says what to do about a schedule that may belong to another resource.
func (r *scheduleResource[M, P]) reportUnclear(title, id string, diags *diag.Diagnostics) {
	diags.AddError(fmt.Sprintf("It is not known whether the %s is schedule %s", prose.LowerFirst(title), id), fmt.Sprintf(
		"An earlier apply created schedule %[1]s with the same content and handed it to Terraform. No refresh has seen it in the state "+
			"since: either another resource has it, or the state was not written. Nothing is created as long as that is not known.\n\nIf the "+
			"state was not written, push it (terraform state push errored.tfstate), or import the schedule: terraform import <address> %[1]s. "+
			"If another resource has it, apply without -target and -refresh=false, so that it is seen there.", id))
}

// lostSchedule says what to look for when the answer to the creation of a schedule was lost.
func (r *scheduleResource[M, P]) lostSchedule(lost *launch.LostError) string {
	text := lost.Fate() + " It was not sent again, so that there are not two schedules. "
	switch {
	case errors.Is(lost, launch.ErrKilled):
		text = "Nothing is created as long as that is not known. "
	case lost.Sends > 1:
		text = fmt.Sprintf("%s It had been sent %d times, each time after the schedule had been looked for and was not there. ",
			lost.Fate(), lost.Sends)
	}
	switch {
	case lost.Looked != nil:
		text += "The list of schedules could not be read: " + r.Sentence(lost.Looked.Error())
	case len(lost.Candidates) > 0:
		text += fmt.Sprintf("The server has new schedules with this content: %s.", prose.List(lost.Candidates))
	case len(lost.Before) > 0:
		text += fmt.Sprintf("No new one is in the list of schedules. These have the same content, and were there before or belong to other "+
			"resources: %s.", prose.List(lost.Before))
	default:
		text += "It is not in the list of schedules."
	}
	if lost.Noted {
		return text + "\n\nApply again, in the same directory: it is looked for once more and taken over if it is there, and created if it " +
			"is not."
	}
	return text + "\n\nLook for it in the console. If it is there, import it: terraform import <address> <id>. If it is not there, apply " +
		"again."
}
