// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
)

// TestJobsOfPlan_LooksAtTheWorstFew has a plan that has started many jobs, of which an early one has failed.
func TestJobsOfPlan_LooksAtTheWorstFew(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	history := map[string][]orchestrator.StatusPeriod{}
	for i := range 13 {
		params := map[string]any{}
		if i == 1 {
			params["fail_on"] = []string{acctest.Node(1)}
		}
		id := h.RunTask(t, "simulate", params, acctest.Node(1))
		state := orchestrator.JobFinished
		if i == 1 {
			state = orchestrator.JobFailed
		}
		history[id] = []orchestrator.StatusPeriod{{State: orchestrator.JobRunning}, {State: state}}
	}
	h.FinishAll()
	got := verdict.JobsOfPlan(t.Context(), h.Client(t), history, httpapi.NewRedactor("simulated").Text)
	const first = "Job 2 of the plan (task simulate): failed, nodes: 1 failed.\n  node1.example.com (failed): Task exited 1: (redacted) failure on"
	if !strings.HasPrefix(got, first) || !strings.HasSuffix(got, "\n\nJob 5 of the plan (task simulate): finished, nodes: 1 finished.\n\nThe plan has started 3 more jobs.") {
		t.Errorf("got %s", got)
	}
	if n := h.Count("GET", "/jobs/2/nodes"); n != 1 || h.Count("GET", "/jobs/13/nodes") != 0 {
		t.Errorf("the nodes of the job that failed were read %d times", n)
	}
}

func TestJobsOfPlan_SaysWhatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	id := h.RunTask(t, "simulate", map[string]any{}, acctest.Node(1))
	h.AddFault(simulator.Fault{Method: "GET", Path: "/orchestrator/v1/jobs/" + id, Action: simulator.AnswerStatus, Status: 403})
	history := map[string][]orchestrator.StatusPeriod{id: nil}
	got := verdict.JobsOfPlan(t.Context(), h.Client(t), history, httpapi.NewRedactor().Text)
	if !strings.HasPrefix(got, "Job 1 of the plan could not be read: ") {
		t.Errorf("got %s", got)
	}
	if got := verdict.JobsOfPlan(t.Context(), h.Client(t), nil, httpapi.NewRedactor().Text); got != "" {
		t.Errorf("a plan without jobs: got %s", got)
	}
}
