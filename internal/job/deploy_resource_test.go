// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const deploy = "pe_deploy.d"

func deployBody(body string) string { return "resource \"pe_deploy\" \"d\" {\n" + body + "\n}\n" }

func TestDeploy_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			config := h.Config(deployBody("environment = \"production\"\ndescription = \"roll out\"\n" + acctest.TwoNodes))
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config:           config,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(deploy)),
					Check:            h.Launches(1),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(deploy, "id", knownvalue.StringExact("1")),
						acctest.Value(deploy, "state", knownvalue.StringExact("finished")),
						acctest.Value(deploy, "node_count", knownvalue.Int64Exact(2)),
						acctest.Value(deploy, "capture_results", knownvalue.StringExact("failed")),
						// Nothing failed, so there is nothing to show.
						acctest.Value(deploy, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{})),
						acctest.Value(deploy, "duration_seconds", knownvalue.NotNull()),
					},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1)},
				resource.TestStep{ResourceName: deploy, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: watchingAttributes},
			)
			// The nodes are not read when they are not needed.
			if n := h.Count("GET", "/jobs/1/nodes"); n != 0 {
				t.Errorf("the nodes were read %d times", n)
			}
		})
	}
}

// TestDeploy_Q50SendsEverything compares what was sent with what was configured, key by key. An empty environment goes with
// enforce_environment false, which nobody has to write.
func TestDeploy_Q50SendsEverything(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{
		Config: h.Config(deployBody(`
  environment            = ""
  scope                  = { node_group = "00000000-0000-4000-8000-000000000000" }
  description            = "everything"
  noop                   = false
  no_noop                = true
  concurrency            = 3
  debug                  = true
  trace                  = true
  evaltrace              = false
  use_cached_catalog     = false
  usecacheonfailure      = true
  filetimeout            = 15
  http_connect_timeout   = 120
  http_keepalive_timeout = 4
  http_read_timeout      = 600
  ordering               = "manifest"
  tags                   = "web,db"
  skip_tags              = "slow"
  timeout                = 900
  userdata               = { ticket = "CHG0001", pipeline = "own" }`), `default_userdata = { pipeline = "default", team = "web" }`),
		Check: h.Launches(1),
	})
	got := h.Sent(t, "POST", "/command/deploy")
	userdata, ok := got["userdata"].(map[string]any)
	if id, _ := userdata["terraform_request_id"].(string); !ok || len(id) != 36 {
		t.Errorf("the userdata %v has no request id", userdata)
	}
	delete(userdata, "terraform_request_id")
	want := map[string]any{
		"environment": "", "enforce_environment": false, "scope": map[string]any{"node_group": "00000000-0000-4000-8000-000000000000"},
		"description": "everything", "noop": false, "no_noop": true, "concurrency": 3.0, "debug": true, "trace": true, "evaltrace": false,
		"use_cached_catalog": false, "usecacheonfailure": true, "filetimeout": 15.0, "http_connect_timeout": 120.0, "http_keepalive_timeout": 4.0,
		"http_read_timeout": 600.0, "ordering": "manifest", "tags": "web,db", "skip_tags": "slow", "timeout": 900.0,
		"userdata": map[string]any{"ticket": "CHG0001", "pipeline": "own", "team": "web"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sent\n %v, want\n %v", got, want)
	}
}

func TestDeploy_WholeEnvironment(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(deployBody(`environment = "production"`))
	h.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{acctest.Value(deploy, "node_count", knownvalue.Int64Exact(6))}},
		resource.TestStep{Config: config, PlanOnly: true},
		resource.TestStep{ResourceName: deploy, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: watchingAttributes},
	)
}

func TestDeploy_Changes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const start = "environment = \"production\"\n" + acctest.TwoNodes
	h.ChangeEach(t, "pe_deploy", h.Launches, slices.Concat(
		acctest.InPlace(start, `description = "x"`, `userdata = { a = "b" }`, `capture_results = "all"`, "max_failed_nodes = 1", `on_destroy = "force_stop"`, "wait_for_completion = false"),
		acctest.InPlace(start, "noop = false", "no_noop = false", "debug = false", "trace = false", "evaltrace = false", "enforce_environment = true", "triggers = {}"),
		acctest.InPlace("environment = \"\"\n"+acctest.TwoNodes, "enforce_environment = false"),
		acctest.Replacing(start, "noop = true", "no_noop = true", "concurrency = 2", "debug = true", "trace = true", "evaltrace = true", "enforce_environment = false",
			"use_cached_catalog = true", "usecacheonfailure = true", "filetimeout = 15", "http_connect_timeout = 1", "http_keepalive_timeout = 1",
			"http_read_timeout = 1", `ordering = "manifest"`, `tags = "a"`, `skip_tags = "b"`, "timeout = 60", `triggers = { a = "b" }`),
	))
}

func TestDeploy_Fails(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Connected = false })
	h.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Run = simulator.RunFailed })
	config := h.Config(deployBody("environment = \"production\"\n" + `scope = { nodes = ["node1.example.com", "node2.example.com", "node3.example.com"] }`))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Says("node1.example.com is not connected to the PCP broker")},
		resource.TestStep{
			PreConfig: func() {
				h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Connected = true })
				h.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Run = simulator.RunChanged })
			},
			Config:           config,
			ConfigPlanChecks: acctest.Planned(acctest.Replaces(deploy)),
			Check:            h.Launches(2),
		},
	)
}

func TestDeploy_ShowsFailedResults(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Run = simulator.RunFailed })
	h.Run(t, resource.TestStep{
		Config: h.Config(deployBody("environment = \"production\"\nmax_failed_percent = 50\n" + acctest.TwoNodes)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(deploy, acctest.At("results").AtMapKey("node2.example.com").AtMapKey("result").AtMapKey("status"), knownvalue.StringExact("failed")),
		},
		Check: func(s *terraform.State) error {
			if _, ok := s.RootModule().Resources[deploy].Primary.Attributes["results.node1.example.com.state"]; ok {
				return fmt.Errorf("results holds a node that did not fail")
			}
			return nil
		},
	})
}

func TestDeploy_ImportOfAnotherKind(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes)
	h.Run(t,
		resource.TestStep{Config: h.Config(body)},
		resource.TestStep{
			Config:       h.Config(body + "\n" + deployBody("environment = \"production\"")),
			ResourceName: deploy, ImportState: true, ImportStateId: "1",
			ExpectError: acctest.Says("cannot be imported as pe_deploy. Import it as pe_task."),
		},
	)
}

func TestDeploy_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const environment = "environment = \"production\"\n"
	tests := map[string]struct{ body, want string }{
		"no environment":                    {acctest.TwoNodes, `The argument "environment" is required`},
		"both noops":                        {environment + "noop = true\nno_noop = true", "Both noop and no_noop are true"},
		"environment name":                  {"environment = \"feature/x\"", "has a slash in it"},
		"empty environment, enforced":       {"environment = \"\"\nenforce_environment = true\n" + acctest.TwoNodes, "An empty environment cannot be enforced"},
		"empty environment without a scope": {"environment = \"\"", "An empty environment needs a scope"},
		"target and scope":                  {environment + "target = \"App\"\n" + acctest.TwoNodes, "Only one of them is possible. Remove `target` or `scope`."},
		"empty scope":                       {environment + "scope = {}", "exactly one of nodes, query, node_group, application"},
		"application":                       {environment + "scope = { application = \"my app\" }", "is not an application: a type such as `App`, or one with a title such as `App[main]`"},
		"application and nodes":             {environment + "scope = { application = \"A\", nodes = [\"n\"] }", "nodes and application are given"},
		"concurrency":                       {environment + "concurrency = 0", "Give a whole number, 1 or more"},
		"http timeout":                      {environment + "http_read_timeout = -1", "Give a whole number, 0 or more"},
		"tags":                              {environment + "tags = \" \"", "must not be empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(deployBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
}

func TestDeploy_RefusedByTheServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	tests := map[string]struct{ body, want string }{
		"unknown environment": {`environment = "nosuchenv"`, "Unknown environment nosuchenv"},
		"empty environment":   {`environment = "staging"`, "No node belongs to the environment"},
		"query of nobody":     {"environment = \"production\"\nscope = { query = \"nodes[certname] { certname = 'nobody.example.com' }\" }", "puppetlabs.orchestrator/empty-target"},
		"group without rules": {"environment = \"production\"\nscope = { node_group = \"2d1f6c8b-3b55-4d2a-9a6e-7c2a1d3e4f52\" }", "puppetlabs.orchestrator"},
		"query of no field":   {"environment = \"production\"\nscope = { query = \"nodes { no_such_field = 1 }\" }", "puppetlabs.orchestrator/query-error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(deployBody(test.body)), ExpectError: acctest.Says(test.want)})
		})
	}
}
