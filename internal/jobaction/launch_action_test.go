// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// kind is one kind of job that an action launches.
type kind struct {
	// action is its address, and launch the path of its launch.
	action, launch string
	// what is run, and where.
	body string
	// title begins its errors, and noun is what a job is called; path is where it is.
	title, noun, path string
	// done is its last line of progress when it has ended well.
	done string
}

var kinds = map[string]kind{
	"deploy": {
		action: "pe_deploy.a", launch: "/orchestrator/v1/command/deploy", title: `Deploy of environment "production"`, noun: "job", path: "jobs",
		body: "environment = \"production\"\n scope = { nodes = [\"node1.example.com\"] }\n", done: "finished, nodes: 1 finished",
	},
	"task": {
		action: "pe_task.a", launch: "/orchestrator/v1/command/task", title: `Task "simulate"`, noun: "job", path: "jobs",
		body: "task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n", done: "finished, nodes: 1 finished",
	},
	"plan_run": {
		action: "pe_plan_run.a", launch: "/orchestrator/v1/command/plan_run", title: `Plan "simulate::plan"`, noun: "plan job",
		path: "plan_jobs", body: "plan_name = \"simulate::plan\"\n", done: "success",
	},
}

// with is an action of the kind with more arguments.
func (k kind) with(more string) string { return act(k.action, k.body+more) }

// act is an action with arguments.
func act(address, arguments string) string {
	name, label, _ := strings.Cut(address, ".")
	return fmt.Sprintf("action %q %q {\n config {\n %s\n }\n}\n", name, label, arguments)
}

// invoke invokes an action of a configuration without a provider block.
func invoke(t *testing.T, h *acctest.Harness, action, body string) protocoltest.Invoked {
	t.Helper()
	return h.Invoke(t, protocoltest.Invocation{Config: h.Config(body), Action: action})
}

// task is an action that runs the task simulate with arguments.
func task(arguments string) string { return act("pe_task.a", "task = \"simulate\"\n"+arguments) }

const twoNodes = "scope = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\n"

// launched checks how many launches the server has received.
func launched(t *testing.T, h *acctest.Harness, want int) {
	t.Helper()
	if got := h.LaunchesReceived(); got != want {
		t.Errorf("the server has received %d launches, want %d", got, want)
	}
}

// TestInvoke_Succeeds invokes each kind of action twice: each invocation launches a job and tells of it.
func TestInvoke_Succeeds(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		for _, generation := range acctest.Generations {
			t.Run(name+", "+string(generation), func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(generation))
				for n := 1; n <= 2; n++ {
					told := invoke(t, h, k.action, k.with(""))
					acctest.Succeeds(t, told, fmt.Sprintf("%s %d was started: %s/orchestrator/v1/%s/%[2]d", k.noun, n, h.ServerURL(), k.path), k.done)
					if len(told.Warnings) > 0 {
						t.Errorf("there are warnings: %v", told.Warnings)
					}
					if lines := slices.Compact(slices.Clone(told.Progress)); len(lines) != len(told.Progress) {
						t.Errorf("a line is told twice in a row: %q", told.Progress)
					}
					launched(t, h, n)
				}
			})
		}
	}
}

// TestInvoke_SendsWhatIsConfigured compares the job of an action with that of the resource that runs the same.
func TestInvoke_SendsWhatIsConfigured(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	acctest.Succeeds(t, invoke(t, h, "pe_task.a", task(twoNodes+`
		params = { output = "hello" }
		sensitive_params = { secret = "hunter2" }
		description = "by hand"
		userdata = { ticket = "7" }
		noop = false`)))
	job := h.Jobs()[0]
	if job.Description != "by hand" || job.Userdata["ticket"] != "7" || job.Userdata["terraform_request_id"] == nil ||
		!slices.Equal(job.Sensitive, []string{"secret"}) || !strings.Contains(fmt.Sprint(job.Options["params"]), "output:hello") || job.Environment != "production" {
		t.Errorf("the server has %+v", job)
	}
}

// TestInvoke_LeavesNodesOut has a user who may not use one of the nodes, which the job then does not take.
func TestInvoke_LeavesNodesOut(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	target := acctest.Started(t)(h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "one node", Tasks: []string{"facts"}, Nodes: []string{acctest.Node(1)}, NodeGroups: []string{},
	}))
	h.AddUser("few", "x", acctest.Grant("tasks:run_with_constraints:"+target), acctest.Grant("orchestrator:view:*"))
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.ConfigAs(h.IssueToken("few", 0), act("pe_task.a", "task = \"facts\"\n"+twoNodes+"validate_params = false")), Action: "pe_task.a",
	})
	acctest.Fails(t, told, "failed on 1 of 2 nodes", "node2.example.com (left out): the job did not take it")
	launched(t, h, 1)
}

// TestInvoke_Fails has jobs that fail. Each failure is one error, which says everything.
func TestInvoke_Fails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action, body string
		says, lines  []string
	}{
		"a task, on one of two nodes": {
			"pe_task.a", task(twoNodes + `params = { fail_on = ["node2.example.com"], message = "no space left" }`),
			[]string{
				`Task "simulate" failed on 1 of 2 nodes`, "Job 1 ended as failed, nodes: 1 finished, 1 failed.", "/orchestrator/v1/jobs/1",
				"node2.example.com (failed): Task exited 1: no space left", "No failure is allowed", "To run it again: terraform apply -invoke=action.pe_task.<name>",
			},
			[]string{"job 1 was started", "node2.example.com failed"},
		},
		"a deploy of a node that is not connected": {
			"pe_deploy.a", act("pe_deploy.a", "environment = \"production\"\n"+twoNodes),
			[]string{`Deploy of environment "production" failed on 1 of 2 nodes`, "node2.example.com (errored)", "-invoke=action.pe_deploy.<name>"},
			[]string{"node2.example.com errored"},
		},
		"a deploy that changes something": {
			"pe_deploy.a", act("pe_deploy.a", "environment = \"production\"\n scope = { nodes = [\"node3.example.com\"] }\n expect_no_changes = true"),
			[]string{`Deploy of environment "production" has found changes on 1 of 1 node`, "`expect_no_changes` allows none", "-invoke=action.pe_deploy.<name>"},
			nil,
		},
		"a plan": {
			"pe_plan_run.a", act("pe_plan_run.a", "plan_name = \"simulate::plan\"\n params = { fail = true, message = \"no quorum\" }"),
			[]string{`Plan "simulate::plan" failed`, "Plan job 1 ended as failure.", "No quorum (bolt/plan-failure)", "-invoke=action.pe_plan_run.<name>"},
			[]string{"plan job 1 was started", "failure"},
		},
		"a plan with a job that fails": {
			"pe_plan_run.a", act("pe_plan_run.a", "plan_name = \"simulate::plan\"\n params = { targets = \"node1.example.com\", task = \"simulate\", params = { exitcode = 3 }, fail = true }"),
			[]string{"Job 1 of the plan (task simulate): failed, nodes: 1 failed."}, nil,
		},
		"fewer nodes than there have to be": {
			"pe_task.a", task(`scope = { query = "nodes[certname] { certname = \"node1.example.com\" }" }` + "\nmin_nodes = 2"),
			[]string{`Task "simulate" took 1 node, and ` + "`min_nodes` asks for 2"}, []string{"it took 1 node, and min_nodes asks for 2"},
		},
		"a node that PE does not know": {
			"pe_task.a", task(`scope = { nodes = ["node1.example.com", "nosuch.example.com"] }`),
			[]string{`Task "simulate" failed on 1 of 2 nodes`, "nosuch.example.com (errored)"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			if test.action == "pe_deploy.a" {
				h.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Connected = false })
				h.UpdateNode("node3.example.com", func(n *simulator.Node) { n.Run = simulator.RunChanged })
			}
			told := invoke(t, h, test.action, test.body)
			acctest.Fails(t, told, test.says...)
			acctest.HasLines(t, told, test.lines...)
			launched(t, h, 1)
		})
	}
}

// TestInvoke_CannotReadChanges is no success where no changes are allowed, and it is not known whether there are any.
func TestInvoke_CannotReadChanges(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: "/orchestrator/v1/jobs/*/nodes", Action: simulator.AnswerStatus, Status: 200, Body: `{"items":[]}`,
	})
	told := invoke(t, h, "pe_deploy.a", act("pe_deploy.a", "environment = \"production\"\n scope = { nodes = [\"node3.example.com\"] }\n expect_no_changes = true"))
	acctest.Fails(t, told, "it is not known whether its nodes have changed anything", "The job ran on 1 node, and the server lists 0 of them.",
		"-invoke=action.pe_deploy.<name>")
}

// TestInvoke_Allowed has failures that are allowed, each with a warning, and what is no failure.
func TestInvoke_Allowed(t *testing.T) {
	t.Parallel()
	const one = `params = { fail_on = ["node2.example.com"] }` + "\n"
	for name, test := range map[string]struct {
		action, body, warning string
		lines                 []string
	}{
		"by number":  {"pe_task.a", task(twoNodes + one + "max_failed_nodes = 1"), `Task "simulate" failed on 1 of 2 nodes, which is allowed`, nil},
		"by percent": {"pe_task.a", task(twoNodes + one + "max_failed_percent = 50"), `Task "simulate" failed on 1 of 2 nodes, which is allowed`, nil},
		"a plan": {
			"pe_plan_run.a", act("pe_plan_run.a", "plan_name = \"simulate::plan\"\n params = { fail = true }\n accept_failure = true"),
			`Plan "simulate::plan" failed, which is accepted`, nil,
		},
		"an empty scope": {
			"pe_task.a", task(`scope = { query = "nodes[certname] { certname = \"nosuch\" }" }` + "\nallow_empty_scope = true"), "",
			[]string{"no node is in the scope, so nothing was started"},
		},
		"nobody waits": {"pe_task.a", task(twoNodes + one + "wait_for_completion = false"), "", []string{"job 1 was started"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := invoke(t, acctest.New(t), test.action, test.body)
			acctest.Succeeds(t, told, test.lines...)
			switch {
			case test.warning == "" && len(told.Warnings) > 0:
				t.Errorf("there are warnings: %v", told.Warnings)
			case test.warning != "" && (len(told.Warnings) != 1 || told.Warnings[0].Summary != test.warning):
				t.Errorf("there is no warning %q: %v", test.warning, told.Warnings)
			case test.warning != "":
				acctest.HasLines(t, told, "warning: "+test.warning)
			}
		})
	}
}

// TestInvoke_WithoutWaiting launches a job that takes long, and does not ask for it.
func TestInvoke_WithoutWaiting(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			told := invoke(t, h, k.action, k.with("wait_for_completion = false"))
			acctest.Succeeds(t, told, k.noun+" 1 was started")
			if len(told.Progress) != 1 || h.Count(http.MethodGet, "/"+k.path+"/*") > 0 {
				t.Errorf("it has asked for the job: %q", told.Progress)
			}
		})
	}
}

// TestPlan_Refuses has what the server would refuse, and what cannot succeed. Nothing is launched.
func TestPlan_Refuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action, body string
		says         []string
		at           string
	}{
		"no such task":      {"pe_task.a", act("pe_task.a", "task = \"simulat\"\n"+twoNodes), []string{"simulat", "Did you mean `simulate`?"}, ".task"},
		"no such parameter": {"pe_task.a", task(twoNodes + "params = { output = \"a\", durations = 1 }"), []string{`has no parameter "durations"`}, `.params["durations"]`},
		"a wrong value":     {"pe_task.a", task(twoNodes + "params = { duration = \"long\" }"), []string{`Parameter "duration" does not fit task "simulate"`}, `.params["duration"]`},
		"no such plan":      {"pe_plan_run.a", act("pe_plan_run.a", "plan_name = \"simulate::plans\""), []string{"simulate::plans"}, ".plan_name"},
		"no such environment": {
			"pe_deploy.a", act("pe_deploy.a", "environment = \"nosuch\"\n"+twoNodes), []string{"nosuch"}, ".environment",
		},
		"two scopes":        {"pe_task.a", task(`scope = { nodes = ["node1.example.com"], query = "nodes[certname] { }" }`), []string{"More than one scope is given"}, ".scope"},
		"two thresholds":    {"pe_task.a", task(twoNodes + "max_failed_nodes = 1\nmax_failed_percent = 5"), []string{"max_failed_percent"}, ".max_failed_nodes"},
		"no node group":     {"pe_task.a", task(`scope = { node_group = "All Nodes" }`), []string{"UUID"}, `.scope["node_group"]`},
		"a parameter twice": {"pe_plan_run.a", act("pe_plan_run.a", "plan_name = \"simulate::plan\"\n params = { targets = \"a\" }\n query_params = { targets = \"nodes[certname] { }\" }"), []string{"A parameter is given twice"}, ".query_params"},
		"no way to log in": {
			"pe_task.a", task(twoNodes + `targets = [{ hostnames = ["node1.example.com"], user = "root", transport = "ssh" }]`), []string{"No way to log in"}, ".targets[0]",
		},
		"two ways to log in": {
			"pe_task.a", task(twoNodes + `targets = [{ hostnames = ["node1.example.com"], user = "root", transport = "ssh", password = "p", private_key_content = "k" }]`),
			[]string{"Two ways to log in"}, ".targets[0]",
		},
		"an application": {
			"pe_deploy.a", act("pe_deploy.a", "environment = \"production\"\nscope = { application = \"Shop[one]\" }"),
			[]string{"The server has no applications"}, `.scope["application"]`,
		},
		"no duration":              {"pe_task.a", task(twoNodes + "timeouts {\n invoke = \"1 day\"\n }"), []string{"is not a duration"}, ".timeouts.invoke"},
		"no such way to interrupt": {"pe_task.a", task(twoNodes + "on_interrupt = \"kill\""), []string{"abandon"}, ".on_interrupt"},
		"a secret without a value": {"pe_task.a", task(twoNodes + "sensitive_params = { secret = null }"), []string{`The secret parameter "secret" has no value`, "drops ephemeral values"}, ""},
		"a secret deep down":       {"pe_task.a", task(twoNodes + "sensitive_params = { data = { password = null } }"), []string{`The secret parameter "data" has no value`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			told := h.Invoke(t, protocoltest.Invocation{Config: h.Config(test.body), Action: test.action, PlanOnly: true})
			acctest.Fails(t, told, test.says...)
			if at := "action." + test.action + test.at; told.Errors[0].At != at {
				t.Errorf("the error is at %s, want %s", told.Errors[0].At, at)
			}
			launched(t, h, 0)
		})
	}
}

// TestPlan_Unknown plans with values that are not known yet. What turns out to be wrong is refused by the invocation, which launches nothing.
func TestPlan_Unknown(t *testing.T) {
	t.Parallel()
	const later = "resource \"terraform_data\" \"x\" {\n input = %s\n}\n"
	for name, test := range map[string]struct {
		value, arguments string
		// says is what the invocation fails with, nothing if it succeeds.
		says []string
	}{
		"a node":        {`"node1.example.com"`, "scope = { nodes = [terraform_data.x.output] }", nil},
		"no certname":   {`"node 1"`, "scope = { nodes = [terraform_data.x.output] }", []string{"node 1"}},
		"a scope":       {`{ nodes = ["node1.example.com"] }`, "scope = terraform_data.x.output", nil},
		"a wrong scope": {`{ node = ["node1.example.com"] }`, "scope = terraform_data.x.output", []string{"node"}},
		"a parameter":   {`2`, twoNodes + "params = { duration = terraform_data.x.output }", nil},
		"a secret":      {`"hunter2"`, twoNodes + "sensitive_params = { secret = terraform_data.x.output }", nil},
		"a number":      {`1`, twoNodes + "max_failed_nodes = terraform_data.x.output", nil},
		"too small":     {`-1`, twoNodes + "max_failed_nodes = terraform_data.x.output", []string{"-1 is not possible here"}},
		"whether to":    {`false`, twoNodes + "wait_for_completion = terraform_data.x.output", nil},
		"a duration":    {`"5m"`, twoNodes + "timeouts {\n invoke = terraform_data.x.output\n }", nil},
		"no duration":   {`"soon"`, twoNodes + "timeouts {\n invoke = terraform_data.x.output\n }", []string{"is not a duration"}},
		"userdata":      {`{ ticket = "7" }`, twoNodes + "userdata = terraform_data.x.output", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			body := fmt.Sprintf(later, test.value) + task(test.arguments)
			planned := h.Invoke(t, protocoltest.Invocation{Config: h.Config(body), Action: "pe_task.a", PlanOnly: true})
			if len(planned.Errors) > 0 {
				t.Fatalf("the plan fails: %v", planned.Errors)
			}
			told := invoke(t, h, "pe_task.a", body)
			if test.says == nil {
				acctest.Succeeds(t, told, "job 1 was started")
				return
			}
			acctest.Fails(t, told, test.says...)
			launched(t, h, 0)
		})
	}
}

// TestInvoke_UnknownProvider plans with a provider that cannot be configured yet.
func TestInvoke_UnknownProvider(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	told := h.Invoke(t, protocoltest.Invocation{Config: h.Config(task(twoNodes), "validate_params = false"), Action: "pe_task.a"})
	acctest.Succeeds(t, told)
	if n := h.Count(http.MethodGet, "/tasks/*"); n > 0 {
		t.Errorf("the task was looked up although that is switched off")
	}
}

// TestInvoke_Overdue has a job that takes longer than the invocation may.
func TestInvoke_Overdue(t *testing.T) {
	t.Parallel()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			arguments := "timeouts {\n invoke = \"1s\"\n }"
			if name == "plan_run" {
				arguments += "\n params = { duration = 600 }"
			}
			told := invoke(t, h, k.action, k.with(arguments))
			acctest.Fails(t, told, k.title+" had not ended after 1s", "The "+k.noun+" 1 still runs (running", "/"+k.path+"/1",
				"Nothing waits for it any more. Raise `timeouts { invoke = … }`", "-invoke=action."+strings.TrimSuffix(k.action, "a")+"<name>")
		})
	}
}

// newSlowHarness starts a PE in which jobs take ten minutes, unless the test ends them.
func newSlowHarness(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t, func(o *simulator.Options) { o.TimeScale = 1 })
	h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.RunDuration = 10 * time.Minute })
	return h
}

// TestInvoke_KeyOfARunWithChanges finds a run with the same key that has found changes, though none are allowed: it is no success, so that
// another one is started.
func TestInvoke_KeyOfARunWithChanges(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := act("pe_deploy.a", "environment = \"production\"\n scope = { nodes = [\"node3.example.com\"] }\n expect_no_changes = true\n launch_key = \"r1/check\"")
	h.UpdateNode(acctest.Node(3), func(n *simulator.Node) { n.Run = simulator.RunChanged })
	acctest.Fails(t, invoke(t, h, "pe_deploy.a", body), "has found changes on 1 of 1 node")
	h.UpdateNode(acctest.Node(3), func(n *simulator.Node) { n.Run = simulator.RunUnchanged })
	acctest.Succeeds(t, invoke(t, h, "pe_deploy.a", body))
	launched(t, h, 2)
	acctest.Succeeds(t, invoke(t, h, "pe_deploy.a", body))
	launched(t, h, 2)
}

// TestInvoke_KeyAndAParameterNamedUserdata has a server refuse a launch for a parameter of that name. With a key, the reason is not that the
// server keeps no userdata.
func TestInvoke_KeyAndAParameterNamedUserdata(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: "/orchestrator/v1/command/plan_run", Action: simulator.AnswerStatus, Status: http.StatusBadRequest,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   `{"kind":"puppetlabs.orchestrator/validation-error","msg":"Parameter 'userdata' expects a String value, got Integer","details":{}}`,
	})
	acctest.Fails(t, invoke(t, h, "pe_plan_run.a", kinds["plan_run"].with("launch_key = \"a\"")), "was refused", "expects a String value", "leave `launch_key` out")
	launched(t, h, 1)
}
