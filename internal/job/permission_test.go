// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// launcher returns somebody who may start everything and look at nothing.
func launcher(h *acctest.Harness) (token string) {
	h.AddUser("robot", "x", acctest.Grant("puppet_agent:run:*"), acctest.Grant("tasks:run:*"), acctest.Grant("plans:run:*"))
	return h.IssueToken("robot", 0)
}

// TestMayWatch_IsFoundOutBeforeAnythingRuns has a user who may start jobs and not look at them. Nothing runs, until the user may.
func TestMayWatch_IsFoundOutBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		for _, generation := range acctest.Generations {
			t.Run(fmt.Sprintf("%s, %s", kind, generation), func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(generation))
				token := launcher(h)
				body := job.withArguments(validateNothing[kind])
				h.Run(t, resource.TestStep{
					Config:      h.ConfigAs(token, body),
					ExpectError: acctest.SaysAll("was not started, because nothing could wait for it … not-permitted … needs the permission `orchestrator` / `view` (Start, stop and view jobs) … Nothing was started."),
				})
				if n := h.LaunchesReceived(); n != 0 {
					t.Fatalf("the server has received %d launches", n)
				}
				on(h, http.MethodPost, job.launch, true, simulator.NoAction, h.FinishAll)
				h.Grant("robot", acctest.Grant("orchestrator:view:*"))
				h.Run(t, resource.TestStep{Config: h.ConfigAs(token, body), Check: h.Launches(1)})
			})
		}
	}
}

// validateNothing keeps the plan from looking up what is run, which is another permission.
var validateNothing = map[string]string{"deploy": "", "task": "validate_params = false", "plan_run": "validate_params = false"}

// TestMayWatch_IsNeededForAKey has somebody look for a run by its key, who may not look.
func TestMayWatch_IsNeededForAKey(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{
		Config:      h.ConfigAs(launcher(h), acctest.TaskBody("task = \"facts\"\nvalidate_params = false\nlaunch_key = \"a\"\n"+acctest.TwoNodes)),
		ExpectError: acctest.SaysAll("was not started … not-permitted … needs the permission `orchestrator` / `view`"),
	})
	if n := h.LaunchesReceived(); n != 0 {
		t.Errorf("the server has received %d launches", n)
	}
}

// TestMayWatch_IsAskedOnceAndOnlyToWait counts what a launch costs more than the launch.
func TestMayWatch_IsAskedOnceAndOnlyToWait(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		want      int
	}{
		"awaited":     {"", 1},
		"not awaited": {"wait_for_completion = false", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			const five = "count = 5\ntask = \"facts\"\n" + acctest.TwoNodes + "\n"
			h.RunCLI(t, resource.TestStep{Config: h.Config(acctest.TaskBody(five + test.arguments)), Check: h.Launches(5)})
			asked := 0
			for _, r := range h.Requests() {
				if r.Method == http.MethodGet && r.Path == "/orchestrator/v1/jobs" && r.RawQuery == "limit=1&offset=0&order=desc&order_by=timestamp" {
					asked++
				}
			}
			if asked != test.want {
				t.Errorf("it was asked %d times, want %d", asked, test.want)
			}
		})
	}
}

// TestMayWatch_IsNotNeededByThoseWhoDoNotWait starts a job for somebody who may not look at it, and plans again.
func TestMayWatch_IsNotNeededByThoseWhoDoNotWait(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"facts\"\nvalidate_params = false\nwait_for_completion = false\n"+acctest.TwoNodes)).Attached()
	c.Write(t, "token", launcher(h))
	c.MustRun(t, "apply", "-auto-approve")
	acctest.MustSay(t, c.MustRun(t, "plan", "-detailed-exitcode"), `Task "facts": job 1 was not read`, "needs the permission `orchestrator` / `view`", "What was known of the job last is kept.")
	c.MustRun(t, "destroy", "-auto-approve")
	if n := h.LaunchesReceived(); n != 1 {
		t.Errorf("the server has received %d launches", n)
	}
}

// TestMayWatch_TroubleIsNoRefusal lets the question fail in all ways that prove nothing.
func TestMayWatch_TroubleIsNoRefusal(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"the server is restarted":     {Action: simulator.AnswerStatus, Status: 503},
		"it fails":                    {Action: simulator.AnswerStatus, Status: 500},
		"the connection breaks":       {Action: simulator.DropBeforeHandling},
		"a proxy refuses it":          {Action: simulator.HTML, Status: 403},
		"the answer makes no sense":   {Action: simulator.Garbage},
		"it lists nothing, not a job": {Action: simulator.AnswerStatus, Status: 200, Body: `{"items":[],"pagination":{"limit":1,"offset":0,"total":0}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			fault.Method, fault.Path, fault.Times = http.MethodGet, "/orchestrator/v1/jobs", 1
			h.AddFault(fault)
			h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes)), Check: h.Launches(1)})
		})
	}
}
