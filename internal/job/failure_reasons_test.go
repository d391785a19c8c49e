// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestFailedNode_ShowsWhatItPrintedLast has tasks that fail as scripts do: what is wrong is on stdout.
func TestFailedNode_ShowsWhatItPrintedLast(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ params, says string }{
		"beside an error": {
			`exitcode = 126, message = "", data = { _output = "one\ntwo\nthree\nfour\nfive\nsix: Permission denied\n" }`,
			"node1.example.com (failed): Task exited 126: | two | three | four | five | six: Permission denied",
		},
		"without an error": {
			`exitcode = 1, data = { _error = null, _output = "no space left" }`,
			"node1.example.com (failed) | no space left",
		},
		"as older servers answer it": {
			`exitcode = 1, data = { _error = null, output = "no space left" }`,
			"node1.example.com (failed) | no space left",
		},
		"the error says it already": {
			`exitcode = 1, message = "no space left", data = { _output = "no space left\n" }`,
			"node1.example.com (failed): Task exited 1: no space left No failure is allowed",
		},
		"a part of the result is a secret": {
			`exitcode = 1, message = "it broke", data = { _sensitive = "x", _output = "hunter2" }`,
			"node1.example.com (failed): Task exited 1: it broke No failure is allowed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.Run(t, resource.TestStep{
				Config: h.Config(acctest.TaskBody(`
  task   = "simulate"
  scope  = { nodes = ["node1.example.com"] }
  params = { ` + test.params + ` }`)),
				ExpectError: acctest.Says(test.says),
			})
		})
	}
}

// TestFailedNode_NeverShowsAParameterThatIsSecret has a task print its secret. The process that waits for the job in the end is not
// the one that has sent the secret.
func TestFailedNode_NeverShowsAParameterThatIsSecret(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	const body = `
  task             = "simulate"
  scope            = { nodes = ["node1.example.com"] }
  params           = { exitcode = 1, data = { _output = "the password is hunter-\nseven" } }
  sensitive_params = { secret = "hunter-\nseven" }
`
	c := acctest.NewCLI(t, h, acctest.TaskBody(body+"wait_for_completion = false")).Attached()
	c.NeedsWriteOnly(t)
	c.MustRun(t, "apply", "-auto-approve")
	h.FinishAll()
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "wait_for_completion = false", "", 1))
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-refresh=false")
	if acctest.ExitCode(err) != 1 {
		t.Fatalf("%v\n%s", err, printed)
	}
	acctest.MustSay(t, printed, "the password is (redacted)")
	if strings.Contains(printed, "hunter-") || strings.Contains(printed, "seven") {
		t.Errorf("it shows the secret:\n%s", printed)
	}
}

// TestFailedPlan_NamesItsJobsAndTheirFailedNodes has a plan fail because of what it runs.
func TestFailedPlan_NamesItsJobsAndTheirFailedNodes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{
		Config: h.Config(acctest.PlanBody(`
  plan_name = "simulate::plan"
  params = {
    targets = ["node1.example.com", "node2.example.com"]
    task    = "simulate"
    params  = { fail_on = ["node2.example.com"], data = { _output = "no space left" } }
  }`)),
		ExpectError: acctest.Says("Job 1 of the plan (task simulate): failed, nodes: 1 finished, 1 failed. node2.example.com (failed): Task exited 1: simulated failure on node2.example.com | no space left"),
	})
}
