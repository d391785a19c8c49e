// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestJobs_OnEachServer starts one of each kind of job, follows it without waiting, reads its end and imports it, on servers whose answers
// have each form that is known.
func TestJobs_OnEachServer(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, func(t *testing.T, s acctest.Server) {
		t.Helper()
		const waits, leaves = "", "\nwait_for_completion = false"
		config := func(more string) string {
			return s.Config(deployBody("environment = \"production\"\nconcurrency = 2\n"+acctest.TwoNodes+more) +
				acctest.TaskBody("task = \"simulate\"\nparams = { duration = 2, output = \"x\" }\n"+acctest.TwoNodes+more) +
				acctest.PlanBody("plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\", task = \"facts\", result = \"done\" }"+more))
		}
		var imports []resource.TestStep
		for _, address := range []string{deploy, acctest.Task, "pe_plan_run.p"} {
			imports = append(imports, resource.TestStep{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: append(watchingAttributes, "params", "results", "concurrency", "environment", "enforce_environment"),
			})
		}
		s.Run(t, append([]resource.TestStep{
			{Config: config(leaves), Check: s.Launches(3)},
			{
				Config: config(waits), Check: s.Launches(3),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Value(deploy, "state", acctest.Text("finished")),
					acctest.Value(acctest.Task, "state", acctest.Text("finished")),
					acctest.Value(acctest.Task, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{"finished": acctest.Number(2)})),
					acctest.Value("pe_plan_run.p", "state", acctest.Text("success")),
					acctest.Value("pe_plan_run.p", "result", acctest.Text("done")),
				},
			},
			{Config: config(waits), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
			// What the server refuses is understood in both namespaces.
			{
				Config: config(waits) + "resource \"pe_task\" \"wrong\" {\n task = \"package\"\n params = { action = \"dance\" }\n validate_params = false\n" +
					acctest.TwoNodes + "\n}\n",
				ExpectError: acctest.SaysAll("validation-error: … parameter 'action' … parameters against the metadata of the task or plan"),
			},
			{Config: config(waits), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
		}, imports...)...)
	})
}
