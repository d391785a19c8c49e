package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

const (
	// searched is how many recent jobs are looked through for one whose launch got no answer, and all that changed since then.
	searched = 500
	// clockTolerance is how far the clocks of this machine and of the server may be apart for such a job to be found.
	clockTolerance = time.Hour
	// shownCandidates is how many jobs an error proposes that a lost launch may have started.
	shownCandidates = 5
)

// launched describes a launch to connection.launch.
type launched struct {
	record jobRecord
	// send sends the command with the given userdata, which is nil for a server that does not take any.
	send func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error)
	// find returns the ids of what carries a request id that was sent at a time.
	find func(ctx context.Context, requestID string, sent time.Time) ([]string, error)
	// candidates returns the ids of what may have been started.
	candidates func(ctx context.Context) ([]string, error)
	// attributes names the attributes at fault, by error kind.
	attributes map[string]path.Path
	// permission is what a user needs for the launch, for the error that one lacks it.
	permission string
}

// launch starts a job exactly once and reports what went wrong. fingerprint identifies what is started: see
// [launch.Request].
func (r *jobResource) launch(ctx context.Context, l launched, fingerprint string, diags *diag.Diagnostics) (id string, ok bool) {
	own := stringMap(ctx, l.record.job().Userdata, diags)
	if diags.HasError() {
		return "", false
	}
	userdata := r.userdata(own)
	result, err := r.launcher.Launch(ctx, launch.Request{
		Fingerprint: fingerprint,
		Collection:  r.collection(),
		Send: func(ctx context.Context, requestID string) (string, error) {
			var sent map[string]any
			if requestID != "" {
				sent = launch.Mark(userdata, requestID)
			}
			ref, err := l.send(ctx, sent)
			return ref.ID, err
		},
		Find:       l.find,
		Confirm:    r.carries,
		Candidates: l.candidates,
	})
	if err != nil {
		r.reportLaunch(diags, l, err)
		return "", false
	}
	r.reportLaunched(diags, l.record, result, len(own) > 0)
	return result.ID, true
}

// collection is the URL of the collection that the job belongs to.
func (r *jobResource) collection() string { return r.orchestrator.URL(r.family.collection()) }

// carries reports whether a job is there and carries a request id.
func (r *jobResource) carries(ctx context.Context, id, requestID string) (bool, error) {
	now, err := r.family.read(ctx, r.connection, id)
	if orchestrator.IsUnknownJob(err) {
		return false, nil
	}
	return err == nil && now.requestID() == requestID, err
}

// requestIDIn returns the request id in the userdata of a job, or "".
func requestIDIn(userdata map[string]any) string {
	id, _ := userdata[launch.UserdataKey].(string)
	return id
}

// reportLaunched tells what is worth knowing about a launch that went well.
func (r *jobResource) reportLaunched(diags *diag.Diagnostics, record jobRecord, result launch.Result, ownUserdata bool) {
	noun := r.family.noun()
	if result.Earlier {
		diags.AddWarning(record.subject()+" was started by an earlier apply",
			fmt.Sprintf("That apply was killed, or lost the answer, after it had started %s %s, so the state did not know of it. It is taken over, and nothing is started a second time. "+
				"To run it again all the same, apply with -replace.", noun, result.ID))
	}
	if result.Forgotten != "" {
		diags.AddWarning(record.subject()+" is started again",
			fmt.Sprintf("An earlier apply had started it as %s %s and was killed before the state knew of it. The server no longer has a record of that, so it is not known what became of it.",
				noun, result.Forgotten))
	}
	if result.Unmarked && ownUserdata {
		diags.AddAttributeWarning(path.Root("userdata"), "The server does not keep userdata",
			fmt.Sprintf("It refuses the key (before PE 2019.8.5), so %s %s was started without userdata.", noun, result.ID))
	}
	if len(result.Others) > 0 {
		diags.AddWarning(fmt.Sprintf("%s was started more than once", record.subject()),
			fmt.Sprintf("The answer to the launch was lost, and the server has carried it out several times. This resource follows %s %s; the others are: %s.", noun, result.ID, list(result.Others)))
	}
}

func (r *jobResource) reportLaunch(diags *diag.Diagnostics, l launched, err error) {
	f := failure{
		summary: l.record.subject() + " was not started", err: err, attributes: l.attributes,
		advice: map[string]string{orchestrator.KindNotPermitted: lacking(l.permission, r.tokenOrigin)},
	}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.summary = "It is not known whether " + lowered(l.record.subject()) + " was started"
		f.note = r.lostLaunch(r.family.noun(), lost)
	}
	r.report(diags, f)
}

// lacking says what a user lacks and how to get it.
func lacking(permission, tokenOrigin string) string {
	text := "The user whom the token belongs to needs " + permission + ", through one of the user's roles in PE."
	if tokenOrigin != "" {
		text += " The token comes from " + tokenOrigin + "."
	}
	return text
}

// lostLaunch says what to look for when the answer to a launch was lost.
func (c *connection) lostLaunch(noun string, lost *launch.LostError) string {
	if lost.RequestID == "" {
		text := "The answer was lost, and this server does not keep userdata (before PE 2019.8.5), so the " + noun + " cannot be recognised. "
		if len(lost.Candidates) == 0 {
			return text + "Look for it in the console. If it is there, import it: terraform import <address> <id>. Otherwise apply again."
		}
		return text + fmt.Sprintf("It may be one of these: %s. If it is, import it: terraform import <address> %s. Otherwise apply again.", list(lost.Candidates), lost.Candidates[0])
	}
	text := fmt.Sprintf("The %s would carry the userdata %s = %q. ", noun, launch.UserdataKey, lost.RequestID)
	switch {
	case errors.Is(lost, launch.ErrKilled):
		text = "Nothing is started as long as that is not known. " + text
	default:
		text = "The answer was lost after the request had been sent. It was not sent again, because the server may still be at work on it. " + text
	}
	if lost.Looked != nil {
		text += "It was looked for, but the server did not tell: " + c.redactor.Text(sentence(lost.Looked.Error()))
	} else {
		text += "It was looked for and did not show up."
	}
	if lost.Noted {
		return text + fmt.Sprintf("\n\nApply again, in the same directory: the %s is looked for once more and taken over if it is there, and started if it is not.", noun)
	}
	return text + fmt.Sprintf("\n\nLook for it in the console. If it is there, import it: terraform import <address> <id>. If it is not there, apply again to start the %s.", noun)
}

// fingerprint identifies what a plan starts, by the attributes whose change runs it again. Write-only values are not part of
// a plan, so no secret gets into it.
func fingerprint(collection string, plan tfsdk.Plan, inputs []string, diags *diag.Diagnostics) string {
	var planned map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", sentence(err.Error()))
		return ""
	}
	hash := sha256.New()
	_, _ = fmt.Fprintln(hash, collection)
	for _, name := range slices.Sorted(slices.Values(inputs)) {
		_, _ = fmt.Fprintf(hash, "%s %s\n", name, planned[name])
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// stringMap returns a map of strings.
func stringMap(ctx context.Context, value types.Map, diags *diag.Diagnostics) map[string]string {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	var values map[string]string
	diags.Append(value.ElementsAs(ctx, &values, false)...)
	return values
}

// findJobs looks for jobs of a type that carry a request id, among those whose state changed last.
func (c *connection) findJobs(ctx context.Context, jobType, requestID string, sent time.Time) (ids []string, err error) {
	looked := 0
	for job, err := range c.orchestrator.Jobs(ctx, orchestrator.JobFilter{Type: jobType, OrderBy: "timestamp", Order: "desc"}) {
		if err != nil {
			return nil, err
		}
		if requestIDIn(job.Userdata) == requestID {
			ids = append(ids, job.ID)
		}
		if looked++; looked >= searched && before(job.Timestamp, sent) {
			break
		}
	}
	return sortedIDs(ids), nil
}

// before reports whether something that changed last at a time of the server did so before a launch of this machine, however
// their clocks go. A time that cannot be read was long ago.
func before(changed string, sent time.Time) bool {
	at, err := time.Parse(time.RFC3339, changed)
	return err != nil || at.Before(sent.Add(-clockTolerance))
}

// similarJobs returns the latest jobs of a type that pass a test, newest first.
func (c *connection) similarJobs(ctx context.Context, jobType string, similar func(orchestrator.Job) bool) (ids []string, err error) {
	jobs, err := c.recentJobs(ctx, jobType)
	for _, job := range jobs {
		if similar(job) && len(ids) < shownCandidates {
			ids = append(ids, job.ID)
		}
	}
	return ids, err
}

func (c *connection) recentJobs(ctx context.Context, jobType string) ([]orchestrator.Job, error) {
	return orchestrator.Collect(c.orchestrator.Jobs(ctx, orchestrator.JobFilter{Type: jobType, OrderBy: "timestamp", Order: "desc"}), searched)
}

// reportRecord reports a record of another kind than the resource's own.
func reportRecord(record jobRecord, diags *diag.Diagnostics) {
	diags.AddError("Unexpected record", fmt.Sprintf("The job was planned as %T. This is always a bug in the provider; please report it.", record))
}
