// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTask_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const scope = "\nscope = { nodes = [\"node1.example.com\"] }"
	tests := map[string]struct{ body, want string }{
		"task name":           {"task = \"Package\"" + scope, `"Package" is not the name of a task`},
		"too many segments":   {"task = \"a::b::c\"" + scope, "one or two segments"},
		"environment name":    {"task = \"facts\"\nenvironment = \"feature/x\"" + scope, "has a slash in it"},
		"no scope":            {"task = \"facts\"\nscope = {}", "A scope needs exactly one of nodes, query, node_group"},
		"two scopes":          {"task = \"facts\"\nscope = { nodes = [\"a\"], query = \"nodes {}\" }", "nodes and query are given"},
		"empty nodes":         {"task = \"facts\"\nscope = { nodes = [] }", "`scope.nodes`: give at least one, or leave `nodes` out"},
		"empty query":         {"task = \"facts\"\nscope = { query = \" \" }", "`scope.query`: It is empty"},
		"query, cut off":      {"task = \"facts\"\nscope = { query = \"nodes[certname] { certname ~ 'web'\" }", "`scope.query`: A } is missing."},
		"query of a number":   {"task = \"facts\"\nscope = { query = 7 }", "A query is a PQL string or, for an AST query, a list"},
		"query of an operand": {"task = \"facts\"\nscope = { query = [1, 2] }", "An AST query begins with an operator"},
		"query, empty list":   {"task = \"facts\"\nscope = { query = [] }", "The AST query is an empty list"},
		"group by name":       {"task = \"facts\"\nscope = { node_group = \"All Nodes\" }", "is not the UUID of a node group"},
		"params of a list":    {"task = \"facts\"\nparams = [1]" + scope, "Parameters are an object"},
		"params as a text":    {"task = \"facts\"\nparams = jsonencode({ name = \"httpd\" })" + scope, "remove jsonencode"},
		"timeout":             {"task = \"facts\"\ntimeout = 0" + scope, "Give a whole number, 1 or more"},
		"negative threshold":  {"task = \"facts\"\nmax_failed_nodes = -1" + scope, "Give a whole number, 0 or more"},
		"percentage":          {"task = \"facts\"\nmax_failed_percent = 101" + scope, "Give a number, from 0 to 100"},
		"both thresholds":     {"task = \"facts\"\nmax_failed_nodes = 1\nmax_failed_percent = 1" + scope, "Only one of them is possible. Remove `max_failed_nodes` or `max_failed_percent`."},
		"on_destroy":          {"task = \"facts\"\non_destroy = \"kill\"" + scope, "is not known here: write"},
		"capture":             {"task = \"facts\"\ncapture_results = \"some\"" + scope, "is not known here: write"},
		"reserved userdata":   {"task = \"facts\"\nuserdata = { terraform_request_id = \"x\" }" + scope, "is the key under which the provider finds again"},
		"timeouts":            {"task = \"facts\"\ntimeouts {\n create = \"soon\"\n}" + scope, "is not a duration such as 30s or 5m"},
		"target without login": {"task = \"facts\"\ntargets = [{ hostnames = [\"node1.example.com\"], user = \"u\", transport = \"ssh\" }]" + scope,
			"`targets[0]`: a target needs `password` or `private_key_content`"},
		"target with two logins": {"task = \"facts\"\ntargets = [{ hostnames = [\"node1.example.com\"], user = \"u\", transport = \"ssh\", password = \"p\", private_key_content = \"k\" }]" + scope,
			"`targets[0]`: a target needs either `password` or `private_key_content`, not both. Remove one of them"},
		"target without a host": {"task = \"facts\"\ntargets = [{ hostnames = [], user = \"u\", transport = \"ssh\", password = \"p\" }]" + scope,
			"`targets[0].hostnames`: give at least one."},
		"target outside the scope": {"task = \"facts\"\ntargets = [{ hostnames = [\"other\"], user = \"u\", transport = \"ssh\", password = \"p\" }]" + scope,
			`"other" is not in `},
		"target over WinRM": {"task = \"facts\"\ntargets = [{ hostnames = [\"node1.example.com\"], user = \"u\", transport = \"winrm\", password = \"p\", run_as = \"root\" }]" + scope,
			"`targets[0].run_as`: this is for the transport \"ssh\" only"},
		"target transport": {"task = \"facts\"\ntargets = [{ hostnames = [\"node1.example.com\"], user = \"u\", transport = \"telnet\", password = \"p\" }]" + scope,
			"is not known here: write"},
		"target sudo": {"task = \"facts\"\ntargets = [{ hostnames = [\"node1.example.com\"], user = \"u\", transport = \"ssh\", password = \"p\", sudo_password = \"s\" }]" + scope,
			"`targets[0].sudo_password`: this only has a meaning together with `run_as`"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
}

// TestTask_RefusedByTheServer has errors that only the server can detect.
func TestTask_RefusedByTheServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	nobody := h.AddUser("nobody", "x", simulator.Permission{ObjectType: "orchestrator", Action: "view", Instance: "*"})
	token := h.IssueToken(nobody.Login, 0)
	runner := h.AddUser("runner", "x", simulator.Permission{ObjectType: "orchestrator", Action: "view", Instance: "*"},
		simulator.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
	blind := h.IssueToken(runner.Login, 0)
	tests := map[string]struct{ token, body, want string }{
		"unknown environment": {"", "task = \"facts\"\nenvironment = \"nosuchenv\"\nvalidate_params = false\n" + acctest.TwoNodes, `Task "facts" was not started`},
		"empty target":        {"", "task = \"facts\"\nscope = { query = \"nodes[certname] { certname = 'x' }\" }", "The scope holds no node that could be used"},
		"invalid query":       {"", "task = \"facts\"\nscope = { query = \"nodes[certname] { certname }\" }", "Check the query (`scope.query`"},
		"unpermitted query":   {blind, "task = \"facts\"\nscope = { query = \"nodes[certname] { }\" }", "needs the permission to view node data"},
		"unknown task":        {"", "task = \"no::such\"\nvalidate_params = false\n" + acctest.TwoNodes, "Invalid task name 'no::such'"},
		"unknown parameter":   {"", "task = \"facts\"\nparams = { x = 1 }\nvalidate_params = false\n" + acctest.TwoNodes, "Invalid parameters for task facts"},
		"noop":                {"", "task = \"facts\"\nnoop = true\nvalidate_params = false\n" + acctest.TwoNodes, "Task facts does not support noop"},
		"no permission":       {token, "task = \"facts\"\n" + acctest.TwoNodes, "needs the permission `tasks` / `run` for this task"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := h.Config(acctest.TaskBody(test.body))
			if test.token != "" {
				config = h.ConfigAs(test.token, acctest.TaskBody(test.body))
			}
			h.Run(t, resource.TestStep{Config: config, ExpectError: acctest.Says(test.want)})
		})
	}
}
