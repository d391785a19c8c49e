// SPDX-License-Identifier: MPL-2.0

package history_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	dataNodes  = "data.pe_job_nodes.n"
	dataEvents = "data.pe_job_events.e"
	dataReport = "data.pe_job_report.r"
)

// TestJobParts_OfOneJob reads the nodes, events and report of one job in which every node ends differently.
func TestJobParts_OfOneJob(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, readsThePartsOfAJob)
}

func readsThePartsOfAJob(t *testing.T, h acctest.Server) {
	t.Helper()
	id := h.RunTask(t, "simulate", map[string]any{
		"data": map[string]any{"list": []any{1, "two", nil}}, "fail_on": []string{acctest.Node(2)}, "error_on": []string{acctest.Node(3)}, "skip_on": []string{acctest.Node(4)},
	}, acctest.Node(1), acctest.Node(2), acctest.Node(3), acctest.Node(4))
	h.Run(t, h.ReadStep(fmt.Sprintf(`
data "pe_job_nodes" "n" {
  job_id   = %[1]q
  order_by = "name"
}
data "pe_job_events" "e" { job_id = %[1]q }
data "pe_job_report" "r" { job_id = %[1]q }
data "pe_job" "j" { id = %[1]q }`, id),
		acctest.Value(dataNodes, "nodes", acctest.Items(
			map[string]knownvalue.Check{
				"name": acctest.Text(acctest.Node(1)), "state": acctest.Text("finished"), "message": knownvalue.Null(), "started_at": acctest.Time, "finished_at": acctest.Time, "changed_at": acctest.Time,
				"duration_seconds": knownvalue.NotNull(), "report_url": knownvalue.Null(), "transaction_uuid": knownvalue.Null(), "transport": acctest.Text("pcp"), "latest_event_id": knownvalue.NotNull(),
			},
			map[string]knownvalue.Check{"name": acctest.Text(acctest.Node(2)), "state": acctest.Text("failed"), "message": acctest.Text("Task exited 1:\nsimulated failure on " + acctest.Node(2))},
			map[string]knownvalue.Check{"name": acctest.Text(acctest.Node(3)), "state": acctest.Text("errored"), "message": acctest.Text("The agent on this node could not run the task")},
			map[string]knownvalue.Check{"name": acctest.Text(acctest.Node(4)), "state": acctest.Text("skipped"), "started_at": knownvalue.Null(), "duration_seconds": knownvalue.Null()},
		)),
		acctest.NestedValue(dataNodes, "results", acctest.Node(1), knownvalue.TupleExact([]knownvalue.Check{acctest.Number(1), acctest.Text("two"), knownvalue.Null()}), "list"),
		acctest.NestedValue(dataNodes, "results", acctest.Node(2), acctest.Number(1), "_error", "details", "exitcode"),
		acctest.NestedValue(dataNodes, "results", acctest.Node(4), knownvalue.Null()),
		acctest.NestedValue(dataNodes, "details", acctest.Node(3), acctest.Text("The agent on this node could not run the task"), "message"),
		acctest.Value(dataNodes, "next_event", knownvalue.NotNull()),

		statecheck.ExpectKnownValue(dataEvents, acctest.At("events").AtSliceIndex(0), knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"id": acctest.Number(1), "type": acctest.Text("node_running"), "node": knownvalue.StringRegexp(acctest.Says("node")), "timestamp": acctest.Time, "message": knownvalue.StringRegexp(acctest.Says("Started task simulate on")),
		})),
		acctest.NestedValue(dataEvents, "details", "1", knownvalue.Bool(false), "detail", "noop"),
		acctest.Value(dataEvents, "next_start", knownvalue.NotNull()),

		acctest.Value(dataReport, "nodes", acctest.Items(
			map[string]knownvalue.Check{"node": acctest.Text(acctest.Node(1)), "state": acctest.Text("finished"), "timestamp": acctest.Time, "started_at": reportedStart(h)},
			map[string]knownvalue.Check{"node": acctest.Text(acctest.Node(2)), "state": acctest.Text("failed")},
			map[string]knownvalue.Check{"node": acctest.Text(acctest.Node(3)), "state": acctest.Text("errored")},
			map[string]knownvalue.Check{"node": acctest.Text(acctest.Node(4)), "state": acctest.Text("skipped")},
		)),
		reportedEvents(h),

		statecheck.ExpectKnownValue(dataJob, acctest.At("states").AtSliceIndex(0), knownvalue.ObjectPartial(map[string]knownvalue.Check{"state": firstState(h), "entered_at": acctest.Time, "exited_at": acctest.Time})),
		acctest.NestedValue(dataJob, "options", "task", acctest.Text("simulate")),
		acctest.Value(dataJob, "owner_subject", knownvalue.ObjectPartial(map[string]knownvalue.Check{"login": acctest.Text("admin")})),
	))
}

// firstState is the state in which jobs begin.
func firstState(s acctest.Server) knownvalue.Check {
	if s.Has(simulator.NewJobs) {
		return acctest.Text("new")
	}
	return acctest.Text("ready")
}

// reportedStart is when a node began, according to a job's report.
func reportedStart(s acctest.Server) knownvalue.Check {
	if s.Has(simulator.ReportItems) {
		return knownvalue.Null()
	}
	return acctest.Time
}

// reportedEvents checks the events of a node in a job's report: none, ids or objects.
func reportedEvents(s acctest.Server) statecheck.StateCheck {
	events := acctest.At("events").AtMapKey(acctest.Node(1))
	switch {
	case !s.Has(simulator.ReportEvents):
		return statecheck.ExpectKnownValue(dataReport, events, knownvalue.TupleExact(nil))
	case s.Has(simulator.ReportItems):
		return statecheck.ExpectKnownValue(dataReport, events.AtSliceIndex(0), knownvalue.NotNull())
	default:
		return statecheck.ExpectKnownValue(dataReport, events.AtSliceIndex(0).AtMapKey("type"), acctest.Text("node_running"))
	}
}

// TestJobNodesDataSource_Deploy reads the results of Puppet runs: a report, a summary and a transaction.
func TestJobNodesDataSource_Deploy(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	id := acctest.Started(t)(h.Client(t).Deploy(acctest.Ctx(t), orchestrator.DeployRequest{Environment: "production", Scope: &orchestrator.Scope{Nodes: []string{acctest.Node(1)}}}))
	h.FinishAll()
	h.Run(t, h.ReadStep(`
data "pe_job_nodes" "n" { job_id = "`+id+`" }
data "pe_job_events" "e" { job_id = "`+id+`" }`,
		acctest.Value(dataNodes, "nodes", acctest.Items(map[string]knownvalue.Check{
			"report_url": knownvalue.StringRegexp(acctest.Says("#/cm/report/")), "transaction_uuid": knownvalue.NotNull(), "message": knownvalue.NotNull(),
		})),
		acctest.NestedValue(dataNodes, "results", acctest.Node(1), acctest.Text("production"), "environment"),
		acctest.NestedValue(dataNodes, "results", acctest.Node(1), knownvalue.NotNull(), "metrics", "total"),
		acctest.Value(dataEvents, "events", acctest.Items(
			map[string]knownvalue.Check{"type": acctest.Text("node_running"), "node": acctest.Text(acctest.Node(1))},
			map[string]knownvalue.Check{"type": acctest.Text("node_finished"), "message": acctest.Text("Finished puppet run on " + acctest.Node(1) + " - Success!")},
			map[string]knownvalue.Check{"type": acctest.Text("job_finished"), "node": knownvalue.Null()},
		)),
		acctest.NestedValue(dataEvents, "details", "3", acctest.Text("finished"), "state"),
	))
}

// TestJobNodesDataSource_SensitiveResults reads a secret that a task has printed, on a server that shows it.
func TestJobNodesDataSource_SensitiveResults(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.Generation, o.RejectUserdata = simulator.PE2019, true })
	id := h.RunTask(t, "simulate", map[string]any{"output": "open", "sensitive_output": "closed"}, acctest.Node(1))
	h.RunCLI(t, resource.TestStep{
		Config: h.Config(`data "pe_job_nodes" "n" { job_id = "` + id + `" }`),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(dataNodes, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{acctest.Node(1): knownvalue.ObjectExact(map[string]knownvalue.Check{"_output": acctest.Text("open")})})),
			acctest.Value(dataNodes, "sensitive_results", knownvalue.ObjectExact(map[string]knownvalue.Check{acctest.Node(1): acctest.Text("closed")})),
			statecheck.ExpectSensitiveValue(dataNodes, acctest.At("sensitive_results")),
		},
	})
}

// TestJobNodesDataSource_SeveralPages reads a job over more nodes than a page holds, and parts of it.
func TestJobNodesDataSource_SeveralPages(t *testing.T) {
	t.Parallel()
	const many = 450
	h := acctest.New(t, func(o *simulator.Options) { o.Nodes = many })
	id := acctest.Started(t)(h.Client(t).RunTask(acctest.Ctx(t), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Params: map[string]any{"fail_on": []string{acctest.Node(7), acctest.Node(449)}}, Scope: orchestrator.Scope{NodeGroup: simulator.AllNodesGroup},
	}))
	h.FinishAll()
	nodes := func(name, arguments string) string {
		return fmt.Sprintf("data \"pe_job_nodes\" %q {\n job_id = %q\n %s\n}\n", name, id, arguments)
	}
	events := func(name, arguments string) string {
		return fmt.Sprintf("data \"pe_job_events\" %q {\n job_id = %q\n %s\n}\n", name, id, arguments)
	}
	size := knownvalue.ListSizeExact
	h.Run(t, h.ReadStep(
		nodes("all", "")+nodes("failed", `states = ["failed"]`)+nodes("middle", "limit = 250\n offset = 100")+nodes("last", "order_by = \"name\"\n order = \"desc\"\n limit = 1")+
			nodes("none", "offset = 450")+nodes("states", "states = [\"failed\", \"errored\"]\n limit = 1\n offset = 1")+events("all", "")+events("three", "limit = 3")+events("end", "start = 900")+events("none", "start = 902"),
		acctest.Value("data.pe_job_nodes.all", "nodes", size(many)),
		acctest.Value("data.pe_job_nodes.failed", "nodes", acctest.ListWith("name", acctest.Node(7), acctest.Node(449))),
		acctest.Value("data.pe_job_nodes.middle", "nodes", size(250)),
		acctest.Value("data.pe_job_nodes.last", "nodes", acctest.ListWith("name", acctest.Node(99))),
		acctest.Value("data.pe_job_nodes.states", "nodes", acctest.ListWith("name", acctest.Node(449))),
		acctest.Value("data.pe_job_nodes.none", "nodes", size(0)), acctest.Value("data.pe_job_nodes.none", "results", knownvalue.ObjectExact(nil)),
		acctest.Value("data.pe_job_events.all", "events", size(2*many+1)), acctest.Value("data.pe_job_events.all", "next_start", acctest.Number(2*many+2)),
		acctest.Value("data.pe_job_events.three", "events", size(3)), acctest.Value("data.pe_job_events.three", "next_start", acctest.Number(4)),
		acctest.Value("data.pe_job_events.end", "events", size(2)),
		acctest.Value("data.pe_job_events.none", "events", size(0)), acctest.Value("data.pe_job_events.none", "next_start", acctest.Number(902)),
	))
}

// pageOfNodes answers the next request for the nodes of job 1: they are in one state, and the events go on after them.
func pageOfNodes(h *acctest.Harness, from, to, event int) {
	var items []string
	for i := from; i <= to; i++ {
		items = append(items, fmt.Sprintf(`{"name":"node%03d","state":"running"}`, i))
	}
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/jobs/1/nodes", Times: 1, Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: fmt.Sprintf(`{"next-events":{"id":"x","event":"%d"},"items":[%s]}`, event, strings.Join(items, ",")),
	})
}

// TestJobNodesDataSource_EventsWhileItIsRead reads two pages of nodes of a running job. What happens between them is not lost for whoever
// reads the events from there on.
func TestJobNodesDataSource_EventsWhileItIsRead(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for range 2 { // in the plan, and in the one that follows
		pageOfNodes(h, 1, 200, 10)
		pageOfNodes(h, 201, 250, 110)
	}
	h.Run(t, h.ReadStep("data \"pe_job_nodes\" \"n\" {\n job_id = \"1\"\n}",
		acctest.Value(dataNodes, "nodes", knownvalue.ListSizeExact(250)), acctest.Value(dataNodes, "next_event", acctest.Number(10))))
}

// TestJobNodesDataSource_ServerWithoutPages reads a part of the nodes of a server that sends all of them, whatever is asked for.
func TestJobNodesDataSource_ServerWithoutPages(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	pageOfNodes(h, 1, 5, 10) // for the plan
	pageOfNodes(h, 1, 5, 10) // for the one that follows
	h.Run(t, h.ReadStep("data \"pe_job_nodes\" \"n\" {\n job_id = \"1\"\n limit = 2\n offset = 2\n}",
		acctest.Value(dataNodes, "nodes", acctest.ListWith("name", "node003", "node004"))))
}

// TestJobNodesDataSource_OneState asks the server for the only state that is wanted, and is not misled by a server that ignores that.
func TestJobNodesDataSource_OneState(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	id := h.RunTask(t, "simulate", map[string]any{"fail_on": []string{acctest.Node(2)}}, acctest.Node(1), acctest.Node(2))
	config := "data \"pe_job_nodes\" \"n\" {\n job_id = \"" + id + "\"\n states = [\"failed\"]\n}"
	asked := func() bool {
		return slices.ContainsFunc(h.Requests(), func(r simulator.Request) bool { return strings.Contains(r.RawQuery, "state=failed") })
	}
	h.Run(t, h.ReadStep(config, acctest.Value(dataNodes, "nodes", acctest.ListWith("name", acctest.Node(2)))))
	if !asked() {
		t.Error("the server was not asked for the state")
	}
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/jobs/" + id + "/nodes", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"items":[{"name":"` + acctest.Node(1) + `","state":"finished"},{"name":"` + acctest.Node(2) + `","state":"failed"}]}`,
	})
	h.Run(t, h.ReadStep(config, acctest.Value(dataNodes, "nodes", acctest.ListWith("name", acctest.Node(2)))))
}

const (
	dataPlanJobs   = "data.pe_plan_jobs.j"
	dataPlanEvents = "data.pe_plan_job_events.e"
)

func TestPlanJobsDataSource_Read(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, readsPlanJobs)
}

func readsPlanJobs(t *testing.T, h acctest.Server) {
	t.Helper()
	h.RunPlan(t, "simulate::plan", map[string]any{"targets": acctest.Node(1), "task": "facts", "password": "hidden", "result": map[string]any{"nodes": []any{acctest.Node(1)}}})
	h.RunPlan(t, "simulate::plan", map[string]any{"fail": true, "message": "no luck"})
	h.RunPlan(t, "simulate::plan", map[string]any{})
	h.Run(t,
		h.ReadStep("data \"pe_plan_jobs\" \"j\" {\n order_by = \"name\"\n order = \"asc\"\n}",
			acctest.Value(dataPlanJobs, "plan_jobs", acctest.Items(
				map[string]knownvalue.Check{
					"id": acctest.Text("1"), "state": acctest.Text("success"), "plan_name": acctest.Text("simulate::plan"), "environment": acctest.Text("production"), "sensitive_params": acctest.Texts("password"), "owner": acctest.Text("admin"),
					"owner_subject": knownvalue.ObjectPartial(map[string]knownvalue.Check{"is_superuser": knownvalue.Bool(true)}), "started_at": acctest.Time, "finished_at": acctest.Time,
					"changed_at": acctest.Time, "duration_seconds": knownvalue.NotNull(), "job_ids": knownvalue.Null(), "job_states": knownvalue.Null(), "scheduled_job_id": knownvalue.Null(), "project": knownvalue.Null(),
					"url": acctest.Text(h.ServerURL() + "/orchestrator/v1/plan_jobs/1"), "events_url": acctest.Text(h.ServerURL() + "/orchestrator/v1/plan_jobs/1/events"),
				},
				map[string]knownvalue.Check{"id": acctest.Text("2"), "state": acctest.Text("failure")},
				map[string]knownvalue.Check{"id": acctest.Text("3"), "state": acctest.Text("success")},
			)),
			acctest.NestedValue(dataPlanJobs, "params", "1", acctest.Text("facts"), "task"),
			acctest.NestedValue(dataPlanJobs, "results", "1", knownvalue.TupleExact([]knownvalue.Check{acctest.Text(acctest.Node(1))}), "nodes"),
			acctest.NestedValue(dataPlanJobs, "results", "2", acctest.Text("no luck"), "msg"),
			acctest.NestedValue(dataPlanJobs, "results", "3", knownvalue.Null()),
		),
		h.ReadStep("data \"pe_plan_jobs\" \"j\" {\n include_results = false\n order_by = \"name\"\n order = \"desc\"\n limit = 1\n offset = 1\n}",
			acctest.Value(dataPlanJobs, "plan_jobs", acctest.ListWith("id", "2")), acctest.Value(dataPlanJobs, "total", acctest.Number(3)), acctest.Value(dataPlanJobs, "results", knownvalue.Null())),
		h.ReadStep(`data "pe_plan_job" "j" { id = "1" }`,
			acctest.Value(dataPlanJob, "job_ids", acctest.Texts("1")), acctest.Value(dataPlanJob, "changed_at", acctest.Time),
			statecheck.ExpectKnownValue(dataPlanJob, acctest.At("job_states").AtMapKey("1").AtSliceIndex(0).AtMapKey("state"), firstState(h)),
		),
	)
}

func TestPlanJobsDataSource_OldServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	h.RunPlan(t, "simulate::plan", map[string]any{})
	h.Run(t, resource.TestStep{
		Config:      h.Config(`data "pe_plan_jobs" "j" { min_finish_timestamp = "2099-01-01T00:00:00Z" }`),
		ExpectError: acctest.Says("The server has ignored `min_finish_timestamp`: it answered with plan job 1, which ended at"),
	})
}

// TestPlanJobEventsDataSource_LongMessages reads the events of a plan. Lists cut its messages, and the data source does not.
func TestPlanJobEventsDataSource_LongMessages(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 2000)
	limit := strings.Repeat("x", 1024)
	h := acctest.New(t)
	id := h.RunPlan(t, "simulate::plan", map[string]any{"message": long, "targets": acctest.Node(1), "task": "facts", "result": 42})
	exact := h.RunPlan(t, "simulate::plan", map[string]any{"message": limit})
	short := h.RunPlan(t, "simulate::plan", map[string]any{"message": "short"})
	events := func(id, arguments string) string {
		return "data \"pe_plan_job_events\" \"e\" {\n plan_job_id = \"" + id + "\"\n" + arguments + "\n}"
	}
	again := func(want int) resource.TestCheckFunc { return h.Writes(want, http.MethodGet, "/plan_jobs/*/event/*") }
	out := func(text string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(dataPlanEvents, acctest.At("events").AtSliceIndex(0).AtMapKey("message"), acctest.Text(text))
	}
	quiet := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	inner := h.RunPlan(t, "canary::random", map[string]any{"nodes": []string{acctest.Node(1)}})
	h.Run(t,
		h.ReadStep(events(inner, ""), acctest.Value(dataPlanEvents, "events", acctest.Items(
			map[string]knownvalue.Check{"type": acctest.Text("plan_start"), "plan": acctest.Text("canary"), "duration_seconds": knownvalue.Null()},
			map[string]knownvalue.Check{"type": acctest.Text("command_start"), "job_id": acctest.Text("2")},
			map[string]knownvalue.Check{"type": acctest.Text("plan_end"), "plan": acctest.Text("canary"), "duration_seconds": knownvalue.NotNull()},
			map[string]knownvalue.Check{"type": acctest.Text("plan_finished"), "plan_id": acctest.Text(inner), "message": knownvalue.Null()},
		))),
		resource.TestStep{Config: h.Config(events(short, "")), ConfigStateChecks: []statecheck.StateCheck{out("short")}, Check: again(0)},
		h.ReadStep(events(id, ""),
			acctest.Value(dataPlanEvents, "events", acctest.Items(
				map[string]knownvalue.Check{"type": acctest.Text("out_message"), "message": acctest.Text(long), "timestamp": acctest.Time, "job_id": knownvalue.Null(), "plan": knownvalue.Null()},
				map[string]knownvalue.Check{"type": acctest.Text("task_start"), "job_id": acctest.Text("1"), "message": knownvalue.Null()},
				map[string]knownvalue.Check{"type": acctest.Text("plan_finished"), "plan_id": acctest.Text(id)},
			)),
			statecheck.ExpectKnownValue(dataPlanEvents, acctest.At("events").AtSliceIndex(0).AtMapKey("id"), knownvalue.NotNull()),
		),
		resource.TestStep{Config: h.Config(events(exact, "")), ConfigStateChecks: []statecheck.StateCheck{out(limit)}, ConfigPlanChecks: quiet},
		h.ReadStep(events(id, "full_messages = false"), out(strings.Repeat("é", 512))),
		h.ReadStep(events(id, "limit = 2"), acctest.Value(dataPlanEvents, "events", knownvalue.ListSizeExact(2))),
		h.ReadStep(events(id, "start = 100000"), acctest.Value(dataPlanEvents, "events", knownvalue.ListSizeExact(0)), acctest.Value(dataPlanEvents, "next_start", acctest.Number(100000))),
		resource.TestStep{
			// A server before PE 2019.4 cannot return the rest.
			PreConfig: func() {
				h.AddFault(simulator.Fault{Path: "/orchestrator/v1/plan_jobs/*/event/*", Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: "Not Found"})
			},
			Config: h.Config(events(id, "")), ConfigStateChecks: []statecheck.StateCheck{out(strings.Repeat("é", 512))},
		},
	)
}
