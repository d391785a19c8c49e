// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestUnknownKeys_NeverRun has a key too many in every object attribute. Core drops such keys where the attribute has an object type, and
// would run on what is left, so this goes through the real CLI.
func TestUnknownKeys_NeverRun(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const (
		task   = "resource \"pe_task\" \"t\" {\n task = \"facts\"\n %s\n}\n"
		deploy = "resource \"pe_deploy\" \"d\" {\n environment = \"production\"\n %s\n}\n"
		nodes  = "scope = { nodes = [\"node1.example.com\"] }\n"
		login  = "hostnames = [\"node1.example.com\"], user = \"u\", transport = \"ssh\", password = \"p\""
	)
	for name, test := range map[string]struct{ block, arguments, want string }{
		"a typing error in a scope":     {task, `scope = { nodes = ["node1.example.com"], nodegroup = "x" }`, "Did you mean `node_group`?"},
		"the line of a typing error":    {task, "scope = {\n nodes = [\"node1.example.com\"]\n nodegroup = \"of the line\"\n }", "nodegroup = \"of the line\""},
		"the line of a target":          {task, nodes + "targets = [\n { " + login + " },\n { user = \"of the line\" },\n]", "{ user = \"of the line\" },"},
		"an application scope":          {task, `scope = { nodes = ["node1.example.com"], application = "App" }`, "application scopes are not allowed for task jobs"},
		"a typing error that is null":   {task, `scope = { nodes = ["node1.example.com"], nodez = null }`, "Did you mean `nodes`?"},
		"something else in a scope":     {task, `scope = { nodes = ["node1.example.com"], limit = 3 }`, "Its keys are `nodes`, `query`, `node_group`"},
		"a typing error in a variable":  {"variable \"scope\" {\n type = any\n default = { nodes = [\"node1.example.com\"], querry = \"x\" }\n}\n" + task, `scope = var.scope`, "Did you mean `query`?"},
		"a typing error of a deploy":    {deploy, `scope = { nodes = ["node1.example.com"], applications = "App" }`, "Did you mean `application`?"},
		"a typing error in a target":    {task, nodes + "targets = [{ " + login + ", runas = \"root\" }]", "Did you mean `run_as`?"},
		"the key of the API":            {task, nodes + "targets = [{ " + login + ", connect-timeout = 3 }]", "Did you mean `connect_timeout`?"},
		"a typing error in a role":      {"%s", "resource \"pe_role\" \"r\" {\n display_name = \"R\"\n permissions = [{ object_type = \"tasks\", action = \"run\", instance = \"*\", instances = \"facts\" }]\n}", "Did you mean `instance`?"},
		"a typing error in a block":     {task, nodes + "timeouts {\n creat = \"5m\"\n}", "An argument named \"creat\" is not expected here"},
		"nodes that are not a list":     {task, `scope = { nodes = "node1.example.com" }`, "a list of strings is needed, such as [\"a\", \"b\"], and this is a string. Put it in brackets, even when it is the only one."},
		"a scope that is not an object": {task, `scope = ["node1.example.com"]`, "A scope is an object such as { nodes = [\"web1.example.com\"] }"},
		"a target that is not a list":   {task, nodes + "targets = { " + login + " }", "Put a single target in brackets, too"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := strings.Replace(test.block, "%s", test.arguments, 1)
			h.RunCLI(t, resource.TestStep{Config: h.Config(config), ExpectError: acctest.Says(test.want)})
		})
	}
	t.Cleanup(func() {
		if launched := h.LaunchesReceived(); launched != 0 {
			t.Errorf("%d jobs were launched", launched)
		}
	})
}

// TestUnknownKeys_NeverRunOnceKnown has values that only the apply knows, of which the plan could not tell that they are wrong.
func TestUnknownKeys_NeverRunOnceKnown(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, test := range map[string]struct{ arguments, want string }{
		"a typing error": {"scope = terraform_data.late.output.scope", "Did you mean `node_group`?"},
		"a null element": {"scope = { nodes = [\"node1.example.com\", terraform_data.late.output.null] }", "`scope.nodes`: an element is null"},
		"a null value":   {"scope = { nodes = [\"node1.example.com\"] }\n userdata = { ticket = terraform_data.late.output.null }", "the value of \"ticket\" is null"},
		"a fraction":     {"scope = { nodes = [\"node1.example.com\"] }\n timeout = terraform_data.late.output.fraction", "1.5 is not a whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := `resource "terraform_data" "late" {
  input = { null = null, fraction = 1.5, scope = { nodes = ["node1.example.com"], nodegroup = "x" } }
}
resource "pe_task" "t" {
  task = "facts"
  ` + test.arguments + `
}
`
			h.RunCLI(t, resource.TestStep{Config: h.Config(config), ExpectError: acctest.Says(test.want)})
		})
	}
	t.Cleanup(func() {
		if launched := h.LaunchesReceived(); launched != 0 {
			t.Errorf("%d jobs were launched", launched)
		}
	})
}

// TestScope_IsAValueLikeAnyOther refers to a scope, takes one from a variable with optional keys, and counts over its nodes.
func TestScope_IsAValueLikeAnyOther(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.RunCLI(t, resource.TestStep{Config: h.Config(`
variable "scope" {
  type    = object({ nodes = optional(set(string)), query = optional(string), node_group = optional(string) })
  default = { nodes = ["node2.example.com", "node1.example.com"] }
}
resource "pe_task" "first" {
  task  = "facts"
  scope = var.scope
}
resource "pe_task" "each" {
  count = length(var.scope.nodes)
  task  = "facts"
  scope = { nodes = [tolist(var.scope.nodes)[count.index]] }
}
resource "pe_task" "second" {
  task  = "facts"
  scope = pe_task.first.scope
}
resource "pe_deploy" "third" {
  environment = "production"
  scope       = { nodes = pe_task.second.scope.nodes }
}
output "nodes" { value = pe_task.first.scope.nodes }
`), Check: h.Launches(5)})
}

// TestScope_IsGenerated writes the configuration of a job that is imported, and plans nothing for it.
func TestScope_IsGenerated(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, "resource \"pe_task\" \"t\" {\n task = \"facts\"\n scope = { nodes = [\"node2.example.com\", \"node1.example.com\"] }\n}\n").Attached()
	if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Fatal(out)
	}
	const block = "import {\n to = pe_task.t\n id = \"1\"\n}\n"
	c = acctest.NewCLI(t, h, "").Attached()
	c.Write(t, "import.tf", strings.Replace(block, "}", " provider = pe\n}", 1)) // Without it, 1.16.0-rc2 looks for hashicorp/pe.
	if out, err := c.Run(t, nil, "plan", "-generate-config-out=generated.tf"); err != nil {
		t.Fatal(out)
	}
	c.Write(t, "import.tf", block)
	generated := c.Read(t, "generated.tf")
	if !strings.Contains(strings.Join(strings.Fields(generated), " "), `scope = { nodes = ["node1.example.com", "node2.example.com"] }`) {
		t.Errorf("the configuration has no such scope:\n%s", generated)
	}
	if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil || h.LaunchesReceived() != 1 {
		t.Errorf("%d launches; %s", h.LaunchesReceived(), out)
	}
	c.NoChanges(t)
}
