// SPDX-License-Identifier: MPL-2.0

// Package foresight says, while planning, what becomes of work that runs.
package foresight

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Sighting is what was seen of a job last.
type Sighting struct {
	// Progress says how far it was.
	Progress string
	// Ended tells that it had ended.
	Ended bool
	// Missing tells that the server had no record of it.
	Missing bool
}

// Running is a job that an apply finds running.
type Running struct {
	// Title names what runs, as the beginning of a sentence.
	Title string
	// Noun is what the job is called, such as "plan job".
	Noun    string
	ID, URL string
	Sighting
}

// job names the job. One without a number is the one that is replaced.
func (r Running) job() string {
	if r.ID == "" {
		return "the job that is replaced"
	}
	return fmt.Sprintf("%s %s", r.Noun, r.ID)
}

// still says how far the job is.
func (r Running) still() string {
	return fmt.Sprintf("%s is %s: %s", prose.UpperFirst(r.job()), r.Progress, r.URL)
}

// Second warns of a job that is started beside this one.
func (r Running) Second(diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s: a new %s is started while %s still runs", r.Title, r.Noun, r.job()),
		r.still()+"\n\nThe apply leaves the old one alone, because `on_destroy` is \"abandon\". Wait for its end before you apply, or set "+
			"`on_destroy` to \"stop\" and apply that first, without the other changes.")
}

// GoesOn says that the replacement of a resource goes on with its job, which nobody has judged.
func (r Running) GoesOn(diags *diag.Diagnostics) {
	job := r.job()
	diags.AddWarning(
		fmt.Sprintf("%s: the replacement continues with %s", r.Title, job),
		fmt.Sprintf("No apply has reported the end of %s, and it is not known to have failed. The replacement adopts it, and nothing is "+
			"started a second time.%s", job, CreatedFirst),
	)
}

// Stopped says that a job which nobody has judged is stopped, and that a new one is started.
func (r Running) Stopped(diags *diag.Diagnostics) {
	job := r.job()
	diags.AddWarning(
		fmt.Sprintf("%s: the apply stops %s and starts a new one", r.Title, job),
		fmt.Sprintf(
			"No apply has reported the end of %s. If it still runs, it is stopped, because of `on_destroy`. To continue with it instead, set "+
				"`on_destroy` to \"abandon\" and run `terraform untaint` first.",
			job,
		),
	)
}

// Left warns of a destroy that leaves this job running.
func (r Running) Left(diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s keeps running after the destroy: %s", r.Title, r.job()),
		r.still()+"\n\nIt is removed from the state and keeps running, because `on_destroy` is \"abandon\". To stop it, set `on_destroy` "+
			"to \"stop\" and apply that first.")
}

// Awaited says that an update in place waits for this job.
func (r Running) Awaited(diags *diag.Diagnostics) {
	if r.Missing {
		diags.AddWarning(fmt.Sprintf("%s: the apply looks for %s again", r.Title, r.job()),
			fmt.Sprintf("The server has no record of %s now, and no apply has reported how it ended: %s\n\nThe apply looks once more. If the "+
				"record is there, it waits for the end; if not, it fails, because it is not known how the %s ended. Nothing is started.",
				r.job(), r.URL, r.Noun))
		return
	}
	if r.Ended {
		diags.AddWarning(fmt.Sprintf("%s: the apply reports how %s ended", r.Title, r.job()),
			fmt.Sprintf("%s has ended, and no apply has reported it yet (%s): %s\n\nNothing is started.",
				prose.UpperFirst(r.job()), r.Progress, r.URL))
		return
	}
	diags.AddWarning(fmt.Sprintf("%s: the apply waits for %s", r.Title, r.job()), r.still()+"\n\nNothing is started.")
}

// Kept warns that a job keeps what it was launched with, whatever attributes say now.
func (r Running) Kept(names []string, diags *diag.Diagnostics) {
	for _, name := range names {
		diags.AddAttributeWarning(path.Root(name), fmt.Sprintf("%s: %s keeps its %s", r.Title, r.job(), name),
			fmt.Sprintf("PE cannot change a job after its launch, so the new `%s` is only in the state, until something else starts a new %s: "+
				"then that has it. To run it again for that, change a value of `triggers`.", name, r.Noun))
	}
}
