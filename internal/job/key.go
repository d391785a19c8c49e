package job

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// started are the inputs that tell one job from another on one machine. A resource without a key has the same as before there were
// keys.
func started[M, R any, P jobRecord[M, R]](record P) []string {
	if record.job().LaunchKey.IsNull() {
		return slices.DeleteFunc(record.inputs(), func(name string) bool { return name == "launch_key" })
	}
	return record.inputs()
}

// key names the run of a plan on all machines. However the server is called there, the inputs are the same.
func (r *jobResource[M, R, P]) key(values tfsdk.Plan, plan P, diags *diag.Diagnostics) launch.Key {
	if plan.job().LaunchKey.IsNull() {
		return launch.Key{}
	}
	inputs := slices.DeleteFunc(plan.inputs(), func(name string) bool { return name == "launch_key" })
	return launch.Key{
		Name:   plan.job().LaunchKey.ValueString(),
		Inputs: pe.Fingerprint(r.family.collection(), values, inputs, workload.Normal, diags),
	}
}

// recentJobs is what the server has run last. It is asked once.
func (r *jobResource[M, R, P]) recentJobs(ctx context.Context) ([]R, error) {
	jobs, err := r.shared.roll.List(ctx, func(ctx context.Context) ([]R, error) {
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

// keyed looks for the newest job that carries a key and that no other resource has taken, and returns it if it runs or has
// succeeded, as the plan judges it. When this apply has let go of such a job, somebody wants it to run again.
func (r *jobResource[M, R, P]) keyed(ctx context.Context, plan P, key launch.Key) (id, requestID string, err error) {
	jobs, err := r.recentJobs(ctx)
	if err != nil {
		return "", "", err
	}
	same := slices.DeleteFunc(slices.Clone(jobs), func(job R) bool { return r.family.trace(job).key != key })
	if slices.ContainsFunc(same, func(job R) bool { return r.shared.desk.HasLetGo(r.family.trace(job).id) }) {
		return "", "", nil
	}
	slices.SortFunc(same, func(a, b R) int { return orchestrator.CompareIDs(r.family.trace(b).id, r.family.trace(a).id) })
	for _, job := range same {
		t := r.family.trace(job)
		if !r.shared.roll.Claim(t.id) {
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

// checkKey reports a key that the server cannot keep. A server that does not answer is asked again by the apply.
func (r *jobResource[M, R, P]) checkKey(ctx context.Context, plan P, diags *diag.Diagnostics) {
	if plan.job().LaunchKey.IsNull() || !r.Known() {
		return
	}
	if _, err := r.recentJobs(ctx); errors.Is(err, launch.ErrNoUserdata) {
		launchreport.NoUserdata(plan.title(), diags)
	}
}
