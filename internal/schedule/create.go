// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/caller"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Create implements [resource.Resource]. The answer and the plan hold every attribute, so one request is enough.
func (r *scheduleResource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config := P(new(M)), P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api, ok := r.reach(ctx, plan.title()+" was not created", &resp.Diagnostics)
	if !ok {
		return
	}
	request := r.request(ctx, plan, config, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.fillNodes(ctx, plan, nil, &resp.Diagnostics) {
		return
	}
	result, err := api.Create(ctx, request)
	if err != nil {
		r.reportCreate(plan, api, err, &resp.Diagnostics)
		return
	}
	m := plan.schedule()
	m.created(result.ID, api.URL(result.ID), r.createdUserdata(m, api, &resp.Diagnostics), request.Times.Start)
	identity.Save(ctx, &resp.State, resp.Identity, plan, &resp.Diagnostics)
	schedulememo.Memo{
		API: api.Version(), RequestID: result.RequestID, Start: m.start().Unix(), Secret: workload.NamesOf(config.uses().Sensitive),
		Besides: schedulememo.Besides{Known: true},
	}.Write(ctx, resp.Private, &resp.Diagnostics)
	launchreport.Schedule(plan.title()).Report(result, false, &resp.Diagnostics)
	if caller.Waits(ctx) {
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
		Times:       r.timesFromNow(m),
		Input:       plan.input(ctx, r.Clients, config, diags),
		Userdata:    r.Userdata(m.ownUserdata(diags)),
		Fingerprint: pe.Fingerprint(collection, raw, slices.Concat(plan.inputs(), timeInputs), workload.Normal, diags),
	}
}

// timesFromNow are the times of a schedule as they are sent: the server takes no start that has passed, so that one that recurs begins with
// its next run.
func (r *scheduleResource[M, P]) timesFromNow(m *scheduleModel) scheduling.Times {
	times := m.times()
	times.Start = times.FirstFrom(r.ServerNow())
	return times
}

// reportCreate reports why a schedule was not created, or that nobody knows.
func (r *scheduleResource[M, P]) reportCreate(plan P, api scheduling.API, err error, diags *diag.Diagnostics) {
	schedule := launchreport.Schedule(plan.title())
	var unclear *launch.UnclearError
	if errors.As(err, &unclear) {
		schedule.Unclear(api.URL(unclear.ID), unclear, diags)
		return
	}
	var unreadable *scheduling.UnreadableError
	if errors.As(err, &unreadable) {
		r.Report(diags, pe.Failure{
			Summary: schedule.NotDone() + ", because it could not be read back", Err: err, Note: "Nothing was created.",
			Advice: r.adviceOnReading(),
		})
		return
	}
	f := pe.Failure{Summary: schedule.NotDone(), Err: err, Attributes: plan.faults()}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary, f.Note = schedule.NotKnown(), schedule.Lost(lost, r.Redactor.Line)
	}
	r.Report(diags, f)
}
