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

// job names the job.
func (r Running) job() string { return fmt.Sprintf("%s %s", r.Noun, r.ID) }

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

// Left warns of a destroy that leaves this job running.
func (r Running) Left(diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s goes on after the destroy: %s", r.Title, r.job()),
		r.still()+"\n\nThe state forgets it, and it goes on, because `on_destroy` is \"abandon\". To stop it, set `on_destroy` to \"stop\" "+
			"and apply that first.")
}

// Awaited says that an update in place waits for this job.
func (r Running) Awaited(diags *diag.Diagnostics) {
	if r.Ended {
		diags.AddWarning(fmt.Sprintf("%s: the apply reports how %s ended", r.Title, r.job()),
			fmt.Sprintf("%s has ended since an apply was to wait for it (%s): %s\n\nNothing is started.",
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
