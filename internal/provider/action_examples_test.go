// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// actionExample is what somebody does with an example of an action.
type actionExample struct {
	// launches are how many there are after the first apply.
	launches int
	// use is what is done after that, with the address of the first action in the example.
	use func(t *testing.T, h *acctest.Harness, c *acctest.CLI, action string)
}

// invoking invokes the action, which launches something.
func invoking(t *testing.T, h *acctest.Harness, c *acctest.CLI, action string) {
	t.Helper()
	before := h.LaunchesReceived()
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", "-invoke="+action), "Actions: 1 invoked.")
	if got := h.LaunchesReceived() - before; got != 1 {
		t.Errorf("the invocation of %s has launched %d jobs", action, got)
	}
}

// changing changes what invokes the action, which then launches something.
func changing(old, changed string, launches int) func(*testing.T, *acctest.Harness, *acctest.CLI, string) {
	return func(t *testing.T, h *acctest.Harness, c *acctest.CLI, _ string) {
		t.Helper()
		before := h.LaunchesReceived()
		c.NoChanges(t)
		edited(old, changed)(t, h, c)
		c.MustRun(t, "apply", "-auto-approve")
		if got := h.LaunchesReceived() - before; got != launches {
			t.Errorf("the change has launched %d jobs, want %d", got, launches)
		}
	}
}

// stopping invokes an action that stops a job or plan that runs.
func stopping(state func(h *acctest.Harness) string, want string) func(*testing.T, *acctest.Harness, *acctest.CLI, string) {
	return func(t *testing.T, h *acctest.Harness, c *acctest.CLI, action string) {
		t.Helper()
		c.MustRun(t, "apply", "-auto-approve", "-invoke="+action)
		if got := state(h); got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
}

func firstJob(h *acctest.Harness) string  { return h.Jobs()[0].State }
func firstPlan(h *acctest.Harness) string { return h.PlanJobs()[0].State }

// actionExamples are the cases of all examples.
var actionExamples = map[string]actionExample{
	"pe_task/action.tf":           {0, invoking},
	"pe_task/action_realistic.tf": {1, changing(`version = "17"`, `version = "18"`, 1)},
	"pe_task/action_decommission.tf": {0, func(t *testing.T, h *acctest.Harness, c *acctest.CLI, _ string) {
		t.Helper()
		edited(`["web1.example.com", "web2.example.com"]`, `["web1.example.com"]`)(t, h, c)
		acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "1 destroyed", "Actions: 1 invoked.")
		jobs := h.Jobs()
		if len(jobs) != 1 || jobs[0].Nodes[0].Name != "primary.example.com" || !strings.Contains(fmt.Sprint(jobs[0].Options), "certname:web2.example.com") {
			t.Errorf("the jobs are %+v", jobs)
		}
		// When the machine cannot be purged, it stays, unless everything goes.
		h.UpdateNode("primary.example.com", func(n *simulator.Node) { n.Connected = false })
		edited(`["web1.example.com"]`, `[]`)(t, h, c)
		if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil || c.Resources(t)["terraform_data.machine[web1.example.com]"] == nil {
			t.Errorf("the machine went: %v\n%s", err, printed)
		}
		acctest.MustSay(t, c.MustRun(t, "destroy", "-auto-approve"), "Warning: Task \"decommission::purge_node\" failed on 1 of 1 node", "1 failed.")
	}},
	"pe_deploy/action.tf":           {0, invoking},
	"pe_deploy/action_realistic.tf": {2, changing(`["web1.example.com", "web2.example.com"]`, `["web1.example.com"]`, 2)},
	"pe_plan_run/action.tf":         {0, invoking},
	"pe_code_deploy/action.tf": {0, func(t *testing.T, h *acctest.Harness, c *acctest.CLI, action string) {
		t.Helper()
		acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", "-invoke="+action), "production is deployed, commit", "Actions: 1 invoked.")
		if got := h.Count(http.MethodPost, "/code-manager/v1/deploys"); got != 1 {
			t.Errorf("code was deployed %d times", got)
		}
	}},
	"pe_code_deploy/action_realistic.tf": {1, changing(`"8a1c4e7"`, `"b1d3f5a"`, 1)},
	"pe_plan_run/action_realistic.tf":    {1, changing(`"2026.11"`, `"2026.12"`, 1)},
	"pe_stop_job/action.tf": {0, func(t *testing.T, h *acctest.Harness, c *acctest.CLI, action string) {
		t.Helper()
		h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/orchestrator/v1/command/stop", AfterHook: func(simulator.Request) { h.FinishAll() }})
		stopping(firstJob, "stopped")(t, h, c, action)
	}},
	"pe_stop_job/action_realistic.tf": {0, stopping(firstJob, "stopped")},
	"pe_stop_plan/action.tf":          {0, stopping(firstPlan, "failure")},
	"pe_stop_plan/action_realistic.tf": {1, func(t *testing.T, _ *acctest.Harness, c *acctest.CLI, action string) {
		t.Helper()
		acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", "-invoke="+action), "plan job 1 had already ended: success", "Actions: 1 invoked.")
	}},
}

var actionAddress = regexp.MustCompile(`(?m)^action "(\w+)" "(\w+)" \{$`)

// TestExamples_Actions applies every example of an action, and does with it what it is for.
func TestExamples_Actions(t *testing.T) {
	t.Parallel()
	for _, name := range matching(t, "actions/*/action*.tf") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			example, ok := actionExamples[strings.TrimPrefix(name, "actions/")]
			if !ok {
				t.Fatal("it has no case")
			}
			text := readExample(t, name)
			h := actionWorld(t)
			c := acctest.NewCLI(t, h, text)
			c.NeedsActions(t)
			if strings.Contains(text, "before_destroy") {
				c.NeedsActionsOnDestroy(t)
			}
			if strings.Contains(name, "pe_stop") && !strings.Contains(text, "resource") {
				run(t, h)
			}
			c.Env = append(c.Env, "TF_VAR_password=example-only", "TF_VAR_rollout_job=1", "TF_VAR_rollout_plan=1")
			before := h.LaunchesReceived()
			c.MustRun(t, "apply", "-auto-approve")
			if got := h.LaunchesReceived() - before; got != example.launches {
				t.Errorf("the first apply has launched %d jobs, want %d", got, example.launches)
			}
			found := actionAddress.FindStringSubmatch(text)
			example.use(t, h, c, "action."+found[1]+"."+found[2])
		})
	}
}

// actionWorld is a PE with the nodes of the examples of actions.
func actionWorld(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t)
	for _, name := range []string{"web1.example.com", "web2.example.com", "db1.example.com", "primary.example.com"} {
		h.AddNode(simulator.Node{Certname: name, Connected: true})
	}
	return h
}

// run starts a job and a plan that run until somebody stops them.
func run(t *testing.T, h *acctest.Harness) {
	t.Helper()
	acctest.Started(t)(h.Client(t).RunTask(acctest.Ctx(t), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Params: map[string]any{"duration": 60_000}, Scope: orchestrator.Scope{Nodes: []string{"web1.example.com"}},
	}))
	acctest.Started(t)(h.Client(t).RunPlan(acctest.Ctx(t), orchestrator.PlanRequest{
		PlanName: "simulate::plan", Environment: "production", Params: map[string]any{"duration": 60_000},
	}))
}
