package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const webTarget = "pe_task_target.web"

func at(path string) tfjsonpath.Path { return tfjsonpath.New(path) }

func value(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(attribute), check)
}

func TestTaskTarget(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(o *simulator.Options) { o.Generation = generation })
			minimal := h.config(`
resource "pe_task_target" "web" {
  display_name = "web restarts"
  tasks        = ["service", "package"]
  nodes        = ["node1.example.com"]
}`)
			everything := h.config(`
resource "pe_task_target" "web" {
  display_name = "web servers"
  all_tasks    = true
  nodes        = ["node2.example.com", "node1.example.com"]
  node_groups  = ["00000000-0000-4000-8000-000000000000", "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"]
  pql_query    = "nodes[certname] { certname ~ \"web\" }"
}`)
			id := statecheck.CompareValue(compare.ValuesDiffer())
			h.run(t,
				resource.TestStep{
					Config:           minimal,
					ConfigPlanChecks: planned(creates(webTarget)),
					ConfigStateChecks: []statecheck.StateCheck{
						id.AddStateValue(webTarget, at("id")),
						value(webTarget, "id", knownvalue.StringExact("1")),
						value(webTarget, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1/scopes/task_targets/1")),
						value(webTarget, "all_tasks", knownvalue.Bool(false)),
						value(webTarget, "tasks", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("package"), knownvalue.StringExact("service")})),
						value(webTarget, "node_groups", knownvalue.Null()),
						value(webTarget, "pql_query", knownvalue.Null()),
					},
					// A create is one POST and no GET; the reads are of the plans around it.
					Check: h.writes(1, "POST", "/command/task_target"),
				},
				resource.TestStep{Config: minimal, PlanOnly: true},
				resource.TestStep{ResourceName: webTarget, ImportState: true, ImportStateVerify: true},
				resource.TestStep{
					Config:            everything,
					ConfigPlanChecks:  planned(replaces(webTarget)),
					ConfigStateChecks: []statecheck.StateCheck{id.AddStateValue(webTarget, at("id"))},
				},
				resource.TestStep{Config: everything, PlanOnly: true},
				resource.TestStep{ResourceName: webTarget, ImportState: true, ImportStateVerify: true},
			)
		})
	}
}

// TestQ29EveryChangeOfATaskTargetReplaces changes each attribute by itself. Servers can neither change nor delete task-targets.
func TestQ29EveryChangeOfATaskTargetReplaces(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	body := func(name, tasks, nodes, more string) string {
		return fmt.Sprintf("display_name = %q\ntasks = %s\nnodes = %s\n%s", name, tasks, nodes, more)
	}
	const (
		first  = `["node1.example.com"]`
		groups = "node_groups = [\"00000000-0000-4000-8000-000000000000\"]\n"
	)
	start := body("a", `["package"]`, first, "")
	created := func(want int) resource.TestCheckFunc { return h.writes(want, "POST", "/command/task_target") }
	h.changeEach(t, "pe_task_target", created, []change{
		{before: start, after: body("b", `["package"]`, first, ""), replaces: true},
		{before: start, after: body("a", `["service"]`, first, ""), replaces: true},
		{before: start, after: body("a", `["service", "package"]`, first, ""), replaces: true},
		{before: start, after: body("a", `["package"]`, `["node2.example.com"]`, ""), replaces: true},
		{before: start, after: body("a", `["package"]`, first, groups), replaces: true},
		{before: start, after: body("a", `["package"]`, first, "pql_query = \"nodes[certname] { }\""), replaces: true},
		{before: start, after: "display_name = \"a\"\nall_tasks = true\nnodes = " + first, replaces: true},
	})
}

// TestTaskTargetOrder writes the same in another order, and an empty set in the place of none. Neither is a change.
func TestTaskTargetOrder(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := func(tasks string) string {
		return h.config("resource \"pe_task_target\" \"web\" {\n display_name = \"a\"\n tasks = " + tasks + "\n pql_query = \"nodes[certname] { }\"\n nodes = []\n}\n")
	}
	h.run(t,
		resource.TestStep{Config: config(`["service", "package"]`)},
		resource.TestStep{Config: config(`["package", "service"]`), PlanOnly: true},
	)
}

func TestTaskTargetThatDisappears(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := h.config(`
resource "pe_task_target" "web" {
  display_name = "web restarts"
  tasks        = ["service"]
  nodes        = ["node1.example.com"]
}`)
	h.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { h.RemoveTaskTarget("1") },
			Config:           config,
			ConfigPlanChecks: planned(creates(webTarget)),
			ConfigStateChecks: []statecheck.StateCheck{
				value(webTarget, "id", knownvalue.StringExact("2")),
			},
		},
	)
}

// TestQ30Q31TaskTargetsThatShareEverything has two of the same content, with tasks and nodes that nobody knows.
func TestQ30Q31TaskTargetsThatShareEverything(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := h.config(`
resource "pe_task_target" "web" {
  count        = 2
  display_name = "twins"
  tasks        = ["no::such"]
  nodes        = ["nobody.example.com"]
}`)
	h.run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs(webTarget+"[0]", at("id"), webTarget+"[1]", at("id"), compare.ValuesDiffer()),
		}},
		resource.TestStep{Config: config, PlanOnly: true},
	)
}

func TestManyTaskTargetsShareOneRead(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := h.config(`
resource "pe_task_target" "web" {
  count        = 30
  display_name = "target ${count.index}"
  tasks        = ["service"]
  nodes        = ["node1.example.com"]
}`)
	h.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        h.ResetRequests,
			Config:           config,
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			Check: func(*terraform.State) error {
				lists, singles := h.count("GET", "/scopes/task_targets"), h.count("GET", "/scopes/task_targets/*")
				if singles > 10 || lists < 1 {
					t.Errorf("30 task-targets were refreshed with %d lists and %d single reads", lists, singles)
				}
				return nil
			},
		},
	)
}

func TestTaskTargetBadInput(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	tests := map[string]struct{ body, want string }{
		"no name":           {`display_name = " "`, `The value is blank`},
		"no tasks":          {`display_name = "x"`, "A task-target needs at least one task in `tasks`, or `all_tasks = true`."},
		"empty tasks":       {"display_name = \"x\"\n tasks = []", "A task-target needs at least one task"},
		"Q32 tasks dropped": {"display_name = \"x\"\n tasks = [\"a\"]\n all_tasks = true", "Puppet Enterprise drops `tasks` without a word"},
		"task name":         {"display_name = \"x\"\n tasks = [\"Package\"]", `"Package" is not the name of a task`},
		"default task name": {"display_name = \"x\"\n tasks = [\"package::init\"]", `is the default task: write "package"`},
		"group by name":     {"display_name = \"x\"\n tasks = [\"a\"]\n node_groups = [\"All Nodes\"]", `"All Nodes" is not the UUID of a node group`},
		"node":              {"display_name = \"x\"\n tasks = [\"a\"]\n nodes = [\"node 1\"]", `"node 1" has white space in it`},
		"query":             {"display_name = \"x\"\n tasks = [\"a\"]\n pql_query = \"\"", "is no PQL query: it is empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.run(t, resource.TestStep{
				Config:      h.config("resource \"pe_task_target\" \"web\" {\n" + test.body + "\n}"),
				PlanOnly:    true,
				ExpectError: says(test.want),
			})
		})
	}
	t.Run("unknown values are not judged", func(t *testing.T) {
		t.Parallel()
		h.run(t, resource.TestStep{Config: h.config(`
resource "terraform_data" "later" { input = ["service"] }
resource "terraform_data" "no" { input = false }
resource "pe_task_target" "web" {
  display_name = "x"
  tasks        = terraform_data.later.output
  all_tasks    = terraform_data.no.output
  nodes        = ["node1.example.com"]
}`)})
	})
	t.Run("import of a name", func(t *testing.T) {
		t.Parallel()
		h.run(t, resource.TestStep{
			Config:        h.config("resource \"pe_task_target\" \"web\" {\n display_name = \"x\"\n all_tasks = true\n}"),
			ResourceName:  webTarget,
			ImportState:   true,
			ImportStateId: "web restarts",
			ExpectError:   says(`"web restarts" is not the id of a task-target`),
		})
	})
}
