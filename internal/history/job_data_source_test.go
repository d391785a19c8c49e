// SPDX-License-Identifier: MPL-2.0

package history_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	dataJob     = "data.pe_job.j"
	dataPlanJob = "data.pe_plan_job.j"
)

func TestJobDataSource_Read(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, readsAJob)
}

func readsAJob(t *testing.T, h acctest.Server) {
	t.Helper()
	h.Run(t,
		resource.TestStep{
			Config: h.Config(acctest.TaskBody(`
  task        = "package"
  description = "see"
  params      = { action = "status", name = "bash" }
  userdata    = { ticket = "CHG1" }
  `+acctest.TwoNodes) + "\n" + `data "pe_job" "j" { id = pe_task.t.id }`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(dataJob, "id", knownvalue.StringExact("1")),
				acctest.Value(dataJob, "type", knownvalue.StringExact("task")),
				acctest.Value(dataJob, "state", knownvalue.StringExact("finished")),
				acctest.Value(dataJob, "task", knownvalue.StringExact("package")),
				acctest.Value(dataJob, "description", knownvalue.StringExact("see")),
				acctest.Value(dataJob, "environment", knownvalue.StringExact("production")),
				statecheck.ExpectKnownValue(dataJob, acctest.At("params").AtMapKey("name"), knownvalue.StringExact("bash")),
				statecheck.ExpectKnownValue(dataJob, acctest.At("scope").AtMapKey("nodes"), knownvalue.TupleExact([]knownvalue.Check{
					knownvalue.StringExact("node1.example.com"), knownvalue.StringExact("node2.example.com"),
				})),
				acctest.Value(dataJob, "owner", knownvalue.StringExact("admin")),
				acctest.Value(dataJob, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{"finished": knownvalue.Int64Exact(2)})),
				// The request id is the provider's own and is not shown.
				acctest.Value(dataJob, "userdata", knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG1")})),
				acctest.Value(dataJob, "plan_job_id", knownvalue.Null()),
			},
			Check: h.Launches(1),
		},
	)
}

func TestJobDataSource_JobOfAPlan(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, readsAJobOfAPlan)
}

func readsAJobOfAPlan(t *testing.T, h acctest.Server) {
	t.Helper()
	h.Run(t, resource.TestStep{
		Config: h.Config(acctest.PlanBody("plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\", task = \"facts\", result = \"done\" }") + `
data "pe_plan_job" "j" { id = pe_plan_run.p.id }
data "pe_job" "j" { id = data.pe_plan_job.j.job_ids[0] }`),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(dataPlanJob, "state", knownvalue.StringExact("success")),
			acctest.Value(dataPlanJob, "plan_name", knownvalue.StringExact("simulate::plan")),
			acctest.Value(dataPlanJob, "result", knownvalue.StringExact("done")),
			acctest.Value(dataPlanJob, "job_ids", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("1")})),
			statecheck.ExpectKnownValue(dataPlanJob, acctest.At("params").AtMapKey("task"), knownvalue.StringExact("facts")),
			acctest.Value(dataJob, "type", knownvalue.StringExact("plan_task")),
			acctest.Value(dataJob, "plan_job_id", knownvalue.StringExact("1")),
			acctest.Value(dataJob, "environment", environmentOfPlanJobs(h)),
		},
	})
}

// environmentOfPlanJobs is the environment that a server reports of the jobs of plans.
func environmentOfPlanJobs(s acctest.Server) knownvalue.Check {
	if s.Has(simulator.PlanJobEnvironments) {
		return acctest.Text("production")
	}
	return acctest.Text("")
}

// TestDataSources_WaitForTheEnd waits for the end of a job and a plan of another user.
func TestDataSources_WaitForTheEnd(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, waitsForTheEnd)
}

func waitsForTheEnd(t *testing.T, h acctest.Server) {
	t.Helper()
	start := acctest.TaskBody("task = \"simulate\"\nparams = { duration = 20 }\nwait_for_completion = false\n"+acctest.TwoNodes) +
		acctest.PlanBody("plan_name = \"simulate::plan\"\nwait_for_completion = false\nparams = { targets = \"node1.example.com\", duration = 20 }")
	follow := func(until string) string {
		return `
data "pe_job" "j" {
  id         = pe_task.t.id
  wait_until = "` + until + `"
}
data "pe_plan_job" "j" {
  id         = pe_plan_run.p.id
  wait_until = "` + until + `"
}`
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(start + follow("finished")), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(dataJob, "state", knownvalue.StringExact("finished")), acctest.Value(dataPlanJob, "state", knownvalue.StringExact("success")),
		}},
	)
	failing := acctest.New(t, acctest.Generation(h.Generation()))
	failing.Run(t,
		resource.TestStep{Config: failing.Config(acctest.TaskBody("task = \"simulate\"\nwait_for_completion = false\nparams = { fail_on = [\"node1.example.com\"] }\n" + acctest.TwoNodes))},
		resource.TestStep{
			Config:      failing.Config("data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"finished\"\n}"),
			ExpectError: acctest.Says("Job 1 did not finish: it is failed"),
		},
		resource.TestStep{
			Config: failing.Config("data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"ended\"\n}"),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(dataJob, "state", knownvalue.StringExact("failed")),
			},
		},
		resource.TestStep{Config: failing.Config(acctest.PlanBody("plan_name = \"simulate::plan\"\nwait_for_completion = false\nparams = { targets = \"node1.example.com\", fail = true }"))},
		resource.TestStep{
			Config:      failing.Config("data \"pe_plan_job\" \"j\" {\n id = \"1\"\n wait_until = \"finished\"\n}"),
			ExpectError: acctest.Says("Plan job 1 failed"),
		},
	)
	failing.AddFault(simulator.Fault{
		Path: "/orchestrator/v1/plan_jobs/1", Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"id":"https://pe.example.com/plan_jobs/1","name":"1","state":"failure","options":{"plan_name":"p"},"result":null}`,
	})
	failing.Run(t, resource.TestStep{
		Config:      failing.Config("data \"pe_plan_job\" \"j\" {\n id = \"1\"\n wait_until = \"finished\"\n}"),
		ExpectError: acctest.Says(`plan "p" failed: The server does not say why.`),
	})
}

// TestJobDataSource_FinishedWithFailedNodes follows a job that its server calls finished although nodes have failed, as the manuals allow.
func TestJobDataSource_FinishedWithFailedNodes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.FinishedDespiteFailures = true })
	id := h.RunTask(t, "simulate", map[string]any{"fail_on": []string{acctest.Node(1)}}, acctest.Node(1), acctest.Node(2))
	follow := func(until string) string {
		return h.Config("data \"pe_job\" \"j\" {\n id = \"" + id + "\"\n wait_until = \"" + until + "\"\n}")
	}
	h.Run(t,
		resource.TestStep{Config: follow("finished"), ExpectError: acctest.Says("Job " + id + " has not succeeded on every node")},
		resource.TestStep{Config: follow("ended"), ConfigStateChecks: []statecheck.StateCheck{acctest.Value(dataJob, "state", acctest.Text("finished"))}},
	)
}

func TestJobDataSource_WaitTimesOut(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t,
		resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"simulate\"\nwait_for_completion = false\nparams = { duration = 100000 }\n" + acctest.TwoNodes))},
		resource.TestStep{
			Config:      h.Config("data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"ended\"\n timeouts {\n read = \"1s\"\n }\n}"),
			ExpectError: acctest.Says("Raise `timeouts { read = … }` if it needs longer"),
		},
	)
}

func TestJobDataSource_UnknownJob(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, test := range map[string]struct{ config, want string }{
		"job":           {`data "pe_job" "j" { id = "99" }`, "There is no such job, or its record is gone"},
		"plan job":      {`data "pe_plan_job" "j" { id = "99" }`, "There is no such plan job, or its record is gone"},
		"waiting":       {"data \"pe_job\" \"j\" {\n id = \"99\"\n wait_until = \"ended\"\n}", "There is no such job, or its record is gone"},
		"no number":     {`data "pe_job" "j" { id = "abc" }`, `"abc" is not the id of a job`},
		"a URL":         {`data "pe_plan_job" "j" { id = "https://pe/plan_jobs/1" }`, "which is a positive number such as 82"},
		"wait for what": {"data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"running\"\n}", "is not known here: write"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.config), ExpectError: acctest.Says(test.want)})
		})
	}
}

func TestJobDataSource_PrunedJob(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t,
		resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes))},
		resource.TestStep{
			PreConfig:   func() { h.Advance(40 * 24 * time.Hour) },
			Config:      h.Config(acctest.TaskBody("task = \"facts\"\n"+acctest.TwoNodes) + "\ndata \"pe_job\" \"j\" { id = \"1\" }"),
			ExpectError: acctest.Says("the server deletes the records of jobs after 30 days by default"),
		},
	)
}
