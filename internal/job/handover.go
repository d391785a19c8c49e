package job

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// handed is a job that Delete leaves for the Create of its replacement, because nobody knows yet how it ended.
type handed[P any] struct {
	state P
	memo  jobMemo
}

// fingerprint identifies what a plan or a state starts with its inputs. See [launch.Request].
func (r *jobResource[M, R, P]) fingerprint(values tfsdk.Plan, record P, diags *diag.Diagnostics) string {
	return pe.Fingerprint(r.collection(), values, started[M, R](record), diags)
}

// continues reports whether the replacement of a job continues it: an apply was to wait for its end and has not reported it, and the job is
// not to be stopped. Terraform taints a resource whose first wait has failed, but the job itself has not failed. For a tainted resource it
// passes on only the state: the memo is empty.
func continues(state *jobModel, memo jobMemo) bool {
	unjudged := memo.Waiting || memo == jobMemo{} && state.waits() && !state.ended()
	return unjudged && (!state.stops() || state.ended())
}

// handOver leaves a job for the Create of its replacement, if there is one with the same inputs. If this process ends before that, a note
// informs the next one.
func (r *jobResource[M, R, P]) handOver(ctx context.Context, values tfsdk.State, state P, memo jobMemo, diags *diag.Diagnostics) bool {
	id := state.job().ID.ValueString()
	r.shared.desk.Forget(id)
	r.shared.desk.Forget(memo.RequestID)
	if !continues(state.job(), memo) {
		return false
	}
	now, err := r.read(httpapi.WithoutRetries(ctx), state, &memo)
	memo.Gone = isGone(err) || err == nil && r.family.trace(now).keepsUserdata && memo.RequestID == ""
	fingerprint := r.fingerprint(tfsdk.Plan{Raw: values.Raw}, state, diags)
	r.shared.desk.HandOver(fingerprint, handed[P]{state, memo})
	if memo.RequestID != "" && !memo.Gone {
		// The journal is best effort.
		_ = r.Journal.Record(journal.Entry{
			RequestID: memo.RequestID, Fingerprint: fingerprint, Collection: r.collection(),
			ID: state.job().ID.ValueString(), Sent: memo.launched(),
		})
	}
	return true
}

// warnContinues warns that the replacement that Terraform shows for a tainted resource continues its job. For such a resource, Terraform
// passes nothing to the plan, so the refresh must have seen it; for a resource that the user replaces, there is its memo.
func (r *jobResource[M, R, P]) warnContinues(plan P, fingerprint string, memo jobMemo, diags *diag.Diagnostics) {
	job := "the job that is replaced"
	if id, ok := r.shared.unjudged.Load(fingerprint); ok {
		job = fmt.Sprintf("%s %s", r.family.noun(), id)
	} else if !memo.Waiting || plan.job().stops() {
		return
	}
	diags.AddWarning(fmt.Sprintf("%s goes on with %s", plan.title(), job), fmt.Sprintf("No apply has reported the end of %s, and it is "+
		"not known to have failed. The replacement takes it over, and nothing is started a second time. Only with "+
		"`create_before_destroy` Terraform creates first, which starts a new one; run `terraform untaint` before the apply to keep this one.",
		job))
}

// takeBack takes over the job that the Delete of this replacement has left, instead of starting the same again.
func (r *jobResource[M, R, P]) takeBack(plan P, fingerprint string, diags *diag.Diagnostics) (jobMemo, bool) {
	left, ok := r.shared.desk.Take(fingerprint)
	if !ok {
		return jobMemo{}, false
	}
	title, was := plan.title(), fmt.Sprintf("%s %s", r.family.noun(), left.state.job().ID.ValueString())
	plan.recall(left.state)
	memo := jobMemo{Gone: left.memo.Gone, RequestID: left.memo.RequestID, Launched: left.memo.launched()}
	if memo.Gone {
		diags.AddWarning(title+" is not run again", fmt.Sprintf("The server lost the record of %s before an apply had seen its end, so it "+
			"is not known how it ended. What was known of it last is kept. To run it again, change a value of `triggers`, or apply with "+
			"-replace.", was))
		return memo, true
	}
	memo.Waiting = plan.job().waits()
	diags.AddWarning(fmt.Sprintf("%s goes on: %s", title, was), fmt.Sprintf("An earlier apply could not wait for its end, and it is not "+
		"known to have failed. Nothing is started a second time. To run it again all the same, change a value of `triggers`. "+
		"%s", left.state.job().URL.ValueString()))
	return memo, true
}
