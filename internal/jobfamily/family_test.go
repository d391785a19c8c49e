// SPDX-License-Identifier: MPL-2.0

package jobfamily_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// TestNodeJobs_Stop stops a job on each generation. Those before PE 2021.7 refuse force, and are asked again without.
func TestNodeJobs_Stop(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		generation simulator.Generation
		force      bool
		asked      int
		warns      bool
	}{
		"without force":                    {simulator.PE2025, false, 1, false},
		"with force":                       {simulator.PE2025, true, 1, false},
		"without force, on an old server":  {simulator.PE2019, false, 1, false},
		"with force that it does not know": {simulator.PE2019, true, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(test.generation))
			clients := &pe.Clients{Orchestrator: h.Client(t)}
			id := acctest.Started(t)(clients.Orchestrator.RunTask(t.Context(), orchestrator.TaskRequest{
				Environment: "production", Task: "simulate", Params: map[string]any{"duration": 600},
				Scope: orchestrator.Scope{Nodes: []string{acctest.Node(1)}},
			}))
			var diags diag.Diagnostics
			if err := (jobfamily.NodeJobs{}).Stop(t.Context(), clients, id, test.force, &diags); err != nil {
				t.Fatal(err)
			}
			if got := h.Count("POST", "/command/stop"); got != test.asked {
				t.Errorf("the server was asked %d times, want %d", got, test.asked)
			}
			if got := diags.WarningsCount() > 0; got != test.warns || diags.HasError() {
				t.Errorf("it reports %v", diags)
			}
		})
	}
}

// TestPlanJobs_Stop stops a plan while a job of it runs. Only force stops that job as well.
func TestPlanJobs_Stop(t *testing.T) {
	t.Parallel()
	for name, force := range map[string]bool{"its jobs go on": false, "with its jobs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.TimeScale = 1 })
			clients := &pe.Clients{Orchestrator: h.Client(t)}
			id := acctest.Started(t)(clients.Orchestrator.RunPlan(t.Context(), orchestrator.PlanRequest{
				Environment: "production", PlanName: "simulate::plan", Params: map[string]any{"targets": acctest.Node(1), "task": "simulate", "params": map[string]any{"duration": 600}},
			}))
			h.Advance(10 * time.Second) // the plan has begun its job
			plan, err := clients.Orchestrator.PlanJob(t.Context(), id)
			if err != nil || len(plan.JobIDs()) != 1 {
				t.Fatalf("the plan has the jobs %q: %v", plan.JobIDs(), err)
			}
			var diags diag.Diagnostics
			if err := (jobfamily.PlanJobs{}).Stop(t.Context(), clients, id, force, &diags); err != nil || len(diags) > 0 {
				t.Fatalf("%v, %v", err, diags)
			}
			want := 0
			if force {
				want = 1
			}
			if got := h.Count("POST", "/command/stop"); got != want {
				t.Errorf("%d jobs were stopped, want %d", got, want)
			}
		})
	}
}

// TestFamilies_Recent has jobs of both types and a plan job, of which each family sees its own.
func TestFamilies_Recent(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	clients := &pe.Clients{Orchestrator: h.Client(t)}
	task := h.RunTask(t, "facts", nil, acctest.Node(1))
	deploy := acctest.Started(t)(clients.Orchestrator.Deploy(t.Context(), orchestrator.DeployRequest{
		Environment: "production", Scope: &orchestrator.Scope{Nodes: []string{acctest.Node(2)}},
	}))
	plan := h.RunPlan(t, "simulate::plan", map[string]any{})
	h.FinishAll()
	for want, jobType := range map[string]string{task: orchestrator.JobTypeTask, deploy: orchestrator.JobTypeDeploy} {
		jobs, err := orchestrator.Collect(jobfamily.NodeJobs{JobType: jobType}.Recent(t.Context(), clients), 0)
		if err != nil || !slices.ContainsFunc(jobs, func(j orchestrator.Job) bool { return j.ID == want }) ||
			slices.ContainsFunc(jobs, func(j orchestrator.Job) bool { return j.Type != jobType || !(jobfamily.NodeJobs{}).Ended(j) }) {
			t.Errorf("jobs of type %s: %+v, %v", jobType, jobs, err)
		}
	}
	plans, err := orchestrator.Collect(jobfamily.PlanJobs{}.Recent(t.Context(), clients), 0)
	if err != nil || len(plans) != 1 || plans[0].ID != plan || (jobfamily.PlanJobs{}).Trace(plans[0]).ID != plan {
		t.Errorf("plan jobs: %+v, %v", plans, err)
	}
}
