// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const dataScheduled = "data.pe_scheduled_jobs.s"

// schedule creates a schedule that begins in an hour, with the newer API.
func schedule(t *testing.T, h *acctest.Harness, kind string, input orchestrator.EnvironmentJobInput, every int64) {
	t.Helper()
	request := orchestrator.EnvironmentJobRequest{
		Type: kind, Environment: "production", Input: input, Description: kind + " it", Userdata: map[string]any{"ticket": "CHG1"},
		Schedule: orchestrator.Schedule{StartTime: h.TimeIn(time.Hour)},
	}
	if every > 0 {
		request.Schedule.Interval = orchestrator.EverySeconds(every)
	}
	acctest.Started(t)(h.Client(t).CreateEnvironmentJob(acctest.Ctx(t), request))
}

func TestScheduledJobsDataSource_ListsSchedules(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.ManualClock = true })
	begins := h.TimeIn(time.Hour)
	one := &orchestrator.Scope{Nodes: []string{acctest.Node(1)}}
	schedule(t, h, "task", orchestrator.EnvironmentJobInput{
		Name: "simulate", Scope: one, Parameters: &map[string]orchestrator.PlanParam{"output": {Value: "hello"}, "secret": {Value: "hidden"}},
	}, 86400)
	schedule(t, h, "deploy", orchestrator.EnvironmentJobInput{Scope: one, AgentFlags: orchestrator.AgentFlags{Noop: acctest.Pointer(true)}, Concurrency: acctest.Pointer[int64](3)}, 0)
	schedule(t, h, "plan", orchestrator.EnvironmentJobInput{Name: "simulate::plan", Parameters: &map[string]orchestrator.PlanParam{}}, 3600)
	schedule(t, h, "task", orchestrator.EnvironmentJobInput{Name: "facts", Scope: one, Parameters: &map[string]orchestrator.PlanParam{}}, 0)
	h.DisableSchedule("4")
	all := func(arguments string) string { return "data \"pe_scheduled_jobs\" \"s\" {\n" + arguments + "\n}" }
	h.Run(t,
		h.ReadStep(all(`order_by = "name"`),
			acctest.Value(dataScheduled, "scheduled_jobs", acctest.Items(
				map[string]knownvalue.Check{
					"id": acctest.Text("1"), "type": acctest.Text("task"), "name": acctest.Text("simulate"), "environment": acctest.Text("production"), "description": acctest.Text("task it"), "enabled": knownvalue.Bool(true),
					"scheduled_time": acctest.Text(begins), "interval_seconds": acctest.Number(86400), "next_run": acctest.Text(begins), "last_run": knownvalue.Null(), "sensitive_params": acctest.Texts("secret"),
					"userdata": knownvalue.MapExact(map[string]knownvalue.Check{"ticket": acctest.Text("CHG1")}), "owner": acctest.Text("admin"),
					"owner_subject": knownvalue.ObjectPartial(map[string]knownvalue.Check{"login": acctest.Text("admin")}),
					"url":           acctest.Text(h.ServerURL() + "/orchestrator/v1/scheduled_jobs/environment_jobs/1"),
				},
				map[string]knownvalue.Check{"id": acctest.Text("2"), "type": acctest.Text("deploy"), "name": knownvalue.Null(), "noop": knownvalue.Bool(true), "interval_seconds": knownvalue.Null()},
				map[string]knownvalue.Check{"id": acctest.Text("3"), "type": acctest.Text("plan"), "name": acctest.Text("simulate::plan"), "noop": knownvalue.Null()},
			)),
			acctest.NestedValue(dataScheduled, "inputs", "1", acctest.Text("hello"), "parameters", "output"),
			acctest.NestedValue(dataScheduled, "inputs", "1", knownvalue.TupleExact([]knownvalue.Check{acctest.Text(acctest.Node(1))}), "scope", "nodes"),
			acctest.NestedValue(dataScheduled, "inputs", "2", acctest.Number(3), "concurrency"),
			acctest.Value(dataScheduled, "submission_errors", knownvalue.ObjectExact(nil)),
		),
		h.ReadStep(all(`type = "plan"`), acctest.Value(dataScheduled, "scheduled_jobs", acctest.ListWith("id", "3"))),
		h.ReadStep(all("order_by = \"type\"\n order = \"desc\"\n limit = 1\n offset = 1"), acctest.Value(dataScheduled, "scheduled_jobs", acctest.ListWith("type", "plan")), acctest.Value(dataScheduled, "total", acctest.Number(3))),
		h.ReadStep(all("order_by = \"next_run\"\n limit = 1"), acctest.Value(dataScheduled, "scheduled_jobs", knownvalue.ListSizeExact(1))),
		resource.TestStep{
			Config:      h.Config(all(`order_by = "scheduled_time"`)),
			ExpectError: acctest.Says("The server is PE 2021.7 or newer (its scheduling API is `environment_jobs`) and cannot sort by \"scheduled_time\"."),
		},
		resource.TestStep{
			// All have run once, and one of them for the last time.
			PreConfig: func() { h.Advance(90 * time.Minute) },
			Config:    h.Config(all(`order_by = "name"`)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Value(dataScheduled, "scheduled_jobs", acctest.Items(
				map[string]knownvalue.Check{"last_run": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"time": acctest.Text(begins), "job_id": knownvalue.NotNull(), "plan_job_id": knownvalue.Null(), "error": knownvalue.Null(), "error_kind": knownvalue.Null(),
				})},
				map[string]knownvalue.Check{"next_run": knownvalue.Null(), "last_run": knownvalue.NotNull()},
				map[string]knownvalue.Check{"last_run": knownvalue.ObjectPartial(map[string]knownvalue.Check{"job_id": knownvalue.Null(), "plan_job_id": acctest.Text("1")})},
			))},
		},
	)
}

// TestScheduledJobsDataSource_SaysWhyARunCouldNotStart schedules a deploy of a query that no longer finds a node when it runs.
func TestScheduledJobsDataSource_SaysWhyARunCouldNotStart(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.ManualClock = true })
	schedule(t, h, "deploy", orchestrator.EnvironmentJobInput{Scope: &orchestrator.Scope{Query: []byte(`"nodes[certname] { certname = 'node1.example.com' }"`)}}, 3600)
	h.RemoveNode(acctest.Node(1))
	h.Advance(61 * time.Minute)
	h.Run(t, h.ReadStep(`data "pe_scheduled_jobs" "s" {}`,
		acctest.Value(dataScheduled, "scheduled_jobs", acctest.Items(map[string]knownvalue.Check{"last_run": knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"job_id": knownvalue.Null(), "error": knownvalue.NotNull(), "error_kind": acctest.Text("puppetlabs.orchestrator/empty-target"),
		})})),
		acctest.NestedValue(dataScheduled, "submission_errors", "1", acctest.Text("puppetlabs.orchestrator/empty-target"), "kind"),
		acctest.NestedValue(dataScheduled, "submission_errors", "1", knownvalue.NotNull(), "msg"),
	))
}

func TestScheduledJobsDataSource_OfAnOldServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	client := h.Client(t)
	scope := orchestrator.Scope{Query: []byte(`"nodes[certname] { }"`)}
	acctest.Started(t)(client.ScheduleTask(acctest.Ctx(t), orchestrator.ScheduleTaskRequest{
		Environment: "production", Task: "facts", Params: map[string]any{}, Scope: scope, ScheduledTime: h.TimeIn(2 * time.Hour), Noop: acctest.Pointer(false),
		ScheduleOptions: &orchestrator.ScheduleOptions{Interval: orchestrator.EverySeconds(600)},
	}))
	acctest.Started(t)(client.ScheduleDeploy(acctest.Ctx(t), orchestrator.ScheduleDeployRequest{Environment: "production", Scope: scope, ScheduledTime: h.TimeIn(time.Hour), Description: acctest.Pointer("later")}))
	acctest.Started(t)(client.SchedulePlan(acctest.Ctx(t), orchestrator.SchedulePlanRequest{Environment: "production", Plan: acctest.Pointer("simulate::plan"), Params: map[string]any{}, ScheduledTime: h.TimeIn(3 * time.Hour)}))
	all := func(arguments string) string { return "data \"pe_scheduled_jobs\" \"s\" {\n" + arguments + "\n}" }
	h.Run(t,
		h.ReadStep(all(""),
			acctest.Value(dataScheduled, "scheduled_jobs", acctest.Items(
				map[string]knownvalue.Check{"id": acctest.Text("2"), "type": acctest.Text("deploy"), "description": acctest.Text("later"), "name": knownvalue.Null(), "interval_seconds": knownvalue.Null(), "scheduled_time": acctest.Time},
				map[string]knownvalue.Check{
					"id": acctest.Text("1"), "type": acctest.Text("task"), "name": acctest.Text("facts"), "environment": acctest.Text("production"), "interval_seconds": acctest.Number(600), "noop": knownvalue.Bool(false), "next_run": acctest.Time,
					"enabled": knownvalue.Bool(true), "userdata": knownvalue.Null(), "last_run": knownvalue.Null(), "sensitive_params": knownvalue.Null(),
					"url": acctest.Text(h.ServerURL() + "/orchestrator/v1/scheduled_jobs/1"), "owner": acctest.Text("admin"),
				},
				map[string]knownvalue.Check{"id": acctest.Text("3"), "type": acctest.Text("plan"), "name": acctest.Text("simulate::plan")},
			)),
			acctest.NestedValue(dataScheduled, "inputs", "1", acctest.Text("nodes[certname] { }"), "scope", "query"),
		),
		h.ReadStep(all(`type = "task"`), acctest.Value(dataScheduled, "scheduled_jobs", acctest.ListWith("id", "1"))),
		h.ReadStep(all("order_by = \"next_run_time\"\n order = \"desc\"\n limit = 1"), acctest.Value(dataScheduled, "scheduled_jobs", acctest.ListWith("id", "3"))),
		h.ReadStep(all("order_by = \"scheduled_time\"\n offset = 1"), acctest.Value(dataScheduled, "scheduled_jobs", acctest.ListWith("id", "1", "3"))),
		resource.TestStep{
			Config:      h.Config(all(`order_by = "owner"`)),
			ExpectError: acctest.Says("The server is before PE 2021.7 (its scheduling API is `schedule_task`) and cannot sort by \"owner\". It can by name, next_run, next_run_time, scheduled_time."),
		},
		h.ReadStep(all(""), acctest.Value(dataScheduled, "scheduled_jobs", knownvalue.ListSizeExact(3))),
	)
}

// TestScheduledJobsDataSource_OverSeveralPages reads more schedules than a page holds.
func TestScheduledJobsDataSource_OverSeveralPages(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	client := h.Client(t)
	for range 203 {
		acctest.Started(t)(client.CreateEnvironmentJob(acctest.Ctx(t), orchestrator.EnvironmentJobRequest{
			Type: "plan", Environment: "production", Schedule: orchestrator.Schedule{StartTime: h.TimeIn(time.Hour)},
			Input: orchestrator.EnvironmentJobInput{Name: "simulate::plan", Parameters: &map[string]orchestrator.PlanParam{}},
		}))
	}
	h.Run(t, h.ReadStep(`
data "pe_scheduled_jobs" "s" {}
data "pe_scheduled_jobs" "some" {
  limit    = 202
  offset   = 1
  order_by = "name"
}`,
		acctest.Value(dataScheduled, "scheduled_jobs", knownvalue.ListSizeExact(203)),
		acctest.Value("data.pe_scheduled_jobs.some", "scheduled_jobs", knownvalue.ListSizeExact(202)),
	))
}
