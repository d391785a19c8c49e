// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// launchTask is a launch that faults act on.
var launchTask = object{"task": "facts", "params": object{}, "scope": node1}

const taskPath = "/orchestrator/v1/command/task"

// attempt sends a launch and returns the result: the status and the body, or an error.
func (c *client) attempt(t *testing.T) (int, string, error) {
	t.Helper()
	response, err := c.http.Do(c.request(t, http.MethodPost, c.sim.ServerURL()+taskPath, launchTask))
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func TestFaults_Actions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		fault    simulator.Fault
		accepted int
		status   int
		body     string
		// reset is true when the connection is cut, handled is what the log says.
		reset, handled bool
	}{
		{name: "drop before handling", fault: simulator.Fault{Action: simulator.DropBeforeHandling}, reset: true},
		{name: "drop after handling", fault: simulator.Fault{Action: simulator.DropAfterHandling}, reset: true, accepted: 1, handled: true},
		{name: "drop during the answer", fault: simulator.Fault{Action: simulator.DropDuringAnswer}, reset: true, accepted: 1, handled: true, status: 202},
		{name: "status", fault: simulator.Fault{Action: simulator.AnswerStatus}, status: 503},
		{
			name: "status with body", fault: simulator.Fault{Action: simulator.AnswerStatus, Status: 429, Body: `{"kind":"x"}`, Header: http.Header{"Retry-After": {"3"}}},
			status: 429, body: `{"kind":"x"}`,
		},
		{name: "status after handling", fault: simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: 504, Body: "late"}, status: 504, body: "late", accepted: 1, handled: true},
		{name: "page of a proxy", fault: simulator.Fault{Action: simulator.HTML}, status: 502, body: "<!DOCTYPE html>"},
		{name: "page of another proxy", fault: simulator.Fault{Action: simulator.HTML, Status: 200, Body: "<p>log in</p>"}, status: 200, body: "<p>log in</p>"},
		{name: "garbage", fault: simulator.Fault{Action: simulator.Garbage}, status: 202, body: `{"items": [<html>`, accepted: 1, handled: true},
		{name: "truncated", fault: simulator.Fault{Action: simulator.Truncate}, status: 202, body: `{"job":{"id":"https://127.0.0.1:`, accepted: 1, handled: true},
		{name: "delay", fault: simulator.Fault{Action: simulator.Delay, Delay: time.Millisecond}, status: 202, body: `{"job":`, accepted: 1, handled: true},
		{name: "delayed answer", fault: simulator.Fault{Action: simulator.DelayAnswer, Delay: time.Millisecond}, status: 202, body: `{"job":`, accepted: 1, handled: true},
		{name: "slow body", fault: simulator.Fault{Action: simulator.SlowBody, Delay: time.Millisecond}, status: 202, body: `{"job":`, accepted: 1, handled: true},
		{name: "nothing", fault: simulator.Fault{}, status: 202, body: `{"job":`, accepted: 1, handled: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{})
			tc.fault.Path, tc.fault.Times = taskPath, 1
			sim.AddFault(tc.fault)
			c := admin(t, sim)
			status, body, err := c.attempt(t)
			switch {
			case tc.reset && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.ErrUnexpectedEOF):
				t.Errorf("the error is %v, want a reset", err)
			case !tc.reset && (err != nil || status != tc.status || !strings.HasPrefix(body, tc.body)):
				t.Errorf("status %d, body %q, error %v; want %d, %q", status, body, err, tc.status, tc.body)
			}
			if got := sim.LaunchesReceived(); got != 1 {
				t.Errorf("%d launches received", got)
			}
			if got := sim.LaunchesAccepted(); got != tc.accepted || len(sim.Jobs()) != tc.accepted {
				t.Errorf("%d launches accepted, want %d", got, tc.accepted)
			}
			if r := sim.Requests()[0]; r.Status != tc.status || r.Handled != tc.handled {
				t.Errorf("the log has status %d and handled %v, want %d and %v", r.Status, r.Handled, tc.status, tc.handled)
			}
			// The fault acts once.
			if status, _, err := c.attempt(t); status != http.StatusAccepted || err != nil {
				t.Errorf("the next launch gets %d, %v", status, err)
			}
		})
	}
}

func TestFaults_OnlyForMatchingRequests(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	c.launch(t, "task", launchTask)
	fails := func(path string) bool {
		t.Helper()
		return c.orch(t, http.MethodGet, path, nil).status == http.StatusInternalServerError
	}
	fault := simulator.Fault{Action: simulator.AnswerStatus, Status: 500}
	for _, tc := range []struct {
		method, path string
		want         string
	}{
		{"", "", "+++"},
		{"GET", "", "+++"},
		{"POST", "", "---"},
		{"", "/orchestrator/v1/jobs", "+--"},
		{"GET", "/orchestrator/v1/jobs/*", "-+-"},
		{"", "/orchestrator/v1/jobs/*/nodes", "--+"},
	} {
		fault.Method, fault.Path = tc.method, tc.path
		remove := sim.AddFault(fault)
		got := sign(fails("jobs")) + sign(fails("jobs/1")) + sign(fails("jobs/1/nodes"))
		if got != tc.want {
			t.Errorf("%s %s: %s, want %s", tc.method, tc.path, got, tc.want)
		}
		remove()
		if fails("jobs") {
			t.Errorf("%s %s: the fault is still there", tc.method, tc.path)
		}
	}
	fault.Method, fault.Path, fault.Skip, fault.Times = "", "", 2, 3
	sim.AddFault(fault)
	got := ""
	for range 7 {
		got += sign(fails("jobs"))
	}
	if want := "--+++--"; got != want {
		t.Errorf("the fault acted %s, want %s", got, want)
	}
	sim.AddFault(simulator.Fault{Action: simulator.AnswerStatus, Status: 500})
	sim.ClearFaults()
	if fails("jobs") {
		t.Error("faults are left")
	}
	sim.AddFault(simulator.Fault{Path: "/rbac-api/v1/roles", Action: simulator.AnswerStatus, Status: 500})
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/roles", nil), http.StatusInternalServerError)
}

// sign is a plus for what fails and a minus for what does not.
func sign(fails bool) string {
	if fails {
		return "+"
	}
	return "-"
}

func TestFaults_Hooks(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	var before, after atomic.Int64
	sim.AddFault(simulator.Fault{
		Path: taskPath, Times: 1,
		Hook: func(r simulator.Request) {
			before.Store(int64(len(sim.Jobs())) + 1)
			if r.Method != http.MethodPost || !strings.Contains(string(r.Body), "facts") || r.Handled {
				t.Errorf("the request before is %+v", r)
			}
		},
		AfterHook: func(r simulator.Request) {
			after.Store(int64(len(sim.Jobs())) + 1)
			if !r.Handled {
				t.Errorf("the request after is %+v", r)
			}
		},
	})
	// A fault without an action leaves the decision to the next one.
	sim.AddFault(simulator.Fault{Path: taskPath, Times: 1, Action: simulator.AnswerStatusAfterHandling, Status: 504})
	if status, _, err := c.attempt(t); status != http.StatusGatewayTimeout || err != nil {
		t.Errorf("status %d, error %v", status, err)
	}
	if before.Load() != 1 || after.Load() != 2 {
		t.Errorf("there were %d jobs before and %d after", before.Load()-1, after.Load()-1)
	}
}

func TestFaults_DelayedRequestIsHandledWithoutItsClient(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	r := c.request(t, http.MethodPost, sim.ServerURL()+taskPath, launchTask)
	ctx, leave := context.WithCancel(r.Context())
	defer leave()
	handled := make(chan struct{})
	sim.AddFault(simulator.Fault{
		Path: taskPath, Action: simulator.Delay, Delay: 50 * time.Millisecond,
		Hook: func(simulator.Request) { leave() }, AfterHook: func(simulator.Request) { close(handled) },
	})
	if response, err := c.http.Do(r.WithContext(ctx)); err == nil {
		_ = response.Body.Close()
		t.Fatal("an answer came in time")
	}
	<-handled
	if got := sim.LaunchesAccepted(); got != 1 {
		t.Errorf("%d launches accepted", got)
	}
}

func TestClose_EndsSlowRequests(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Latency: time.Hour})
	c := admin(t, sim)
	received := make(chan struct{})
	sim.AddFault(simulator.Fault{Hook: func(simulator.Request) { close(received) }})
	done := make(chan error, 1)
	r := c.request(t, http.MethodGet, sim.ServerURL()+"/orchestrator/v1/jobs", nil)
	go func() {
		response, err := c.http.Do(r)
		if err == nil {
			_ = response.Body.Close()
		}
		done <- err
	}()
	<-received
	for range 2 {
		if err := sim.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
	if err := <-done; err == nil {
		t.Error("the request was answered")
	}
}

func TestStart_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	sim, err := simulator.Start(ctx, simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := admin(t, sim)
	mustStatus(t, c.orch(t, http.MethodGet, "jobs", nil), http.StatusOK)
	cancel()
	// The services go down asynchronously; a request that gets through before that does no harm.
	for {
		response, err := c.http.Do(c.request(t, http.MethodGet, sim.ServerURL()+"/orchestrator/v1/jobs", nil))
		if err != nil {
			break
		}
		_ = response.Body.Close()
	}
	if err := sim.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
}

func TestServer_Latency(t *testing.T) {
	t.Parallel()
	const latency = 30 * time.Millisecond
	c := admin(t, start(t, simulator.Options{Latency: latency}))
	began := time.Now()
	c.get(t, "jobs")
	if took := time.Since(began); took < latency {
		t.Errorf("the answer took %s", took)
	}
}

func TestRequestLog_RecordsRequests(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	c.orch(t, http.MethodPost, "command/plan_run", object{"plan_name": "nosuch"})
	c.orch(t, http.MethodPost, environmentJobs, object{})
	c.get(t, "jobs?limit=1")
	c.rbac(t, http.MethodGet, "v1/roles", nil)
	requests := sim.Requests()
	lines := make([]string, 0, len(requests))
	for i, r := range requests {
		if r.Number != i+1 || r.Header.Get("X-Authentication") != sim.AdminToken() || !r.Handled {
			t.Errorf("request %d is %+v", i, r)
		}
		lines = append(lines, strings.Join([]string{r.Service, r.Method, r.Path, r.RawQuery, http.StatusText(r.Status)}, " "))
	}
	want := []string{
		"orchestrator POST /orchestrator/v1/command/deploy  Accepted",
		"orchestrator POST /orchestrator/v1/command/plan_run  Not Found",
		"orchestrator POST /orchestrator/v1/scheduled_jobs/environment_jobs  Bad Request",
		"orchestrator GET /orchestrator/v1/jobs limit=1 OK",
		"rbac GET /rbac-api/v1/roles  OK",
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the log is\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if string(requests[0].Body) != `{"environment":"production","scope":{"nodes":["node1.example.com"]}}` {
		t.Errorf("the body is %s", requests[0].Body)
	}
	sim.ResetRequests()
	if got := len(sim.Requests()); got != 0 {
		t.Errorf("after a reset there are %d requests", got)
	}
	if sim.LaunchesReceived() != 2 || sim.LaunchesAccepted() != 1 || sim.ScheduleCreatesReceived() != 1 {
		t.Errorf("launches %d, accepted %d, schedules %d", sim.LaunchesReceived(), sim.LaunchesAccepted(), sim.ScheduleCreatesReceived())
	}
}
