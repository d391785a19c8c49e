// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestSchedule_DefaultsChangeNothing writes down what holds anyway, in every kind of schedule and on both APIs: the state takes it over,
// and nothing is sent. Another way of writing the same does not even do that.
func TestSchedule_DefaultsChangeNothing(t *testing.T) {
	t.Parallel()
	const (
		future = "scheduled_time = \"2099-01-01T03:00:00Z\"\n"
		nodes  = "scope = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\n"
		order  = "scope = { nodes = toset([\"node2.example.com\", \"node1.example.com\"]), query = null }\n"
	)
	for kind, test := range map[string]struct{ before, defaults, otherwise string }{
		"task":   {"task = \"facts\"\n" + nodes, "noop = false\nparams = {}\ndescription = \"\"\n", "task = \"facts\"\n" + order},
		"deploy": {"environment = \"production\"\n" + nodes, "noop = false\nno_noop = false\ndebug = false\ntrace = false\nevaltrace = false\nenforce_environment = true\ndescription = \"\"\n", "environment = \"production\"\n" + order},
		"plan":   {"plan_name = \"facts::info\"\nparams = { targets = \"node1.example.com\" }\n", "query_params = {}\ndescription = \"\"\n", "plan_name = \"facts::info\"\nparams = tomap({ targets = \"node1.example.com\" })\n"},
	} {
		for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
			t.Run(kind+" "+string(generation), func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(generation))
				address := "pe_scheduled_" + kind + ".s"
				config := func(body string) string {
					return h.Config("resource \"pe_scheduled_" + kind + "\" \"s\" {\n" + future + body + "}\n")
				}
				sent := func(method, path string) int { return h.Count(method, path) }
				same := acctest.Planned(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
				h.Run(t,
					resource.TestStep{Config: config(test.before)},
					resource.TestStep{Config: config(test.otherwise), ConfigPlanChecks: same},
					resource.TestStep{Config: config(test.before + test.defaults), ConfigPlanChecks: acctest.Planned(acctest.Updates(address))},
					resource.TestStep{Config: config(test.before), ConfigPlanChecks: acctest.Planned(acctest.Updates(address))},
				)
				made := sent("POST", "/scheduled_jobs/environment_jobs") + sent("POST", "/command/schedule_"+kind)
				if changed := sent("PUT", "/scheduled_jobs/environment_jobs/*"); made != 1 || changed > 1 { // the destroy at the end
					t.Errorf("%d schedules were made and %d changed", made, changed)
				}
			})
		}
	}
}
