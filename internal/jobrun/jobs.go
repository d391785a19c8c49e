// SPDX-License-Identifier: MPL-2.0

// Package jobrun takes a job from its launch to its verdict, whoever asks for that: it launches it once, follows it by its request id, and
// judges what its nodes have left.
package jobrun

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// shownCandidates is how many jobs an error proposes that a lost launch may have started.
const shownCandidates = 5

// Jobs are the jobs of a family on one server. R is what the server says of one at one moment.
type Jobs[R any] struct {
	*pe.Clients

	Family jobfamily.Family[R]
}

// Collection is the URL of the collection that the jobs belong to.
func (j Jobs[R]) Collection() string { return j.Orchestrator.URL(j.Family.Collection()) }

// URL is the URL of a job.
func (j Jobs[R]) URL(id string) string { return j.Orchestrator.URL(j.Family.Collection(), id) }

// Find looks for jobs that carry a request id, among those whose state changed last.
func (j Jobs[R]) Find(ctx context.Context, requestID string, sent time.Time) ([]string, error) {
	return launch.Recent(j.Family.Recent(ctx, j.Clients), requestID, sent, func(job R) (string, string, string) {
		found := j.Family.Trace(job)
		return found.ID, found.RequestID, found.ChangedAt
	})
}

// Carries reports whether a job exists and carries a request id.
func (j Jobs[R]) Carries(ctx context.Context, id, requestID string) (bool, error) {
	now, err := j.Family.Read(ctx, j.Clients, id)
	if orchestrator.IsUnknownJob(err) {
		return false, nil
	}
	return err == nil && j.Family.Trace(now).RequestID == requestID, err
}

// Runs reports whether a job has not ended yet.
func (j Jobs[R]) Runs(ctx context.Context, id string) (bool, error) {
	now, err := j.Family.Read(ctx, j.Clients, id)
	return err == nil && !j.Family.Ended(now), err
}

// Candidates returns the latest jobs that may have been started at a time of this machine, newest first: those that are similar, and that
// neither a note nor a state here claims.
func (j Jobs[R]) Candidates(ctx context.Context, sent time.Time, similar func(R) bool) (ids []string, err error) {
	sent = sent.Add(time.Until(j.ServerNow())).Truncate(time.Second)
	jobs, err := j.Latest(ctx)
	for _, job := range jobs {
		found := j.Family.Trace(job)
		recent := launch.MayHaveChangedSince(found.ChangedAt, sent)
		if similar(job) && recent && !j.Journal.Knows(j.Collection(), found.ID) && len(ids) < shownCandidates {
			ids = append(ids, found.ID)
		}
	}
	return ids, err
}

// Latest returns the jobs that are searched for what a launch may have started, those whose state changed last first.
func (j Jobs[R]) Latest(ctx context.Context) ([]R, error) {
	return orchestrator.Collect(j.Family.Recent(ctx, j.Clients), launch.Searched)
}

// KeepNoUserdata reports whether jobs show that the server keeps no userdata: there are some, and none says what it has. One alone shows
// nothing, as it may be older than an upgrade of the server.
func (j Jobs[R]) KeepNoUserdata(jobs []R) bool {
	return j.Family.ShowsNoUserdata() && len(jobs) > 0 &&
		!slices.ContainsFunc(jobs, func(job R) bool { return j.Family.Trace(job).KeepsUserdata })
}

// Order is what starts a job, and what it carries.
type Order[R any] struct {
	Start jobstart.Start[R]
	// Command is the request.
	Command jobstart.Command
	// Userdata go with the job.
	Userdata map[string]any
	// Key is its launch key.
	Key launch.Key
	// Fingerprint is what it is noted under in the journal: see [launch.Request].
	Fingerprint string
}

// Request returns the launch of a job. Where the server keeps no userdata, a job with a key is not started.
func (j Jobs[R]) Request(o Order[R]) launch.Request {
	begun := time.Now()
	userdata := o.Key.Mark(o.Userdata)
	return launch.Request{
		Fingerprint: o.Fingerprint,
		Collection:  j.Collection(),
		Send: func(ctx context.Context, requestID string) (string, error) {
			switch {
			case requestID == "" && o.Key.Name != "":
				return "", launch.ErrNoUserdata
			case requestID == "":
				ref, err := o.Command(ctx, nil)
				return ref.ID, err
			}
			ref, err := o.Command(ctx, launch.Mark(userdata, requestID))
			return ref.ID, err
		},
		Find:    j.Find,
		Confirm: j.Carries,
		Candidates: func(ctx context.Context) ([]string, error) {
			return j.Candidates(ctx, begun, o.Start.Similar)
		},
	}
}

// Keyed returns those of some jobs that carry a key, newest first.
func (j Jobs[R]) Keyed(jobs []R, key launch.Key) (same []R) {
	for _, job := range jobs {
		if j.Family.Trace(job).Key == key {
			same = append(same, job)
		}
	}
	slices.SortFunc(same, func(a, b R) int { return orchestrator.CompareIDs(j.Family.Trace(b).ID, j.Family.Trace(a).ID) })
	return same
}

// ReportRefusal reports a launch that went wrong.
func (j Jobs[R]) ReportRefusal(job launchreport.Launched, start jobstart.Start[R], err error, diags *diag.Diagnostics) {
	refused := start.Refusal()
	lacking := launchreport.Lacking(launchreport.Missing(err, refused.Permission), j.TokenOrigin)
	f := pe.Failure{
		Summary: job.NotDone(), Err: err, Attributes: refused.Attributes,
		Advice: map[string]string{orchestrator.KindNotPermitted: lacking},
	}
	var unclear *launch.UnclearError
	if errors.As(err, &unclear) {
		job.Unclear(j.URL(unclear.ID), unclear, diags)
		return
	}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary, f.Note = job.NotKnown(), job.Lost(lost, j.Redactor.Line)
	}
	j.Report(diags, f)
}

// MayWatch finds out whether the user may look at jobs, and reports an error where the server itself says no: a job that nobody may look
// at would run, and fail whoever waits for it. sight remembers the answer.
func (j Jobs[R]) MayWatch(ctx context.Context, sight *jobwatch.Sight, title string, diags *diag.Diagnostics) bool {
	look := func(ctx context.Context) error { return j.Family.Look(ctx, j.Clients) }
	refused := sight.Refused(ctx, j.Collection(), look, pe.IsForbidden, func() {
		j.Logger.WarnContext(ctx, title+": whether the user may look at the job was not found out in time; it is started all the same")
	})
	if refused == nil {
		return true
	}
	j.Report(diags, pe.Failure{
		Summary: title + " was not started, because nothing could wait for it",
		Err:     refused,
		Advice:  map[string]string{orchestrator.KindNotPermitted: launchreport.Lacking(launchreport.View, j.TokenOrigin)},
		Note: "Nothing was started. With `wait_for_completion = false` it is started without that permission, and Terraform does not " +
			"learn how it ends.",
	})
	return false
}
