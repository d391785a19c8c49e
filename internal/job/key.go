// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// started are the inputs that identify a job on one machine. Without a key they are the same as in releases that had no keys.
func started[M, R any, P jobRecord[M, R]](record P) []string {
	if record.job().LaunchKey.IsNull() {
		return slices.DeleteFunc(record.inputs(), func(name string) bool { return name == "launch_key" })
	}
	return record.inputs()
}

// key identifies the run of a plan on all machines. It does not depend on the name under which the server is reached.
func (r *jobResource[M, R, P]) key(values tfsdk.Plan, plan P, diags *diag.Diagnostics) launch.Key {
	if plan.job().LaunchKey.IsNull() {
		return launch.Key{}
	}
	inputs := slices.DeleteFunc(plan.inputs(), func(name string) bool { return name == "launch_key" })
	return launch.Key{
		Name:   plan.job().LaunchKey.ValueString(),
		Inputs: pe.Fingerprint(r.family.Collection(), values, inputs, workload.Normal, diags),
	}
}

// recentJobs is the list of recent jobs on the server, read once.
func (r *jobResource[M, R, P]) recentJobs(ctx context.Context) ([]R, error) {
	jobs, err := r.shared.recent.List(ctx, r.jobs().Latest)
	if err != nil {
		return nil, fmt.Errorf("looking for what carries the same launch_key: %w", err)
	}
	if r.jobs().KeepNoUserdata(jobs) {
		return nil, launch.ErrNoUserdata
	}
	return jobs, nil
}

// purposeInputs are the inputs that stay the same from one run of something to the next.
var purposeInputs = []string{"environment", "scope", "target", "targets_hash", "task", "plan_name"}

// purpose is what a job is for: the same work on the same nodes, whatever its parameters and its key are. When one follows another, as
// releases do, those before it are over.
func (r *jobResource[M, R, P]) purpose(values tfsdk.Plan, record P, diags *diag.Diagnostics) string {
	return pe.Fingerprint(r.collection(), values, slices.DeleteFunc(record.inputs(), func(name string) bool {
		return !slices.Contains(purposeInputs, name)
	}), workload.Normal, diags)
}

// keyed looks for the newest job that carries a key and that no other resource has taken, and returns it if it runs or has
// succeeded, as the plan judges it. When this apply has let go of such a job, or of one that was started later for the same purpose,
// somebody wants it to run again.
func (r *jobResource[M, R, P]) keyed(ctx context.Context, plan P, o order) (id, requestID string, err error) {
	jobs, err := r.recentJobs(ctx)
	if err != nil {
		return "", "", err
	}
	found, ok := r.pick(jobs, plan, o.key, r.shared.recent.Claim)
	if !ok || r.shared.letGo.Superseded(o.purpose, found.ID) {
		return "", "", nil
	}
	return found.ID, found.RequestID, nil
}

// pick returns the newest of some jobs that carries a key and that can be claimed, if it runs or has succeeded, as the plan judges it.
func (r *jobResource[M, R, P]) pick(jobs []R, plan P, key launch.Key, claim func(id string) bool) (found launch.Trace, ok bool) {
	same := r.jobs().Keyed(jobs, key)
	if slices.ContainsFunc(same, func(job R) bool { return r.shared.desk.Forgotten(r.family.Trace(job).ID) }) {
		return launch.Trace{}, false
	}
	for _, job := range same {
		if found = r.family.Trace(job); !claim(found.ID) {
			continue
		}
		now := P(new(M))
		*now = *plan
		now.fill(job)
		return found, !now.job().ended() || !now.failed()
	}
	return launch.Trace{}, false
}

// hold notes who has a launch key, and refuses one that two resources have: both would follow one job. A new job has no name yet; one
// that takes the place of another is the same resource as that.
func (r *jobResource[M, R, P]) hold(values tfsdk.Plan, plan P, requestID string, diags *diag.Diagnostics) {
	if plan.job().LaunchKey.IsNull() || !r.Known() || !pe.AllKnown(values, plan.inputs()) {
		return
	}
	holders, _ := r.shared.holders.LoadOrStore(r.Clients, &launch.Holders{})
	if holders, ok := holders.(*launch.Holders); ok && holders.Hold(r.key(values, plan, diags), requestID) {
		launchreport.SharedKey(plan.title(), plan.job().LaunchKey.ValueString(), diags)
	}
}

// holdOn notes who has a launch key already. One without a name cannot be told from the one that takes its place.
func (r *jobResource[M, R, P]) holdOn(values tfsdk.Plan, plan P, memo jobMemo, diags *diag.Diagnostics) {
	if memo.RequestID != "" {
		r.hold(values, plan, memo.RequestID, diags)
	}
}

// checkKey reports a key that the server cannot keep, and a job that is adopted by its key. A server that does not answer is asked
// again by the apply.
func (r *jobResource[M, R, P]) checkKey(ctx context.Context, values tfsdk.Plan, plan P, diags *diag.Diagnostics) {
	if plan.job().LaunchKey.IsNull() || !r.Known() || diags.HasError() {
		return
	}
	jobs, err := courtesy.Ask(httpapi.WithoutRetries(ctx), &r.shared.glances, r.recentJobs)
	switch {
	case errors.Is(err, launch.ErrNoUserdata):
		launchreport.NoUserdata(plan.title(), "", diags)
	case courtesy.Unanswered(err) && r.shared.glances.First():
		launchreport.KeysNotLookedFor(r.Explain(err), diags)
	}
	if err != nil || !pe.AllKnown(values, plan.inputs()) {
		return
	}
	found, ok := r.pick(jobs, plan, r.key(values, plan, diags), r.shared.foreseen.Claim)
	purpose := r.purpose(values, plan, diags)
	if ok && !r.shared.held.Superseded(purpose, found.ID) && !r.shared.letGo.Superseded(purpose, found.ID) {
		launchreport.WillAdopt(plan.title(), r.family.Noun(), found.ID, r.Orchestrator.URL(r.family.Collection(), found.ID), diags)
	}
}
