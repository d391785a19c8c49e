// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestEnvironmentJob_Refusals(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	task, plan, deploy := taskJob(once(sim)), planJob(once(sim)), deployJob(once(sim))
	input := func(body object, changes object) object {
		t.Helper()
		old, ok := body["input"].(object)
		if !ok {
			t.Fatal("no input")
		}
		return with(body, object{"input": with(old, changes)})
	}
	for _, tc := range []struct {
		name    string
		body    object
		status  int
		kind    string
		message string
	}{
		{"no type", with(task, object{"type": removed}), 400, validationError, "type is required"},
		{"no input", with(task, object{"input": removed}), 400, validationError, "input is required"},
		{"no environment", with(task, object{"environment": removed}), 400, validationError, "environment is required"},
		{"no schedule", with(task, object{"schedule": removed}), 400, validationError, "schedule is required"},
		{"no description", with(task, object{"description": removed}), 400, validationError, "description is required"},
		{"no userdata", with(task, object{"userdata": removed}), 400, validationError, "userdata is required"},
		{"unknown key", with(task, object{"enabled": true}), 400, validationError, "enabled is not a known key"},
		{"strange type", with(task, object{"type": "script"}), 400, validationError, "type must be plan, task or deploy"},
		{"no start", with(task, object{"schedule": object{"interval": nil}}), 400, validationError, "schedule.start_time is required"},
		{"no interval", with(task, object{"schedule": object{"start_time": in(sim, time.Hour)}}), 400, validationError, "schedule.interval is required"},
		{"time that is none", with(task, object{"schedule": object{"start_time": "soon", "interval": nil}}), 400, validationError, "schedule.start_time"},
		{"interval in hours", with(task, object{"schedule": object{"start_time": in(sim, time.Hour), "interval": object{"units": "hours", "value": 1}}}), 400, validationError, "schedule.interval.units"},
		{"interval of nothing", with(task, object{"schedule": object{"start_time": in(sim, time.Hour), "interval": object{"units": "seconds", "value": 0}}}), 400, validationError, "schedule.interval.value"},
		{"interval with a fraction", with(task, object{"schedule": object{"start_time": in(sim, time.Hour), "interval": object{"units": "seconds", "value": 1.5}}}), 400, validationError, "schedule.interval.value"},
		{"past", with(task, object{"schedule": object{"start_time": in(sim, -time.Minute), "interval": nil}}), 400, "puppetlabs.orchestrator/invalid-time", "past"},
		{"unknown environment", with(task, object{"environment": "nosuchenv"}), 404, "puppetlabs.orchestrator/unknown-environment", "nosuchenv"},
		{"task without name", input(task, object{"name": removed}), 400, validationError, "input.name is required"},
		{"task named task", input(task, object{"task": "simulate"}), 400, validationError, "input.task is not a known key"},
		{"task without scope", input(task, object{"scope": removed}), 400, validationError, "input.scope is required"},
		{"task for an application", input(task, object{"scope": object{"application": "x"}}), 400, validationError, "input.scope.application"},
		{"task with bare parameters", input(task, object{"parameters": object{"message": "x"}}), 400, validationError, "input.parameters.message must be an object"},
		{"task with typed parameters", input(task, object{"parameters": object{"message": object{"value": "x", "type": "query"}}}), 400, validationError, "input.parameters.message.type"},
		{"task with wrong parameters", input(task, object{"parameters": object{"size": object{"value": 1}}}), 400, validationError, "parameter 'size'"},
		{"task with a strange transport", input(task, object{"transport": "pigeon"}), 400, validationError, "input.transport"},
		{"task with a timeout", input(task, object{"timeout": 10}), 400, validationError, "input.timeout is not a known key"},
		{"task on no nodes", input(task, object{"scope": object{"nodes": list{}}}), 400, emptyTarget, "No nodes"},
		{"task on a bad query", input(task, object{"scope": object{"query": "x"}}), 400, queryError, "PQL"},
		{"plan without name", input(plan, object{"name": removed}), 400, validationError, "input.name is required"},
		{"unknown plan", input(plan, object{"name": "nosuch"}), 404, "puppetlabs.orchestrator/unknown-plan", "nosuch"},
		{"plan with a group", input(plan, object{"parameters": object{"targets": object{"value": simulator.AllNodesGroup, "type": "node_group"}}}), 400, validationError, "input.parameters.targets.type"},
		{"plan with a bad query", input(plan, object{"parameters": object{"targets": object{"value": "x", "type": "query"}}}), 400, queryError, "PQL"},
		{"plan on no nodes", input(plan, object{"parameters": object{"targets": object{"value": `nodes[certname] { certname = "x" }`, "type": "query"}}}), 400, emptyTarget, "No nodes"},
		{"plan with a scope", input(plan, object{"scope": node1}), 400, validationError, "input.scope is not a known key"},
		{"deploy without scope", input(deploy, object{"scope": removed}), 400, validationError, "input.scope is required"},
		{"deploy with an empty scope", input(deploy, object{"scope": object{}}), 400, validationError, "input.scope must have exactly one"},
		{"deploy that enforces nothing", input(deploy, object{"enforce_environment": true}), 400, validationError, "input.enforce_environment must be false"},
		{"deploy with noop and no_noop", input(deploy, object{"noop": true, "no_noop": true}), 400, validationError, "input.no_noop"},
		{"deploy with a name", input(deploy, object{"name": "x"}), 400, validationError, "input.name is not a known key"},
		{"deploy in an empty environment", with(deploy, object{"environment": "staging"}), 400, "puppetlabs.orchestrator/empty-environment", "staging"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, c.orch(t, http.MethodPost, environmentJobs, tc.body), tc.status, tc.kind, tc.message)
		})
	}
	mustStatus(t, c.orch(t, http.MethodDelete, environmentJobs+"/1", nil), http.StatusMethodNotAllowed)
}

func TestEnvironmentJob_Edit(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.schedule(t, taskJob(hourly(sim)))
	put := func(body object) reply {
		t.Helper()
		return c.orch(t, http.MethodPut, environmentJobs+"/"+id, body)
	}
	read := func() map[string]any {
		t.Helper()
		return c.get(t, environmentJobs+"/"+id).object(t)
	}
	before := text(read(), "next_run", "time")

	answer := put(object{"description": "changed", "userdata": object{}})
	mustStatus(t, answer, http.StatusOK)
	if text(answer.json, "scheduled_job", "name") != id {
		t.Errorf("the answer is %s", answer.text)
	}
	job := read()
	if job["description"] != "changed" || encode(t, job["userdata"]) != "{}" || text(job, "next_run", "time") != before {
		t.Errorf("after an edit the job is %v", job)
	}

	// After the first run the start is in the past, which only matters when it is sent again.
	sim.Advance(90 * time.Minute)
	mustStatus(t, put(object{"description": "again"}), http.StatusOK)
	mustRefuse(t, put(object{"schedule": object{"start_time": before, "interval": nil}}), 400, "puppetlabs.orchestrator/invalid-time", "past")
	mustStatus(t, put(object{"schedule": object{"start_time": in(sim, 5*time.Hour), "interval": nil}}), http.StatusOK)
	if got, want := text(read(), "next_run", "time"), in(sim, 5*time.Hour); got != want {
		t.Errorf("next_run %s, want %s", got, want)
	}

	// input is replaced as a whole, and a refusal changes nothing.
	mustStatus(t, put(object{"input": object{"name": "facts", "scope": node1}}), http.StatusOK)
	if got := encode(t, at(read(), "input", "parameters")); got != "{}" {
		t.Errorf("parameters %s, want none", got)
	}
	mustRefuse(t, put(object{"description": "lost", "input": object{"name": "facts", "scope": object{"nodes": list{}}}}), 400, emptyTarget, "")
	if got := read()["description"]; got != "again" {
		t.Errorf("a refused edit changed the description to %v", got)
	}
	mustRefuse(t, put(object{"environment": "nosuchenv"}), 404, "puppetlabs.orchestrator/unknown-environment", "nosuchenv")
	mustStatus(t, put(object{"environment": "development"}), http.StatusOK)
	mustRefuse(t, put(object{"type": "plan"}), 400, validationError, "type is not a known key")
	mustRefuse(t, put(object{"enabled": "no"}), 400, validationError, "enabled must be a boolean")
	mustStatus(t, put(object{"enabled": true}), http.StatusOK)

	mustStatus(t, put(object{"enabled": false}), http.StatusOK)
	for _, body := range []object{{"enabled": false}, {"enabled": true}, {"description": "x"}} {
		mustRefuse(t, put(body), 400, "puppetlabs.orchestrator/disabled-scheduled-job", id)
	}
	mustRefuse(t, c.orch(t, http.MethodGet, environmentJobs+"/"+id, nil), 400, queryError, "Invalid scheduled job id "+id)
	if got := len(c.get(t, environmentJobs).items(t)); got != 0 {
		t.Errorf("%d jobs are listed", got)
	}
	sim.Advance(24 * time.Hour)
	if got := len(sim.Jobs()); got != 1 {
		t.Errorf("%d jobs, want only the one before the end of the schedule", got)
	}
	id = "99"
	mustRefuse(t, put(object{"enabled": false}), 400, queryError, "99")
}

func TestEnvironmentJob_MoveToAnotherEnvironment(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddPlan("development", simulator.Plan{Name: "facts::info"})
	c := admin(t, sim)
	plan, deploy := c.schedule(t, planJob(once(sim))), c.schedule(t, deployJob(once(sim)))
	for _, tc := range []struct {
		id, environment string
		status          int
	}{
		{plan, "staging", 404}, {plan, "development", 200}, {deploy, "production", 200}, {deploy, "staging", 400}, {deploy, "", 200},
	} {
		answer := c.orch(t, http.MethodPut, environmentJobs+"/"+tc.id, object{"environment": tc.environment})
		mustStatus(t, answer, tc.status)
		if tc.status != http.StatusOK {
			continue
		}
		if got := c.get(t, environmentJobs+"/"+tc.id).object(t)["environment"]; got != tc.environment {
			t.Errorf("the environment is %v, want %s", got, tc.environment)
		}
	}
}

func TestEnvironmentJob_OneTimeJobCanBeScheduledAgain(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.schedule(t, taskJob(once(sim)))
	sim.Advance(2 * time.Hour)
	mustStatus(t, c.orch(t, http.MethodPut, environmentJobs+"/"+id, object{"schedule": once(sim)}), http.StatusOK)
	sim.Advance(2 * time.Hour)
	if got := len(sim.Jobs()); got != 2 {
		t.Errorf("%d jobs, want 2", got)
	}
}

func TestEnvironmentJob_List(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", simulator.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
	c, amy := admin(t, sim), as(t, sim, "amy")
	empty := c.get(t, environmentJobs)
	if got, want := empty.text, `{"items":[],"pagination":{"limit":50,"offset":0,"order":"asc","order_by":"next_run_time","total":0}}`; got != want {
		t.Errorf("no jobs are %s, want %s", got, want)
	}
	at := func(body object, d time.Duration) object {
		return with(body, object{"schedule": object{"start_time": in(sim, d), "interval": nil}})
	}
	c.schedule(t, at(planJob(nil), 3*time.Hour))
	amy.schedule(t, at(taskJob(nil), 2*time.Hour))
	c.schedule(t, at(deployJob(nil), time.Hour))
	c.schedule(t, at(taskJob(nil), time.Minute))
	sim.Advance(30 * time.Minute)
	for query, want := range map[string]string{
		"":                                   "3 2 1 4",
		"?order=desc":                        "4 1 2 3",
		"?limit=2":                           "3 2",
		"?limit=2&offset=2":                  "1 4",
		"?order_by=name":                     "1 2 3 4",
		"?order_by=environment":              "3 1 2 4",
		"?order_by=owner":                    "1 3 4 2",
		"?order_by=type":                     "3 1 2 4",
		"?type=task&order_by=name":           "2 4",
		"?type=plan":                         "1",
		"?type=deploy&order_by=owner&limit=": "",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			if strings.HasSuffix(query, "limit=") {
				mustRefuse(t, c.orch(t, http.MethodGet, environmentJobs+query, nil), 400, queryError, "limit")
				return
			}
			if got := names(c.get(t, environmentJobs+query).items(t), "name"); got != want {
				t.Errorf("jobs %q, want %q", got, want)
			}
		})
	}
	for _, query := range []string{"limit=x", "offset=-1", "order=x", "order_by=x", "type=x"} {
		name, _, _ := strings.Cut(query, "=")
		mustRefuse(t, c.orch(t, http.MethodGet, environmentJobs+"?"+query, nil), 400, queryError, name)
	}
	mustRefuse(t, c.orch(t, http.MethodGet, environmentJobs+"/x", nil), 400, queryError, "x")
	mustRefuse(t, c.orch(t, http.MethodGet, environmentJobs+"/99", nil), 400, queryError, "99")
	mustRefuse(t, amy.orch(t, http.MethodGet, environmentJobs, nil), 400, queryError, "orchestrator:view")
	mustRefuse(t, amy.orch(t, http.MethodGet, environmentJobs+"/1", nil), 400, queryError, "orchestrator:view")
}

func TestEnvironmentJob_WhoMayEdit(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", simulator.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
	c, amy := admin(t, sim), as(t, sim, "amy")
	theirs, own := c.schedule(t, taskJob(once(sim))), amy.schedule(t, taskJob(once(sim)))
	disable := object{"enabled": false}
	mustRefuse(t, amy.orch(t, http.MethodPut, environmentJobs+"/"+theirs, disable), 403, notPermitted, "Not authorized")
	mustStatus(t, amy.orch(t, http.MethodPut, environmentJobs+"/"+own, disable), http.StatusOK)
	sim.Grant("amy", simulator.Permission{ObjectType: "scheduled_jobs", Action: "delete", Instance: "*"})
	mustStatus(t, amy.orch(t, http.MethodPut, environmentJobs+"/"+theirs, disable), http.StatusOK)
}
