// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestScope_FromVariables has scopes that the configuration alone does not determine.
func TestScope_FromVariables(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const variables = `
variable "query" {
  type    = string
  default = null
}
resource "terraform_data" "later" { input = "node1.example.com" }
`
	// A null with a type is still a null.
	h.RunCLI(t, resource.TestStep{Config: h.Config(variables + acctest.TaskBody(`
  task  = "facts"
  scope = { nodes = ["node1.example.com"], query = var.query }`)), Check: h.Launches(1)})
	h.RunCLI(t, resource.TestStep{
		Config:      h.Config(variables + acctest.TaskBody("task = \"facts\"\nscope = { query = var.query }")),
		ExpectError: acctest.Says("A scope needs exactly one of nodes, query, node_group"),
	})
	h.RunCLI(t, resource.TestStep{
		Config:             h.Config(variables + acctest.TaskBody("task = \"facts\"\nscope = { query = terraform_data.later.output }")),
		PlanOnly:           true,
		ExpectNonEmptyPlan: true,
	})
	// An unknown value may be the node that the credentials are for.
	h.RunCLI(t, resource.TestStep{
		Config: h.Config(variables + acctest.TaskBody(`
  task    = "facts"
  scope   = { nodes = [terraform_data.later.output] }
  targets = [{ hostnames = ["node1.example.com"], user = "u", transport = "ssh", password = "p" }]`)),
		PlanOnly:           true,
		ExpectNonEmptyPlan: true,
	})
}
