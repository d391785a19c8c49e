// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// manyNodes is the size of a fleet that PE still serves.
const manyNodes = 20_000

func TestScale_JobOverManyNodes(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: manyNodes, TaskConcurrency: 1000})
	c := admin(t, sim)
	id := c.launch(t, "task", object{"task": "simulate", "params": object{"fail_on": list{"node7.example.com"}}, "scope": object{"node_group": simulator.AllNodesGroup}})
	advance(sim, 5)
	if n := count(t, c, id, "running"); n != 1000 {
		t.Errorf("%d nodes run, want as many as there are slots", n)
	}
	advance(sim, 60)
	job := c.get(t, "jobs/"+id).object(t)
	if job["state"] != "failed" || encode(t, job["node_states"]) != `{"failed":1,"finished":19999}` {
		t.Errorf("the job is %v with %v", job["state"], job["node_states"])
	}
	seen := 0
	for offset := 0; ; offset += 5000 {
		page, _ := c.collection(t, fmt.Sprintf("jobs/%s/nodes?limit=5000&offset=%d&order_by=name", id, offset))
		if seen += page; page < 5000 {
			break
		}
	}
	if seen != manyNodes {
		t.Errorf("%d nodes were read", seen)
	}
	events, next := c.collection(t, "jobs/"+id+"/events")
	if events != 2*manyNodes+1 {
		t.Errorf("%d events", events)
	}
	if got, _ := c.collection(t, "jobs/"+id+"/events?start="+next); got != 0 {
		t.Errorf("%d events after the last", got)
	}
	if got, _ := c.collection(t, "jobs/"+id+"/report"); got != manyNodes {
		t.Errorf("the report has %d nodes", got)
	}
	deploy := c.launch(t, "deploy", object{"environment": "production", "scope": object{"query": "nodes[certname] { }"}})
	sim.FinishAll()
	if n := count(t, c, deploy, "finished"); n != manyNodes {
		t.Errorf("%d nodes of the deploy finished", n)
	}
}

// collection reads a large collection and returns how many items it has, and where the next events are.
func (c *client) collection(t *testing.T, path string) (items int, next string) {
	t.Helper()
	response, err := c.http.Do(c.request(t, http.MethodGet, c.sim.ServerURL()+"/orchestrator/v1/"+path, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body struct {
		Items  []json.RawMessage `json:"items"`
		Report []json.RawMessage `json:"report"`
		Next   struct {
			Event string `json:"event"`
		} `json:"next-events"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return len(body.Items) + len(body.Report), body.Next.Event
}

func TestScale_ManyTaskTargetsAndSchedules(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", may("tasks:run_with_constraints:*"))
	c := admin(t, sim)
	const targets, schedules = 5000, 500
	for i := range targets {
		mustStatus(t, c.orch(t, http.MethodPost, "command/task_target", object{
			"display_name": strconv.Itoa(i), "tasks": list{"facts"}, "nodes": list{"node1.example.com"}, "node_groups": list{},
		}), http.StatusOK)
	}
	if got, _ := c.collection(t, "scopes/task_targets"); got != targets {
		t.Errorf("%d task-targets are listed", got)
	}
	id := as(t, sim, "amy").launch(t, "task", object{"task": "facts", "params": object{}, "scope": object{"nodes": list{"node1.example.com", "node2.example.com"}}})
	if job := c.get(t, "jobs/"+id).object(t); job["node_count"] != 1.0 {
		t.Errorf("the task runs on %v nodes", job["node_count"])
	}
	for range schedules {
		c.schedule(t, taskJob(hourly(sim)))
	}
	sim.Advance(3*time.Hour + 30*time.Minute)
	if got := len(sim.Jobs()); got != 1+3*schedules {
		t.Errorf("%d jobs", got)
	}
	if got := len(c.get(t, environmentJobs+"?limit=1000").items(t)); got != schedules {
		t.Errorf("%d schedules are listed", got)
	}
}
