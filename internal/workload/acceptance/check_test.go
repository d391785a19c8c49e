// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// strictTask has parameters of many types.
func strictTask() simulator.Task {
	return simulator.Task{
		Name: "strict",
		Parameters: map[string]simulator.Parameter{
			"hosts":    {Type: "Array[Struct[{name => String[1], port => Integer[1, 65535]}]]", Description: "Where to connect to"},
			"mode":     {Type: "Enum[fast, slow]", Description: "How to do it.", Default: "fast"},
			"ratio":    {Type: "Optional[Float]"},
			"password": {Type: "Optional[String[8]]", Description: "The password", Sensitive: true},
			"odd":      {Type: "Not::Known[1]"},
		},
	}
}

const oneNode = `scope = { nodes = ["node1.example.com"] }`

// TestCheck_TenMistakesAtOnce has ten mistakes that only the server's metadata can reveal. A plan shows all of them, each in its place, and
// has only read from the server.
func TestCheck_TenMistakesAtOnce(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", strictTask())
	found, err := plans(t, h, `
resource "pe_task" "no_such_task" {
  task  = "servise"
  `+oneNode+`
}
resource "pe_task" "parameters" {
  task   = "service"
  params = {
    action = "bounce"
    nam    = "httpd"
  }
  `+oneNode+`
}
resource "pe_task" "noop" {
  task   = "facts"
  noop   = true
  `+oneNode+`
}
resource "pe_task" "environment" {
  task        = "facts"
  environment = "prodution"
  `+oneNode+`
}
resource "pe_scheduled_task" "types" {
  task   = "strict"
  params = {
    hosts = [{ name = "a", port = 1 }, { name = "b", port = 2 }, { name = "c", port = "eighty" }]
    ratio = 1
  }
  scheduled_time = "2099-01-01T00:00:00Z"
  `+oneNode+`
}
resource "pe_plan_run" "plan" {
  plan_name = "canary"
  params = {
    canary = 0
    nodes  = "node1.example.com"
  }
}
resource "pe_scheduled_plan" "no_such_plan" {
  plan_name      = "facts::infos"
  scheduled_time = "2099-01-01T00:00:00Z"
}`)
	if err == nil {
		t.Error("the plan was to fail")
	}
	want := []struct{ address, code, summary, detail string }{
		{"pe_task.no_such_task", `task  = "servise"`, `There is no task "servise" in environment "production"`, "Did you mean `service`? Check the name"},
		{"pe_task.parameters", `action = "bounce"`, `Parameter "action" does not fit task "service"`,
			"`action` is \"bounce\"; expected one of \"start\", \"stop\", \"restart\", \"enable\", \"disable\" or \"status\"."},
		{"pe_task.parameters", `nam    = "httpd"`, `Task "service" has no parameter "nam"`, "Did you mean `name`? It takes `action` (required), "},
		{"pe_task.parameters", `params = {`, `Task "service" needs the parameter "name"`, "The task describes it as: The name of the service."},
		{"pe_task.noop", `noop   = true`, `Task "facts" cannot be run with noop`, "`supports_noop`"},
		{"pe_task.environment", `environment = "prodution"`, `There is no environment "prodution"`, "Unknown environment prodution"},
		{"pe_scheduled_task.types", `hosts = [{ name = "a", port = 1 }, { name = "b", port = 2 }, { name = "c", port = "eighty" }]`, `Parameter "hosts" does not fit task "strict"`,
			"`hosts[2].port` is \"eighty\"; expected a whole number from 1 to 65535."},
		{"pe_scheduled_task.types", `ratio = 1`, `Parameter "ratio" does not fit task "strict"`, "reads it as an Integer"},
		{"pe_plan_run.plan", `canary = 0`, `Parameter "canary" does not fit plan "canary"`, "The plan describes it as: How many nodes go first."},
		{"pe_scheduled_plan.no_such_plan", `plan_name      = "facts::infos"`, `There is no plan "facts::infos" in environment "production"`, "Did you mean `facts::info`? Check the name"},
	}
	if len(found) != len(want) {
		t.Errorf("there are %d diagnostics, want %d", len(found), len(want))
	}
	for _, w := range want {
		if !slices.ContainsFunc(found, func(d diagnostic) bool {
			return d.Severity == "error" && d.Address == w.address && firstLine(d.Snippet.Code) == w.code && d.Summary == w.summary && strings.Contains(d.Detail, w.detail)
		}) {
			t.Errorf("nothing says %q at %s, %s", w.summary, w.address, w.code)
		}
	}
	if t.Failed() {
		for _, d := range found {
			t.Logf("%s at %s, %s\n%s\n%s", d.Severity, d.Address, strings.TrimSpace(d.Snippet.Code), d.Summary, d.Detail)
		}
	}
	h.OnlyReads(t)
}

// TestCheck_UnknownParameters plans with values that are not known yet. They are checked once they are.
func TestCheck_UnknownParameters(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", strictTask())
	later := "resource \"terraform_data\" \"later\" { input = { name = \"httpd\", action = \"bounce\", all = { action = \"status\" } } }\n"
	for name, body := range map[string]string{
		"a value":        `params = { action = "status", name = terraform_data.later.output.name }`,
		"a wrong value":  `params = { action = terraform_data.later.output.action, name = "x" }`,
		"all values":     `params = terraform_data.later.output.all`,
		"some of them":   `params = merge({ name = "x" }, terraform_data.later.output.all)`,
		"the task":       "params = { action = \"bounce\" }\n noop = true",
		"deep inside":    "params = { hosts = [{ name = \"a\", port = terraform_data.later.output.name }] }",
		"a list":         "params = { hosts = terraform_data.later.output.all }",
		"the decision":   "params = { action = \"bounce\" }\n validate_params = terraform_data.later.output.name == \"httpd\"",
		"an environment": "params = { action = \"bounce\" }\n environment = terraform_data.later.output.name",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := `"service"`
			switch {
			case name == "the task":
				runs = "terraform_data.later.output.name"
			case strings.Contains(body, "hosts"):
				runs = `"strict"`
			}
			config := h.Config(later + acctest.TaskBody("task = "+runs+"\n"+body+"\n"+oneNode))
			h.Run(t, resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true})
		})
	}
	t.Run("known at apply", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		h.Run(t, resource.TestStep{
			Config:      h.Config(later + acctest.TaskBody("task = \"service\"\nparams = { action = terraform_data.later.output.action, name = \"x\" }\n"+oneNode)),
			ExpectError: acctest.Says(`Parameter "action" does not fit task "service"`),
		})
		if n := h.LaunchesReceived(); n != 0 {
			t.Errorf("the server has received %d launches", n)
		}
	})
}

// TestCheck_PlanParameters has the ways in which plans can be given parameters.
func TestCheck_PlanParameters(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddPlan("production", simulator.Plan{
		Name:       "deep::down::below",
		Parameters: map[string]simulator.Parameter{"x": {Type: "Integer"}},
		Run:        func(simulator.PlanRun) simulator.PlanScript { return simulator.PlanScript{} },
	})
	// Without a default, a parameter of a plan has to be given, whatever its type.
	h.AddPlan("production", simulator.Plan{
		Name: "shop::rollout",
		Parameters: map[string]simulator.Parameter{
			"nodes": {Type: "TargetSpec"}, "note": {Type: "Optional[String[1]]"}, "extra": {Type: "Any"}, "alias": {Type: "Shop::Mode"},
			"untyped": {}, "batch": {Type: "Integer[1]", Default: 5}, "label": {Type: "Optional[String]", Default: simulator.Undef},
		},
	})
	const query = `"nodes[certname] { }"`
	refused := map[string]struct{ body, want string }{
		"optional, not given": {"plan_name = \"shop::rollout\"\nparams = { nodes = \"a\", extra = 1, alias = 1, untyped = 1 }", `Plan "shop::rollout" needs the parameter "note"`},
		"any, not given":      {"plan_name = \"shop::rollout\"\nparams = { nodes = \"a\", note = \"x\", alias = 1, untyped = 1 }", "`extra = null` leaves it without a value"},
		"alias, not given":    {"plan_name = \"shop::rollout\"\nparams = { nodes = \"a\", note = \"x\", extra = 1, untyped = 1 }", `Plan "shop::rollout" needs the parameter "alias"`},
		"untyped, not given":  {"plan_name = \"shop::rollout\"\nparams = { nodes = \"a\", note = \"x\", extra = 1, alias = 1 }", `Plan "shop::rollout" needs the parameter "untyped"`},
		"missing":             {`plan_name = "canary"`, `Plan "canary" needs the parameter "nodes"`},
		"unknown":             {"plan_name = \"facts::info\"\nparams = { target = \"x\" }", "Did you mean `targets`?"},
		"unknown query":       {"plan_name = \"facts::info\"\nquery_params = { target = " + query + " }", `Plan "facts::info" has no parameter "target"`},
		"null":                {"plan_name = \"profile::firewall\"\nparams = { targets = null, anything = 1 }", "`targets` is null; expected the name of a target"},
		"type":                {"plan_name = \"canary\"\nparams = { nodes = [\"a\", 1] }", "`nodes[1]` is 1"},
		"wrong parameter":     {"plan_name = \"simulate::plan\"\nparams = { fail = \"yes\" }", "`fail` is \"yes\"; expected true or false."},
	}
	for name, test := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	for name, body := range map[string]string{
		"a query":                          "plan_name = \"canary\"\nquery_params = { nodes = " + query + " }",
		"a group":                          "plan_name = \"canary\"\nnode_group_params = { nodes = \"7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a\" }",
		"null without a default":           "plan_name = \"shop::rollout\"\nparams = { nodes = \"a\", note = null, extra = null, alias = null, untyped = null, batch = null }",
		"null with a default":              "plan_name = \"canary\"\nparams = { nodes = \"a\", command = null }",
		"no metadata":                      "plan_name = \"canary::random\"\nparams = { whatever = 1 }",
		"a sub-directory":                  "plan_name = \"deep::down::below\"\nparams = { x = 1 }",
		"a sub-directory that is not":      "plan_name = \"deep::down::above\"",
		"a name for whoever runs it":       "plan_name = \"facts::info\"\nparams = { _run_as = \"root\" }",
		"a list where any value may stand": "plan_name = \"profile::firewall\"\nparams = { targets = [], anything = [1, { a = null }] }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(body)), PlanOnly: true, ExpectNonEmptyPlan: true})
		})
	}
}
