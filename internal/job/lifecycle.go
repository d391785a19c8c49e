package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

const (
	defaultJobTimeout  = 60 * time.Minute
	defaultStopTimeout = 20 * time.Minute
	// farewell is how long the last reading of a job may take once the user has interrupted the apply.
	farewell = 2 * time.Second
)

// jobResource is the lifecycle that deploys, tasks and plan runs share: launch, save, wait, judge, save, resume, stop. M is the
// model of the resource, and R is what the server says of such a job at one moment.
type jobResource[M, R any, P jobRecord[M, R]] struct {
	pe.Resource
	metadata *workload.Metadata
	family   jobFamily[R]
}

// Create implements [resource.Resource]. The job's id is saved right after the launch, with every output that is not known
// yet as null, so that nothing that happens later can lose it.
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

	send := plan.Command(ctx, r.Clients, config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, ok := r.launch(ctx, plan, send, pe.Fingerprint(r.collection(), req.Plan, plan.inputs(), &resp.Diagnostics), &resp.Diagnostics)
	if !ok {
		return
	}
	defer r.deliver(ctx, id)
	plan.settle()
	plan.located(r.Clients, id)
	plan.job().State = tfvalue.StringOrNull(r.family.firstState())
	memo := jobMemo{Waiting: plan.job().waits()}
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

// deliver notes that Terraform gets the id of a job. Somebody who has interrupted the apply may not wait for it.
func (r *jobResource[M, R, P]) deliver(ctx context.Context, id string) {
	if !errors.Is(context.Cause(ctx), context.Canceled) {
		r.Journal.Deliver(r.collection(), id)
	}
}

// inState notes that a job is in the state, so that no later apply looks for it.
func (r *jobResource[M, R, P]) inState(state P) {
	if r.Clients != nil && len(r.Unknown) == 0 {
		r.Journal.Seen(r.collection(), state.job().ID.ValueString())
	}
}

// Read implements [resource.Resource]. A job that has ended never changes and is not asked for again; a job that the server
// no longer knows has been pruned, which says nothing about what it did.
func (r *jobResource[M, R, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	if resp.Diagnostics.HasError() || memo.Gone || state.job().ended() && !memo.Waiting {
		return
	}
	id := state.job().ID.ValueString()
	what := fmt.Sprintf("%s: %s %s was not read", state.subject(), r.family.noun(), id)
	if !r.Ready(what, &resp.Diagnostics) {
		return
	}
	now, err := r.family.Read(ctx, r.Clients, id)
	switch {
	case orchestrator.IsUnknownJob(err):
		memo.Gone, memo.Waiting = true, false
		memo.write(ctx, resp.Private, &resp.Diagnostics)
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
		return
	}
	state.fill(now)
	// An apply that waits for the job reads its results itself when it goes on waiting, and reports how it ended.
	if r.family.ended(now) && !memo.Waiting {
		if _, err := state.conclude(ctx, r.Clients); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update implements [resource.Resource]. It never starts anything: it goes on waiting for a job that an earlier apply left
// behind, reads results again, or only keeps what was configured.
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

// reread reads the results of a job that has ended again. A job that is gone keeps what was read before.
func (r *jobResource[M, R, P]) reread(ctx context.Context, record P, memo *jobMemo, diags *diag.Diagnostics) {
	_, err := record.conclude(ctx, r.Clients)
	if orchestrator.IsUnknownJob(err) {
		memo.Gone = true
		diags.AddWarning(fmt.Sprintf("%s: the results were not read again", record.subject()),
			fmt.Sprintf("The server no longer knows %s %s: it deletes the records of jobs after 30 days by default. The results stay as "+
				"they were.", r.family.noun(), record.job().ID.ValueString()))
		return
	}
	if err != nil {
		r.Report(diags, pe.Failure{Summary: fmt.Sprintf("%s: the results were not read again", record.subject()), Err: err})
	}
}

// Delete implements [resource.Resource]. Forgetting a job is no request, unless it is to be stopped.
func (r *jobResource[M, R, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	timeout, diags := state.job().Timeouts.Delete(ctx, defaultStopTimeout)
	resp.Diagnostics.Append(diags...)
	r.inState(state)
	action := state.job().OnDestroy.ValueString()
	if resp.Diagnostics.HasError() || memo.Gone || state.job().ended() || action != onDestroyStop && action != onDestroyForceStop {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.stop(ctx, state, action == onDestroyForceStop, timeout, &resp.Diagnostics)
}

// stop stops a job and waits until it has ended.
func (r *jobResource[M, R, P]) stop(ctx context.Context, state P, force bool, timeout time.Duration, diags *diag.Diagnostics) {
	id := state.job().ID.ValueString()
	if err := r.family.stop(ctx, r.Clients, id, force, diags); err != nil {
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: %s %s was not stopped", state.subject(), r.family.noun(), id),
			Err:     err,
			Note:    notStopped(err),
		})
		return
	}
	_, _, err := r.family.wait(ctx, r.Clients, id, r.logProgress(ctx, state))
	switch {
	case err == nil, errors.Is(err, jobwatch.ErrGone), orchestrator.IsUnknownJob(err):
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError(fmt.Sprintf("%s: %s %s is still stopping after %s", state.subject(), r.family.noun(), id, timeout),
			"It was asked to stop, and the runs that have begun have not ended in time. Destroy again to go on waiting, give it longer with "+
				"`timeouts { delete = … }`, "+
				"or set `on_destroy` to \"force_stop\" or \"abandon\" and apply that first.")
	default:
		r.Report(
			diags,
			pe.Failure{Summary: fmt.Sprintf("%s: it is not known whether %s %s has stopped", state.subject(), r.family.noun(), id), Err: err},
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
	jobMemo{Imported: true}.write(ctx, resp.Private, &resp.Diagnostics)
}

// waiting says how long an apply waits, and which attribute of timeouts says so.
type waiting struct {
	limit     time.Duration
	attribute string
}

// await waits for the end of a job that is saved already, and reports how it ended. The record and the memo are what has to
// be saved afterwards, whatever the diagnostics say.
func (r *jobResource[M, R, P]) await(ctx context.Context, record P, memo *jobMemo, w waiting, diags *diag.Diagnostics) {
	id := record.job().ID.ValueString()
	last, seen, err := r.family.wait(ctx, r.Clients, id, r.logProgress(ctx, record))
	if err != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		last, seen, err = r.sayGoodbye(ctx, id, last, seen, err)
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
		defer cancel()
		ctx = short
	}
	if seen {
		record.fill(last)
	}
	switch {
	case err == nil:
		r.finish(ctx, record, memo, w, diags)
	case errors.Is(err, context.Canceled):
		diags.AddWarning(record.subject()+" goes on without Terraform", r.leftBehind(record, r.progressOf(last, seen), "The apply was "+
			"interrupted."))
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError(fmt.Sprintf("%s had not ended after %s", record.subject(), w.limit), r.overdue(record, r.progressOf(last, seen), w, err))
	case orchestrator.IsUnknownJob(err):
		memo.Gone, memo.Waiting = true, false
		r.Report(
			diags,
			pe.Failure{
				Summary: fmt.Sprintf("%s: it is not known how %s %s ended", record.subject(), r.family.noun(), id),
				Err:     err,
				Advice: map[string]string{
					orchestrator.KindUnknownJob: "The server no longer has a record of it, so nothing more can be learnt " +
						"about it: " + record.job().URL.ValueString(),
				},
			},
		)
	default:
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: the end of %s %s could not be awaited", record.subject(), r.family.noun(), id),
			Err:     err,
			Note: fmt.Sprintf(
				"The %s %s was started and may still run: %s\n\n%s",
				r.family.noun(),
				id,
				record.job().URL.ValueString(),
				afterOverdue(record.job(), w),
			),
		})
	}
}

// sayGoodbye reads a job once more after the user has interrupted the apply, on a short context of its own.
func (r *jobResource[M, R, P]) sayGoodbye(ctx context.Context, id string, last R, seen bool, err error) (R, bool, error) {
	short, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	now, readErr := r.family.Read(httpapi.Once(short), r.Clients, id)
	switch {
	case readErr != nil:
		return last, seen, err
	case r.family.ended(now):
		return now, true, nil
	default:
		return now, true, err
	}
}

// finish reads what a job that has ended has left, and reports how it ended.
func (r *jobResource[M, R, P]) finish(ctx context.Context, record P, memo *jobMemo, w waiting, diags *diag.Diagnostics) {
	v, err := record.conclude(ctx, r.Clients)
	memo.Waiting = err != nil
	if err != nil {
		diags.AddWarning(record.subject()+": the results could not be read",
			r.Redactor.Text(pe.Explain(err))+"\n\nThe job has ended. The next apply reads its results, and runs nothing.")
	}
	switch {
	case !v.ok:
		memo.Waiting = false
		diags.AddError(v.summary, v.detail+"\n\n"+whatNext(w))
	case v.warning != "":
		diags.AddWarning(v.warning, v.warningDetail)
	}
}

// whatNext says what becomes of a job that has failed.
func whatNext(w waiting) string {
	if w.attribute == "create" {
		return "The resource is now tainted, so the next apply runs the job again."
	}
	return "The next apply runs the job again."
}

// leftBehind says where a job is that Terraform no longer waits for.
func (r *jobResource[M, R, P]) leftBehind(record P, progress, why string) string {
	return fmt.Sprintf("%s The %s %s was started, is saved in the state and goes on%s.\n\nApply again to wait for it and to learn how "+
		"it ended; it is not started a second time. %s",
		why, r.family.noun(), record.job().ID.ValueString(), progress, record.job().URL.ValueString())
}

// overdue says what to do about a job that takes longer than it may.
func (r *jobResource[M, R, P]) overdue(record P, progress string, w waiting, err error) string {
	trouble := ""
	if progress == "" || err.Error() != context.DeadlineExceeded.Error() {
		trouble = "\n\n" + r.Redactor.Text(prose.Sentence(err.Error()))
	}
	return fmt.Sprintf("The %s %s still runs%s: %s%s\n\nRaise `timeouts { %s = … }` if it needs "+
		"longer. %s", r.family.noun(), record.job().ID.ValueString(), progress,
		record.job().URL.ValueString(), trouble, w.attribute, afterOverdue(record.job(), w))
}

// afterOverdue says what the next apply does to a job that may still run when its wait has ended.
func afterOverdue(job *jobModel, w waiting) string {
	if w.attribute != "create" {
		return "The next apply goes on waiting for it."
	}
	next := "The resource is now tainted, so the next apply starts a new job; `terraform untaint` makes it go on waiting for this one " +
		"instead. "
	switch job.OnDestroy.ValueString() {
	case onDestroyStop, onDestroyForceStop:
		return next + "Before that it stops this one, because of `on_destroy`."
	default:
		return next + "This one is left running, because `on_destroy` is \"abandon\"."
	}
}

// progressOf says in brackets how far a job is, and nothing of one that was never read.
func (r *jobResource[M, R, P]) progressOf(last R, seen bool) string {
	if !seen {
		return ""
	}
	return " (" + r.family.progress(last) + ")"
}

// logProgress returns a function that logs what has changed between two readings.
func (r *jobResource[M, R, P]) logProgress(ctx context.Context, record P) func(R) {
	before := ""
	return func(now R) {
		if progress := r.family.progress(now); progress != before {
			before = progress
			tflog.Info(ctx, record.subject()+": "+progress, map[string]any{r.family.noun(): record.job().ID.ValueString()})
		}
	}
}
