// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// withArguments adds arguments to the one resource of a configuration.
func (j longJob) withArguments(arguments string) string {
	return j.body[:len(j.body)-len("}\n")] + arguments + "\n}\n"
}

// stateOf returns the state of the first job or plan job on the server.
func stateOf(h *acctest.Harness, job longJob) string {
	if job.address == "pe_plan_run.j" {
		return h.PlanJobs()[0].State
	}
	return h.Jobs()[0].State
}

// TestWait_TakesTooLong has each kind of job take longer than its create timeout. The error says how far the job was and which timeout to
// raise, the job is saved, and the next apply continues to wait for it, although Terraform calls that a replacement.
func TestWait_TakesTooLong(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			config := h.Config(job.withArguments("timeouts {\n create = \"2s\"\n}"))
			h.Run(t,
				resource.TestStep{
					Config:      config,
					ExpectError: acctest.SaysAll("had not ended after 2s … still runs (running … /orchestrator/v1/ … Raise `timeouts { create = … }` … The next apply keeps waiting for … nothing is started a second time … create_before_destroy"),
				},
				resource.TestStep{
					PreConfig: func() {
						if h.LaunchesReceived() != 1 {
							t.Errorf("the server has received %d launches", h.LaunchesReceived())
						}
						if state := stateOf(h, job); state != "running" {
							t.Errorf("the job is %s, although nothing was to stop it", state)
						}
						h.FinishAll()
					},
					Config:            h.Config(job.body),
					ConfigPlanChecks:  acctest.Planned(acctest.Replaces(job.address)),
					Check:             h.Launches(1),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(job.address, "state", knownvalue.StringExact(job.done))},
				},
			)
		})
	}
}

// TestWait_TakesTooLongInAnUpdate begins to wait for a running job. A timeout does not taint it, and the next apply continues.
func TestWait_TakesTooLongInAnUpdate(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			h.Run(t,
				resource.TestStep{Config: h.Config(job.withArguments("wait_for_completion = false")), Check: h.Launches(1)},
				resource.TestStep{
					Config:      h.Config(job.withArguments("timeouts {\n update = \"2s\"\n}")),
					ExpectError: acctest.SaysAll("had not ended after 2s … Raise `timeouts { update = … }` … The next apply keeps waiting for"),
				},
				resource.TestStep{
					PreConfig:        func() { h.FinishAll() },
					Config:           h.Config(job.body),
					ConfigPlanChecks: acctest.Planned(acctest.Updates(job.address)),
					Check:            h.Launches(1),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(job.address, "state", knownvalue.StringExact(job.done)),
					},
				},
			)
		})
	}
}

// TestOnDestroy_WhileTheJobRuns destroys and replaces each kind of job while it runs.
func TestOnDestroy_WhileTheJobRuns(t *testing.T) {
	t.Parallel()
	type end struct {
		stopRequests int
		state        string
	}
	tests := []struct {
		onDestroy  string
		generation simulator.Generation
		nodeJob    end
		plan       end
	}{
		{"abandon", simulator.PE2025, end{0, "running"}, end{0, "running"}},
		{"stop", simulator.PE2025, end{1, "stopped"}, end{1, "failure"}},
		{"force_stop", simulator.PE2025, end{1, "stopped"}, end{1, "failure"}},
		// A server that does not know force is asked again without it.
		{"force_stop", simulator.PE2019, end{2, "stopped"}, end{}},
	}
	for kind, job := range longJobs {
		for _, test := range tests {
			if kind == "plan_run" && test.generation == simulator.PE2019 {
				continue // it has no stop_plan: see TestOnDestroy_PlanThatCannotBeStopped
			}
			t.Run(fmt.Sprintf("%s, %s, %s", kind, test.onDestroy, test.generation), func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(test.generation), func(o *simulator.Options) { o.TimeScale = 1 })
				h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.RunDuration = 10 * time.Minute })
				// A stop without force lets running nodes finish, which they do then.
				h.AddFault(simulator.Fault{
					Method: http.MethodPost, Path: "/orchestrator/v1/command/stop", Skip: test.nodeJob.stopRequests - 1, Times: 1,
					AfterHook: func(simulator.Request) { h.FinishAll() },
				})
				body := job.withArguments("wait_for_completion = false\non_destroy = \"" + test.onDestroy + "\"")
				h.Run(t,
					resource.TestStep{Config: h.Config(body), Check: h.Launches(1)},
					resource.TestStep{PreConfig: func() { h.Advance(5 * time.Second) }, Config: h.Config(body), Destroy: true}, // it runs by then
				)
				want, path := test.nodeJob, "/command/stop"
				if kind == "plan_run" {
					want, path = test.plan, "/command/stop_plan"
				}
				if got := h.Count(http.MethodPost, path); got != want.stopRequests {
					t.Errorf("%d requests to stop, want %d", got, want.stopRequests)
				}
				if got := stateOf(h, job); got != want.state {
					t.Errorf("the job has ended up %s, want %s", got, want.state)
				}
			})
		}
	}
}

// TestOnDestroy_ForceStopOfAPlan ends the jobs that the plan has started, too.
func TestOnDestroy_ForceStopOfAPlan(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.TimeScale = 1 })
	config := h.Config(`
resource "pe_plan_run" "j" {
  plan_name           = "simulate::plan"
  params              = { targets = "node1.example.com", task = "simulate", params = { duration = 600 } }
  wait_for_completion = false
  on_destroy          = "force_stop"
}`)
	h.Run(t,
		resource.TestStep{Config: config, Check: h.Launches(1)},
		resource.TestStep{
			PreConfig: func() { h.Advance(5 * time.Second) }, // the plan has started its job by then
			Config:    config, Destroy: true,
		},
	)
	if jobs := h.Jobs(); len(jobs) != 1 || jobs[0].State != "stopped" {
		t.Errorf("the plan's jobs are %+v", jobs)
	}
}

// TestOnDestroy_PlanThatCannotBeStopped: servers before PE 2021.7.1 have no way to stop a plan. The error says so, and how to go on.
func TestOnDestroy_PlanThatCannotBeStopped(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019), func(o *simulator.Options) { o.TimeScale = 1 })
	body := longJobs["plan_run"]
	config := h.Config(body.withArguments("wait_for_completion = false\non_destroy = \"stop\""))
	h.Run(t,
		resource.TestStep{Config: config, Check: h.Launches(1)},
		resource.TestStep{Config: config, Destroy: true, ExpectError: acctest.SaysAll("was not stopped … before PE 2021.7.1 … \"abandon\"`")},
		resource.TestStep{Config: h.Config(body.withArguments("wait_for_completion = false")), ConfigPlanChecks: acctest.Planned(acctest.Updates(body.address))},
	)
}

// TestRead_PrunedJob deletes the records of each kind of job, before and after its end was read. Nothing is planned.
func TestRead_PrunedJob(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		for _, ended := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, seen to end %v", kind, ended), func(t *testing.T) {
				t.Parallel()
				h := newSlowHarness(t)
				prune := func() {
					h.FinishAll()
					h.PruneJob("1")
					h.PrunePlanJob("1")
				}
				first := job.withArguments("wait_for_completion = false")
				if ended {
					first = job.body
					on(h, http.MethodGet, job.poll, false, simulator.NoAction, h.FinishAll)
				}
				run := h.Run
				if kind == "task" && ended {
					run = h.RunCLI // the lifecycle is the same for all of them
				}
				run(t,
					resource.TestStep{Config: h.Config(first), Check: h.Launches(1)},
					resource.TestStep{PreConfig: prune, Config: h.Config(first), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1)},
					// Now the configuration waits for it. There is nothing to wait for, and no reason to run it again.
					resource.TestStep{Config: h.Config(job.body), Check: h.Launches(1)},
					resource.TestStep{Config: h.Config(job.body), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1)},
					// Only this runs it again.
					resource.TestStep{
						PreConfig:        func() { on(h, http.MethodPost, job.launch, true, simulator.NoAction, h.FinishAll) },
						Config:           h.Config(job.withArguments("triggers = { again = \"1\" }")),
						ConfigPlanChecks: acctest.Planned(acctest.Replaces(job.address)),
						Check:            h.Launches(2),
					},
				)
			})
		}
	}
}

// TestWait_JobIsPruned deletes the record of a job that an apply waits for.
func TestWait_JobIsPruned(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			on(h, http.MethodGet, job.poll, true, simulator.NoAction, func() {
				h.FinishAll()
				h.PruneJob("1")
				h.PrunePlanJob("1")
			})
			h.Run(t, resource.TestStep{Config: h.Config(job.body), ExpectError: acctest.SaysAll("it is not known how … ended … The server no longer has a record of it")})
			if got := h.LaunchesReceived(); got != 1 {
				t.Errorf("the server has received %d launches", got)
			}
		})
	}
}
