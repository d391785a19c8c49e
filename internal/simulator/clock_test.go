// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestClock_DatesAnswers(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.Advance(48 * time.Hour)
	sim.AddFault(simulator.Fault{Path: "/orchestrator/v1/inventory", Action: simulator.AnswerStatus, Status: http.StatusBadGateway})
	for _, path := range []string{"/jobs", "/inventory"} {
		answer := clientOf(t, sim, sim.AdminToken()).orch(t, http.MethodGet, path, nil)
		date, err := http.ParseTime(answer.header.Get("Date"))
		if err != nil || !date.Equal(sim.Now().UTC().Truncate(time.Second)) {
			t.Errorf("%s: the answer is dated %v (%v), the clock shows %v", path, date, err, sim.Now())
		}
	}
}
