// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
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
// test step costs eight runs of the CLI. made checks how many objects the server has created.
func (h *Harness) ChangeEach(t *testing.T, kind string, made func(want int) resource.TestCheckFunc, changes []Change) {
	t.Helper()
	var before, after string
	var there []plancheck.PlanCheck
	replaced := 0
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
	h.RunCLI(t,
		resource.TestStep{Config: h.Config(before), Check: made(len(changes))},
		resource.TestStep{Config: h.Config(after), ConfigPlanChecks: Planned(there...), Check: made(len(changes) + replaced)},
		resource.TestStep{Config: h.Config(before), ConfigPlanChecks: Planned(there...), Check: made(len(changes) + 2*replaced)},
	)
}
