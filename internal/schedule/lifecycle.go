package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/job"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// scheduleResource is the lifecycle that schedules of tasks, deploys and plans share, on both of PE's scheduling APIs.
type scheduleResource struct {
	pe.Resource
	*scheduleState
	metadata *workload.Metadata
	kind     scheduleKind
}

// scheduleKind is what is particular to one resource.
type scheduleKind interface {
	// scheduleType is the type of the schedule in the API.
	scheduleType() string
	// newRecord returns an empty model.
	newRecord() scheduleRecord
	// inputs are the attributes that make up the input of the newer API.
	inputs() []string
	// newerOnly are the attributes that the older API does not have.
	newerOnly() []string
	// body builds what is run. config holds the write-only values, which the plan lacks.
	body(ctx context.Context, c *pe.Clients, plan, config scheduleRecord, diags *diag.Diagnostics) scheduleBody
	// createLegacy creates the schedule through the older API.
	createLegacy(ctx context.Context, c *pe.Clients, r scheduleRequest) (orchestrator.Ref, error)
	// findRun looks for what a schedule has started at a time or later. It is nil when there is nothing. Ids of schedules from before
	// an upgrade of the server may belong to others by now, hence the time.
	findRun(ctx context.Context, c *pe.Clients, id string, start time.Time) (*orchestrator.LastRun, error)
	// nameAttribute is the attribute that says what is run.
	nameAttribute() string
	// imported returns the record of a schedule that exists, with what only an import takes from the server and the defaults of
	// what the server does not tell.
	imported(input scheduleInput, diags *diag.Diagnostics) scheduleRecord
}

// Create implements [resource.Resource]. The answer and the plan hold every attribute, so that one request does.
func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config := r.kind.newRecord(), r.kind.newRecord()
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	backend, api, ok := r.reach(ctx, plan.subject()+" was not created", &resp.Diagnostics)
	if !ok {
		return
	}
	request := scheduleRequest{
		record:      plan,
		kind:        r.kind,
		start:       r.firstRun(plan),
		body:        r.kind.body(ctx, r.Clients, plan, config, &resp.Diagnostics),
		userdata:    r.Userdata(r.ownUserdata(ctx, plan, &resp.Diagnostics)),
		fingerprint: pe.Fingerprint(r.kind.scheduleType()+" "+environmentBackend{r.Clients}.collection(), req.Plan, slices.Concat(r.kind.inputs(), scheduleInputs), &resp.Diagnostics),
	}
	if resp.Diagnostics.HasError() {
		return
	}
	result, err := backend.create(ctx, request)
	if err != nil {
		r.reportCreate(plan, err, &resp.Diagnostics)
		return
	}
	if !sameInstant(request.start, plan.schedule().start()) {
		resp.Diagnostics.AddWarning(plan.subject()+" begins with its next run",
			fmt.Sprintf("It was to begin at %s, which has passed. Its first run is at %s.", plan.schedule().ScheduledTime.ValueString(), runTime(request.start)))
	}
	plan.schedule().created(result.ID, backend.url(result.ID), r.createdUserdata(ctx, plan, api, &resp.Diagnostics), request.start)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	scheduleMemo{API: api, RequestID: result.RequestID, Start: plan.schedule().start().Unix()}.write(ctx, resp.Private, &resp.Diagnostics)
	if result.Earlier {
		resp.Diagnostics.AddWarning(plan.subject()+" was created by an earlier apply",
			fmt.Sprintf("That apply was killed, or lost the answer, after it had created schedule %s, so the state did not know of it. It is taken over, and no second one is created.", result.ID))
	}
	if ctx.Err() == nil {
		r.Journal.Deliver(environmentBackend{r.Clients}.collection(), result.ID)
	}
}

// inState notes that a schedule is in the state, so that no later apply looks for it.
func (r *scheduleResource) inState(state scheduleRecord) {
	if r.Clients != nil && len(r.Unknown) == 0 {
		r.Journal.Seen(environmentBackend{r.Clients}.collection(), state.schedule().ID.ValueString())
	}
}

// createdUserdata is all userdata of a schedule right after its creation.
func (r *scheduleResource) createdUserdata(ctx context.Context, plan scheduleRecord, api schedulingAPI, diags *diag.Diagnostics) types.Map {
	switch planned := plan.schedule().UserdataAll; {
	case !planned.IsUnknown():
		return planned
	case api == legacyJobs:
		return types.MapNull(types.StringType)
	default:
		return userdataFor(r.Clients, r.ownUserdata(ctx, plan, diags))
	}
}

// created fills in what is known of a schedule right after its creation.
func (m *scheduleModel) created(id, url string, userdata types.Map, start time.Time) {
	m.ID = types.StringValue(id)
	m.URL = types.StringValue(url)
	m.UserdataAll = userdata
	m.Status = types.StringValue(statusScheduled)
	m.NextRun = types.StringValue(runTime(start))
	m.LastRun = types.ObjectNull(lastRunTypes)
}

// reach returns the API that the server has, or reports why it cannot be used.
func (r *scheduleResource) reach(ctx context.Context, what string, diags *diag.Diagnostics) (scheduleBackend, schedulingAPI, bool) {
	if !r.Ready(what, diags) {
		return nil, 0, false
	}
	backend, api, err := r.backend(ctx, r.Clients)
	if err != nil {
		r.Report(diags, pe.Failure{Summary: what, Err: err})
		return nil, 0, false
	}
	return backend, api, true
}

func (r *scheduleResource) ownUserdata(ctx context.Context, record scheduleRecord, diags *diag.Diagnostics) map[string]string {
	return tfvalue.StringMap(ctx, record.schedule().Userdata, diags)
}

func (r *scheduleResource) reportCreate(plan scheduleRecord, err error, diags *diag.Diagnostics) {
	f := pe.Failure{Summary: plan.subject() + " was not created", Err: err, Attributes: scheduleFaults(r.kind)}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary = "It is not known whether the " + prose.LowerFirst(plan.subject()) + " was created"
		f.Note = r.lostSchedule(lost)
	}
	r.Report(diags, f)
}

// lostSchedule says what to look for when the answer to the creation of a schedule was lost.
func (r *scheduleResource) lostSchedule(lost *launch.LostError) string {
	text := "The answer was lost after the request had been sent, and it was not sent again, so that there are not two schedules. "
	switch {
	case lost.Looked != nil:
		text += "The list of schedules could not be read: " + r.Redactor.Text(prose.Sentence(lost.Looked.Error()))
	case len(lost.Candidates) > 0:
		text += fmt.Sprintf("The server has schedules with this content: %s.", prose.List(lost.Candidates))
	default:
		text += "It is not in the list of schedules."
	}
	if lost.Noted {
		return text + "\n\nApply again, in the same directory: it is looked for once more and taken over if it is there, and created if it is not."
	}
	return text + "\n\nLook for it in the console. If it is there, import it: terraform import <address> <id>. If it is not there, apply again."
}

// Read implements [resource.Resource].
func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := r.kind.newRecord()
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readScheduleMemo(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	if resp.Diagnostics.HasError() || state.schedule().completed() {
		return
	}
	what := state.subject() + " was not read"
	backend, api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	now, err := r.locate(ctx, backend, api, state, memo)
	switch {
	case errors.Is(err, errScheduleGone):
		r.gone(ctx, state, resp)
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: adviceOnReading})
		return
	}
	if !now.enabled && !now.finishedOnce() {
		r.gone(ctx, state, resp)
		return
	}
	if id := state.schedule().ID.ValueString(); memo.migrated(api) && memo.Owner == "" && now.id != id {
		resp.Diagnostics.AddWarning(state.subject()+" was found again by its content",
			fmt.Sprintf("The server was upgraded before schedule %s had been read once, so its owner is not known. Schedule %s, which belongs to %q, runs the same at the same times; it is taken for it.",
				id, now.id, now.owner))
	}
	if m := state.schedule(); now.interval == 0 && now.lastRun == nil && now.nextRun == "" && m.over(r.ServerNow()) {
		// The record does not say whether it has run.
		now.lastRun, _ = r.foundRun(ctx, state, &resp.Diagnostics)
	}
	now.fill(state, r.ServerNow(), &resp.Diagnostics)
	state.schedule().URL = types.StringValue(backend.url(now.id))
	memo.API, memo.Owner = api, now.owner
	memo.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// adviceOnReading is about requests that hold no query of the user's.
var adviceOnReading = map[string]string{
	orchestrator.KindQueryError: "The user whom the token belongs to may not see schedules. In PE, give one of the user's roles the permission to view jobs (orchestrator:view:*).",
}

// gone decides what it means that the server no longer has a schedule. One that was to run once, at a time that has passed, is over.
// Any other was disabled or deleted by somebody, and is planned for creation.
func (r *scheduleResource) gone(ctx context.Context, state scheduleRecord, resp *resource.ReadResponse) {
	m := state.schedule()
	if m.over(r.ServerNow()) {
		r.goneOver(ctx, state, resp)
		return
	}
	resp.Diagnostics.AddWarning(fmt.Sprintf("%s is gone", state.subject()),
		fmt.Sprintf("Schedule %s has been disabled or deleted outside of Terraform. It is planned for creation again; remove the resource from the configuration if it is no longer wanted.",
			m.ID.ValueString()))
	if m.start().After(r.ServerNow()) {
		resp.State.RemoveResource(ctx)
		return
	}
	// A start that has passed cannot be created. While the state remembers the schedule, it goes on with its next run.
	m.Status = types.StringValue(statusDisabled)
	m.NextRun = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// goneOver decides whether a schedule that was to run once, and that the server no longer has after its time, has run: only a job
// that names it shows that, because it may have been disabled before.
func (r *scheduleResource) goneOver(ctx context.Context, state scheduleRecord, resp *resource.ReadResponse) {
	m := state.schedule()
	run, known := r.foundRun(ctx, state, &resp.Diagnostics)
	switch {
	case run != nil:
		m.Status = types.StringValue(statusCompleted)
		m.LastRun = lastRunValue(run)
	case !known || m.ended():
		return
	default:
		m.Status = types.StringValue(statusEnded)
		resp.Diagnostics.AddWarning("No run of the "+prose.LowerFirst(state.subject())+" is known",
			fmt.Sprintf("Schedule %s was to run once, at %s. Its time has passed, the server has no such schedule any more, and none of the latest %d jobs names it. "+
				"It may have been disabled or deleted before its time, "+
				"or have failed to start a job. Nothing is planned; give another `scheduled_time` to have it run.", m.ID.ValueString(), m.ScheduledTime.ValueString(), job.Searched))
	}
	m.NextRun = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// foundRun looks for what a schedule that runs once has started, which names the schedule. It is nil when there is nothing, and not
// known when the jobs could not be read.
func (r *scheduleResource) foundRun(ctx context.Context, state scheduleRecord, diags *diag.Diagnostics) (run *orchestrator.LastRun, known bool) {
	m := state.schedule()
	run, err := r.kind.findRun(ctx, r.Clients, m.ID.ValueString(), m.start())
	if err != nil {
		diags.AddWarning("The run of the "+prose.LowerFirst(state.subject())+" is not known",
			"Its time has passed, but the list of jobs could not be read: "+r.Redactor.Text(prose.Sentence(err.Error())))
	}
	return run, err == nil
}

// findJobRun looks for the job of a type that a schedule has started at a time or later, among the recent ones.
func findJobRun(ctx context.Context, c *pe.Clients, jobType, id string, start time.Time) (*orchestrator.LastRun, error) {
	jobs, err := orchestrator.Collect(c.Orchestrator.Jobs(ctx, orchestrator.JobFilter{Type: jobType, OrderBy: "timestamp", Order: "desc"}), job.Searched)
	for _, job := range jobs {
		if job.Options.ScheduledJobID() == id && !beganBefore(job.StartedTimestamp, start) {
			return &orchestrator.LastRun{Time: job.StartedTimestamp, JobID: job.ID}, nil
		}
	}
	return nil, err
}

// beganBefore reports whether a job began before a time, which both are the server's. One that does not tell may not have begun yet.
func beganBefore(began string, start time.Time) bool {
	at, err := time.Parse(time.RFC3339, began)
	return err == nil && at.Before(start.Truncate(time.Second))
}

// firstRun is the next run of a schedule as it is wanted: the server takes no start that has passed.
func (r *scheduleResource) firstRun(plan scheduleRecord) time.Time {
	return nextOnGrid(plan.schedule().start(), plan.schedule().every(), r.ServerNow())
}

// Update implements [resource.Resource]. Only what has changed is sent: a start that has passed would be refused if it were
// sent again.
func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, config := r.kind.newRecord(), r.kind.newRecord(), r.kind.newRecord()
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	memo := readScheduleMemo(ctx, req.Private, &resp.Diagnostics)
	inputChanged := len(pe.ChangedAttributes(req.Plan, req.State, r.kind.inputs(), &resp.Diagnostics)) > 0
	if resp.Diagnostics.HasError() {
		return
	}
	memo.Imported = false
	memo.Start = config.schedule().start().Unix()
	if !state.schedule().ended() {
		what := plan.subject() + " was not changed"
		backend, api, ok := r.reach(ctx, what, &resp.Diagnostics)
		if !ok {
			return
		}
		update := r.changes(ctx, plan, state, config, inputChanged, memo, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		if err := r.edit(ctx, backend, api, state, memo, update); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Attributes: scheduleFaults(r.kind)})
			return
		}
		if update.Schedule != nil {
			plan.schedule().NextRun = types.StringValue(runTime(r.firstRun(plan)))
		}
	}
	plan.schedule().settle(state.schedule())
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	memo.write(ctx, resp.Private, &resp.Diagnostics)
}

// edit sends what has changed about a schedule. The older API cannot edit: of a schedule there, only what the server does not
// tell is taken over into the state.
func (r *scheduleResource) edit(ctx context.Context, backend scheduleBackend, api schedulingAPI, state scheduleRecord, memo scheduleMemo, update orchestrator.EnvironmentJobUpdate) error {
	if api == legacyJobs || update == (orchestrator.EnvironmentJobUpdate{}) {
		return nil
	}
	id, err := r.idOnServer(ctx, backend, api, state, memo)
	if err != nil {
		return err
	}
	return nameMissingAPI(r.Clients, r.Orchestrator.UpdateEnvironmentJob(ctx, id, update))
}

// settle takes what is still unknown from the prior state.
func (m *scheduleModel) settle(prior *scheduleModel) {
	m.ID = tfvalue.KnownOr(m.ID, prior.ID)
	m.URL = tfvalue.KnownOr(m.URL, prior.URL)
	m.Status = tfvalue.KnownOr(m.Status, prior.Status)
	m.NextRun = tfvalue.KnownOr(m.NextRun, prior.NextRun)
	m.LastRun = tfvalue.KnownOr(m.LastRun, prior.LastRun)
	m.UserdataAll = tfvalue.KnownOr(m.UserdataAll, prior.UserdataAll)
}

// changes builds the body of the PUT: the top-level keys that have changed. When anything about the input has changed, all of
// it is sent, secrets included, because the server replaces it as a whole.
func (r *scheduleResource) changes(ctx context.Context, plan, state, config scheduleRecord, inputChanged bool, memo scheduleMemo, diags *diag.Diagnostics) orchestrator.EnvironmentJobUpdate {
	planned, prior := plan.schedule(), state.schedule()
	var update orchestrator.EnvironmentJobUpdate
	if inputChanged {
		input := r.kind.body(ctx, r.Clients, plan, config, diags).input
		update.Input = &input
	}
	if !planned.Environment.Equal(prior.Environment) {
		update.Environment = planned.Environment.ValueStringPointer()
	}
	if !planned.Description.Equal(prior.Description) {
		description := planned.Description.ValueString()
		update.Description = &description
	}
	if !planned.UserdataAll.Equal(prior.UserdataAll) {
		userdata := marked(r.Userdata(r.ownUserdata(ctx, plan, diags)), memo.RequestID)
		update.Userdata = &userdata
	}
	if !sameInstant(planned.start(), prior.start()) || planned.every() != prior.every() {
		schedule := planned.apiSchedule(r.firstRun(plan))
		update.Schedule = &schedule
	}
	return update
}

// Delete implements [resource.Resource].
func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := r.kind.newRecord()
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readScheduleMemo(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.inState(state)
	what := state.subject() + " was not deleted"
	backend, api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	id, err := r.idOnServer(ctx, backend, api, state, memo)
	if err == nil {
		err = backend.remove(ctx, id)
	}
	if err == nil || errors.Is(err, errScheduleGone) {
		r.deleted.Store(startOf(r.kind, state), true)
		if memo.Start != 0 {
			r.deleted.Store(scheduleStart{kind: r.kind.scheduleType(), at: memo.Start}, true)
		}
		return
	}
	r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: map[string]string{
		orchestrator.KindNotPermitted: "Deleting the schedule of another user needs a permission of its own (Scheduled jobs: Delete another user's scheduled jobs).",
		orchestrator.KindQueryError:   adviceOnReading[orchestrator.KindQueryError],
	}})
}

// ImportState implements [resource.ResourceWithImportState].
func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !orchestrator.IsID(req.ID) {
		resp.Diagnostics.AddError("The import id is not a number",
			fmt.Sprintf("%q is not the id of a schedule. Schedules are imported by their number, such as 7, which is the last part of their URL.", req.ID))
		return
	}
	what := "Schedule " + req.ID + " was not imported"
	backend, api, ok := r.reach(ctx, what, &resp.Diagnostics)
	if !ok {
		return
	}
	now, err := backend.Read(ctx, req.ID)
	switch {
	case errors.Is(err, errScheduleGone):
		resp.Diagnostics.AddError(what, "The server has no such schedule. A schedule that was disabled, or that was to run once and has run, may be gone from its list.")
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: adviceOnReading})
		return
	case now.kind != r.kind.scheduleType():
		resp.Diagnostics.AddError(what, fmt.Sprintf("It is the schedule of a %s. Import it as pe_scheduled_%s.", now.kind, now.kind))
		return
	case !now.enabled:
		resp.Diagnostics.AddError(what, "It is disabled, which is how Puppet Enterprise deletes schedules and cannot be undone. Create a new one instead.")
		return
	}
	record := r.kind.imported(now.input, &resp.Diagnostics)
	m := record.schedule()
	m.Userdata = importedUserdata(r.Clients, now.userdata)
	now.fill(record, r.ServerNow(), &resp.Diagnostics)
	m.URL = types.StringValue(backend.url(now.id))
	requestID, _ := now.userdata[launch.UserdataKey].(string)
	resp.Diagnostics.Append(resp.State.Set(ctx, record)...)
	scheduleMemo{API: api, RequestID: requestID, Owner: now.owner, Imported: true}.write(ctx, resp.Private, &resp.Diagnostics)
}

// importedUserdata is the userdata of a schedule that is not the provider's default.
func importedUserdata(c *pe.Clients, userdata map[string]any) types.Map {
	own := map[string]any{}
	for key, value := range userdata {
		if byDefault, ok := c.DefaultUserdata[key]; !ok || byDefault != value {
			own[key] = value
		}
	}
	return jobvalue.UserdataValue(own)
}
