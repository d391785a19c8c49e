// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestScheduleUpgrade_KeepsSchedules upgrades the server between two applies. PE migrates its schedules, with their ids or with new ones.
func TestScheduleUpgrade_KeepsSchedules(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		to   simulator.Generation
		keep bool
	}{
		"the ids stay":   {simulator.PE2021, true},
		"the ids change": {simulator.PE2025, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2019, func(o *simulator.Options) { o.KeepScheduleIDs = test.keep })
			begun, start := h.TimeIn(time.Hour), h.TimeIn(hours(40))
			body := func(more string) string {
				resources := all(start, more)
				// Schedules that only differ in their parameters, and ones that have begun.
				resources += attributeName("task", "other", start, "task = \"simulate\"\nparams = { output = \"z\" }\nscope = { nodes = [\"node1.example.com\"] }\n"+more)
				resources += attributeName("task", "begun", begun, "task = \"simulate\"\nscope = { query = [\"from\", \"nodes\", [\"=\", \"certname\", \"node1.example.com\"]] }\ninterval = \"24h\"\n"+more)
				return resources + attributeName("deploy", "begun", begun, "environment = \"production\"\nscope = { node_group = \""+simulator.AllNodesGroup+"\" }\ninterval = \"24h\"\n"+more)
			}
			before, after := h.Config(body("")), h.Config(body("description = \"after the upgrade\""))
			h.Run(t,
				resource.TestStep{Config: before},
				resource.TestStep{
					PreConfig: func() {
						h.Advance(hours(30))
						h.Upgrade(test.to)
					},
					Config: before, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
				},
				resource.TestStep{
					Config:           after,
					ConfigPlanChecks: acctest.Planned(append(each(acctest.Updates), acctest.Updates("pe_scheduled_task.other"), acctest.Updates("pe_scheduled_task.begun"), acctest.Updates("pe_scheduled_deploy.begun"))...),
					Check: func(*terraform.State) error {
						for _, schedule := range h.Schedules() {
							if schedule.Description != "after the upgrade" {
								return fmt.Errorf("schedule %s has the description %q", schedule.ID, schedule.Description)
							}
						}
						return nil
					},
				},
			)
			if h.ScheduleCreatesReceived() != 6 {
				t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
			}
			if left := h.EnabledSchedules(); len(left) != 0 {
				t.Errorf("the schedules %v are left", left)
			}
		})
	}
}

// TestScheduleUpgrade_WithoutRefresh changes and destroys schedules with a state from before the upgrade.
func TestScheduleUpgrade_WithoutRefresh(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	start := h.TimeIn(hours(40))
	c := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+all(start, "")).Attached()
	mustRun := func(args ...string) string {
		t.Helper()
		printed, err := c.Run(t, nil, args...)
		if err != nil {
			t.Fatal(printed)
		}
		return printed
	}
	mustRun("apply", "-auto-approve")
	h.Upgrade(simulator.PE2025)
	// Their owner has not been reported yet.
	if printed := mustRun("plan"); !acctest.Says(`was found again by its content`).MatchString(printed) || !acctest.Says(`which belongs to "admin"`).MatchString(printed) {
		t.Errorf("the plan does not say what was found:\n%s", printed)
	}
	c.Write(t, "main.tf", strings.ReplaceAll(c.Read(t, "main.tf"), "scheduled_time", "description = \"x\"\nscheduled_time"))
	mustRun("apply", "-auto-approve", "-refresh=false")
	for _, schedule := range h.Schedules() {
		if schedule.Description != "x" {
			t.Errorf("schedule %s was not changed", schedule.ID)
		}
	}
	mustRun("destroy", "-auto-approve", "-refresh=false")
	if left := h.EnabledSchedules(); len(left) != 0 || h.ScheduleCreatesReceived() != 3 {
		t.Errorf("the schedules %v are left of %d", left, h.ScheduleCreatesReceived())
	}
}

// TestScheduleUpgrade_ThatIsNotClearIsNotGuessed has schedules that are indistinguishable after the upgrade: nothing is guessed.
func TestScheduleUpgrade_ThatIsNotClearIsNotGuessed(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	start := h.TimeIn(hours(40))
	c := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+attributeName("task", "a", start, scheduleCases[0].minimal)+attributeName("task", "b", start, scheduleCases[0].minimal)).Attached()
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Fatal(printed)
	}
	h.Upgrade(simulator.PE2025)
	expect := func(args ...string) {
		t.Helper()
		printed, err := c.Run(t, nil, args...)
		if err == nil || !acctest.Says("it is not clear which of its schedules was schedule").MatchString(printed) {
			t.Errorf("%v printed %s", args, printed)
		}
	}
	expect("plan")
	expect("destroy", "-auto-approve", "-refresh=false")
	// One of them is deleted. The other cannot be both, so one is gone.
	h.DisableSchedule(h.EnabledSchedules()[0])
	for _, want := range []string{"1 added, 0 changed, 0 destroyed", "0 added, 0 changed, 0 destroyed"} {
		if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil || !strings.Contains(printed, want) {
			t.Errorf("%v\n%s", err, printed)
		}
	}
	if left := h.EnabledSchedules(); len(left) != 2 || h.ScheduleCreatesReceived() != 3 {
		t.Errorf("the schedules %v are left of %d", left, h.ScheduleCreatesReceived())
	}
}

// TestScheduleUpgrade_ThatKeepsIDs has two indistinguishable schedules, one of which is deleted after an upgrade that kept their ids: the
// other one stays what it was.
func TestScheduleUpgrade_ThatKeepsIDs(t *testing.T) {
	t.Parallel()
	for i := range 2 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2019, func(o *simulator.Options) { o.KeepScheduleIDs = true })
			start := h.TimeIn(hours(40))
			config := h.Config(attributeName("task", "a", start, scheduleCases[0].minimal) + attributeName("task", "b", start, scheduleCases[0].minimal))
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						h.Upgrade(simulator.PE2025)
						h.DisableSchedule(h.EnabledSchedules()[i])
					},
					Config: config,
				},
			)
			if left := h.EnabledSchedules(); len(left) != 0 || h.ScheduleCreatesReceived() != 3 {
				t.Errorf("the schedules %v are left of %d", left, h.ScheduleCreatesReceived())
			}
		})
	}
}
