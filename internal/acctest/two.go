// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"strings"
	"testing"
)

// Two are two resources that manage the same, with their addresses.
type Two struct {
	First, FirstAddress, Second, SecondAddress string
	// Apart is a second resource that manages something else, "" for none.
	Apart string
}

// WarnsOfTwo checks that a plan says a warning where both resources exist, or both are to be created. One that is replaced asks twice, too,
// which is none; nor is a second one that the state is to forget.
func (h *Harness) WarnsOfTwo(t *testing.T, two Two, warning string) {
	t.Helper()
	apply, plan := []string{"apply", "-auto-approve"}, []string{"plan"}
	c := NewCLI(t, h, two.First).Attached()
	for _, step := range []struct {
		args  []string
		also  string
		warns bool
	}{
		{apply, "", false},
		{append(apply, "-replace="+two.FirstAddress), "", false},
		{apply, two.Second, false}, // One exists, and may be what is replaced.
		{plan, two.Second, true},
		{plan, two.Apart, false},
		{plan, "removed {\n from = " + two.SecondAddress + "\n lifecycle {\n destroy = false\n }\n}\n", false},
	} {
		c.Write(t, "also.tf", step.also)
		if printed := c.MustRun(t, step.args...); strings.Contains(strings.Join(strings.Fields(printed), " "), warning) != step.warns {
			t.Errorf("%v with %q says\n%s", step.args, step.also, printed)
		}
	}
	both := NewCLI(t, h, two.First+two.Second).Attached()
	MustSay(t, both.MustRun(t, "plan"), warning)
}
