// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
)

// Invoke validates, plans and invokes an action of a configuration by the plugin protocol: see [protocoltest.Invoke].
func (h *Harness) Invoke(t *testing.T, i protocoltest.Invocation) protocoltest.Invoked {
	t.Helper()
	told, err := protocoltest.Invoke(Ctx(t), h.Factories()["pe"], i)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// Succeeds checks that an action has ended without errors, and that its progress has all of some lines, in that order. An ellipsis (…) in a
// line matches anything.
func Succeeds(t *testing.T, told protocoltest.Invoked, lines ...string) {
	t.Helper()
	if len(told.Errors) > 0 || !told.Ended {
		t.Errorf("it has ended: %v, with %v", told.Ended, told.Errors)
	}
	HasLines(t, told, lines...)
}

// Fails checks that an action, or the plan of it, has failed with one error, whose text says all of some words.
func Fails(t *testing.T, told protocoltest.Invoked, words ...string) {
	t.Helper()
	if len(told.Errors) != 1 {
		t.Fatalf("there are %d errors: %v", len(told.Errors), told.Errors)
	}
	text := told.Errors[0].Summary + "\n" + told.Errors[0].Detail
	MustSay(t, text, words...)
	for _, word := range []string{"taint", "next apply", "triggers`"} {
		if strings.Contains(text, word) {
			t.Errorf("an action knows no %q:\n%s", word, text)
		}
	}
}

// HasLines checks that the progress of an action has some lines, in that order.
func HasLines(t *testing.T, told protocoltest.Invoked, lines ...string) {
	t.Helper()
	rest := told.Progress
	for _, line := range lines {
		at := slices.IndexFunc(rest, func(said string) bool { return SaysAll(line).MatchString(said) })
		if at < 0 {
			t.Errorf("%q is not told after what came before it, in\n%s", line, strings.Join(told.Progress, "\n"))
			return
		}
		rest = rest[at+1:]
	}
}
