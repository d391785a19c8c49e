// SPDX-License-Identifier: MPL-2.0

package release_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"2019.8", "2021.7", "2025"} {
		g, err := release.Parse(name)
		if err != nil || string(g) != name {
			t.Errorf("%s: %s, %v", name, g, err)
		}
		if g.ServiceVersion() == "" || !g.AtLeast(release.PE2019) {
			t.Errorf("%s is not in order", name)
		}
	}
	for _, name := range []string{"", "2019", "2021.7.1"} {
		if g, err := release.Parse(name); err == nil {
			t.Errorf("%q is %s", name, g)
		}
	}
}

func TestGeneration_Features(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		has  func(release.Generation) bool
		want [3]bool
	}{
		"environment jobs":    {release.Generation.EnvironmentJobs, [3]bool{false, true, true}},
		"schedule commands":   {func(g release.Generation) bool { return g.Has(release.ScheduleCommands) }, [3]bool{true, true, false}},
		"stop with force":     {release.Generation.StopForce, [3]bool{false, true, true}},
		"stop_plan":           {release.Generation.StopPlan, [3]bool{false, true, true}},
		"timeouts":            {release.Generation.Timeouts, [3]bool{false, false, true}},
		"filters by time":     {release.Generation.FinishTimestampFilters, [3]bool{false, true, true}},
		"RBAC commands":       {release.Generation.RBACCommands, [3]bool{false, true, true}},
		"redirects on create": {release.Generation.CreateRedirects, [3]bool{true, false, true}},
		"groups/create":       {release.Generation.GroupsCreateCommand, [3]bool{false, false, true}},
		"v2/groups":           {release.Generation.V2Groups, [3]bool{false, true, true}},
		"no null totals":      {func(g release.Generation) bool { return g.TotalOfNothing() != nil }, [3]bool{false, true, true}},
		"a deploy ceiling":    {func(g release.Generation) bool { return g.DeployConcurrencyLimit(8) == 8 }, [3]bool{false, true, true}},
	} {
		for i, g := range []release.Generation{release.PE2019, release.PE2021, release.PE2025} {
			if got := tc.has(g); got != tc.want[i] {
				t.Errorf("%s has %s: %v", g, name, got)
			}
		}
	}
}
