// SPDX-License-Identifier: MPL-2.0

package history_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const dataJobs = "data.pe_jobs.j"

func TestJobsDataSource_Filters(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, filtersJobs)
}

func filtersJobs(t *testing.T, h acctest.Server) {
	t.Helper()
	client := h.Client(t)
	acctest.Started(t)(client.Deploy(acctest.Ctx(t), orchestrator.DeployRequest{
		Environment: "production", Scope: &orchestrator.Scope{NodeGroup: simulator.AllNodesGroup}, Concurrency: acctest.Pointer[int64](2), Description: acctest.Pointer("roll out"),
	}))
	h.FinishAll()
	acctest.Started(t)(client.RunTask(acctest.Ctx(t), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Scope: orchestrator.Scope{Nodes: []string{acctest.Node(1), acctest.Node(2)}}, Noop: acctest.Pointer(true),
		Params: map[string]any{"secret": "hidden", "data": map[string]any{"a": []any{1, nil}}}, Userdata: map[string]any{"ticket": "CHG1"},
	}))
	h.FinishAll()
	h.RunTask(t, "simulate", map[string]any{"duration": 100, "fail_on": []string{acctest.Node(1)}}, acctest.Node(1))
	h.RunPlan(t, "simulate::plan", map[string]any{"targets": acctest.Node(1), "task": "facts"})
	h.Run(t,
		h.ReadStep(`data "pe_jobs" "j" { order_by = "name" }`,
			acctest.Value(dataJobs, "jobs", acctest.Items(
				map[string]knownvalue.Check{
					"id": acctest.Text("1"), "type": acctest.Text("deploy"), "state": acctest.Text("finished"), "description": acctest.Text("roll out"), "environment": acctest.Text("production"), "task": knownvalue.Null(),
					"noop": knownvalue.Bool(false), "node_count": acctest.Number(6), "owner": acctest.Text("admin"), "started_at": acctest.Time, "finished_at": acctest.Time, "changed_at": acctest.Time,
					"duration_seconds": knownvalue.NotNull(), "plan_job_id": knownvalue.Null(), "scheduled_job_id": knownvalue.Null(), "project": knownvalue.Null(),
					"url": acctest.Text(h.ServerURL() + "/orchestrator/v1/jobs/1"), "report_url": acctest.Text(h.ServerURL() + "/orchestrator/v1/jobs/1/report"),
					"nodes_url": acctest.Text(h.ServerURL() + "/orchestrator/v1/jobs/1/nodes"), "events_url": acctest.Text(h.ServerURL() + "/orchestrator/v1/jobs/1/events"), "states": knownvalue.Null(),
					"owner_subject": knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"login": acctest.Text("admin"), "is_superuser": knownvalue.Bool(true), "is_remote": knownvalue.Bool(false), "role_ids": knownvalue.ListExact([]knownvalue.Check{acctest.Number(1)}),
						"group_ids": knownvalue.Null(), "last_login": acctest.Time,
					}),
				},
				map[string]knownvalue.Check{
					"id": acctest.Text("2"), "type": acctest.Text("task"), "task": acctest.Text("simulate"), "noop": knownvalue.Bool(true), "sensitive_params": acctest.Texts("secret"),
					"userdata":    knownvalue.MapExact(map[string]knownvalue.Check{"ticket": acctest.Text("CHG1")}),
					"node_states": knownvalue.MapExact(map[string]knownvalue.Check{"finished": acctest.Number(2)}),
				},
				map[string]knownvalue.Check{
					"id": acctest.Text("3"), "state": acctest.Text("failed"), "node_states": knownvalue.MapExact(map[string]knownvalue.Check{"failed": acctest.Number(1)}), "userdata": knownvalue.Null(),
				},
				map[string]knownvalue.Check{"id": acctest.Text("4"), "type": acctest.Text("plan_task"), "plan_job_id": acctest.Text("1"), "environment": environmentOfPlanJobs(h)},
			)),
			statecheck.ExpectKnownValue(dataJobs, acctest.At("options").AtMapKey("1").AtMapKey("concurrency"), acctest.Number(2)),
			statecheck.ExpectKnownValue(dataJobs, acctest.At("options").AtMapKey("1").AtMapKey("scope").AtMapKey("node_group"), acctest.Text(simulator.AllNodesGroup)),
			statecheck.ExpectKnownValue(dataJobs, acctest.At("options").AtMapKey("2").AtMapKey("params").AtMapKey("data").AtMapKey("a").AtSliceIndex(0), acctest.Number(1)),
		),
		h.ReadStep(`data "pe_jobs" "j" { type = "task" }`, acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "2", "3"))),
		h.ReadStep("data \"pe_jobs\" \"j\" {\n states = [\"failed\", \"stopped\"]\n}", acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "3")), acctest.Value(dataJobs, "total", acctest.Number(4))),
		h.ReadStep("data \"pe_jobs\" \"j\" {\n states = [\"failed\", \"finished\"]\n limit = 1\n}", acctest.Value(dataJobs, "total", knownvalue.Null())),
		h.ReadStep("data \"pe_jobs\" \"j\" {\n type = \"plan_task\"\n task = \"act\"\n}", acctest.Value(dataJobs, "jobs", acctest.ListWith("task", "facts"))),
		h.ReadStep("data \"pe_jobs\" \"j\" {\n order_by = \"name\"\n order = \"desc\"\n limit = 2\n offset = 1\n}", acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "3", "2")), acctest.Value(dataJobs, "total", acctest.Number(4))),
		h.ReadStep("data \"pe_jobs\" \"j\" {\n order_by = \"state\"\n limit = 1\n}", acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "3"))),
	)
}

func TestJobsDataSource_ByTheTimeOfTheirEnd(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.ManualClock = true })
	h.RunTask(t, "facts", nil, acctest.Node(1))
	first := h.Now().UTC().Truncate(time.Second)
	h.Advance(time.Hour)
	h.RunTask(t, "facts", nil, acctest.Node(1))
	h.Advance(time.Hour)
	zone := time.FixedZone("elsewhere", 2*3600)
	between := func(from, to time.Time) string {
		return fmt.Sprintf("data \"pe_jobs\" \"j\" {\n min_finish_timestamp = %q\n max_finish_timestamp = %q\n}", from.In(zone).Format(time.RFC3339), to.Format(time.RFC3339))
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(between(first, first.Add(-time.Hour))), ExpectError: acctest.Says("The span of time is empty")},
		h.ReadStep(between(first.Add(-time.Minute), first.Add(time.Minute)), acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "1"))),
		h.ReadStep(between(first.Add(30*time.Minute), first.Add(2*time.Hour)), acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "2"))),
		h.ReadStep(between(first.Add(3*time.Hour), first.Add(4*time.Hour)), acctest.Value(dataJobs, "jobs", acctest.ListWith("id"))),
	)
}

// TestJobsDataSource_OldServer uses filters that the server does not know and does not refuse.
func TestJobsDataSource_OldServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	h.RunTask(t, "facts", nil, acctest.Node(1))
	h.Run(t,
		resource.TestStep{
			Config:      h.Config(`data "pe_jobs" "j" { min_finish_timestamp = "2099-01-01T00:00:00Z" }`),
			ExpectError: acctest.Says("The server has ignored `min_finish_timestamp`: it answered with job 1, which ended at"),
		},
		resource.TestStep{
			Config:      h.Config(`data "pe_jobs" "j" { max_finish_timestamp = "2001-01-01T00:00:00Z" }`),
			ExpectError: acctest.Says("The filter came with PE 2021.6 or 2021.7, and the server seems to be older"),
		},
		resource.TestStep{
			Config:      h.Config(`data "pe_jobs" "j" { task = "facts" }`),
			ExpectError: acctest.Says("A server before PE 2021.7 filters by `task` only together with"),
		},
		h.ReadStep(`data "pe_jobs" "j" { min_finish_timestamp = "2001-01-01T00:00:00Z" }`, acctest.Value(dataJobs, "jobs", acctest.ListWith("id", "1"))),
	)
}

func TestJobsDataSource_SeveralPages(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	client := h.Client(t)
	for range 205 {
		acctest.Started(t)(client.RunTask(acctest.Ctx(t), orchestrator.TaskRequest{Environment: "production", Task: "facts", Scope: orchestrator.Scope{Nodes: []string{acctest.Node(1)}}}))
	}
	h.FinishAll()
	h.Run(t, h.ReadStep(`
data "pe_jobs" "all" { order_by = "name" }
data "pe_jobs" "some" { limit = 201 }
data "pe_jobs" "none" { offset = 205 }`,
		acctest.Value("data.pe_jobs.all", "jobs", knownvalue.ListSizeExact(205)),
		acctest.Value("data.pe_jobs.some", "jobs", knownvalue.ListSizeExact(201)),
		acctest.Value("data.pe_jobs.none", "jobs", knownvalue.ListSizeExact(0)),
	))
}

// TestJobsDataSource_NoJobs reads empty collections, whose total is null on servers before PE 2021.7.
func TestJobsDataSource_NoJobs(t *testing.T) {
	t.Parallel()
	for _, release := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(release), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(release))
			total := acctest.Number(0)
			if release == simulator.PE2019 {
				total = knownvalue.Null()
			}
			h.Run(t, h.ReadStep(`
data "pe_jobs" "j" {}
data "pe_plan_jobs" "j" {}
data "pe_scheduled_jobs" "j" {}
data "pe_task_targets" "t" {}
data "pe_tasks" "t" { environment = "staging" }
data "pe_plans" "p" { environment = "staging" }
data "pe_inventory" "i" { only_nodes = [] }`,
				acctest.Value(dataJobs, "jobs", knownvalue.ListSizeExact(0)), acctest.Value(dataJobs, "options", knownvalue.ObjectExact(nil)),
				acctest.Value(dataJobs, "total", total),
				acctest.Value("data.pe_plan_jobs.j", "plan_jobs", knownvalue.ListSizeExact(0)),
				acctest.Value("data.pe_scheduled_jobs.j", "scheduled_jobs", knownvalue.ListSizeExact(0)),
				acctest.Value("data.pe_task_targets.t", "task_targets", knownvalue.ListSizeExact(0)),
				acctest.Value("data.pe_tasks.t", "tasks", knownvalue.ListSizeExact(0)),
				acctest.Value("data.pe_plans.p", "plans", knownvalue.ListSizeExact(0)),
				acctest.Value("data.pe_inventory.i", "nodes", knownvalue.MapSizeExact(0)),
			))
		})
	}
}

// TestDataSources_BadInput collects what `terraform validate` finds without a server.
func TestDataSources_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, test := range map[string]struct{ config, want string }{
		"type of job":         {`data "pe_jobs" "j" { type = "plan" }`, "is not known here: write"},
		"deploys have none":   {"data \"pe_jobs\" \"j\" {\n type = \"deploy\"\n task = \"facts\"\n}", "Deploys have no task"},
		"no limit":            {`data "pe_jobs" "j" { limit = 0 }`, "Give a whole number, 1 or more"},
		"offset":              {`data "pe_plan_jobs" "j" { offset = -1 }`, "Give a whole number, 0 or more"},
		"order":               {`data "pe_plan_jobs" "j" { order = "up" }`, "is not known here: write"},
		"no time":             {`data "pe_plan_jobs" "j" { min_finish_timestamp = "yesterday" }`, `"yesterday" is not a time such as 2030-01-05T02:00:00+01:00`},
		"nodes of no number":  {`data "pe_job_nodes" "j" { job_id = "abc" }`, `"abc" is not the id of a job`},
		"state of a node":     {"data \"pe_job_nodes\" \"j\" {\n job_id = \"1\"\n states = [\"ended\"]\n}", "is not known here: write"},
		"start":               {"data \"pe_job_events\" \"j\" {\n job_id = \"1\"\n start = -1\n}", "Give a whole number, 0 or more"},
		"type of schedule":    {`data "pe_scheduled_jobs" "j" { type = "deployment" }`, "is not known here: write"},
		"order of schedules":  {`data "pe_scheduled_jobs" "j" { order_by = "time" }`, "is not known here: write"},
		"neither id nor name": {`data "pe_task_target" "t" {}`, "Neither `id` nor `display_name` is given"},
		"both id and name":    {"data \"pe_task_target\" \"t\" {\n id = \"1\"\n display_name = \"a\"\n}", "Remove `id` or `display_name`."},
		"name for an id":      {`data "pe_task_target" "t" { id = "web" }`, "to look one up by its name, use `display_name`"},
		"task name":           {`data "pe_task_metadata" "t" { name = "a::b::c" }`, "is not the name of a task"},
		"plan name":           {`data "pe_plan_metadata" "p" { name = "Facts" }`, "is not the name of a plan"},
		"no states":           {`data "pe_jobs" "j" { states = [] }`, "`states` is empty. Give it an element, or leave it out."},
		"states":              {`data "pe_jobs" "j" { states = ["done"] }`, "is not known here: write"},
		"environment":         {`data "pe_tasks" "t" { environment = "a/b" }`, "has a slash in it"},
		"certname":            {`data "pe_inventory" "i" { only_nodes = ["a b"] }`, "has white space in it"},
		"no day":              {`data "pe_usage" "u" { start_date = "2026_01_31" }`, "is not a day in the form YYYY-MM-DD"},
		"usage backwards":     {"data \"pe_usage\" \"u\" {\n start_date = \"2026-02-01\"\n end_date = \"2026-01-31\"\n}", "lies before `start_date`"},
		"level":               {`data "pe_orchestrator" "o" { level = "trace" }`, "is not known here: write"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.config), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	t.Cleanup(func() {
		if requests := h.Requests(); len(requests) > 0 {
			t.Errorf("validating has sent %d requests, the first %s %s", len(requests), requests[0].Method, requests[0].Path)
		}
	})
}

// TestDataSources_OfWhatIsNotThere reads parts of jobs that do not exist, and objects that the user may not see.
func TestDataSources_OfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
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
			h.Run(t, resource.TestStep{Config: h.ConfigAs(token, test.config), ExpectError: acctest.Says(test.want)})
		})
	}
}

// TestDataSources_EndpointIsMissing uses endpoints that the server lacks.
func TestDataSources_EndpointIsMissing(t *testing.T) {
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
			h := acctest.New(t)
			for _, suffix := range []string{path, path + "/*"} {
				h.AddFault(simulator.Fault{Path: "/orchestrator/v1/" + suffix, Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: "Not Found"})
			}
			if path == "scopes/task_targets/" {
				h.AddFault(simulator.Fault{Path: "/orchestrator/v1/scopes/task_targets", Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: "Not Found"})
			}
			h.Run(t, resource.TestStep{Config: h.Config(test.config, `scheduled_jobs_api = "environment_jobs"`), ExpectError: acctest.Says(test.want)})
		})
	}
}
