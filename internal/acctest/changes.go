// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Change is one change of the arguments of a resource, and whether it replaces the object.
type Change struct {
	Before, After string
	Replaces      bool
	// Same tells that the plan is empty, because both mean the same.
	Same bool
}

// InPlace are changes that add arguments to a body and only change the state.
func InPlace(body string, arguments ...string) (changes []Change) {
	for _, added := range arguments {
		changes = append(changes, Change{Before: body, After: body + "\n" + added})
	}
	return changes
}

// Replacing are changes that add arguments to a body and replace the object.
func Replacing(body string, arguments ...string) (changes []Change) {
	for _, c := range InPlace(body, arguments...) {
		c.Replaces = true
		changes = append(changes, c)
	}
	return changes
}

// ChangeEach makes each change to a resource of its own, there and back again, all in one plan: a change costs next to nothing, whereas a
// test step costs eight runs of the CLI. The CLI itself shows those that replace nothing, there only: what core makes of values that mean
// the same is its own, and what replaces is plain from the provider's answer. made checks how many objects the server has created.
func (h *Harness) ChangeEach(t *testing.T, kind string, made func(want int) resource.TestCheckFunc, changes []Change) {
	t.Helper()
	before, after, there, replaced := configsOf(kind, changes)
	n := len(changes)
	h.Run(t,
		resource.TestStep{Config: h.Config(before), Check: made(n)},
		resource.TestStep{Config: h.Config(after), ConfigPlanChecks: Planned(there...), Check: made(n + replaced)},
		resource.TestStep{Config: h.Config(before), ConfigPlanChecks: Planned(there...), Check: made(n + 2*replaced)},
	)
	earlier := n + 2*replaced
	kept := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Replaces })
	before, after, there, _ = configsOf(kind, kept)
	h.RunCLI(t,
		resource.TestStep{Config: h.Config(before), Check: made(earlier + len(kept))},
		resource.TestStep{Config: h.Config(after), ConfigPlanChecks: Planned(there...), Check: made(earlier + len(kept))},
	)
}

// configsOf returns the resources before and after the changes, what the plan has to say of each, and how many are replaced.
func configsOf(kind string, changes []Change) (before, after string, there []plancheck.PlanCheck, replaced int) {
	for i, c := range changes {
		address := fmt.Sprintf("%s.change%d", kind, i)
		before += fmt.Sprintf("resource %q \"change%d\" {\n%s\n}\n", kind, i, c.Before)
		after += fmt.Sprintf("resource %q \"change%d\" {\n%s\n}\n", kind, i, c.After)
		switch {
		case c.Replaces:
			replaced++
			there = append(there, Replaces(address))
		case c.Same:
			there = append(there, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
		default:
			there = append(there, Updates(address))
		}
	}
	return before, after, there, replaced
}
