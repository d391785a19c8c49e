// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// refusedList has the older API refuse its list as the orchestrator refuses everything else. Its documents name no permission for it, and
// the simulator asks for none.
func refusedList(h *acctest.Harness) (permit func()) {
	return h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: "/orchestrator/v1/scheduled_jobs", Action: simulator.AnswerStatus, Status: http.StatusForbidden,
		Body: `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"Not permitted to view jobs","details":{}}`,
	})
}

// TestMayRead_IsFoundOutBeforeAnythingIsCreated has a user who may schedule everything and look at nothing. No schedule is created until
// the user may, because no plan could read it.
func TestMayRead_IsFoundOutBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	for _, c := range scheduleCases {
		for _, generation := range acctest.Generations {
			t.Run(fmt.Sprintf("%s, %s", c.kind, generation), func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(generation))
				h.AddUser("robot", "x", acctest.Grant("puppet_agent:run:*"), acctest.Grant("tasks:run:*"), acctest.Grant("plans:run:*"))
				permit := func() { h.Grant("robot", acctest.Grant("orchestrator:view:*")) }
				if generation == simulator.PE2019 {
					permit = refusedList(h)
				}
				config := h.ConfigAs(h.IssueToken("robot", 0), c.body(h.TimeIn(time.Hour), c.minimal))
				h.Run(t, resource.TestStep{
					Config:      config,
					ExpectError: acctest.SaysAll("Schedule of … was not created, because it could not be read back … needs the permission `orchestrator` / `view` (Start, stop and view jobs) … Nothing was created."),
				})
				if n := h.ScheduleCreatesReceived(); n != 0 {
					t.Fatalf("the server has received %d schedules", n)
				}
				permit()
				h.Run(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, PlanOnly: true})
				if n := h.ScheduleCreatesReceived(); n != 1 {
					t.Errorf("the server has received %d schedules", n)
				}
			})
		}
	}
}

// TestMayRead_WithASetAPI finds it out where the provider does not ask which API the server has.
func TestMayRead_WithASetAPI(t *testing.T) {
	t.Parallel()
	for generation, setting := range map[simulator.Generation]string{simulator.PE2019: "schedule_task", simulator.PE2025: "environment_jobs"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			h.AddUser("robot", "x", acctest.Grant("tasks:run:*"))
			refusedList(h)
			h.Run(t, resource.TestStep{
				Config:      h.ConfigAs(h.IssueToken("robot", 0), scheduleCases[0].body(h.TimeIn(time.Hour), scheduleCases[0].minimal), fmt.Sprintf("scheduled_jobs_api = %q", setting)),
				ExpectError: acctest.Says("was not created, because it could not be read back"),
			})
			if n := h.ScheduleCreatesReceived(); n != 0 {
				t.Errorf("the server has received %d schedules", n)
			}
		})
	}
}

// TestMayRead_TroubleIsNoRefusal lets the question fail in ways that prove nothing.
func TestMayRead_TroubleIsNoRefusal(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"it fails":              {Action: simulator.AnswerStatus, Status: 500},
		"the connection breaks": {Action: simulator.DropBeforeHandling},
		"a proxy refuses it":    {Action: simulator.HTML, Status: 403},
		"a page of a proxy":     {Action: simulator.HTML, Status: 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			fault.Method, fault.Path, fault.Times = http.MethodGet, "/orchestrator/v1"+environmentJobsPath, 1
			h.AddFault(fault)
			config := h.Config(scheduleCases[0].body(h.TimeIn(time.Hour), scheduleCases[0].minimal), `scheduled_jobs_api = "environment_jobs"`)
			h.Run(t, resource.TestStep{Config: config})
			if n := h.ScheduleCreatesReceived(); n != 1 {
				t.Errorf("the server has received %d schedules", n)
			}
		})
	}
}
