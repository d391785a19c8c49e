package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

const (
	dataJob     = "data.pe_job.j"
	dataPlanJob = "data.pe_plan_job.j"
)

func TestJobDataSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.run(t,
		resource.TestStep{
			Config: h.config(taskBody(`
  task        = "package"
  description = "see"
  params      = { action = "status", name = "bash" }
  userdata    = { ticket = "CHG1" }
  `+twoNodes) + "\n" + `data "pe_job" "j" { id = pe_task.t.id }`),
			ConfigStateChecks: []statecheck.StateCheck{
				value(dataJob, "id", knownvalue.StringExact("1")),
				value(dataJob, "type", knownvalue.StringExact("task")),
				value(dataJob, "state", knownvalue.StringExact("finished")),
				value(dataJob, "task", knownvalue.StringExact("package")),
				value(dataJob, "description", knownvalue.StringExact("see")),
				value(dataJob, "environment", knownvalue.StringExact("production")),
				statecheck.ExpectKnownValue(dataJob, at("params").AtMapKey("name"), knownvalue.StringExact("bash")),
				statecheck.ExpectKnownValue(dataJob, at("scope").AtMapKey("nodes"), knownvalue.TupleExact([]knownvalue.Check{
					knownvalue.StringExact("node1.example.com"), knownvalue.StringExact("node2.example.com"),
				})),
				value(dataJob, "owner", knownvalue.StringExact("admin")),
				value(dataJob, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{"finished": knownvalue.Int64Exact(2)})),
				// The request id is ours, and nobody else's business.
				value(dataJob, "userdata", knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG1")})),
				value(dataJob, "plan_job_id", knownvalue.Null()),
			},
			Check: h.launches(1),
		},
	)
}

func TestJobOfAPlan(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.run(t, resource.TestStep{
		Config: h.config(planBody("plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\", task = \"facts\", result = \"done\" }") + `
data "pe_plan_job" "j" { id = pe_plan_run.p.id }
data "pe_job" "j" { id = data.pe_plan_job.j.job_ids[0] }`),
		ConfigStateChecks: []statecheck.StateCheck{
			value(dataPlanJob, "state", knownvalue.StringExact("success")),
			value(dataPlanJob, "plan_name", knownvalue.StringExact("simulate::plan")),
			value(dataPlanJob, "result", knownvalue.StringExact("done")),
			value(dataPlanJob, "job_ids", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("1")})),
			statecheck.ExpectKnownValue(dataPlanJob, at("params").AtMapKey("task"), knownvalue.StringExact("facts")),
			value(dataJob, "type", knownvalue.StringExact("plan_task")),
			value(dataJob, "plan_job_id", knownvalue.StringExact("1")),
			value(dataJob, "environment", knownvalue.StringExact("")),
		},
	})
}

// TestDataSourcesWait follows a job and a plan of somebody else to their end.
func TestDataSourcesWait(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	start := taskBody("task = \"simulate\"\nparams = { duration = 20 }\nwait_for_completion = false\n"+twoNodes) +
		planBody("plan_name = \"simulate::plan\"\nwait_for_completion = false\nparams = { targets = \"node1.example.com\", duration = 20 }")
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
	h.run(t,
		resource.TestStep{Config: h.config(start + follow("finished")), ConfigStateChecks: []statecheck.StateCheck{
			value(dataJob, "state", knownvalue.StringExact("finished")), value(dataPlanJob, "state", knownvalue.StringExact("success")),
		}},
	)
	failing := newHarness(t)
	failing.run(t,
		resource.TestStep{Config: failing.config(taskBody("task = \"simulate\"\nwait_for_completion = false\nparams = { fail_on = [\"node1.example.com\"] }\n" + twoNodes))},
		resource.TestStep{
			Config:      failing.config("data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"finished\"\n}"),
			ExpectError: says("Job 1 did not finish: it is failed"),
		},
		resource.TestStep{
			Config: failing.config("data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"ended\"\n}"),
			ConfigStateChecks: []statecheck.StateCheck{
				value(dataJob, "state", knownvalue.StringExact("failed")),
			},
		},
		resource.TestStep{Config: failing.config(planBody("plan_name = \"simulate::plan\"\nwait_for_completion = false\nparams = { targets = \"node1.example.com\", fail = true }"))},
		resource.TestStep{
			Config:      failing.config("data \"pe_plan_job\" \"j\" {\n id = \"1\"\n wait_until = \"finished\"\n}"),
			ExpectError: says("Plan job 1 failed"),
		},
	)
}

func TestDataSourceWaitsNoLongerThanItMay(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.run(t,
		resource.TestStep{Config: h.config(taskBody("task = \"simulate\"\nwait_for_completion = false\nparams = { duration = 100000 }\n" + twoNodes))},
		resource.TestStep{
			Config:      h.config("data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"ended\"\n timeouts {\n read = \"1s\"\n }\n}"),
			ExpectError: says("Raise `timeouts { read = … }` if it needs longer"),
		},
	)
}

func TestDataSourcesOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for name, test := range map[string]struct{ config, want string }{
		"job":           {`data "pe_job" "j" { id = "99" }`, "There is no such job, or its record is gone"},
		"plan job":      {`data "pe_plan_job" "j" { id = "99" }`, "There is no such plan job, or its record is gone"},
		"waiting":       {"data \"pe_job\" \"j\" {\n id = \"99\"\n wait_until = \"ended\"\n}", "There is no such job, or its record is gone"},
		"no number":     {`data "pe_job" "j" { id = "abc" }`, `"abc" is not the id of a job`},
		"a URL":         {`data "pe_plan_job" "j" { id = "https://pe/plan_jobs/1" }`, "which is a number such as 82"},
		"wait for what": {"data \"pe_job\" \"j\" {\n id = \"1\"\n wait_until = \"running\"\n}", "value must be one of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.run(t, resource.TestStep{Config: h.config(test.config), ExpectError: says(test.want)})
		})
	}
}

func TestPrunedJobOfADataSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.run(t,
		resource.TestStep{Config: h.config(taskBody("task = \"facts\"\n" + twoNodes))},
		resource.TestStep{
			PreConfig:   func() { h.Advance(40 * 24 * time.Hour) },
			Config:      h.config(taskBody("task = \"facts\"\n"+twoNodes) + "\ndata \"pe_job\" \"j\" { id = \"1\" }"),
			ExpectError: says("the server deletes the records of jobs after 30 days by default"),
		},
	)
}
