package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

const (
	defaultJobTimeout  = 60 * time.Minute
	defaultStopTimeout = 20 * time.Minute
)

// jobResource is the lifecycle that deploys, tasks and plan runs share: launch, save, wait, judge, save, resume, stop. M is the model of
// the resource, and R is what the server reports about such a job.
type jobResource[M, R any, P jobRecord[M, R]] struct {
	pe.Resource
	metadata *workload.Metadata
	family   jobFamily[R]
	shared   *memory[R, P]
}

// Create implements [resource.Resource]. The job's id is saved right after the launch, with every unknown output as null, so that nothing
// that happens later can lose it.
func (r *jobResource[M, R, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config := P(new(M)), P(new(M))
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.job().Timeouts.Create(ctx, defaultJobTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	r.begin(&resp.Diagnostics)
	send := plan.Command(ctx, r.Clients, config, &resp.Diagnostics)
	fingerprint := r.fingerprint(req.Plan, plan, &resp.Diagnostics)
	key := r.key(req.Plan, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	memo, ok := r.takeBack(plan, fingerprint, &resp.Diagnostics)
	if !ok {
		if memo, ok = r.launch(ctx, plan, order{send, fingerprint, key}, &resp.Diagnostics); !ok {
			return
		}
	}
	defer func() { r.Journal.Deliver(r.collection(), plan.job().ID.ValueString()) }()
	plan.settle()
	save := func() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		memo.write(ctx, resp.Private, &resp.Diagnostics)
	}
	save()
	if memo.Waiting {
		r.await(ctx, plan, &memo, waiting{limit: timeout, attribute: "create"}, &resp.Diagnostics)
		save()
	}
}

// begin notes that something is applied, and reports jobs that nobody follows any more.
func (r *jobResource[M, R, P]) begin(diags *diag.Diagnostics) {
	if r.Clients == nil || len(r.Unknown) > 0 {
		return
	}
	for _, left := range r.Journal.Begin(r.collection()) {
		name := cmp.Or(left.ID, launch.UserdataKey+" "+left.RequestID)
		diags.AddWarning(fmt.Sprintf("Nobody follows %s %s", r.family.noun(), name),
			fmt.Sprintf("An apply that was killed, or whose state was lost, had started it, and what is applied now does not need it. It is "+
				"forgotten, and goes on if it still runs. %s",
				r.Orchestrator.URL(r.family.collection(), left.ID)))
	}
}

// inState notes that a job is in the state, so that no later apply looks for it.
func (r *jobResource[M, R, P]) inState(state P) {
	if r.Clients != nil && len(r.Unknown) == 0 {
		r.Journal.Seen(r.collection(), state.job().ID.ValueString())
	}
}

// Read implements [resource.Resource]. A job that has ended never changes and is not read again. A job that the server no longer knows has
// been pruned, which says nothing about how it ended.
func (r *jobResource[M, R, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	id := state.job().ID.ValueString()
	if continues(state.job(), jobMemo{}) {
		r.shared.unjudged.Store(r.fingerprint(tfsdk.Plan{Raw: req.State.Raw}, state, &resp.Diagnostics), id)
	}
	if resp.Diagnostics.HasError() || memo.Gone || state.job().ended() && !memo.Waiting {
		return
	}
	what := fmt.Sprintf("%s: %s %s was not read", state.title(), r.family.noun(), id)
	if !r.Ready(what, &resp.Diagnostics) {
		return
	}
	now, err := r.read(ctx, state, &memo)
	switch {
	case isGone(err):
		memo.lose()
		memo.write(ctx, resp.Private, &resp.Diagnostics)
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
		return
	}
	memo.write(ctx, resp.Private, &resp.Diagnostics)
	// An apply that waits for the job sees its end itself when it continues to wait, and reports it. Until then the state has no end, which
	// shows that nobody has reported it.
	if r.family.ended(now) && memo.Waiting {
		return
	}
	state.fill(now)
	if r.family.ended(now) {
		if _, err := state.conclude(ctx, r.Clients); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update implements [resource.Resource]. It never starts anything: it continues to wait for a job that an earlier apply left behind, reads
// results again, or only saves what was configured.
func (r *jobResource[M, R, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state := P(new(M)), P(new(M))
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	timeout, diags := plan.job().Timeouts.Update(ctx, defaultJobTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	r.begin(&resp.Diagnostics)
	memo.Imported = false
	memo.Waiting = mustWait(plan.job(), state.job(), memo)
	plan.recall(state)
	save := func() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		memo.write(ctx, resp.Private, &resp.Diagnostics)
	}
	save()
	switch {
	case memo.Waiting:
		r.await(ctx, plan, &memo, waiting{limit: timeout, attribute: "update"}, &resp.Diagnostics)
		save()
	case rereads(plan, state, memo) != nil:
		r.reread(ctx, plan, &memo, &resp.Diagnostics)
		save()
	}
}

// reread reads the results of an ended job again. If the job is gone, the earlier results stay.
func (r *jobResource[M, R, P]) reread(ctx context.Context, record P, memo *jobMemo, diags *diag.Diagnostics) {
	_, err := record.conclude(ctx, r.Clients)
	if orchestrator.IsUnknownJob(err) {
		memo.Gone = true
		diags.AddWarning(fmt.Sprintf("%s: the results were not read again", record.title()),
			fmt.Sprintf("The server no longer knows %s %s: it deletes the records of jobs after 30 days by default. The results stay as they "+
				"were.", r.family.noun(), record.job().ID.ValueString()))
		return
	}
	if err != nil {
		r.Report(diags, pe.Failure{Summary: fmt.Sprintf("%s: the results were not read again", record.title()), Err: err})
	}
}

// Delete implements [resource.Resource]. It sends no request, unless the job is to be stopped.
func (r *jobResource[M, R, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	timeout, diags := state.job().Timeouts.Delete(ctx, defaultStopTimeout)
	resp.Diagnostics.Append(diags...)
	r.inState(state)
	r.begin(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.handOver(ctx, req.State, state, memo, &resp.Diagnostics) ||
		memo.Gone || state.job().ended() || !state.job().stops() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.stop(ctx, state, memo, timeout, &resp.Diagnostics)
}

// stop stops a job and waits until it has ended. It leaves a job alone that is not ours any more.
func (r *jobResource[M, R, P]) stop(ctx context.Context, state P, memo jobMemo, timeout time.Duration, diags *diag.Diagnostics) {
	_, err := r.read(ctx, state, &memo)
	id := state.job().ID.ValueString()
	if isGone(err) {
		return
	}
	if err == nil {
		err = r.family.stop(ctx, r.Clients, id, state.job().OnDestroy.ValueString() == jobschema.ForceStop, diags)
	}
	if orchestrator.IsUnknownJob(err) {
		return // a job that the server no longer knows has ended
	}
	if err != nil {
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: %s %s was not stopped", state.title(), r.family.noun(), id),
			Err:     err,
			Note:    notStopped(err),
		})
		return
	}
	_, _, err = r.family.wait(ctx, r.Clients, id, r.logProgress(ctx, state))
	switch {
	case err == nil, errors.Is(err, jobwatch.ErrGone), orchestrator.IsUnknownJob(err):
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError(fmt.Sprintf("%s: %s %s is still stopping after %s", state.title(), r.family.noun(), id, timeout),
			"It was asked to stop, and the runs that have begun have not ended in time. Destroy again to go on waiting, give it longer with "+
				"`timeouts { delete = … }`, or set `on_destroy` to \"force_stop\" or \"abandon\" and apply that first.")
	default:
		r.Report(
			diags,
			pe.Failure{Summary: fmt.Sprintf("%s: it is not known whether %s %s has stopped", state.title(), r.family.noun(), id), Err: err},
		)
	}
}

// notStopped says what to do about a job that cannot be stopped.
func notStopped(err error) string {
	if errors.Is(err, orchestrator.ErrNoStopPlan) {
		return "It is to be stopped because of `on_destroy`, but servers before PE 2021.7.1 cannot stop plans. Set `on_destroy = " +
			"\"abandon\"` and apply that first to let it go on, or wait for its end."
	}
	return "It is to be stopped because of `on_destroy`. Apply again, or set `on_destroy = \"abandon\"` and apply that first to let it go on."
}

// ImportState implements [resource.ResourceWithImportState]. Every input that the server still knows is filled in.
func (r *jobResource[M, R, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !orchestrator.IsID(req.ID) {
		resp.Diagnostics.AddError("The import id is not a number",
			fmt.Sprintf("%q is not the id of a %s. They are imported by their number, such as 82, which the console shows and which is the "+
				"last part of their URL.", req.ID, r.family.noun()))
		return
	}
	what := fmt.Sprintf("%s %s was not imported", prose.UpperFirst(r.family.noun()), req.ID)
	if !r.Ready(what, &resp.Diagnostics) {
		return
	}
	now, err := r.family.Read(ctx, r.Clients, req.ID)
	if err != nil {
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: map[string]string{
			orchestrator.KindUnknownJob: "There is no such " + r.family.noun() + ", or no longer: the server deletes their records after 30 " +
				"days by default.",
		}})
		return
	}
	record := P(new(M))
	record.imported(now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	record.located(r.Clients, req.ID)
	record.fill(now)
	if r.family.ended(now) {
		if _, err := record.conclude(ctx, r.Clients); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, record)...)
	jobMemo{Imported: true, RequestID: r.family.trace(now).requestID}.write(ctx, resp.Private, &resp.Diagnostics)
}
