package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// farewell is how long the last read of a job may take after the user has interrupted the apply.
const farewell = 2 * time.Second

// waiting says how long an apply waits, and which attribute of timeouts sets that.
type waiting struct {
	limit     time.Duration
	attribute string
}

// await waits for the end of a saved job, and reports how it ended. The record and the memo have to be saved afterwards, whatever the
// diagnostics say.
func (r *jobResource[M, R, P]) await(ctx context.Context, record P, memo *jobMemo, w waiting, diags *diag.Diagnostics) {
	last, seen, err := r.watch(ctx, record, *memo, diags)
	id := record.job().ID.ValueString()
	if err != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		last, seen, err = r.readOnceMore(ctx, id, memo.RequestID, last, seen, err)
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
		diags.AddWarning(record.title()+" goes on without Terraform", r.leftBehind(record, r.progressOf(last, seen), "The apply was "+
			"interrupted."))
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError(fmt.Sprintf("%s had not ended after %s", record.title(), w.limit), r.overdue(record, r.progressOf(last, seen), w, err))
	case isGone(err):
		memo.lose()
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: it is not known how %s %s ended", record.title(), r.family.noun(), id), Err: err,
			Advice: map[string]string{
				orchestrator.KindUnknownJob: "The server no longer has a record of it, so nothing more can be learnt about it: " +
					record.job().URL.ValueString(),
			},
			Note: afterLoss(w),
		})
	default:
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: the end of %s %s could not be awaited", record.title(), r.family.noun(), id),
			Err:     err,
			Note: fmt.Sprintf("The %s %s was started and may still run: %s\n\n%s", r.family.noun(), id, record.job().URL.ValueString(),
				afterOverdue(r.family.noun(), record.job(), w)),
		})
	}
}

// readOnceMore reads a job once more after the user has interrupted the apply, on a short context of its own.
func (r *jobResource[M, R, P]) readOnceMore(ctx context.Context, id, requestID string, last R, seen bool, err error) (R, bool, error) {
	short, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	now, readErr := r.family.Read(httpapi.WithoutRetries(short), r.Clients, id)
	switch {
	case readErr != nil || !r.family.trace(now).isOurs(id, requestID):
		return last, seen, err
	case r.family.ended(now):
		return now, true, nil
	default:
		return now, true, err
	}
}

// finish reads the results of a job that has ended, and reports how it ended.
func (r *jobResource[M, R, P]) finish(ctx context.Context, record P, memo *jobMemo, w waiting, diags *diag.Diagnostics) {
	v, err := record.conclude(ctx, r.Clients)
	memo.Waiting = err != nil
	if err != nil {
		diags.AddWarning(record.title()+": the results could not be read",
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

// whatNext says what happens to a failed job.
func whatNext(w waiting) string {
	if w.attribute == "create" {
		return "The resource is now tainted, so the next apply runs the job again."
	}
	return "The next apply runs the job again."
}

// leftBehind says where to find a job that Terraform no longer waits for.
func (r *jobResource[M, R, P]) leftBehind(record P, progress, why string) string {
	return fmt.Sprintf("%s The %s %s was started, is saved in the state and goes on%s.\n\nApply again to wait for it and to learn how it "+
		"ended; it is not started a second time. %s",
		why, r.family.noun(), record.job().ID.ValueString(), progress, record.job().URL.ValueString())
}

// overdue says what to do about a job that takes longer than the timeout.
func (r *jobResource[M, R, P]) overdue(record P, progress string, w waiting, err error) string {
	trouble := ""
	if progress == "" || err.Error() != context.DeadlineExceeded.Error() {
		trouble = "\n\n" + r.Redactor.Text(prose.Sentence(err.Error()))
	}
	return fmt.Sprintf("The %s %s still runs%s: %s%s\n\nRaise `timeouts { %s = … }` if it needs longer. %s",
		r.family.noun(), record.job().ID.ValueString(), progress, record.job().URL.ValueString(), trouble, w.attribute,
		afterOverdue(r.family.noun(), record.job(), w))
}

// afterOverdue says what the next apply does to a job that may still run when the wait has ended.
func afterOverdue(noun string, job *jobModel, w waiting) string {
	goesOn := fmt.Sprintf("The next apply goes on waiting for %s %s", noun, job.ID.ValueString())
	switch {
	case w.attribute != "create":
		return goesOn + "."
	case job.stops():
		return fmt.Sprintf("The resource is now tainted, and `on_destroy` is %q: the next apply stops %s %s and starts a new one. To go on "+
			"waiting instead, set `on_destroy` to \"abandon\" and run `terraform untaint` "+
			"first.", job.OnDestroy.ValueString(), noun, job.ID.ValueString())
	default:
		return goesOn + ": the plan calls that a replacement, because the resource is tainted, and nothing is started a second time. Only " +
			"with `create_before_destroy` Terraform creates first, which starts a new one; run `terraform untaint` before."
	}
}

// afterLoss says what the next apply does when it is not known how a job ended.
func afterLoss(w waiting) string {
	if w.attribute != "create" {
		return "It is not run again by itself. To run it again, change a value of `triggers`, or apply with -replace."
	}
	return "The next apply keeps what is known and does not run it again: the plan calls that a replacement, because the resource is " +
		"tainted. To run it again, change a value of `triggers`. Only with `create_before_destroy` the next apply starts a new one; run " +
		"`terraform untaint` before to keep this one."
}

// progressOf describes in brackets how far a job is, or returns nothing for a job that was never read.
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
			tflog.Info(ctx, record.title()+": "+progress, map[string]any{r.family.noun(): record.job().ID.ValueString()})
		}
	}
}
