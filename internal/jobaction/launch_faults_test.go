// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestInvoke_LostAnswer has the answer to each kind of launch lost. The job is found, and started once.
func TestInvoke_LostAnswer(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		for what, fault := range map[string]simulator.Fault{
			"after it was handled":  {Action: simulator.DropAfterHandling},
			"before it was handled": {Action: simulator.DropBeforeHandling},
			"half an answer":        {Action: simulator.Truncate},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t)
				fault.Method, fault.Path, fault.Times = http.MethodPost, k.launch, 1
				h.AddFault(fault)
				acctest.Succeeds(t, invoke(t, h, k.action, k.with("")), k.noun+" 1 was started", k.done)
				if got := h.LaunchesAccepted(); got != 1 {
					t.Errorf("the server has started %d jobs", got)
				}
			})
		}
	}
}

// TestInvoke_LaunchIsUnknown has a server that says nothing clear. It says how to find out, and how to invoke the action again; nothing
// is noted, so that the next invocation is one of its own.
func TestInvoke_LaunchIsUnknown(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: kinds["task"].launch, Times: 1, Action: simulator.AnswerStatus, Status: http.StatusInternalServerError})
	told := invoke(t, h, "pe_task.a", kinds["task"].with(""))
	acctest.Fails(t, told, `It is not known whether task "simulate" was started`, "The job would carry the userdata terraform_request_id",
		"Look for it in the console. If it is there, wait for its end there. If it is not there, invoke the action again (terraform apply -invoke=action.pe_task.<name>) to start the job.")
	acctest.Succeeds(t, invoke(t, h, "pe_task.a", kinds["task"].with("")), "job 1 was started")
}

// TestInvoke_Refused has a server that refuses a launch.
func TestInvoke_Refused(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("robot", "x", acctest.Grant("orchestrator:view:*"))
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := k.with("")
			if name != "deploy" {
				body = k.with("validate_params = false")
			}
			told := h.Invoke(t, protocoltest.Invocation{Config: h.ConfigAs(h.IssueToken("robot", 0), body), Action: k.action})
			acctest.Fails(t, told, k.title+" was not started", "not-permitted", "The user of the token needs the permission")
		})
	}
}

// TestInvoke_NobodyMayWatch has a user who may start jobs and not look at them. Nothing runs.
func TestInvoke_NobodyMayWatch(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddUser("robot", "x", acctest.Grant("puppet_agent:run:*"), acctest.Grant("tasks:run:*"), acctest.Grant("plans:run:*"))
			more := ""
			if name != "deploy" {
				more = "validate_params = false\n"
			}
			as := func(more string) protocoltest.Invocation {
				return protocoltest.Invocation{Config: h.ConfigAs(h.IssueToken("robot", 0), k.with(more)), Action: k.action}
			}
			acctest.Fails(t, h.Invoke(t, as(more)), k.title+" was not started, because nothing could wait for it",
				"needs the permission `orchestrator` / `view`", "Nothing was started.")
			launched(t, h, 0)
			acctest.Succeeds(t, h.Invoke(t, as(more+"wait_for_completion = false")), k.noun+" 1 was started")
		})
	}
}

// TestInvoke_LaunchKey invokes actions with a key, which starts what has not succeeded yet.
func TestInvoke_LaunchKey(t *testing.T) {
	t.Parallel()
	const key = "launch_key = \"release-1\"\n"
	for name, test := range map[string]struct {
		first, second string
		// launches is how many there are after both.
		launches int
	}{
		"it has succeeded":            {key, key, 1},
		"its default is written down": {key, key + "environment = \"production\"", 1},
		"it has failed":               {key + "params = { fail_on = [\"node1.example.com\"] }", key + "params = { fail_on = [\"node1.example.com\"] }", 2},
		"its failure is allowed":      {key + "params = { fail_on = [\"node1.example.com\"] }", key + "params = { fail_on = [\"node1.example.com\"] }\nmax_failed_nodes = 1", 1},
		"other inputs":                {key, key + "params = { output = \"b\" }", 2},
		"another key":                 {key, "launch_key = \"release-2\"", 2},
		"no key":                      {"", "", 2},
		"another secret":              {key + "sensitive_params = { secret = \"a\" }", key + "sensitive_params = { secret = \"b\" }", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			invoke(t, h, "pe_task.a", task(twoNodes+test.first))
			launched(t, h, 1)
			told := invoke(t, h, "pe_task.a", task(twoNodes+test.second))
			launched(t, h, test.launches)
			if test.launches > 1 {
				return
			}
			acctest.Succeeds(t, told, "job 1 had been started before", "nodes: ")
			if len(told.Warnings) == 0 || told.Warnings[0].Summary != `Task "simulate" was started before: job 1` {
				t.Errorf("the warnings are %v", told.Warnings)
			}
		})
	}
}

// TestInvoke_LaunchKey_OfWhatRuns waits for a job that another invocation has started and nobody waits for.
func TestInvoke_LaunchKey_OfWhatRuns(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			const key = "launch_key = \"release-1\"\n"
			acctest.Succeeds(t, invoke(t, h, k.action, k.with(key+"wait_for_completion = false")))
			told := h.Invoke(t, protocoltest.Invocation{
				Config: h.Config(k.with(key)), Action: k.action,
				Heard: func(line string, _ func() <-chan struct{}) {
					if strings.HasPrefix(line, "running") {
						h.FinishAll()
					}
				},
			})
			acctest.Succeeds(t, told, k.noun+" 1 had been started before", "running", k.done)
			launched(t, h, 1)
		})
	}
}

// TestInvoke_LaunchKey_NeedsUserdata has a server that keeps no userdata.
func TestInvoke_LaunchKey_NeedsUserdata(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.RejectUserdata = true })
	told := invoke(t, h, "pe_task.a", task(twoNodes+"launch_key = \"a\""))
	acctest.Fails(t, told, `Task "simulate" was refused`, "keeps no userdata (before PE 2019.8.5)", "leave `launch_key` out")
	if got := h.LaunchesAccepted(); got != 0 {
		t.Errorf("the server has started %d jobs", got)
	}
}

// TestInvoke_LaunchKey_AmongOthers has a plan job of somebody else, which shows no userdata because it was given none.
func TestInvoke_LaunchKey_AmongOthers(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.Variants = simulator.Variants{simulator.BarePlanJobs: true} })
	h.RunPlan(t, "facts", map[string]any{"targets": acctest.Node(1)})
	body := kinds["plan_run"].with("launch_key = \"a\"")
	acctest.Succeeds(t, invoke(t, h, "pe_plan_run.a", body), "plan job 2 was started")
	h.RunPlan(t, "facts", map[string]any{"targets": acctest.Node(1)})
	acctest.Succeeds(t, invoke(t, h, "pe_plan_run.a", body), "plan job 2 had been started before")
}

// TestInvoke_LaunchKey_OfAnOldServer is refused while planning where the server tells its version.
func TestInvoke_LaunchKey_OfAnOldServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019), func(o *simulator.Options) { o.RejectUserdata = true })
	told := invoke(t, h, "pe_plan_run.a", kinds["plan_run"].with("launch_key = \"a\""))
	acctest.Fails(t, told, "The server cannot keep a launch key", "Puppet Enterprise is 2019.8.4.")
	launched(t, h, 0)
}

// TestInvoke_Lost has jobs whose record disappears while somebody waits.
func TestInvoke_Lost(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.Config(kinds["task"].with("")), Action: "pe_task.a",
		Heard: func(line string, _ func() <-chan struct{}) {
			if strings.HasPrefix(line, "running") {
				h.PruneJob("1")
			}
		},
	})
	acctest.Fails(t, told, `Task "simulate": it is not known how job 1 ended`, "The server no longer has a record of it", "To run it again: terraform apply -invoke=")
}

// TestInvoke_ShowsNoSecret has a task that prints the secrets that it was given, in its message and in what is told of nodes as they fail.
func TestInvoke_ShowsNoSecret(t *testing.T) {
	t.Parallel()
	const secret, password = `hunter"two\4711-correct-horse`, "ssh-battery-staple-0815"
	h := acctest.New(t)
	for at, said := range []string{"login failed with " + secret, "login failed with " + password} {
		body := fmt.Sprintf(`
			params = { error_on = ["node1.example.com"], message = %q }
			sensitive_params = { secret = %q }
			targets = [{ hostnames = ["node1.example.com"], user = "root", transport = "ssh", password = %q }]
			`, said, secret, password)
		told := invoke(t, h, "pe_task.a", task(twoNodes+body))
		acctest.Fails(t, told, `Task "simulate" failed on 1 of 2 nodes`, "login failed with")
		text := fmt.Sprint(told.Progress, told.Errors[0].Summary, told.Errors[0].Detail, told.Warnings)
		for _, part := range []string{"hunter", "4711", "battery"} {
			if strings.Contains(text, part) {
				t.Errorf("%d: %q is shown in %s", at, part, text)
			}
		}
		acctest.HasLines(t, told, "node1.example.com errored: … login failed with")
	}
}
