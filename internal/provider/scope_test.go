package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// TestScopeFromVariables has scopes of which the configuration alone does not say what they are.
func TestScopeFromVariables(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	const variables = `
variable "query" {
  type    = string
  default = null
}
resource "terraform_data" "later" { input = "node1.example.com" }
`
	// A null that has a type is a null all the same.
	h.run(t, resource.TestStep{Config: h.config(variables + taskBody(`
  task  = "facts"
  scope = { nodes = ["node1.example.com"], query = var.query }`)), Check: h.launches(1)})
	h.run(t, resource.TestStep{
		Config:      h.config(variables + taskBody("task = \"facts\"\nscope = { query = var.query }")),
		ExpectError: says("A scope needs exactly one of nodes, query, node_group"),
	})
	h.run(t, resource.TestStep{
		Config:             h.config(variables + taskBody("task = \"facts\"\nscope = { query = terraform_data.later.output }")),
		PlanOnly:           true,
		ExpectNonEmptyPlan: true,
	})
	// What is not known yet may be the node that the credentials are for.
	h.run(t, resource.TestStep{
		Config: h.config(variables + taskBody(`
  task    = "facts"
  scope   = { nodes = [terraform_data.later.output] }
  targets = [{ hostnames = ["node1.example.com"], user = "u", transport = "ssh", password = "p" }]`)),
		PlanOnly:           true,
		ExpectNonEmptyPlan: true,
	})
}
