package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// shownCandidates is how many jobs an error proposes that a lost launch may have started.
const shownCandidates = 5

// order is what starts a job, and what it is recognised by: see [launch.Request].
type order struct {
	send        command
	fingerprint string
	key         launch.Key
}

// launch starts a job exactly once and reports what went wrong.
func (r *jobResource[M, R, P]) launch(ctx context.Context, plan P, o order, diags *diag.Diagnostics) (jobMemo, bool) {
	own := tfvalue.StringMap(ctx, plan.job().Userdata, diags)
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
		request.Earlier.Keyed = func(ctx context.Context) (string, string, error) { return r.keyed(ctx, plan, o.key) }
	}
	result, err := r.Launcher.Launch(ctx, request)
	if errors.Is(err, launch.ErrNoUserdata) {
		reportNoUserdata(plan.title(), diags)
		return jobMemo{}, false
	}
	if err != nil {
		r.reportLaunch(plan, err, diags)
		return jobMemo{}, false
	}
	r.reportLaunched(plan.title(), result, len(own) > 0, diags)
	r.shared.recent.Claim(result.ID)
	plan.located(r.Clients, result.ID)
	plan.job().State = tfvalue.StringOrNull(r.family.firstState())
	memo := jobMemo{Waiting: plan.job().waits(), RequestID: result.RequestID, Launched: result.Past.Sent}
	if memo.Launched.IsZero() && !result.Past.Keyed {
		memo.Launched = time.Now()
	}
	return memo, true
}

// collection is the URL of the collection that the job belongs to.
func (r *jobResource[M, R, P]) collection() string { return r.Orchestrator.URL(r.family.collection()) }

// find looks for jobs that carry a request id, among those whose state changed last.
func (r *jobResource[M, R, P]) find(ctx context.Context, requestID string, sent time.Time) ([]string, error) {
	return launch.Recent(r.family.recent(ctx, r.Clients), requestID, sent, func(job R) (string, string, string) {
		found := r.family.trace(job)
		return found.id, found.requestID, found.changedAt
	})
}

// carries reports whether a job exists and carries a request id.
func (r *jobResource[M, R, P]) carries(ctx context.Context, id, requestID string) (bool, error) {
	now, err := r.family.Read(ctx, r.Clients, id)
	if orchestrator.IsUnknownJob(err) {
		return false, nil
	}
	return err == nil && r.family.trace(now).requestID == requestID, err
}

// runs reports whether a job has not ended yet.
func (r *jobResource[M, R, P]) runs(ctx context.Context, id string) (bool, error) {
	now, err := r.family.Read(ctx, r.Clients, id)
	return err == nil && !r.family.ended(now), err
}

// candidates returns the latest jobs that a plan may have started at a time of this machine, newest first: those of the same content that
// neither a note nor a state here claims.
func (r *jobResource[M, R, P]) candidates(ctx context.Context, plan P, sent time.Time) (ids []string, err error) {
	sent = sent.Add(time.Until(r.ServerNow())).Truncate(time.Second)
	jobs, err := orchestrator.Collect(r.family.recent(ctx, r.Clients), launch.Searched)
	for _, job := range jobs {
		found := r.family.trace(job)
		older := launch.ChangedBefore(found.changedAt, sent)
		if plan.similar(job) && !older && !r.Journal.Knows(r.collection(), found.id) && len(ids) < shownCandidates {
			ids = append(ids, found.id)
		}
	}
	return ids, err
}

// reportLaunched reports what is worth knowing about a successful launch.
func (r *jobResource[M, R, P]) reportLaunched(title string, result launch.Result, ownUserdata bool, diags *diag.Diagnostics) {
	noun := r.family.noun()
	if result.Earlier {
		diags.AddWarning(title+" was started by an earlier apply",
			fmt.Sprintf("That apply was killed, or lost the answer, after it had started %s %s, so the state did not know of it. It is taken "+
				"over, and nothing is started a second time. To run it again all the same, apply with -replace.", noun, result.ID))
	}
	if result.Past.Keyed {
		diags.AddWarning(fmt.Sprintf("%s was started before: %s %s", title, noun, result.ID),
			fmt.Sprintf("The %s %s has the same `launch_key` and the same inputs, and it runs or has succeeded. It is taken over, and nothing "+
				"is started. To run it again, change `launch_key` or a value of `triggers`.", noun, result.ID))
	}
	if result.Forgotten != "" {
		diags.AddWarning(title+" is started again",
			fmt.Sprintf("An earlier apply had started it as %s %s and was killed before the state knew of it. The server no longer has a "+
				"record of that, so it is not known what became of it.",
				noun, result.Forgotten))
	}
	if result.Unmarked && ownUserdata {
		diags.AddAttributeWarning(path.Root("userdata"), "The server does not keep userdata",
			fmt.Sprintf("It refuses the key (before PE 2019.8.5), so %s %s was started without userdata.", noun, result.ID))
	}
	for _, id := range result.Past.Over {
		diags.AddWarning(fmt.Sprintf("%s was started again", title), fmt.Sprintf("An earlier apply that was killed, or whose state was "+
			"lost, had started %s %s with the same inputs. That was before something else took its place, or it ended hours ago, so that "+
			"nobody follows it.", noun, id))
	}
	if result.Past.LaunchedElsewhere {
		diags.AddWarning(title+" is started twice at once", "Another apply that works in the same directory at this moment has started the "+
			"same. Both are started, and the state of the one that ends last is kept. Do not apply with -lock=false.")
	}
	if len(result.Others) > 0 {
		diags.AddWarning(title+" was started more than once",
			fmt.Sprintf("The answer to the launch was lost, and the server has carried it out several times. This resource follows %s %s; the "+
				"others are: %s.", noun, result.ID, prose.List(result.Others)))
	}
}

func (r *jobResource[M, R, P]) reportLaunch(plan P, err error, diags *diag.Diagnostics) {
	title, refused := plan.title(), plan.refusal()
	f := pe.Failure{
		Summary: title + " was not started", Err: err, Attributes: refused.attributes,
		Advice: map[string]string{orchestrator.KindNotPermitted: lacking(refused.permission, r.TokenOrigin)},
	}
	var unclear *launch.UnclearError
	if errors.As(err, &unclear) {
		r.reportUnclear(title, unclear, diags)
		return
	}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary = "It is not known whether " + prose.LowerFirst(title) + " was started"
		f.Note = r.lostLaunch(r.family.noun(), lost)
	}
	r.Report(diags, f)
}

// reportUnclear says what to do about a job that may belong to another resource.
func (r *jobResource[M, R, P]) reportUnclear(title string, unclear *launch.UnclearError, diags *diag.Diagnostics) {
	job := fmt.Sprintf("%s %s", r.family.noun(), unclear.ID)
	known := "and handed it to Terraform. No refresh has seen it in the state since: either another resource has it, or the state was not " +
		"written. "
	if unclear.Superseded {
		known = "and was killed. Something else has been started since for a resource that is now planned with these inputs. "
	}
	diags.AddError(fmt.Sprintf("It is not known whether %s is %s", prose.LowerFirst(title), job), fmt.Sprintf(
		"An earlier apply started %s with the same inputs, %sNothing is started as long as that is not known: %s\n\nIf the state was not "+
			"written, push it (terraform state push errored.tfstate), or import the job: terraform import <address> %s. If another resource "+
			"has it, apply without -target and -refresh=false, so that it is seen there. To run this one anew, change a value of `triggers`.",
		job, known, r.Orchestrator.URL(r.family.collection(), unclear.ID), unclear.ID))
}

// lacking says which permission a user lacks and how to get it.
func lacking(permission, tokenOrigin string) string {
	text := "The user whom the token belongs to needs " + permission + ", through one of the user's roles in PE."
	if tokenOrigin != "" {
		text += " The token comes from " + tokenOrigin + "."
	}
	return text
}

// lostLaunch says what to look for when the answer to a launch was lost.
func (r *jobResource[M, R, P]) lostLaunch(noun string, lost *launch.LostError) string {
	if lost.RequestID == "" {
		text := "The answer was lost, and this server does not keep userdata (before PE 2019.8.5), so the " + noun + " cannot be recognised. "
		if len(lost.Candidates) == 0 {
			return text + "Look for it in the console. If it is there, import it: terraform import <address> <id>. Otherwise apply again."
		}
		return text + fmt.Sprintf("It may be one of these: %s. If it is, import it: terraform import <address> %s. Otherwise apply "+
			"again.", prose.List(lost.Candidates), lost.Candidates[0])
	}
	text := fmt.Sprintf("The %s would carry the userdata %s = %q. ", noun, launch.UserdataKey, lost.RequestID)
	switch {
	case errors.Is(lost, launch.ErrKilled):
		text = "Nothing is started as long as that is not known. " + text
	case lost.Sends > 1:
		text = fmt.Sprintf("The answer was lost after the request had been sent %d times, each time after the %s had been looked for and "+
			"was not there. ", lost.Sends, noun) + text
	default:
		text = "The answer was lost after the request had been sent. It was not sent again, because the server may still be at work on it. " +
			text
	}
	if lost.Looked != nil {
		text += "It was looked for, but the server did not tell: " + r.Redactor.Text(prose.Sentence(lost.Looked.Error()))
	} else {
		text += "It was looked for and did not show up."
	}
	if lost.Noted {
		return text + fmt.Sprintf("\n\nApply again, in the same directory: the %s is looked for once more and taken over if it is there, "+
			"and started if it is not.", noun)
	}
	return text + fmt.Sprintf("\n\nLook for it in the console. If it is there, import it: terraform import <address> <id>. If it is not "+
		"there, apply again to start the %s.", noun)
}
