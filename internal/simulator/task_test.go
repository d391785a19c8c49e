// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTask_Outcomes(t *testing.T) {
	t.Parallel()
	const sensitive = "Sensitive [value redacted]"
	taskError := object{"_error": object{"msg": "Task exited 7:\nboom", "kind": "puppetlabs.tasks/task-error", "details": object{"exitcode": 7}}}
	for _, tc := range []struct {
		name   string
		opts   simulator.Options
		params object
		noop   bool
		state  string
		result any
	}{
		{name: "prints", params: object{"output": "hello\n"}, state: "finished", result: object{"_output": "hello\n"}},
		{name: "prints nothing", params: object{}, state: "finished", result: object{"_output": ""}},
		{name: "returns data", params: object{"data": object{"a": list{1, "x", nil}}}, state: "finished", result: object{"a": list{1, "x", nil}}},
		{name: "runs in noop mode", params: object{}, noop: true, state: "finished", result: object{"noop": true}},
		{name: "fails by exit code", params: object{"exitcode": 7, "message": "boom"}, state: "failed", result: taskError},
		{
			name: "fails with data", params: object{"fail_on": list{"node1.example.com"}, "exitcode": 7, "message": "boom", "data": object{"partial": true}},
			state: "failed", result: with(taskError, object{"partial": true}),
		},
		{name: "fails elsewhere", params: object{"fail_on": list{"node2.example.com"}, "exitcode": 7, "output": "x"}, state: "finished", result: object{"_output": "x"}},
		{
			name: "cannot be run", params: object{"error_on": list{"node1.example.com"}}, state: "errored",
			result: object{
				"msg": "The agent on this node could not run the task", "kind": "puppetlabs.orchestrator/execution-failure",
				"details": object{"node": "node1.example.com"},
			},
		},
		{name: "is skipped", params: object{"skip_on": list{"node1.example.com"}}, state: "skipped", result: nil},
		{name: "redacts", params: object{"sensitive_output": "hush"}, state: "finished", result: object{"_sensitive": sensitive}},
		{
			name: "does not redact on an older server", opts: simulator.Options{Generation: simulator.PE2019, RejectUserdata: true},
			params: object{"sensitive_output": "hush"}, state: "finished", result: object{"_sensitive": "hush"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sim := start(t, tc.opts)
			c := admin(t, sim)
			id := c.launch(t, "task", object{"task": "simulate", "params": tc.params, "scope": node1, "noop": tc.noop})
			sim.FinishAll()
			n := c.get(t, "jobs/"+id+"/nodes").items(t)[0]
			if n["state"] != tc.state {
				t.Errorf("state %v, want %s", n["state"], tc.state)
			}
			if got, want := encode(t, n["result"]), encode(t, tc.result); got != want {
				t.Errorf("result %s, want %s", got, want)
			}
		})
	}
}

// encode returns a value as JSON, with keys in order.
func encode(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

func TestTask_Parameters(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "simulate", "params": object{"secret": "hush", "message": "m"}, "scope": node1})
	options := at(c.get(t, "jobs/"+id).json, "options")
	if got, want := encode(t, at(options, "params")), `{"duration":1,"message":"m","mode":"fast"}`; got != want {
		t.Errorf("params %s, want defaults filled in and the secret left out: %s", got, want)
	}
	if got, want := encode(t, at(options, "sensitive")), `["secret"]`; got != want {
		t.Errorf("sensitive %s, want %s", got, want)
	}
	if got, want := encode(t, at(options, "scheduled-job-id")), "null"; got != want {
		t.Errorf("scheduled-job-id %s, want %s", got, want)
	}
	for _, path := range []string{"jobs", "jobs/" + id, "jobs/" + id + "/nodes", "jobs/" + id + "/events", "jobs/" + id + "/report"} {
		if strings.Contains(c.get(t, path).text, "hush") {
			t.Errorf("%s shows the secret", path)
		}
	}
	answer := c.orch(t, http.MethodPost, "command/task", object{"task": "simulate", "params": object{"secret": list{"hush"}}, "scope": node1})
	mustRefuse(t, answer, 400, validationError, "parameter 'secret'")
	if strings.Contains(answer.text, "hush") {
		t.Errorf("a refusal shows the secret: %s", answer.text)
	}
}

func TestTask_UnknownOneErrsOnItsNodes(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "package::nonexistent", "params": object{}, "scope": node1})
	sim.FinishAll()
	n := c.get(t, "jobs/"+id+"/nodes").items(t)[0]
	if got, want := encode(t, n["result"]), `{"error":"Invalid task name 'package::nonexistent'"}`; got != want || n["state"] != "errored" {
		t.Errorf("state %v, result %s, want errored with %s", n["state"], got, want)
	}
	if state := c.get(t, "jobs/"+id).object(t)["state"]; state != "failed" {
		t.Errorf("the job is %v", state)
	}
}

func TestTask_HangingNode(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	body := object{"task": "simulate", "params": object{"hang_on": list{"node1.example.com"}}, "scope": node1}
	id := c.launch(t, "task", body)
	advance(sim, 415)
	if state := c.get(t, "jobs/"+id).object(t)["state"]; state != "running" {
		t.Errorf("after 415 s the job is %v", state)
	}
	advance(sim, 10)
	if state := c.get(t, "jobs/"+id+"/nodes").items(t)[0]["state"]; state != "errored" {
		t.Errorf("after 425 s the node is %v", state)
	}

	id = c.launch(t, "task", with(body, object{"timeout": 30}))
	advance(sim, 31)
	n := c.get(t, "jobs/"+id+"/nodes").items(t)[0]
	if n["state"] != "errored" || !strings.Contains(text(n, "details", "message"), "timeout of 30s") || n["duration"] != 30.0 {
		t.Errorf("after its timeout the node is %v", n)
	}

	id = c.launch(t, "deploy", object{"environment": "production", "scope": node1, "timeout": 1})
	advance(sim, 5)
	n = c.get(t, "jobs/"+id+"/nodes").items(t)[0]
	if n["state"] != "errored" || n["result"] != nil {
		t.Errorf("after its timeout the run is %v", n)
	}
}

func TestTask_SlotsAreSharedByAllJobs(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{TaskConcurrency: 3})
	c := admin(t, sim)
	body := object{"task": "simulate", "params": object{"duration": 10}, "scope": object{"node_group": simulator.AllNodesGroup}}
	first, second := c.launch(t, "task", body), c.launch(t, "task", body)
	for _, want := range []string{"3 0", "3 0", "3 0", "1 2", "0 3", "0 3", "0 2"} {
		advance(sim, 1)
		running := fmt.Sprint(count(t, c, first, "running"), " ", count(t, c, second, "running"))
		if running != want {
			t.Errorf("running %s, want %s", running, want)
		}
		advance(sim, 9)
	}
	advance(sim, 10)
	for _, id := range []string{first, second} {
		if n := count(t, c, id, "finished"); n != 10 {
			t.Errorf("job %s has %d finished nodes", id, n)
		}
	}
	third := c.launch(t, "task", body)
	fourth := c.launch(t, "task", body)
	advance(sim, 1)
	sim.StopJob(third, true)
	if n := count(t, c, fourth, "running"); n != 3 {
		t.Errorf("after the stop of another job %d nodes run", n)
	}
	if got := strings.Count(names(c.get(t, "jobs/"+third+"/events").items(t), "type"), "job_aborted"); got != 1 {
		t.Errorf("the other job ended %d times", got)
	}
	sim.FinishAll()
	if n := count(t, c, fourth, "finished"); n != 10 {
		t.Errorf("%d nodes are finished", n)
	}
}

// count returns how many nodes of a job are in a state.
func count(t *testing.T, c *client, id, state string) int {
	t.Helper()
	n, ok := at(c.get(t, "jobs/"+id).json, "node_states", state).(float64)
	if !ok {
		return 0
	}
	return int(n)
}

func TestTask_NodesOutsidePuppetDB(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", simulator.Permission{ObjectType: "tasks", Action: "run_with_constraints", Instance: "1"})
	c, amy := admin(t, sim), as(t, sim, "amy")
	mustStatus(t, c.orch(t, http.MethodPost, "command/task_target", object{
		"display_name": "x", "all_tasks": true, "nodes": list{"new.example.com"}, "node_groups": list{},
	}), http.StatusOK)
	body := object{
		"task": "simulate", "params": object{}, "scope": object{"nodes": list{"new.example.com"}},
		"targets": list{object{
			"hostnames": list{"new.example.com"}, "user": "root", "transport": "ssh", "private-key-content": "k", "port": 22, "run-as": "root",
			"sudo-password": "s", "run-as-command": "sudo", "connect-timeout": 10, "tty": true, "tmpdir": "/tmp", "extensions": list{".sh"},
		}},
	}
	id := c.launch(t, "task", body)
	sim.FinishAll()
	n := c.get(t, "jobs/"+id+"/nodes").items(t)[0]
	if n["state"] != "finished" || n["transport"] != "ssh" {
		t.Errorf("the node is %v", n)
	}
	if text := c.get(t, "jobs/"+id).text; strings.Contains(text, "private-key") {
		t.Errorf("the job shows credentials: %s", text)
	}
	// Without the right to run the task everywhere, nodes outside PuppetDB cannot be used.
	mustRefuse(t, amy.orch(t, http.MethodPost, "command/task", body), 400, emptyTarget, "No nodes")
	// Without credentials they are taken, as every name is, and cannot be reached.
	id = c.launch(t, "task", with(body, object{"targets": list{}}))
	sim.FinishAll()
	if got := c.get(t, "jobs/"+id+"/nodes").items(t)[0]["state"]; got != "errored" {
		t.Errorf("without credentials the node is %v", got)
	}
}

// TestJob_OfNodesThatNobodyKnows does what was recorded with a deploy (2016.2, 2016.4): names that PuppetDB does not have are taken and
// counted, their nodes end errored without a result and without having run, and the job ends failed.
func TestJob_OfNodesThatNobodyKnows(t *testing.T) {
	t.Parallel()
	const ghost = "ghost.example.com"
	for _, g := range generations() {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{Generation: g})
			c := admin(t, sim)
			id := c.launch(t, "deploy", object{"environment": "production", "scope": object{"nodes": list{ghost}}})
			sim.Advance(time.Second)
			job := c.get(t, "jobs/"+id).object(t)
			if job["state"] != "failed" || job["node_count"] != 1.0 || encode(t, job["node_states"]) != `{"errored":1}` {
				t.Errorf("the job is %v", job)
			}
			n := c.get(t, "jobs/"+id+"/nodes").items(t)[0]
			want := "Error running puppet on " + ghost + ": " + ghost + " is not connected to the PCP broker"
			if n["state"] != "errored" || text(n, "details", "message") != want || n["result"] != nil || n["transaction_uuid"] != nil ||
				n["start_timestamp"] != nil || n["finish_timestamp"] != nil {
				t.Errorf("the node is %v", n)
			}
			id = c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": object{"nodes": list{ghost, "node1.example.com"}}})
			sim.FinishAll()
			job = c.get(t, "jobs/"+id).object(t)
			if job["state"] != "failed" || job["node_count"] != 2.0 || encode(t, job["node_states"]) != `{"errored":1,"finished":1}` {
				t.Errorf("the task's job is %v", job)
			}
		})
	}
}

func TestTask_DisconnectedNodeErrs(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Connected = false })
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": node1})
	sim.FinishAll()
	n := c.get(t, "jobs/"+id+"/nodes").items(t)[0]
	if n["state"] != "errored" || text(n, "result", "kind") != "puppetlabs.orchestrator/execution-failure" ||
		!strings.HasSuffix(text(n, "details", "message"), "node1.example.com is not connected to the PCP broker") {
		t.Errorf("the node is %v", n)
	}
	sim.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Message = "gone fishing" })
	for command, body := range map[string]object{
		"task": {"task": "facts", "params": object{}, "scope": node1}, "deploy": {"environment": "production", "scope": node1},
	} {
		id := c.launch(t, command, body)
		sim.FinishAll()
		if got := text(c.get(t, "jobs/"+id+"/nodes").items(t)[0], "details", "message"); got != "gone fishing" {
			t.Errorf("the message of the %s is %q", command, got)
		}
	}
}
