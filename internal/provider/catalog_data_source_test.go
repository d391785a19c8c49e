package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// inAnyOrder is a set of texts.
func inAnyOrder(all ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(all))
	for i, text := range all {
		checks[i] = is(text)
	}
	return knownvalue.SetExact(checks)
}

func TestTaskTargetDataSources(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	client := h.client(t)
	started(t)(client.CreateTaskTarget(ctx(t), orchestrator.TaskTargetRequest{DisplayName: "web", Tasks: []string{"service", "package"}, Nodes: []string{node(1)}}))
	started(t)(client.CreateTaskTarget(ctx(t), orchestrator.TaskTargetRequest{DisplayName: "twins", AllTasks: pointer(true), NodeGroups: []string{simulator.AllNodesGroup}}))
	started(t)(client.CreateTaskTarget(ctx(t), orchestrator.TaskTargetRequest{DisplayName: "twins", Tasks: []string{"facts"}, PQLQuery: pointer("nodes[certname] { }")}))
	const web = "data.pe_task_target.web"
	first := []statecheck.StateCheck{
		value(web, "id", is("1")), value(web, "display_name", is("web")), value(web, "tasks", inAnyOrder("package", "service")), value(web, "all_tasks", knownvalue.Bool(false)),
		value(web, "nodes", inAnyOrder(node(1))), value(web, "node_groups", inAnyOrder()), value(web, "pql_query", knownvalue.Null()),
		value(web, "url", is(h.ServerURL()+"/orchestrator/v1/scopes/task_targets/1")),
	}
	h.run(t,
		h.sees(`data "pe_task_target" "web" { display_name = "web" }`, first...),
		h.sees(`data "pe_task_target" "web" { id = "1" }`, first...),
		resource.TestStep{
			Config:      h.config(`data "pe_task_target" "web" { display_name = "twins" }`),
			ExpectError: says("2 task-targets are named \"twins\""),
		},
		resource.TestStep{
			Config:      h.config(`data "pe_task_target" "web" { display_name = "Web" }`),
			ExpectError: says("The server has 3 task-targets, and none of them has this name. Names are compared exactly"),
		},
		h.sees(`data "pe_task_targets" "all" {}`, value("data.pe_task_targets.all", "task_targets", items(
			map[string]knownvalue.Check{"id": is("1"), "display_name": is("web")},
			map[string]knownvalue.Check{"id": is("2"), "all_tasks": knownvalue.Bool(true), "tasks": inAnyOrder(), "node_groups": inAnyOrder(simulator.AllNodesGroup)},
			map[string]knownvalue.Check{"id": is("3"), "pql_query": is("nodes[certname] { }")},
		))),
	)
}

// TestQ8TaskTargetsWithoutNames looks for a name on a server that tells none, as in every published example.
func TestQ8TaskTargetsWithoutNames(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/scopes/task_targets", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"items":[{"id":"https://pe/task_targets/4","name":"4","tasks":["facts"],"all_tasks":"false","nodes":[]}]}`,
	})
	h.run(t,
		resource.TestStep{
			Config:      h.config(`data "pe_task_target" "web" { display_name = "web" }`),
			ExpectError: says("The server does not tell the names of 1 of its 1 task-targets. Give the `id` of the one that is meant"),
		},
		h.sees(`data "pe_task_targets" "all" {}`, value("data.pe_task_targets.all", "task_targets", items(map[string]knownvalue.Check{
			"id": is("4"), "display_name": is(""), "all_tasks": knownvalue.Bool(false), "node_groups": inAnyOrder(),
		}))),
	)
}

func TestTasksAndPlans(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.AddUser("viewer", "example-only", simulator.Permission{ObjectType: "plans", Action: "run", Instance: "facts::info"})
	h.run(t,
		h.sees(`
data "pe_tasks" "t" {}
data "pe_plans" "p" { environment = "production" }`,
			value("data.pe_tasks.t", "environment", is("production")), value("data.pe_tasks.t", "code_id", knownvalue.NotNull()), value("data.pe_plans.p", "code_id", knownvalue.Null()),
			value("data.pe_tasks.t", "tasks", having("name", "bootstrap", "exec", "facter_task", "facts", "package", "package::install", "package::upgrade", "service", "simulate")),
			statecheck.ExpectKnownValue("data.pe_tasks.t", at("tasks").AtSliceIndex(4).AtMapKey("url"), is(h.ServerURL()+"/orchestrator/v1/tasks/package/init")),
			value("data.pe_plans.p", "plans", having("name", "canary", "canary::random", "example_plan", "facts", "facts::info", "package::install", "profile::firewall", "simulate::plan")),
			statecheck.ExpectKnownValue("data.pe_plans.p", at("plans").AtSliceIndex(4), knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"permitted": knownvalue.Bool(true), "url": is(h.ServerURL() + "/orchestrator/v1/plans/facts/info"),
			})),
		),
		h.sees(`data "pe_task_metadata" "t" { name = "simulate" }`,
			value("data.pe_task_metadata.t", "environment", is("production")), value("data.pe_task_metadata.t", "supports_noop", knownvalue.Bool(true)),
			value("data.pe_task_metadata.t", "private", knownvalue.Bool(false)), value("data.pe_task_metadata.t", "input_method", is("stdin")),
			value("data.pe_task_metadata.t", "description", is("Do nothing, in a way that the parameters decide")), value("data.pe_task_metadata.t", "extensions", knownvalue.Null()),
			value("data.pe_task_metadata.t", "implementations", knownvalue.ListSizeExact(0)), value("data.pe_task_metadata.t", "puppet_task_version", knownvalue.Null()),
			value("data.pe_task_metadata.t", "parameters", knownvalue.MapPartial(map[string]knownvalue.Check{
				"mode":   knownvalue.ObjectExact(map[string]knownvalue.Check{"type": is("Optional[Enum[fast, slow]]"), "description": is("slow doubles the duration."), "sensitive": knownvalue.Bool(false)}),
				"secret": knownvalue.ObjectPartial(map[string]knownvalue.Check{"sensitive": knownvalue.Bool(true)}),
			})),
			value("data.pe_task_metadata.t", "defaults", knownvalue.ObjectExact(map[string]knownvalue.Check{"duration": number(1), "mode": is("fast")})),
			value("data.pe_task_metadata.t", "url", is(h.ServerURL()+"/orchestrator/v1/tasks/simulate/init")),
		),
		h.sees(`data "pe_task_metadata" "t" { name = "bootstrap" }`,
			value("data.pe_task_metadata.t", "implementations", items(
				map[string]knownvalue.Check{"name": is("windows.ps1"), "requirements": texts("powershell"), "input_method": is("powershell")},
				map[string]knownvalue.Check{"name": is("linux.sh"), "requirements": texts("shell")},
			)),
		),
		h.sees(`data "pe_plan_metadata" "p" { name = "canary" }`,
			value("data.pe_plan_metadata.p", "permitted", knownvalue.Bool(true)), value("data.pe_plan_metadata.p", "description", is("Run a command on some nodes first, then on the rest")),
			statecheck.ExpectKnownValue("data.pe_plan_metadata.p", at("parameters").AtMapKey("canary").AtMapKey("type"), is("Integer[1]")),
			value("data.pe_plan_metadata.p", "defaults", knownvalue.ObjectExact(map[string]knownvalue.Check{"command": is("whoami"), "canary": number(1)})),
			value("data.pe_plan_metadata.p", "url", is(h.ServerURL()+"/orchestrator/v1/plans/canary/init")),
		),
		h.sees(`data "pe_plan_metadata" "p" { name = "canary::random" }`,
			value("data.pe_plan_metadata.p", "parameters", knownvalue.Null()), value("data.pe_plan_metadata.p", "defaults", knownvalue.ObjectExact(nil)),
			value("data.pe_plan_metadata.p", "description", knownvalue.Null()),
		),
		resource.TestStep{
			Config: h.configAs(h.IssueToken("viewer", 3600e9), `data "pe_plans" "p" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.pe_plans.p", at("plans").AtSliceIndex(3).AtMapKey("permitted"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue("data.pe_plans.p", at("plans").AtSliceIndex(4).AtMapKey("permitted"), knownvalue.Bool(true)),
			},
		},
	)
}

// TestEverythingInTheMetadataOfATask reads the keys that no task of the simulator has.
func TestEverythingInTheMetadataOfATask(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/tasks/mysql/sql", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"id":"x/mysql/sql","name":"mysql::sql","environment":{"name":"production","code_id":"urn:puppet:code-id:1:abc;production"},
			"metadata":{"puppet_task_version":1,"private":true,"files":["mysql/files/lib/"],"extensions":{"discovery":{"type":["host"]}},"parameters":{"sql":{"type":"String[1]","default":null}}},
			"files":[{"filename":"sql.rb","uri":{"path":"/mysql/tasks/sql.rb","params":{"environment":"production"}},"sha256":"00","size_bytes":12}]}`,
	})
	const sql = "data.pe_task_metadata.t"
	h.run(t, h.sees(`data "pe_task_metadata" "t" { name = "mysql::sql" }`,
		value(sql, "code_id", is("urn:puppet:code-id:1:abc;production")), value(sql, "puppet_task_version", number(1)), value(sql, "private", knownvalue.Bool(true)),
		value(sql, "module_files", texts("mysql/files/lib/")), value(sql, "description", knownvalue.Null()), value(sql, "defaults", knownvalue.ObjectExact(map[string]knownvalue.Check{"sql": knownvalue.Null()})),
		statecheck.ExpectKnownValue(sql, at("extensions").AtMapKey("discovery").AtMapKey("type"), knownvalue.TupleExact([]knownvalue.Check{is("host")})),
		value(sql, "files", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"filename": is("sql.rb"), "path": is("/mysql/tasks/sql.rb"), "environment": is("production"), "sha256": is("00"), "size_bytes": number(12),
		})})),
	))
}
