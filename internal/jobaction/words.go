// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// invokeCommand is the command that invokes an action of a type.
func invokeCommand(name string) string {
	return fmt.Sprintf("terraform apply -invoke=action.%s.<name>", name)
}

// words say what becomes of a job that an action does not wait for any more.
type words struct {
	noun, id, url string
	// again is the command that invokes the action.
	again string
}

// invokeAgain says how to run it again.
func (w words) invokeAgain() string { return "To run it again: " + w.again }

// interrupted says where a job is that Terraform no longer waits for, and how far it was, in brackets. stopped says what came of stopping
// it, "" where it was left alone.
func (w words) interrupted(progress, stopped string) string {
	fate := "It keeps running, and nothing waits for it any more."
	if stopped != "" {
		fate = stopped
	}
	return prose.Paragraphs(
		fmt.Sprintf("The %s %s was started, and had not ended when Terraform was interrupted%s: %s", w.noun, w.id, progress, w.url), fate,
		w.invokeAgain())
}

// overdue says what to do about a job that takes longer than it may. trouble is what kept the wait from seeing more, or "".
func (w words) overdue(progress, trouble string) string {
	return prose.Paragraphs(
		fmt.Sprintf("The %s %s still runs%s: %s", w.noun, w.id, progress, w.url), trouble,
		"Nothing waits for it any more. Raise `timeouts { invoke = … }` if it needs longer. "+w.invokeAgain())
}

// unwatched says what becomes of a job that could not be watched to its end.
func (w words) unwatched() string {
	return prose.Paragraphs(
		fmt.Sprintf("The %s %s was started and may still run: %s", w.noun, w.id, w.url),
		"Nothing waits for it any more. "+w.invokeAgain())
}

// mixedUp says what becomes of a job whose number is not known: the one that the server had named is somebody else's.
func (w words) mixedUp() string {
	return fmt.Sprintf("The %s was started, but the number %s, which the server had returned, belongs to another. Nothing waits for it any "+
		"more: look for it in the console. %s", w.noun, w.id, w.invokeAgain())
}
