// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/foresight"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// handed is a job that Delete leaves for the Create of its replacement, because nobody knows yet how it ended.
type handed[P any] struct {
	state P
	memo  jobMemo
}

// fingerprint identifies what a plan or a state starts with its inputs. See [launch.Request].
func (r *jobResource[M, R, P]) fingerprint(values tfsdk.Plan, record P, diags *diag.Diagnostics) string {
	return pe.Fingerprint(r.collection(), values, started[M, R](record), workload.Normal, diags)
}

// unjudged reports whether an apply waits for the end of a job and has not reported it. Terraform taints a resource whose first wait
// has failed, but that is no job that has failed. Of a tainted resource it passes on the state only: its memo is empty.
func unjudged(state *jobModel, memo jobMemo) bool {
	return memo.Waiting || memo == jobMemo{} && state.waits() && !state.ended()
}

// goesOn reports whether the replacement of a job goes on with it: nobody knows yet how it ended, and it is not to be stopped.
func goesOn(state *jobModel, memo jobMemo) bool {
	return unjudged(state, memo) && (!state.stops() || state.ended())
}

// handOver leaves a job for the Create of its replacement, if there is one with the same inputs. If this process ends before that, a note
// informs the next one.
func (r *jobResource[M, R, P]) handOver(ctx context.Context, values tfsdk.State, state P, memo jobMemo, diags *diag.Diagnostics) bool {
	id, goes := state.job().ID.ValueString(), goesOn(state.job(), memo)
	memo = memo.of(state.job())
	r.shared.letGo.Add(r.purpose(tfsdk.Plan{Raw: values.Raw}, state, diags), id)
	r.shared.desk.Forget(id)
	r.shared.desk.Forget(memo.RequestID)
	if !goes {
		return false
	}
	now, err := r.read(httpapi.WithoutRetries(ctx), state, &memo)
	memo.Gone = jobrun.IsGone(err) || err == nil && r.family.Trace(now).KeepsUserdata && memo.RequestID == ""
	fingerprint := r.fingerprint(tfsdk.Plan{Raw: values.Raw}, state, diags)
	r.shared.desk.HandOver(fingerprint, handed[P]{state, memo})
	if successor, ok := r.shared.launched.Load(fingerprint); ok {
		launchreport.Replaced(state.title(), r.family.Noun(), id, fmt.Sprint(successor), state.job().URL.ValueString(), diags)
		return true
	}
	if memo.RequestID != "" && !memo.Gone {
		// The journal is best effort.
		_ = r.Journal.Record(journal.Entry{
			RequestID: memo.RequestID, Fingerprint: fingerprint, Collection: r.collection(),
			ID: state.job().ID.ValueString(), Sent: memo.launched(),
		})
	}
	return true
}

// warnReplaced says what becomes of the job of a tainted resource whose end nobody has reported: its replacement goes on with it, or it
// is stopped. Of such a resource Terraform tells the plan nothing, so the refresh has to have seen it; of one that is replaced at
// somebody's wish, there is its memo.
func (r *jobResource[M, R, P]) warnReplaced(plan P, fingerprint string, memo jobMemo, diags *diag.Diagnostics) {
	job := foresight.Running{Title: plan.title(), Noun: r.family.Noun()}
	if id, ok := r.shared.unjudged.Load(fingerprint); ok {
		job.ID, _ = id.(string)
	} else if !memo.Waiting {
		return
	}
	if plan.job().stops() {
		job.Stopped(diags)
		return
	}
	job.GoesOn(diags)
}

// takeBack takes over the job that the Delete of this replacement has left, instead of starting the same again.
func (r *jobResource[M, R, P]) takeBack(plan P, fingerprint string, diags *diag.Diagnostics) (jobMemo, bool) {
	left, ok := r.shared.desk.Take(fingerprint)
	if !ok {
		return jobMemo{}, false
	}
	title, was := plan.title(), fmt.Sprintf("%s %s", r.family.Noun(), left.state.job().ID.ValueString())
	plan.recall(left.state)
	memo := jobMemo{
		Gone: left.memo.Gone, RequestID: left.memo.RequestID, Launched: left.memo.launched(), CaptureMemo: newDefaults,
	}
	if memo.Gone {
		diags.AddWarning(title+" is not run again", fmt.Sprintf("The server lost the record of %s before an apply had seen its end, so it "+
			"is not known how it ended. What was known of it last is kept. To run it again, change a value of `triggers`.", was))
		return memo, true
	}
	memo.Waiting = plan.job().waits()
	diags.AddWarning(fmt.Sprintf("%s continues: %s", title, was), fmt.Sprintf("An earlier apply could not wait for its end, and it is not "+
		"known to have failed. Nothing is started a second time. To run it again all the same, change a value of `triggers`. "+
		"%s", left.state.job().URL.ValueString()))
	return memo, true
}
