// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
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

// watchingAttributes are never reported by the server and have their defaults after an import.
var watchingAttributes = []string{"triggers", "wait_for_completion", "on_destroy", "timeouts", "max_failed_nodes", "max_failed_percent", "capture_results", "sensitive_params_version"}

func TestTask_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			config := h.Config(acctest.TaskBody(`
  task        = "simulate"
  description = "say hello"
  capture_results = "all"
  params      = { data = { greeting = "hello", list = [1, "two", null, true], nested = { pi = 3.25 } } }
  userdata    = { ticket = "CHG0001" }
  ` + acctest.TwoNodes))
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config:           config,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(acctest.Task), plancheck.ExpectUnknownValue(acctest.Task, acctest.At("results"))),
					Check:            h.Launches(1),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(acctest.Task, "id", knownvalue.StringExact("1")),
						acctest.Value(acctest.Task, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1/jobs/1")),
						acctest.Value(acctest.Task, "report_url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1/jobs/1/report")),
						acctest.Value(acctest.Task, "state", knownvalue.StringExact("finished")),
						acctest.Value(acctest.Task, "environment", knownvalue.StringExact("production")),
						acctest.Value(acctest.Task, "owner", knownvalue.StringExact("admin")),
						acctest.Value(acctest.Task, "node_count", knownvalue.Int64Exact(2)),
						acctest.Value(acctest.Task, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{"finished": knownvalue.Int64Exact(2)})),
						acctest.Value(acctest.Task, "duration_seconds", knownvalue.NotNull()),
						acctest.Value(acctest.Task, "started_at", knownvalue.NotNull()),
						acctest.Value(acctest.Task, "finished_at", knownvalue.NotNull()),
						statecheck.ExpectKnownValue(acctest.Task, acctest.At("results").AtMapKey("node1.example.com"), knownvalue.ObjectExact(map[string]knownvalue.Check{
							"state":    knownvalue.StringExact("finished"),
							"message":  knownvalue.Null(),
							"duration": knownvalue.NotNull(),
							"result": knownvalue.ObjectExact(map[string]knownvalue.Check{
								"greeting": knownvalue.StringExact("hello"),
								"list": knownvalue.TupleExact([]knownvalue.Check{
									knownvalue.Int64Exact(1), knownvalue.StringExact("two"), knownvalue.Null(), knownvalue.Bool(true),
								}),
								"nested": knownvalue.ObjectExact(map[string]knownvalue.Check{"pi": knownvalue.Float64Exact(3.25)}),
							}),
						})),
						statecheck.ExpectKnownValue(acctest.Task, acctest.At("results").AtMapKey("node2.example.com").AtMapKey("state"), knownvalue.StringExact("finished")),
						acctest.Value(acctest.Task, "userdata", knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG0001")})),
					},
				},
				resource.TestStep{
					PreConfig:        h.ResetRequests,
					Config:           config,
					ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
					Check: func(*terraform.State) error {
						if n := len(h.Requests()); n > 0 {
							return fmt.Errorf("a job that has ended was asked for again, with %d requests", n)
						}
						return nil
					},
				},
				resource.TestStep{ResourceName: acctest.Task, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: append(watchingAttributes, "params", "results")},
			)
			if userdata := h.Jobs()[0].Userdata; userdata["ticket"] != "CHG0001" || len(userdata) != 2 {
				t.Errorf("the job has the userdata %v", userdata)
			}
		})
	}
}

// TestTask_Changes changes one attribute of each of many tasks: inputs run the task again, and other attributes run nothing.
func TestTask_Changes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const (
		status = "task = \"package\"\nparams = { action = \"status\", name = \"openssl\" }\n"
		other  = "task = \"package\"\nparams = { action = \"status\", name = \"bash\" }\n"
		first  = "scope = { nodes = [\"node1.example.com\"] }\n"
		second = "scope = { nodes = [\"node2.example.com\"] }\n"
		pql    = "scope = { query = \"nodes[certname] { certname = 'node2.example.com' }\" }\n"
		ast    = "scope = { query = [\"from\", \"nodes\", [\"=\", \"certname\", \"node2.example.com\"]] }\n"
		group  = "scope = { node_group = \"7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a\" }\n"
		start  = status + first
	)
	h.ChangeEach(t, "pe_task", h.Launches, slices.Concat(
		acctest.InPlace(start, `description = "x"`, `userdata = { a = "b" }`, "wait_for_completion = false", "max_failed_nodes = 1", "max_failed_percent = 10.5",
			`capture_results = "none"`, `capture_results = "all"`, `on_destroy = "stop"`, "timeouts {\n create = \"5m\"\n update = \"6m\"\n delete = \"7m\"\n}"),
		[]acctest.Change{
			{Before: start + `description = "x"`, After: start + `description = "y"`},
			{Before: start + `capture_results = "none"`, After: start + `capture_results = "failed"`},
		},
		// What means the same to the server runs nothing: a default that is written down is only kept in the state.
		acctest.InPlace(start, "noop = false", "triggers = {}", `description = ""`, "userdata = {}", "max_failed_nodes = 0", "max_failed_percent = 0", "allow_empty_scope = false", "min_nodes = 1"),
		[]acctest.Change{
			{Before: "task = \"facts\"\n" + first, After: "task = \"facts\"\nparams = {}\n" + first},
			{Before: start, After: "task = \"package\"\nparams = tomap({ action = \"status\", name = \"openssl\" })\n" + first, Same: true},
			{Before: status + first, After: status + "scope = { nodes = toset([\"node1.example.com\"]), query = null }", Same: true},
			{Before: status + "scope = { nodes = [\"node1.example.com\", \"node2.example.com\"] }", After: status + "scope = { nodes = [\"node2.example.com\", \"node1.example.com\"] }", Same: true},
			{Before: status + ast, After: status + "scope = { query = jsonencode([\"from\", \"nodes\", [\"=\", \"certname\", \"node2.example.com\"]]) }", Same: true},
			{Before: start + `userdata = { retries = 3 }`, After: start + `userdata = { retries = "3" }`, Same: true},
			{Before: start + "timeouts {\n create = \"60m\"\n}", After: start + "timeouts {\n create = \"1h\"\n}", Same: true},
			{Before: start, After: start + "environment = \"production\"\nwait_for_completion = true\non_destroy = \"abandon\"\ncapture_results = \"failed\"", Same: true},
			{Before: start, After: start + "targets = []", Same: true},
		},
		acctest.Replacing(start, `triggers = { run = "1" }`, "timeout = 60", "sensitive_params_version = 1"),
		[]acctest.Change{
			{Before: start + `triggers = { run = "1" }`, After: start + `triggers = { run = "2" }`, Replaces: true},
			{Before: start + "sensitive_params_version = 1", After: start + "sensitive_params_version = 2", Replaces: true},
			{Before: start, After: other + first, Replaces: true},
			{Before: start, After: status + second, Replaces: true},
			{Before: status + second, After: status + pql, Replaces: true},
			{Before: status + pql, After: status + ast, Replaces: true},
			{Before: status + ast, After: status + group, Replaces: true},
			{Before: status + group, After: "task = \"facts\"\n" + group, Replaces: true},
		},
	))
}

// TestTask_InAnotherEnvironment runs the task from another environment, where it does not exist.
func TestTask_InAnotherEnvironment(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := "task = \"facts\"\nvalidate_params = false\n" + acctest.TwoNodes
	h.Run(t,
		resource.TestStep{Config: h.Config(acctest.TaskBody(body)), Check: h.Launches(1)},
		resource.TestStep{
			Config: h.Config(acctest.TaskBody(body + "\nenvironment = \"nosuchenv\"")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)), ExpectError: acctest.Says("Unknown environment nosuchenv"),
		},
	)
}

func TestTask_ResultsAreReadAgain(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := "task = \"facts\"\n" + acctest.TwoNodes
	h.Run(t,
		resource.TestStep{Config: h.Config(acctest.TaskBody(body + "\ncapture_results = \"none\"")), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.Task, "results", knownvalue.Null()), acctest.Value(acctest.Task, "sensitive_results", knownvalue.Null()),
		}},
		resource.TestStep{Config: h.Config(acctest.TaskBody(body + "\ncapture_results = \"all\"")), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(acctest.Task, acctest.At("results").AtMapKey("node1.example.com").AtMapKey("state"), knownvalue.StringExact("finished")),
		}},
		resource.TestStep{Config: h.Config(acctest.TaskBody(body + "\ncapture_results = \"failed\"")), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.Task, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{})),
		}},
		// Once the record is gone, the results that were read stay.
		resource.TestStep{
			PreConfig: func() { h.PruneJob("1") },
			Config:    h.Config(acctest.TaskBody(body + "\ncapture_results = \"all\"")),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(acctest.Task, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{})),
			},
			Check: h.Launches(1),
		},
	)
}

func TestTask_Fails(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]struct{ finished, uncounted bool }{
		"the server calls the job failed":                       {},
		"the server calls the job finished":                     {finished: true},
		"the server calls the job failed and counts no nodes":   {uncounted: true},
		"the server calls the job finished and counts no nodes": {finished: true, uncounted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) {
				o.FinishedDespiteFailures, o.Variants = server.finished, simulator.Variants{simulator.UncountedJobs: server.uncounted}
			})
			failing := func(more string) string {
				return h.Config(acctest.TaskBody(`
  task   = "simulate"
  params = { fail_on = ["node2.example.com"], error_on = ["node3.example.com"], message = "disk full", exitcode = 3 }
  scope  = { nodes = ["node1.example.com", "node2.example.com", "node3.example.com"] }
` + more))
			}
			h.Run(t,
				resource.TestStep{Config: failing(""), ExpectError: acctest.Says(`Task "simulate" failed on 2 of 3 nodes`)},
				resource.TestStep{
					// The job is in the state, tainted: the next plan replaces it. The provider cannot remove the taint.
					Config:      failing("max_failed_nodes = 1"),
					ExpectError: acctest.Says("node2.example.com (failed): Task exited 3: disk full"),
				},
				resource.TestStep{
					Config:           failing("max_failed_nodes = 2"),
					ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)),
					Check:            h.Launches(3),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(acctest.Task, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{
							"finished": knownvalue.Int64Exact(1), "failed": knownvalue.Int64Exact(1), "errored": knownvalue.Int64Exact(1),
						})),
						statecheck.ExpectKnownValue(acctest.Task, acctest.At("results").AtMapKey("node2.example.com").AtMapKey("message"), knownvalue.StringExact("Task exited 3:\ndisk full")),
					},
				},
				// Lowering the threshold makes the job count as failed, so it runs again; raising it in place does not.
				resource.TestStep{Config: failing("max_failed_percent = 67"), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), Check: h.Launches(3)},
				resource.TestStep{Config: failing("max_failed_percent = 66"), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)), ExpectError: acctest.Says("`max_failed_percent` allows 66 percent.")},
			)
		})
	}
}

func TestTask_SkippedNodes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t,
		resource.TestStep{
			Config: h.Config(acctest.TaskBody(`
  task   = "simulate"
  params = { skip_on = ["node2.example.com"] }
  ` + acctest.TwoNodes)),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(acctest.Task, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{"finished": knownvalue.Int64Exact(1), "skipped": knownvalue.Int64Exact(1)})),
			},
		},
	)
}

func TestTask_WithoutWaiting(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.TaskBody(`
  task                = "simulate"
  params              = { duration = 1000, fail_on = ["node1.example.com"] }
  wait_for_completion = false
  ` + acctest.TwoNodes))
	h.Run(t,
		resource.TestStep{Config: config, Check: h.Launches(1), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.Task, "state", knownvalue.StringExact("new")),
			acctest.Value(acctest.Task, "node_count", knownvalue.Null()),
			acctest.Value(acctest.Task, "results", knownvalue.Null()),
		}},
		resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.Task, "state", knownvalue.StringExact("running")),
		}},
		// It is only reported, even when it has failed.
		resource.TestStep{PreConfig: h.FinishAll, Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(acctest.Task, "state", knownvalue.StringExact("failed")),
			statecheck.ExpectKnownValue(acctest.Task, acctest.At("results").AtMapKey("node1.example.com").AtMapKey("state"), knownvalue.StringExact("failed")),
		}},
		// A configuration that then waits for it finds that it has failed, and it runs again.
		resource.TestStep{
			Config: h.Config(acctest.TaskBody(`
  task                = "simulate"
  params              = { duration = 1000, fail_on = ["node1.example.com"] }
  wait_for_completion = true
  ` + acctest.TwoNodes)),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{acctest.Replaces(acctest.Task)}},
		},
	)
}
