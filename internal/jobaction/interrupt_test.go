// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// interrupted invokes an action, and presses Ctrl-C once its job runs.
func interrupted(t *testing.T, h *acctest.Harness, k kind, arguments string) protocoltest.Invoked {
	t.Helper()
	begun := time.Now()
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.Config(k.with(arguments)), Action: k.action,
		Heard: func(line string, stop func() <-chan struct{}) {
			if strings.HasPrefix(line, "running") {
				stop()
			}
		},
	})
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the end took %v", took)
	}
	if !told.Ended {
		t.Errorf("a CLI would call it a success: %+v", told)
	}
	if last := told.Progress[len(told.Progress)-1]; !strings.HasPrefix(last, "running") {
		t.Errorf("after the interrupt, it has told %q", last)
	}
	return told
}

// forever makes a job of a kind run until somebody ends it.
func (k kind) forever() string {
	if k.path == "plan_jobs" {
		return "params = { duration = 600 }\n"
	}
	return ""
}

// TestInvoke_Interrupted presses Ctrl-C for each kind of job and each on_interrupt. The action ends with an error that says what
// becomes of the job.
func TestInvoke_Interrupted(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		stopped := map[bool]string{true: "stopped", false: "stopping"}
		if k.path == "plan_jobs" {
			stopped = map[bool]string{true: "failure", false: "failure"}
		}
		for how, test := range map[string]struct {
			arguments, says string
			// state is that of the job afterwards.
			state string
		}{
			"as by default": {"", "It keeps running, and nothing waits for it any more.", "running"},
			"abandon":       {"on_interrupt = \"abandon\"\n", "It keeps running, and nothing waits for it any more.", "running"},
			"stop":          {"on_interrupt = \"stop\"\n", "It was asked to stop, because `on_interrupt` is \"stop\".", stopped[false]},
			"force_stop":    {"on_interrupt = \"force_stop\"\n", "It was asked to stop, because `on_interrupt` is \"force_stop\".", stopped[true]},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				h := newSlowHarness(t)
				told := interrupted(t, h, k, k.forever()+test.arguments)
				if test.state == "stopped" || test.state == "failure" {
					// It may have ended by the last look at it.
					if len(told.Errors) != 1 {
						t.Fatalf("the errors are %v", told.Errors)
					}
				} else {
					acctest.Fails(t, told, k.title+" was interrupted", "The "+k.noun+" 1 was started, and had not ended when Terraform was interrupted",
						"/"+k.path+"/1", test.says, "To run it again: terraform apply -invoke=action.")
				}
				if got := stateOf(h, k); got != test.state {
					t.Errorf("the %s is %s, want %s", k.noun, got, test.state)
				}
				launched(t, h, 1)
			})
		}
	}
}

// stateOf is the state of the only job.
func stateOf(h *acctest.Harness, k kind) string {
	if k.path == "plan_jobs" {
		return h.PlanJobs()[0].State
	}
	return h.Jobs()[0].State
}

// TestInvoke_InterruptedAndNotStopped has a server that refuses to stop a job.
func TestInvoke_InterruptedAndNotStopped(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/orchestrator/v1/command/stop", Action: simulator.AnswerStatus, Status: http.StatusInternalServerError})
	told := interrupted(t, h, kinds["task"], "on_interrupt = \"stop\"")
	acctest.Fails(t, told, `Task "simulate" was interrupted`, "It was to be stopped, because `on_interrupt` is \"stop\", and that failed.", "500")
}

// TestInvoke_InterruptedWhileLaunching presses Ctrl-C while the answer to a launch is on its way: the job is found, and named.
func TestInvoke_InterruptedWhileLaunching(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	servers := newLastServer(h)
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: kinds["task"].launch, Times: 1, Action: simulator.DelayAnswer, Delay: time.Second,
		AfterHook: func(simulator.Request) { servers.stop(acctest.Ctx(t)) },
	})
	told, err := protocoltest.Invoke(acctest.Ctx(t), servers.start, protocoltest.Invocation{
		Config: h.Config(kinds["task"].with("")), Action: "pe_task.a",
	})
	if err != nil {
		t.Fatal(err)
	}
	acctest.Fails(t, told, `Task "simulate" was interrupted`, "The job 1 was started")
	launched(t, h, 1)
}

// lastServer starts providers, and stops the last of them.
type lastServer struct {
	create func() (tfprotov6.ProviderServer, error)
	last   tfprotov6.ProviderServer
}

func newLastServer(h *acctest.Harness) *lastServer { return &lastServer{create: h.Factories()["pe"]} }

func (l *lastServer) start() (tfprotov6.ProviderServer, error) {
	var err error
	l.last, err = l.create()
	return l.last, err
}

// stop stops the provider, and does not wait for that.
func (l *lastServer) stop(ctx context.Context) {
	go func() { _, _ = l.last.StopProvider(ctx, &tfprotov6.StopProviderRequest{}) }()
}

// TestInvoke_InterruptedOnASlowServer presses Ctrl-C where each answer takes almost as long as is waited for: the end of the action is heard
// all the same, or the CLI would take it for a success.
func TestInvoke_InterruptedOnASlowServer(t *testing.T) {
	t.Parallel()
	if most := launch.Farewell + 3*jobrun.Farewell; safeserver.Patience < most+2*time.Second {
		t.Errorf("an action may take %s after an interruption, and %s are waited for", most, safeserver.Patience)
	}
	h := newSlowHarness(t)
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.Config(kinds["task"].with("on_interrupt = \"force_stop\"")), Action: "pe_task.a",
		Heard: func(line string, stop func() <-chan struct{}) {
			if strings.HasPrefix(line, "running") {
				for path, method := range map[string]string{"/command/stop": http.MethodPost, "/jobs/1": http.MethodGet, "/jobs/1/nodes": http.MethodGet} {
					h.AddFault(simulator.Fault{Method: method, Path: "/orchestrator/v1" + path, Action: simulator.DelayAnswer, Delay: 1800 * time.Millisecond})
				}
				stop()
			}
		},
	})
	if !told.Ended || len(told.Errors) == 0 {
		t.Errorf("the end was heard: %v, with %v", told.Ended, told.Errors)
	}
}

// TestInvoke_InterruptedWithAStrangersNumber presses Ctrl-C after the answer to a launch has named somebody else's job, which must not be
// stopped.
func TestInvoke_InterruptedWithAStrangersNumber(t *testing.T) {
	t.Parallel()
	h := running(t) // job 1 is somebody else's
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: kinds["task"].launch, Times: 1, Action: simulator.AnswerStatusAfterHandling, Status: http.StatusAccepted,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"job":{"id":"https://pe.example.com/orchestrator/v1/jobs/1","name":"1"}}`,
	})
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.Config(kinds["task"].with("on_interrupt = \"force_stop\"")), Action: "pe_task.a",
		Heard: func(line string, stop func() <-chan struct{}) {
			if strings.HasPrefix(line, "job 1 was started") {
				stop()
			}
		},
	})
	if state := h.Jobs()[0].State; state != "running" || len(told.Errors) == 0 {
		t.Errorf("somebody else's job 1 is %s: %v", state, told.Errors)
	}
}
