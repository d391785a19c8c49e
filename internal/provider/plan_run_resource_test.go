package provider_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const planRun = "pe_plan_run.p"

func planBody(body string) string { return "resource \"pe_plan_run\" \"p\" {\n" + body + "\n}\n" }

func TestPlanRun(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(o *simulator.Options) { o.Generation = generation })
			config := h.config(planBody(`
  plan_name   = "simulate::plan"
  description = "two nodes first"
  params      = { targets = ["node1.example.com"], result = { done = true, list = [1, null] } }
  userdata    = { ticket = "CHG0002" }`))
			h.run(t,
				resource.TestStep{
					Config:           config,
					ConfigPlanChecks: planned(creates(planRun)),
					Check:            h.launches(1),
					ConfigStateChecks: []statecheck.StateCheck{
						value(planRun, "id", knownvalue.StringExact("1")),
						value(planRun, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1/plan_jobs/1")),
						value(planRun, "state", knownvalue.StringExact("success")),
						value(planRun, "owner", knownvalue.StringExact("admin")),
						value(planRun, "finished_at", knownvalue.NotNull()),
						value(planRun, "result", knownvalue.ObjectExact(map[string]knownvalue.Check{
							"done": knownvalue.Bool(true),
							"list": knownvalue.TupleExact([]knownvalue.Check{knownvalue.Int64Exact(1), knownvalue.Null()}),
						})),
					},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()), Check: h.launches(1)},
				resource.TestStep{ResourceName: planRun, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: append(watchingAttributes, "params")},
			)
		})
	}
}

func TestPlanRunChanges(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	const (
		simulate = "plan_name = \"simulate::plan\"\n"
		group    = "node_group_params = { targets = \"7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a\" }"
		start    = simulate + "params = { targets = \"node1.example.com\" }\n"
	)
	h.changeEach(t, "pe_plan_run", h.launches, slices.Concat(
		inPlace(start, `description = "x"`, `userdata = { a = "b" }`, `on_destroy = "stop"`, "wait_for_completion = false", "timeouts {\n create = \"1m\"\n}"),
		replacing(start, `triggers = { a = "b" }`, "timeout = 60", "sensitive_params_version = 2"),
		[]change{
			{before: start, after: simulate + "params = { targets = \"node2.example.com\" }", replaces: true},
			{before: start, after: simulate + "query_params = { targets = \"nodes[certname] { }\" }", replaces: true},
			{before: start, after: simulate + group, replaces: true},
			{before: simulate + group, after: "plan_name = \"facts::info\"\n" + group, replaces: true},
		},
	))
}

// TestPlanRunWithTypedParameters goes through environment_plan_run, which alone lets the server look nodes up.
func TestPlanRunWithTypedParameters(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.run(t, resource.TestStep{Config: h.config(planBody(`
  plan_name         = "simulate::plan"
  params            = { duration = 0 , result = { value = "wrapped" } }
  node_group_params = { targets = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a" }
  timeout           = 600`)), Check: h.writes(1, "POST", "/command/environment_plan_run")})
	sent := h.sent(t, "POST", "/command/environment_plan_run")
	want := map[string]any{
		"duration": map[string]any{"value": 0.0},
		"result":   map[string]any{"value": map[string]any{"value": "wrapped"}},
		"targets":  map[string]any{"type": "node_group", "value": "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"},
	}
	if !reflect.DeepEqual(sent["params"], want) || sent["timeout"] != 600.0 {
		t.Errorf("sent %v", sent)
	}
}

func TestPlanRunThatFails(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := h.config(planBody("plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\", fail = true, error_kind = \"example/broken\" }"))
	h.run(t,
		resource.TestStep{Config: config, ExpectError: says("(example/broken)")},
		resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
	)
	if h.LaunchesReceived() != 1 {
		t.Errorf("a plan of a failed job has launched: %d", h.LaunchesReceived())
	}
}

func TestPlanRunThatIsNotAwaited(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := h.config(planBody("plan_name = \"simulate::plan\"\nwait_for_completion = false\nparams = { targets = \"node1.example.com\", duration = 10000, result = \"done\" }"))
	h.run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			value(planRun, "state", knownvalue.StringExact("running")), value(planRun, "result", knownvalue.Null()),
		}},
		resource.TestStep{PreConfig: h.FinishAll, Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()), Check: h.launches(1), ConfigStateChecks: []statecheck.StateCheck{
			value(planRun, "state", knownvalue.StringExact("success")), value(planRun, "result", knownvalue.StringExact("done")),
		}},
	)
}

func TestPlanRunBadInput(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
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
			h.run(t, resource.TestStep{Config: h.config(planBody(test.body)), PlanOnly: true, ExpectError: says(test.want)})
		})
	}
	t.Run("unknown plan", func(t *testing.T) {
		t.Parallel()
		h.run(t, resource.TestStep{Config: h.config(planBody(`plan_name = "no::such"`)), ExpectError: says(`There is no plan "no::such" in environment "production"`)})
	})
	t.Run("unknown plan, unchecked", func(t *testing.T) {
		t.Parallel()
		h.run(t, resource.TestStep{Config: h.config(planBody("plan_name = \"no::such\"\nvalidate_params = false")), ExpectError: says(`Plan "no::such" was not started`)})
	})
	t.Run("import of what is not there", func(t *testing.T) {
		t.Parallel()
		h.run(t, resource.TestStep{
			Config:       h.config(planBody(`plan_name = "canary"`)),
			ResourceName: planRun, ImportState: true, ImportStateId: "77",
			ExpectError: says("There is no such plan job, or no longer"),
		})
	})
}
