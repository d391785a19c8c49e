// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// may returns a permission from its three parts.
func may(triple string) simulator.Permission {
	parts := strings.SplitN(triple, ":", 3)
	return simulator.Permission{ObjectType: parts[0], Action: parts[1], Instance: parts[2]}
}

func TestPermissions_Effect(t *testing.T) {
	t.Parallel()
	task := object{"task": "facts", "params": object{}, "scope": node1}
	deploy := object{"environment": "production", "scope": node1}
	plan := object{"plan_name": "facts", "params": object{"targets": "node1.example.com"}}
	query := object{"query": "nodes[certname] { }"}
	group := object{"node_group": simulator.WebServersGroup}
	for _, tc := range []struct {
		name         string
		method, path string
		body         any
		// without is what the caller has and is still refused.
		without []string
		kind    string
		status  int
		// with is what is added then.
		with string
	}{
		{name: "jobs", method: "GET", path: "jobs", kind: notPermitted, status: 403, with: "orchestrator:view:*"},
		{name: "plan jobs", method: "GET", path: "plan_jobs", kind: notPermitted, status: 403, with: "orchestrator:view:*"},
		{name: "inventory", method: "GET", path: "inventory", kind: notPermitted, status: 403, with: "orchestrator:view:*"},
		{name: "environment jobs", method: "GET", path: environmentJobs, kind: queryError, status: 400, with: "orchestrator:view:*"},
		{name: "deploy", method: "POST", path: "command/deploy", body: deploy, kind: notPermitted, status: 403, with: "puppet_agent:run:*"},
		{name: "task", method: "POST", path: "command/task", body: task, without: []string{"tasks:run:package"}, kind: notPermitted, status: 403, with: "tasks:run:facts"},
		{name: "every task", method: "POST", path: "command/task", body: task, kind: notPermitted, status: 403, with: "tasks:run:*"},
		{name: "plan", method: "POST", path: "command/plan_run", body: plan, without: []string{"plans:run:canary", "tasks:run:*"}, kind: notPermitted, status: 403, with: "plans:run:facts"},
		{
			name: "query scope", method: "POST", path: "command/task", body: with(task, object{"scope": query}),
			without: []string{"tasks:run:*"}, kind: queryError, status: 400, with: "nodes:view_data:*",
		},
		{
			name: "group scope", method: "POST", path: "command/deploy", body: with(deploy, object{"scope": group}),
			without: []string{"puppet_agent:run:*"}, kind: notPermitted, status: 403, with: "node_groups:view:" + simulator.WebServersGroup,
		},
		{
			name: "group scope by its ancestor", method: "POST", path: "command/deploy", body: with(deploy, object{"scope": group}),
			without: []string{"puppet_agent:run:*"}, kind: notPermitted, status: 403, with: "node_groups:view:" + simulator.AllNodesGroup,
		},
		{
			name: "query parameter", method: "POST", path: "command/environment_plan_run",
			body:    object{"plan_name": "facts", "params": object{"targets": object{"type": "query", "value": "nodes[certname] { }"}}},
			without: []string{"plans:run:*"}, kind: notPermitted, status: 403, with: "nodes:view_data:*",
		},
		{
			name: "group parameter", method: "POST", path: "command/environment_plan_run",
			body:    object{"plan_name": "facts", "params": object{"targets": object{"type": "node_group", "value": simulator.WebServersGroup}}},
			without: []string{"plans:run:*"}, kind: notPermitted, status: 403, with: "node_groups:view:*",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{})
			sim.AddUser("amy", "x")
			amy := as(t, sim, "amy")
			for _, triple := range tc.without {
				sim.Grant("amy", may(triple))
			}
			mustRefuse(t, amy.orch(t, tc.method, tc.path, tc.body), tc.status, tc.kind, "")
			sim.Grant("amy", may(tc.with))
			if answer := amy.orch(t, tc.method, tc.path, tc.body); answer.status >= 300 {
				t.Errorf("with %s: %d %s", tc.with, answer.status, answer.text)
			}
			sim.Withdraw("amy", may(tc.with))
			mustRefuse(t, amy.orch(t, tc.method, tc.path, tc.body), tc.status, tc.kind, "")
		})
	}
}

func TestPermissions_StopNeedsView(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x")
	c, amy := admin(t, sim), as(t, sim, "amy")
	id := c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	mustRefuse(t, amy.orch(t, http.MethodPost, "command/stop", object{"job": id}), 403, notPermitted, "orchestrator:view")
	sim.Grant("amy", may("orchestrator:view:*"))
	mustStatus(t, amy.orch(t, http.MethodPost, "command/stop", object{"job": id}), http.StatusAccepted)
}

func TestPermissions_OfTaskTargets(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 6})
	c := admin(t, sim)
	sim.AddUser("amy", "x")
	amy := as(t, sim, "amy")
	target := func(body object) {
		t.Helper()
		mustStatus(t, c.orch(t, http.MethodPost, "command/task_target", with(object{
			"display_name": "x", "nodes": list{}, "node_groups": list{},
		}, body)), http.StatusOK)
	}
	target(object{"tasks": list{"facts"}, "nodes": list{"node1.example.com", "node2.example.com"}})
	target(object{"tasks": list{"facts"}, "node_groups": list{simulator.DatabasesGroup}})
	target(object{"all_tasks": true, "pql_query": `inventory[certname] { facts.os.name = "RedHat" }`})
	target(object{"tasks": list{"service"}, "nodes": list{"node5.example.com"}})

	all := object{"task": "facts", "params": object{}, "scope": object{"nodes": list{
		"node1.example.com", "node2.example.com", "node3.example.com", "node4.example.com", "node5.example.com", "node6.example.com",
	}}}
	// ran returns the nodes of the job that a launch starts.
	ran := func(body object) string {
		t.Helper()
		id := amy.launch(t, "task", body)
		nodes := names(c.get(t, "jobs/"+id+"/nodes").items(t), "name")
		return strings.NewReplacer("node", "", ".example.com", "").Replace(nodes)
	}
	mustRefuse(t, amy.orch(t, http.MethodPost, "command/task", all), 403, notPermitted, "Not permitted to run task facts")

	for _, step := range []struct{ grant, want string }{
		{"tasks:run_with_constraints:1", "1 2"},
		{"tasks:run_with_constraints:2", "1 2 4 6"},
		{"tasks:run_with_constraints:3", "1 2 3 4 6"},
		{"tasks:run_with_constraints:4", "1 2 3 4 6"},
		{"tasks:run_with_constraints:99", "1 2 3 4 6"},
		{"tasks:run:facts", "1 2 3 4 5 6"},
	} {
		sim.Grant("amy", may(step.grant))
		if got := ran(all); got != step.want {
			t.Errorf("with %s the task ran on %q, want %q", step.grant, got, step.want)
		}
	}
	service := with(all, object{"task": "service", "params": object{"action": "status", "name": "x"}})
	if got := ran(service); got != "3 5 6" {
		t.Errorf("another task ran on %q", got)
	}
	mustRefuse(t, amy.orch(t, http.MethodPost, "command/task", with(service, object{"scope": node1})), 403, notPermitted, "on the requested nodes")

	// A node that matches later is in the pool from then on.
	sim.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Facts["os"] = map[string]any{"name": "RedHat"} })
	if got := ran(with(service, object{"scope": node1})); got != "1" {
		t.Errorf("after the change of a fact the task ran on %q", got)
	}
	sim.Withdraw("amy", may("tasks:run:facts"))
	sim.RemoveTaskTarget("3")
	if got := ran(all); got != "1 2 4 6" {
		t.Errorf("without a task-target the task ran on %q", got)
	}
	sim.Grant("amy", may("tasks:run_with_constraints:*"))
	if got := ran(service); got != "5" {
		t.Errorf("with all task-targets the task ran on %q", got)
	}
}

func TestPermissions_ThroughAGroup(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c, dana := admin(t, sim), as(t, sim, "dana")
	group := text(c.rbac(t, http.MethodGet, "v1/groups", nil).items(t)[0], "id")
	launch := func() reply {
		t.Helper()
		return dana.orch(t, http.MethodPost, "command/task", object{"task": "facts", "params": object{}, "scope": node1})
	}
	mustRefuse(t, launch(), 403, notPermitted, "")
	created := c.rbac(t, http.MethodPost, "v1/roles", object{
		"display_name": "Facts", "permissions": list{object{"object_type": "tasks", "action": "run", "instance": "facts"}},
		"user_ids": list{}, "group_ids": list{group},
	})
	mustStatus(t, created, http.StatusSeeOther)
	mustStatus(t, launch(), http.StatusAccepted)
	mustStatus(t, c.rbac(t, http.MethodDelete, strings.TrimPrefix(created.header.Get("Location"), "/rbac-api/"), nil), http.StatusOK)
	mustRefuse(t, launch(), 403, notPermitted, "")
}

func TestPermissions_PlansListWhatIsPermitted(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x", may("plans:run:canary"))
	for _, item := range as(t, sim, "amy").get(t, "plans").items(t) {
		if want := item["name"] == "canary"; item["permitted"] != want {
			t.Errorf("permitted is %v for %v", item["permitted"], item["name"])
		}
	}
}
