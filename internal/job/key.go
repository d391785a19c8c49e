package job

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
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
	return launch.Key{Name: plan.job().LaunchKey.ValueString(), Inputs: pe.Fingerprint(r.family.collection(), values, inputs, diags)}
}

// recentJobs is the list of recent jobs on the server, read once.
func (r *jobResource[M, R, P]) recentJobs(ctx context.Context) ([]R, error) {
	jobs, err := r.shared.recent.List(ctx, func(ctx context.Context) ([]R, error) {
		return orchestrator.Collect(r.family.recent(ctx, r.Clients), launch.Searched)
	})
	if err != nil {
		return nil, fmt.Errorf("looking for what carries the same launch_key: %w", err)
	}
	if len(jobs) > 0 && !r.family.trace(jobs[0]).keepsUserdata {
		return nil, launch.ErrNoUserdata
	}
	return jobs, nil
}

// keyed looks for the newest job that carries a key and that no other resource has claimed, and returns it if it is running or has
// succeeded by the thresholds of the plan. If this apply has removed such a job from the state, the user wants it to run again.
func (r *jobResource[M, R, P]) keyed(ctx context.Context, plan P, key launch.Key) (id, requestID string, err error) {
	jobs, err := r.recentJobs(ctx)
	if err != nil {
		return "", "", err
	}
	same := slices.DeleteFunc(slices.Clone(jobs), func(job R) bool { return r.family.trace(job).key != key })
	if slices.ContainsFunc(same, func(job R) bool { return r.shared.desk.Forgotten(r.family.trace(job).id) }) {
		return "", "", nil
	}
	slices.SortFunc(same, func(a, b R) int { return orchestrator.CompareIDs(r.family.trace(b).id, r.family.trace(a).id) })
	for _, job := range same {
		t := r.family.trace(job)
		if !r.shared.recent.Claim(t.id) {
			continue
		}
		found := P(new(M))
		*found = *plan
		if found.fill(job); found.job().ended() && found.failed() {
			break
		}
		return t.id, t.requestID, nil
	}
	return "", "", nil
}

// checkKey reports a key that the server cannot keep. If the server does not answer, the apply asks again.
func (r *jobResource[M, R, P]) checkKey(ctx context.Context, plan P, diags *diag.Diagnostics) {
	if plan.job().LaunchKey.IsNull() || r.Clients == nil || len(r.Unknown) > 0 {
		return
	}
	if _, err := r.recentJobs(ctx); errors.Is(err, launch.ErrNoUserdata) {
		reportNoUserdata(plan.title(), diags)
	}
}

func reportNoUserdata(title string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("launch_key"), title+" cannot have a launch key",
		"The server keeps no userdata (before PE 2019.8.5), so a run could not be recognised by its key. Nothing was started. Leave "+
			"`launch_key` out.")
}
