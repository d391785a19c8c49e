// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestSchedule_BesideDeprecatedCommands has servers with environment jobs that do and do not answer the deprecated commands. The provider
// uses the newer API on both, also where somebody else schedules with a command.
func TestSchedule_BesideDeprecatedCommands(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2021, simulator.PE2025} {
		for name, answers := range map[string]bool{"answered": true, "gone": false} {
			t.Run(string(g)+" "+name, func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(g), func(o *simulator.Options) { o.Variants = simulator.Variants{simulator.ScheduleCommands: answers} })
				config := h.Config(all(h.TimeIn(time.Hour), ""))
				h.Run(t,
					resource.TestStep{Config: config, Check: h.Writes(3, "POST", environmentJobsPath)},
					resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Writes(0, "POST", "/command/schedule_*")},
				)
			})
		}
	}
}
