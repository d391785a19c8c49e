// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestInventory_OfAGeneration(t *testing.T) {
	t.Parallel()
	for _, g := range generations() {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{Generation: g, Nodes: 2})
			sim.AddNode(simulator.Node{Certname: "away"})
			sim.AddNode(simulator.Node{Certname: "agentless", Connected: true, Transport: simulator.TransportWinRM})
			c := admin(t, sim)
			want := "node1.example.com node2.example.com away"
			if g == simulator.PE2019 {
				want = "node1.example.com node2.example.com"
			}
			if got := names(c.get(t, "inventory").items(t), "name"); got != want {
				t.Errorf("inventory %q, want %q", got, want)
			}
			for name, connected := range map[string]bool{"node1.example.com": true, "away": false, "agentless": false, "nosuch": false} {
				n := c.get(t, "inventory/"+name).object(t)
				if n["connected"] != connected || (n["broker"] != nil) != connected || (n["timestamp"] != nil) != connected {
					t.Errorf("%s is %v", name, n)
				}
			}
			answer := c.orch(t, http.MethodPost, "inventory", object{"nodes": list{"nosuch", "node2.example.com"}})
			mustStatus(t, answer, http.StatusOK)
			if got := names(answer.items(t), "name"); got != "nosuch node2.example.com" {
				t.Errorf("the inventory of two nodes is %q", got)
			}
			sim.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Connected = false })
			sim.RemoveNode("node1.example.com")
			if got := c.get(t, "inventory/node2.example.com").text; got != `{"name":"node2.example.com","connected":false}` {
				t.Errorf("a node that went away is %s", got)
			}
			for _, body := range []any{object{}, object{"nodes": "x"}, object{"nodes": list{1}}, object{"nodes": list{}, "x": 1}} {
				mustRefuse(t, c.orch(t, http.MethodPost, "inventory", body), 400, validationError, "")
			}
		})
	}
}

func TestUsage_CountsNodesByDay(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 4})
	sim.AddNode(simulator.Node{Certname: "agentless", Transport: simulator.TransportSSH, Connected: true})
	c := admin(t, sim)
	c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": object{"nodes": strings.Split(twoNodes, ",")}})
	c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": node1})
	c.launch(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": "node1.example.com"}})
	sim.FinishAll()
	today := sim.Now().UTC()
	items := c.get(t, "usage").items(t)
	if len(items) != 31 || items[0]["date"] != today.Format(time.DateOnly) || items[30]["date"] != today.AddDate(0, 0, -30).Format(time.DateOnly) {
		t.Fatalf("%d days, first %v", len(items), items[0])
	}
	if got, want := encode(t, items[0]), `{"corrective_agent_changes":0,"date":"`+today.Format(time.DateOnly)+`","intentional_agent_changes":3,`+
		`"nodes_affected_by_plan_runs":1,"nodes_affected_by_task_runs":2,"nodes_with_agent":4,"nodes_without_agent":1,"total_nodes":5}`; got != want {
		t.Errorf("today is %s, want %s", got, want)
	}
	if items[1]["nodes_affected_by_task_runs"] != 0.0 {
		t.Errorf("yesterday is %v", items[1])
	}
	yesterday := today.AddDate(0, 0, -1).Format(time.DateOnly)
	answer := c.get(t, "usage?events=exclude&start_date="+yesterday+"&end_date="+yesterday)
	if got, want := answer.text, `{"items":[{"date":"`+yesterday+`","total_nodes":5,"nodes_with_agent":4,"nodes_without_agent":1}],`+
		`"pagination":{"end_date":"`+yesterday+`","start_date":"`+yesterday+`"}}`; got != want {
		t.Errorf("usage %s, want %s", got, want)
	}
	for query, want := range map[string]int{
		"?start_date=2000-01-01": 31, "?end_date=2999-01-01": 31, "?start_date=" + yesterday: 2, "?end_date=2000-01-01": 0, "?start_date=2999-01-01": 0,
	} {
		if got := len(c.get(t, "usage"+query).items(t)); got != want {
			t.Errorf("%s: %d days, want %d", query, got, want)
		}
	}
	for query, message := range map[string]string{
		"start_date=2026_01_01": "start_date", "end_date=x": "end_date", "events=some": "events",
		"start_date=2026-01-02&end_date=2026-01-01": "end_date must not be before",
	} {
		mustRefuse(t, c.orch(t, http.MethodGet, "usage?"+query, nil), 400, validationError, message)
	}
}

func TestStatus_OfServices(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2021})
	c := clientOf(t, sim, "")
	base := sim.ServerURL() + "/status/v1/"
	ask := func(method, path string) reply {
		t.Helper()
		return c.send(t, c.request(t, method, base+path, nil))
	}
	all := ask(http.MethodGet, "services?level=debug&timeout=10")
	if got, want := encode(t, at(all.json, "broker-service")),
		`{"active_alerts":[],"detail_level":"debug","service_status_version":1,"service_version":"2021.7.1.0","state":"running","status":{}}`; got != want {
		t.Errorf("the broker is %s, want %s", got, want)
	}
	for _, name := range []string{"orchestrator-service", "broker-service", "status-service"} {
		if at(all.json, name) == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if got := text(ask(http.MethodGet, "services/orchestrator-service").json, "orchestrator-service", "state"); got != "running" {
		t.Errorf("the orchestrator is %q", got)
	}
	for path, want := range map[string]int{
		"services?level=some": 400, "services/orchestrator-service?level=x": 400, "services?timeout=x": 400, "services/nosuch": 404,
		"simple": 200, "simple/broker-service": 200, "simple/nosuch": 404, "nosuch": 404,
	} {
		answer := ask(http.MethodGet, path)
		mustStatus(t, answer, want)
		if strings.HasPrefix(path, "simple") && want == 200 && (answer.text != "running" || !strings.HasPrefix(answer.header.Get("Content-Type"), "text/plain")) {
			t.Errorf("%s: %s %q", path, answer.header.Get("Content-Type"), answer.text)
		}
	}
	if got := ask(http.MethodGet, "simple/nosuch").text; got != "not found: nosuch" {
		t.Errorf("an unknown service is %q", got)
	}
	mustStatus(t, ask(http.MethodPost, "services"), http.StatusMethodNotAllowed)
	rbac := c.send(t, c.request(t, http.MethodGet, strings.TrimSuffix(sim.RBACURL(), "/rbac-api")+"/status/v1/services", nil))
	if text(rbac.json, "rbac-service", "state") != "running" {
		t.Errorf("the RBAC service is %s", rbac.text)
	}
}

func TestRoot_ListsEndpoints(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	for _, path := range []string{"/orchestrator", "/orchestrator/v1"} {
		answer := c.send(t, c.request(t, http.MethodGet, sim.ServerURL()+path, nil))
		mustStatus(t, answer, http.StatusOK)
		if text(answer.json, "info", "version") != "0.1" {
			t.Errorf("%s is %s", path, answer.text)
		}
	}
	if got := names(c.get(t, "environments").items(t), "name"); got != "development production staging" {
		t.Errorf("the environments are %q", got)
	}
}

// TestScopes_OfWhatRunsHaveReported has queries follow what happens: a run that fails is the last report of its node.
func TestScopes_OfWhatRunsHaveReported(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 3})
	c := admin(t, sim)
	sim.AddNode(simulator.Node{Certname: "silent", Connected: true, NeverReported: true})
	sim.AddNode(simulator.Node{
		Certname: "broken", Connected: true, LastStatus: simulator.RunFailed,
		Resources: []simulator.Resource{{Type: "Profile::Cache", Title: "main", Tags: []string{"cache"}, Parameters: map[string]any{"size": 5}}},
	})
	found := func(query string) string {
		t.Helper()
		answer := c.orch(t, http.MethodPost, "command/task", object{"task": "facts", "params": object{}, "scope": object{"query": query}})
		if text(answer.json, "kind") == emptyTarget {
			return ""
		}
		mustStatus(t, answer, http.StatusAccepted)
		return names(c.get(t, "jobs/"+text(answer.json, "job", "name")+"/nodes").items(t), "name")
	}
	for query, want := range map[string]string{
		`nodes[certname] { latest_report_status = "failed" }`:                    "broken",
		`nodes[certname] { report_timestamp is null }`:                           "silent",
		`resources[certname] { tag = "cache" and parameters.size = 5 }`:          "broken",
		`nodes[certname] { latest_report_job_id is not null }`:                   "",
		`resources[certname] { type = "Profile::Cache" and parameters.size > 5}`: "",
	} {
		if got := found(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	sim.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Run = simulator.RunFailed })
	before := sim.Now().UTC().Format(time.RFC3339)
	id := c.launch(t, "deploy", object{"environment": "production", "scope": object{"query": "nodes[certname] { certname ~ \"^node\" }"}})
	sim.Advance(time.Minute)
	for query, want := range map[string]string{
		`nodes[certname] { latest_report_status = "failed" order by certname }`:                        "broken node2.example.com",
		`nodes[certname] { latest_report_status = "changed" and report_timestamp > "` + before + `" }`: "node1.example.com node3.example.com",
		`nodes[certname] { latest_report_job_id = "` + id + `" }`:                                      "node1.example.com node2.example.com node3.example.com",
	} {
		if got := found(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestScopes_OfNodeGroups(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: 6})
	const redHat = "3f1c2a6e-0b7d-4a55-9a3e-5c1d2e3f4a5b"
	sim.AddNodeGroup(simulator.NodeGroup{ID: redHat, Name: "RedHat", Rule: []any{"and", []any{"=", []any{"fact", "os", "name"}, "RedHat"}}})
	sim.AddNodeGroup(simulator.NodeGroup{ID: "bad", Name: "bad", Rule: "x"})
	c := admin(t, sim)
	for want, scope := range map[string]object{
		"1 2 3 4 5 6": {"node_group": simulator.AllNodesGroup},
		"1 3 5":       {"node_group": simulator.WebServersGroup},
		"2 4 6":       {"node_group": simulator.DatabasesGroup},
		"3 6":         {"node_group": redHat},
		"2 nosuch 1":  {"nodes": list{"node2.example.com", "nosuch", "node1.example.com", "node2.example.com"}},
		"4":           {"query": `inventory[certname] { facts.role = "db" and certname ~ "[34]" }`},
		"1 2":         {"query": list{"from", "nodes", list{"~", "certname", "^node[12]\\."}}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			id := c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": scope})
			got := strings.NewReplacer("node", "", ".example.com", "").Replace(names(c.get(t, "jobs/"+id+"/nodes").items(t), "name"))
			if got != want {
				t.Errorf("nodes %q, want %q", got, want)
			}
			if got, want := encode(t, at(c.get(t, "jobs/"+id).json, "options", "scope")), encode(t, scope); got != want {
				t.Errorf("scope %s, want %s", got, want)
			}
		})
	}
	t.Run("whole environment", func(t *testing.T) {
		t.Parallel()
		for _, body := range []object{{"environment": "production"}, {"environment": "production", "scope": object{}}} {
			id := c.launch(t, "deploy", body)
			job := c.get(t, "jobs/"+id).object(t)
			if job["node_count"] != 6.0 || encode(t, at(job, "options", "scope")) != "{}" {
				t.Errorf("the job has %v nodes and the options %v", job["node_count"], job["options"])
			}
		}
	})
	t.Run("another environment", func(t *testing.T) {
		t.Parallel()
		// Nodes may run in development once, as PE's own node group allows.
		id := c.launch(t, "deploy", object{"environment": "development", "scope": node1})
		sim.FinishAll()
		if got := text(c.get(t, "jobs/"+id+"/nodes").items(t)[0], "result", "environment"); got != "development" {
			t.Errorf("the node ran in %q", got)
		}
		id = c.launch(t, "deploy", object{"environment": "", "enforce_environment": false, "scope": node1})
		sim.FinishAll()
		if got := text(c.get(t, "jobs/"+id+"/nodes").items(t)[0], "result", "environment"); got != "production" {
			t.Errorf("without an environment the node ran in %q", got)
		}
	})
}
