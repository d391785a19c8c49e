// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// shownCandidates is how many jobs an error proposes that a lost launch may have started.
const shownCandidates = 5

// order is what starts a job, and what it is recognised by: see [launch.Request].
type order struct {
	send        command
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
	begun := time.Now()
	userdata := o.key.Mark(r.Userdata(own))
	request := launch.Request{
		Fingerprint: o.fingerprint,
		Collection:  r.collection(),
		Send: func(ctx context.Context, requestID string) (string, error) {
			switch {
			case requestID == "" && o.key.Name != "":
				return "", launch.ErrNoUserdata
			case requestID == "":
				ref, err := o.send(ctx, nil)
				return ref.ID, err
			}
			ref, err := o.send(ctx, launch.Mark(userdata, requestID))
			return ref.ID, err
		},
		Find:       r.find,
		Confirm:    r.carries,
		Candidates: func(ctx context.Context) ([]string, error) { return r.candidates(ctx, plan, begun) },
		Earlier: launch.Earlier{
			Runs: r.runs, Forgotten: r.shared.desk.Forgotten,
			Candidates: func(ctx context.Context, sent time.Time) ([]string, error) { return r.candidates(ctx, plan, sent) },
		},
	}
	if o.key.Name != "" {
		request.Earlier.Keyed = func(ctx context.Context) (string, string, error) { return r.keyed(ctx, plan, o) }
	}
	result, err := r.Launcher.Launch(ctx, request)
	if errors.Is(err, launch.ErrNoUserdata) {
		launchreport.NoUserdata(plan.title(), diags)
		return jobMemo{}, false
	}
	if plan.takeEmpty(err) {
		r.Logger.InfoContext(ctx, plan.title()+": no node is in its scope, so nothing is started")
		return jobMemo{CaptureMemo: newDefaults}, true
	}
	if err != nil {
		r.reportLaunch(plan, err, diags)
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

// collection is the URL of the collection that the job belongs to.
func (r *jobResource[M, R, P]) collection() string { return r.Orchestrator.URL(r.family.Collection()) }

// find looks for jobs that carry a request id, among those whose state changed last.
func (r *jobResource[M, R, P]) find(ctx context.Context, requestID string, sent time.Time) ([]string, error) {
	return launch.Recent(r.family.Recent(ctx, r.Clients), requestID, sent, func(job R) (string, string, string) {
		found := r.family.Trace(job)
		return found.ID, found.RequestID, found.ChangedAt
	})
}

// carries reports whether a job exists and carries a request id.
func (r *jobResource[M, R, P]) carries(ctx context.Context, id, requestID string) (bool, error) {
	now, err := r.family.Read(ctx, r.Clients, id)
	if orchestrator.IsUnknownJob(err) {
		return false, nil
	}
	return err == nil && r.family.Trace(now).RequestID == requestID, err
}

// runs reports whether a job has not ended yet.
func (r *jobResource[M, R, P]) runs(ctx context.Context, id string) (bool, error) {
	now, err := r.family.Read(ctx, r.Clients, id)
	return err == nil && !r.family.Ended(now), err
}

// candidates returns the latest jobs that a plan may have started at a time of this machine, newest first: those of the same content that
// neither a note nor a state here claims.
func (r *jobResource[M, R, P]) candidates(ctx context.Context, plan P, sent time.Time) (ids []string, err error) {
	sent = sent.Add(time.Until(r.ServerNow())).Truncate(time.Second)
	jobs, err := orchestrator.Collect(r.family.Recent(ctx, r.Clients), launch.Searched)
	for _, job := range jobs {
		found := r.family.Trace(job)
		older := launch.ChangedBefore(found.ChangedAt, sent)
		if plan.similar(job) && !older && !r.Journal.Knows(r.collection(), found.ID) && len(ids) < shownCandidates {
			ids = append(ids, found.ID)
		}
	}
	return ids, err
}

// reportLaunch reports a launch that went wrong.
func (r *jobResource[M, R, P]) reportLaunch(plan P, err error, diags *diag.Diagnostics) {
	job, refused := launchreport.Job(plan.title(), r.family.Noun()), plan.refusal()
	lacking := launchreport.Lacking(launchreport.Missing(err, refused.permission), r.TokenOrigin)
	f := pe.Failure{
		Summary: job.NotDone(), Err: err, Attributes: refused.attributes,
		Advice: map[string]string{orchestrator.KindNotPermitted: lacking},
	}
	var unclear *launch.UnclearError
	if errors.As(err, &unclear) {
		job.Unclear(r.Orchestrator.URL(r.family.Collection(), unclear.ID), unclear, diags)
		return
	}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary, f.Note = job.NotKnown(), job.Lost(lost, r.Redactor.Line)
	}
	r.Report(diags, f)
}
