// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It decides what a change does to an existing job: run it again, continue to wait
// for it, read its results again, or nothing.
func (r *jobResource[M, R, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.planning()
	defer r.planned(req, resp)
	if req.Plan.Raw.IsNull() {
		r.planDestroy(ctx, req, &resp.Diagnostics)
		return
	}
	plan, state := P(new(M)), P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, plan)...)
	if req.State.Raw.IsNull() {
		r.planLaunch(ctx, req, resp, plan)
		return
	}
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	r.holdOn(req.Plan, plan, memo, &resp.Diagnostics)
	changed := pe.ChangedAttributes(req.Plan, req.State, plan.inputs(), workload.Normal, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if memo.Imported {
		changed = r.adopt(req, plan, state, changed, &resp.Diagnostics)
	}
	if len(changed) > 0 {
		r.warnSecond(state, memo, &resp.Diagnostics)
		for _, name := range changed {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
		}
		r.tellNodes(ctx, plan, &resp.Diagnostics)
		return
	}

	asked := *plan
	plan.recall(state)
	kept := pe.ChangedAttributes(req.Plan, req.State, []string{"description", "userdata"}, workload.Normal, &resp.Diagnostics)
	if state.job().exists() {
		r.running(state).Kept(kept, &resp.Diagnostics)
	}
	if r.Known() && unjudged(state.job(), jobMemo{}) {
		// It is no tainted resource, whose replacement is planned without its state.
		r.shared.unjudged.Delete(r.fingerprint(req.Plan, plan, &resp.Diagnostics))
	}
	switch {
	case mustRunAgain(plan, memo):
		resp.Diagnostics.AddWarning(plan.title()+" has failed and will run again",
			fmt.Sprintf("%s The %s %s: %s",
				whyAgain[M, R](plan, state), r.family.Noun(), state.job().ID.ValueString(), state.job().URL.ValueString()))
		plan.forget()
		plan.job().ID, plan.job().RequestID = types.StringUnknown(), types.StringUnknown()
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("id"))
		r.tellNodes(ctx, plan, &resp.Diagnostics)
	case mustWait(plan.job(), state.job(), memo):
		r.running(state).Awaited(&resp.Diagnostics)
		plan.forget()
	default:
		if results := rereads(plan, state, memo); results != nil {
			results.Forget()
		}
	}
	pe.SetPlan(ctx, &resp.Plan, &asked, (*M)(plan), &resp.Diagnostics)
}

// planLaunch plans a new job. The replacement of a job is planned as a new one, too.
func (r *jobResource[M, R, P]) planLaunch(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan P,
) {
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	r.wants(req.Plan, plan, memo, &resp.Diagnostics)
	r.checkLaunch(ctx, plan, req.Config, &resp.Diagnostics)
	r.checkKey(ctx, req.Plan, plan, &resp.Diagnostics)
	r.hold(req.Plan, plan, memo.RequestID, &resp.Diagnostics)
	r.preview(ctx, plan, resp)
}

// planned notes whether something is to change.
func (r *jobResource[M, R, P]) planned(req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Known() && !resp.Plan.Raw.Equal(req.State.Raw) {
		r.Journal.Act(r.collection())
	}
}

// whyAgain says why a job that has ended counts as failed in the plan. Its state has the thresholds of the last apply.
func whyAgain[M, R any, P jobRecord[M, R]](plan, state P) string {
	switch {
	case !state.failed():
		return plan.grounds()
	case !state.job().waits():
		return "Nothing waited for it, so its failure did not count. With `wait_for_completion` it does: leave that `false` to keep the job, " +
			"and nothing runs."
	default:
		return "It is known to have failed."
	}
}

// wants notes that a job is planned to be started. The memo is that of the job that it replaces, if it replaces one.
func (r *jobResource[M, R, P]) wants(planned tfsdk.Plan, plan P, memo jobMemo, diags *diag.Diagnostics) {
	if !r.Known() {
		return
	}
	fingerprint := ""
	if pe.AllKnown(planned, plan.inputs()) {
		fingerprint = r.fingerprint(planned, plan, diags)
		r.Journal.Supersede(fingerprint, memo.Launched, memo.RequestID)
		r.warnReplaced(plan, fingerprint, memo, diags)
	}
	r.Journal.PlanLaunch(r.collection(), fingerprint)
}

// checkLaunch compares what a new job is to run with what the server knows. The replacement of a job is planned as a new one, too, so this
// is the only place for the check, and a plan in which nothing runs asks nothing.
func (r *jobResource[M, R, P]) checkLaunch(ctx context.Context, plan P, config tfsdk.Config, diags *diag.Diagnostics) {
	if diags.HasError() {
		return
	}
	configured := P(new(M))
	diags.Append(tfvalue.Decode(ctx, config, configured)...)
	if diags.HasError() {
		return
	}
	uses := configured.start(configured).Uses().WithPlanned(plan.start(configured).Uses())
	uses.Features = append(uses.Features, workload.LaunchKeyFeature(configured.job().LaunchKey)...)
	r.metadata.Check(ctx, r.Clients, uses, diags)
}

// mustRunAgain reports whether a job that an apply has waited for has failed by the thresholds of the plan. Terraform does not taint after
// a failed update, so the next plan would otherwise count such a job as a success.
func mustRunAgain[M, R any, P jobRecord[M, R]](plan P, memo jobMemo) bool {
	return plan.job().waits() && !memo.Waiting && plan.job().ended() && plan.failed()
}

// mustWait reports whether an apply has to wait for the job: an earlier one should have and could not, or this is the first one that
// should.
func mustWait(plan, state *jobModel, memo jobMemo) bool {
	return plan.waits() && !memo.Gone && (memo.Waiting || !state.ended())
}

// rereads returns the results of a job that has ended when they have to be read again, because others are wanted; otherwise nil.
func rereads[M, R any, P jobRecord[M, R]](plan, state P, memo jobMemo) *jobvalue.Captured {
	if memo.Gone || !state.job().ended() {
		return nil
	}
	return plan.outdated(state)
}

// adopt removes from the changes of an imported job what the server does not report, or reports in another form: the configuration is
// adopted there, and nothing runs. It warns about that, because later changes of the same attributes will run the job again.
func (r *jobResource[M, R, P]) adopt(
	req resource.ModifyPlanRequest,
	plan, state P,
	changed []string,
	diags *diag.Diagnostics,
) (rest []string) {
	var prior map[string]tftypes.Value
	if req.State.Raw.As(&prior) != nil {
		return changed
	}
	var adopted []string
	for _, name := range changed {
		if prior[name].IsNull() && plan.unreported(name) ||
			name == "params" && workload.SameParams(plan.parameters(), state.parameters()) {
			adopted = append(adopted, name)
		} else {
			rest = append(rest, name)
		}
	}
	if len(adopted) > 0 && len(rest) == 0 {
		diags.AddWarning(plan.title()+" was imported and takes its configuration as it stands",
			fmt.Sprintf("The server does not report what %s %s was started with for: %s. What the configuration says is assumed, and nothing "+
				"runs. From the next apply on, a change of these attributes runs the job "+
				"again.", r.family.Noun(), state.job().ID.ValueString(), strings.Join(adopted, ", ")))
	}
	return rest
}
