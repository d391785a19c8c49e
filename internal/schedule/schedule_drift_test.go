// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// moves edits the time of a schedule as the console does. The interval is 0 for a schedule that runs once.
func moves(t *testing.T, h *acctest.Harness, id, start string, every time.Duration) {
	t.Helper()
	schedule := orchestrator.Schedule{StartTime: start}
	if every > 0 {
		schedule.Interval = orchestrator.EverySeconds(int64(every / time.Second))
	}
	if err := h.Client(t).UpdateEnvironmentJob(t.Context(), id, orchestrator.EnvironmentJobUpdate{Schedule: &schedule}); err != nil {
		t.Fatal(err)
	}
}

// TestScheduleMoved_OnlyToItsNextRunIsNoChange has recurring schedules that somebody moves to another of their runs, before and after they
// have begun: only a move to the next run is no change.
func TestScheduleMoved_OnlyToItsNextRunIsNoChange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		begun time.Duration
		to    time.Duration
		want  func(string) plancheck.PlanCheck
	}{
		"by years, before it began":        {0, hours(1 + 48*700), acctest.Updates},
		"by one interval, before it began": {0, hours(1 + 48), acctest.Updates},
		"by years, after it began":         {hours(30), hours(1 + 48*700), acctest.Updates},
		"by one run, after it began":       {hours(30), hours(1 + 48*2), acctest.Updates},
		"to its next run":                  {hours(30), hours(1 + 48), unchanged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2025)
			start, moved, every := h.TimeIn(time.Hour), h.TimeIn(test.to), hours(48)
			config := h.Config(all(start, "interval = \"48h\""))
			next := start
			if test.begun > 0 {
				next = h.TimeIn(hours(49))
			}
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						h.Advance(test.begun)
						for _, id := range h.EnabledSchedules() {
							moves(t, h, id, moved, every)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(each(test.want)...),
					ConfigStateChecks: append(values("scheduled_time", knownvalue.StringExact(start)), values("next_run", knownvalue.StringExact(next))...),
				},
			)
		})
	}
}

func unchanged(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)
}

// TestScheduleMoved_OffItsRunsGoesBackToThem has recurring schedules that have begun and that somebody moves: they return to their runs.
func TestScheduleMoved_OffItsRunsGoesBackToThem(t *testing.T) {
	t.Parallel()
	h := still(t, simulator.PE2025)
	start := h.TimeIn(time.Hour)
	config := h.Config(all(start, "interval = \"24h\""))
	next := h.TimeIn(hours(49))
	move := func(to, every time.Duration) func() {
		return func() {
			for _, id := range h.EnabledSchedules() {
				moves(t, h, id, h.TimeIn(to), every)
			}
		}
	}
	back := append(values("scheduled_time", knownvalue.StringExact(start)), values("next_run", knownvalue.StringExact(next))...)
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				h.Advance(hours(30))
				move(hours(5), hours(24))()
			},
			Config: config, ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...), ConfigStateChecks: back,
		},
		resource.TestStep{PreConfig: move(hours(7), 0), Config: config, ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...), ConfigStateChecks: back},
		// What the configuration itself moves to the past is where its runs are counted from.
		resource.TestStep{
			Config: h.Config(all(h.TimeIn(hours(2)), "interval = \"24h\"")), ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...),
			ConfigStateChecks: append(values("scheduled_time", knownvalue.StringExact(h.TimeIn(hours(2)))), values("next_run", knownvalue.StringExact(h.TimeIn(hours(50))))...),
		},
		resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...), ConfigStateChecks: back},
		resource.TestStep{PreConfig: func() {
			move(hours(5), hours(24))()
			for _, id := range h.EnabledSchedules() {
				h.DisableSchedule(id)
			}
		}, Config: config, ConfigPlanChecks: acctest.Planned(each(acctest.Replaces)...), ConfigStateChecks: back},
	)
}

// TestScheduleMoved_ThatRunsOnce has schedules that run once and that somebody moves: a time that has passed cannot be sent again, and a
// schedule that has run is left alone.
func TestScheduleMoved_ThatRunsOnce(t *testing.T) {
	t.Parallel()
	h := still(t, simulator.PE2025)
	start, later := h.TimeIn(time.Hour), h.TimeIn(hours(5))
	config := h.Config(all(start, ""))
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				for _, id := range h.EnabledSchedules() {
					moves(t, h, id, later, 0)
				}
				h.Advance(hours(2))
			},
			Config: config, ExpectError: acctest.Says("now begins at " + later + ", changed outside of Terraform."),
		},
		resource.TestStep{
			PreConfig: func() { h.Advance(hours(10)) }, Config: config, ConfigPlanChecks: acctest.Planned(each(unchanged)...),
			ConfigStateChecks: append(values("status", knownvalue.StringExact("completed")), values("scheduled_time", knownvalue.StringExact(later))...),
		},
	)
}

// TestScheduleImport_AfterItsTimesWereEdited imports schedules that begin at a later run than the configuration says, because the
// provider has edited them after they had begun.
func TestScheduleImport_AfterItsTimesWereEdited(t *testing.T) {
	t.Parallel()
	h := still(t, simulator.PE2025)
	start := h.TimeIn(time.Hour)
	var ids, created, edited string
	for i, c := range scheduleCases {
		body := c.minimal
		if i > 0 {
			body += "\n" + after(i)
		}
		created += c.body(start, body+"\ninterval = \"24h\"")
		edited += c.body(start, body+"\ninterval = \"12h\"")
		ids += "import {\n to = " + c.address + "\n id = \"" + string(rune('1'+i)) + "\"\n}\n"
	}
	c := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+created)
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Fatal(printed)
	}
	h.Advance(hours(30))
	c.Write(t, "main.tf", strings.ReplaceAll(c.Read(t, "main.tf"), created, edited))
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Fatal(printed)
	}
	again := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+ids+edited)
	for _, want := range []string{"3 imported, 0 added, 0 changed", "0 added, 0 changed"} {
		printed, err := again.Run(t, nil, "apply", "-auto-approve")
		if err != nil || !strings.Contains(printed, want) {
			t.Fatalf("%v\n%s", err, printed)
		}
		h.Advance(hours(30))
	}
	again.Write(t, "main.tf", strings.ReplaceAll(again.Read(t, "main.tf"), "interval = \"12h\"", "interval = \"12h\"\ndescription = \"x\""))
	for _, want := range []string{"0 added, 3 changed", "0 added, 0 changed"} {
		if printed, err := again.Run(t, nil, "apply", "-auto-approve"); err != nil || !strings.Contains(printed, want) {
			t.Fatalf("%v\n%s", err, printed)
		}
	}
}

// TestScheduleDisabled_BeforeItsTime has schedules that run once, are disabled before their time and only read after it: they do not count
// as run, and nothing is planned.
func TestScheduleDisabled_BeforeItsTime(t *testing.T) {
	t.Parallel()
	for _, upgrade := range []simulator.Generation{"", simulator.PE2025} {
		t.Run("upgraded to "+string(upgrade), func(t *testing.T) {
			t.Parallel()
			eachGeneration(t, acctest.Generations, func(t *testing.T, g simulator.Generation) {
				t.Helper()
				h := still(t, g)
				start := h.TimeIn(time.Hour)
				config := h.Config(all(start, ""))
				ended := resource.TestStep{
					Config: config, ConfigPlanChecks: acctest.Planned(each(unchanged)...),
					ConfigStateChecks: slices.Concat(values("status", knownvalue.StringExact("ended")), values("next_run", knownvalue.Null()), values("last_run", knownvalue.Null())),
				}
				first := ended
				first.PreConfig = func() {
					for _, id := range h.EnabledSchedules() {
						h.DisableSchedule(id)
					}
					h.Advance(hours(2))
					if upgrade != "" {
						h.Upgrade(upgrade)
					}
				}
				later := h.TimeIn(hours(9))
				h.Run(t,
					resource.TestStep{Config: config},
					first, ended,
					resource.TestStep{Config: h.Config(all(start, "description = \"x\"")), ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...)},
					resource.TestStep{Config: h.Config(all(later, "")), ConfigPlanChecks: acctest.Planned(each(acctest.Replaces)...)},
				)
			})
		})
	}
}

// TestScheduleGone_AfterItsRun has schedules that ran once and are gone from the server before they are read. Their jobs show that they
// ran; once that is known, it stays known, even if the jobs are removed later.
func TestScheduleGone_AfterItsRun(t *testing.T) {
	t.Parallel()
	eachGeneration(t, acctest.Generations, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		start := h.TimeIn(time.Hour)
		config := h.Config(all(start, ""))
		completed := resource.TestStep{
			Config: config, ConfigPlanChecks: acctest.Planned(each(unchanged)...),
			ConfigStateChecks: append(values("status", knownvalue.StringExact("completed")), values("last_run", knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"time": knownvalue.StringExact(start), "job_id": knownvalue.NotNull(),
			}))...),
		}
		unread, pruned := completed, completed
		unread.ConfigStateChecks = values("status", knownvalue.StringExact("scheduled"))
		var remove []func()
		unread.PreConfig = func() {
			h.Advance(hours(2))
			for _, schedule := range h.Schedules() {
				h.RemoveSchedule(schedule.ID)
			}
			for _, path := range []string{"/orchestrator/v1/jobs", "/orchestrator/v1/plan_jobs"} {
				remove = append(remove, h.AddFault(simulator.Fault{Path: path, Action: simulator.AnswerStatus, Status: 400, Body: "no"}))
			}
		}
		completed.PreConfig = func() {
			for _, r := range remove {
				r()
			}
		}
		pruned.PreConfig = func() {
			for _, job := range h.Jobs() {
				h.PruneJob(job.ID)
			}
			for _, job := range h.PlanJobs() {
				h.PrunePlanJob(job.ID)
			}
		}
		h.Run(t, resource.TestStep{Config: config}, unread, completed, pruned)
	})
}
