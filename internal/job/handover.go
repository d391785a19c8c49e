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

// handed is a job that Delete leaves for the Create of its replacement: nobody knows yet how it ended.
type handed[P any] struct {
	state P
	memo  jobMemo
}

// fingerprint identifies what is started with the inputs of a plan, or of a state. See [launch.Request].
func (r *jobResource[M, R, P]) fingerprint(values tfsdk.Plan, record P, diags *diag.Diagnostics) string {
	return pe.Fingerprint(r.collection(), values, started[M, R](record), diags)
}

// goesOn reports whether the replacement of a job goes on with it: an apply waits for its end and has not reported it, and the
// job is not to be stopped. Terraform taints a resource whose first wait has failed, but that is no job that has failed. Of a
// tainted resource it passes on the state only: its memo is empty.
func goesOn(state *jobModel, memo jobMemo) bool {
	unjudged := memo.Waiting || memo == jobMemo{} && state.waits() && !state.ended()
	return unjudged && (!state.stops() || state.ended())
}

// handOver leaves a job for the Create of its replacement, if there is to be one with the same inputs. Should this process end
// before that, a note tells the next one.
func (r *jobResource[M, R, P]) handOver(ctx context.Context, values tfsdk.State, state P, memo jobMemo, diags *diag.Diagnostics) bool {
	id := state.job().ID.ValueString()
	r.shared.desk.Forget(id)
	r.shared.desk.Forget(memo.RequestID)
	if !goesOn(state.job(), memo) {
		return false
	}
	now, err := r.read(httpapi.WithoutRetries(ctx), state, &memo)
	memo.Gone = isGone(err) || err == nil && r.family.trace(now).keepsUserdata && memo.RequestID == ""
	fingerprint := r.fingerprint(tfsdk.Plan{Raw: values.Raw}, state, diags)
	r.shared.desk.HandOver(fingerprint, handed[P]{state, memo})
	if memo.RequestID != "" && !memo.Gone {
		// A journal helps where it can.
		_ = r.Journal.Record(journal.Entry{
			RequestID: memo.RequestID, Fingerprint: fingerprint, Collection: r.collection(),
			ID: state.job().ID.ValueString(), Sent: memo.launched(),
		})
	}
	return true
}

// warnGoesOn says that the replacement that Terraform shows for a tainted resource goes on with its job. Of such a resource Terraform
// tells the plan nothing, so the refresh has to have seen it; of one that is replaced at somebody's wish, there is its memo.
func (r *jobResource[M, R, P]) warnGoesOn(plan P, fingerprint string, memo jobMemo, diags *diag.Diagnostics) {
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
