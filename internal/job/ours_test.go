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

// TestOurs_TheNumberIsSomebodyElses gives the number of a job to another job, as a reinstalled server does. Our job is lost; the other one
// is not mistaken for it, not judged and not stopped.
func TestOurs_TheNumberIsSomebodyElses(t *testing.T) {
	t.Parallel()
	reinstall := func(h *acctest.Harness) {
		h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs/1", Action: simulator.AnswerStatus, Status: http.StatusOK, Body: foreignJob(h, "1")})
		h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs", Action: simulator.AnswerStatus, Status: http.StatusOK, Body: `{"items": [` + foreignJob(h, "1") + `], "pagination": {"limit": 200, "offset": 0, "total": 1}}`})
	}
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
