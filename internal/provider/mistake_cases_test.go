// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// connecting returns a provider block with some arguments, in place of those of the simulator. No request is repeated.
func connecting(arguments func(h *acctest.Harness) []string) func(h *acctest.Harness) string {
	return func(h *acctest.Harness) string {
		return "provider \"pe\" {\n" + strings.Join(append(arguments(h), "max_retries = 0"), "\n") + "\n}\n"
	}
}

func atServer(h *acctest.Harness) string { return fmt.Sprintf("server_url = %q", h.ServerURL()) }

func withToken(h *acctest.Harness) string { return fmt.Sprintf("token = %q", h.AdminToken()) }

func withCA(h *acctest.Harness) string {
	return "ca_cert_pem = <<-EOT\n" + acctest.Indent(string(h.CACertPEM())) + "\n  EOT"
}

// tokenThat returns a provider block with a token of a user who may do nothing, after something has happened to it.
func tokenThat(happened func(h *acctest.Harness, token string)) func(h *acctest.Harness) string {
	return connecting(func(h *acctest.Harness) []string {
		h.AddUser("pipeline", "pipeline-password")
		token := h.IssueToken("pipeline", time.Hour)
		happened(h, token)
		return []string{atServer(h), fmt.Sprintf("rbac_url = %q", h.RBACURL()), withCA(h), fmt.Sprintf("token = %q", token)}
	})
}

const (
	aDeploy    = "resource \"pe_deploy\" \"web\" {\n  environment = \"production\"\n  scope = { nodes = [\"node1.example.com\"] }\n}\n"
	restarting = "  task   = \"service\"\n  params = { action = \"restart\", name = \"httpd\" }\n"
)

func taskOn(scope string) string { return acctest.TaskBody(restarting + "  scope = " + scope) }

func taskWith(arguments string) string {
	return acctest.TaskBody(arguments + "\n  scope = { nodes = [\"node1.example.com\"] }")
}

func deployWith(arguments string) string {
	return "resource \"pe_deploy\" \"web\" {\n  environment = \"production\"\n  scope = { nodes = [\"node1.example.com\"] }\n  " + arguments + "\n}\n"
}

func scheduleWith(arguments string) string {
	return acctest.ScheduledTaskBody(restarting + "  scope = { nodes = [\"node1.example.com\"] }\n  " + arguments)
}

func roleWith(arguments string) string {
	return acctest.RoleBody("display_name = \"Web\"\n" + arguments)
}

func targetWith(arguments string) string {
	return "resource \"pe_task_target\" \"web\" {\n" + arguments + "\n}\n"
}

// commonMistakes are the mistakes of the table.
var commonMistakes = []slips{
	{"The connection", []slip{
		{what: "no URL at all", body: aDeploy, provider: connecting(func(*acctest.Harness) []string { return nil })},
		{what: "`server_url = \"pe.example.com\"`", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string { return []string{`server_url = "pe.example.com"`, withToken(h)} })},
		{what: "`server_url = \"http://pe.example.com:8143\"`", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string {
			return []string{`server_url = "http://pe.example.com:8143"`, withToken(h)}
		})},
		{what: "`server_url` with port 4433, which is RBAC", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string {
			return []string{fmt.Sprintf("server_url = %q", strings.TrimSuffix(h.RBACURL(), "/rbac-api")), fmt.Sprintf("rbac_url = %q", h.RBACURL()), withCA(h), withToken(h)}
		})},
		{what: "`server_url` with a port on which nothing listens", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string {
			return []string{`server_url = "https://127.0.0.1:1"`, withCA(h), withToken(h)}
		})},
		{what: "no `ca_cert_file`", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string { return []string{atServer(h), withToken(h)} })},
		{what: "`ca_cert_file` with a path where nothing is", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string {
			return []string{atServer(h), withToken(h), `ca_cert_file = "/no/such/ca.pem"`}
		})},
		{what: "`ca_cert_pem` that holds something else", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string {
			return []string{atServer(h), withToken(h), `ca_cert_pem = "ca.pem"`}
		})},
		{what: "a proxy that answers with a login page", body: "data \"pe_tasks\" \"all\" {}\n", provider: connecting(func(h *acctest.Harness) []string {
			h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/tasks", Times: 99, Action: simulator.HTML, Status: http.StatusOK})
			return []string{atServer(h), withCA(h), withToken(h)}
		})},
	}},
	{"The token", []slip{
		{what: "no token at all", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string { return []string{atServer(h), withCA(h)} })},
		{what: "a token of another Puppet Enterprise", body: aDeploy, provider: connecting(func(h *acctest.Harness) []string {
			return []string{atServer(h), withCA(h), `token = "0OwBL3NyDWrY0kJ7AvxjMFLXDBFD7gz1ZyWkuRYKvnSA"`}
		})},
		{what: "a token that has expired", body: aDeploy, provider: tokenThat(func(h *acctest.Harness, token string) { h.ExpireToken(token) })},
		{what: "a token that was revoked", body: aDeploy, provider: tokenThat(func(h *acctest.Harness, token string) { h.RevokeToken(token) })},
		{what: "a token of a user who may not run Puppet", body: aDeploy, provider: tokenThat(func(*acctest.Harness, string) {})},
		{what: "a token of a user who may not manage roles", body: roleWith(""), provider: tokenThat(func(*acctest.Harness, string) {})},
	}},
	{"Where to run", []slip{
		{what: "`scope = {}`", body: taskOn("{}")},
		{what: "`scope = { nodes = [\"node1.example.com\"], query = \"nodes[certname] { }\" }`", body: taskOn(`{ nodes = ["node1.example.com"], query = "nodes[certname] { }" }`)},
		{what: "`scope = { nodes = [] }`", body: taskOn("{ nodes = [] }")},
		{what: "`scope = { nodes = [null] }`", body: taskOn("{ nodes = [null] }")},
		{what: "`scope = { nodes = [\"node1.example.com\"], nodegroup = \"…\" }`", body: taskOn(`{ nodes = ["node1.example.com"], nodegroup = "x" }`)},
		{what: "`scope = { nodes = [\"node1.example.com\"], application = \"App\" }`", body: taskOn(`{ nodes = ["node1.example.com"], application = "App" }`)},
		{what: "`max_nodes = 3` with a query that matches more", body: taskOn("{ query = \"nodes[certname] { }\" }\nmax_nodes = 3")},
		{what: "`max_nodes` on a deploy without a scope", body: "resource \"pe_deploy\" \"all\" {\n  environment = \"production\"\n  max_nodes = 3\n}\n"},
		{what: "`scope = { nodes = [\"node77.example.com\"] }`, which PE does not know", body: taskOn(`{ nodes = ["node77.example.com"] }`)},
		{what: "`scope = { nodes = [\"node1.example.com\", \"node77.example.com\"] }`, one of which PE does not know", body: taskOn(`{ nodes = ["node1.example.com", "node77.example.com"] }`)},
		{what: "`scope = { node_group = \"Web servers\" }`", body: taskOn(`{ node_group = "Web servers" }`)},
		{what: "`scope = { node_group = \"…\" }` with an id that no group has", body: taskOn(`{ node_group = "5e0c2a7e-1b7d-4c55-9a38-0d9b6f3c1e42" }`)},
		{what: "`scope = { query = \"inventory[certname] { facts.role = web }\" }`, without quotes around `web`", body: taskOn(`{ query = "inventory[certname] { facts.role = web }" }`)},
		{what: "`scope = { query = \"facts[value] { name = 'role' }\" }`, which does not ask for `certname`", body: taskOn(`{ query = "facts[value] { name = 'role' }" }`)},
		{what: "`scope = { query = \"inventory[certname] { facts.role = \\\"wbe\\\" }\" }`, which matches nothing", body: taskOn(`{ query = "inventory[certname] { facts.role = \"wbe\" }" }`)},
		{what: "`environment = \"porduction\"`", body: "resource \"pe_deploy\" \"web\" {\n  environment = \"porduction\"\n  scope = { nodes = [\"node1.example.com\"] }\n}\n"},
		{what: "a deploy without `scope` in an environment without nodes", body: "resource \"pe_deploy\" \"web\" {\n  environment = \"staging\"\n}\n"},
	}},
	{"What to run", []slip{
		{what: "`task = \"servise\"`", body: taskWith("  task = \"servise\"\n  params = { action = \"restart\", name = \"httpd\" }")},
		{what: "`task = \"Service\"`", body: taskWith("  task = \"Service\"")},
		{what: "`task = \"package::init\"`", body: taskWith("  task = \"package::init\"")},
		{what: "a required parameter is missing", body: taskWith("  task = \"service\"\n  params = { action = \"restart\" }")},
		{what: "`params = { action = \"restart\", nane = \"httpd\" }`", body: taskWith("  task = \"service\"\n  params = { action = \"restart\", nane = \"httpd\" }")},
		{what: "`params = { action = \"reboot\", … }`, which is none of its values", body: taskWith("  task = \"service\"\n  params = { action = \"reboot\", name = \"httpd\" }")},
		{what: "`params = { timeout = \"60\" }`, a string for an Integer", body: taskWith("  task = \"pe_patch::patch_server\"\n  params = { timeout = \"60\" }")},
		{what: "`params = jsonencode({ … })`", body: taskWith("  task = \"service\"\n  params = jsonencode({ action = \"restart\", name = \"httpd\" })")},
		{what: "`params = [\"restart\", \"httpd\"]`", body: taskWith("  task = \"service\"\n  params = [\"restart\", \"httpd\"]")},
		{what: "`noop = true` for a task without noop mode", body: taskWith(restarting + "  noop = true")},
		{what: "`plan_name = \"rollout\"`, which does not exist", body: acctest.PlanBody("plan_name = \"rollout\"")},
		{what: "`plan_name = \"profile::init\"`", body: acctest.PlanBody("plan_name = \"profile::init\"")},
		{what: "the same parameter in `params` and `query_params`", body: acctest.PlanBody("plan_name = \"facts\"\n  params = { targets = \"node1.example.com\" }\n  query_params = { targets = \"nodes[certname] { }\" }")},
		{what: "`targets` that are not in the scope", body: taskWith("  task = \"facts\"\n  targets = [{ hostnames = [\"appliance.example.com\"], transport = \"ssh\", user = \"root\", password = \"example-only\" }]")},
		{what: "`targets` without a password or a key", body: acctest.TaskBody("  task = \"facts\"\n  scope = { nodes = [\"appliance.example.com\"] }\n  targets = [{ hostnames = [\"appliance.example.com\"], transport = \"ssh\", user = \"root\" }]")},
	}},
	{"How to run", []slip{
		{what: "`noop = true` with `no_noop = true`", body: deployWith("noop = true\n  no_noop = true")},
		{what: "`environment = \"\"` with `enforce_environment = true`", body: "resource \"pe_deploy\" \"web\" {\n  environment = \"\"\n  scope = { nodes = [\"node1.example.com\"] }\n  enforce_environment = true\n}\n"},
		{what: "`concurrency = 0`", body: deployWith("concurrency = 0")},
		{what: "`max_failed_percent = 150`", body: deployWith("max_failed_percent = 150")},
		{what: "`timeouts { create = \"1 hour\" }`", body: deployWith("timeouts {\n    create = \"1 hour\"\n  }")},
		{what: "`launch_key = \"\"`", body: deployWith("launch_key = \"\"")},
		{what: "`userdata = { terraform_request_id = \"1\" }`", body: deployWith("userdata = { terraform_request_id = \"1\" }")},
	}},
	{"Schedules", []slip{
		{what: "`scheduled_time = \"2020-01-01T02:00:00Z\"`, which has passed", body: scheduleWith(`scheduled_time = "2020-01-01T02:00:00Z"`)},
		{what: "`scheduled_time = \"2040-01-01 02:00\"`", body: scheduleWith(`scheduled_time = "2040-01-01 02:00"`)},
		{what: "`scheduled_time = \"2040-01-01\"`", body: scheduleWith(`scheduled_time = "2040-01-01"`)},
		{what: "`interval = \"7d\"`", body: scheduleWith("scheduled_time = \"2040-01-01T02:00:00Z\"\n  interval = \"7d\"")},
		{what: "`interval = \"0s\"`", body: scheduleWith("scheduled_time = \"2040-01-01T02:00:00Z\"\n  interval = \"0s\"")},
	}},
	{"Permissions", []slip{
		{what: "a task-target without tasks", body: targetWith("display_name = \"Web\"\n  nodes = [\"node1.example.com\"]")},
		{what: "a task-target with `tasks` and `all_tasks = true`", body: targetWith("display_name = \"Web\"\n  tasks = [\"service\"]\n  all_tasks = true\n  nodes = [\"node1.example.com\"]")},
		{what: "`display_name = \"\"` of a task-target", body: targetWith("display_name = \"\"\n  tasks = [\"service\"]\n  nodes = [\"node1.example.com\"]")},
		{what: "`node_groups = [\"Web servers\"]`", body: targetWith("display_name = \"Web\"\n  tasks = [\"service\"]\n  node_groups = [\"Web servers\"]")},
		{what: "a role whose name exists", body: acctest.RoleBody("display_name = \"Operators\"")},
		{what: "a permission with an `action` that does not exist", body: roleWith("permissions = [{ object_type = \"tasks\", action = \"launch\", instance = \"*\" }]")},
		{what: "`user_ids = [\"fred\"]`, a login", body: roleWith("user_ids = [\"fred\"]")},
		{what: "`login = \"nobody\"` of `data.pe_user`", body: "data \"pe_user\" \"nobody\" {\n  login = \"nobody\"\n}\n"},
		{what: "`display_name = \"Operator\"` of `data.pe_role`", body: "data \"pe_role\" \"operators\" {\n  display_name = \"Operator\"\n}\n"},
	}},
	{"What has run, and what was read", []slip{
		{what: "a Puppet run that fails on a node", body: deployWith(""), world: func(h *acctest.Harness) {
			h.UpdateNode(acctest.Node(1), func(n *simulator.Node) { n.Run = simulator.RunFailed })
		}},
		{what: "a node that is not connected", body: taskWith(restarting), world: func(h *acctest.Harness) {
			h.UpdateNode(acctest.Node(1), func(n *simulator.Node) { n.Connected = false })
		}},
		{what: "a task that fails on a node", body: taskWith("  task = \"simulate\"\n  params = { fail_on = [\"node1.example.com\"], message = \"No space left on device\" }")},
		{what: "a plan that fails", body: acctest.PlanBody("plan_name = \"simulate::plan\"\n  params = { targets = \"node1.example.com\", fail = true, message = \"The load balancer does not answer\" }")},
		{what: "`id = \"999\"` of `data.pe_job`, which does not exist", body: "data \"pe_job\" \"j\" {\n  id = \"999\"\n}\n"},
		{what: "`name = \"servise\"` of `data.pe_task_metadata`", body: "data \"pe_task_metadata\" \"t\" {\n  name = \"servise\"\n}\n"},
	}},
}
