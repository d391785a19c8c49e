// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// running starts a job of ten minutes on node1, and a plan of ten minutes with such a job, and returns the PE.
func running(t *testing.T) *acctest.Harness {
	t.Helper()
	h := newSlowHarness(t)
	client := h.Client(t)
	acctest.Started(t)(client.RunTask(acctest.Ctx(t), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Params: map[string]any{"duration": 600}, Scope: orchestrator.Scope{Nodes: []string{acctest.Node(1)}},
	}))
	acctest.Started(t)(client.RunPlan(acctest.Ctx(t), orchestrator.PlanRequest{
		PlanName: "simulate::plan", Environment: "production",
		Params: map[string]any{"targets": acctest.Node(1), "task": "simulate", "duration": 600, "params": map[string]any{"duration": 600}},
	}))
	h.Advance(10 * time.Second)
	return h
}

// stop is an action that stops something.
func stop(what, arguments string) (action, body string) {
	action = "pe_stop_" + what + ".a"
	return action, act(action, arguments)
}

// TestStop_Running stops what runs, and waits for the end.
func TestStop_Running(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		what, arguments string
		lines           []string
		// finish ends the runs that a stop without force waits for.
		finish bool
		job    string
	}{
		"a job":                      {"job", `id = "1"`, []string{"job 1: running", "job 1 was asked to stop: … /jobs/1", "job 1: stopping", "job 1: stopped"}, true, "stopped"},
		"a job, by force":            {"job", "id = \"1\"\nforce = true", []string{"job 1 was asked to stop", "job 1: stopped"}, false, "stopped"},
		"a job, and nobody waits":    {"job", "id = \"1\"\nwait_for_completion = false", []string{"job 1 was asked to stop"}, false, "stopping"},
		"a plan":                     {"plan", `id = "1"`, []string{"plan job 1: running", "plan job 1 was asked to stop: … /plan_jobs/1", "plan job 1: failure"}, false, "running"},
		"a plan, by force":           {"plan", "id = \"1\"\nforce = true", []string{"plan job 1: failure"}, false, "running"},
		"a plan, and nobody waits":   {"plan", "id = \"1\"\nwait_for_completion = false", []string{"plan job 1 was asked to stop"}, false, "running"},
		"a number as it is returned": {"job", "id = 1\nforce = true", []string{"job 1: stopped"}, false, "stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := running(t)
			action, body := stop(test.what, test.arguments)
			told := h.Invoke(t, protocoltest.Invocation{Config: h.Config(body), Action: action, Heard: func(line string, _ func() <-chan struct{}) {
				if test.finish && strings.Contains(line, "stopping") {
					h.FinishAll()
				}
			}})
			acctest.Succeeds(t, told, test.lines...)
			if got := h.Jobs()[0].State; got != test.job {
				t.Errorf("job 1 is %s, want %s", got, test.job)
			}
			if test.what == "plan" && strings.Contains(test.arguments, "force") && h.Jobs()[1].State != "stopped" {
				t.Errorf("the job of the plan is %s", h.Jobs()[1].State)
			}
		})
	}
}

// TestStop_Ended stops what has ended already, which is no error and changes nothing.
func TestStop_Ended(t *testing.T) {
	t.Parallel()
	for what, line := range map[string]string{"job": "job 1 had already ended: finished", "plan": "plan job 1 had already ended: success"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := running(t)
			h.FinishAll()
			action, body := stop(what, `id = "1"`)
			acctest.Succeeds(t, invoke(t, h, action, body), line)
			if n := h.Count(http.MethodPost, "/command/stop*"); n > 0 {
				t.Errorf("the server was asked %d times to stop something", n)
			}
		})
	}
}

// TestStop_Refuses has what cannot be stopped.
func TestStop_Refuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		what, arguments string
		change          func(h *acctest.Harness)
		says            []string
	}{
		"no such job": {"job", `id = "99"`, nil, []string{
			"Job 99 was not stopped", "unknown-job", "There is no such job, or no longer: the server deletes their records after 30 days by default.",
		}},
		"no such plan": {"plan", `id = "99"`, nil, []string{"Plan job 99 was not stopped", "There is no such plan job, or no longer"}},
		"no number":    {"job", `id = "job 1"`, nil, []string{"The id is not a positive number"}},
		"a server that cannot stop plans": {"plan", `id = "1"`, func(h *acctest.Harness) { h.Upgrade(simulator.PE2019) }, []string{
			"Plan job 1 was not stopped", "Stopping plans came with PE 2021.7.1.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := running(t)
			if test.change != nil {
				test.change(h)
			}
			action, body := stop(test.what, test.arguments)
			acctest.Fails(t, invoke(t, h, action, body), test.says...)
			if name != "a server that cannot stop plans" && h.Count(http.MethodPost, "/command/stop*") > 0 {
				t.Error("the server was asked to stop something")
			}
		})
	}
}

// TestStop_NotPermitted has a user who may not look at jobs.
func TestStop_NotPermitted(t *testing.T) {
	t.Parallel()
	h := running(t)
	h.AddUser("robot", "x", acctest.Grant("tasks:run:*"))
	for _, what := range []string{"job", "plan"} {
		action, body := stop(what, `id = "1"`)
		told := h.Invoke(t, protocoltest.Invocation{Config: h.ConfigAs(h.IssueToken("robot", 0), body), Action: action})
		acctest.Fails(t, told, "1 was not stopped", "needs the permission `orchestrator` / `view`")
	}
}

// TestStop_OlderServer asks a server for force that does not know it.
func TestStop_OlderServer(t *testing.T) {
	t.Parallel()
	h := running(t)
	h.Upgrade(simulator.PE2019)
	action, body := stop("job", "id = \"1\"\nforce = true\nwait_for_completion = false")
	told := invoke(t, h, action, body)
	acctest.Succeeds(t, told, "job 1 was asked to stop")
	if len(told.Warnings) != 1 || told.Warnings[0].Summary != "The job was stopped without force" {
		t.Errorf("the warnings are %v", told.Warnings)
	}
}

// TestStop_DoesNotEnd has a job whose runs go on, until the time is up or somebody presses Ctrl-C.
func TestStop_DoesNotEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		interrupt bool
		says      []string
	}{
		"too long":    {"timeouts {\n invoke = \"1s\"\n }", false, []string{"Job 1 is still stopping after 1s", "(stopping, nodes: 1 running)", "set `force = true`", "-invoke=action.pe_stop_job.<name>"}},
		"interrupted": {"", true, []string{"Job 1 was asked to stop, and may still run", "Terraform was interrupted while it waited for the end", "To keep waiting: terraform apply -invoke="}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := running(t)
			action, body := stop("job", fmt.Sprintf("id = \"1\"\n%s", test.arguments))
			told := h.Invoke(t, protocoltest.Invocation{Config: h.Config(body), Action: action, Heard: func(line string, stop func() <-chan struct{}) {
				if test.interrupt && strings.Contains(line, "job 1: stopping") {
					stop()
				}
			}})
			acctest.Fails(t, told, test.says...)
		})
	}
}

// TestStop_AnswerIsLost has something in front of the server answer 500 to a stop that was carried out.
func TestStop_AnswerIsLost(t *testing.T) {
	t.Parallel()
	h := running(t)
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/orchestrator/v1/command/stop", Action: simulator.AnswerStatusAfterHandling, Status: http.StatusInternalServerError})
	action, body := stop("job", "id = \"1\"")
	acctest.Fails(t, invoke(t, h, action, body), "It is not known whether job 1 was asked to stop", "Invoke it again")
}

// TestStop_JobsOfAPlanThatHasEnded stops a plan by force whose jobs cannot be stopped at first. The next invocation finds that the plan has
// ended, and stops what goes on.
func TestStop_JobsOfAPlanThatHasEnded(t *testing.T) {
	t.Parallel()
	h := running(t)
	end := h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/orchestrator/v1/command/stop", Action: simulator.AnswerStatus, Status: http.StatusInternalServerError})
	action, body := stop("plan", "id = \"1\"\nforce = true")
	acctest.Fails(t, invoke(t, h, action, body), "Plan job 1 was interrupted, and not all of its jobs were stopped")
	end()
	acctest.Succeeds(t, invoke(t, h, action, body))
	if state := h.Jobs()[1].State; state != "stopped" && state != "stopping" {
		t.Errorf("the job of the plan is %s", state)
	}
}
