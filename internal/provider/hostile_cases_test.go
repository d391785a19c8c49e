// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// reader is a small configuration for something that the provider reads or does.
type reader struct {
	name string
	// old is true for what is applied against a PE with the scheduling API of before 2021.7.
	old bool
	// fails is true for what ends with an error even where nobody lies.
	fails bool
	// bodies are applied one after the other.
	bodies []string
}

// read is a reader of a configuration that succeeds.
func read(name string, bodies ...string) reader { return reader{name: name, bodies: bodies} }

// fail is a reader of a configuration that fails in the end.
func fail(name string, bodies ...string) reader {
	return reader{name: name, fails: true, bodies: bodies}
}

// atOld is the reader against an old PE.
func (r reader) atOld() reader {
	r.name, r.old = r.name+" of an old PE", true
	return r
}

// kind is the resource or data source.
func (r reader) kind() string { return strings.Join(strings.Fields(r.bodies[0])[:2], " ") }

const (
	// nothing removes what was there.
	nothing   = "\n"
	nobodyMay = "  permissions = []\n  user_ids = []\n  group_ids = []\n"
	onNode1   = "  scope = { nodes = [\"node1.example.com\"] }\n"
	hourLater = "  scheduled_time = \"2099-01-01T00:00:00Z\"\n"
	// limit stands for how long something may take: long where nobody lies, and otherwise short, as it may wait for what does not come.
	limit    = "LIMIT"
	soon     = "  timeouts {\n    create = \"" + limit + "\"\n  }\n"
	soonRead = "  timeouts {\n    read = \"" + limit + "\"\n  }\n"
)

// blockOf returns a block of a configuration.
func blockOf(kind, name string, lines ...string) string {
	what := "resource"
	if strings.HasPrefix(name, "of") {
		what = "data"
	}
	return what + " \"" + kind + "\" \"" + name + "\" {\n" + strings.Join(lines, "\n") + "\n}\n"
}

// readers have a configuration for each thing that the provider reads, and for what goes wrong with what it starts. A % stands for a number
// of its own for each apply.
var readers = []reader{
	read("job", blockOf("pe_job", "of", `id = "1"`)),
	fail("job that has to finish", blockOf("pe_job", "of", `id = "1"`, `wait_until = "finished"`, soonRead)),
	read("job events", blockOf("pe_job_events", "of", `job_id = "1"`)),
	read("job nodes", blockOf("pe_job_nodes", "of", `job_id = "1"`)),
	read("job report", blockOf("pe_job_report", "of", `job_id = "1"`)),
	read("jobs", blockOf("pe_jobs", "of")),
	read("plan job", blockOf("pe_plan_job", "of", `id = "1"`)),
	fail("plan job that has to finish", blockOf("pe_plan_job", "of", `id = "1"`, `wait_until = "finished"`, soonRead)),
	read("plan job events", blockOf("pe_plan_job_events", "of", `plan_job_id = "1"`)),
	read("plan jobs", blockOf("pe_plan_jobs", "of")),
	read("inventory", blockOf("pe_inventory", "of")),
	read("inventory of one", blockOf("pe_inventory", "of", `only_nodes = ["node1.example.com"]`)),
	read("inventory of many", blockOf("pe_inventory", "of", `only_nodes = ["node1.example.com", "node2.example.com", "node3.example.com"]`)),
	read("inventory that has to connect", blockOf("pe_inventory", "of", `only_nodes = ["node1.example.com", "node2.example.com"]`, `wait_until = "connected"`, soonRead)),
	read("orchestrator", blockOf("pe_orchestrator", "of")),
	read("permission types", blockOf("pe_permission_types", "of")),
	read("task metadata", blockOf("pe_task_metadata", "of", `name = "package"`)),
	fail("metadata of an unknown task", blockOf("pe_task_metadata", "of", `name = "packagf"`)),
	read("plan metadata", blockOf("pe_plan_metadata", "of", `name = "canary"`)),
	read("tasks", blockOf("pe_tasks", "of")),
	read("plans", blockOf("pe_plans", "of")),
	read("usage", blockOf("pe_usage", "of")),
	read("group", blockOf("pe_group", "of", `login = "webteam"`)),
	fail("unknown group", blockOf("pe_group", "of", `login = "webtean"`)),
	read("node group", blockOf("pe_node_group", "of", `name = "Web servers"`)),
	read("node group by id", blockOf("pe_node_group", "of", `id = "`+simulator.WebServersGroup+`"`)),
	fail("unknown node group", blockOf("pe_node_group", "of", `name = "Web server"`)),
	read("node groups", blockOf("pe_node_groups", "of")),
	read("user", blockOf("pe_user", "of", `login = "fred"`)),
	fail("unknown user", blockOf("pe_user", "of", `login = "fret"`)),
	read("user by id", blockOf("pe_user", "of", `id = "`+acctest.FredID+`"`)),
	read("users", blockOf("pe_users", "of")),
	read("groups", blockOf("pe_groups", "of")),
	read("role", blockOf("pe_role", "of", `display_name = "Viewers"`)),
	read("role by id", blockOf("pe_role", "of", `id = "1"`)),
	fail("unknown role", blockOf("pe_role", "of", `display_name = "Viewerz"`)),
	read("scheduled jobs", blockOf("pe_scheduled_jobs", "of")),
	read("scheduled jobs", blockOf("pe_scheduled_jobs", "of")).atOld(),
	read("task-target", blockOf("pe_task_target", "of", `id = "1"`)),
	read("task-target by name", blockOf("pe_task_target", "of", `display_name = "web restarts"`)),
	read("task-targets", blockOf("pe_task_targets", "of")),

	read("task", blockOf("pe_task", "t", `task = "simulate"`, `capture_results = "all"`, onNode1, soon)),
	fail("task that fails", blockOf("pe_task", "t", `task = "simulate"`, `params = { exitcode = 1, data = { _output = "one\ntwo" } }`, onNode1, soon)),
	fail("unknown task", blockOf("pe_task", "t", `task = "packagf"`, onNode1)),
	fail("task with wrong parameters", blockOf("pe_task", "t", `task = "package"`, `params = { action = 1, nane = "httpd" }`, onNode1)),
	read("task that is not checked", blockOf("pe_task", "t", `task = "package"`, `params = { action = "status", name = "httpd" }`, `validate_params = false`, onNode1, soon)),
	fail("deploy", blockOf("pe_deploy", "d", `environment = "production"`, `expect_no_changes = true`, onNode1, soon)),
	read("deploy that may fail", blockOf("pe_deploy", "d", `environment = "production"`, `max_failed_nodes = 1`, onNode1, soon)),
	read("task that is stopped", blockOf("pe_task", "t", `task = "simulate"`, `params = { duration = 1000000 }`, "wait_for_completion = false", `on_destroy = "force_stop"`, onNode1), nothing),
	read("plan that is stopped", blockOf("pe_plan_run", "p", `plan_name = "simulate::plan"`, `params = { duration = 1000000 }`, "wait_for_completion = false", `on_destroy = "stop"`), nothing),
	read("plan with a query", blockOf("pe_plan_run", "p", `plan_name = "simulate::plan"`, `query_params = { targets = "nodes[certname] { }" }`, soon)),
	fail("plan", blockOf("pe_plan_run", "p", `plan_name = "simulate::plan"`, `params = { targets = "node1.example.com", task = "simulate", fail_on = ["node1.example.com"], fail = true }`, soon)),
	fail("plan", blockOf("pe_plan_run", "p", `plan_name = "simulate::plan"`, `params = { fail = true }`, soon)).atOld(),
	fail("plan with wrong parameters", blockOf("pe_plan_run", "p", `plan_name = "canary"`, `params = { nodes = 1, comand = "whoami" }`)),
	read("new role", blockOf("pe_role", "r", `display_name = "Role %"`, `permissions = [{ object_type = "tasks", action = "run", instance = "*" }]`, `user_ids = ["`+acctest.FredID+`"]`, `group_ids = ["`+acctest.WebteamID+`"]`)),
	fail("new role with a wrong permission", blockOf("pe_role", "r", `display_name = "Role %"`, `permissions = [{ object_type = "taskz", action = "run", instance = "*" }, { object_type = "tasks", action = "runn", instance = "*" }]`, `user_ids = []`, `group_ids = []`)),
	read("permission of a role", blockOf("pe_role_permission", "p", "role_id = pe_role.r.id", `object_type = "orchestrator"`, `action = "view"`, `instance = "*"`)+
		blockOf("pe_role", "r", `display_name = "Role %"`, "user_ids = []", "group_ids = []")),
	read("member of a role", blockOf("pe_role_membership", "r", `role_id = "1"`, `user_id = "`+acctest.FredID+`"`)),
	read("role that changes", blockOf("pe_role", "r", `display_name = "Role %"`, nobodyMay), blockOf("pe_role", "r", `display_name = "Role %"`, `description = "new"`, nobodyMay), nothing),
	read("group that changes", blockOf("pe_node_group", "g", `name = "Group %"`, `rule = ["=", "name", "x"]`), blockOf("pe_node_group", "g", `name = "Group %"`, "rule = []", `variables = { a = "b" }`), nothing),
	read("pinned node", blockOf("pe_node_group_pin", "p", `node_group_id = "`+simulator.WebServersGroup+`"`, `certname = "node%"`)),
	read("user that changes", blockOf("pe_user", "u", `login = "user%"`, `display_name = "User"`), blockOf("pe_user", "u", `login = "user%"`, `display_name = "User"`, `role_ids = ["3"]`, "revoked = true"), nothing),
	read("directory group that changes", blockOf("pe_directory_group", "g", `login = "group%"`, "validate = false"), blockOf("pe_directory_group", "g", `login = "group%"`, "validate = false", `role_ids = ["3"]`), nothing),
	read("new task-target", blockOf("pe_task_target", "w", `display_name = "Target %"`, `tasks = ["package"]`, `nodes = ["node1.example.com"]`)),
	read("scheduled task", blockOf("pe_scheduled_task", "s", `task = "simulate"`, onNode1, hourLater), blockOf("pe_scheduled_task", "s", `task = "simulate"`, `description = "new"`, onNode1, hourLater), nothing),
	read("scheduled task", blockOf("pe_scheduled_task", "s", `task = "simulate"`, onNode1, hourLater)).atOld(),
	read("scheduled deploy", blockOf("pe_scheduled_deploy", "s", `environment = "production"`, onNode1, hourLater)),
	read("scheduled deploy", blockOf("pe_scheduled_deploy", "s", `environment = "production"`, onNode1, hourLater)).atOld(),
	read("scheduled plan", blockOf("pe_scheduled_plan", "s", `plan_name = "simulate::plan"`, hourLater)),
	read("scheduled plan", blockOf("pe_scheduled_plan", "s", `plan_name = "simulate::plan"`, hourLater)).atOld(),
}

// neverAsked are the fixtures of answers that the provider does not ask for, and why.
var neverAsked = map[string]string{
	"environments.list.json":                                 "no part of the provider lists environments",
	"environments-id.json":                                   "no part of the provider reads an environment",
	"status-services-name.json":                              "the services are read all at once",
	"status-services-name.orchestrator.recorded-2019.1.json": "the services are read all at once",
	"rbac-users-current.json":                                "no part of the provider reads the user of its token",
	"rbac-v2-users.list.json":                                "users are read by version 1 of the API",
	"rbac-permitted.response.json":                           "no part of the provider asks what somebody may do",
	"rbac-permitted-type-action.json":                        "no part of the provider asks what it may do",
	"rbac-users-id-tokens.json":                              "no part of the provider lists tokens",
	"rbac-v2-auth-token-authenticate.response.json":          "no part of the provider checks a token",
	"rbac-auth-token.response.json":                          "its only text is the token, which is a secret",
}

// readable gives a PE something to read.
func readable(t *testing.T, generation simulator.Generation) *backend {
	t.Helper()
	h := acctest.New(t, acctest.Generation(generation), func(o *simulator.Options) { o.TimeScale = 1000 })
	h.Machine.Settle, h.Machine.Patience = 20e6, 1
	h.Machine.LookupEnv = func(key string) (string, bool) { return "trace", key == "TF_LOG_PROVIDER_PE" }
	h.RunTask(t, "simulate", map[string]any{"exitcode": 1}, acctest.Node(1))
	h.RunPlan(t, "simulate::plan", map[string]any{"message": strings.Repeat("It begins. ", 200), "fail": true})
	_, err := h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{DisplayName: "web restarts", Tasks: []string{"package"}, Nodes: []string{acctest.Node(1)}})
	if err != nil {
		t.Fatal(err)
	}
	return newBackend(t, h)
}
