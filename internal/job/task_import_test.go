// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

func TestTask_Import(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := `
  task     = "package"
  params   = { action = "status", name = "bash" }
  triggers = { a = "b" }
  noop     = false
  timeout  = 60
  sensitive_params_version = 3
  scope    = { query = "nodes[certname] { certname ~ \"node[12]\" }" }`
	h.RunCLI(t,
		resource.TestStep{Config: h.Config(acctest.TaskBody(body))},
		resource.TestStep{Config: h.Config(`
removed {
  from = pe_task.t
  lifecycle { destroy = false }
}`)},
		// What the server does not report is adopted, and nothing runs.
		resource.TestStep{
			Config:           h.Config("import {\n to = pe_task.t\n id = \"1\"\n}\n" + acctest.TaskBody(body)),
			ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)),
			Check:            h.Launches(1),
		},
		resource.TestStep{Config: h.Config(acctest.TaskBody(body)), PlanOnly: true},
		// From now on, a change runs it again.
		resource.TestStep{Config: h.Config(acctest.TaskBody(body + "\ndescription = \"x\"")), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), Check: h.Launches(1)},
		resource.TestStep{Config: h.Config(acctest.TaskBody(`
  task     = "package"
  params   = { action = "status", name = "bash" }
  triggers = { a = "c" }
  scope    = { query = "nodes[certname] { certname ~ \"node[12]\" }" }`)), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)), Check: h.Launches(2)},
	)
}

func TestTask_ImportErrors(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	deploy := h.Config("resource \"pe_deploy\" \"d\" {\n environment = \"production\"\n scope = { nodes = [\"node1.example.com\"] }\n}\n" +
		"resource \"pe_plan_run\" \"p\" {\n plan_name = \"facts::info\"\n params = { targets = \"node1.example.com\" }\n depends_on = " +
		"[pe_deploy.d]\n}\n")
	imports := func(id, want string) resource.TestStep {
		return resource.TestStep{
			Config:       deploy + acctest.TaskBody("task = \"facts\"\n"+acctest.TwoNodes),
			ResourceName: acctest.Task, ImportState: true, ImportStateId: id, ExpectError: acctest.Says(want),
		}
	}
	h.Run(t,
		resource.TestStep{Config: deploy},
		imports("abc", `"abc" is not the id of a job`), imports("0", "The import id is not a positive number"), imports("-1", "The import id is not a positive number"),
		imports("99", "the server deletes their records after 30 days"),
		imports("1", `Job 1 is of the type "deploy", so it cannot be imported as pe_task. Import it as pe_deploy.`),
		imports("2", "import that as pe_plan_run"),
	)
}
