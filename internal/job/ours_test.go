// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// foreignJob is a failed job that somebody else has started.
func foreignJob(h *acctest.Harness, id string) string {
	return fmt.Sprintf(`{"id": "%s/orchestrator/v1/jobs/%s", "name": %q, "type": "task", "state": "failed", "options": {"task": "simulate", "environment": "production"},
		"node_count": 1, "node_states": {"failed": 1}, "userdata": {"terraform_request_id": "somebody-else"}}`, h.ServerURL(), id, id)
}

const quickJob = "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\n"

// TestOurs_TheAnswerToTheLaunchIsMixedUp answers a launch with the number of another job: two resources never follow one job.
func TestOurs_TheAnswerToTheLaunchIsMixedUp(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	other := "resource \"pe_task\" \"other\" {\n" + quickJob + "}\n"
	h.Run(t,
		resource.TestStep{Config: h.Config(other), Check: h.Launches(1)},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{
					Method: http.MethodPost, Path: launchPaths[1], Times: 1, Action: simulator.AnswerStatusAfterHandling, Status: http.StatusAccepted,
					Body: fmt.Sprintf(`{"job": {"id": "%s/orchestrator/v1/jobs/1", "name": "1"}}`, h.ServerURL()),
				})
			},
			Config: h.Config(other + acctest.TaskBody(quickJob)),
			Check:  h.Launches(2),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value("pe_task.other", "id", knownvalue.StringExact("1")), acctest.Value("pe_task.t", "id", knownvalue.StringExact("2")),
				acctest.Value("pe_task.t", "state", knownvalue.StringExact("finished")),
			},
		},
	)
}

// TestOurs_OneReadingIsMixedUp answers one poll with the job of somebody else, which has failed. It is not judged.
func TestOurs_OneReadingIsMixedUp(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"the first":  {Times: 1},
		"the second": {Skip: 1, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			fault.Method, fault.Path, fault.Action, fault.Status, fault.Body = http.MethodGet, longJobs["task"].poll, simulator.AnswerStatus, http.StatusOK, foreignJob(h, "7")
			h.AddFault(fault)
			h.Run(t, resource.TestStep{
				Config: h.Config(acctest.TaskBody(quickJob + "params = { duration = 20 }")), Check: h.Launches(1),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.Task, "state", knownvalue.StringExact("finished")), acctest.Value(acctest.Task, "id", knownvalue.StringExact("1"))},
			})
		})
	}
}

// reinstall gives the number of the first job to somebody else's, as a server does that was installed anew.
func reinstall(h *acctest.Harness) {
	h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs/1", Action: simulator.AnswerStatus, Status: http.StatusOK, Body: foreignJob(h, "1")})
	h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs", Action: simulator.AnswerStatus, Status: http.StatusOK, Body: `{"items": [` + foreignJob(h, "1") + `], "pagination": {"limit": 200, "offset": 0, "total": 1}}`})
}

// TestOurs_TheNumberIsSomebodyElses gives the number of a job to somebody else's, as a server does that was reinstalled: ours is
// lost; the other one is not taken for it, not judged and not stopped.
func TestOurs_TheNumberIsSomebodyElses(t *testing.T) {
	t.Parallel()
	slow := quickJob + "params = { duration = 600 }\n"
	t.Run("after the launch", func(t *testing.T) {
		t.Parallel()
		h := newSlowHarness(t)
		reinstall(h)
		h.Run(t, resource.TestStep{
			Config: h.Config(acctest.TaskBody(slow)), ExpectError: acctest.SaysAll("it is not known how job 1 ended … was not started by this resource"),
		})
		if h.LaunchesReceived() != 1 {
			t.Errorf("the server has received %d launches", h.LaunchesReceived())
		}
	})
	t.Run("when the wait is resumed", func(t *testing.T) {
		t.Parallel()
		h := newSlowHarness(t)
		h.Run(t,
			resource.TestStep{Config: h.Config(acctest.TaskBody(slow + "wait_for_completion = false")), Check: h.Launches(1)},
			resource.TestStep{
				PreConfig: func() { reinstall(h) }, Config: h.Config(acctest.TaskBody(slow)), Check: h.Launches(1),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.Task, "state", knownvalue.StringRegexp(regexp.MustCompile("^(new|ready|running)$")))},
			},
			resource.TestStep{Config: h.Config(acctest.TaskBody(slow)), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1)},
		)
	})
	t.Run("when it is to be stopped", func(t *testing.T) {
		t.Parallel()
		h := newSlowHarness(t)
		config := h.Config(acctest.TaskBody(slow + "wait_for_completion = false\non_destroy = \"stop\""))
		h.Run(t,
			resource.TestStep{Config: config, Check: h.Launches(1)},
			resource.TestStep{PreConfig: func() { reinstall(h) }, Config: config, Destroy: true},
		)
		if n := h.Count(http.MethodPost, "/command/stop"); n != 0 {
			t.Errorf("somebody else's job was asked to stop %d times", n)
		}
	})
}

// TestOurs_WhatIsTaintedIsCompared lets the first wait fail, so that Terraform remembers the attributes only, and gives the number of the
// job to somebody else's before the next apply. That one is neither stopped nor taken over.
func TestOurs_WhatIsTaintedIsCompared(t *testing.T) {
	t.Parallel()
	for onDestroy, want := range map[string]struct {
		says     string
		launches int
	}{"abandon": {"is not run again", 1}, "stop": {"1 added", 2}} {
		t.Run(onDestroy, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
			c := acctest.NewCLI(t, h, acctest.TaskBody(quickJob+"params = { duration = 600 }\non_destroy = \""+onDestroy+"\"")).Attached()
			if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
				t.Fatalf("the wait has not failed:\n%s", printed)
			}
			mend()
			reinstall(h)
			on(h, http.MethodPost, launchPaths[1], true, simulator.NoAction, h.FinishAll)
			acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), want.says)
			if n := h.Count(http.MethodPost, "/command/stop"); n != 0 || h.LaunchesReceived() != want.launches {
				t.Errorf("after %d launches somebody else's job was asked to stop %d times", h.LaunchesReceived(), n)
			}
		})
	}
}

// TestOurs_FoundByTheNextApply answers a launch with the number of somebody else's job while the list cannot be read. The error says so,
// and the next apply finds ours, wherever the resource is tainted or not.
func TestOurs_FoundByTheNextApply(t *testing.T) {
	t.Parallel()
	for name, untaint := range map[string]bool{"tainted": false, "untainted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			other := "resource \"pe_task\" \"other\" {\n" + quickJob + "}\n"
			c := acctest.NewCLI(t, h, other).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			h.AddFault(simulator.Fault{
				Method: http.MethodPost, Path: launchPaths[1], Times: 1, Action: simulator.AnswerStatusAfterHandling, Status: http.StatusAccepted,
				Body: fmt.Sprintf(`{"job": {"id": "%s/orchestrator/v1/jobs/1", "name": "1"}}`, h.ServerURL()),
			})
			// The first list is the question whether the user may look at jobs.
			mend := h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs", Skip: 1, Action: simulator.AnswerStatus, Status: http.StatusForbidden, Body: notPermitted})
			configure(t, c, other+acctest.TaskBody(quickJob))
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if err == nil {
				t.Fatalf("the wait has not failed:\n%s", printed)
			}
			acctest.MustSay(t, printed, "its job could not be found", "the number 1, which the server had returned, belongs to another job", "The next apply looks for it again")
			mend()
			if untaint {
				c.MustRun(t, "untaint", "pe_task.t")
			}
			c.MustRun(t, "apply", "-auto-approve")
			if got := c.Resources(t); got["pe_task.t"]["id"] != "2" || got["pe_task.t"]["state"] != "finished" || got["pe_task.other"]["id"] != "1" || h.LaunchesReceived() != 2 {
				t.Errorf("after %d launches the state has %v", h.LaunchesReceived(), got)
			}
			c.NoChanges(t)
		})
	}
}
