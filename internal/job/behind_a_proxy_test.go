// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestLaunches_AnswersOfProxies has something in front of the server answer each launch after the server has received it. Each job is
// found, and the server receives one launch for it.
func TestLaunches_AnswersOfProxies(t *testing.T) {
	t.Parallel()
	const html = "<html><title>Not PE</title></html>"
	after := func(status int, body string, header http.Header) simulator.Fault {
		return simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: status, Body: body, Header: header}
	}
	tests := map[string]simulator.Fault{
		"503 that says when": after(http.StatusServiceUnavailable, "", http.Header{"Retry-After": {"1"}}),
		"503 in PE's form":   after(http.StatusServiceUnavailable, `{"kind":"puppetlabs.orchestrator/busy","msg":"Busy"}`, nil),
		"an empty 404":       after(http.StatusNotFound, "", nil),
		"a redirect":         after(http.StatusFound, "", http.Header{"Location": {"https://sso.example.com"}}),
		"a login page":       after(http.StatusOK, html, http.Header{"Content-Type": {"text/html"}}),
		"an object":          after(http.StatusOK, "{}", nil),
		"the number 0":       after(http.StatusOK, `{"job":{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/0","name":"0"},"name":"0"}`, nil),
		"the number -1":      after(http.StatusOK, `{"job":{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/-1","name":"-1"},"name":-1}`, nil),
		"a word as number":   after(http.StatusOK, `{"job":{"id":"x","name":"latest"},"name":"latest"}`, nil),
		"408 in PE's form":   after(http.StatusRequestTimeout, `{"kind":"x/timeout","msg":"Too slow"}`, nil),
	}
	for _, status := range []int{400, 401, 403, 404, 408, 409, 422, 425, 429, 499, 503, 507, 520, 524, 599} {
		tests[fmt.Sprintf("%d page", status)] = after(status, html, nil)
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			faultAtLaunch(h, fault)
			config := h.Config(eachJob)
			h.Run(t,
				resource.TestStep{
					Config: config, ConfigStateChecks: eachEndedWell(),
					Check: resource.ComposeTestCheckFunc(h.Launches(kindsOfJobs), ownsEachJobOnce(t, h)),
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(kindsOfJobs)},
			)
		})
	}
}

// unknownJob is PE's answer for an unknown job.
const unknownJob = `{"kind":"puppetlabs.orchestrator/unknown-job","msg":"Unknown job"}`

// TestWaits_AnswersOfProxies has something in front of the server answer the first polls of each job, and the server itself not know the
// jobs yet. The waits continue.
func TestWaits_AnswersOfProxies(t *testing.T) {
	t.Parallel()
	tests := map[string]simulator.Fault{
		"404 of PE, too early": {Status: http.StatusNotFound, Body: unknownJob},
		"a 404 page":           {Status: http.StatusNotFound, Body: "<html><title>Not here</title></html>"},
		"an empty 400":         {Status: http.StatusBadRequest},
		"401 of a proxy":       {Status: http.StatusUnauthorized, Body: "log in"},
		"407":                  {Status: http.StatusProxyAuthRequired, Body: "log in"},
		"408":                  {Status: http.StatusRequestTimeout},
		"418":                  {Status: http.StatusTeapot, Body: "short and stout"},
		"425":                  {Status: http.StatusTooEarly},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.Machine.Settle = acctest.LongSettle // the jobs are not known before the third poll
			for _, path := range []string{"/orchestrator/v1/jobs/*", "/orchestrator/v1/plan_jobs/*"} {
				fault.Method, fault.Path, fault.Times, fault.Action = http.MethodGet, path, 2, simulator.AnswerStatus
				h.AddFault(fault)
			}
			config := h.Config(eachJob)
			h.Run(t,
				resource.TestStep{
					Config: config, ConfigStateChecks: eachEndedWell(),
					Check: resource.ComposeTestCheckFunc(h.Launches(kindsOfJobs), ownsEachJobOnce(t, h)),
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(kindsOfJobs)},
			)
		})
	}
}

// TestWaits_RetryAfterAnHour has one poll answered with a Retry-After that is longer than the wait. The job is read once more before
// the time is up.
func TestWaits_RetryAfterAnHour(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: "/orchestrator/v1/jobs/*", Times: 1,
		Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"3600"}},
	})
	begun := time.Now()
	h.Run(t, resource.TestStep{
		Config: h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes + "\ntimeouts { create = \"6s\" }")),
		Check:  h.Launches(1),
	})
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestLaunches_TimeoutOfAMoment has less time than a launch may take to show up, and loses the request. The error says what happened.
func TestLaunches_TimeoutOfAMoment(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"dropped":         {Action: simulator.DropBeforeHandling},
		"answered late":   {Action: simulator.Delay, Delay: 30 * time.Second},
		"asked to wait":   {Action: simulator.AnswerStatus, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}},
		"a server's page": {Action: simulator.HTML, Status: http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.Machine.Settle = 30 * time.Second
			fault.Method, fault.Path, fault.Times = http.MethodPost, launchPaths[1], 1
			h.AddFault(fault)
			h.Run(t, resource.TestStep{
				Config:      h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes + "\ntimeouts { create = \"1s\" }")),
				ExpectError: acctest.SaysAll("It is not known whether task … The time for the operation was up, so it was looked for during"), // a busy machine may not even read the list in time
			})
			if h.LaunchesReceived() != 1 {
				t.Errorf("the server has received %d launches", h.LaunchesReceived())
			}
		})
	}
}
