// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/foresight"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// waiting says how long an apply waits, and which attribute of timeouts sets that.
type waiting struct {
	limit     time.Duration
	attribute string
}

// await waits for the end of a saved job, and reports how it ended. The record and the memo have to be saved afterwards, whatever the
// diagnostics say.
func (r *jobResource[M, R, P]) await(ctx context.Context, record P, memo *jobMemo, w waiting, diags *diag.Diagnostics) {
	followed := r.follow(record, *memo)
	last, seen, err := followed.Watch(ctx, r.logProgress(ctx, record), diags)
	id := record.job().ID.ValueString()
	if err != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		last, seen, err = followed.ReadOnceMore(ctx, last, seen, err)
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobrun.Farewell)
		defer cancel()
		ctx = short
	}
	before := *record
	if seen {
		record.fill(last)
	}
	switch {
	case err == nil:
		if !r.finish(ctx, record, memo, w, diags) {
			*record = before
		}
	case errors.Is(err, context.Canceled):
		diags.AddWarning(record.title()+" keeps running without Terraform", r.next(record, w).AfterInterrupt(followed.ProgressOf(last, seen)))
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError(fmt.Sprintf("%s had not ended after %s", record.title(), duration.Text(w.limit)),
			r.next(record, w).Overdue(followed.ProgressOf(last, seen), followed.Trouble(seen, err)))
	case jobrun.IsGone(err):
		memo.lose()
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: it is not known how %s %s ended", record.title(), r.family.Noun(), id), Err: err,
			Advice: map[string]string{
				orchestrator.KindUnknownJob: "The server no longer has a record of it, so nothing more can be learned about it: " +
					record.job().URL.ValueString(),
			},
			Note: r.next(record, w).AfterLoss(),
		})
	case errors.As(err, new(*launch.StrangerError)):
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf(
				"%s: its %s could not be found",
				record.title(),
				r.family.Noun(),
			),
			Err:  err,
			Note: r.next(record, w).AfterMixUp(),
		})
	default:
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: the end of %s %s could not be awaited", record.title(), r.family.Noun(), id),
			Err:     err,
			Note:    r.next(record, w).AfterTrouble(),
		})
	}
}

// finish reads the results of a job that has ended, and reports how it ended. It reports false for a job that cannot be judged yet: the
// state must not show its end, by which it is known that nobody has reported it.
func (r *jobResource[M, R, P]) finish(ctx context.Context, record P, memo *jobMemo, w waiting, diags *diag.Diagnostics) bool {
	v, err := record.conclude(ctx, r.Clients)
	memo.Waiting = err != nil
	if v.Unjudged {
		diags.AddError(v.Summary, prose.Paragraphs(v.Detail, r.Explain(err), r.next(record, w).AfterOverdue()))
		return false
	}
	record.warn(record.title(), diags)
	r.leftOut(ctx, record, diags)
	if err != nil {
		diags.AddWarning(record.title()+": the results could not be read",
			r.Explain(err)+"\n\nThe job has ended. The next apply reads its results, and runs nothing.")
	}
	switch {
	case !v.OK:
		memo.Waiting = false
		diags.AddError(v.Summary, prose.Paragraphs(v.Detail, record.reasons(ctx, r.Clients), r.next(record, w).AfterFailure()))
	case v.Warning != "":
		diags.AddWarning(v.Warning, prose.Paragraphs(v.WarningDetail, record.reasons(ctx, r.Clients)))
	}
	return true
}

// next says what the next apply does.
func (r *jobResource[M, R, P]) next(record P, w waiting) foresight.Wait {
	next := foresight.Wait{
		Noun: r.family.Noun(), ID: record.job().ID.ValueString(), URL: record.job().URL.ValueString(), Attribute: w.attribute,
	}
	if record.job().stops() {
		next.OnDestroy = record.job().OnDestroy.ValueString()
	}
	return next
}

// logProgress returns a function that logs what has changed between two readings. Which nodes have ended takes requests of its own,
// which are made where somebody reads the log.
func (r *jobResource[M, R, P]) logProgress(ctx context.Context, record P) func(R) {
	before, concerned, id := "", false, record.job().ID.ValueString()
	log := r.Logger.With(r.family.Noun(), id)
	nodes := r.family.Nodes(r.Clients, id)
	return func(now R) {
		if concern := record.concern(now); concern != "" && !concerned {
			concerned = true
			log.WarnContext(ctx, record.title()+": "+concern)
		}
		progress := r.family.Progress(now)
		if progress == before {
			return
		}
		before = progress
		log.InfoContext(ctx, record.title()+": "+progress)
		if nodes != nil && r.Logger.Enabled(ctx, slog.LevelInfo) {
			for _, line := range nodes.Lines(ctx) {
				log.InfoContext(ctx, record.title()+": "+line)
			}
		}
	}
}
