// SPDX-License-Identifier: MPL-2.0

package jobfamily_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestPlanJobsTrace_WhenAPlanJobChanged has plan jobs of lists that do not say when they changed, as before PE 2019.8.8.
func TestPlanJobsTrace_WhenAPlanJobChanged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		job  orchestrator.PlanJob
		want string
	}{
		"it says so":      {orchestrator.PlanJob{Timestamp: "c", FinishedTimestamp: "b", CreatedTimestamp: "a"}, "c"},
		"it has ended":    {orchestrator.PlanJob{FinishedTimestamp: "b", CreatedTimestamp: "a"}, "b"},
		"it has not":      {orchestrator.PlanJob{CreatedTimestamp: "a"}, "a"},
		"it says nothing": {orchestrator.PlanJob{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (jobfamily.PlanJobs{}).Trace(test.job).ChangedAt; got != test.want {
				t.Errorf("it changed at %q, want %q", got, test.want)
			}
		})
	}
}
