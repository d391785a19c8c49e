// SPDX-License-Identifier: MPL-2.0

package outcome_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
)

func TestInWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		counts states
		want   string
	}{
		"none":                  {nil, ""},
		"zeros":                 {states{"finished": 0, "failed": 0}, ""},
		"one":                   {states{"running": 3}, "3 running"},
		"zeros are left out":    {states{"finished": 2, "failed": 0, "new": 0}, "2 finished"},
		"the order of PE":       {states{"errored": 1, "failed": 2, "skipped": 3, "finished": 4, "stopped": 5, "stopping": 6, "running": 7, "ready": 8, "new": 9}, "9 new, 8 ready, 7 running, 6 stopping, 5 stopped, 4 finished, 3 skipped, 2 failed, 1 errored"},
		"states nobody knows":   {states{"quantum": 1, "failed": 1, "entangled": 2}, "2 entangled, 1 quantum, 1 failed"},
		"only what nobody knew": {states{"quantum": 1}, "1 quantum"},
	} {
		if got := outcome.NodeStatesText(test.counts); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	for want, job := range map[string]orchestrator.Job{
		"new":                                 {State: "new"},
		"running, nodes: 1 running, 2 failed": {State: "running", NodeStates: states{"failed": 2, "running": 1}},
		"finished, nodes: 3 finished":         {State: "finished", NodeStates: states{"finished": 3, "failed": 0}},
		"stopping":                            {State: "stopping", NodeStates: states{"running": 0}},
	} {
		if got := outcome.Progress(job); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlanProgress(t *testing.T) {
	t.Parallel()
	planJob := func(jobs int) orchestrator.PlanJob {
		periods := make([]string, jobs)
		for i := range periods {
			periods[i] = fmt.Sprintf(`"%d":[{"state":"running"}]`, 100+i)
		}
		var job orchestrator.PlanJob
		if err := json.Unmarshal([]byte(`{"name":"7","state":"running","status":{`+strings.Join(periods, ",")+`}}`), &job); err != nil {
			t.Fatal(err)
		}
		return job
	}
	for jobs, want := range map[int]string{
		0:  "running",
		1:  "running, jobs so far: 100",
		2:  "running, jobs so far: 100, 101",
		10: "running, jobs so far: 100, 101, 102, 103, 104, 105, 106, 107, 108, 109",
		11: "running, jobs so far: 100, 101, 102, 103, 104, 105, 106, 107, 108, 109 and 1 more",
	} {
		if got := outcome.PlanProgress(planJob(jobs)); got != want {
			t.Errorf("%d jobs: got %q, want %q", jobs, got, want)
		}
	}
}
