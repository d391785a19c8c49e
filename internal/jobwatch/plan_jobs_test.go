// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestPlanJobs_ShareAList awaits ten plan jobs on each generation of PE, and on those whose API has the other form wherever two are known.
// They share lists, which have no results; each ends with its result all the same.
func TestPlanJobs_ShareAList(t *testing.T) {
	t.Parallel()
	servers := map[string]simulator.Options{}
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		servers[string(generation)] = simulator.Options{Generation: generation}
		servers[string(generation)+" in other forms"] = simulator.Options{Generation: generation, Variants: simulator.OppositeVariants(generation)}
	}
	for name, opts := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts.TimeScale = 1
			pe := petest.Start(t, opts)
			client := petest.Client(t, pe)
			watcher := jobwatch.PlanJobs(client, settle)
			var all sync.WaitGroup
			for range 10 {
				job, err := client.RunPlan(t.Context(), orchestrator.PlanRequest{
					PlanName: "simulate::plan", Environment: "production", Params: map[string]any{"duration": 2, "result": "done"},
				})
				if err != nil {
					t.Fatal(err)
				}
				all.Go(func() {
					last, _, err := watcher.Wait(t.Context(), job.ID, nil)
					if err != nil || !last.State.Terminal() || string(last.Result) != `"done"` {
						t.Errorf("got %s %s, %v", last.State, last.Result, err)
					}
				})
			}
			all.Wait()
			lists, singles := 0, 0
			for _, r := range pe.Requests() {
				switch {
				case r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/orchestrator/v1/plan_jobs"):
				case strings.HasPrefix(r.Path, "/orchestrator/v1/plan_jobs/"):
					singles++
				default:
					lists++
				}
			}
			t.Logf("%d lists, %d single reads", lists, singles)
			if lists < 2 || singles > 30 {
				t.Errorf("there were %d lists and %d single reads", lists, singles)
			}
		})
	}
}
