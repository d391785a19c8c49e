// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// control calls the simulator's own interface.
func (c *client) control(t *testing.T, method, path string, body any) reply {
	t.Helper()
	return c.send(t, c.request(t, method, c.sim.ServerURL()+"/simulator/v1/"+path, body))
}

func TestControl_FaultsClockAndState(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019, Nodes: 1})
	c := admin(t, sim)

	added := c.control(t, http.MethodPost, "faults", object{
		"method": "POST", "path": taskPath, "times": 1, "action": "answer-status", "status": 429, "header": object{"Retry-After": "7"}, "body": "slow down",
	})
	mustStatus(t, added, http.StatusOK)
	answer := c.orch(t, http.MethodPost, "command/task", launchTask)
	mustStatus(t, answer, http.StatusTooManyRequests)
	if answer.header.Get("Retry-After") != "7" || answer.text != "slow down" {
		t.Errorf("the fault answered %v %q", answer.header, answer.text)
	}
	if got := encode(t, c.control(t, http.MethodGet, "faults", nil).items(t)[0]["acted"]); got != "1" {
		t.Errorf("the fault acted %s times", got)
	}
	mustStatus(t, c.control(t, http.MethodDelete, "faults/1", nil), http.StatusNoContent)
	mustStatus(t, c.control(t, http.MethodDelete, "faults/1", nil), http.StatusNotFound)
	mustStatus(t, c.control(t, http.MethodPost, "faults", object{"action": "delay", "delay": "1ms", "skip": 5}), http.StatusOK)
	mustStatus(t, c.control(t, http.MethodDelete, "faults", nil), http.StatusNoContent)
	if got := len(c.control(t, http.MethodGet, "faults", nil).items(t)); got != 0 {
		t.Errorf("%d faults are left", got)
	}

	c.launch(t, "task", launchTask)
	if got, want := c.control(t, http.MethodGet, "launches", nil).text, `{"accepted":1,"received":2,"schedule_creates_received":0}`; got != want {
		t.Errorf("launches %s, want %s", got, want)
	}
	requests := c.control(t, http.MethodGet, "requests", nil)
	if got := len(requests.items(t)); got != 2 || strings.Contains(requests.text, sim.AdminToken()) || text(requests.items(t)[1], "body", "task") != "facts" {
		t.Errorf("the log is %s", requests.text)
	}
	mustStatus(t, c.control(t, http.MethodDelete, "requests", nil), http.StatusNoContent)
	if got := len(sim.Requests()); got != 0 {
		t.Errorf("the log has %d requests; those of the interface do not count", got)
	}

	before := sim.Now()
	mustStatus(t, c.control(t, http.MethodPost, "advance", object{"by": "2h"}), http.StatusOK)
	if got := sim.Now().Sub(before); got < 2*time.Hour {
		t.Errorf("the clock moved by %s", got)
	}
	c.launch(t, "task", object{"task": "simulate", "params": object{"duration": 3600}, "scope": node1})
	mustStatus(t, c.control(t, http.MethodPost, "finish", nil), http.StatusNoContent)
	if job, _ := sim.Job("2"); job.State != "finished" {
		t.Errorf("the job is %s", job.State)
	}
	mustStatus(t, c.control(t, http.MethodPost, "upgrade", object{"generation": "2025"}), http.StatusNoContent)
	state := c.control(t, http.MethodGet, "state", nil).json
	for key, want := range map[string]string{"puppetdb_url": sim.PuppetDBURL(), "code_manager_url": sim.CodeManagerURL(), "rbac_url": sim.RBACURL()} {
		if got := text(state, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := text(state, "generation"); got != "2025" {
		t.Errorf("the generation is %q", got)
	}

	mustStatus(t, c.control(t, http.MethodPost, "nodes", object{"certname": "new.example.com", "facts": object{"role": "web"}, "run": "failed", "run_duration": "5s"}), http.StatusNoContent)
	if got := names(c.control(t, http.MethodGet, "nodes", nil).items(t), "certname"); got != "node1.example.com new.example.com" {
		t.Errorf("the nodes are %q", got)
	}
	if nodes := sim.Nodes(); !nodes[1].Connected || nodes[1].Run != simulator.RunFailed || nodes[1].RunDuration != 5*time.Second {
		t.Errorf("the new node is %+v", nodes[1])
	}
	mustStatus(t, c.control(t, http.MethodDelete, "nodes/new.example.com", nil), http.StatusNoContent)
	if got := len(sim.Nodes()); got != 1 {
		t.Errorf("%d nodes are left", got)
	}
	amy := c.control(t, http.MethodPost, "users", object{"login": "amy", "permissions": list{"tasks:run:facts", "orchestrator:view:*"}, "token_lifetime": "1h"})
	mustStatus(t, amy, http.StatusOK)
	clientOf(t, sim, text(amy.json, "token")).launch(t, "task", object{"task": "facts", "params": object{}, "scope": node1})
	mustRefuse(t, clientOf(t, sim, text(amy.json, "token")).orch(t, http.MethodPost, "command/deploy", object{"environment": "production"}), 403, notPermitted, "")
	if got := names(c.control(t, http.MethodGet, "users", nil).items(t), "login"); !strings.HasSuffix(got, " amy") {
		t.Errorf("the users are %q", got)
	}
	mustStatus(t, c.control(t, http.MethodDelete, "users/amy", nil), http.StatusNoContent)
	mustStatus(t, c.control(t, http.MethodDelete, "users/nobody", nil), http.StatusNotFound)
	mustStatus(t, clientOf(t, sim, text(amy.json, "token")).orch(t, http.MethodGet, "jobs", nil), http.StatusUnauthorized)
	mustStatus(t, c.control(t, http.MethodPost, "directory-groups", object{"login": "ops", "display_name": "Ops", "members": list{"dana"}}), http.StatusNoContent)
	if got := names(c.control(t, http.MethodGet, "directory-groups", nil).items(t), "login"); got != "webteam dbteam oncall ops" {
		t.Errorf("the directory has %q", got)
	}
	mustStatus(t, c.rbac(t, http.MethodPost, "v2/groups", object{"login": "ops", "role_ids": list{}}), http.StatusSeeOther)
	mustStatus(t, c.control(t, http.MethodPost, "restart", object{"down": "1ms"}), http.StatusNoContent)
	awaitUp(t, c)
}

func TestControl_Refusals(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x")
	c := admin(t, sim)
	mustStatus(t, clientOf(t, sim, "").control(t, http.MethodGet, "state", nil), http.StatusUnauthorized)
	mustStatus(t, as(t, sim, "amy").control(t, http.MethodGet, "state", nil), http.StatusUnauthorized)
	mustStatus(t, c.control(t, http.MethodGet, "nosuch", nil), http.StatusNotFound)
	mustStatus(t, c.control(t, http.MethodPut, "state", nil), http.StatusMethodNotAllowed)
	for path, bodies := range map[string][]any{
		"faults": {
			"{", object{"action": "explode"}, object{"path": "[", "action": ""}, object{"delay": "x"}, object{"times": -1}, object{"size": 1},
			object{"action": "html", "method": "*"}, object{"action": "html", "method": "get"},
		},
		"advance":          {object{}, object{"by": "x"}, object{"by": "-1h"}, object{"by": 5}, "x"},
		"upgrade":          {object{}, object{"generation": "2017"}, "x"},
		"restart":          {object{}, object{"down": "x"}, "x"},
		"users":            {object{}, object{"login": ""}, object{"login": "x", "permissions": list{"tasks:run"}}, object{"login": "x", "token_lifetime": "x"}, "x"},
		"directory-groups": {object{}, object{"login": ""}, object{"login": "x", "members": "y"}, "x"},
		"nodes":            {object{}, object{"certname": ""}, object{"certname": "x", "transport": "pigeon"}, object{"certname": "x", "run": "x"}, "x"},
	} {
		for _, body := range bodies {
			mustStatus(t, c.control(t, http.MethodPost, path, body), http.StatusBadRequest)
		}
	}
}

func TestAdd_IgnoresWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Nodes: -1})
	sim.AddNode(simulator.Node{})
	sim.AddNode(simulator.Node{Certname: "x", Transport: "pigeon"})
	sim.AddNode(simulator.Node{Certname: "x", Facts: map[string]any{"f": func() {}}})
	sim.UpdateNode("x", func(*simulator.Node) { t.Error("there is no such node") })
	sim.RemoveNode("x")
	sim.Grant("nobody", may("tasks:run:*"))
	sim.RevokeUser("nobody")
	sim.RevokeUser("admin")
	sim.Upgrade("2017")
	for _, id := range []string{"x", "99"} {
		sim.StopJob(id, true)
		sim.PruneJob(id)
		sim.PrunePlanJob(id)
		sim.DisableSchedule(id)
		sim.RemoveSchedule(id)
		sim.RemoveTaskTarget(id)
	}
	sim.Advance(-time.Hour)
	sim.FinishAll()
	if got := sim.IssueToken("nobody", 0); got != "" {
		t.Errorf("nobody has the token %q", got)
	}
	if got := len(sim.Nodes()); got != 0 {
		t.Errorf("%d nodes", got)
	}
	if got := sim.Generation(); got != simulator.PE2025 {
		t.Errorf("the generation is %s", got)
	}
	mustStatus(t, admin(t, sim).orch(t, http.MethodGet, "jobs", nil), http.StatusOK)
}
