package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const dataScheduled = "data.pe_scheduled_jobs.s"

// schedule creates a schedule that begins in an hour, with the newer API.
func (h *harness) schedule(t *testing.T, kind string, input orchestrator.EnvironmentJobInput, every int64) {
	t.Helper()
	request := orchestrator.EnvironmentJobRequest{
		Type: kind, Environment: "production", Input: input, Description: kind + " it", Userdata: map[string]any{"ticket": "CHG1"},
		Schedule: orchestrator.Schedule{StartTime: h.in(time.Hour)},
	}
	if every > 0 {
		request.Schedule.Interval = orchestrator.EverySeconds(every)
	}
	started(t)(h.client(t).CreateEnvironmentJob(ctx(t), request))
}

func TestScheduledJobsDataSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *simulator.Options) { o.ManualClock = true })
	begins := h.in(time.Hour)
	one := &orchestrator.Scope{Nodes: []string{node(1)}}
	h.schedule(t, "task", orchestrator.EnvironmentJobInput{
		Name: "simulate", Scope: one, Parameters: &map[string]orchestrator.PlanParam{"output": {Value: "hello"}, "secret": {Value: "hidden"}},
	}, 86400)
	h.schedule(t, "deploy", orchestrator.EnvironmentJobInput{Scope: one, AgentFlags: orchestrator.AgentFlags{Noop: pointer(true)}, Concurrency: pointer[int64](3)}, 0)
	h.schedule(t, "plan", orchestrator.EnvironmentJobInput{Name: "simulate::plan", Parameters: &map[string]orchestrator.PlanParam{}}, 3600)
	h.schedule(t, "task", orchestrator.EnvironmentJobInput{Name: "facts", Scope: one, Parameters: &map[string]orchestrator.PlanParam{}}, 0)
	h.DisableSchedule("4")
	all := func(arguments string) string { return "data \"pe_scheduled_jobs\" \"s\" {\n" + arguments + "\n}" }
	h.run(t,
		h.sees(all(`order_by = "name"`),
			value(dataScheduled, "scheduled_jobs", items(
				map[string]knownvalue.Check{
					"id": is("1"), "type": is("task"), "name": is("simulate"), "environment": is("production"), "description": is("task it"), "enabled": knownvalue.Bool(true),
					"scheduled_time": is(begins), "interval_seconds": number(86400), "next_run": is(begins), "last_run": knownvalue.Null(), "sensitive_params": texts("secret"),
					"userdata": knownvalue.MapExact(map[string]knownvalue.Check{"ticket": is("CHG1")}), "owner": is("admin"),
					"owner_subject": knownvalue.ObjectPartial(map[string]knownvalue.Check{"login": is("admin")}),
					"url":           is(h.ServerURL() + "/orchestrator/v1/scheduled_jobs/environment_jobs/1"),
				},
				map[string]knownvalue.Check{"id": is("2"), "type": is("deploy"), "name": knownvalue.Null(), "noop": knownvalue.Bool(true), "interval_seconds": knownvalue.Null()},
				map[string]knownvalue.Check{"id": is("3"), "type": is("plan"), "name": is("simulate::plan"), "noop": knownvalue.Null()},
			)),
			deep(dataScheduled, "inputs", "1", is("hello"), "parameters", "output"),
			deep(dataScheduled, "inputs", "1", knownvalue.TupleExact([]knownvalue.Check{is(node(1))}), "scope", "nodes"),
			deep(dataScheduled, "inputs", "2", number(3), "concurrency"),
			value(dataScheduled, "submission_errors", knownvalue.ObjectExact(nil)),
		),
		h.sees(all(`type = "plan"`), value(dataScheduled, "scheduled_jobs", having("id", "3"))),
		h.sees(all("order_by = \"type\"\n order = \"desc\"\n limit = 1\n offset = 1"), value(dataScheduled, "scheduled_jobs", having("type", "plan")), value(dataScheduled, "total", number(3))),
		h.sees(all("order_by = \"next_run\"\n limit = 1"), value(dataScheduled, "scheduled_jobs", knownvalue.ListSizeExact(1))),
		resource.TestStep{
			Config:      h.config(all(`order_by = "scheduled_time"`)),
			ExpectError: says("The server is PE 2021.7 or newer (its scheduling API is `environment_jobs`) and cannot sort by \"scheduled_time\"."),
		},
		resource.TestStep{
			// All have run once, and one of them for the last time.
			PreConfig: func() { h.Advance(90 * time.Minute) },
			Config:    h.config(all(`order_by = "name"`)),
			ConfigStateChecks: []statecheck.StateCheck{value(dataScheduled, "scheduled_jobs", items(
				map[string]knownvalue.Check{"last_run": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"time": is(begins), "job_id": knownvalue.NotNull(), "plan_job_id": knownvalue.Null(), "error": knownvalue.Null(), "error_kind": knownvalue.Null(),
				})},
				map[string]knownvalue.Check{"next_run": knownvalue.Null(), "last_run": knownvalue.NotNull()},
				map[string]knownvalue.Check{"last_run": knownvalue.ObjectPartial(map[string]knownvalue.Check{"job_id": knownvalue.Null(), "plan_job_id": is("1")})},
			))},
		},
	)
}

// TestScheduledJobThatCouldNotStart schedules a task on a node that has gone by then.
func TestScheduledJobThatCouldNotStart(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *simulator.Options) { o.ManualClock = true })
	h.schedule(t, "deploy", orchestrator.EnvironmentJobInput{Scope: &orchestrator.Scope{Nodes: []string{node(1)}}}, 3600)
	h.RemoveNode(node(1))
	h.Advance(61 * time.Minute)
	h.run(t, h.sees(`data "pe_scheduled_jobs" "s" {}`,
		value(dataScheduled, "scheduled_jobs", items(map[string]knownvalue.Check{"last_run": knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"job_id": knownvalue.Null(), "error": knownvalue.NotNull(), "error_kind": is("puppetlabs.orchestrator/empty-target"),
		})})),
		deep(dataScheduled, "submission_errors", "1", is("puppetlabs.orchestrator/empty-target"), "kind"),
		deep(dataScheduled, "submission_errors", "1", knownvalue.NotNull(), "msg"),
	))
}

func TestScheduledJobsOfAnOldServer(t *testing.T) {
	t.Parallel()
	h := newHarness(t, generation(simulator.PE2019))
	client := h.client(t)
	scope := orchestrator.Scope{Query: []byte(`"nodes[certname] { }"`)}
	started(t)(client.ScheduleTask(ctx(t), orchestrator.ScheduleTaskRequest{
		Environment: "production", Task: "facts", Params: map[string]any{}, Scope: scope, ScheduledTime: h.in(2 * time.Hour), Noop: pointer(false),
		ScheduleOptions: &orchestrator.ScheduleOptions{Interval: orchestrator.EverySeconds(600)},
	}))
	started(t)(client.ScheduleDeploy(ctx(t), orchestrator.ScheduleDeployRequest{Environment: "production", Scope: scope, ScheduledTime: h.in(time.Hour), Description: pointer("later")}))
	started(t)(client.SchedulePlan(ctx(t), orchestrator.SchedulePlanRequest{Environment: "production", Plan: pointer("simulate::plan"), Params: map[string]any{}, ScheduledTime: h.in(3 * time.Hour)}))
	all := func(arguments string) string { return "data \"pe_scheduled_jobs\" \"s\" {\n" + arguments + "\n}" }
	h.run(t,
		h.sees(all(""),
			value(dataScheduled, "scheduled_jobs", items(
				map[string]knownvalue.Check{"id": is("2"), "type": is("deploy"), "description": is("later"), "name": knownvalue.Null(), "interval_seconds": knownvalue.Null(), "scheduled_time": instant},
				map[string]knownvalue.Check{
					"id": is("1"), "type": is("task"), "name": is("facts"), "environment": is("production"), "interval_seconds": number(600), "noop": knownvalue.Bool(false), "next_run": instant,
					"enabled": knownvalue.Bool(true), "userdata": knownvalue.Null(), "last_run": knownvalue.Null(), "sensitive_params": knownvalue.Null(),
					"url": is(h.ServerURL() + "/orchestrator/v1/scheduled_jobs/1"), "owner": is("admin"),
				},
				map[string]knownvalue.Check{"id": is("3"), "type": is("plan"), "name": is("simulate::plan")},
			)),
			deep(dataScheduled, "inputs", "1", is("nodes[certname] { }"), "scope", "query"),
		),
		h.sees(all(`type = "task"`), value(dataScheduled, "scheduled_jobs", having("id", "1"))),
		h.sees(all("order_by = \"next_run_time\"\n order = \"desc\"\n limit = 1"), value(dataScheduled, "scheduled_jobs", having("id", "3"))),
		h.sees(all("order_by = \"scheduled_time\"\n offset = 1"), value(dataScheduled, "scheduled_jobs", having("id", "1", "3"))),
		resource.TestStep{
			Config:      h.config(all(`order_by = "owner"`)),
			ExpectError: says("The server is before PE 2021.7 (its scheduling API is `schedule_task`) and cannot sort by \"owner\". It can by name, next_run, next_run_time, scheduled_time."),
		},
		h.sees(all(""), value(dataScheduled, "scheduled_jobs", knownvalue.ListSizeExact(3))),
	)
}

// TestScheduledJobsOverSeveralPages reads more schedules than a page holds.
func TestScheduledJobsOverSeveralPages(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	client := h.client(t)
	for range 203 {
		started(t)(client.CreateEnvironmentJob(ctx(t), orchestrator.EnvironmentJobRequest{
			Type: "plan", Environment: "production", Schedule: orchestrator.Schedule{StartTime: h.in(time.Hour)},
			Input: orchestrator.EnvironmentJobInput{Name: "simulate::plan", Parameters: &map[string]orchestrator.PlanParam{}},
		}))
	}
	h.run(t, h.sees(`
data "pe_scheduled_jobs" "s" {}
data "pe_scheduled_jobs" "some" {
  limit    = 202
  offset   = 1
  order_by = "name"
}`,
		value(dataScheduled, "scheduled_jobs", knownvalue.ListSizeExact(203)),
		value("data.pe_scheduled_jobs.some", "scheduled_jobs", knownvalue.ListSizeExact(202)),
	))
}
