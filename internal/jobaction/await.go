// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// await waits for the end of a job, and reports how it ended.
func (i *invocation[M, R, P]) await(ctx context.Context, followed *jobrun.Follower[R]) {
	last, seen, err := followed.Watch(ctx, i.watcher(ctx, followed), i.diags)
	stopped := ""
	if err != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		stopped = i.stop(ctx, followed, seen && !jobrun.IsStranger(err))
		last, seen, err = followed.ReadOnceMore(ctx, last, seen, err)
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobrun.Farewell)
		defer cancel()
		ctx = short
	}
	noun, url := i.family.Noun(), i.jobs().URL(followed.ID)
	words := words{noun: noun, id: followed.ID, url: url, again: i.again()}
	switch {
	case err == nil:
		i.finish(ctx, last, url)
	case errors.Is(err, context.Canceled):
		i.diags.AddError(i.title+" was interrupted", words.interrupted(followed.ProgressOf(last, seen), stopped))
	case errors.Is(err, context.DeadlineExceeded):
		i.diags.AddError(fmt.Sprintf("%s had not ended after %s", i.title, duration.Text(i.limit)),
			words.overdue(followed.ProgressOf(last, seen), followed.Trouble(seen, err)))
	case jobrun.IsGone(err):
		i.Report(i.diags, pe.Failure{
			Summary: fmt.Sprintf("%s: it is not known how %s %s ended", i.title, noun, followed.ID), Err: err,
			Advice: map[string]string{
				orchestrator.KindUnknownJob: "The server no longer has a record of it, so nothing more can be learned about it: " + url,
			},
			Note: words.invokeAgain(),
		})
	case errors.As(err, new(*launch.StrangerError)):
		i.Report(i.diags, pe.Failure{
			Summary: fmt.Sprintf("%s: its %s could not be found", i.title, noun), Err: err, Note: words.mixedUp(),
		})
	default:
		i.Report(i.diags, pe.Failure{
			Summary: fmt.Sprintf("%s: the end of %s %s could not be awaited", i.title, noun, followed.ID), Err: err, Note: words.unwatched(),
		})
	}
}

// watcher returns a function that tells what has changed between two readings of a job.
func (i *invocation[M, R, P]) watcher(ctx context.Context, followed *jobrun.Follower[R]) func(R) {
	concerned := false
	nodes := i.family.Nodes(i.Clients, followed.ID)
	return func(now R) {
		if concern := i.config.concern(now); concern != "" && !concerned {
			concerned = true
			i.tell.line(ctx, concern)
		}
		if i.tell.change(ctx, i.family.Progress(now)) {
			i.tell.failures(ctx, nodes)
		}
	}
}

// finish judges a job that has ended, and reports how it ended.
func (i *invocation[M, R, P]) finish(ctx context.Context, last R, url string) {
	v, err := i.config.judge(ctx, i.Clients, last, url)
	i.leftOut(ctx, last)
	switch {
	case !v.OK:
		unread := ""
		if err != nil {
			unread = "What its nodes have left could not be read. " + i.Explain(err)
		}
		reasons := i.config.reasons(ctx, i.Clients, last)
		i.diags.AddError(v.Summary, prose.Paragraphs(v.Detail, unread, reasons, words{again: i.again()}.invokeAgain()))
	case err != nil:
		i.diags.AddWarning(i.title+": what its nodes have left could not be read", i.Explain(err)+"\n\nIt has ended, and counts as a success.")
	case v.Warning != "":
		i.diags.AddWarning(v.Warning, prose.Paragraphs(v.WarningDetail, i.config.reasons(ctx, i.Clients, last)))
	}
}

// stop stops a job after the wait for it was interrupted, if it is to be stopped, and says what came of that: "" if it is not. Only a
// reading proves that what has its number is ours: ours is whether there was one.
func (i *invocation[M, R, P]) stop(ctx context.Context, followed *jobrun.Follower[R], ours bool) string {
	stops, force := i.config.options().stops()
	if !stops {
		return ""
	}
	short, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobrun.Farewell)
	defer cancel()
	var warnings diag.Diagnostics
	var err error
	if !ours {
		err = followed.Ours(httpapi.WithoutRetries(short))
	}
	if err == nil {
		err = i.family.Stop(httpapi.WithoutRetries(short), i.Clients, followed.ID, force, &warnings)
	}
	i.diags.Append(warnings...)
	if err != nil {
		return fmt.Sprintf("It was to be stopped, because `on_interrupt` is %q, and that failed. %s",
			i.config.options().OnInterrupt.ValueString(), i.Explain(err))
	}
	return fmt.Sprintf("It was asked to stop, because `on_interrupt` is %q.", i.config.options().OnInterrupt.ValueString())
}
