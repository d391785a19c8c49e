// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTaskTarget_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			minimal := h.Config(`
resource "pe_task_target" "web" {
  display_name = "web restarts"
  tasks        = ["service", "package"]
  nodes        = ["node1.example.com"]
}`)
			everything := h.Config(`
resource "pe_task_target" "web" {
  display_name = "web servers"
  all_tasks    = true
  nodes        = ["node2.example.com", "node1.example.com"]
  node_groups  = ["00000000-0000-4000-8000-000000000000", "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"]
  pql_query    = "nodes[certname] { certname ~ \"web\" }"
}`)
			id := statecheck.CompareValue(compare.ValuesDiffer())
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config:           minimal,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(acctest.WebTarget)),
					ConfigStateChecks: []statecheck.StateCheck{
						id.AddStateValue(acctest.WebTarget, acctest.At("id")),
						acctest.Value(acctest.WebTarget, "id", knownvalue.StringExact("1")),
						acctest.Value(acctest.WebTarget, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1/scopes/task_targets/1")),
						acctest.Value(acctest.WebTarget, "all_tasks", knownvalue.Bool(false)),
						acctest.Value(acctest.WebTarget, "tasks", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("package"), knownvalue.StringExact("service")})),
						acctest.Value(acctest.WebTarget, "node_groups", knownvalue.Null()),
						acctest.Value(acctest.WebTarget, "pql_query", knownvalue.Null()),
					},
					// A create is one POST and no GET; the reads belong to the plans around it.
					Check: h.Writes(1, "POST", "/command/task_target"),
				},
				resource.TestStep{Config: minimal, PlanOnly: true},
				resource.TestStep{ResourceName: acctest.WebTarget, ImportState: true, ImportStateVerify: true},
				resource.TestStep{
					Config:            everything,
					ConfigPlanChecks:  acctest.Planned(acctest.Replaces(acctest.WebTarget)),
					ConfigStateChecks: []statecheck.StateCheck{id.AddStateValue(acctest.WebTarget, acctest.At("id"))},
				},
				resource.TestStep{Config: everything, PlanOnly: true},
				resource.TestStep{ResourceName: acctest.WebTarget, ImportState: true, ImportStateVerify: true},
			)
		})
	}
}

// TestTaskTarget_Q29EveryChangeReplaces changes each attribute by itself. Servers can neither change nor delete task-targets.
func TestTaskTarget_Q29EveryChangeReplaces(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := func(name, tasks, nodes, more string) string {
		return fmt.Sprintf("display_name = %q\ntasks = %s\nnodes = %s\n%s", name, tasks, nodes, more)
	}
	const (
		first  = `["node1.example.com"]`
		groups = "node_groups = [\"00000000-0000-4000-8000-000000000000\"]\n"
	)
	start := body("a", `["package"]`, first, "")
	created := func(want int) resource.TestCheckFunc { return h.Writes(want, "POST", "/command/task_target") }
	h.ChangeEach(t, "pe_task_target", created, []acctest.Change{
		{Before: start, After: body("b", `["package"]`, first, ""), Replaces: true},
		{Before: start, After: body("a", `["service"]`, first, ""), Replaces: true},
		{Before: start, After: body("a", `["service", "package"]`, first, ""), Replaces: true},
		{Before: start, After: body("a", `["package"]`, `["node2.example.com"]`, ""), Replaces: true},
		{Before: start, After: body("a", `["package"]`, first, groups), Replaces: true},
		{Before: start, After: body("a", `["package"]`, first, "pql_query = \"nodes[certname] { }\""), Replaces: true},
		{Before: start, After: "display_name = \"a\"\nall_tasks = true\nnodes = " + first, Replaces: true},
		// An empty set is the same as none, so that no second task-target is left behind.
		{Before: start, After: body("a", `["package"]`, first, "node_groups = []")},
		{Before: "display_name = \"a\"\ntasks = [\"package\"]\n" + groups, After: body("a", `["package"]`, "[]", groups)},
		{Before: "display_name = \"a\"\nall_tasks = true\n" + groups, After: "display_name = \"a\"\nall_tasks = true\ntasks = []\n" + groups},
		{Before: start, After: body("a", `["package"]`, first, "all_tasks = false"), Same: true},
	})
}

// TestTaskTarget_OrderIsNoChange writes the same in another order, and an empty set instead of none. Neither is a change.
func TestTaskTarget_OrderIsNoChange(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(tasks string) string {
		return h.Config("resource \"pe_task_target\" \"web\" {\n display_name = \"a\"\n tasks = " + tasks + "\n pql_query = \"nodes[certname] { }\"\n nodes = []\n}\n")
	}
	h.Run(t,
		resource.TestStep{Config: config(`["service", "package"]`)},
		resource.TestStep{Config: config(`["package", "service"]`), PlanOnly: true},
	)
}

func TestTaskTarget_Disappears(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(`
resource "pe_task_target" "web" {
  display_name = "web restarts"
  tasks        = ["service"]
  nodes        = ["node1.example.com"]
}`)
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { h.RemoveTaskTarget("1") },
			Config:           config,
			ConfigPlanChecks: acctest.Planned(acctest.Creates(acctest.WebTarget)),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(acctest.WebTarget, "id", knownvalue.StringExact("2")),
			},
		},
	)
}

// TestTaskTarget_Q30Q31TwoMayShareEverything has two of the same content, with unknown tasks and nodes.
func TestTaskTarget_Q30Q31TwoMayShareEverything(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(`
resource "pe_task_target" "web" {
  count        = 2
  display_name = "twins"
  tasks        = ["no::such"]
  nodes        = ["nobody.example.com"]
}`)
	h.RunCLI(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs(acctest.WebTarget+"[0]", acctest.At("id"), acctest.WebTarget+"[1]", acctest.At("id"), compare.ValuesDiffer()),
		}},
		resource.TestStep{Config: config, PlanOnly: true},
	)
}

func TestTaskTarget_ManyShareOneRead(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(`
resource "pe_task_target" "web" {
  count        = 30
  display_name = "target ${count.index}"
  tasks        = ["service"]
  nodes        = ["node1.example.com"]
}`)
	h.RunCLI(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        h.ResetRequests,
			Config:           config,
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			Check: func(*terraform.State) error {
				lists, singles := h.Count("GET", "/scopes/task_targets"), h.Count("GET", "/scopes/task_targets/*")
				if singles > 10 || lists < 1 {
					t.Errorf("30 task-targets were refreshed with %d lists and %d single reads", lists, singles)
				}
				return nil
			},
		},
	)
}

func TestTaskTarget_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	tests := map[string]struct{ body, want string }{
		"no name":           {`display_name = " "`, `The value is blank`},
		"no tasks":          {`display_name = "x"`, "A task-target needs at least one task in `tasks`, or `all_tasks = true`."},
		"empty tasks":       {"display_name = \"x\"\n tasks = []", "A task-target needs at least one task"},
		"Q32 tasks dropped": {"display_name = \"x\"\n tasks = [\"a\"]\n all_tasks = true", "Puppet Enterprise silently drops `tasks`"},
		"task name":         {"display_name = \"x\"\n tasks = [\"Package\"]", `"Package" is not the name of a task`},
		"default task name": {"display_name = \"x\"\n tasks = [\"package::init\"]", `is the default task: write "package"`},
		"group by name":     {"display_name = \"x\"\n tasks = [\"a\"]\n node_groups = [\"All Nodes\"]", `"All Nodes" is not the UUID of a node group`},
		"node":              {"display_name = \"x\"\n tasks = [\"a\"]\n nodes = [\"node 1\"]", `"node 1" has white space in it`},
		"query":             {"display_name = \"x\"\n tasks = [\"a\"]\n pql_query = \"\"", "is not a PQL query: it is empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{
				Config:      h.Config("resource \"pe_task_target\" \"web\" {\n" + test.body + "\n}"),
				PlanOnly:    true,
				ExpectError: acctest.Says(test.want),
			})
		})
	}
	t.Run("unknown values are not judged", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: h.Config(`
resource "terraform_data" "later" { input = ["service"] }
resource "terraform_data" "no" { input = false }
resource "pe_task_target" "web" {
  display_name = "x"
  tasks        = terraform_data.later.output
  all_tasks    = terraform_data.no.output
  nodes        = ["node1.example.com"]
}`)})
	})
	for id, says := range map[string]string{
		"web restarts": `"web restarts" is not the id of a task-target`, "0": "The import id is not a positive number",
	} {
		t.Run("import of "+id, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{
				Config:        h.Config("resource \"pe_task_target\" \"web\" {\n display_name = \"x\"\n all_tasks = true\n}"),
				ResourceName:  acctest.WebTarget,
				ImportState:   true,
				ImportStateId: id,
				ExpectError:   acctest.Says(says),
			})
		})
	}
}
