// SPDX-License-Identifier: MPL-2.0

package launchreport

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Launched is what a launch was to start: a job, which runs, or a schedule, which is created.
type Launched struct {
	// title names it, as the beginning of a sentence, and within one.
	title, within string
	// noun is what it is called, such as "plan job".
	noun string
	// verb is what a launch does with it, done that in the past, and keeps what a resource does with it.
	verb, done, keeps string
	// again says how to have another one on purpose, others what to do about surplus ones, and anew how to leave an unclear one alone.
	again, others, anew string
	// userdata says which servers keep no userdata.
	userdata string
	// who launches it, such as "resource".
	who string
	// rekey is how to have it run again although something carries its key.
	rekey string
	// take is what to do about the one that has a number, once somebody has found it, and retry how to launch it if there is none.
	take  func(id string) string
	retry string
}

// byImport is how a resource takes over what it has launched.
func byImport(id string) string { return "import it: terraform import <address> " + id }

// Job is a job of a kind, by its title and by what it is called.
func Job(title, noun string) Launched {
	return Launched{
		title: title, within: prose.LowerFirst(title), noun: noun, verb: "start", done: "started", keeps: "tracks",
		again: " To run it again all the same, apply with -replace.", anew: " To run this one anew, change a value of `triggers`.",
		userdata: "before PE 2019.8.5", who: "resource", rekey: "change `launch_key` or a value of `triggers`", take: byImport,
		retry: "apply again",
	}
}

// Invocation is a job that an action starts, by its title, by what it is called, and by how to invoke the action.
func Invocation(title, noun, command string) Launched {
	return Launched{
		title: title, within: prose.LowerFirst(title), noun: noun, verb: "start", done: "started", keeps: "follows",
		userdata: "before PE 2019.8.5", who: "action", rekey: "change `launch_key`",
		take:  func(string) string { return "wait for its end there" },
		retry: "invoke the action again (" + command + ")",
	}
}

// Schedule is a schedule, by its title.
func Schedule(title string) Launched {
	return Launched{
		title: title, within: "the " + prose.LowerFirst(title), noun: "schedule", verb: "create", done: "created", keeps: "manages",
		others: " They run as well: delete them in the console.", userdata: "before PE 2021.7", who: "resource", take: byImport,
		retry: "apply again",
	}
}

// NotDone is the summary of a launch that was refused.
func (l Launched) NotDone() string { return fmt.Sprintf("%s was not %s", l.title, l.done) }

// NotKnown is the summary of a launch whose answer was lost.
func (l Launched) NotKnown() string {
	return fmt.Sprintf("It is not known whether %s was %s", l.within, l.done)
}

// Report tells what is worth knowing about a launch that went well. ownUserdata tells that the resource has userdata of its own.
func (l Launched) Report(result launch.Result, ownUserdata bool, diags *diag.Diagnostics) {
	l.adopted(result, diags)
	if result.Forgotten != "" {
		diags.AddWarning(fmt.Sprintf("%s is %s again", l.title, l.done),
			fmt.Sprintf("An earlier apply had %s it as %s %s and was killed before the state knew of it. The server no longer has a "+
				"record of that, so it is not known what became of it.",
				l.done, l.noun, result.Forgotten))
	}
	if result.Unmarked && ownUserdata {
		diags.AddAttributeWarning(path.Root("userdata"), "The server does not keep userdata",
			fmt.Sprintf("It refuses the key (%s), so %s %s was %s without userdata.", l.userdata, l.noun, result.ID, l.done))
	}
	for _, id := range result.Past.Over {
		diags.AddWarning(fmt.Sprintf("%s was %s again", l.title, l.done), fmt.Sprintf("An earlier apply that was killed, or whose state was "+
			"lost, had %s %s %s with the same inputs. That was before something else took its place, or it ended hours ago, so nothing "+
			"tracks it.", l.done, l.noun, id))
	}
	if result.Past.LaunchedElsewhere {
		diags.AddWarning(fmt.Sprintf("%s is %s twice at once", l.title, l.done), fmt.Sprintf("Another apply that works in the same directory "+
			"at this moment has %[1]s the same. Both are %[1]s, and the state of the one that ends last is kept. Do not apply with "+
			"-lock=false.", l.done))
	}
	if len(result.Others) > 0 {
		diags.AddWarning(fmt.Sprintf("%s was %s more than once", l.title, l.done),
			fmt.Sprintf("It was not known what had become of the launch, so it was sent again, and the server has carried it out several "+
				"times. This %s %s %s %s; the others are: %s.%s", l.who, l.keeps, l.noun, result.ID, prose.List(result.Others), l.others))
	}
}

// adopted tells of something that was adopted instead of being launched.
func (l Launched) adopted(result launch.Result, diags *diag.Diagnostics) {
	switch {
	case result.Earlier:
		diags.AddWarning(fmt.Sprintf("%s was %s by an earlier apply", l.title, l.done),
			fmt.Sprintf("That apply had %[1]s %[2]s %[3]s, of which the state does not know: the apply was killed, it had no clear answer, or "+
				"the state has let go of it. It is adopted, and nothing is %[1]s a second time.%[4]s", l.done, l.noun, result.ID, l.again))
	case result.Past.Keyed:
		diags.AddWarning(fmt.Sprintf("%s was %s before: %s %s", l.title, l.done, l.noun, result.ID),
			fmt.Sprintf("The %s %s has the same `launch_key` and the same inputs, and it runs or has succeeded. It is adopted, and nothing "+
				"is %s. To run it again, %s.", l.noun, result.ID, l.done, l.rekey))
	case result.Adopted && result.RequestID == "":
		diags.AddWarning(fmt.Sprintf("It was not clear at first whether %s was %s", l.within, l.done),
			fmt.Sprintf("The %s %s has turned up since, with the content that was asked for, and was not there before, so it is adopted "+
				"as the new one. This server keeps no userdata (%s) by which it could be recognised.", l.noun, result.ID, l.userdata))
	}
}

// Unclear says what to do about what an earlier apply has launched, and that may belong to another resource. It has a URL.
func (l Launched) Unclear(url string, unclear *launch.UnclearError, diags *diag.Diagnostics) {
	it := fmt.Sprintf("%s %s", l.noun, unclear.ID)
	known := "and handed it to Terraform. No refresh has seen it in the state since: either another resource has it, or the state was not " +
		"written. "
	wayOut := fmt.Sprintf("If the state was not written, push it (terraform state push errored.tfstate), or import the %s: terraform import "+
		"<address> %s. If another resource has it, apply without a saved plan, -target and -refresh=false, so that it is seen there.",
		l.noun, unclear.ID)
	switch unclear.Why {
	case launch.Superseded:
		known = fmt.Sprintf("and was killed. Something else has been %s since for a resource that is now planned with these inputs. ", l.done)
	case launch.Elsewhere:
		known = "and was killed. It worked on the state of another backend, or of another file, in this directory. "
		wayOut = fmt.Sprintf("If the state of this apply is to have %s, %s.", it, l.take(unclear.ID))
	case launch.Unplanned:
		known = "and was killed. An apply since then had nothing to do: either it was not wanted any more, or something failed before it " +
			"could be planned. "
		wayOut = fmt.Sprintf("If %s is the one that %s was to be, %s.", it, l.within, l.take(unclear.ID))
	}
	diags.AddError(fmt.Sprintf("It is not known whether %s is %s", l.within, it), fmt.Sprintf(
		"An earlier apply %[1]s %[2]s with the same inputs, %[3]sNothing is %[1]s as long as that is not known: %[4]s\n\n%[5]s%[6]s",
		l.done, it, known, url, wayOut, l.anew))
}

// Lost says what to look for when the answer to a launch was lost. redact takes secrets out of a text.
func (l Launched) Lost(lost *launch.LostError, redact func(string) string) string {
	text := l.fate(lost)
	if lost.RequestID == "" {
		text += fmt.Sprintf(" This server does not keep userdata (%s), so the %s cannot be recognised.", l.userdata, l.noun)
	} else {
		text += fmt.Sprintf(" The %s would carry the userdata %s = %q.", l.noun, launch.UserdataKey, lost.RequestID)
	}
	switch {
	case lost.Looked != nil:
		text += " It was looked for, but the server did not tell: " + prose.Sentence(redact(lost.Looked.Error()))
	case len(lost.Candidates) > 0:
		return text + fmt.Sprintf(" It may be one of these: %s. If it is, %s. Otherwise %s.", prose.List(lost.Candidates),
			l.take(lost.Candidates[0]), l.retry)
	case len(lost.Before) > 0:
		text += fmt.Sprintf(" None that is new has shown up. These have the same content, and were there before or belong to other "+
			"resources: %s.", prose.List(lost.Before))
	case lost.RequestID == "":
		text += " None with the same content has shown up."
	default:
		text += " It was looked for and did not show up."
	}
	if lost.Noted {
		return text + fmt.Sprintf("\n\nApply again, in the same directory: the %s is looked for once more and adopted if it is there, "+
			"and %s if it is not.", l.noun, l.done)
	}
	return text + fmt.Sprintf("\n\nLook for it in the console. If it is there, %s. If it is not there, %s to %s the %s.", l.take("<id>"),
		l.retry, l.verb, l.noun)
}

// fate says what became of the request, and that nothing is launched until that is known.
func (l Launched) fate(lost *launch.LostError) string {
	switch {
	case errors.Is(lost, launch.ErrKilled):
		return fmt.Sprintf("Nothing is %s as long as that is not known.", l.done)
	case lost.RequestID == "":
		return lost.Fate() + " It was not sent again."
	case lost.Sends > 1:
		return fmt.Sprintf("%s It had been sent %d times, each time after the %s had been looked for and was not there.", lost.Fate(),
			lost.Sends, l.noun)
	default:
		return lost.Fate() + " It was not sent again, because the server may still be at work on it."
	}
}
