package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// change is one change of the arguments of a resource, and whether it makes another object.
type change struct {
	before, after string
	replaces      bool
}

// inPlace are changes of a body by arguments that are added to it, which change nothing but the state.
func inPlace(body string, arguments ...string) (changes []change) {
	for _, added := range arguments {
		changes = append(changes, change{before: body, after: body + "\n" + added})
	}
	return changes
}

// replacing are changes of a body by arguments that are added to it, for which the object is replaced.
func replacing(body string, arguments ...string) (changes []change) {
	for _, c := range inPlace(body, arguments...) {
		c.replaces = true
		changes = append(changes, c)
	}
	return changes
}

// changeEach makes each change to a resource of its own, there and back again, all in one plan: a change costs next to nothing,
// where a test step for it costs eight runs of the CLI. made checks how many objects the server has made.
func (h *harness) changeEach(t *testing.T, kind string, made func(want int) resource.TestCheckFunc, changes []change) {
	t.Helper()
	var before, after string
	var there []plancheck.PlanCheck
	replaced := 0
	for i, c := range changes {
		address := fmt.Sprintf("%s.change%d", kind, i)
		before += fmt.Sprintf("resource %q \"change%d\" {\n%s\n}\n", kind, i, c.before)
		after += fmt.Sprintf("resource %q \"change%d\" {\n%s\n}\n", kind, i, c.after)
		if c.replaces {
			replaced++
			there = append(there, replaces(address))
		} else {
			there = append(there, updates(address))
		}
	}
	h.run(t,
		resource.TestStep{Config: h.config(before), Check: made(len(changes))},
		resource.TestStep{Config: h.config(after), ConfigPlanChecks: planned(there...), Check: made(len(changes) + replaced)},
		resource.TestStep{Config: h.config(before), ConfigPlanChecks: planned(there...), Check: made(len(changes) + 2*replaced)},
	)
}
