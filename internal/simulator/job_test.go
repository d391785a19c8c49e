// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// states returns the states of a job's timeline.
func states(t *testing.T, job map[string]any) string {
	t.Helper()
	phases, ok := job["status"].([]any)
	if !ok {
		t.Fatalf("no timeline: %v", job)
	}
	words := make([]string, len(phases))
	for i, phase := range phases {
		words[i] = text(phase, "state")
		if last := i == len(phases)-1; last != (at(phase, "exit_time") == nil) {
			t.Errorf("phase %d of %d has exit_time %v", i, len(phases), at(phase, "exit_time"))
		}
	}
	return strings.Join(words, " ")
}

func TestDeploy_MovesThroughItsStates(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.UpdateNode("node1.example.com", func(n *simulator.Node) { n.RunDuration = 10 * time.Second })
	sim.UpdateNode("node2.example.com", func(n *simulator.Node) { n.RunDuration = 20 * time.Second })
	c := admin(t, sim)
	id := c.launch(t, "deploy", object{
		"environment": "production", "scope": object{"nodes": list{"node1.example.com", "node2.example.com"}}, "concurrency": 1,
		"description": "roll out", "userdata": object{"ticket": "CHG1"}, "tags": "web",
	})
	job := c.get(t, "jobs/"+id).object(t)
	if job["state"] != "ready" || at(job, "node_states", "ready") != 2.0 || job["finished_timestamp"] != nil {
		t.Errorf("a new job is %v", job)
	}

	advance(sim, 5)
	job = c.get(t, "jobs/"+id).object(t)
	if job["state"] != "running" || at(job, "node_states", "running") != 1.0 || at(job, "node_states", "ready") != 1.0 {
		t.Errorf("with concurrency 1 the node states are %v", job["node_states"])
	}
	nodes := c.get(t, "jobs/"+id+"/nodes").items(t)
	if text(nodes[0], "details", "message") != "Started puppet run on node1.example.com..." {
		t.Errorf("details of a running node: %v", nodes[0]["details"])
	}
	if seconds, ok := at(nodes[0], "details", "run-time").(float64); !ok || seconds < 4 || seconds > 6 {
		t.Errorf("run-time %v, want about 5 s", at(nodes[0], "details", "run-time"))
	}
	if nodes[1]["start_timestamp"] != nil || nodes[1]["duration"] != nil || nodes[1]["result"] != nil {
		t.Errorf("a waiting node is %v", nodes[1])
	}

	advance(sim, 60)
	job = c.get(t, "jobs/"+id).object(t)
	if got, want := states(t, job), "ready running finished"; got != want {
		t.Errorf("timeline %q, want %q", got, want)
	}
	if duration, err := strconv.ParseFloat(text(job, "duration"), 64); err != nil || duration < 30 || duration > 31 {
		t.Errorf("duration %q, want a string of about 30 s", job["duration"])
	}
	if at(job, "userdata", "ticket") != "CHG1" || at(job, "options", "tags") != "web" || job["description"] != "roll out" {
		t.Errorf("what was sent is not shown: %v", job)
	}
	nodes = c.get(t, "jobs/"+id+"/nodes").items(t)
	if nodes[1]["state"] != "finished" || nodes[1]["duration"] != 20.0 || at(nodes[1], "result", "status") != "changed" {
		t.Errorf("the second node is %v", nodes[1])
	}
	if !strings.HasPrefix(text(nodes[1], "details", "report-url"), "https://127.0.0.1/#/cm/report/") {
		t.Errorf("report-url is %v", at(nodes[1], "details", "report-url"))
	}
}

func TestClock_TimeScale(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{TimeScale: 100})
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "simulate", "params": object{"duration": 100}, "scope": node1})
	advance(sim, 0.9)
	if state := c.get(t, "jobs/"+id).object(t)["state"]; state != "running" {
		t.Errorf("after 0.9 s the job is %v", state)
	}
	advance(sim, 0.2)
	if job := c.get(t, "jobs/"+id).object(t); job["state"] != "finished" || job["duration"] != "1.001" {
		t.Errorf("after 1.1 s the job is %v, with a duration of %v", job["state"], job["duration"])
	}
}

func TestClock_WallClock(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{TimeScale: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": node1})
	for state := ""; state != "finished"; {
		state = text(c.get(t, "jobs/"+id).json, "state")
	}
	if off := time.Since(sim.Now()).Abs(); off > time.Minute {
		t.Errorf("the clock is off by %s", off)
	}
}

func TestDeploy_Outcomes(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: -1})
	for _, n := range []simulator.Node{
		{Certname: "changed", Run: simulator.RunChanged, Connected: true},
		{Certname: "unchanged", Connected: true},
		{Certname: "failed", Run: simulator.RunFailed, Connected: true},
		{Certname: "told", Run: simulator.RunFailed, Connected: true, Message: "out of disk"},
		{Certname: "errored", Run: simulator.RunErrored, Connected: true},
		{Certname: "skipped", Run: simulator.RunSkipped, Connected: true},
		{Certname: "away", Run: simulator.RunChanged},
		{Certname: "agentless", Connected: true, Transport: simulator.TransportSSH},
	} {
		sim.AddNode(n)
	}
	c := admin(t, sim)
	for _, noop := range []bool{false, true} {
		id := c.launch(t, "deploy", object{"environment": "production", "noop": noop})
		sim.FinishAll()
		job := c.get(t, "jobs/"+id).object(t)
		if got := fmt.Sprint(job["state"], job["node_states"]); got != "failedmap[errored:3 failed:2 finished:2 skipped:1]" {
			t.Errorf("noop %v: %s", noop, got)
		}
		wantChanged, wantStatus := 3.0, "changed"
		if noop {
			wantChanged, wantStatus = 0.0, "unchanged"
		}
		for _, n := range c.get(t, "jobs/"+id+"/nodes").items(t) {
			switch name := text(n, "name"); name {
			case "changed":
				if at(n, "result", "metrics", "changed") != wantChanged || at(n, "result", "status") != wantStatus || at(n, "result", "noop", "noop") != noop {
					t.Errorf("noop %v: the result of a changed node is %v", noop, n["result"])
				}
			case "told":
				if text(n, "details", "message") != "out of disk" {
					t.Errorf("details of a node with a message: %v", n["details"])
				}
			case "away", "agentless":
				want := "Error running puppet on " + name + ": " + name + " is not connected to the PCP broker"
				if text(n, "details", "message") != want || n["result"] != nil || n["start_timestamp"] != nil {
					t.Errorf("%s is %v", name, n)
				}
			case "skipped":
				if n["state"] != "skipped" || n["result"] != nil {
					t.Errorf("skipped is %v", n)
				}
			}
		}
	}
}

func TestTask_FinishesDespiteFailures(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{FinishedDespiteFailures: true})
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "simulate", "params": object{"fail_on": list{"node1.example.com"}}, "scope": node1})
	sim.FinishAll()
	if job := c.get(t, "jobs/"+id).object(t); job["state"] != "finished" || at(job, "node_states", "failed") != 1.0 {
		t.Errorf("the job is %v with %v", job["state"], job["node_states"])
	}
}

func TestStop_ARunningJob(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 3})
	for _, n := range sim.Nodes() {
		sim.UpdateNode(n.Certname, func(n *simulator.Node) { n.RunDuration = time.Minute })
	}
	c := admin(t, sim)
	body := object{"environment": "production", "concurrency": 2}
	stop := func(id string, force bool) map[string]any {
		t.Helper()
		answer := c.orch(t, http.MethodPost, "command/stop", object{"job": id, "force": force})
		mustStatus(t, answer, http.StatusAccepted)
		job, ok := answer.object(t)["job"].(map[string]any)
		if !ok {
			t.Fatalf("no job: %s", answer.text)
		}
		return job
	}

	id := c.launch(t, "deploy", body)
	advance(sim, 1)
	for range 2 {
		if got, want := encode(t, stop(id, false)["nodes"]), `{"errored":0,"failed":0,"finished":0,"new":0,"running":2,"skipped":1}`; got != want {
			t.Errorf("nodes %s, want %s", got, want)
		}
	}
	if state := c.get(t, "jobs/"+id).object(t)["state"]; state != "stopping" {
		t.Errorf("with nodes running the job is %v", state)
	}
	advance(sim, 60)
	job := c.get(t, "jobs/"+id).object(t)
	if got, want := states(t, job), "ready running stopping stopped"; got != want {
		t.Errorf("timeline %q, want %q", got, want)
	}
	types := names(c.get(t, "jobs/"+id+"/events").items(t), "type")
	want := strings.Repeat("node_running ", 2) + "job_stopping node_skipped " + strings.Repeat("node_finished ", 2) + "job_aborted"
	if types != want {
		t.Errorf("events %q, want %q", types, want)
	}
	if got := stop(id, false)["name"]; got != id {
		t.Errorf("stopping a stopped job answers %v", got)
	}

	id = c.launch(t, "deploy", body)
	advance(sim, 1)
	stop(id, true)
	job = c.get(t, "jobs/"+id).object(t)
	if job["state"] != "stopped" || encode(t, job["node_states"]) != `{"errored":2,"skipped":1}` {
		t.Errorf("after a forced stop the job is %v with %v", job["state"], job["node_states"])
	}

	id = c.launch(t, "deploy", body)
	stop(id, false)
	if job := c.get(t, "jobs/"+id).object(t); job["state"] != "stopped" || encode(t, job["node_states"]) != `{"skipped":3}` {
		t.Errorf("a job that was stopped before it ran is %v with %v", job["state"], job["node_states"])
	}
}

func TestStop_OlderServerCountsOnlyStatesThatExist(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019})
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": node1})
	sim.FinishAll()
	answer := c.orch(t, http.MethodPost, "command/stop", object{"job": id})
	mustStatus(t, answer, http.StatusAccepted)
	if got, want := encode(t, at(answer.json, "job", "nodes")), `{"finished":1}`; got != want {
		t.Errorf("nodes %s, want %s", got, want)
	}
}

func TestJobs_ArePruned(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{PruneAfter: 48 * time.Hour})
	c := admin(t, sim)
	id := c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	plan := c.launch(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": "node1.example.com"}})
	sim.FinishAll()
	sim.Advance(47 * time.Hour)
	mustStatus(t, c.orch(t, http.MethodGet, "jobs/"+id, nil), http.StatusOK)
	sim.Advance(2 * time.Hour)
	mustRefuse(t, c.orch(t, http.MethodGet, "jobs/"+id, nil), 404, "puppetlabs.orchestrator/unknown-job", id)
	mustRefuse(t, c.orch(t, http.MethodGet, "plan_jobs/"+plan, nil), 404, "puppetlabs.orchestrator/unknown-job", plan)
	if jobs := sim.Jobs(); len(jobs) != 0 {
		t.Errorf("%d jobs are left", len(jobs))
	}

	id = c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	sim.PruneJob(id)
	mustStatus(t, c.orch(t, http.MethodGet, "jobs/"+id, nil), http.StatusNotFound)
	sim.FinishAll()
	if next := c.launch(t, "deploy", object{"environment": "production", "scope": node1}); next == id {
		t.Errorf("id %s was given again", id)
	}
}
