package provider_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const dataJobs = "data.pe_jobs.j"

// Shorthands for what a data source shows.

func is(text string) knownvalue.Check { return knownvalue.StringExact(text) }

func number(n int64) knownvalue.Check { return knownvalue.Int64Exact(n) }

// texts is a list of texts.
func texts(all ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(all))
	for i, text := range all {
		checks[i] = is(text)
	}
	return knownvalue.ListExact(checks)
}

// items is a list of objects that have some attributes among others.
func items(objects ...map[string]knownvalue.Check) knownvalue.Check {
	checks := make([]knownvalue.Check, len(objects))
	for i, object := range objects {
		checks[i] = knownvalue.ObjectPartial(object)
	}
	return knownvalue.ListExact(checks)
}

// having is a list of objects of which one attribute is known.
func having(attribute string, values ...string) knownvalue.Check {
	objects := make([]map[string]knownvalue.Check, len(values))
	for i, value := range values {
		objects[i] = map[string]knownvalue.Check{attribute: is(value)}
	}
	return items(objects...)
}

var instant = knownvalue.StringFunc(func(text string) error {
	_, err := time.Parse(time.RFC3339, text)
	return err
})

// sees is a step that reads, and checks what was read.
func (h *harness) sees(config string, checks ...statecheck.StateCheck) resource.TestStep {
	return resource.TestStep{Config: h.config(config), ConfigStateChecks: checks}
}

func TestJobsDataSource(t *testing.T) {
	t.Parallel()
	for _, release := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(release), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, generation(release))
			client := h.client(t)
			started(t)(client.Deploy(ctx(t), orchestrator.DeployRequest{
				Environment: "production", Scope: &orchestrator.Scope{NodeGroup: simulator.AllNodesGroup}, Concurrency: pointer[int64](2), Description: pointer("roll out"),
			}))
			h.FinishAll()
			started(t)(client.RunTask(ctx(t), orchestrator.TaskRequest{
				Environment: "production", Task: "simulate", Scope: orchestrator.Scope{Nodes: []string{node(1), node(2)}}, Noop: pointer(true),
				Params: map[string]any{"secret": "hidden", "data": map[string]any{"a": []any{1, nil}}}, Userdata: map[string]any{"ticket": "CHG1"},
			}))
			h.FinishAll()
			h.runTask(t, "simulate", map[string]any{"duration": 100, "fail_on": []string{node(1)}}, node(1))
			h.runPlan(t, "simulate::plan", map[string]any{"targets": node(1), "task": "facts"})
			h.run(t,
				h.sees(`data "pe_jobs" "j" { order_by = "name" }`,
					value(dataJobs, "jobs", items(
						map[string]knownvalue.Check{
							"id": is("1"), "type": is("deploy"), "state": is("finished"), "description": is("roll out"), "environment": is("production"), "task": knownvalue.Null(),
							"noop": knownvalue.Bool(false), "node_count": number(6), "owner": is("admin"), "started_at": instant, "finished_at": instant, "changed_at": instant,
							"duration_seconds": knownvalue.NotNull(), "plan_job_id": knownvalue.Null(), "scheduled_job_id": knownvalue.Null(), "project": knownvalue.Null(),
							"url": is(h.ServerURL() + "/orchestrator/v1/jobs/1"), "report_url": is(h.ServerURL() + "/orchestrator/v1/jobs/1/report"),
							"nodes_url": is(h.ServerURL() + "/orchestrator/v1/jobs/1/nodes"), "events_url": is(h.ServerURL() + "/orchestrator/v1/jobs/1/events"), "states": knownvalue.Null(),
							"owner_subject": knownvalue.ObjectPartial(map[string]knownvalue.Check{
								"login": is("admin"), "is_superuser": knownvalue.Bool(true), "is_remote": knownvalue.Bool(false), "role_ids": knownvalue.ListExact([]knownvalue.Check{number(1)}),
								"group_ids": knownvalue.Null(), "last_login": instant,
							}),
						},
						map[string]knownvalue.Check{
							"id": is("2"), "type": is("task"), "task": is("simulate"), "noop": knownvalue.Bool(true), "sensitive_params": texts("secret"),
							"userdata":    knownvalue.MapExact(map[string]knownvalue.Check{"ticket": is("CHG1")}),
							"node_states": knownvalue.MapExact(map[string]knownvalue.Check{"finished": number(2)}),
						},
						map[string]knownvalue.Check{
							"id": is("3"), "state": is("failed"), "node_states": knownvalue.MapExact(map[string]knownvalue.Check{"failed": number(1)}), "userdata": knownvalue.Null(),
						},
						map[string]knownvalue.Check{"id": is("4"), "type": is("plan_task"), "plan_job_id": is("1"), "environment": is("")},
					)),
					statecheck.ExpectKnownValue(dataJobs, at("options").AtMapKey("1").AtMapKey("concurrency"), number(2)),
					statecheck.ExpectKnownValue(dataJobs, at("options").AtMapKey("1").AtMapKey("scope").AtMapKey("node_group"), is(simulator.AllNodesGroup)),
					statecheck.ExpectKnownValue(dataJobs, at("options").AtMapKey("2").AtMapKey("params").AtMapKey("data").AtMapKey("a").AtSliceIndex(0), number(1)),
				),
				h.sees(`data "pe_jobs" "j" { type = "task" }`, value(dataJobs, "jobs", having("id", "2", "3"))),
				h.sees("data \"pe_jobs\" \"j\" {\n type = \"plan_task\"\n task = \"act\"\n}", value(dataJobs, "jobs", having("task", "facts"))),
				h.sees("data \"pe_jobs\" \"j\" {\n order_by = \"name\"\n order = \"desc\"\n limit = 2\n offset = 1\n}", value(dataJobs, "jobs", having("id", "3", "2")), value(dataJobs, "total", number(4))),
				h.sees("data \"pe_jobs\" \"j\" {\n order_by = \"state\"\n limit = 1\n}", value(dataJobs, "jobs", having("id", "3"))),
			)
		})
	}
}

func TestJobsByTheTimeOfTheirEnd(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *simulator.Options) { o.ManualClock = true })
	h.runTask(t, "facts", nil, node(1))
	first := h.Now().UTC().Truncate(time.Second)
	h.Advance(time.Hour)
	h.runTask(t, "facts", nil, node(1))
	h.Advance(time.Hour)
	zone := time.FixedZone("elsewhere", 2*3600)
	between := func(from, to time.Time) string {
		return fmt.Sprintf("data \"pe_jobs\" \"j\" {\n min_finish_timestamp = %q\n max_finish_timestamp = %q\n}", from.In(zone).Format(time.RFC3339), to.Format(time.RFC3339))
	}
	h.run(t,
		resource.TestStep{Config: h.config(between(first, first.Add(-time.Hour))), ExpectError: says("The span of time is empty")},
		h.sees(between(first.Add(-time.Minute), first.Add(time.Minute)), value(dataJobs, "jobs", having("id", "1"))),
		h.sees(between(first.Add(30*time.Minute), first.Add(2*time.Hour)), value(dataJobs, "jobs", having("id", "2"))),
		h.sees(between(first.Add(3*time.Hour), first.Add(4*time.Hour)), value(dataJobs, "jobs", having("id"))),
	)
}

// TestJobsOfAnOldServer asks a server for filters that it does not know, and that it does not refuse either.
func TestJobsOfAnOldServer(t *testing.T) {
	t.Parallel()
	h := newHarness(t, generation(simulator.PE2019))
	h.runTask(t, "facts", nil, node(1))
	h.run(t,
		resource.TestStep{
			Config:      h.config(`data "pe_jobs" "j" { min_finish_timestamp = "2099-01-01T00:00:00Z" }`),
			ExpectError: says("The server has ignored `min_finish_timestamp`: it answered with job 1, which ended at"),
		},
		resource.TestStep{
			Config:      h.config(`data "pe_jobs" "j" { max_finish_timestamp = "2001-01-01T00:00:00Z" }`),
			ExpectError: says("The filter came with PE 2021.6 or 2021.7, and the server seems to be older"),
		},
		resource.TestStep{
			Config:      h.config(`data "pe_jobs" "j" { task = "facts" }`),
			ExpectError: says("A server before PE 2021.7 filters by `task` only together with"),
		},
		h.sees(`data "pe_jobs" "j" { min_finish_timestamp = "2001-01-01T00:00:00Z" }`, value(dataJobs, "jobs", having("id", "1"))),
	)
}

func TestJobsOverSeveralPages(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	client := h.client(t)
	for range 205 {
		started(t)(client.RunTask(ctx(t), orchestrator.TaskRequest{Environment: "production", Task: "facts", Scope: orchestrator.Scope{Nodes: []string{node(1)}}}))
	}
	h.FinishAll()
	h.run(t, h.sees(`
data "pe_jobs" "all" { order_by = "name" }
data "pe_jobs" "some" { limit = 201 }
data "pe_jobs" "none" { offset = 205 }`,
		value("data.pe_jobs.all", "jobs", knownvalue.ListSizeExact(205)),
		value("data.pe_jobs.some", "jobs", knownvalue.ListSizeExact(201)),
		value("data.pe_jobs.none", "jobs", knownvalue.ListSizeExact(0)),
	))
}

// TestNoJobs reads empty collections, whose total servers before PE 2021.7 tell as null.
func TestNoJobs(t *testing.T) {
	t.Parallel()
	for _, release := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(release), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, generation(release))
			total := number(0)
			if release == simulator.PE2019 {
				total = knownvalue.Null()
			}
			h.run(t, h.sees(`
data "pe_jobs" "j" {}
data "pe_plan_jobs" "j" {}
data "pe_scheduled_jobs" "j" {}
data "pe_task_targets" "t" {}
data "pe_tasks" "t" { environment = "staging" }
data "pe_plans" "p" { environment = "staging" }
data "pe_inventory" "i" { nodes = [] }`,
				value(dataJobs, "jobs", knownvalue.ListSizeExact(0)), value(dataJobs, "options", knownvalue.ObjectExact(nil)),
				value(dataJobs, "total", total),
				value("data.pe_plan_jobs.j", "plan_jobs", knownvalue.ListSizeExact(0)),
				value("data.pe_scheduled_jobs.j", "scheduled_jobs", knownvalue.ListSizeExact(0)),
				value("data.pe_task_targets.t", "task_targets", knownvalue.ListSizeExact(0)),
				value("data.pe_tasks.t", "tasks", knownvalue.ListSizeExact(0)),
				value("data.pe_plans.p", "plans", knownvalue.ListSizeExact(0)),
				value("data.pe_inventory.i", "inventory", knownvalue.MapSizeExact(0)),
			))
		})
	}
}

// TestWrongQuestions collects what `terraform validate` finds without a server.
func TestWrongQuestions(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for name, test := range map[string]struct{ config, want string }{
		"type of job":         {`data "pe_jobs" "j" { type = "plan" }`, "value must be one of"},
		"deploys have none":   {"data \"pe_jobs\" \"j\" {\n type = \"deploy\"\n task = \"facts\"\n}", "Deploys have no task"},
		"no limit":            {`data "pe_jobs" "j" { limit = 0 }`, "value must be at least 1"},
		"offset":              {`data "pe_plan_jobs" "j" { offset = -1 }`, "value must be at least 0"},
		"order":               {`data "pe_plan_jobs" "j" { order = "up" }`, "value must be one of"},
		"no time":             {`data "pe_plan_jobs" "j" { min_finish_timestamp = "yesterday" }`, `"yesterday" is not a time such as 2030-01-05T02:00:00+01:00`},
		"nodes of no number":  {`data "pe_job_nodes" "j" { job_id = "abc" }`, `"abc" is not the id of a job`},
		"state of a node":     {"data \"pe_job_nodes\" \"j\" {\n job_id = \"1\"\n state = \"ended\"\n}", "value must be one of"},
		"start":               {"data \"pe_job_events\" \"j\" {\n job_id = \"1\"\n start = -1\n}", "value must be at least 0"},
		"type of schedule":    {`data "pe_scheduled_jobs" "j" { type = "deployment" }`, "value must be one of"},
		"order of schedules":  {`data "pe_scheduled_jobs" "j" { order_by = "time" }`, "value must be one of"},
		"neither id nor name": {`data "pe_task_target" "t" {}`, "one (and only one) of"},
		"both id and name":    {"data \"pe_task_target\" \"t\" {\n id = \"1\"\n display_name = \"a\"\n}", "one (and only one) of"},
		"name for an id":      {`data "pe_task_target" "t" { id = "web" }`, "to look one up by its name, use `display_name`"},
		"task name":           {`data "pe_task_metadata" "t" { name = "a::b::c" }`, "is not the name of a task"},
		"plan name":           {`data "pe_plan_metadata" "p" { name = "Facts" }`, "is not the name of a plan"},
		"environment":         {`data "pe_tasks" "t" { environment = "a b" }`, "is not the name of an environment"},
		"certname":            {`data "pe_inventory" "i" { nodes = ["a b"] }`, "has white space in it"},
		"no day":              {`data "pe_usage" "u" { start_date = "2026_01_31" }`, "is not a day in the form YYYY-MM-DD"},
		"usage backwards":     {"data \"pe_usage\" \"u\" {\n start_date = \"2026-02-01\"\n end_date = \"2026-01-31\"\n}", "lies before `start_date`"},
		"level":               {`data "pe_orchestrator" "o" { level = "trace" }`, "value must be one of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.run(t, resource.TestStep{Config: h.config(test.config), PlanOnly: true, ExpectError: says(test.want)})
		})
	}
	t.Cleanup(func() {
		if requests := h.Requests(); len(requests) > 0 {
			t.Errorf("validating has sent %d requests, the first %s %s", len(requests), requests[0].Method, requests[0].Path)
		}
	})
}

// TestQuestionsAboutWhatIsNotThere reads what belongs to jobs that do not exist, and what the user may not see.
func TestQuestionsAboutWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.AddUser("nobody", "example-only")
	stranger := h.IssueToken("nobody", time.Hour)
	for name, test := range map[string]struct{ token, config, want string }{
		"nodes of a job":     {"", `data "pe_job_nodes" "j" { job_id = "99" }`, "There is no such job, or its record is gone"},
		"events of a job":    {"", `data "pe_job_events" "j" { job_id = "99" }`, "There is no such job, or its record is gone"},
		"report of a job":    {"", `data "pe_job_report" "j" { job_id = "99" }`, "There is no such job, or its record is gone"},
		"events of a plan":   {"", `data "pe_plan_job_events" "j" { plan_job_id = "99" }`, "There is no such plan job, or its record is gone"},
		"task-target":        {"", `data "pe_task_target" "t" { id = "99" }`, "`pe_task_targets` lists those that there are"},
		"name of a target":   {"", `data "pe_task_target" "t" { display_name = "web" }`, "The server has 0 task-targets, and none of them has this name"},
		"task":               {"", `data "pe_task_metadata" "t" { name = "no::such" }`, "`pe_tasks` lists the tasks that there are"},
		"plan":               {"", `data "pe_plan_metadata" "p" { name = "no::such" }`, "`pe_plans` lists the plans that there are"},
		"environment, tasks": {"", `data "pe_tasks" "t" { environment = "nosuch" }`, "Check the environment's name"},
		"environment, plans": {"", `data "pe_plans" "p" { environment = "nosuch" }`, "Check the environment's name"},
		"jobs, refused":      {stranger, `data "pe_jobs" "j" {}`, "lacks a permission"},
		"schedules, refused": {stranger, `data "pe_scheduled_jobs" "j" {}`, "This API reports a missing permission in this way"},
		"inventory, refused": {stranger, `data "pe_inventory" "i" {}`, "lacks a permission"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := test.token
			if token == "" {
				token = h.AdminToken()
			}
			h.run(t, resource.TestStep{Config: h.configAs(token, test.config), ExpectError: says(test.want)})
		})
	}
}

// TestEndpointsOfNewerServers asks a server that lacks an endpoint.
func TestEndpointsOfNewerServers(t *testing.T) {
	t.Parallel()
	for path, test := range map[string]struct{ config, want string }{
		"inventory":            {`data "pe_inventory" "i" {}`, "The server may be older than GET /inventory, which came with PE 2016.5"},
		"usage":                {`data "pe_usage" "u" {}`, "The server may be older than GET /usage, which came with PE 2019.0"},
		"tasks":                {`data "pe_tasks" "t" {}`, "The server may be older than GET /tasks, which came with PE 2017.3"},
		"plans":                {`data "pe_plans" "p" {}`, "The server may be older than GET /plans, which came with PE 2019.2"},
		"plan_jobs":            {`data "pe_plan_jobs" "j" {}`, "The server may be older than GET /plan_jobs, which came with PE 2018.1"},
		"scopes/task_targets":  {`data "pe_task_targets" "t" {}`, "The server may be older than GET /scopes/task_targets, which came with PE 2019.3"},
		"scheduled_jobs/*":     {`data "pe_scheduled_jobs" "j" {}`, "The server does not have the scheduling API that `scheduled_jobs_api` = \"environment_jobs\" asks for"},
		"plan_jobs/*/events":   {`data "pe_plan_job_events" "j" { plan_job_id = "1" }`, "The server may be older than GET /plan_jobs/:id/events"},
		"tasks/package/init":   {`data "pe_task_metadata" "t" { name = "package" }`, "The server may be older than GET /tasks, which came with PE 2017.3"},
		"scopes/task_targets/": {`data "pe_task_target" "t" { display_name = "web" }`, "The server may be older than GET /scopes/task_targets"},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			for _, suffix := range []string{path, path + "/*"} {
				h.AddFault(simulator.Fault{Path: "/orchestrator/v1/" + suffix, Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: "Not Found"})
			}
			if path == "scopes/task_targets/" {
				h.AddFault(simulator.Fault{Path: "/orchestrator/v1/scopes/task_targets", Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: "Not Found"})
			}
			h.run(t, resource.TestStep{Config: h.config(test.config, `scheduled_jobs_api = "environment_jobs"`), ExpectError: says(test.want)})
		})
	}
}
