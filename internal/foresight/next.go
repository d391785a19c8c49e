// SPDX-License-Identifier: MPL-2.0

package foresight

import "fmt"

// Wait is the wait of an apply for a job, and says what the next apply does about the job.
type Wait struct {
	Noun, ID, URL string
	// Attribute is the one of timeouts that says how long the apply waits: "create" or "update".
	Attribute string
	// OnDestroy is the job's on_destroy where that stops it, otherwise "".
	OnDestroy string
}

// taints reports whether Terraform taints the resource when the wait fails.
func (w Wait) taints() bool { return w.Attribute == "create" }

// AfterFailure says what becomes of a job that has failed.
func (w Wait) AfterFailure() string {
	if w.taints() {
		return "The resource is now tainted, so the next apply runs the job again."
	}
	return "The next apply runs the job again."
}

// AfterInterrupt says where a job is that Terraform no longer waits for, and how far it was, in brackets.
func (w Wait) AfterInterrupt(progress string) string {
	return fmt.Sprintf("The apply was interrupted. The %s %s was started, is saved in the state and keeps running%s.\n\nApply again to "+
		"wait for it and to find out how it ended; it is not started a second time. %s", w.Noun, w.ID, progress, w.URL)
}

// Overdue says what to do about a job that takes longer than it may. trouble is what kept the wait from seeing more, or "".
func (w Wait) Overdue(progress, trouble string) string {
	if trouble != "" {
		trouble = "\n\n" + trouble
	}
	return fmt.Sprintf("The %s %s still runs%s: %s%s\n\nRaise `timeouts { %s = … }` if it needs longer. %s",
		w.Noun, w.ID, progress, w.URL, trouble, w.Attribute, w.AfterOverdue())
}

// AfterOverdue says what the next apply does to a job that may still run when its wait has ended.
func (w Wait) AfterOverdue() string {
	goesOn := fmt.Sprintf("The next apply keeps waiting for %s %s", w.Noun, w.ID)
	switch {
	case !w.taints():
		return goesOn + "."
	case w.OnDestroy != "":
		return fmt.Sprintf(
			"The resource is now tainted, and `on_destroy` is %q: the next apply stops %s %s and starts a new one. To keep waiting instead, "+
				"set `on_destroy` to \"abandon\" and run `terraform untaint` first.",
			w.OnDestroy,
			w.Noun,
			w.ID,
		)
	default:
		return goesOn + ": the plan calls that a replacement, because the resource is tainted, and nothing is started a second time." +
			CreatedFirst
	}
}

// CreatedFirst is what does not hold of a replacement when Terraform creates it first.
const CreatedFirst = "\n\nThis does not hold with `create_before_destroy`: Terraform then creates the replacement first, which starts a " +
	"new job beside this one. To keep this one, run `terraform untaint` before you apply."

// AfterTrouble says what becomes of a job that could not be watched to its end.
func (w Wait) AfterTrouble() string {
	return fmt.Sprintf("The %s %s was started and may still run: %s\n\n%s", w.Noun, w.ID, w.URL, w.AfterOverdue())
}

// AfterMixUp says what becomes of a job whose number is not known: the one that the server had named is somebody else's.
func (w Wait) AfterMixUp() string {
	text := fmt.Sprintf("The %s was started, but the number %s, which the server had returned, belongs to another job. The next apply "+
		"looks for it again", w.Noun, w.ID)
	switch {
	case w.taints() && w.OnDestroy != "":
		return text + fmt.Sprintf(", stops it, because `on_destroy` is %q, and starts a new one.", w.OnDestroy)
	case w.taints():
		return text + " and keeps waiting for it." + CreatedFirst
	default:
		return text + " and keeps waiting for it."
	}
}

// AfterLoss says what the next apply does when nobody knows how a job ended.
func (w Wait) AfterLoss() string {
	if !w.taints() {
		return "It is not run again by itself. To run it again, change a value of `triggers`, or apply with -replace."
	}
	return "The next apply keeps what is known and does not run it again: the plan calls that a replacement, because the resource is " +
		"tainted. To run it again, change a value of `triggers`." + CreatedFirst
}

// NotStopped says what to do about a job that could not be stopped, or about a plan job that the server cannot stop at all.
func NotStopped(never bool) string {
	if never {
		return "It is to be stopped because of `on_destroy`, but servers before PE 2021.7.1 cannot stop plans. Set `on_destroy = " +
			"\"abandon\"` and apply that first to let it run, or wait for its end."
	}
	return "It is to be stopped because of `on_destroy`. Apply again, or set `on_destroy = \"abandon\"` and apply that first to let it run."
}
