// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestPlanRun_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			config := h.Config(acctest.PlanBody(`
  plan_name   = "simulate::plan"
  description = "two nodes first"
  params      = { targets = ["node1.example.com"], result = { done = true, list = [1, null] } }
  userdata    = { ticket = "CHG0002" }`))
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config:           config,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(acctest.PlanRun)),
					Check:            h.Launches(1),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(acctest.PlanRun, "id", knownvalue.StringExact("1")),
						acctest.Value(acctest.PlanRun, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1/plan_jobs/1")),
						acctest.Value(acctest.PlanRun, "state", knownvalue.StringExact("success")),
						acctest.Value(acctest.PlanRun, "owner", knownvalue.StringExact("admin")),
						acctest.Value(acctest.PlanRun, "finished_at", knownvalue.NotNull()),
						acctest.Value(acctest.PlanRun, "result", knownvalue.ObjectExact(map[string]knownvalue.Check{
							"done": knownvalue.Bool(true),
							"list": knownvalue.TupleExact([]knownvalue.Check{knownvalue.Int64Exact(1), knownvalue.Null()}),
						})),
					},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1)},
				resource.TestStep{ResourceName: acctest.PlanRun, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: append(watchingAttributes, "params")},
			)
		})
	}
}

func TestPlanRun_Changes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const (
		simulate = "plan_name = \"simulate::plan\"\n"
		group    = "node_group_params = { targets = \"7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a\" }"
		start    = simulate + "params = { targets = \"node1.example.com\" }\n"
	)
	h.ChangeEach(t, "pe_plan_run", h.Launches, slices.Concat(
		acctest.InPlace(start, `description = "x"`, `userdata = { a = "b" }`, `on_destroy = "stop"`, "wait_for_completion = false", "timeouts {\n create = \"1m\"\n}"),
		acctest.InPlace(start, "triggers = {}", "query_params = {}", "node_group_params = {}", "userdata = {}", `description = ""`),
		[]acctest.Change{
			{Before: "plan_name = \"simulate::plan\"", After: "plan_name = \"simulate::plan\"\nparams = {}"},
			{Before: start, After: simulate + "params = tomap({ targets = \"node1.example.com\" })", Same: true},
		},
		acctest.Replacing(start, `triggers = { a = "b" }`, "timeout = 60", "sensitive_params_version = 2"),
		[]acctest.Change{
			{Before: start, After: simulate + "params = { targets = \"node2.example.com\" }", Replaces: true},
			{Before: start, After: simulate + "query_params = { targets = \"nodes[certname] { }\" }", Replaces: true},
			{Before: start, After: simulate + group, Replaces: true},
			{Before: simulate + group, After: "plan_name = \"facts::info\"\n" + group, Replaces: true},
		},
	))
}

// TestPlanRun_TypedParameters uses environment_plan_run, the only command with which the server looks nodes up.
func TestPlanRun_TypedParameters(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(`
  plan_name         = "simulate::plan"
  params            = { duration = 0 , result = { value = "wrapped" } }
  node_group_params = { targets = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a" }
  timeout           = 600`)), Check: h.Writes(1, "POST", "/command/environment_plan_run")})
	sent := h.Sent(t, "POST", "/command/environment_plan_run")
	want := map[string]any{
		"duration": map[string]any{"value": 0.0},
		"result":   map[string]any{"value": map[string]any{"value": "wrapped"}},
		"targets":  map[string]any{"type": "node_group", "value": "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"},
	}
	if !reflect.DeepEqual(sent["params"], want) || sent["timeout"] != 600.0 {
		t.Errorf("sent %v", sent)
	}
}

func TestPlanRun_Fails(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.PlanBody("plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\", fail = true, error_kind = \"example/broken\" }"))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Says("(example/broken)")},
		resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
	)
	if h.LaunchesReceived() != 1 {
		t.Errorf("a plan of a failed job has launched: %d", h.LaunchesReceived())
	}
}

func TestPlanRun_WithoutWaiting(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.PlanBody("plan_name = \"simulate::plan\"\nwait_for_completion = false\nparams = { targets = \"node1.example.com\", duration = 10000, result = \"done\" }"))
	h.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.PlanRun, "state", knownvalue.StringExact("running")), acctest.Value(acctest.PlanRun, "result", knownvalue.Null()),
		}},
		resource.TestStep{PreConfig: h.FinishAll, Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.PlanRun, "state", knownvalue.StringExact("success")), acctest.Value(acctest.PlanRun, "result", knownvalue.StringExact("done")),
		}},
	)
}

func TestPlanRun_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	tests := map[string]struct{ body, want string }{
		"plan name":          {`plan_name = "My::Plan"`, `"My::Plan" is not the name of a plan`},
		"reserved word":      {`plan_name = "site::plan"`, "is a reserved word"},
		"data type":          {`plan_name = "mod::string"`, "the name of a data type"},
		"default plan":       {`plan_name = "canary::init"`, `write "canary"`},
		"parameter twice":    {"plan_name = \"canary\"\nparams = { targets = 1 }\nquery_params = { targets = \"nodes {}\" }", `The parameter "targets" is given in`},
		"group by name":      {"plan_name = \"canary\"\nnode_group_params = { targets = \"All Nodes\" }", "is not the UUID of a node group"},
		"empty query":        {"plan_name = \"canary\"\nquery_params = { targets = \"\" }", "it is empty"},
		"thresholds of jobs": {"plan_name = \"canary\"\nmax_failed_nodes = 1", "An argument named \"max_failed_nodes\" is not expected here"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	t.Run("unknown plan", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(`plan_name = "no::such"`)), ExpectError: acctest.Says(`There is no plan "no::such" in environment "production"`)})
	})
	t.Run("unknown plan, unchecked", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody("plan_name = \"no::such\"\nvalidate_params = false")), ExpectError: acctest.Says(`Plan "no::such" was not started`)})
	})
	t.Run("import of what is not there", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{
			Config:       h.Config(acctest.PlanBody(`plan_name = "canary"`)),
			ResourceName: acctest.PlanRun, ImportState: true, ImportStateId: "77",
			ExpectError: acctest.Says("There is no such plan job, or no longer"),
		})
	})
}
