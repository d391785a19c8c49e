// SPDX-License-Identifier: MPL-2.0

package jobrun_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestJobs_KeepNoUserdata has what lists of jobs show of a server. A job may be older than an upgrade, and a plan job may have been given
// none.
func TestJobs_KeepNoUserdata(t *testing.T) {
	t.Parallel()
	none, some := map[string]any{}, map[string]any{"ticket": "7"}
	for name, test := range map[string]struct {
		userdata []map[string]any
		want     bool
	}{
		"no job":                     {nil, false},
		"one without":                {[]map[string]any{nil}, true},
		"two without":                {[]map[string]any{nil, nil}, true},
		"one with none":              {[]map[string]any{none}, false},
		"one that changed, and some": {[]map[string]any{nil, some}, false},
		"one that changed, and none": {[]map[string]any{nil, none}, false},
	} {
		var jobs []orchestrator.Job
		var plans []orchestrator.PlanJob
		for _, userdata := range test.userdata {
			jobs = append(jobs, orchestrator.Job{Userdata: userdata})
			plans = append(plans, orchestrator.PlanJob{Userdata: userdata})
		}
		if got := (jobrun.Jobs[orchestrator.Job]{Family: jobfamily.NodeJobs{}}).KeepNoUserdata(jobs); got != test.want {
			t.Errorf("%s: jobs show %v", name, got)
		}
		if (jobrun.Jobs[orchestrator.PlanJob]{Family: jobfamily.PlanJobs{}}).KeepNoUserdata(plans) {
			t.Errorf("%s: plan jobs show it", name)
		}
	}
}
