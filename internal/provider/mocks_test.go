// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

const mocks = "mocks/pe.tfmock.hcl"

// mockedDefaults are the names of the values in the ready mocks, by the kind and the type of what is mocked.
func mockedDefaults(t *testing.T) map[string][]string {
	t.Helper()
	file, diags := hclparse.NewParser().ParseHCL([]byte(readExample(t, mocks)), mocks)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	content, diags := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "mock_resource", LabelNames: []string{"type"}}, {Type: "mock_data", LabelNames: []string{"type"}},
	}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	found := map[string][]string{}
	for _, block := range content.Blocks {
		attributes, diags := block.Body.JustAttributes()
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		name := block.Type + " " + block.Labels[0]
		found[name] = nil
		defaults, ok := attributes["defaults"]
		if !ok {
			continue
		}
		pairs, diags := hcl.ExprMap(defaults.Expr)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, pair := range pairs {
			found[name] = append(found[name], hcl.ExprAsKeyword(pair.Key))
		}
	}
	return found
}

// TestMocks_KnowEveryType compares the ready mocks with the schemas: each type is there, and each default is a value that the server gives.
func TestMocks_KnowEveryType(t *testing.T) {
	t.Parallel()
	answer := schemasOf(t)
	defaults := mockedDefaults(t)
	for kind, schemas := range map[string]map[string]*tfprotov6.Schema{"mock_resource": answer.ResourceSchemas, "mock_data": answer.DataSourceSchemas} {
		for name, schema := range schemas {
			names, ok := defaults[kind+" "+name]
			if !ok {
				t.Errorf("there is no %s %q", kind, name)
			}
			delete(defaults, kind+" "+name)
			for _, attribute := range schema.Block.Attributes {
				if i := slices.Index(names, attribute.Name); i >= 0 && attribute.Computed {
					names = slices.Delete(names, i, i+1)
				}
			}
			if len(names) > 0 {
				t.Errorf("%s %q has values that the server does not give: %v", kind, name, names)
			}
		}
	}
	if len(defaults) > 0 {
		t.Errorf("the provider does not have %v", defaults)
	}
}

// mockedBody refers to what is mocked in every way in which ids are used.
const mockedBody = `
provider "pe" {}

data "pe_user" "dana" {
  login = "dana"
}
data "pe_group" "web" {
  login = "webteam"
}
data "pe_role" "operators" {
  display_name = "Operators"
}
data "pe_user" "again" {
  id = data.pe_user.dana.id
}
data "pe_role" "again" {
  id = data.pe_role.operators.id
}

resource "pe_role" "web" {
  display_name = "Web"
  user_ids     = [data.pe_user.dana.id]
  group_ids    = [data.pe_group.web.id]
}
resource "pe_role_permission" "facts" {
  role_id     = pe_role.web.id
  object_type = "tasks"
  action      = "run"
  instance    = "facts"
}
resource "pe_role_membership" "dana" {
  role_id = data.pe_role.operators.id
  user_id = data.pe_user.dana.id
}
resource "terraform_data" "group" {
  input = data.pe_user.dana.id
}
resource "pe_task_target" "group" {
  display_name = "group"
  tasks        = ["facts"]
  node_groups  = [terraform_data.group.output]
}
resource "pe_task" "facts" {
  task  = "facts"
  scope = { node_group = terraform_data.group.output }
}
resource "pe_plan_run" "facts" {
  plan_name         = "facts"
  node_group_params = { targets = terraform_data.group.output }
}

data "pe_job" "facts" {
  id = pe_task.facts.id
}
data "pe_job_nodes" "facts" {
  job_id = pe_task.facts.id
}
data "pe_job_events" "facts" {
  job_id = pe_task.facts.id
}
data "pe_job_report" "facts" {
  job_id = pe_task.facts.id
}
data "pe_plan_job" "facts" {
  id = pe_plan_run.facts.id
}
data "pe_plan_job_events" "facts" {
  plan_job_id = pe_plan_run.facts.id
}
`

// TestMocks_AreApplied applies a configuration in tests without a server: with ids that core makes up, and with the ready mocks.
func TestMocks_AreApplied(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	acctest.NewCLI(t, h, "").NeedsMockFiles(t)
	const run = "run \"apply\" {\n  assert {\n    condition     = %s\n    error_message = \"It is another one.\"\n  }\n}\n"
	for name, test := range map[string]struct{ mock, condition string }{
		"made up": {"mock_provider \"pe\" {}\n", "length(pe_task.facts.id) > 0"},
		"ready":   {"mock_provider \"pe\" {\n  source = \"./tests/mocks\"\n}\n", "pe_task.facts.id == \"101\" && pe_role.web.user_ids == toset([\"00000000-0000-4000-8000-000000000001\"])"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := acctest.NewCLI(t, h, mockedBody).Attached()
			c.Write(t, "tests/mocks/pe.tfmock.hcl", readExample(t, mocks))
			c.Write(t, "tests/apply.tftest.hcl", test.mock+strings.Replace(run, "%s", test.condition, 1))
			if out, err := c.Run(t, []string{"PE_SERVER_URL=", "PE_TOKEN_FILE="}, "test"); err != nil || !strings.Contains(out, "1 passed, 0 failed") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
