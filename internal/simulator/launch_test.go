// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// node1 is the scope of a single node.
var node1 = object{"nodes": list{"node1.example.com"}}

// with returns a body with some keys changed; a key whose value is removed is deleted.
func with(body object, changes object) object {
	changed := maps.Clone(body)
	for key, value := range changes {
		if value == removed {
			delete(changed, key)
		} else {
			changed[key] = value
		}
	}
	return changed
}

// removed marks a key that with takes out.
const removed = "\x00removed"

// refusalCase is a request that is refused.
type refusalCase struct {
	name    string
	changes object
	status  int
	kind    string
	message string
	// in are the generations that refuse; all of them when it is nil.
	in []simulator.Generation
}

// checkRefusals sends each case to every generation that it is for; the others must accept it.
func checkRefusals(t *testing.T, command string, body object, cases []refusalCase) {
	t.Helper()
	for _, g := range generations() {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			sim := start(t, simulator.Options{Generation: g})
			c := admin(t, sim)
			for _, tc := range cases {
				t.Run(tc.name, func(t *testing.T) {
					t.Parallel()
					answer := c.orch(t, http.MethodPost, "command/"+command, with(body, tc.changes))
					if tc.in != nil && !slices.Contains(tc.in, g) {
						if answer.status >= http.StatusMultipleChoices {
							t.Fatalf("refused by %s: %s", g, answer.text)
						}
						return
					}
					mustRefuse(t, answer, tc.status, tc.kind, tc.message)
				})
			}
		})
	}
}

func TestDeploy_Refusals(t *testing.T) {
	t.Parallel()
	old := []simulator.Generation{simulator.PE2019, simulator.PE2021}
	bad := func(name string, changes object, message string) refusalCase {
		return refusalCase{name: name, changes: changes, status: 400, kind: validationError, message: message}
	}
	cases := []refusalCase{
		bad("no environment", object{"environment": removed}, "environment is required"),
		bad("environment of the wrong type", object{"environment": 1}, "environment must be a string"),
		bad("unknown key", object{"colour": "red"}, "colour is not a known key"),
		bad("scope of the wrong type", object{"scope": "node1"}, "scope must be an object"),
		bad("scope with two keys", object{"scope": object{"nodes": list{}, "query": "x"}}, "scope must have exactly one"),
		bad("scope with an unknown key", object{"scope": object{"whole_environment": true}}, "scope.whole_environment"),
		bad("nodes of the wrong type", object{"scope": object{"nodes": "node1"}}, "scope.nodes must be an array"),
		bad("a node of the wrong type", object{"scope": object{"nodes": list{1}}}, "scope.nodes must be an array"),
		bad("query of the wrong type", object{"scope": object{"query": 1}}, "scope.query must be"),
		bad("group that is no UUID", object{"scope": object{"node_group": "all"}}, "scope.node_group must be a UUID"),
		bad("noop and no_noop", object{"noop": true, "no_noop": true}, "no_noop must not be true"),
		bad("noop of the wrong type", object{"noop": "true"}, "noop must be a boolean"),
		bad("null", object{"noop": nil}, "noop must be a boolean"),
		bad("concurrency of the wrong type", object{"concurrency": "2"}, "concurrency must be an integer"),
		bad("concurrency with a fraction", object{"concurrency": 1.5}, "concurrency must be an integer"),
		bad("no concurrency at all", object{"concurrency": 0}, "concurrency must be at least 1"),
		bad("tags as a list", object{"tags": list{"web"}}, "tags must be a string"),
		bad("userdata of the wrong type", object{"userdata": "x"}, "userdata must be an object"),
		bad("empty environment that is enforced", object{"environment": "", "enforce_environment": true}, "enforce_environment"),
		bad("empty environment without enforce_environment", object{"environment": ""}, "enforce_environment must be false"),
		bad("empty environment without scope", object{"environment": "", "enforce_environment": false, "scope": removed}, "scope is required"),
		{
			name: "timeout where it is unknown", changes: object{"timeout": 10}, status: 400, kind: validationError,
			message: "timeout is not a known key", in: old,
		},
		{
			name: "timeout of nothing", changes: object{"timeout": 0}, status: 400, kind: validationError, message: "timeout",
		},
		{
			name: "unknown environment", changes: object{"environment": "nosuchenv"}, status: 404,
			kind: "puppetlabs.orchestrator/unknown-environment", message: "Unknown environment nosuchenv",
		},
		{
			name: "environment without nodes", changes: object{"environment": "staging"}, status: 400,
			kind: "puppetlabs.orchestrator/empty-environment", message: "staging",
		},
		{
			name: "whole environment without nodes", changes: object{"environment": "development", "scope": removed}, status: 400,
			kind: "puppetlabs.orchestrator/empty-environment", message: "development",
		},
		{name: "no nodes", changes: object{"scope": object{"nodes": list{}}}, status: 400, kind: emptyTarget, message: "No nodes"},
		{
			name: "group without rules", changes: object{"scope": object{"node_group": simulator.NoRulesGroup}}, status: 400,
			kind: emptyTarget, message: "No nodes",
		},
		{
			name: "query for nothing", changes: object{"scope": object{"query": `nodes[certname] { certname = "x" }`}}, status: 400,
			kind: emptyTarget, message: "No nodes",
		},
		{
			name: "query that is none", changes: object{"scope": object{"query": "nodez { }"}}, status: 400, kind: queryError,
			message: "PuppetDB query failed: PQL parse error at line 1, column 1",
		},
		{
			name: "query without certnames", changes: object{"scope": object{"query": list{"from", "inventory", list{"extract", "environment"}}}},
			status: 400, kind: queryError, message: "must return certnames",
		},
	}
	checkRefusals(t, "deploy", object{"environment": "production", "scope": node1}, cases)
}

func TestDeploy_ApplicationsThatDoNotExist(t *testing.T) {
	t.Parallel()
	for g, want := range map[simulator.Generation]struct {
		status int
		kind   string
	}{
		simulator.PE2019: {400, emptyTarget},
		simulator.PE2021: {400, validationError},
		simulator.PE2025: {400, validationError},
	} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			c := admin(t, start(t, simulator.Options{Generation: g}))
			for _, body := range []object{
				{"environment": "production", "scope": object{"application": "Shop[x]"}},
				{"environment": "production", "target": "Shop[x]"},
			} {
				mustRefuse(t, c.orch(t, http.MethodPost, "command/deploy", body), want.status, want.kind, "")
			}
			mustRefuse(t, c.orch(t, http.MethodPost, "command/task", object{
				"task": "facts", "params": object{}, "scope": object{"application": "Shop[x]"},
			}), 400, validationError, "scope.application")
		})
	}
}

// circle is an application whose components need each other.
func circle() simulator.Application {
	return simulator.Application{Name: "Shop[main]", Components: []simulator.ApplicationComponent{
		{Name: "web", Node: "node1.example.com", Needs: []string{"db"}}, {Name: "db", Node: "node2.example.com", Needs: []string{"web"}},
	}}
}

func TestDeploy_Applications(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019})
	c := admin(t, sim)
	sim.AddApplication(circle())
	straight := circle()
	straight.Name, straight.Components[1].Needs = "Blog[main]", nil
	sim.AddApplication(straight)
	deploy := func(application string) reply {
		t.Helper()
		return c.orch(t, http.MethodPost, "command/deploy", object{"environment": "production", "scope": object{"application": application}})
	}
	for _, name := range []string{"Shop", "Shop[main]"} {
		mustRefuse(t, deploy(name), 400, "puppetlabs.orchestrator/dependency-cycle", "Shop[main]")
	}
	mustRefuse(t, deploy("Blog[other]"), 400, emptyTarget, "No nodes")
	mustStatus(t, deploy("Blog"), http.StatusAccepted)
	if jobs := sim.Jobs(); len(jobs) != 1 || len(jobs[0].Nodes) != 2 {
		t.Errorf("the jobs are %+v", jobs)
	}
}

// TestScopes_WithoutPuppetDB takes PuppetDB away from what has to ask it.
func TestScopes_WithoutPuppetDB(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	mustStatus(t, c.control(t, http.MethodPost, "puppetdb", object{"up": false}), http.StatusNoContent)
	for _, scope := range []object{{"query": "nodes[certname] { }"}, {"node_group": simulator.AllNodesGroup}, {}} {
		mustRefuse(t, c.orch(t, http.MethodPost, "command/deploy", object{"environment": "production", "scope": scope}), 400, "puppetlabs.orchestrator/puppetdb-error", "PuppetDB")
	}
	c.launch(t, "deploy", object{"environment": "production", "scope": node1})
	if up := at(c.send(t, c.request(t, http.MethodGet, sim.ServerURL()+"/status/v1/services", nil)).json, "orchestrator-service", "status", "puppetdb_up"); up != false {
		t.Errorf("the status says puppetdb_up %v", up)
	}
	mustRefuse(t, c.control(t, http.MethodPost, "puppetdb", object{"up": "no"}), 400, "simulator/error", "up")
	mustStatus(t, c.control(t, http.MethodPost, "puppetdb", object{"up": true}), http.StatusNoContent)
	c.launch(t, "deploy", object{"environment": "production", "scope": object{"query": "nodes[certname] { }"}})
}

func TestTask_Refusals(t *testing.T) {
	t.Parallel()
	target := object{"hostnames": list{"node1.example.com"}, "user": "root", "transport": "ssh", "password": "x"}
	bad := func(name string, changes object, message string) refusalCase {
		return refusalCase{name: name, changes: changes, status: 400, kind: validationError, message: message}
	}
	cases := []refusalCase{
		bad("no task", object{"task": removed}, "task is required"),
		bad("no params", object{"params": removed}, "params is required"),
		bad("no scope", object{"scope": removed}, "scope is required"),
		bad("empty scope", object{"scope": object{}}, "scope must have exactly one"),
		bad("task of the wrong type", object{"task": list{}}, "task must be a string"),
		bad("task name of the wrong form", object{"task": "Package"}, "is not a valid task name"),
		bad("task name with three segments", object{"task": "a::b::c"}, "is not a valid task name"),
		bad("params of the wrong type", object{"params": list{}}, "params must be an object"),
		bad("missing parameter", object{"params": object{"action": "status"}}, "parameter 'name' is required"),
		bad("unknown parameter", object{"params": object{"action": "status", "name": "x", "size": 1}}, "parameter 'size' is not a parameter"),
		bad("parameter of the wrong type", object{"params": object{"action": "explode", "name": "x"}}, `parameter 'action' expects a value of type Enum`),
		bad("noop without support", object{"noop": true}, "does not support noop"),
		bad("targets of the wrong type", object{"targets": object{}}, "targets must be an array of objects"),
		bad("target without hostnames", object{"targets": list{with(target, object{"hostnames": removed})}}, "targets[0].hostnames is required"),
		bad("target without user", object{"targets": list{with(target, object{"user": removed})}}, "targets[0].user is required"),
		bad("target with a strange transport", object{"targets": list{with(target, object{"transport": "pcp"})}}, "targets[0].transport must be ssh or winrm"),
		bad("target without secret", object{"targets": list{with(target, object{"password": removed})}}, "private-key-content is required"),
		bad("target with an unknown key", object{"targets": list{with(target, object{"run_as": "root"})}}, "targets[0].run_as is not a known key"),
		bad("target with a port of the wrong type", object{"targets": list{with(target, object{"port": "22"})}}, "targets[0].port must be an integer"),
		{
			name: "target outside the scope", changes: object{"targets": list{with(target, object{"hostnames": list{"node2.example.com"}})}},
			status: 400, kind: emptyTarget, message: "No nodes",
		},
		{
			name: "unknown environment", changes: object{"environment": "nosuchenv"}, status: 404,
			kind: "puppetlabs.orchestrator/unknown-environment", message: "nosuchenv",
		},
		{name: "no nodes", changes: object{"scope": object{"nodes": list{}}}, status: 400, kind: emptyTarget, message: "No nodes"},
		{name: "bad query", changes: object{"scope": object{"query": "x"}}, status: 400, kind: queryError, message: "PQL parse error"},
		{
			name: "timeout where it is unknown", changes: object{"timeout": 10}, status: 400, kind: validationError, message: "timeout",
			in: []simulator.Generation{simulator.PE2019, simulator.PE2021},
		},
	}
	body := object{
		"environment": "production", "task": "package", "params": object{"action": "status", "name": "openssl"}, "scope": node1,
	}
	checkRefusals(t, "task", body, cases)
}

func TestPlan_Refusals(t *testing.T) {
	t.Parallel()
	bad := func(name string, changes object, message string) refusalCase {
		return refusalCase{name: name, changes: changes, status: 400, kind: validationError, message: message}
	}
	shared := []refusalCase{
		bad("no plan", object{"plan_name": removed}, "plan_name is required"),
		bad("plan name of the wrong form", object{"plan_name": "Canary"}, "Invalid plan name"),
		bad("reserved word", object{"plan_name": "canary::type"}, "Invalid plan name"),
		bad("environment of the wrong type", object{"environment": false}, "environment must be a string"),
		bad("unknown key", object{"scope": node1}, "scope is not a known key"),
		{
			name: "unknown environment", changes: object{"environment": "nosuchenv"}, status: 404,
			kind: "puppetlabs.orchestrator/unknown-environment", message: "nosuchenv",
		},
		{name: "unknown plan", changes: object{"plan_name": "nosuch::plan"}, status: 404, kind: "puppetlabs.orchestrator/unknown-plan", message: "nosuch::plan"},
		{
			name: "timeout where it is unknown", changes: object{"timeout": 10}, status: 400, kind: validationError, message: "timeout",
			in: []simulator.Generation{simulator.PE2019, simulator.PE2021},
		},
	}
	t.Run("plan_run", func(t *testing.T) {
		t.Parallel()
		checkRefusals(t, "plan_run", object{"plan_name": "canary", "params": object{"nodes": "node1.example.com"}}, append(shared,
			bad("params of the wrong type", object{"params": "x"}, "params must be an object"),
			bad("missing parameter", object{"params": removed}, "parameter 'nodes' is required"),
			bad("parameter of the wrong type", object{"params": object{"nodes": "x", "canary": "one"}}, "parameter 'canary' expects a value of type Integer"),
			bad("unknown parameter", object{"params": object{"nodes": "x", "size": 1}}, "parameter 'size'"),
		))
	})
	t.Run("environment_plan_run", func(t *testing.T) {
		t.Parallel()
		wrapped := object{"nodes": object{"value": "node1.example.com"}}
		checkRefusals(t, "environment_plan_run", object{"plan_name": "canary", "params": wrapped}, append(shared,
			bad("no params", object{"params": removed}, "params is required"),
			bad("params that are not wrapped", object{"params": object{"nodes": "x"}}, "params.nodes must be an object"),
			bad("wrapping without value", object{"params": object{"nodes": object{"type": "query"}}}, "params.nodes.value is required"),
			bad("wrapping with an unknown key", object{"params": object{"nodes": object{"value": 1, "kind": 2}}}, "params.nodes.kind"),
			bad("unknown type", object{"params": object{"nodes": object{"value": "x", "type": "task"}}}, "params.nodes.type must be one of"),
			bad("bad query", object{"params": object{"nodes": object{"value": "x", "type": "query"}}}, "parameter 'nodes'"),
			bad("unknown group", object{"params": object{"nodes": object{"value": "x", "type": "node_group"}}}, "parameter 'nodes' is not the id"),
		))
	})
}

func TestCommands_BodiesThatAreNotJSON(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	for name, body := range map[string]string{
		"nothing": "", "half": `{"environment":`, "list": `[]`, "null": `null`, "two": `{} {}`, "text": `deploy`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, c.orch(t, http.MethodPost, "command/deploy", body), 400, validationError, "the body")
		})
	}
	// Recorded servers of 2018 and 2020 took JSON that was sent as a form.
	t.Run("form", func(t *testing.T) {
		t.Parallel()
		r := c.request(t, http.MethodPost, c.sim.ServerURL()+"/orchestrator/v1/command/deploy", `{"environment":"production"}`)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		mustStatus(t, c.send(t, r), http.StatusAccepted)
	})
}

func TestCommands_UserdataOnAnOlderServer(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019, RejectUserdata: true})
	c := admin(t, sim)
	task := object{"task": "facts", "params": object{}, "scope": node1}
	mustRefuse(t, c.orch(t, http.MethodPost, "command/task", with(task, object{"userdata": object{}})), 400, validationError, "userdata is not a known key")
	id := c.launch(t, "task", task)
	if _, there := c.get(t, "jobs/"+id).object(t)["userdata"]; there {
		t.Error("an older server shows userdata")
	}
	mustStatus(t, c.orch(t, http.MethodPost, "command/environment_plan_run", object{"plan_name": "facts", "params": object{}}), http.StatusNotFound)
	if got, want := sim.LaunchesReceived(), 3; got != want {
		t.Errorf("%d launches received, want %d", got, want)
	}
	if got := sim.LaunchesAccepted(); got != 1 {
		t.Errorf("%d launches accepted, want 1", got)
	}
}

func TestCommands_OfAGeneration(t *testing.T) {
	t.Parallel()
	known := map[string][]simulator.Generation{
		"deploy": generations(), "stop": generations(), "task": generations(), "task_target": generations(), "plan_run": generations(),
		"environment_plan_run": generations(),
		"stop_plan":            {simulator.PE2021, simulator.PE2025},
		"schedule_task":        {simulator.PE2019, simulator.PE2021},
		"schedule_deploy":      {simulator.PE2019, simulator.PE2021},
		"schedule_plan":        {simulator.PE2019, simulator.PE2021},
		"plan_start":           nil,
	}
	for _, g := range generations() {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			c := admin(t, start(t, simulator.Options{Generation: g}))
			for command, in := range known {
				want := http.StatusNotFound
				if slices.Contains(in, g) {
					want = http.StatusBadRequest
				}
				mustStatus(t, c.orch(t, http.MethodPost, "command/"+command, object{}), want)
			}
			answer := c.orch(t, http.MethodGet, "command/deploy", nil)
			mustStatus(t, answer, http.StatusMethodNotAllowed)
			if got := answer.header.Get("Allow"); got != "POST" {
				t.Errorf("Allow is %q", got)
			}
		})
	}
}

func TestStop_Refusals(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	for body, want := range map[string]refusalCase{
		`{}`:                       {status: 400, kind: validationError, message: "job is required"},
		`{"job":1}`:                {status: 400, kind: validationError, message: "job must be a string"},
		`{"job":"x"}`:              {status: 400, kind: validationError, message: "Job id x is not an integer"},
		`{"job":"1","force":"y"}`:  {status: 400, kind: validationError, message: "force must be a boolean"},
		`{"job":"99"}`:             {status: 404, kind: "puppetlabs.orchestrator/unknown-job", message: "Unknown job 99"},
		`{"job":"1","plan_job":1}`: {status: 400, kind: validationError, message: "plan_job is not a known key"},
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, c.orch(t, http.MethodPost, "command/stop", body), want.status, want.kind, want.message)
		})
	}
	mustRefuse(t, c.orch(t, http.MethodPost, "command/stop_plan", `{"plan_job":"x"}`), 400, validationError, "not an integer")
	mustRefuse(t, c.orch(t, http.MethodPost, "command/stop_plan", `{"plan_job":"9"}`), 404, "puppetlabs.orchestrator/unknown-job", "9")
	old := admin(t, start(t, simulator.Options{Generation: simulator.PE2019}))
	mustRefuse(t, old.orch(t, http.MethodPost, "command/stop", `{"job":"1","force":true}`), 400, validationError, "force is not a known key")
}

// advance moves a simulator's clock by seconds.
func advance(sim *simulator.Simulator, seconds float64) {
	sim.Advance(time.Duration(seconds * float64(time.Second)))
}

// names returns a member of every item, joined.
func names(items []map[string]any, key string) string {
	values := make([]string, len(items))
	for i, item := range items {
		values[i] = text(item, key)
	}
	return strings.Join(values, " ")
}
