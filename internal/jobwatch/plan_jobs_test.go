// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// TestPlanJobs_ShareAList awaits ten plan jobs on each generation of PE. They share lists, which have no results; each ends with its result
// all the same.
func TestPlanJobs_ShareAList(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation), func(o *simulator.Options) { o.TimeScale = 1 })
			client := h.Client(t)
			watcher := jobwatch.PlanJobs(client, settle)
			var all sync.WaitGroup
			for range 10 {
				id := acctest.Started(t)(client.RunPlan(t.Context(), orchestrator.PlanRequest{
					PlanName: "simulate::plan", Environment: "production", Params: map[string]any{"duration": 2, "result": "done"},
				}))
				all.Go(func() {
					last, _, err := watcher.Wait(t.Context(), id, nil)
					if err != nil || !last.State.Terminal() || string(last.Result) != `"done"` {
						t.Errorf("got %s %s, %v", last.State, last.Result, err)
					}
				})
			}
			all.Wait()
			lists, singles := 0, 0
			for _, r := range h.Requests() {
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
