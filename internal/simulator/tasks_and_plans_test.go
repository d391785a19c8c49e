// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTasks_ListAndMetadata(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	answer := c.get(t, "tasks")
	if got, want := names(answer.items(t), "name"), "accounts::set_password bootstrap decommission::purge_node exec facter_task facts netdev::save_config package package::install package::upgrade pe_patch::patch_server peadm::read_file reboot reboot::last_boot_time service simulate"; got != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
	if got := text(answer.json, "environment", "code_id"); !strings.HasSuffix(got, ";production") {
		t.Errorf("code_id %q", got)
	}
	for _, item := range answer.items(t) {
		path := strings.TrimPrefix(text(item, "id"), c.sim.ServerURL()+"/orchestrator/v1/")
		if got := c.get(t, path).object(t); got["name"] != item["name"] || got["id"] != item["id"] {
			t.Errorf("%s is %v", path, got)
		}
	}
	simulate := c.get(t, "tasks/simulate/init").object(t)
	if got, want := encode(t, at(simulate, "metadata", "parameters", "duration")),
		`{"default":1,"description":"Seconds that a node takes.","type":"Optional[Numeric]"}`; got != want {
		t.Errorf("a parameter is %s, want %s", got, want)
	}
	if got := at(simulate, "metadata", "parameters", "secret", "sensitive"); got != true {
		t.Errorf("the secret is sensitive: %v", got)
	}
	if got := encode(t, c.get(t, "tasks/exec/init").object(t)["metadata"]); got != "{}" {
		t.Errorf("a task without metadata has %s", got)
	}
	if answer := c.get(t, "tasks?environment=staging"); at(answer.json, "environment", "code_id") != nil || len(answer.items(t)) != 0 {
		t.Errorf("staging has %s", answer.text)
	}
}

func TestPlans_ListAndMetadata(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddPlan("production", simulator.Plan{Name: "deep::down::below"})
	c := admin(t, sim)
	answer := c.get(t, "plans")
	want := "canary canary::random deep::down::below example_plan facts facts::info package::install peadm::add_compiler peadm::subplans::upgrade profile::firewall profile::rollout reboot simulate::plan"
	if got := names(answer.items(t), "name"); got != want {
		t.Errorf("plans %q, want %q", got, want)
	}
	for _, item := range answer.items(t) {
		path := strings.TrimPrefix(text(item, "id"), sim.ServerURL()+"/orchestrator/v1/")
		if got := c.get(t, path).object(t); got["name"] != item["name"] || got["permitted"] != true {
			t.Errorf("%s is %v", path, got)
		}
	}
	firewall := c.get(t, "plans/profile/firewall").object(t)
	if got, want := encode(t, at(firewall, "metadata", "parameters")),
		`{"anything":{"type":"Any"},"noop":{"default_value":false,"type":"Boolean"},"targets":{"description":"Where to run","type":"TargetSpec"}}`; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}
	if got := at(answer.json, "environment", "code_id"); got != nil {
		t.Errorf("the code id of plans is %v, want null", got)
	}
}

func TestTasksAndPlans_Refusals(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	for path, want := range map[string]refusalCase{
		"tasks?environment=nosuchenv":             {status: 404, kind: "puppetlabs.orchestrator/unknown-environment", message: "nosuchenv"},
		"tasks?environment=not.a.name":            {status: 400, kind: validationError, message: "environment"},
		"tasks/package/nosuch":                    {status: 404, kind: "puppetlabs.orchestrator/unknown-task", message: "package::nosuch"},
		"tasks/Package/init":                      {status: 400, kind: validationError, message: "Package"},
		"tasks/package/a%20b":                     {status: 400, kind: validationError, message: "task"},
		"tasks/package/init?environment=nosuch":   {status: 404, kind: "puppetlabs.orchestrator/unknown-environment", message: "nosuch"},
		"plans?environment=nosuchenv":             {status: 404, kind: "puppetlabs.orchestrator/unknown-environment", message: "nosuchenv"},
		"plans/canary/nosuch":                     {status: 404, kind: "puppetlabs.orchestrator/unknown-plan", message: "canary::nosuch"},
		"plans/canary/Init":                       {status: 400, kind: validationError, message: "plan"},
		"plans/canary/type":                       {status: 400, kind: validationError, message: "plan"},
		"plans/canary/init?environment=not.there": {status: 400, kind: validationError, message: "environment"},
		"environments/nosuchenv":                  {status: 404, kind: "puppetlabs.orchestrator/unknown-environment", message: "nosuchenv"},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, c.orch(t, http.MethodGet, path, nil), want.status, want.kind, want.message)
		})
	}
}

func TestTasks_ResultsOfRealTasks(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	for _, tc := range []struct {
		task   string
		params object
		want   string
	}{
		{"package", object{"action": "install", "name": "httpd"}, `{"status":"installed","version":"2.4.57"}`},
		{"package", object{"action": "install", "name": "httpd", "version": "9"}, `{"status":"installed","version":"9"}`},
		{"package", object{"action": "status", "name": "httpd"}, `{"latest":"2.4.62","status":"out of date","version":"2.4.57"}`},
		{"package", object{"action": "upgrade", "name": "httpd"}, `{"old_version":"2.4.57","version":"2.4.62"}`},
		{"package", object{"action": "uninstall", "name": "httpd"}, `{"status":"uninstalled"}`},
		{"package::install", object{"name": "httpd"}, `{"status":"installed","version":"2.4.57"}`},
		{"package::upgrade", object{"name": "httpd"}, `{"old_version":"2.4.57","version":"2.4.62"}`},
		{"service", object{"action": "status", "name": "httpd"}, `{"enabled":"true","status":"running"}`},
		{"service", object{"action": "restart", "name": "httpd"}, `{"status":"restarted"}`},
		{"service", object{"action": "stop", "name": "httpd"}, `{"status":"stopped"}`},
		{"facter_task", object{"fact": "role"}, `{"role":"web"}`},
		{"facter_task", object{"fact": "nosuch"}, `{"_error":{"details":{"exitcode":1},"kind":"puppetlabs.tasks/task-error","msg":"Task exited 1:\nunknown fact nosuch"}}`},
		{"exec", object{"command": "hello"}, `{"_output":"hello\n"}`},
		{"bootstrap", object{"server": "pe"}, `{"_output":"Connected to pe\n"}`},
	} {
		t.Run(tc.task+" "+encode(t, tc.params), func(t *testing.T) {
			t.Parallel()
			id := c.launch(t, "task", object{"task": tc.task, "params": tc.params, "scope": node1})
			sim.FinishAll()
			if got := encode(t, c.get(t, "jobs/"+id+"/nodes").items(t)[0]["result"]); got != tc.want {
				t.Errorf("result %s, want %s", got, tc.want)
			}
		})
	}
	t.Run("facts", func(t *testing.T) {
		t.Parallel()
		id := c.launch(t, "task", object{"task": "facts", "params": object{}, "scope": node1})
		sim.FinishAll()
		result := c.get(t, "jobs/"+id+"/nodes").items(t)[0]["result"]
		if text(result, "os", "name") != "Debian" || text(result, "role") != "web" || text(result, "networking", "fqdn") != "node1.example.com" {
			t.Errorf("the facts are %v", result)
		}
	})
}
