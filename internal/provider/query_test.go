// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
)

// adoptable is what somebody has made on a server before anybody thought of Terraform, in many of the forms that there are.
const adoptable = `
resource "pe_task_target" "restarts" {
  display_name = "web \"restarts\" $${x}"
  tasks        = ["service", "package"]
  nodes        = ["node1.example.com"]
  node_groups  = ["00000000-0000-4000-8000-000000000000"]
}
resource "pe_task_target" "all" {
  display_name = "all"
  all_tasks    = true
  pql_query    = "nodes[certname] { certname ~ \"web\" }"
}
resource "pe_role" "web" {
  display_name = "Web operators"
  description  = "run the web"
  permissions = [
    { object_type = "tasks", action = "run", instance = "service" },
    { object_type = "orchestrator", action = "view", instance = "*" },
  ]
  user_ids  = [data.pe_user.dana.id]
  group_ids = [data.pe_group.webteam.id]
}
resource "pe_role_membership" "dana" {
  role_id = "3"
  user_id = data.pe_user.dana.id
}
resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "%[1]s"
  interval       = "24h"
  description    = "nightly \"restart\""
  userdata       = { ticket = "7" }
}
resource "pe_scheduled_task" "flags" {
  task           = "facts"
  scope          = { query = "nodes[certname] { certname ~ \"node1\" }" }
  scheduled_time = "%[1]s"
  noop           = false
  concurrency    = 2
  transport      = "pxp"
}
resource "pe_scheduled_deploy" "nightly" {
  environment         = "production"
  scope               = { node_group = "00000000-0000-4000-8000-000000000000" }
  scheduled_time      = "%[1]s"
  interval            = "168h"
  noop                = true
  concurrency         = 3
  enforce_environment = true
  debug               = true
  filetimeout         = 11
  tags                = "web,db"
}
resource "pe_scheduled_deploy" "plain" {
  environment    = ""
  scope          = { nodes = ["node2.example.com", "node1.example.com"] }
  scheduled_time = "%[1]s"
}
resource "pe_scheduled_plan" "facts" {
  plan_name      = "facts::info"
  params         = { targets = "node1.example.com", label = "nightly" }
  scheduled_time = "%[1]s"
  interval       = "24h"
}
resource "pe_node_group" "shop" {
  name      = "Shop \"north\""
  rule      = { match = "any", conditions = [{ fact = "kernel", value = "Linux" }], pinned_nodes = ["node1.example.com"] }
  classes   = { "role::frontend" = { workers = 8 } }
  variables = { site = "north", racks = [1, 2] }
}
resource "pe_node_group_pin" "node2" {
  node_group_id = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"
  certname      = "node2.example.com"
}
resource "pe_user" "bot" {
  login        = "bot"
  display_name = "Deploy \"bot\""
  email        = "bot@example.com"
  role_ids     = ["3", "4"]
  revoked      = true
}
resource "pe_directory_group" "oncall" {
  login        = "oncall"
  display_name = "On \"call\""
  role_ids     = ["3", "2"]
}
data "pe_user" "dana" { login = "dana" }
data "pe_group" "webteam" { login = "webteam" }
`

var toImport = regexp.MustCompile(`Plan: ([1-9]\d*) to import, 0 to add, 0 to change, 0 to destroy\.`)

// adoptableWorld is a PE with what can be adopted.
func adoptableWorld(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t)
	if problems, err := protocoltest.Attempt(t.Context(), h.Factories()["pe"], h.Config(fmt.Sprintf(adoptable, h.TimeIn(3*time.Hour)))); err != nil || len(problems) > 0 {
		t.Fatalf("%v, %v", problems, err)
	}
	h.ResetRequests()
	return h
}

// warnings counts what a CLI warns of, beside that the provider is one of a developer.
func warnings(printed string) int { return strings.Count(printed, "Warning: ") - 1 }

// TestExamples_Queries lists with every example of a list resource, generates the configuration of what it finds, and imports that: nothing
// is changed, neither by the import nor by a later plan, and the server is only read.
func TestExamples_Queries(t *testing.T) {
	t.Parallel()
	for _, name := range matching(t, "list-resources/*/list-resource*.tfquery.hcl") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := adoptableWorld(t)
			c := acctest.NewCLI(t, h, "")
			c.NeedsQuery(t)
			c.Write(t, "list.tfquery.hcl", readExample(t, name))
			printed := c.MustRun(t, "query", "-generate-config-out=adopted.tf")
			if !strings.Contains(printed, "id=") || warnings(printed) > 0 {
				t.Errorf("the query prints\n%s", printed)
			}
			planned, expected := c.MustRun(t, "plan"), 0
			if strings.Contains(name, "pe_scheduled_plan") {
				acctest.MustSay(t, planned, "Parameters of schedule", "may be queries")
				expected = 1
			}
			if !toImport.MatchString(planned) || warnings(planned) != expected {
				t.Errorf("the plan is\n%s\nof\n%s", planned, c.Read(t, "adopted.tf"))
			}
			c.MustRun(t, "apply", "-auto-approve")
			c.NoChanges(t)
			h.OnlyReads(t)
		})
	}
}

// TestQuery_TellsOfTheLimit shows that people read the warning, with what was listed.
func TestQuery_TellsOfTheLimit(t *testing.T) {
	t.Parallel()
	c := acctest.NewCLI(t, adoptableWorld(t), "")
	c.NeedsQuery(t)
	c.Write(t, "list.tfquery.hcl", acctest.List("pe_task_target", "limit = 1", ""))
	printed := c.MustRun(t, "query")
	acctest.MustSay(t, printed, "Warning: 1 of 2 task-targets are listed", "`limit = 2`", "list.pe_task_target.x")
	if strings.Count(printed, "id=") != 1 {
		t.Errorf("the query prints\n%s", printed)
	}
}

// TestQuery_UnknownArguments validates lists whose arguments are not known yet, as those that come from another list are.
func TestQuery_UnknownArguments(t *testing.T) {
	t.Parallel()
	server, err := provider.Server("test", provider.ThisMachine())()
	if err != nil {
		t.Fatal(err)
	}
	lists, ok := server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the server has no list resources")
	}
	for name, schema := range schemasOf(t).ListResourceSchemas {
		of, ok := schema.ValueType().(tftypes.Object)
		if !ok {
			t.Fatalf("the arguments of %s are %v", name, schema.ValueType())
		}
		unknown := map[string]tftypes.Value{}
		for attribute, kind := range of.AttributeTypes {
			unknown[attribute] = tftypes.NewValue(kind, tftypes.UnknownValue)
		}
		config := must(tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, unknown)))(t)
		answer, err := lists.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: &config})
		if err != nil || len(answer.Diagnostics) > 0 {
			t.Errorf("%s: %v, %+v", name, err, answer)
		}
	}
}

// adoptableByAll is what every PE can have.
const adoptableByAll = `
resource "pe_task_target" "restarts" {
  display_name = "web restarts"
  tasks        = ["service"]
  nodes        = ["node1.example.com"]
}
resource "pe_role" "web" {
  display_name = "Web operators"
  permissions  = [{ object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.restarts.id }]
}
resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "%[1]s"
  interval       = "24h"
}
resource "pe_scheduled_deploy" "nightly" {
  environment    = "production"
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "%[1]s"
  interval       = "168h"
  debug          = true
}
resource "pe_scheduled_plan" "facts" {
  plan_name      = "facts::info"
  params         = { targets = "node1.example.com" }
  scheduled_time = "%[1]s"
}
`

// TestQuery_OlderServers adopts what older servers have, some of which they do not report.
func TestQuery_OlderServers(t *testing.T) {
	t.Parallel()
	for _, g := range acctest.Generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			c := acctest.NewCLI(t, h, "")
			c.NeedsQuery(t)
			problems, err := protocoltest.Attempt(t.Context(), h.Factories()["pe"], h.Config(fmt.Sprintf(adoptableByAll, h.TimeIn(3*time.Hour))))
			if err != nil || len(problems) > 0 {
				t.Fatalf("%v, %v", problems, err)
			}
			h.ResetRequests()
			c.Write(t, "list.tfquery.hcl", readExample(t, "guides/adopt/query/pe.tfquery.hcl"))
			c.MustRun(t, "query", "-generate-config-out=adopted.tf")
			if planned := c.MustRun(t, "plan"); !strings.Contains(planned, "Plan: 5 to import, 0 to add, 0 to change, 0 to destroy.") {
				t.Errorf("the plan is\n%s\nof\n%s", planned, c.Read(t, "adopted.tf"))
			}
			c.MustRun(t, "apply", "-auto-approve")
			c.NoChanges(t)
			h.OnlyReads(t)
		})
	}
}
