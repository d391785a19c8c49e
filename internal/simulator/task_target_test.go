// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTaskTargets_Refusals(t *testing.T) {
	t.Parallel()
	cases := []refusalCase{
		{name: "no name", changes: object{"display_name": removed}, message: "display_name is required"},
		{name: "empty name", changes: object{"display_name": ""}, message: "display_name must not be empty"},
		{name: "no tasks", changes: object{"tasks": removed}, message: "tasks must not be empty"},
		{name: "empty tasks", changes: object{"tasks": list{}, "all_tasks": false}, message: "tasks must not be empty"},
		{name: "task of the wrong type", changes: object{"tasks": list{1}}, message: "tasks must be an array of strings"},
		{name: "all_tasks as a string", changes: object{"all_tasks": "true"}, message: "all_tasks must be a boolean"},
		{name: "no nodes", changes: object{"nodes": removed}, message: "nodes is required"},
		{name: "node of the wrong type", changes: object{"nodes": list{true}}, message: "nodes must be an array of strings"},
		{name: "no groups", changes: object{"node_groups": removed}, message: "node_groups is required"},
		{name: "group of the wrong type", changes: object{"node_groups": list{1}}, message: "node_groups must be an array of strings"},
		{name: "query of the wrong type", changes: object{"pql_query": list{}}, message: "pql_query must be a string"},
		{name: "unknown key", changes: object{"userdata": object{}}, message: "userdata is not a known key"},
	}
	for i := range cases {
		cases[i].status, cases[i].kind = 400, validationError
	}
	checkRefusals(t, "task_target", object{
		"display_name": "x", "tasks": list{"facts"}, "nodes": list{"node1.example.com"}, "node_groups": list{},
	}, cases)
}

func TestTaskTargets_CreateAndList(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	if items := c.get(t, "scopes/task_targets").items(t); len(items) != 0 {
		t.Fatalf("a new server has task-targets: %v", items)
	}
	for i, body := range []object{
		{"display_name": "some", "tasks": list{"facts"}, "nodes": list{"node1.example.com"}, "node_groups": list{}, "pql_query": "nodes[certname] { }"},
		{"display_name": "some", "all_tasks": true, "tasks": list{"ignored"}, "nodes": nil, "node_groups": nil},
	} {
		answer := c.orch(t, http.MethodPost, "command/task_target", body)
		mustStatus(t, answer, http.StatusOK)
		if got, want := text(answer.json, "task_target", "name"), []string{"1", "2"}[i]; got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
	first, second := c.get(t, "scopes/task_targets/1").object(t), c.get(t, "scopes/task_targets/2").object(t)
	if first["all_tasks"] != "false" || second["all_tasks"] != true {
		t.Errorf("all_tasks is %v and %v, want the string false and true", first["all_tasks"], second["all_tasks"])
	}
	if _, there := second["tasks"]; there {
		t.Error("a task-target for all tasks lists tasks")
	}
	if _, there := second["pql_query"]; there {
		t.Error("a query that was not given is shown")
	}
	if got := len(c.get(t, "scopes/task_targets").items(t)); got != 2 {
		t.Errorf("%d task-targets are listed, want 2", got)
	}
	for _, id := range []string{"3", "x", "-1"} {
		mustRefuse(t, c.orch(t, http.MethodGet, "scopes/task_targets/"+id, nil), 404, "puppetlabs.orchestrator/unknown-task-target", id)
	}
	if targets := sim.TaskTargets(); len(targets) != 2 || targets[1].DisplayName != "some" || !targets[1].AllTasks {
		t.Errorf("the server has %+v", targets)
	}
	sim.RemoveTaskTarget("1")
	mustStatus(t, c.orch(t, http.MethodGet, "scopes/task_targets/1", nil), http.StatusNotFound)
}
