// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestSchedule_FromCreationToItsRuns creates schedules with every input and follows them before, at and after their runs.
func TestSchedule_FromCreationToItsRuns(t *testing.T) {
	t.Parallel()
	eachSchedule(t, acctest.Generations, func(t *testing.T, c scheduleCase, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		start := h.TimeIn(time.Hour)
		body := "description = \"nightly\"\n" + c.recurring(g) + c.full
		want := fmt.Sprintf(`{"type": %q, "environment": "production", "description": "nightly", "userdata": {"ticket": "CHG1"}, "input": %s,
			"schedule": {"start_time": %q, "interval": {"units": "seconds", "value": 86400}}}`, c.kind, c.input, start)
		url := environmentJobsPath + "/1"
		if g == simulator.PE2019 {
			url = "/scheduled_jobs/1"
			want = fmt.Sprintf(`%s, "environment": "production", "description": "nightly", "scheduled_time": %q}`, c.legacy[:len(c.legacy)-1], start)
			if c.recurring(g) != "" {
				want = want[:len(want)-1] + `, "schedule_options": {"interval": {"units": "seconds", "value": 86400}}}`
			}
		} else {
			body += "\nuserdata = { ticket = \"CHG1\" }\n" + c.newer
		}
		config := h.Config(c.body(start, body))
		noChange := func(after time.Duration, checks ...statecheck.StateCheck) resource.TestStep {
			return resource.TestStep{
				PreConfig: func() { h.Advance(after) }, Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), ConfigStateChecks: checks,
			}
		}
		steps := []resource.TestStep{
			{
				Config:           config,
				ConfigPlanChecks: acctest.Planned(acctest.Creates(c.address)),
				Check: func(*terraform.State) error {
					sentJSON(t, h, "POST", c.createPath(g), want)
					return nil
				},
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Value(c.address, "id", knownvalue.StringExact("1")),
					acctest.Value(c.address, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1"+url)),
					acctest.Value(c.address, "status", knownvalue.StringExact("scheduled")),
					acctest.Value(c.address, "next_run", knownvalue.StringExact(start)),
					acctest.Value(c.address, "last_run", knownvalue.Null()),
				},
			},
			{ResourceName: c.address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: notImported(c, g)},
		}
		if c.recurring(g) != "" {
			steps = append(steps,
				noChange(time.Hour),
				noChange(hours(23.5), acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(25)))), acctest.Value(c.address, "status", knownvalue.StringExact("scheduled"))),
				noChange(time.Hour, acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(49)))), ran(c, g, h.TimeIn(hours(25)))),
			)
		}
		h.Run(t, steps...)
		if h.ScheduleCreatesReceived() != 1 {
			t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
		}
		if left := h.EnabledSchedules(); len(left) != 0 {
			t.Errorf("after destroy, the schedules %v are left", left)
		}
	})
}

// notImported are the attributes that an import cannot know.
func notImported(c scheduleCase, g simulator.Generation) []string {
	attributes := []string{"sensitive_params_version"}
	if g == simulator.PE2019 {
		attributes = append(attributes, "params")
	}
	if c.kind == "deploy" {
		// A default of the server may not have been configured.
		attributes = append(attributes, "enforce_environment", "no_noop")
	}
	if c.kind == "task" {
		attributes = append(attributes, "transport")
	}
	return attributes
}

// ran checks the latest run of a schedule. The older API does not report it for a schedule that continues.
func ran(c scheduleCase, g simulator.Generation, at string) statecheck.StateCheck {
	if g == simulator.PE2019 {
		return acctest.Value(c.address, "last_run", knownvalue.Null())
	}
	return acctest.Value(c.address, "last_run", knownvalue.ObjectExact(map[string]knownvalue.Check{
		"time": knownvalue.StringExact(at), "job_id": knownvalue.StringExact("2"), "error": knownvalue.Null(),
	}))
}

// TestScheduleEdit_SendsOnlyWhatHasChanged changes every input in place, and sends only what has changed.
func TestScheduleEdit_SendsOnlyWhatHasChanged(t *testing.T) {
	t.Parallel()
	eachSchedule(t, []simulator.Generation{simulator.PE2021, simulator.PE2025}, func(t *testing.T, c scheduleCase, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		start, later := h.TimeIn(time.Hour), h.TimeIn(2*time.Hour)
		same := statecheck.CompareValue(compare.ValuesSame())
		edit := func(at, body string, keys ...string) resource.TestStep {
			return resource.TestStep{
				PreConfig:         h.ResetRequests,
				Config:            h.Config(c.body(at, body)),
				ConfigPlanChecks:  acctest.Planned(acctest.Updates(c.address)),
				ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(c.address, tfjsonpath.New("id"))},
				Check:             sentKeys(t, h, "PUT", environmentJobsPath+"/1", keys...),
			}
		}
		steps := []resource.TestStep{
			{Config: h.Config(c.body(start, c.minimal)), ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(c.address, tfjsonpath.New("id"))}},
			edit(later, c.minimal, "schedule"),
			edit(later, c.minimal+"\ninterval = \"24h\"\ndescription = \"x\"", "schedule", "description"),
		}
		if g == simulator.PE2025 {
			steps = append(steps,
				edit(later, c.minimal+"\ninterval = \"12h\"\nuserdata = { a = \"b\" }", "schedule", "description", "userdata"),
				edit(later, c.minimal+"\ninterval = \"12h\"", "userdata"),
			)
			for _, change := range c.edited {
				steps = append(steps, edit(later, change.body+"\ninterval = \"12h\"", change.keys...))
			}
			// From here on, the start has passed, and is not sent again.
			last := c.edited[len(c.edited)-1].body + "\n"
			passed := edit(later, last+"interval = \"12h\"\ndescription = \"y\"", "description")
			passed.PreConfig = func() {
				h.Advance(hours(3))
				h.ResetRequests()
			}
			again := edit(later, last+"interval = \"6h\"\ndescription = \"y\"", "schedule")
			again.ConfigStateChecks = append(again.ConfigStateChecks,
				acctest.Value(c.address, "scheduled_time", knownvalue.StringExact(later)), acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(8)))))
			steps = append(steps, passed, again,
				edit(later, c.minimal+"\ninterval = \"6h\"", append([]string{"description", "input"}, environmentKey(c)...)...),
			)
		}
		h.Run(t, steps...)
		if h.ScheduleCreatesReceived() != 1 {
			t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
		}
	})
}

// environmentKey is what is sent when a schedule returns from its last edit to its first configuration.
func environmentKey(c scheduleCase) []string {
	if c.kind == "task" {
		return []string{"environment"}
	}
	return nil
}

// TestScheduleEdit_ThatFailsKeepsTheState has an edit that the server refuses: the state stays as it was.
func TestScheduleEdit_ThatFailsKeepsTheState(t *testing.T) {
	t.Parallel()
	h := still(t, simulator.PE2025)
	start := h.TimeIn(time.Hour)
	before, after := h.Config(all(start, "")), h.Config(all(start, "description = \"x\"\nuserdata = { a = \"b\" }"))
	var remove func()
	h.Run(t,
		resource.TestStep{Config: before},
		resource.TestStep{
			PreConfig: func() {
				remove = h.AddFault(simulator.Fault{Method: "PUT", Action: simulator.AnswerStatus, Status: 400, Body: `{"kind":"puppetlabs.orchestrator/validation-error","msg":"No such luck"}`})
			},
			Config:      after,
			ExpectError: acctest.Says("No such luck"),
		},
		resource.TestStep{PreConfig: func() { remove() }, Config: before, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: after, ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...)},
		// A lost answer is not a failure: the same edit can be sent again.
		resource.TestStep{
			PreConfig:        func() { h.AddFault(simulator.Fault{Method: "PUT", Action: simulator.DropAfterHandling, Times: 3}) },
			Config:           before,
			ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...),
		},
	)
}

// TestSchedule_Q39IsReplacedOnOldServers changes schedules where nothing can be edited, before and after they have begun.
func TestSchedule_Q39IsReplacedOnOldServers(t *testing.T) {
	t.Parallel()
	eachSchedule(t, []simulator.Generation{simulator.PE2019}, func(t *testing.T, c scheduleCase, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		start := h.TimeIn(time.Hour)
		config := func(more string) string { return h.Config(c.body(start, c.minimal+"\n"+c.recurring(g)+more)) }
		steps := []resource.TestStep{
			{Config: config("")},
			{Config: config("description = \"x\""), ConfigPlanChecks: acctest.Planned(acctest.Replaces(c.address))},
			{Config: h.Config(c.body(start, c.edited[0].body+"\n"+c.recurring(g))), ConfigPlanChecks: acctest.Planned(acctest.Replaces(c.address))},
			{Config: config("userdata = { a = \"b\" }"), ExpectError: acctest.Says("`userdata` needs the scheduling API of PE 2021.7 or newer")},
		}
		if c.recurring(g) != "" {
			steps = append(steps,
				// It has begun, and continues with the next run.
				resource.TestStep{
					PreConfig:         func() { h.Advance(hours(30)) },
					Config:            config("description = \"y\""),
					ConfigPlanChecks:  acctest.Planned(acctest.Replaces(c.address)),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(49)))), acctest.Value(c.address, "scheduled_time", knownvalue.StringExact(start))},
				},
				resource.TestStep{
					Config:            h.Config(c.body(start, c.edited[len(c.edited)-1].body+"\ninterval = \"12h\"")),
					ConfigPlanChecks:  acctest.Planned(acctest.Replaces(c.address)),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(37))))},
				},
				// Another time that has passed is where its runs are counted from, from now on.
				resource.TestStep{
					Config: h.Config(c.body(h.TimeIn(hours(2)), c.minimal+"\n"+c.recurring(g))),
					ConfigPlanChecks: acctest.Planned(acctest.Replaces(c.address),
						plancheck.ExpectUnknownValue(c.address, tfjsonpath.New("next_run"))),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(50))))},
				},
			)
		} else {
			steps = append(steps, resource.TestStep{Config: config("interval = \"24h\""), ExpectError: acctest.Says("`interval` needs the scheduling API of PE 2021.7 or newer")})
		}
		h.Run(t, steps...)
		if left := h.EnabledSchedules(); len(left) != 0 {
			t.Errorf("the schedules %v are left", left)
		}
	})
}

// TestScheduleOnce_IsCompletedByItsRun follows schedules that run once: to their run, after which nothing is planned.
func TestScheduleOnce_IsCompletedByItsRun(t *testing.T) {
	t.Parallel()
	eachGeneration(t, acctest.Generations, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		start := h.TimeIn(time.Hour)
		config := h.Config(all(start, ""))
		edited := ""
		for _, c := range scheduleCases {
			edited += c.body(start, c.edited[0].body)
		}
		empty := acctest.Planned(plancheck.ExpectEmptyPlan())
		run := knownvalue.ObjectExact(map[string]knownvalue.Check{
			"time": knownvalue.StringExact(start), "job_id": knownvalue.StringRegexp(regexp.MustCompile(`^[12]$`)), "error": knownvalue.Null(),
		})
		h.Run(t,
			resource.TestStep{Config: config},
			// A second before, at the second, and long after.
			resource.TestStep{
				PreConfig: func() { h.Advance(time.Hour - time.Second) }, Config: config, ConfigPlanChecks: empty,
				ConfigStateChecks: values("status", knownvalue.StringExact("scheduled")),
			},
			resource.TestStep{PreConfig: func() { h.Advance(time.Second) }, Config: config, ConfigPlanChecks: empty},
			resource.TestStep{
				PreConfig: func() { h.Advance(time.Hour) }, Config: config, ConfigPlanChecks: empty,
				ConfigStateChecks: slices.Concat(values("status", knownvalue.StringExact("completed")), values("next_run", knownvalue.Null()), values("last_run", run)),
			},
			resource.TestStep{
				PreConfig: func() {
					for _, schedule := range h.Schedules() {
						h.RemoveSchedule(schedule.ID)
					}
					h.Upgrade(simulator.PE2025)
					h.ResetRequests()
				},
				Config: config, ConfigPlanChecks: empty,
				Check: func(*terraform.State) error {
					if n := len(h.Requests()); n > 0 {
						return fmt.Errorf("schedules that have run were asked for again, with %d requests", n)
					}
					return nil
				},
			},
			resource.TestStep{Config: h.Config(edited), ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...), Check: func(*terraform.State) error {
				if n := len(h.Requests()); n > 0 {
					return fmt.Errorf("schedules that have run were edited, with %d requests", n)
				}
				return nil
			}},
			resource.TestStep{Config: h.Config(all(h.TimeIn(hours(1.5)), "")), ExpectError: acctest.Says("The scheduled time has passed")},
			resource.TestStep{Config: h.Config(all(h.TimeIn(hours(5)), "")), ConfigPlanChecks: acctest.Planned(each(acctest.Replaces)...)},
		)
		if h.ScheduleCreatesReceived() != 6 {
			t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
		}
	})
}

// editedAll returns one schedule of each kind, with the first edit of each.
func editedAll(start string) (resources string) {
	for _, c := range scheduleCases {
		resources += c.body(start, c.edited[0].body)
	}
	return resources
}

// TestScheduleLastRun_SaysWhyItCouldNotStart shows why a run could not be started.
func TestScheduleLastRun_SaysWhyItCouldNotStart(t *testing.T) {
	t.Parallel()
	eachGeneration(t, []simulator.Generation{simulator.PE2021, simulator.PE2025}, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		user := h.AddUser("carl", "carl", simulator.Permission{ObjectType: "orchestrator", Action: "view", Instance: "*"})
		run := []simulator.Permission{
			{ObjectType: "tasks", Action: "run", Instance: "*"}, {ObjectType: "plans", Action: "run", Instance: "*"}, {ObjectType: "puppet_agent", Action: "run", Instance: "*"},
			{ObjectType: "nodes", Action: "view_data", Instance: "*"},
		}
		h.Grant(user.Login, run...)
		start := h.TimeIn(time.Hour)
		config := h.ConfigAs(h.IssueToken(user.Login, 0), all(start, ""))
		refused := knownvalue.ObjectExact(map[string]knownvalue.Check{
			"time": knownvalue.StringExact(start), "job_id": knownvalue.Null(), "error": knownvalue.StringRegexp(acctest.Says("puppetlabs.orchestrator/not-permitted")),
		})
		h.Run(t,
			resource.TestStep{Config: config},
			resource.TestStep{
				PreConfig: func() {
					h.Withdraw(user.Login, run...)
					h.Advance(2 * time.Hour)
				},
				Config:            config,
				ConfigPlanChecks:  acctest.Planned(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: append(values("status", knownvalue.StringExact("ended")), values("last_run", refused)...),
			},
			// What is changed now is only kept in the state, and is not read back.
			resource.TestStep{Config: h.ConfigAs(h.IssueToken(user.Login, 0), editedAll(start))},
		)
	})
}

// TestScheduleGone_IsCreatedAgain has schedules that somebody else disables or deletes before their time.
func TestScheduleGone_IsCreatedAgain(t *testing.T) {
	t.Parallel()
	eachGeneration(t, acctest.Generations, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		config := h.Config(all(h.TimeIn(time.Hour), ""))
		recurring := config
		if g != simulator.PE2019 {
			recurring = h.Config(all(h.TimeIn(time.Hour), "interval = \"24h\""))
		}
		every := func(do func(id string)) func() {
			return func() {
				for _, id := range h.EnabledSchedules() {
					do(id)
				}
			}
		}
		h.Run(t,
			resource.TestStep{Config: recurring},
			resource.TestStep{PreConfig: every(h.DisableSchedule), Config: recurring, ConfigPlanChecks: acctest.Planned(each(acctest.Creates)...)},
			resource.TestStep{PreConfig: every(h.RemoveSchedule), Config: config, ConfigPlanChecks: acctest.Planned(each(acctest.Creates)...)},
		)
		if left := h.EnabledSchedules(); len(left) != 0 {
			t.Errorf("the schedules %v are left", left)
		}
	})
}

// TestScheduleGone_AfterItBegan has schedules that somebody else disables when they have begun: they continue with their next run.
func TestScheduleGone_AfterItBegan(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := still(t, g)
			start := h.TimeIn(time.Hour)
			var resources string
			var replaced []plancheck.PlanCheck
			var next []statecheck.StateCheck
			for _, c := range scheduleCases {
				if c.recurring(g) == "" {
					continue
				}
				resources += c.body(start, c.minimal+"\n"+c.recurring(g))
				replaced = append(replaced, acctest.Replaces(c.address))
				next = append(next, acctest.Value(c.address, "next_run", knownvalue.StringExact(h.TimeIn(hours(49)))), acctest.Value(c.address, "status", knownvalue.StringExact("scheduled")))
			}
			config := h.Config(resources)
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						h.Advance(hours(30))
						for _, id := range h.EnabledSchedules() {
							h.DisableSchedule(id)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(replaced...), ConfigStateChecks: next,
				},
			)
			if left := h.EnabledSchedules(); len(left) != 0 {
				t.Errorf("the schedules %v are left", left)
			}
		})
	}
}
