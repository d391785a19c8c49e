// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// twoNodes is a TargetSpec of two nodes.
const twoNodes = "node1.example.com,node2.example.com"

func TestPlan_Runs(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.launch(t, "plan_run", object{
		"plan_name": "simulate::plan", "description": "d", "userdata": object{"ticket": "CHG1"},
		"params": object{
			"targets": twoNodes, "task": "simulate", "duration": 10, "message": "hello", "result": object{"a": list{1}}, "password": "hush",
		},
	})
	advance(sim, 5)
	job := c.get(t, "plan_jobs/"+id).object(t)
	if job["state"] != "running" || job["result"] != nil || job["finished_timestamp"] != nil {
		t.Errorf("a running plan job is %v", job)
	}
	if _, there := job["result"]; !there {
		t.Error("the result of a running plan job is absent, not null")
	}
	if got, want := encode(t, at(job, "options", "parameters")), `{"duration":10,"fail":false,"message":"hello","result":{"a":[1]},"targets":"`+twoNodes+`","task":"simulate"}`; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}
	if got, want := encode(t, at(job, "options", "sensitive")), `["password"]`; got != want {
		t.Errorf("sensitive %s, want %s", got, want)
	}

	advance(sim, 10)
	job = c.get(t, "plan_jobs/"+id).object(t)
	if job["state"] != "success" || encode(t, job["result"]) != `{"a":[1]}` || at(job, "userdata", "ticket") != "CHG1" {
		t.Errorf("the plan job is %v", job)
	}
	if duration, ok := job["duration"].(float64); !ok || duration < 10 || duration > 11 {
		t.Errorf("duration %v, want a number of about 10 s", job["duration"])
	}
	child := c.get(t, "jobs/1").object(t)
	if child["type"] != "plan_task" || text(child, "environment", "name") != "production" || at(child, "options", "plan_job") != 1.0 {
		t.Errorf("the plan's job is %v", child)
	}
	if got, want := encode(t, at(job, "status", "1")), encode(t, child["status"]); got != want {
		t.Errorf("the status of job 1 is %s in the plan job, %s in the job", got, want)
	}
	events := c.get(t, "plan_jobs/"+id+"/events").items(t)
	if got, want := names(events, "type"), "out_message task_start plan_finished"; got != want {
		t.Errorf("events %q, want %q", got, want)
	}
	if at(events[1], "details", "job-id") != 1.0 || text(events[2], "details", "plan-id") != id {
		t.Errorf("the events are %v", events)
	}
	if strings.Contains(c.get(t, "plan_jobs").text+c.get(t, "plan_jobs/"+id+"/events").text, "hush") {
		t.Error("the secret is shown")
	}
	if jobs := sim.PlanJobs(); len(jobs) != 1 || jobs[0].State != "success" || len(jobs[0].Jobs) != 1 || jobs[0].Userdata["ticket"] != "CHG1" {
		t.Errorf("the plan jobs are %+v", jobs)
	}
}

func TestPlan_Fails(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, plan string
		params     object
		kind, msg  string
		events     string
	}{
		{
			name: "as told", plan: "simulate::plan", params: object{"fail": true, "error_kind": "my/error", "message": "no way"},
			kind: "my/error", msg: "no way", events: "out_message plan_failed",
		},
		{
			name: "a node fails", plan: "simulate::plan",
			params: object{"targets": twoNodes, "task": "simulate", "fail_on": list{"node2.example.com"}},
			kind:   "bolt/run-failure", msg: "Plan aborted: run_task 'simulate' failed on 1 target", events: "task_start plan_failed",
		},
		{
			name: "both nodes are away", plan: "canary", params: object{"nodes": "x1,x2", "canary": 2},
			kind: "bolt/run-failure", msg: "Plan aborted: run_command 'whoami' failed on 2 targets", events: "command_start plan_failed",
		},
		{
			name: "unknown task", plan: "simulate::plan", params: object{"targets": twoNodes, "task": "nosuch"},
			kind: "bolt/unknown-task", msg: "Could not find a task named 'nosuch'", events: "plan_failed",
		},
		{
			name: "wrong parameters of its task", plan: "simulate::plan", params: object{"targets": twoNodes, "task": "package"},
			kind: "bolt/validation-error", msg: "parameter 'action' is required", events: "plan_failed",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{})
			c := admin(t, sim)
			id := c.launch(t, "plan_run", object{"plan_name": tc.plan, "params": tc.params})
			sim.FinishAll()
			job := c.get(t, "plan_jobs/"+id).object(t)
			if job["state"] != "failure" || text(job, "result", "kind") != tc.kind || !strings.Contains(text(job, "result", "msg"), tc.msg) {
				t.Errorf("state %v, result %v", job["state"], job["result"])
			}
			events := c.get(t, "plan_jobs/"+id+"/events").items(t)
			if got := names(events, "type"); got != tc.events {
				t.Errorf("events %q, want %q", got, tc.events)
			}
		})
	}
}

func TestPlan_BuiltInOnes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		plan   string
		params object
		result string
		events string
		types  string
	}{
		{
			plan: "facts::info", params: object{"targets": "node1.example.com,node3.example.com", "label": "systems"},
			result: `["node1.example.com: Debian 12 (Linux)","node3.example.com: RedHat 9 (Linux)"]`,
			events: "out_message task_start plan_finished", types: "plan_task",
		},
		{plan: "facts::info", params: object{}, result: `[]`, events: "plan_finished"},
		{
			plan: "canary", params: object{"nodes": list{"node1.example.com", "node2.example.com"}, "command": "whoami", "canary": 1},
			result: `[` + commandResult("node1.example.com") + `,` + commandResult("node2.example.com") + `]`,
			events: strings.Repeat("command_start ", 2) + "plan_finished", types: strings.Repeat(" plan_command", 2)[1:],
		},
		{
			plan: "canary::random", params: object{"nodes": "node1.example.com"}, result: `[` + commandResult("node1.example.com") + `]`,
			events: "plan_start command_start plan_end plan_finished", types: "plan_command",
		},
		{
			plan: "profile::firewall", params: object{"targets": "node1.example.com", "noop": true, "anything": list{1}},
			result: `[{"target":"node1.example.com","action":"apply","object":"apply","status":"success","value":{"metrics":` +
				`{"changed":0,"corrective_change":0,"failed":0,"failed_to_restart":0,"out_of_sync":0,"restarted":0,"scheduled":0,"skipped":0,"total":42},` +
				`"noop":true,"status":"unchanged"}}]`,
			events: "apply_prep_start apply_start plan_finished", types: "plan_apply_prep plan_apply",
		},
		{
			plan: "example_plan", params: object{"message": "hello", "example_object": object{"value": "xyz"}},
			result: `{"example_object":{"value":"xyz"},"message":"hello","targets":[]}`, events: "out_message plan_finished",
		},
		{plan: "package::install", params: object{"foo": "bar"}, result: `{"output":"test\n"}`, events: "plan_finished"},
	} {
		t.Run(tc.plan, func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{})
			c := admin(t, sim)
			id := c.launch(t, "plan_run", object{"plan_name": tc.plan, "params": tc.params})
			sim.FinishAll()
			job := c.get(t, "plan_jobs/"+id)
			if got := text(job.json, "state"); got != "success" {
				t.Fatalf("the plan job is %s", job.text)
			}
			if !strings.Contains(job.text, `"result":`+tc.result) {
				t.Errorf("the result is not %s: %s", tc.result, job.text)
			}
			if got := names(c.get(t, "plan_jobs/"+id+"/events").items(t), "type"); got != tc.events {
				t.Errorf("events %q, want %q", got, tc.events)
			}
			if got := names(c.get(t, "jobs?order_by=name").items(t), "type"); got != tc.types {
				t.Errorf("jobs of the types %q, want %q", got, tc.types)
			}
		})
	}
}

func commandResult(target string) string {
	return `{"target":"` + target + `","action":"command","object":"whoami","status":"success",` +
		`"value":{"exit_code":0,"merged_output":"root\n","stderr":"","stdout":"root\n"}}`
}

func TestPlan_TypedParameters(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 4})
	c := admin(t, sim)
	id := c.launch(t, "environment_plan_run", object{"plan_name": "example_plan", "params": object{
		"message":        object{"value": "hello"},
		"example_object": object{"value": object{"value": "xyz"}},
		"targets":        object{"type": "query", "value": `nodes[certname] { certname ~ "node[12]" }`},
		"more_targets":   object{"type": "node_group", "value": simulator.WebServersGroup},
	}})
	sim.FinishAll()
	job := c.get(t, "plan_jobs/"+id).object(t)
	if got, want := encode(t, at(job, "result", "targets")), `["node1.example.com","node2.example.com","node3.example.com"]`; got != want {
		t.Errorf("targets %s, want %s", got, want)
	}
	if got, want := encode(t, at(job, "options", "parameters", "targets")), `["node1.example.com","node2.example.com"]`; got != want {
		t.Errorf("the plan received %s, want %s", got, want)
	}
	if got, want := encode(t, at(job, "result", "example_object")), `{"value":"xyz"}`; got != want {
		t.Errorf("an object arrived as %s, want %s", got, want)
	}
}

func TestStopPlan_ARunningPlan(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{
		"targets": twoNodes, "task": "simulate", "params": object{"duration": 60},
	}})
	advance(sim, 5)
	for range 2 {
		answer := c.orch(t, http.MethodPost, "command/stop_plan", object{"plan_job": id})
		mustStatus(t, answer, http.StatusAccepted)
		if text(answer.json, "name") != id {
			t.Errorf("the answer is %s", answer.text)
		}
	}
	job := c.get(t, "plan_jobs/"+id).object(t)
	if job["state"] != "failure" || job["result"] != "Plan was interrupted" {
		t.Errorf("the plan job is %v with %v", job["state"], job["result"])
	}
	if child := c.get(t, "jobs/1").object(t); child["state"] != "running" {
		t.Errorf("a job of the plan is %v, want it to go on", child["state"])
	}
	advance(sim, 120)
	if child := c.get(t, "jobs/1").object(t); child["state"] != "finished" {
		t.Errorf("a job of the plan is %v", child["state"])
	}
}

func TestPlan_Timeout(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "timeout": 30, "params": object{
		"targets": twoNodes, "task": "simulate", "params": object{"duration": 600},
	}})
	advance(sim, 31)
	job := c.get(t, "plan_jobs/"+id).object(t)
	if job["state"] != "failure" || !strings.Contains(text(job, "result", "msg"), "timeout") {
		t.Errorf("the plan job is %v with %v", job["state"], job["result"])
	}
	if child := c.get(t, "jobs/1").object(t); child["state"] != "stopped" {
		t.Errorf("its job is %v, want it interrupted", child["state"])
	}
}

func TestPlanJobs_List(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", simulator.Permission{ObjectType: "plans", Action: "run", Instance: "*"})
	c, amy := admin(t, sim), as(t, sim, "amy")
	for i, user := range []*client{c, amy, c} {
		user.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"fail": i == 1, "result": i}})
		sim.FinishAll()
		advance(sim, 10)
	}
	for query, want := range map[string]string{
		"":                                "1 2 3",
		"?order=desc":                     "3 2 1",
		"?limit=1&offset=1":               "2",
		"?order_by=owner&order=desc":      "2 3 1",
		"?order_by=state":                 "2 1 3",
		"?order_by=environment":           "1 2 3",
		"?order_by=name":                  "1 2 3",
		"?min_finish_timestamp=" + day(0): "",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			if got := names(c.get(t, "plan_jobs"+query).items(t), "name"); got != want {
				t.Errorf("plan jobs %q, want %q", got, want)
			}
		})
	}
	for query, want := range map[string]bool{"": true, "?results=include": true, "?results=exclude": false} {
		item := c.get(t, "plan_jobs"+query).items(t)[0]
		if _, there := item["result"]; there != want {
			t.Errorf("with %q there is a result: %v", query, there)
		}
		if _, there := item["status"]; there {
			t.Error("a list shows the status of the plan's jobs")
		}
	}
	if got, want := encode(t, at(c.get(t, "plan_jobs?limit=2&offset=1").json, "pagination")), `{"limit":2,"offset":1,"total":3}`; got != want {
		t.Errorf("pagination %s, want %s", got, want)
	}
	for _, query := range []string{"limit=x", "offset=x", "order=x", "order_by=x", "results=x", "min_finish_timestamp=x"} {
		mustRefuse(t, c.orch(t, http.MethodGet, "plan_jobs?"+query, nil), 400, validationError, strings.TrimSuffix(query, "=x"))
	}
}

func TestPlanJobs_OfAGeneration(t *testing.T) {
	t.Parallel()
	for _, g := range generations() {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{Generation: g})
			c := admin(t, sim)
			for range 2 {
				c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{}})
				sim.FinishAll()
				advance(sim, 2)
			}
			want := "1 2"
			if g == simulator.PE2019 {
				want = "2 1"
			}
			items := c.get(t, "plan_jobs").items(t)
			if got := names(items, "name"); got != want {
				t.Errorf("without an order the list is %q, want %q", got, want)
			}
			single := c.get(t, "plan_jobs/1").object(t)
			for _, key := range []string{"created_timestamp", "finished_timestamp", "duration"} {
				if _, there := items[0][key]; !there {
					t.Errorf("the list lacks %s", key)
				}
				if _, there := single[key]; there != (g != simulator.PE2021) {
					t.Errorf("%s of a single plan job is there: %v", key, there)
				}
			}
		})
	}
}

func TestPlanJobs_Events(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	long := strings.Repeat("ä", 600)
	c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"message": long}})
	c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"message": "short"}})
	sim.FinishAll()
	events := c.get(t, "plan_jobs/1/events")
	first := events.items(t)[0]
	if got := len(text(first, "details", "message")); got != 1024 {
		t.Errorf("the list shows %d bytes of a long message, want 1024", got)
	}
	if got := text(c.get(t, "plan_jobs/1/event/"+text(first, "id")).json, "details", "message"); got != long {
		t.Errorf("the event alone shows %d bytes, want %d", len(got), len(long))
	}
	next := text(events.json, "next-events", "event")
	if got := len(c.get(t, "plan_jobs/1/events?start="+next).items(t)); got != 0 {
		t.Errorf("from the cursor there are %d events", got)
	}
	other := text(c.get(t, "plan_jobs/2/events").items(t)[0], "id")
	mustRefuse(t, c.orch(t, http.MethodGet, "plan_jobs/1/event/"+other, nil), 404, "puppetlabs.orchestrator/mismatched-job-event-id", other)
	mustRefuse(t, c.orch(t, http.MethodGet, "plan_jobs/1/event/x", nil), 400, validationError, "Event id x is not an integer")
	mustRefuse(t, c.orch(t, http.MethodGet, "plan_jobs/1/events?start=x", nil), 400, validationError, "start")
}

func TestAdd_TaskAndPlanOfATest(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddTask("qa", simulator.Task{
		Name: "my::task", Parameters: map[string]simulator.Parameter{"size": {Type: "Integer[1]", Default: 3}},
		Run: func(run simulator.TaskRun) simulator.TaskOutcome {
			if run.Node.Certname == "node2.example.com" {
				return simulator.TaskOutcome{State: simulator.TaskErrored}
			}
			return simulator.TaskOutcome{Result: map[string]any{"size": run.Params["size"]}, Duration: 5 * time.Second}
		},
	})
	sim.AddTask("qa", simulator.Task{Name: "silent"})
	sim.AddPlan("qa", simulator.Plan{
		Name: "my::plan",
		Run: func(simulator.PlanRun) simulator.PlanScript {
			return simulator.PlanScript{
				Steps: []simulator.PlanStep{
					{Job: &simulator.PlanJobStep{Type: "plan_task", Task: "my::task", Targets: []string{"node1.example.com", "node2.example.com"}, CatchErrors: true}},
				},
				Result: func(results []simulator.PlanJobResult) any { return results[0][0].Value },
			}
		},
	})
	sim.AddPlan("qa", simulator.Plan{Name: "still"})
	c := admin(t, sim)
	task := c.launch(t, "task", object{
		"environment": "qa", "task": "my::task", "params": object{"size": 7}, "scope": object{"nodes": strings.Split(twoNodes, ",")},
	})
	plan := c.launch(t, "plan_run", object{"environment": "qa", "plan_name": "my::plan"})
	still := c.launch(t, "plan_run", object{"environment": "qa", "plan_name": "still"})
	silent := c.launch(t, "task", object{"environment": "qa", "task": "silent", "params": object{"any": "thing"}, "scope": node1})
	sim.FinishAll()
	nodes := c.get(t, "jobs/"+task+"/nodes").items(t)
	if encode(t, nodes[0]["result"]) != `{"size":7}` || nodes[1]["state"] != "errored" {
		t.Errorf("the nodes are %v", nodes)
	}
	if got := encode(t, c.get(t, "plan_jobs/"+plan).object(t)["result"]); got != `{"size":3}` {
		t.Errorf("the plan's result is %s", got)
	}
	if job := c.get(t, "plan_jobs/"+still).object(t); job["state"] != "success" || job["result"] != nil {
		t.Errorf("a plan that does nothing is %v", job)
	}
	if got := encode(t, c.get(t, "jobs/"+silent+"/nodes").items(t)[0]["result"]); got != `{"_output":""}` {
		t.Errorf("a task that does nothing results in %s", got)
	}
}
