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

// Started tells what is worth knowing about a launch that went well. title is what was started, noun what it is called there, and
// ownUserdata whether the resource has userdata of its own.
func Started(title, noun string, result launch.Result, ownUserdata bool, diags *diag.Diagnostics) {
	if result.Earlier {
		diags.AddWarning(title+" was started by an earlier apply",
			fmt.Sprintf("That apply was killed, or had no clear answer, after it had started %s %s, so the state did not know of it. It is "+
				"taken over, and nothing is started a second time. To run it again all the same, apply with -replace.", noun, result.ID))
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
		diags.AddWarning(fmt.Sprintf("%s was started again", title), fmt.Sprintf("An earlier apply that was killed, or whose state was lost, "+
			"had started %s %s with the same inputs. That was before something else took its place, or it ended hours ago, so that nobody "+
			"follows it.", noun, id))
	}
	if result.Past.LaunchedElsewhere {
		diags.AddWarning(title+" is started twice at once", "Another apply that works in the same directory at this moment has started the "+
			"same. Both are started, and the state of the one that ends last is kept. Do not apply with -lock=false.")
	}
	if len(result.Others) > 0 {
		diags.AddWarning(title+" was started more than once",
			fmt.Sprintf("It was not known what had become of the launch, so it was sent again, and the server has carried it out several "+
				"times. This resource follows %s %s; the others are: %s.", noun, result.ID, prose.List(result.Others)))
	}
}

// Unfollowed tells of something that an earlier apply has started and that nothing here needs.
func Unfollowed(noun, url string, left journal.Entry, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Nobody follows %s %s", noun, cmp.Or(left.ID, launch.UserdataKey+" "+left.RequestID)),
		fmt.Sprintf("An apply that was killed, or whose state was lost, had started it, and what was applied since does not need it. It is "+
			"forgotten, and goes on if it still runs: %s", url))
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

// Replaced tells of a job that nobody follows any more, because its replacement was created first.
func Replaced(title, noun, id, successor, url string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s: nobody follows %s %s any more", title, noun, id),
		fmt.Sprintf("Its end was never seen, and it may still run: %s\n\nTerraform has created the replacement first, because of "+
			"`create_before_destroy`, so %s %s was started beside it.", url, noun, successor))
}

// Unclear says what to do about a job, which has a URL, that may belong to another resource.
func Unclear(title, noun, url string, unclear *launch.UnclearError, diags *diag.Diagnostics) {
	job := fmt.Sprintf("%s %s", noun, unclear.ID)
	known := "and handed it to Terraform. No refresh has seen it in the state since: either another resource has it, or the state was not " +
		"written. "
	if unclear.Superseded {
		known = "and was killed. Something else has been started since for a resource that is now planned with these inputs. "
	}
	diags.AddError(fmt.Sprintf("It is not known whether %s is %s", prose.LowerFirst(title), job), fmt.Sprintf(
		"An earlier apply started %s with the same inputs, %sNothing is started as long as that is not known: %s\n\nIf the state was not "+
			"written, push it (terraform state push errored.tfstate), or import the job: terraform import <address> %s. If another resource "+
			"has it, apply without a saved plan, -target and -refresh=false, so that it is seen there. To run this one anew, change a value of "+
			"`triggers`.",
		job, known, url, unclear.ID))
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

// Lost says what to look for when the answer to a launch was lost. redact takes secrets out of a text.
func Lost(noun string, lost *launch.LostError, redact func(string) string) string {
	if lost.RequestID == "" {
		text := lost.Fate() + " This server does not keep userdata (before PE 2019.8.5), so the " + noun + " cannot be recognised. "
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
		text = fmt.Sprintf("%s It had been sent %d times, each time after the %s had been looked for and was not there. ",
			lost.Fate(), lost.Sends, noun) + text
	default:
		text = lost.Fate() + " It was not sent again, because the server may still be at work on it. " + text
	}
	if lost.Looked != nil {
		text += "It was looked for, but the server did not tell: " + prose.Sentence(redact(lost.Looked.Error()))
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

// WillTakeOver says, while planning, that a job is taken over by its key.
func WillTakeOver(title, noun, id, url string, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("launch_key"), fmt.Sprintf("%s: the apply takes over %s %s", title, noun, id),
		fmt.Sprintf("The %s %s has the same `launch_key` and the same inputs, and it runs or has succeeded: %s\n\nNothing is started. To run "+
			"it again, change `launch_key` or a value of `triggers`.", noun, id, url))
}

// SharedKey refuses a launch key that two resources have.
func SharedKey(title, key string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("launch_key"), title+" has the launch key of another resource",
		fmt.Sprintf("Two resources have the launch key %q and the same inputs, so both would follow one job. Give each a key of its own. "+
			"With `count` or `for_each`, add ${count.index} or ${each.key} to it.", key))
}

// NoUserdata refuses a launch key, which this server cannot keep.
func NoUserdata(title string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("launch_key"), title+" cannot have a launch key",
		"The server keeps no userdata (before PE 2019.8.5), so a run could not be recognised by its key. Nothing was started. Leave "+
			"`launch_key` out.")
}
