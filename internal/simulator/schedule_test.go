// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const environmentJobs = "scheduled_jobs/environment_jobs"

// in returns a time relative to a simulator's present, in whole seconds.
func in(sim *simulator.Simulator, d time.Duration) string {
	return sim.Now().Add(d).UTC().Format(time.RFC3339)
}

// once is a schedule that runs once, in an hour.
func once(sim *simulator.Simulator) object {
	return object{"start_time": in(sim, time.Hour), "interval": nil}
}

// hourly is a schedule that runs every hour, first in an hour.
func hourly(sim *simulator.Simulator) object {
	return object{"start_time": in(sim, time.Hour), "interval": object{"units": "seconds", "value": 3600}}
}

// taskJob is a scheduled task.
func taskJob(schedule object) object {
	return object{
		"type": "task", "environment": "production", "description": "d", "userdata": object{"ticket": "CHG1"}, "schedule": schedule,
		"input": object{"name": "simulate", "parameters": object{
			"message": object{"value": "hello"}, "secret": object{"value": "hush"},
		}, "scope": node1},
	}
}

// planJob is a scheduled plan.
func planJob(schedule object) object {
	return object{
		"type": "plan", "environment": "production", "description": "", "userdata": object{}, "schedule": schedule,
		"input": object{"name": "facts::info", "parameters": object{
			"targets": object{"type": "query", "value": "nodes[certname] { }"}, "password": object{"value": "hush"},
		}},
	}
}

// deployJob is a scheduled deploy.
func deployJob(schedule object) object {
	return object{
		"type": "deploy", "environment": "", "description": "", "userdata": object{}, "schedule": schedule,
		"input": object{"scope": node1, "enforce_environment": false, "tags": "web", "concurrency": 4},
	}
}

// schedule creates a scheduled environment job and returns its id.
func (c *client) schedule(t *testing.T, body object) string {
	t.Helper()
	answer := c.orch(t, http.MethodPost, environmentJobs, body)
	mustStatus(t, answer, http.StatusOK)
	id := text(answer.json, "scheduled_job", "name")
	if !strings.HasSuffix(text(answer.json, "scheduled_job", "id"), "/orchestrator/v1/"+environmentJobs+"/"+id) {
		t.Errorf("the answer is %s", answer.text)
	}
	return id
}

func TestSchedule_RunsOnce(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2021, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{Generation: g})
			c := admin(t, sim)
			when := once(sim)
			id := c.schedule(t, taskJob(when))
			job := c.get(t, environmentJobs+"/"+id).object(t)
			if text(job, "next_run", "time") != when["start_time"] || job["last_run"] != nil || job["enabled"] != true {
				t.Errorf("before its time the job is %v", job)
			}
			if got, want := encode(t, job["schedule"]), `{"interval":null,"start_time":"`+text(when, "start_time")+`"}`; got != want {
				t.Errorf("schedule %s, want %s", got, want)
			}
			if got, want := encode(t, job["input"]),
				`{"name":"simulate","noop":false,"parameters":{"message":"hello"},"scope":{"nodes":["node1.example.com"]},"sensitive_parameters":["secret"]}`; got != want {
				t.Errorf("input %s, want %s", got, want)
			}
			if got := len(sim.Jobs()); got != 0 {
				t.Errorf("%d jobs before the time", got)
			}

			sim.Advance(2 * time.Hour)
			job = c.get(t, environmentJobs+"/"+id).object(t)
			if job["next_run"] != nil || text(job, "last_run", "time") != when["start_time"] || job["enabled"] != true {
				t.Errorf("after its time the job is %v", job)
			}
			if at(job, "last_run", "job", "name") != 1.0 || !strings.HasSuffix(text(job, "last_run", "job", "id"), "/jobs/1") {
				t.Errorf("last_run is %v", job["last_run"])
			}
			spawned, ok := sim.Job("1")
			if !ok || spawned.ScheduleID != id || spawned.Userdata["ticket"] != "CHG1" || spawned.State != "finished" || spawned.Description != "d" {
				t.Errorf("the spawned job is %+v", spawned)
			}
			if got := text(c.get(t, "jobs/1").json, "options", "scheduled-job-id"); got != id {
				t.Errorf("scheduled-job-id is %q", got)
			}
			if got := len(c.get(t, environmentJobs).items(t)); got != 1 {
				t.Errorf("a job that ran is listed %d times", got)
			}
			if strings.Contains(c.get(t, environmentJobs).text, "hush") {
				t.Error("the secret is shown")
			}
		})
	}
}

func TestSchedule_Recurs(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.schedule(t, planJob(hourly(sim)))
	sim.Advance(3*time.Hour + 30*time.Minute)
	if jobs := sim.PlanJobs(); len(jobs) != 3 || jobs[2].ScheduleID != id || jobs[2].State != "success" {
		t.Fatalf("the plan jobs are %+v", jobs)
	}
	job := c.get(t, environmentJobs+"/"+id).object(t)
	if got, want := text(job, "next_run", "time"), in(sim, 30*time.Minute); got != want {
		t.Errorf("next_run %s, want %s", got, want)
	}
	if at(job, "last_run", "job", "name") != 3.0 || !strings.HasSuffix(text(job, "last_run", "job", "id"), "/plan_jobs/3") {
		t.Errorf("last_run is %v", job["last_run"])
	}
	if got := text(c.get(t, "plan_jobs/3").json, "options", "scheduled_job_id"); got != id {
		t.Errorf("scheduled_job_id is %q", got)
	}
	if got, want := encode(t, at(job, "input", "parameters")), `{"targets":"nodes[certname] { }"}`; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}

	id = c.schedule(t, deployJob(hourly(sim)))
	sim.Advance(time.Hour)
	if jobs := sim.Jobs(); jobs[len(jobs)-1].Type != "deploy" || jobs[len(jobs)-1].ScheduleID != id {
		t.Errorf("the last job is %+v", jobs[len(jobs)-1])
	}
	if got, want := encode(t, at(c.get(t, environmentJobs+"/"+id).json, "input")),
		`{"concurrency":4,"enforce_environment":false,"noop":false,"scope":{"nodes":["node1.example.com"]},"tags":"web"}`; got != want {
		t.Errorf("input %s, want %s", got, want)
	}
}

func TestSchedule_SkipsATickWhileARunIsActive(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	body := taskJob(hourly(sim))
	body["input"] = object{"name": "simulate", "parameters": object{"duration": object{"value": 5400}}, "scope": node1}
	id := c.schedule(t, body)
	sim.Advance(5 * time.Hour)
	// Runs of an hour and a half that are due every hour start every second hour.
	if got := len(sim.Jobs()); got != 3 {
		t.Errorf("%d jobs, want 3", got)
	}
	if got, want := text(c.get(t, environmentJobs+"/"+id).json, "last_run", "time"), in(sim, 0); got > want {
		t.Errorf("last_run %s lies after %s", got, want)
	}
}

func TestSchedule_SubmissionError(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	body := taskJob(hourly(sim))
	body["input"] = object{"name": "facts", "parameters": object{}, "scope": object{"query": `nodes[certname] { certname ~ "^node1\\." }`}}
	id := c.schedule(t, body)
	sim.RemoveNode("node1.example.com")
	sim.Advance(time.Hour + time.Minute)
	job := c.get(t, environmentJobs+"/"+id).object(t)
	if got := text(job, "last_run", "job", "submission_error", "kind"); got != emptyTarget {
		t.Errorf("last_run is %v", job["last_run"])
	}
	if _, there := at(job, "last_run", "job").(map[string]any)["id"]; there {
		t.Error("a run that could not be started has an id")
	}
	if schedules := sim.Schedules(); schedules[0].SubmissionError == "" || schedules[0].LastJobID != "" {
		t.Errorf("the schedule is %+v", schedules[0])
	}
	sim.AddNode(simulator.Node{Certname: "node1.example.com", Connected: true})
	sim.Advance(time.Hour)
	if got := at(c.get(t, environmentJobs+"/"+id).json, "last_run", "job", "id"); got == nil {
		t.Error("the next run did not start either")
	}
}

func TestSchedule_RunsAsItsOwner(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	run := simulator.Permission{ObjectType: "tasks", Action: "run", Instance: "*"}
	sim.AddUser("amy", "x", run)
	c, amy := admin(t, sim), as(t, sim, "amy")
	id := amy.schedule(t, taskJob(hourly(sim)))
	if got := text(c.get(t, environmentJobs+"/"+id).json, "owner", "login"); got != "amy" {
		t.Errorf("the owner is %q", got)
	}
	sim.Advance(time.Hour)
	if job, ok := sim.Job("1"); !ok || job.Owner != "amy" {
		t.Errorf("the job is %+v", job)
	}
	sim.Withdraw("amy", run)
	sim.Advance(time.Hour)
	if got := text(c.get(t, environmentJobs+"/"+id).json, "last_run", "job", "submission_error", "kind"); got != notPermitted {
		t.Errorf("without permission the run gets %q", got)
	}
}

func TestSchedule_ChangedByATest(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	for range 2 {
		c.schedule(t, taskJob(once(sim)))
	}
	sim.DisableSchedule("1")
	sim.RemoveSchedule("2")
	for _, id := range []string{"1", "2"} {
		mustRefuse(t, c.orch(t, http.MethodGet, environmentJobs+"/"+id, nil), 400, queryError, id)
	}
	if schedules := sim.Schedules(); len(schedules) != 1 || schedules[0].Enabled {
		t.Errorf("the schedules are %+v", schedules)
	}
	if got := sim.ScheduleCreatesReceived(); got != 2 {
		t.Errorf("%d requests for schedules, want 2", got)
	}
	sim.Advance(24 * time.Hour)
	if got := len(sim.Jobs()); got != 0 {
		t.Errorf("%d jobs", got)
	}
}
