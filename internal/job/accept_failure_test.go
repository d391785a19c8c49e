// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

const releaseAndRollback = `
variable "accept" {
  type    = bool
  default = true
}

variable "release" {
  type = string
}

resource "pe_plan_run" "p" {
  plan_name      = "simulate::plan"
  accept_failure = var.accept
  triggers       = { release = var.release }
  params = {
    targets = "node1.example.com"
    task    = "simulate"
    params  = { fail_on = var.release == "bad" ? ["node1.example.com"] : [], data = { _output = "no space left" } }
  }
}

# The state is known when the plan has ended, which is too late for count.
resource "pe_task" "t" {
  task              = "facts"
  scope             = { query = "nodes[certname] { certname = '${pe_plan_run.p.state == "failure" ? "node1.example.com" : "none"}' }" }
  allow_empty_scope = true
  triggers          = { release = pe_plan_run.p.id }
}

output "error" {
  value = try(pe_plan_run.p.result.msg, "none")
}
`

// TestAcceptFailure_MakesARollbackConditional rolls out what works, what does not, and what works again.
func TestAcceptFailure_MakesARollbackConditional(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, releaseAndRollback).Attached()
	state := func(launches int, plan, rollback string) {
		t.Helper()
		resources := c.Resources(t)
		p, task := resources[acctest.PlanRun], resources[acctest.Task]
		if p["state"] != plan || p["tainted"] != false || task["state"] != rollback || h.LaunchesReceived() != launches {
			t.Errorf("after %d launches the plan is %v, and the rollback %v", h.LaunchesReceived(), p, task)
		}
	}
	c.MustRun(t, "apply", "-auto-approve", "-var=release=good")
	state(2, "success", "empty") // PE has refused the second one
	c.NoChanges(t, "-var=release=good")
	printed := c.MustRun(t, "apply", "-auto-approve", "-var=release=bad")
	acctest.MustSay(t, printed, `Warning: Plan "simulate::plan" failed, which is accepted`, "node1.example.com (failed): Task exited 1:", "| no space left", `error = "Plan aborted: run_task 'simulate' failed on 1 target"`)
	state(4, "failure", "finished")
	c.NoChanges(t, "-var=release=bad")

	// Taking it away runs the plan again, which the plan says; giving it back keeps it.
	printed = c.MustRun(t, "plan", "-var=release=bad", "-var=accept=false")
	acctest.MustSay(t, printed, "has failed and will run again", "`accept_failure` does not accept that now")
	c.MustRun(t, "apply", "-auto-approve", "-var=release=good")
	state(6, "success", "empty")
}

// TestAcceptFailure_OfAPlanThatHasFailed accepts a failure afterwards, and runs nothing.
func TestAcceptFailure_OfAPlanThatHasFailed(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.PlanBody("plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\", fail = true }")).Attached()
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); acctest.ExitCode(err) != 1 {
		t.Fatalf("%v\n%s", err, printed)
	}
	c.MustRun(t, "untaint", acctest.PlanRun)
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "plan_name", "accept_failure = true\nplan_name", 1))
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	if p := c.Resources(t)[acctest.PlanRun]; p["state"] != "failure" || h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches the plan is %v", h.LaunchesReceived(), p)
	}
}
