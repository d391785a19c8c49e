// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestThresholds_ThePlanSaysWhyItReplaces changes attributes that run nothing, except in two cases: the accepted job now counts as failed.
func TestThresholds_ThePlanSaysWhyItReplaces(t *testing.T) {
	t.Parallel()
	const body = "task = \"simulate\"\nparams = { fail_on = [\"node2.example.com\"] }\n" + "scope = { query = \"nodes[certname] { certname ~ 'node[12]' }\" }\n"
	for name, test := range map[string]struct{ before, after, says string }{
		"the number of nodes is lowered": {"max_failed_nodes = 1", "max_failed_nodes = 0", "More of its nodes have failed than `max_failed_nodes` and `max_failed_percent` allow now"},
		"the percentage is lowered":      {"max_failed_percent = 50", "max_failed_percent = 20", "raise them again to keep it, and nothing runs"},
		"the job took too few nodes":     {"max_failed_nodes = 1\nmin_nodes = 2", "max_failed_nodes = 1\nmin_nodes = 3", "It took 2 nodes, and `min_nodes` asks for 3 now. It was accepted before: lower `min_nodes` again to keep it"},
		"waiting is switched on":         {"wait_for_completion = false", "wait_for_completion = true", "Nothing waited for it, so its failure did not count"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, acctest.TaskBody(body+test.before)).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			h.FinishAll()
			c.MustRun(t, "apply", "-auto-approve", "-refresh-only")
			c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), test.before, test.after, 1))
			printed, err := c.Run(t, nil, "plan", "-detailed-exitcode")
			if acctest.ExitCode(err) != 2 {
				t.Fatalf("%v\n%s", err, printed)
			}
			acctest.MustSay(t, printed, "must be replaced", "has failed and will run again", test.says)
			c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), test.after, test.before, 1))
			c.NoChanges(t)
			if h.LaunchesReceived() != 1 {
				t.Errorf("the server has received %d launches", h.LaunchesReceived())
			}
		})
	}
}

// TestThresholds_ThatAreUnknownWhilePlanning keeps the job where a threshold is only known in the apply: nothing runs again.
func TestThresholds_ThatAreUnknownWhilePlanning(t *testing.T) {
	t.Parallel()
	const failing = "task = \"simulate\"\nparams = { fail_on = [\"node1.example.com\"] }\n" + acctest.TwoNodes + "\n"
	for name, test := range map[string]struct{ value, body string }{
		"the share of nodes":  {"50", acctest.TaskBody(failing + "max_failed_percent = terraform_data.u.output.value")},
		"the number of nodes": {"1", acctest.TaskBody(failing + "max_failed_nodes = terraform_data.u.output.value")},
		"a plan": {"true", "resource \"pe_plan_run\" \"p\" {\n plan_name = \"simulate::plan\"\n params = { fail = true }\n" +
			" accept_failure = terraform_data.u.output.value\n}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			config := func(x string) string {
				return h.Config("resource \"terraform_data\" \"u\" {\n input = { value = " + test.value + ", x = " + x + " }\n}\n" + test.body)
			}
			h.Run(t,
				resource.TestStep{Config: config("1"), Check: h.Launches(1)},
				resource.TestStep{Config: config("2"), Check: h.Launches(1)},
				resource.TestStep{Config: config("2"), PlanOnly: true},
			)
		})
	}
}
