package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	dataNodes  = "data.pe_job_nodes.n"
	dataEvents = "data.pe_job_events.e"
	dataReport = "data.pe_job_report.r"
)

// deep is what a check is about: an attribute of a dynamic object.
func deep(address, attribute, key string, check knownvalue.Check, more ...string) statecheck.StateCheck {
	path := at(attribute).AtMapKey(key)
	for _, inner := range more {
		path = path.AtMapKey(inner)
	}
	return statecheck.ExpectKnownValue(address, path, check)
}

// TestPartsOfAJob reads the nodes, events and report of one job in which every node fares differently.
func TestPartsOfAJob(t *testing.T) {
	t.Parallel()
	for _, release := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(release), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, generation(release))
			id := h.runTask(t, "simulate", map[string]any{
				"data": map[string]any{"list": []any{1, "two", nil}}, "fail_on": []string{node(2)}, "error_on": []string{node(3)}, "skip_on": []string{node(4)},
			}, node(1), node(2), node(3), node(4))
			h.run(t, h.sees(fmt.Sprintf(`
data "pe_job_nodes" "n" {
  job_id   = %[1]q
  order_by = "name"
}
data "pe_job_events" "e" { job_id = %[1]q }
data "pe_job_report" "r" { job_id = %[1]q }
data "pe_job" "j" { id = %[1]q }`, id),
				value(dataNodes, "nodes", items(
					map[string]knownvalue.Check{
						"name": is(node(1)), "state": is("finished"), "message": knownvalue.Null(), "started_at": instant, "finished_at": instant, "changed_at": instant,
						"duration_seconds": knownvalue.NotNull(), "report_url": knownvalue.Null(), "transaction_uuid": knownvalue.Null(), "transport": is("pcp"), "latest_event_id": knownvalue.NotNull(),
					},
					map[string]knownvalue.Check{"name": is(node(2)), "state": is("failed"), "message": is("Task exited 1:\nsimulated failure on " + node(2))},
					map[string]knownvalue.Check{"name": is(node(3)), "state": is("errored"), "message": is("The agent on this node could not run the task")},
					map[string]knownvalue.Check{"name": is(node(4)), "state": is("skipped"), "started_at": knownvalue.Null(), "duration_seconds": knownvalue.Null()},
				)),
				deep(dataNodes, "results", node(1), knownvalue.TupleExact([]knownvalue.Check{number(1), is("two"), knownvalue.Null()}), "list"),
				deep(dataNodes, "results", node(2), number(1), "_error", "details", "exitcode"),
				deep(dataNodes, "results", node(4), knownvalue.Null()),
				deep(dataNodes, "details", node(3), is("The agent on this node could not run the task"), "message"),
				value(dataNodes, "next_event", knownvalue.NotNull()),

				statecheck.ExpectKnownValue(dataEvents, at("events").AtSliceIndex(0), knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"id": number(1), "type": is("node_running"), "node": knownvalue.StringRegexp(says("node")), "timestamp": instant, "message": knownvalue.StringRegexp(says("Started task simulate on")),
				})),
				deep(dataEvents, "details", "1", knownvalue.Bool(false), "detail", "noop"),
				value(dataEvents, "next_start", knownvalue.NotNull()),

				value(dataReport, "nodes", items(
					map[string]knownvalue.Check{"node": is(node(1)), "state": is("finished"), "timestamp": instant, "started_at": knownvalue.Null()},
					map[string]knownvalue.Check{"node": is(node(2)), "state": is("failed")},
					map[string]knownvalue.Check{"node": is(node(3)), "state": is("errored")},
					map[string]knownvalue.Check{"node": is(node(4)), "state": is("skipped")},
				)),
				statecheck.ExpectKnownValue(dataReport, at("events").AtMapKey(node(1)).AtSliceIndex(0).AtMapKey("type"), is("node_running")),

				statecheck.ExpectKnownValue(dataJob, at("states").AtSliceIndex(0), knownvalue.ObjectPartial(map[string]knownvalue.Check{"state": is("new"), "entered_at": instant, "exited_at": instant})),
				deep(dataJob, "options", "task", is("simulate")),
				value(dataJob, "owner_subject", knownvalue.ObjectPartial(map[string]knownvalue.Check{"login": is("admin")})),
			))
		})
	}
}

// TestNodesOfADeploy reads what Puppet runs leave: a report, a summary and a transaction.
func TestNodesOfADeploy(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := started(t)(h.client(t).Deploy(ctx(t), orchestrator.DeployRequest{Environment: "production", Scope: &orchestrator.Scope{Nodes: []string{node(1)}}}))
	h.FinishAll()
	h.run(t, h.sees(`
data "pe_job_nodes" "n" { job_id = "`+id+`" }
data "pe_job_events" "e" { job_id = "`+id+`" }`,
		value(dataNodes, "nodes", items(map[string]knownvalue.Check{
			"report_url": knownvalue.StringRegexp(says("#/cm/report/")), "transaction_uuid": knownvalue.NotNull(), "message": knownvalue.NotNull(),
		})),
		deep(dataNodes, "results", node(1), is("production"), "environment"),
		deep(dataNodes, "results", node(1), knownvalue.NotNull(), "metrics", "total"),
		value(dataEvents, "events", items(
			map[string]knownvalue.Check{"type": is("node_running"), "node": is(node(1))},
			map[string]knownvalue.Check{"type": is("node_finished"), "message": is("Finished puppet run on " + node(1) + " - Success!")},
			map[string]knownvalue.Check{"type": is("job_finished"), "node": knownvalue.Null()},
		)),
		deep(dataEvents, "details", "3", is("finished"), "state"),
	))
}

// TestSensitiveResultsOfNodes reads a secret that a task has printed, on a server that shows it.
func TestSensitiveResultsOfNodes(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *simulator.Options) { o.Generation, o.RejectUserdata = simulator.PE2019, true })
	id := h.runTask(t, "simulate", map[string]any{"output": "open", "sensitive_output": "closed"}, node(1))
	h.run(t, resource.TestStep{
		Config: h.config(`data "pe_job_nodes" "n" { job_id = "` + id + `" }`),
		ConfigStateChecks: []statecheck.StateCheck{
			value(dataNodes, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{node(1): knownvalue.ObjectExact(map[string]knownvalue.Check{"_output": is("open")})})),
			value(dataNodes, "sensitive_results", knownvalue.ObjectExact(map[string]knownvalue.Check{node(1): is("closed")})),
			statecheck.ExpectSensitiveValue(dataNodes, at("sensitive_results")),
		},
	})
}

// TestNodesOverSeveralPages reads a job over more nodes than a page holds, and parts of it.
func TestNodesOverSeveralPages(t *testing.T) {
	t.Parallel()
	const many = 450
	h := newHarness(t, func(o *simulator.Options) { o.Nodes = many })
	id := started(t)(h.client(t).RunTask(ctx(t), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Params: map[string]any{"fail_on": []string{node(7), node(449)}}, Scope: orchestrator.Scope{NodeGroup: simulator.AllNodesGroup},
	}))
	h.FinishAll()
	nodes := func(name, arguments string) string {
		return fmt.Sprintf("data \"pe_job_nodes\" %q {\n job_id = %q\n %s\n}\n", name, id, arguments)
	}
	events := func(name, arguments string) string {
		return fmt.Sprintf("data \"pe_job_events\" %q {\n job_id = %q\n %s\n}\n", name, id, arguments)
	}
	size := knownvalue.ListSizeExact
	h.run(t, h.sees(
		nodes("all", "")+nodes("failed", `state = "failed"`)+nodes("middle", "limit = 250\n offset = 100")+nodes("last", "order_by = \"name\"\n order = \"desc\"\n limit = 1")+
			nodes("none", "offset = 450")+events("all", "")+events("three", "limit = 3")+events("end", "start = 900")+events("none", "start = 902"),
		value("data.pe_job_nodes.all", "nodes", size(many)),
		value("data.pe_job_nodes.failed", "nodes", having("name", node(7), node(449))),
		value("data.pe_job_nodes.middle", "nodes", size(250)),
		value("data.pe_job_nodes.last", "nodes", having("name", node(99))),
		value("data.pe_job_nodes.none", "nodes", size(0)), value("data.pe_job_nodes.none", "results", knownvalue.ObjectExact(nil)),
		value("data.pe_job_events.all", "events", size(2*many+1)), value("data.pe_job_events.all", "next_start", number(2*many+2)),
		value("data.pe_job_events.three", "events", size(3)), value("data.pe_job_events.three", "next_start", number(4)),
		value("data.pe_job_events.end", "events", size(2)),
		value("data.pe_job_events.none", "events", size(0)), value("data.pe_job_events.none", "next_start", number(902)),
	))
}

// TestStateOfNodesOnAnOldServer asks for nodes in a state on a server that ignores the filter.
func TestStateOfNodesOnAnOldServer(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.runTask(t, "facts", nil, node(1))
	h.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/jobs/" + id + "/nodes", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"items":[{"name":"` + node(1) + `","state":"finished"}]}`,
	})
	h.run(t, resource.TestStep{
		Config:      h.config("data \"pe_job_nodes\" \"n\" {\n job_id = \"" + id + "\"\n state = \"failed\"\n}"),
		ExpectError: says("The server has ignored `state`: it answered with node node1.example.com, which is finished. The filter came with PE 2019.8.7"),
	})
}

const (
	dataPlanJobs   = "data.pe_plan_jobs.j"
	dataPlanEvents = "data.pe_plan_job_events.e"
)

func TestPlanJobsDataSource(t *testing.T) {
	t.Parallel()
	for _, release := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(release), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, generation(release))
			h.runPlan(t, "simulate::plan", map[string]any{"targets": node(1), "task": "facts", "password": "hidden", "result": map[string]any{"nodes": []any{node(1)}}})
			h.runPlan(t, "simulate::plan", map[string]any{"fail": true, "message": "no luck"})
			h.runPlan(t, "simulate::plan", map[string]any{})
			h.run(t,
				h.sees("data \"pe_plan_jobs\" \"j\" {\n order_by = \"name\"\n order = \"asc\"\n}",
					value(dataPlanJobs, "plan_jobs", items(
						map[string]knownvalue.Check{
							"id": is("1"), "state": is("success"), "plan_name": is("simulate::plan"), "environment": is("production"), "sensitive_params": texts("password"), "owner": is("admin"),
							"owner_subject": knownvalue.ObjectPartial(map[string]knownvalue.Check{"is_superuser": knownvalue.Bool(true)}), "started_at": instant, "finished_at": instant,
							"changed_at": instant, "duration_seconds": knownvalue.NotNull(), "job_ids": knownvalue.Null(), "job_states": knownvalue.Null(), "scheduled_job_id": knownvalue.Null(), "project": knownvalue.Null(),
							"url": is(h.ServerURL() + "/orchestrator/v1/plan_jobs/1"), "events_url": is(h.ServerURL() + "/orchestrator/v1/plan_jobs/1/events"),
						},
						map[string]knownvalue.Check{"id": is("2"), "state": is("failure")},
						map[string]knownvalue.Check{"id": is("3"), "state": is("success")},
					)),
					deep(dataPlanJobs, "params", "1", is("facts"), "task"),
					deep(dataPlanJobs, "results", "1", knownvalue.TupleExact([]knownvalue.Check{is(node(1))}), "nodes"),
					deep(dataPlanJobs, "results", "2", is("no luck"), "msg"),
					deep(dataPlanJobs, "results", "3", knownvalue.Null()),
				),
				h.sees("data \"pe_plan_jobs\" \"j\" {\n include_results = false\n order_by = \"name\"\n order = \"desc\"\n limit = 1\n offset = 1\n}",
					value(dataPlanJobs, "plan_jobs", having("id", "2")), value(dataPlanJobs, "total", number(3)), value(dataPlanJobs, "results", knownvalue.Null())),
				h.sees(`data "pe_plan_job" "j" { id = "1" }`,
					value(dataPlanJob, "job_ids", texts("1")), value(dataPlanJob, "changed_at", instant),
					statecheck.ExpectKnownValue(dataPlanJob, at("job_states").AtMapKey("1").AtSliceIndex(0).AtMapKey("state"), is("new")),
				),
			)
		})
	}
}

func TestPlanJobsOfAnOldServer(t *testing.T) {
	t.Parallel()
	h := newHarness(t, generation(simulator.PE2019))
	h.runPlan(t, "simulate::plan", map[string]any{})
	h.run(t, resource.TestStep{
		Config:      h.config(`data "pe_plan_jobs" "j" { min_finish_timestamp = "2099-01-01T00:00:00Z" }`),
		ExpectError: says("The server has ignored `min_finish_timestamp`: it answered with plan job 1, which ended at"),
	})
}

// TestEventsOfAPlan reads what a plan has done. Lists cut what it prints, and the data source does not.
func TestEventsOfAPlan(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 2000)
	limit := strings.Repeat("x", 1024)
	h := newHarness(t)
	id := h.runPlan(t, "simulate::plan", map[string]any{"message": long, "targets": node(1), "task": "facts", "result": 42})
	exact := h.runPlan(t, "simulate::plan", map[string]any{"message": limit})
	short := h.runPlan(t, "simulate::plan", map[string]any{"message": "short"})
	events := func(id, arguments string) string {
		return "data \"pe_plan_job_events\" \"e\" {\n plan_job_id = \"" + id + "\"\n" + arguments + "\n}"
	}
	again := func(want int) resource.TestCheckFunc { return h.writes(want, http.MethodGet, "/plan_jobs/*/event/*") }
	out := func(text string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(dataPlanEvents, at("events").AtSliceIndex(0).AtMapKey("message"), is(text))
	}
	quiet := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	inner := h.runPlan(t, "canary::random", map[string]any{"nodes": []string{node(1)}})
	h.run(t,
		h.sees(events(inner, ""), value(dataPlanEvents, "events", items(
			map[string]knownvalue.Check{"type": is("plan_start"), "plan": is("canary"), "duration_seconds": knownvalue.Null()},
			map[string]knownvalue.Check{"type": is("command_start"), "job_id": is("2")},
			map[string]knownvalue.Check{"type": is("plan_end"), "plan": is("canary"), "duration_seconds": knownvalue.NotNull()},
			map[string]knownvalue.Check{"type": is("plan_finished"), "plan_id": is(inner), "message": knownvalue.Null()},
		))),
		resource.TestStep{Config: h.config(events(short, "")), ConfigStateChecks: []statecheck.StateCheck{out("short")}, Check: again(0)},
		h.sees(events(id, ""),
			value(dataPlanEvents, "events", items(
				map[string]knownvalue.Check{"type": is("out_message"), "message": is(long), "timestamp": instant, "job_id": knownvalue.Null(), "plan": knownvalue.Null()},
				map[string]knownvalue.Check{"type": is("task_start"), "job_id": is("1"), "message": knownvalue.Null()},
				map[string]knownvalue.Check{"type": is("plan_finished"), "plan_id": is(id)},
			)),
			statecheck.ExpectKnownValue(dataPlanEvents, at("events").AtSliceIndex(0).AtMapKey("id"), knownvalue.NotNull()),
		),
		resource.TestStep{Config: h.config(events(exact, "")), ConfigStateChecks: []statecheck.StateCheck{out(limit)}, ConfigPlanChecks: quiet},
		h.sees(events(id, "full_messages = false"), out(strings.Repeat("é", 512))),
		h.sees(events(id, "limit = 2"), value(dataPlanEvents, "events", knownvalue.ListSizeExact(2))),
		h.sees(events(id, "start = 100000"), value(dataPlanEvents, "events", knownvalue.ListSizeExact(0)), value(dataPlanEvents, "next_start", number(100000))),
		resource.TestStep{
			// A server before PE 2019.4 has no way to tell the rest.
			PreConfig: func() {
				h.AddFault(simulator.Fault{Path: "/orchestrator/v1/plan_jobs/*/event/*", Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: "Not Found"})
			},
			Config: h.config(events(id, "")), ConfigStateChecks: []statecheck.StateCheck{out(strings.Repeat("é", 512))},
		},
	)
}
