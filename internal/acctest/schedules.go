// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// Generations are the generations that the simulator supports.
var Generations = []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025}

// EnabledSchedules returns the schedules that will run.
func (h *Harness) EnabledSchedules() (ids []string) {
	for _, schedule := range h.Schedules() {
		if schedule.Enabled && !schedule.NextRun.IsZero() {
			ids = append(ids, schedule.ID)
		}
	}
	return ids
}

// TimeIn returns the time on the server's clock after a duration, as configurations write it.
func (h *Harness) TimeIn(d time.Duration) string {
	return h.Now().Add(d).UTC().Truncate(time.Second).Format(time.RFC3339)
}
