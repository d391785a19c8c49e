// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestJobs_Events(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Connected = false })
	c := admin(t, sim)
	body := object{"environment": "production", "scope": object{"nodes": list{"node1.example.com", "node2.example.com"}}}
	id := c.launch(t, "deploy", body)
	events := c.get(t, "jobs/"+id+"/events")
	if len(events.items(t)) != 0 || text(events.json, "next-events", "event") != "1" {
		t.Errorf("a job without events: %s", events.text)
	}
	sim.FinishAll()
	events = c.get(t, "jobs/"+id+"/events")
	if got, want := names(events.items(t), "type"), "node_running node_errored node_finished job_finished"; got != want {
		t.Errorf("events %q, want %q", got, want)
	}
	if got, want := names(events.items(t), "id"), "1 2 3 4"; got != want {
		t.Errorf("ids %q, want %q", got, want)
	}
	next := text(events.json, "next-events", "event")
	if next != "5" || !strings.HasSuffix(text(events.json, "next-events", "id"), "/orchestrator/v1/jobs/"+id+"/events?start=5") {
		t.Errorf("next-events is %v, want the id after the last", at(events.json, "next-events"))
	}
	if got := names(c.get(t, "jobs/"+id+"/events?start=3").items(t), "id"); got != "3 4" {
		t.Errorf("from 3 there is %q", got)
	}
	if got := len(c.get(t, "jobs/"+id+"/events?start="+next).items(t)); got != 0 {
		t.Errorf("from the cursor there are %d events", got)
	}
	finished := events.items(t)[2]
	if at(finished, "details", "detail", "noop") != false || at(finished, "details", "detail", "status") != "changed" {
		t.Errorf("the detail of a finished run is %v", at(finished, "details", "detail"))
	}
	if got := text(events.items(t)[3], "details", "state"); got != "failed" {
		t.Errorf("job_finished says %q", got)
	}

	// Ids grow over all jobs.
	second := c.launch(t, "deploy", body)
	sim.FinishAll()
	if got := names(c.get(t, "jobs/"+second+"/events").items(t), "id"); got != "5 6 7 8" {
		t.Errorf("the second job's events are %q", got)
	}
	report := c.get(t, "jobs/"+second+"/report").items(t)
	if len(report) != 2 || report[0]["node"] != "node1.example.com" || report[1]["state"] != "errored" {
		t.Errorf("the report is %v", report)
	}
	if events, ok := report[0]["events"].([]any); !ok || len(events) != 2 {
		t.Errorf("the report's events of a node are %v", report[0]["events"])
	}
	for _, path := range []string{"events?start=x", "events?start=-1"} {
		mustRefuse(t, c.orch(t, http.MethodGet, "jobs/"+id+"/"+path, nil), 400, validationError, "start")
	}
}

func TestJobs_Unknown(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	for _, root := range []string{"jobs", "plan_jobs"} {
		paths := []string{"", "/events"}
		if root == "jobs" {
			paths = append(paths, "/nodes", "/report")
		} else {
			paths = append(paths, "/event/1")
		}
		for _, path := range paths {
			t.Run(root+path, func(t *testing.T) {
				t.Parallel()
				mustRefuse(t, c.orch(t, http.MethodGet, root+"/99"+path, nil), 404, "puppetlabs.orchestrator/unknown-job", "Unknown job 99")
				for _, id := range []string{"abc", "1.5", "-1", "01", "99999999999999999999"} {
					mustRefuse(t, c.orch(t, http.MethodGet, root+"/"+id+path, nil), 400, validationError, "Job id "+id+" is not an integer")
				}
			})
		}
	}
}

func TestJobs_List(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", simulator.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
	c, amy := admin(t, sim), as(t, sim, "amy")
	c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	sim.FinishAll()
	advance(sim, 60)
	amy.launch(t, "task", object{"environment": "development", "task": "facts", "params": object{}, "scope": node1})
	sim.FinishAll()
	advance(sim, 60)
	c.launch(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": "node1.example.com"}})
	sim.FinishAll()
	advance(sim, 60)
	c.launch(t, "task", object{"task": "simulate", "params": object{"duration": 3600}, "scope": node1})
	advance(sim, 1)

	for query, want := range map[string]string{
		"":                                "1 2 3 4",
		"?order=desc":                     "4 3 2 1",
		"?limit=2":                        "1 2",
		"?limit=2&offset=3":               "4",
		"?offset=9":                       "",
		"?type=task":                      "2 4",
		"?type=plan_task":                 "3",
		"?type=deploy":                    "1",
		"?task=fact":                      "2 3",
		"?task=fact&type=task":            "2",
		"?order_by=owner":                 "1 3 4 2",
		"?order_by=owner&order=desc":      "2 4 3 1",
		"?order_by=environment":           "2 1 3 4",
		"?order_by=name&order=desc":       "4 3 2 1",
		"?order_by=state":                 "2 1 3 4", // The environment of job 2 lacks the task, so that it failed.
		"?order_by=timestamp&limit=1":     "1",
		"?unknown=parameter":              "1 2 3 4",
		"?max_finish_timestamp=" + day(0): "1 2 3",
		"?min_finish_timestamp=" + day(0): "",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			answer := c.get(t, "jobs"+query)
			if got := names(answer.items(t), "name"); got != want {
				t.Errorf("jobs %q, want %q", got, want)
			}
		})
	}
	first := c.get(t, "jobs/1").object(t)
	finished := text(first, "finished_timestamp")
	if got := names(c.get(t, "jobs?min_finish_timestamp="+finished+"&max_finish_timestamp="+finished).items(t), "name"); got != "1" {
		t.Errorf("jobs that finished at %s: %q", finished, got)
	}
	pagination := at(c.get(t, "jobs?type=task&limit=1").json, "pagination")
	if got, want := encode(t, pagination), `{"limit":1,"offset":0,"order":"asc","order_by":"timestamp","total":2,"type":"task"}`; got != want {
		t.Errorf("pagination %s, want %s", got, want)
	}
	for _, query := range []string{
		"limit=x", "limit=0", "limit=-1", "offset=x", "offset=-1", "order=up", "order_by=size", "type=plan", "task=x&type=deploy",
		"min_finish_timestamp=yesterday", "max_finish_timestamp=2026-01-01",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(query, "=")
			mustRefuse(t, c.orch(t, http.MethodGet, "jobs?"+query, nil), 400, validationError, name)
		})
	}
}

// day returns a day so many years from 2100.
func day(years int) string {
	return time.Date(2100+years, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
}

func TestLists_EmptyOnesOfAGeneration(t *testing.T) {
	t.Parallel()
	for g, want := range map[simulator.Generation]any{simulator.PE2019: nil, simulator.PE2021: 0.0, simulator.PE2025: 0.0} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			c := admin(t, start(t, simulator.Options{Generation: g}))
			for _, path := range []string{"jobs", "plan_jobs"} {
				if total := at(c.get(t, path).json, "pagination", "total"); total != want {
					t.Errorf("total of no %s is %v, want %v", path, total, want)
				}
			}
			answer := c.orch(t, http.MethodGet, "jobs?task=x", nil)
			if refused := answer.status == http.StatusBadRequest; refused != (g == simulator.PE2019) {
				t.Errorf("a task filter without type gets %d", answer.status)
			}
			answer = c.orch(t, http.MethodGet, "jobs?min_finish_timestamp=x", nil)
			if refused := answer.status == http.StatusBadRequest; refused != (g != simulator.PE2019) {
				t.Errorf("a filter by time gets %d", answer.status)
			}
		})
	}
}

func TestJobs_Nodes(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 4})
	for i, seconds := range []int{40, 10, 30, 20} {
		sim.UpdateNode(fmt.Sprintf("node%d.example.com", i+1), func(n *simulator.Node) {
			n.RunDuration = time.Duration(seconds) * time.Second
			if i == 3 {
				n.Run = simulator.RunFailed
			}
		})
	}
	c := admin(t, sim)
	id := c.launch(t, "deploy", object{"environment": "production"})
	advance(sim, 25)
	for query, want := range map[string]string{
		"":                                     "1 2 3 4",
		"?order=desc":                          "4 3 2 1",
		"?limit=2&offset=1":                    "2 3",
		"?state=running":                       "1 3",
		"?state=finished":                      "2",
		"?state=failed":                        "4",
		"?state=errored":                       "",
		"?order_by=name&order=desc":            "4 3 2 1",
		"?order_by=duration":                   "2 4 1 3",
		"?order_by=state":                      "4 2 1 3",
		"?order_by=start_timestamp":            "1 2 3 4",
		"?order_by=finish_timestamp&state=new": "",
		"?order_by=finish_timestamp":           "1 3 2 4",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			got := names(c.get(t, "jobs/"+id+"/nodes"+query).items(t), "name")
			if got = strings.NewReplacer("node", "", ".example.com", "").Replace(got); got != want {
				t.Errorf("nodes %q, want %q", got, want)
			}
		})
	}
	for _, query := range []string{"limit=x", "offset=x", "order=x", "order_by=x", "state=x"} {
		mustRefuse(t, c.orch(t, http.MethodGet, "jobs/"+id+"/nodes?"+query, nil), 400, validationError, strings.TrimSuffix(query, "=x"))
	}
}

func TestJobs_Inspection(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.launch(t, "task", object{
		"task": "simulate", "params": object{"data": object{"n": 1}}, "scope": node1, "userdata": object{"id": "x"}, "description": "d",
	})
	sim.FinishAll()
	job, ok := sim.Job(id)
	if !ok {
		t.Fatal("the job is not there")
	}
	if job.Type != "task" || job.Task != "simulate" || job.State != "finished" || job.Owner != "admin" || job.Description != "d" ||
		job.Userdata["id"] != "x" || job.NodeStates["finished"] != 1 || job.Finished.Before(job.Created) {
		t.Errorf("the job is %+v", job)
	}
	if len(job.Nodes) != 1 || at(job.Nodes[0].Result, "n") != 1.0 {
		t.Errorf("its nodes are %+v", job.Nodes)
	}
	for _, id := range []string{"9", "x"} {
		if _, ok := sim.Job(id); ok {
			t.Errorf("there is a job %s", id)
		}
	}
	if jobs := sim.Jobs(); len(jobs) != 1 || !slices.Equal(jobs[0].Sensitive, []string{}) {
		t.Errorf("the jobs are %+v", jobs)
	}
}
