// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// order is what starts a job, and what it is recognised by: see [launch.Request].
type order struct {
	send        jobstart.Command
	fingerprint string
	key         launch.Key
	// purpose is what the job is for. See [launch.Lineage].
	purpose string
}

// launch starts a job exactly once and reports what went wrong.
func (r *jobResource[M, R, P]) launch(ctx context.Context, plan P, o order, diags *diag.Diagnostics) (jobMemo, bool) {
	own := workload.Userdata(plan.job().Userdata, path.Root("userdata"), diags)
	if diags.HasError() {
		return jobMemo{}, false
	}
	jobs := r.jobs()
	request := jobs.Request(jobrun.Order[R]{
		Start: plan.start(plan), Command: o.send, Userdata: r.Userdata(own), Key: o.key, Fingerprint: o.fingerprint,
	})
	request.Earlier = launch.Earlier{
		Runs: jobs.Runs, Forgotten: r.shared.desk.Forgotten,
		Candidates: func(ctx context.Context, sent time.Time) ([]string, error) {
			return jobs.Candidates(ctx, sent, plan.start(plan).Similar)
		},
	}
	if o.key.Name != "" {
		request.Earlier.Keyed = func(ctx context.Context) (string, string, error) { return r.keyed(ctx, plan, o) }
	}
	result, err := r.Launcher.Launch(ctx, request)
	if errors.Is(err, launch.ErrNoUserdata) {
		launchreport.NoUserdata(plan.title(), launchreport.Said(r.Explain, err), diags)
		return jobMemo{}, false
	}
	if plan.takeEmpty(err) {
		r.Logger.InfoContext(ctx, plan.title()+": no node is in its scope, so nothing is started")
		return jobMemo{CaptureMemo: newDefaults}, true
	}
	if err != nil {
		jobs.ReportRefusal(launchreport.Job(plan.title(), r.family.Noun()), plan.start(plan), err, diags)
		return jobMemo{}, false
	}
	launchreport.Job(plan.title(), r.family.Noun()).Report(result, len(own) > 0, diags)
	r.shared.recent.Claim(result.ID)
	if !result.Earlier && !result.Past.Keyed {
		r.shared.launched.Store(o.fingerprint, result.ID)
	}
	plan.located(r.Clients, result.ID)
	plan.job().RequestID = tfvalue.StringOrNull(result.RequestID)
	plan.job().State = tfvalue.StringOrNull(r.family.FirstState())
	memo := jobMemo{
		Waiting: plan.job().waits(), RequestID: result.RequestID, Launched: result.Past.Sent, CaptureMemo: newDefaults,
	}
	if memo.Launched.IsZero() && !result.Past.Keyed {
		memo.Launched = time.Now()
	}
	return memo, true
}

// jobs are the jobs of the resource's type.
func (r *jobResource[M, R, P]) jobs() jobrun.Jobs[R] {
	return jobrun.Jobs[R]{Clients: r.Clients, Family: r.family}
}

// collection is the URL of the collection that the job belongs to.
func (r *jobResource[M, R, P]) collection() string { return r.jobs().Collection() }
