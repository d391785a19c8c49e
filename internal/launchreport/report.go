// SPDX-License-Identifier: MPL-2.0

// Package launchreport tells people what became of a launch, in diagnostics.
package launchreport

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Untracked tells of something that an earlier apply has started and that nothing here needs.
func Untracked(noun, url string, left journal.Entry, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Nothing tracks %s %s", noun, cmp.Or(left.ID, launch.UserdataKey+" "+left.RequestID)),
		fmt.Sprintf("An apply that was killed, or whose state was lost, had started it, and what was applied since does not need it. It "+
			"is forgotten. If it has not ended, it keeps running: %s", url))
}

// Unreadable tells of notes that cannot be read. What they tell of may be started a second time.
func Unreadable(names []string, diags *diag.Diagnostics) {
	if len(names) == 0 {
		return
	}
	diags.AddWarning(
		"A note of an earlier apply cannot be read",
		fmt.Sprintf(
			"It may tell of a job that an apply had started before it was killed, and that is now started a second time: %s\n\nLook in the "+
				"console for what ran last, and remove the file.",
			prose.List(names),
		),
	)
}

// Replaced tells of a job that nothing tracks any more, because its replacement was created first.
func Replaced(title, noun, id, successor, url string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s: nothing tracks %s %s any more", title, noun, id),
		fmt.Sprintf("Its end was never seen, and it may still run: %s\n\nTerraform has created the replacement first, because of "+
			"`create_before_destroy`, so %s %s was started beside it.", url, noun, successor))
}

// View is the permission to look at jobs.
const View = "the permission `orchestrator` / `view` (Start, stop and view jobs)"

// Missing is the permission that somebody lacks whose launch was refused: the one to run it or, where a list was asked for, the one to
// look at jobs.
func Missing(err error, toRun string) string {
	var refused *httpapi.Error
	if errors.As(err, &refused) && refused.Method == http.MethodGet {
		return View
	}
	return toRun
}

// Lacking says what a user lacks and how to get it.
func Lacking(permission, tokenOrigin string) string {
	text := "The user of the token needs " + permission + ", through one of the user's roles in PE."
	if tokenOrigin != "" {
		text += " The token comes from " + tokenOrigin + "."
	}
	return text
}

// WillAdopt says, while planning, that a job is adopted by its key.
func WillAdopt(title, noun, id, url string, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("launch_key"), fmt.Sprintf("%s: the apply adopts %s %s", title, noun, id),
		fmt.Sprintf("The %s %s has the same `launch_key` and the same inputs, and it runs or has succeeded: %s\n\nNothing is started. To run "+
			"it again, change `launch_key` or a value of `triggers`.", noun, id, url))
}

// SharedKey refuses a launch key that two resources have.
func SharedKey(title, key string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("launch_key"), title+" has the launch key of another resource",
		fmt.Sprintf("Two resources have the launch key %q and the same inputs, so both would track one job. Give each a key of its own. "+
			"With `count` or `for_each`, add ${count.index} or ${each.key} to it.", key))
}

// Said is what a server has said, "" for an error that is no answer of one.
func Said(explain func(error) string, err error) string {
	if httpapi.StatusOf(err) == 0 {
		return ""
	}
	return explain(err)
}

// NoUserdata refuses a launch key, which this server cannot keep. said is what the server has said, "" where that is known without
// its word.
func NoUserdata(title, said string, diags *diag.Diagnostics) {
	if said != "" {
		diags.AddError(title+" was refused", said+"\n\nNothing was started. If that is about the userdata of the job and not about one of its "+
			"parameters, the server keeps no userdata (before PE 2019.8.5), so that a run could not be recognised by its key: leave "+
			"`launch_key` out.")
		return
	}
	diags.AddAttributeError(path.Root("launch_key"), title+" cannot have a launch key",
		"The server keeps no userdata (before PE 2019.8.5), so a run could not be recognised by its key. Nothing was started. Leave "+
			"`launch_key` out.")
}

// KeysNotLookedFor says that a plan does not know what carries a launch key, because the server has not said in time.
func KeysNotLookedFor(why string, diags *diag.Diagnostics) {
	diags.AddWarning("What carries a launch key was not looked for", prose.Paragraphs(why, "Whether the apply starts something, or goes on "+
		"with a job that carries the same `launch_key`, is therefore not told here. The apply looks once more before it starts anything. "+
		"This is reported once for all resources of a type."))
}
