// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/foresight"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// running describes the job of a state to a plan: as the refresh has seen it, or else as it was saved.
func (r *jobResource[M, R, P]) running(state P) foresight.Running {
	job := foresight.Running{
		Title: state.title(), Noun: r.family.Noun(), ID: state.job().ID.ValueString(), URL: state.job().URL.ValueString(),
		Sighting: foresight.Sighting{Progress: state.progress(), Ended: state.job().ended()},
	}
	if seen, ok := r.shared.seen.Load(job.ID); ok {
		job.Sighting, _ = seen.(foresight.Sighting)
	}
	return job
}

// leaves reports whether a job keeps running without Terraform once the state lets go of it.
func leaves(state *jobModel, memo jobMemo, job foresight.Running) bool {
	return !job.Ended && !job.Missing && !memo.Gone && !state.stops()
}

// planDestroy says what the destroy of a job leaves running.
func (r *jobResource[M, R, P]) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	state := P(new(M))
	diags.Append(tfvalue.Decode(ctx, req.State, state)...)
	memo := readJobMemo(ctx, req.Private, diags)
	if diags.HasError() {
		return
	}
	if job := r.running(state); leaves(state.job(), memo, job) {
		job.Left(diags)
	}
}

// warnSecond says that a job goes on beside the one that replaces it. Only changes can be foreseen: of what a provider says to
// -replace, Terraform shows nothing.
func (r *jobResource[M, R, P]) warnSecond(state P, memo jobMemo, diags *diag.Diagnostics) {
	if job := r.running(state); leaves(state.job(), memo, job) {
		job.Second(diags)
	}
}
