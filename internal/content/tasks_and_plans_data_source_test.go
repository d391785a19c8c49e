// SPDX-License-Identifier: MPL-2.0

package content_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// inAnyOrder is a set of texts.
func inAnyOrder(all ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(all))
	for i, text := range all {
		checks[i] = acctest.Text(text)
	}
	return knownvalue.SetExact(checks)
}

func TestTaskTargetDataSources_Read(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	client := h.Client(t)
	acctest.Started(t)(client.CreateTaskTarget(acctest.Ctx(t), orchestrator.TaskTargetRequest{DisplayName: "web", Tasks: []string{"service", "package"}, Nodes: []string{acctest.Node(1)}}))
	acctest.Started(t)(client.CreateTaskTarget(acctest.Ctx(t), orchestrator.TaskTargetRequest{DisplayName: "twins", AllTasks: acctest.Pointer(true), NodeGroups: []string{simulator.AllNodesGroup}}))
	acctest.Started(t)(client.CreateTaskTarget(acctest.Ctx(t), orchestrator.TaskTargetRequest{DisplayName: "twins", Tasks: []string{"facts"}, PQLQuery: acctest.Pointer("nodes[certname] { }")}))
	const web = "data.pe_task_target.web"
	first := []statecheck.StateCheck{
		acctest.Value(web, "id", acctest.Text("1")), acctest.Value(web, "display_name", acctest.Text("web")), acctest.Value(web, "tasks", inAnyOrder("package", "service")), acctest.Value(web, "all_tasks", knownvalue.Bool(false)),
		acctest.Value(web, "nodes", inAnyOrder(acctest.Node(1))), acctest.Value(web, "node_groups", inAnyOrder()), acctest.Value(web, "pql_query", knownvalue.Null()),
		acctest.Value(web, "url", acctest.Text(h.ServerURL()+"/orchestrator/v1/scopes/task_targets/1")),
	}
	h.Run(t,
		h.ReadStep(`data "pe_task_target" "web" { display_name = "web" }`, first...),
		h.ReadStep(`data "pe_task_target" "web" { id = "1" }`, first...),
		resource.TestStep{
			Config:      h.Config(`data "pe_task_target" "web" { display_name = "twins" }`),
			ExpectError: acctest.Says("2 task-targets are named \"twins\""),
		},
		resource.TestStep{
			Config:      h.Config(`data "pe_task_target" "web" { display_name = "Web" }`),
			ExpectError: acctest.Says("The server has 3 task-targets, and none of them has this name. Names are compared exactly"),
		},
		h.ReadStep(`data "pe_task_targets" "all" {}`, acctest.Value("data.pe_task_targets.all", "task_targets", acctest.Items(
			map[string]knownvalue.Check{"id": acctest.Text("1"), "display_name": acctest.Text("web")},
			map[string]knownvalue.Check{"id": acctest.Text("2"), "all_tasks": knownvalue.Bool(true), "tasks": inAnyOrder(), "node_groups": inAnyOrder(simulator.AllNodesGroup)},
			map[string]knownvalue.Check{"id": acctest.Text("3"), "pql_query": acctest.Text("nodes[certname] { }")},
		))),
	)
}

// TestTaskTargetDataSources_Q08WithoutNames looks for a name on a server that reports none, as in every published example.
func TestTaskTargetDataSources_Q08WithoutNames(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/scopes/task_targets", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"items":[{"id":"https://pe/task_targets/4","name":"4","tasks":["facts"],"all_tasks":"false","nodes":[]}]}`,
	})
	h.Run(t,
		resource.TestStep{
			Config:      h.Config(`data "pe_task_target" "web" { display_name = "web" }`),
			ExpectError: acctest.Says("The server does not report the names of 1 of its 1 task-targets. Give the `id` of the one that is meant"),
		},
		h.ReadStep(`data "pe_task_targets" "all" {}`, acctest.Value("data.pe_task_targets.all", "task_targets", acctest.Items(map[string]knownvalue.Check{
			"id": acctest.Text("4"), "display_name": acctest.Text(""), "all_tasks": knownvalue.Bool(false), "node_groups": inAnyOrder(),
		}))),
	)
}

func TestTasksAndPlansDataSources_Read(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, readsTasksAndPlans)
}

func readsTasksAndPlans(t *testing.T, h acctest.Server) {
	t.Helper()
	h.AddUser("viewer", "example-only", simulator.Permission{ObjectType: "plans", Action: "run", Instance: "facts::info"})
	h.Run(t,
		h.ReadStep(`
data "pe_tasks" "t" {}
data "pe_plans" "p" { environment = "production" }`,
			acctest.Value("data.pe_tasks.t", "environment", acctest.Text("production")), acctest.Value("data.pe_tasks.t", "code_id", knownvalue.NotNull()), acctest.Value("data.pe_plans.p", "code_id", knownvalue.Null()),
			acctest.Value("data.pe_tasks.t", "tasks", acctest.ListWith("name", "accounts::set_password", "bootstrap", "decommission::purge_node", "exec", "facter_task", "facts", "netdev::save_config", "package", "package::install", "package::upgrade", "pe_patch::patch_server", "peadm::read_file", "reboot", "reboot::last_boot_time", "service", "simulate")),
			statecheck.ExpectKnownValue("data.pe_tasks.t", acctest.At("tasks").AtSliceIndex(7).AtMapKey("url"), acctest.Text(h.ServerURL()+"/orchestrator/v1/tasks/package/init")),
			acctest.Value("data.pe_plans.p", "plans", acctest.ListWith("name", "canary", "canary::random", "example_plan", "facts", "facts::info", "package::install", "peadm::add_compiler", "peadm::subplans::upgrade", "profile::firewall", "profile::rollout", "reboot", "simulate::plan")),
			statecheck.ExpectKnownValue("data.pe_plans.p", acctest.At("plans").AtSliceIndex(4), knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"permitted": knownvalue.Bool(true), "url": acctest.Text(h.ServerURL() + "/orchestrator/v1/plans/facts/info"),
			})),
		),
		h.ReadStep(`data "pe_task_metadata" "t" { name = "simulate" }`,
			acctest.Value("data.pe_task_metadata.t", "environment", acctest.Text("production")), acctest.Value("data.pe_task_metadata.t", "supports_noop", knownvalue.Bool(true)),
			acctest.Value("data.pe_task_metadata.t", "private", knownvalue.Bool(false)), acctest.Value("data.pe_task_metadata.t", "remote", knownvalue.Bool(false)),
			acctest.Value("data.pe_task_metadata.t", "input_method", acctest.Text("stdin")),
			acctest.Value("data.pe_task_metadata.t", "description", acctest.Text("Do nothing, in a way that the parameters decide")), acctest.Value("data.pe_task_metadata.t", "extensions", knownvalue.Null()),
			acctest.Value("data.pe_task_metadata.t", "implementations", knownvalue.ListSizeExact(0)), acctest.Value("data.pe_task_metadata.t", "puppet_task_version", knownvalue.Null()),
			acctest.Value("data.pe_task_metadata.t", "parameters", knownvalue.MapPartial(map[string]knownvalue.Check{
				"mode":   knownvalue.ObjectExact(map[string]knownvalue.Check{"type": acctest.Text("Optional[Enum[fast, slow]]"), "description": acctest.Text("slow doubles the duration."), "sensitive": knownvalue.Bool(false)}),
				"secret": knownvalue.ObjectPartial(map[string]knownvalue.Check{"sensitive": knownvalue.Bool(true)}),
			})),
			acctest.Value("data.pe_task_metadata.t", "defaults", knownvalue.ObjectExact(map[string]knownvalue.Check{"duration": acctest.Number(1), "mode": acctest.Text("fast")})),
			acctest.Value("data.pe_task_metadata.t", "url", acctest.Text(h.ServerURL()+"/orchestrator/v1/tasks/simulate/init")),
		),
		h.ReadStep(`data "pe_task_metadata" "t" { name = "bootstrap" }`,
			acctest.Value("data.pe_task_metadata.t", "implementations", acctest.Items(
				map[string]knownvalue.Check{"name": acctest.Text("windows.ps1"), "requirements": acctest.Texts("powershell"), "input_method": acctest.Text("powershell")},
				map[string]knownvalue.Check{"name": acctest.Text("linux.sh"), "requirements": acctest.Texts("shell")},
			)),
		),
		h.ReadStep(`data "pe_plan_metadata" "p" { name = "canary" }`,
			acctest.Value("data.pe_plan_metadata.p", "permitted", knownvalue.Bool(true)), acctest.Value("data.pe_plan_metadata.p", "description", acctest.Text("Run a command on some nodes first, then on the rest")),
			statecheck.ExpectKnownValue("data.pe_plan_metadata.p", acctest.At("parameters").AtMapKey("canary").AtMapKey("type"), acctest.Text("Integer[1]")),
			acctest.Value("data.pe_plan_metadata.p", "defaults", knownvalue.ObjectExact(map[string]knownvalue.Check{"command": acctest.Text("whoami"), "canary": acctest.Number(1), "password": knownvalue.Null()})),
			acctest.Value("data.pe_plan_metadata.p", "url", acctest.Text(h.ServerURL()+"/orchestrator/v1/plans/canary/init")),
		),
		h.ReadStep(`data "pe_plan_metadata" "p" { name = "canary::random" }`,
			acctest.Value("data.pe_plan_metadata.p", "parameters", knownvalue.Null()), acctest.Value("data.pe_plan_metadata.p", "defaults", knownvalue.ObjectExact(nil)),
			acctest.Value("data.pe_plan_metadata.p", "description", knownvalue.Null()),
		),
		resource.TestStep{
			Config: h.ConfigAs(h.IssueToken("viewer", 3600e9), `data "pe_plans" "p" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.pe_plans.p", acctest.At("plans").AtSliceIndex(3).AtMapKey("permitted"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue("data.pe_plans.p", acctest.At("plans").AtSliceIndex(4).AtMapKey("permitted"), knownvalue.Bool(true)),
			},
		},
	)
}

// TestTaskMetadataDataSource_AllKeys reads the keys that no task of the simulator has.
func TestTaskMetadataDataSource_AllKeys(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/tasks/mysql/sql", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"id":"x/mysql/sql","name":"mysql::sql","environment":{"name":"production","code_id":"urn:puppet:code-id:1:abc;production"},
			"metadata":{"puppet_task_version":1,"private":true,"files":["mysql/files/lib/"],"extensions":{"discovery":{"type":["host"]}},"parameters":{"sql":{"type":"String[1]","default":null}}},
			"files":[{"filename":"sql.rb","uri":{"path":"/mysql/tasks/sql.rb","params":{"environment":"production"}},"sha256":"00","size_bytes":12}]}`,
	})
	const sql = "data.pe_task_metadata.t"
	h.Run(t, h.ReadStep(`data "pe_task_metadata" "t" { name = "mysql::sql" }`,
		acctest.Value(sql, "code_id", acctest.Text("urn:puppet:code-id:1:abc;production")), acctest.Value(sql, "puppet_task_version", acctest.Number(1)), acctest.Value(sql, "private", knownvalue.Bool(true)),
		acctest.Value(sql, "module_files", acctest.Texts("mysql/files/lib/")), acctest.Value(sql, "description", knownvalue.Null()), acctest.Value(sql, "defaults", knownvalue.ObjectExact(map[string]knownvalue.Check{"sql": knownvalue.Null()})),
		statecheck.ExpectKnownValue(sql, acctest.At("extensions").AtMapKey("discovery").AtMapKey("type"), knownvalue.TupleExact([]knownvalue.Check{acctest.Text("host")})),
		acctest.Value(sql, "files", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"filename": acctest.Text("sql.rb"), "path": acctest.Text("/mysql/tasks/sql.rb"), "environment": acctest.Text("production"), "sha256": acctest.Text("00"), "size_bytes": acctest.Number(12),
		})})),
	))
}

// TestTaskMetadata_AreAsPeopleWriteThem reads metadata that are not strict, and warns of what cannot be read.
func TestTaskMetadata_AreAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", simulator.Task{Name: "router", MetadataFile: `{"remote": "true", "supports_noop": "true", "private": "no", "puppet_task_version": "1"}`})
	const address = "data.pe_task_metadata.t"
	config := `data "pe_task_metadata" "t" { name = "router" }`
	h.Run(t, h.ReadStep(config,
		acctest.Value(address, "remote", knownvalue.Bool(true)), acctest.Value(address, "supports_noop", knownvalue.Bool(true)),
		acctest.Value(address, "private", knownvalue.Bool(false)), acctest.Value(address, "puppet_task_version", acctest.Number(1)),
	))
	out, err := acctest.NewCLI(t, h, config).Attached().Run(t, nil, "plan")
	said := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
	for _, want := range []string{"Warning: The metadata of task \"router\" is not valid", "the file tasks/init.json of the module router says", "`private` is not true or false"} {
		if err != nil || !strings.Contains(said, want) {
			t.Errorf("%v: %q is not in %s", err, want, said)
		}
	}
}

// TestMetadataDataSources_DidYouMean misspells the name of a task and of a plan.
func TestMetadataDataSources_DidYouMean(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for config, want := range map[string]string{
		`data "pe_task_metadata" "t" { name = "servise" }`:      "Did you mean `service`?",
		`data "pe_plan_metadata" "p" { name = "facts::infos" }`: "Did you mean `facts::info`?",
	} {
		h.Run(t, resource.TestStep{Config: h.Config(config), ExpectError: acctest.SaysAll("was not read … " + want)})
	}
	h.Run(t, resource.TestStep{
		Config:      h.Config(`data "pe_task_metadata" "t" { name = "nothing::like_it" }`),
		ExpectError: acctest.Says("`pe_tasks` lists the tasks that there are."),
	})
}

// TestTasks_Permitted has servers that say which tasks the user may run, and others that do not.
func TestTasks_Permitted(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, func(t *testing.T, s acctest.Server) {
		t.Helper()
		s.AddUser("olga", "secret", acctest.Grant("tasks:run:facts"))
		permitted := func(may bool) knownvalue.Check {
			if !s.Has(simulator.PermittedTasks) {
				return knownvalue.Null()
			}
			return knownvalue.Bool(may)
		}
		s.Run(t, resource.TestStep{
			Config: s.ConfigAs(s.IssueToken("olga", 0), `data "pe_tasks" "t" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.pe_tasks.t", acctest.At("tasks").AtSliceIndex(0).AtMapKey("permitted"), permitted(false)),
				statecheck.ExpectKnownValue("data.pe_tasks.t", acctest.At("tasks").AtSliceIndex(5).AtMapKey("permitted"), permitted(true)),
			},
		})
	})
}
