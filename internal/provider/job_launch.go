package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

const (
	// searched is how many recent jobs are looked through for one whose launch got no answer.
	searched = 500
	// shownCandidates is how many jobs an error proposes that a lost launch may have started.
	shownCandidates = 5
)

// launched describes a launch to connection.launch.
type launched struct {
	record jobRecord
	noun   string
	// send sends the command with the given userdata, which is nil for a server that does not take any.
	send func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error)
	// find returns the ids of what carries a request id.
	find func(ctx context.Context, requestID string) ([]string, error)
	// candidates returns the ids of what may have been started.
	candidates func(ctx context.Context) ([]string, error)
	// attributes names the attributes at fault, by error kind.
	attributes map[string]path.Path
}

// launch starts a job exactly once and reports what went wrong.
func (c *connection) launch(ctx context.Context, l launched, diags *diag.Diagnostics) (id string, ok bool) {
	requestID, err := launch.NewRequestID()
	if err != nil {
		diags.AddError(l.record.subject()+" was not started", sentence(err.Error()))
		return "", false
	}
	own := stringMap(ctx, l.record.job().Userdata, diags)
	if diags.HasError() {
		return "", false
	}
	userdata := launch.Mark(c.userdata(own), requestID)
	result, err := c.launcher.Launch(ctx, launch.Request{
		RequestID: requestID,
		Send: func(ctx context.Context, marked bool) (string, error) {
			sent := userdata
			if !marked {
				sent = nil
			}
			ref, err := l.send(ctx, sent)
			return ref.ID, err
		},
		Find:       func(ctx context.Context) ([]string, error) { return l.find(ctx, requestID) },
		Candidates: l.candidates,
	})
	if err != nil {
		c.reportLaunch(diags, l, err)
		return "", false
	}
	if result.Unmarked && len(own) > 0 {
		diags.AddAttributeWarning(path.Root("userdata"), "The server does not keep userdata",
			fmt.Sprintf("It refuses the key (before PE 2019.8.5), so %s %s was started without userdata.", l.noun, result.ID))
	}
	if len(result.Others) > 0 {
		diags.AddWarning(fmt.Sprintf("%s was started more than once", l.record.subject()),
			fmt.Sprintf("The answer to the launch was lost, and the server has carried it out several times. This resource follows %s %s; the others are: %s.", l.noun, result.ID, list(result.Others)))
	}
	return result.ID, true
}

func (c *connection) reportLaunch(diags *diag.Diagnostics, l launched, err error) {
	f := failure{summary: l.record.subject() + " was not started", err: err, attributes: l.attributes}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.summary = "It is not known whether " + lowered(l.record.subject()) + " was started"
		f.note = c.lostLaunch(l.noun, lost)
	}
	c.report(diags, f)
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
	text := fmt.Sprintf("The answer was lost after the request had been sent. It was not sent again, because the server may still be at work on it. "+
		"The %s would carry the userdata %s = %q.", noun, launch.UserdataKey, lost.RequestID)
	if lost.Looked != nil {
		text += " It was looked for, but the list could not be read: " + c.redactor.Text(sentence(lost.Looked.Error()))
	} else {
		text += " It was looked for and did not show up."
	}
	return text + fmt.Sprintf("\n\nLook for it in the console. If it is there, import it: terraform import <address> <id>. If it is not there, apply again to start the %s.", noun)
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
func (c *connection) findJobs(ctx context.Context, jobType, requestID string) (ids []string, err error) {
	jobs, err := c.recentJobs(ctx, jobType)
	for _, job := range jobs {
		if job.Userdata[launch.UserdataKey] == requestID {
			ids = append(ids, job.ID)
		}
	}
	return sortedIDs(ids), err
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
