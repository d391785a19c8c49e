// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func checkEnvironmentJob(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	job, err := c.orchestrator.EnvironmentJob(t.Context(), "1")
	sameEnvironmentJob(t, job, asObject(t, raw))
	return err
}

func sameEnvironmentJob(t *testing.T, job orchestrator.EnvironmentJob, object map[string]any) {
	t.Helper()
	schedule, _ := object["schedule"].(map[string]any)
	input, _ := object["input"].(map[string]any)
	parameters, _ := input["parameters"].(map[string]any)
	sensitive, _ := input["sensitive_parameters"].([]any)
	next, _ := object["next_run"].(map[string]any)
	same(t, "id", job.ID, idIn(object))
	same(t, "type", job.Type, object["type"])
	same(t, "enabled", job.Enabled, object["enabled"] != false)
	same(t, "start", job.Schedule.StartTime, schedule["start_time"])
	same(t, "recurs", job.Schedule.Interval != nil, schedule["interval"] != nil)
	same(t, "next run", job.NextRun, str(next["time"]))
	same(t, "name", job.Input.Name(), str(input["name"]))
	same(t, "parameters", len(job.Input.Parameters()), len(parameters))
	same(t, "sensitive parameters", len(job.Input.SensitiveParameters()), len(sensitive))
	same(t, "has a scope", job.Input.Scope() != nil, input["scope"] != nil)

	last, _ := object["last_run"].(map[string]any)
	same(t, "has run", job.LastRun != nil, last != nil)
	if last == nil {
		return
	}
	run, _ := last["job"].(map[string]any)
	if failure, _ := run["submission_error"].(map[string]any); failure != nil {
		same(t, "submission error", job.LastRun.SubmissionError.Message, failure["msg"])
		same(t, "job of a run that was not submitted", job.LastRun.JobID, "")
	} else {
		same(t, "job of the last run", job.LastRun.JobID, str(run["name"]))
	}
}

func checkEnvironmentJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	jobs, err := orchestrator.Collect(c.orchestrator.EnvironmentJobs(t.Context(), orchestrator.EnvironmentJobFilter{}), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.EnvironmentJob) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		sameEnvironmentJob(t, jobs[i], object)
	}
	return err
}

func checkLegacyJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	jobs, err := orchestrator.Collect(c.orchestrator.LegacyJobs(t.Context()), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.LegacyJob) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		environment := object["environment"]
		if environment == nil {
			environment = object["enviroment"]
		}
		options, _ := object["schedule_options"].(map[string]any)
		same(t, "environment", jobs[i].Environment, environment)
		same(t, "type", jobs[i].Type, object["type"])
		same(t, "name", jobs[i].Name, str(object["task"])+str(object["plan"]))
		same(t, "time", jobs[i].ScheduledTime, object["scheduled_time"])
		same(t, "recurs", jobs[i].Interval != nil, options["interval"] != nil)
		same(t, "noop", *jobs[i].Noop, object["noop"])
	}
	return err
}
