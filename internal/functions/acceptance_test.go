// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// TestFunctions_InAConfiguration calls every function through the CLI, on both sides of a change of the clocks.
func TestFunctions_InAConfiguration(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	want := map[string]knownvalue.Check{
		"string": knownvalue.StringExact(`"a \"b\" \\ c"`),
		"list":   knownvalue.StringExact(`["b", "a"]`),
		"set":    knownvalue.StringExact(`["a", "b"]`),
		"tuple":  knownvalue.StringExact(`["a", 4, 0.5, true]`),
		"permission": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"object_type": knownvalue.StringExact("tasks"), "action": knownvalue.StringExact("run"), "instance": knownvalue.StringExact("mysql::sql"),
		}),
		"next":    knownvalue.StringExact("2030-04-06T02:00:00+01:00"),
		"winter":  knownvalue.StringExact("2030-03-24T02:30:00+01:00"),
		"skipped": knownvalue.StringExact("2030-03-31T03:30:00+02:00"),
		"summer":  knownvalue.StringExact("2030-04-07T02:30:00+02:00"),
		"twice":   knownvalue.StringExact("2030-10-27T02:30:00+02:00"),
		"again":   knownvalue.StringExact("2030-11-03T02:30:00+01:00"),
	}
	checks := []statecheck.StateCheck{}
	for name, value := range want {
		checks = append(checks, statecheck.ExpectKnownOutputValue(name, value))
	}
	h.RunCLI(t, resource.TestStep{ConfigStateChecks: checks, Config: `
locals {
  sundays = { for name, after in {
    winter = "2030-03-20T00:00:00Z", skipped = "2030-03-24T01:30:00Z", summer = "2030-03-31T01:30:00Z"
    twice = "2030-10-26T00:00:00Z", again = "2030-10-27T00:30:00Z"
  } : name => provider::pe::weekly("sunday", "02:30", "Europe/Berlin", after) }
}
output "string" { value = provider::pe::pql_string("a \"b\" \\ c") }
output "list" { value = provider::pe::pql_array(tolist(["b", "a"])) }
output "set" { value = provider::pe::pql_array(toset(["b", "a"])) }
output "tuple" { value = provider::pe::pql_array(["a", 4, 0.5, true]) }
output "permission" { value = provider::pe::parse_permission("tasks:run:mysql::sql") }
output "next" { value = provider::pe::next_run("2030-03-30T02:00:00+01:00", "168h", "2030-03-31T12:00:00+02:00") }
output "winter" { value = local.sundays.winter }
output "skipped" { value = local.sundays.skipped }
output "summer" { value = local.sundays.summer }
output "twice" { value = local.sundays.twice }
output "again" { value = local.sundays.again }
`})
}

// TestFunctions_AwaitWhatIsUnknown has arguments that are only known once something was created, alone and in a list.
func TestFunctions_AwaitWhatIsUnknown(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	names := []string{"string", "list", "permission", "next", "weekly"}
	unknown := []plancheck.PlanCheck{}
	for _, name := range names {
		unknown = append(unknown, plancheck.ExpectUnknownOutputValue(name))
	}
	h.RunCLI(t, resource.TestStep{
		ConfigPlanChecks: acctest.Planned(unknown...),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("string", knownvalue.StringExact(`"2030-01-01T00:00:00Z"`)),
			statecheck.ExpectKnownOutputValue("list", knownvalue.StringExact(`["a", "2030-01-01T00:00:00Z"]`)),
			statecheck.ExpectKnownOutputValue("weekly", knownvalue.StringExact("2030-01-06T02:00:00+01:00")),
		},
		Config: `
resource "terraform_data" "time" { input = "2030-01-01T00:00:00Z" }
output "string" { value = provider::pe::pql_string(terraform_data.time.output) }
output "list" { value = provider::pe::pql_array(["a", terraform_data.time.output]) }
output "permission" { value = provider::pe::parse_permission("a:b:${terraform_data.time.output}") }
output "next" { value = provider::pe::next_run("2030-01-01T00:00:00Z", "24h", terraform_data.time.output) }
output "weekly" { value = provider::pe::weekly("sunday", "02:00", "Europe/Berlin", terraform_data.time.output) }
`,
	})
}

// TestFunctions_RefuseWrongInput shows what people see of a wrong argument: its name, the value, and what is wrong with it.
func TestFunctions_RefuseWrongInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	var steps []resource.TestStep
	for _, wrong := range []struct{ call, parameter, problem string }{
		{`pql_string("\u0000")`, "text", "the text has the character NUL in it, which PuppetDB stores nowhere, so that nothing would match."},
		{`pql_array([])`, "list", "the list is empty, and PQL has no empty array: leave out the condition, or what uses the query."},
		{`pql_array({ a = "b" })`, "list", `a list is needed, such as ["node1.example.com", "node2.example.com"].`},
		{`parse_permission("tasks:run")`, "text", `"tasks:run" has 2 of the three parts: a permission is object_type:action:instance`},
		{`next_run("2030-01-01T00:00:00Z", "7d", "2030-01-01T00:00:00Z")`, "interval", `"7d" is not a duration such as 24h or 168h`},
		{`weekly("sunday", "02:00", "Europe/Berln", "2030-01-01T00:00:00Z")`, "zone", `"Europe/Berln" is not a time zone of the IANA database; the nearest name is Europe/Berlin.`},
	} {
		steps = append(steps, resource.TestStep{
			Config:      "output \"result\" { value = provider::pe::" + wrong.call + " }",
			ExpectError: acctest.Says(`Invalid value for "` + wrong.parameter + `" parameter: ` + wrong.problem),
		})
	}
	h.RunCLI(t, steps...)
}

// TestFunctions_SelectNodes runs a task on the nodes of a query that the functions have written. What is in the values selects nothing more.
func TestFunctions_SelectNodes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(condition string) string {
		return h.Config(`
resource "pe_task" "status" {
  task   = "service"
  params = { action = "status", name = "httpd" }
  scope  = { query = "nodes[certname] { certname ` + condition + ` }" }
  allow_empty_scope = true
}
output "nodes" { value = pe_task.status.node_count }
`)
	}
	count := func(n int64) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("nodes", knownvalue.Int64Exact(n))}
	}
	h.RunCLI(
		t,
		resource.TestStep{
			Config:            config(`in ${provider::pe::pql_array(["` + acctest.Node(1) + `", "` + acctest.Node(3) + `", "\" or certname ~ \""])}`),
			ConfigStateChecks: count(2),
		},
		resource.TestStep{
			Config:            config(`= ${provider::pe::pql_string("` + acctest.Node(2) + `")}`),
			ConfigStateChecks: count(1),
		},
		resource.TestStep{
			Config:            config(`= ${provider::pe::pql_string("x\" or certname ~ \"")}`),
			ConfigStateChecks: count(0),
		},
	)
}
