// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func checkPlanEvents(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	return sameEvents(t, c.orchestrator.AllPlanJobEvents(t.Context(), "1", 0), raw)
}

func checkPlanEvent(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	event, err := c.orchestrator.PlanJobEvent(t.Context(), "1", 95)
	if len(event.OutMessage()) <= 1024 || !strings.Contains(string(raw), event.OutMessage()) {
		t.Errorf("the message has %d bytes", len(event.OutMessage()))
	}
	return err
}

func checkPlanJob(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	job, err := c.orchestrator.PlanJob(t.Context(), "1")
	samePlanJob(t, job, asObject(t, raw))
	return err
}

func samePlanJob(t *testing.T, job orchestrator.PlanJob, object map[string]any) {
	t.Helper()
	options, _ := object["options"].(map[string]any)
	parameters, _ := options["parameters"].(map[string]any)
	status, _ := object["status"].(map[string]any)
	same(t, "id", job.ID, object["name"])
	same(t, "state", string(job.State), object["state"])
	same(t, "plan", job.PlanName, options["plan_name"])
	same(t, "parameters", len(job.Options.Params()), len(parameters))
	same(t, "schedule", job.Options.ScheduledJobID(), str(options["scheduled_job_id"]))
	same(t, "environment", job.Environment, str(options["environment"]))
	same(t, "has a result", job.Result != nil, object["result"] != nil)
	same(t, "jobs", len(job.JobIDs()), len(status))
	if job.State == orchestrator.PlanJobFailure && job.Message() == "" {
		t.Error("the reason of the failure is lost")
	}
	if job.State.Terminal() && job.FinishedTimestamp == "" {
		t.Error("the end is unknown")
	}
}

func checkPlanJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	jobs, err := orchestrator.Collect(c.orchestrator.PlanJobs(t.Context(), orchestrator.PlanJobFilter{}), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.PlanJob) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		samePlanJob(t, jobs[i], object)
	}
	return err
}
