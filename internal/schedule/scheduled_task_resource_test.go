// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestScheduleEdit_Q36OfARecurringOneThatHasBegun edits a schedule whose start has passed: it would be refused if it were sent again.
func TestScheduleEdit_Q36OfARecurringOneThatHasBegun(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	start := h.TimeIn(time.Hour)
	config := func(more string) string { return h.Config(acctest.ScheduleAt(start, more)) }
	h.Run(t,
		resource.TestStep{Config: config("interval = \"24h\"")},
		resource.TestStep{
			PreConfig:        func() { h.Advance(30 * time.Hour) },
			Config:           config("interval = \"24h\""),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(acctest.ScheduledTask, "status", knownvalue.StringExact("scheduled")),
				statecheck.ExpectKnownValue(acctest.ScheduledTask, acctest.At("last_run").AtMapKey("job_id"), knownvalue.NotNull()),
			},
		},
		// The start has passed, and everything else can still be edited: it is not sent again.
		resource.TestStep{Config: config("interval = \"24h\"\nnoop = true"), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.ScheduledTask))},
		resource.TestStep{Config: config("interval = \"24h\"\nnoop = true"), PlanOnly: true},
		resource.TestStep{Config: config("interval = \"12h\"\nnoop = true"), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.ScheduledTask))},
		resource.TestStep{Config: config("interval = \"12h\"\nnoop = true"), PlanOnly: true},
		// But it cannot become a schedule that was to run once, long ago.
		resource.TestStep{Config: config("noop = true"), ExpectError: acctest.Says("The scheduled time has passed")},
	)
}

// TestScheduleAnchor_InAFreshState creates schedules whose time has passed for years. With an interval, it is what the runs are counted
// from: it begins with the next of them, with the offset of the time.
func TestScheduleAnchor_InAFreshState(t *testing.T) {
	t.Parallel()
	eachGeneration(t, []simulator.Generation{simulator.PE2019, simulator.PE2025}, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		zone := time.FixedZone("", -(3*3600 + 1800))
		next := h.Now().Add(5 * time.Hour).Truncate(time.Second)
		start, shown := next.AddDate(0, 0, -7*100).In(zone).Format(time.RFC3339), next.In(zone).Format(time.RFC3339)
		for _, c := range scheduleCases {
			if c.recurring(g) == "" {
				continue
			}
			config := h.Config(c.body(start, c.minimal+"\ninterval = \"168h\""))
			h.RunGeneration(t, g,
				resource.TestStep{
					Config: config,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(c.address),
						plancheck.ExpectUnknownValue(c.address, acctest.At("next_run"))),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(c.address, "next_run", knownvalue.StringExact(shown)), acctest.Value(c.address, "scheduled_time", knownvalue.StringExact(start)),
					},
				},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		}
	})
}

// TestScheduleAnchor_InAnOldPlan applies plans after the run has passed that was the next one when they were made: to create a schedule, to
// replace it where it cannot be changed, and to count its runs from another time.
func TestScheduleAnchor_InAnOldPlan(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			anchor := func(since time.Duration) string { return h.TimeIn(-since) }
			c := acctest.NewCLI(t, h, "").Attached()
			for _, body := range []string{
				acctest.ScheduleAt(anchor(30*time.Minute), "interval = \"1h\""),
				acctest.ScheduleAt(anchor(3*time.Hour), "interval = \"1h\"\ndescription = \"x\""),
				acctest.ScheduleAt(anchor(100*time.Minute), "interval = \"1h\"\ndescription = \"y\""),
			} {
				c.Write(t, "schedule.tf", "provider \"pe\" {}\n"+body)
				c.MustRun(t, "plan", "-out=saved.tfplan")
				h.Advance(70 * time.Minute)
				c.MustRun(t, "apply", "saved.tfplan")
				next, err := time.Parse(time.RFC3339, fmt.Sprint(c.Resources(t)[acctest.ScheduledTask]["next_run"]))
				if err != nil || !next.After(h.Now()) || next.After(h.Now().Add(time.Hour)) {
					t.Errorf("at %s, the next run is %s, %v", h.Now(), next, err)
				}
				c.NoChanges(t)
			}
			if enabled := h.EnabledSchedules(); len(enabled) != 1 {
				t.Errorf("the schedules %v are enabled", enabled)
			}
		})
	}
}

// TestScheduledTask_ChangedByAnOldPlan applies a plan that changes a schedule once that has run: it says so, and keeps the state.
func TestScheduledTask_ChangedByAnOldPlan(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, "").Attached()
	at := h.TimeIn(time.Hour)
	c.Write(t, "schedule.tf", acctest.ScheduleAt(at, ""))
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "schedule.tf", acctest.ScheduleAt(at, "noop = true"))
	c.MustRun(t, "plan", "-out=saved.tfplan")
	h.Advance(2 * time.Hour)
	printed, err := c.Run(t, nil, "apply", "saved.tfplan")
	if err == nil {
		t.Errorf("the apply has succeeded:\n%s", printed)
	}
	acctest.MustSay(t, printed, "was not changed, because it has run", "it ran as it was before. Plan again.")
	acctest.MustSay(t, c.MustRun(t, "plan"), "has run and will not run again")
	if noop := c.Resources(t)[acctest.ScheduledTask]["noop"]; noop == true {
		t.Error("the state has the change")
	}
}

// TestScheduledTask_ChangedAfterItHasRun plans changes that have no effect any more: the plan names each of them.
func TestScheduledTask_ChangedAfterItHasRun(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, "").Attached()
	at := h.TimeIn(time.Hour)
	c.Write(t, "schedule.tf", acctest.ScheduleAt(at, ""))
	c.MustRun(t, "apply", "-auto-approve")
	h.Advance(2 * time.Hour)
	c.MustRun(t, "apply", "-auto-approve")
	for attribute, more := range map[string]string{
		"noop": "noop = true", "description": `description = "another"`, "userdata": `userdata = { ticket = "CHG1" }`,
	} {
		c.Write(t, "schedule.tf", acctest.ScheduleAt(at, more))
		acctest.MustSay(t, c.MustRun(t, "plan"), "has run and will not run again", "The change of "+attribute+" is only kept in the state")
	}
}

func TestScheduledTask_MergesUserdata(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := acctest.ScheduleAt(h.TimeIn(time.Hour), `userdata = { ticket = "CHG1" }`)
	all := func(team string) knownvalue.Check {
		return knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG1"), "team": knownvalue.StringExact(team)})
	}
	h.Run(t,
		resource.TestStep{
			Config: h.Config(body, `default_userdata = { team = "web", ticket = "none" }`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(acctest.ScheduledTask, "userdata", knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG1")})),
				acctest.Value(acctest.ScheduledTask, "userdata_all", all("web")),
			},
		},
		resource.TestStep{Config: h.Config(body, `default_userdata = { team = "web", ticket = "none" }`), PlanOnly: true},
		resource.TestStep{
			Config:            h.Config(body, `default_userdata = { team = "db" }`),
			ConfigPlanChecks:  acctest.Planned(acctest.Updates(acctest.ScheduledTask)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.ScheduledTask, "userdata_all", all("db"))},
		},
	)
}

func TestScheduledTask_RefusesBadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const rest = "task = \"facts\"\nscope = { nodes = [\"node1.example.com\"] }\n"
	const future = "scheduled_time = \"2099-01-01T00:00:00Z\"\n"
	tests := map[string]struct{ body, want string }{
		"no time":             {rest, `The argument "scheduled_time" is required`},
		"interval of nothing": {rest + future + "interval = \"0s\"", "is shorter than one second"},
		"negative interval":   {rest + future + "interval = \"-1h\"", "is shorter than one second"},
		"interval, fraction":  {rest + future + "interval = \"1500ms\"", "is not a whole number of seconds"},
		"interval of days":    {rest + future + "interval = \"7d\"", "Days and weeks are not known"},
		"scope":               {"task = \"facts\"\nscope = {}\n" + future, "A scope needs exactly one of nodes, query, node_group"},
		"application":         {"task = \"facts\"\nscope = { application = \"App\" }\n" + future, "application"},
		"task":                {"task = \"Facts\"\nscope = { nodes = [\"a\"] }\n" + future, "is not the name of a task"},
		"concurrency":         {rest + future + "concurrency = 0", "Give a whole number, 1 or more"},
		"unknown environment": {rest + future + "environment = \"nosuchenv\"", "Unknown environment nosuchenv"},
		"nobody":              {"task = \"facts\"\nscope = { query = \"nodes[certname] { certname = 'x' }\" }\n" + future, "puppetlabs.orchestrator/empty-target"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.ScheduledTaskBody(test.body)), ExpectError: acctest.Says(test.want)})
		})
	}
	for _, schedule := range h.Schedules() {
		t.Errorf("schedule %s was created", schedule.ID)
	}
}

// TestScheduledTask_NumbersInUserdata keeps numbers that are too long or too large for a float.
func TestScheduledTask_NumbersInUserdata(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.ScheduleAt(h.TimeIn(time.Hour), `userdata = { exact = 9007199254740993, huge = 1e309, fraction = 0.1234567890123456789 }`))
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, PlanOnly: true},
		resource.TestStep{Config: config + "data \"pe_scheduled_jobs\" \"all\" {\n depends_on = [" + acctest.ScheduledTask + "]\n}\n"},
	)
}
