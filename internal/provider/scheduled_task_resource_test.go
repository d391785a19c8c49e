package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

const scheduledTask = "pe_scheduled_task.s"

func scheduledTaskBody(body string) string {
	return "resource \"pe_scheduled_task\" \"s\" {\n" + body + "\n}\n"
}

// in returns the time on the server's clock after a duration, as configurations write it.
func (h *harness) in(d time.Duration) string {
	return h.Now().Add(d).UTC().Truncate(time.Second).Format(time.RFC3339)
}

// scheduleAt returns a schedule that begins at a time.
func scheduleAt(time, more string) string {
	return scheduledTaskBody(`
  task           = "simulate"
  params         = { output = "restarted" }
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "` + time + `"
` + more)
}

// TestQ36RecurringScheduleIsEdited edits a schedule whose start has passed: it would be refused if it were sent again.
func TestQ36RecurringScheduleIsEdited(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	start := h.in(time.Hour)
	config := func(more string) string { return h.config(scheduleAt(start, more)) }
	h.run(t,
		resource.TestStep{Config: config("interval = \"24h\"")},
		resource.TestStep{
			PreConfig:        func() { h.Advance(30 * time.Hour) },
			Config:           config("interval = \"24h\""),
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				value(scheduledTask, "status", knownvalue.StringExact("scheduled")),
				statecheck.ExpectKnownValue(scheduledTask, at("last_run").AtMapKey("job_id"), knownvalue.NotNull()),
			},
		},
		// The start has passed, and everything can be edited all the same: it is not sent again.
		resource.TestStep{Config: config("interval = \"24h\"\nnoop = true"), ConfigPlanChecks: planned(updates(scheduledTask))},
		resource.TestStep{Config: config("interval = \"24h\"\nnoop = true"), PlanOnly: true},
		resource.TestStep{Config: config("interval = \"12h\"\nnoop = true"), ConfigPlanChecks: planned(updates(scheduledTask))},
		resource.TestStep{Config: config("interval = \"12h\"\nnoop = true"), PlanOnly: true},
		// But it cannot become a schedule that was to run once, long ago.
		resource.TestStep{Config: config("noop = true"), ExpectError: says("The scheduled time has passed")},
	)
}

func TestScheduledTaskUserdata(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	body := scheduleAt(h.in(time.Hour), `userdata = { ticket = "CHG1" }`)
	all := func(team string) knownvalue.Check {
		return knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG1"), "team": knownvalue.StringExact(team)})
	}
	h.run(t,
		resource.TestStep{
			Config: h.config(body, `default_userdata = { team = "web", ticket = "none" }`),
			ConfigStateChecks: []statecheck.StateCheck{
				value(scheduledTask, "userdata", knownvalue.MapExact(map[string]knownvalue.Check{"ticket": knownvalue.StringExact("CHG1")})),
				value(scheduledTask, "userdata_all", all("web")),
			},
		},
		resource.TestStep{Config: h.config(body, `default_userdata = { team = "web", ticket = "none" }`), PlanOnly: true},
		resource.TestStep{
			Config:            h.config(body, `default_userdata = { team = "db" }`),
			ConfigPlanChecks:  planned(updates(scheduledTask)),
			ConfigStateChecks: []statecheck.StateCheck{value(scheduledTask, "userdata_all", all("db"))},
		},
	)
}
func TestScheduledTaskBadInput(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	const rest = "task = \"facts\"\nscope = { nodes = [\"node1.example.com\"] }\n"
	const future = "scheduled_time = \"2099-01-01T00:00:00Z\"\n"
	tests := map[string]struct{ body, want string }{
		"no time":             {rest, `The argument "scheduled_time" is required`},
		"interval of nothing": {rest + future + "interval = \"0s\"", "is shorter than one second"},
		"negative interval":   {rest + future + "interval = \"-1h\"", "is shorter than one second"},
		"interval, fraction":  {rest + future + "interval = \"1500ms\"", "is no whole number of seconds"},
		"interval of days":    {rest + future + "interval = \"7d\"", "Days and weeks are not known"},
		"scope":               {"task = \"facts\"\nscope = {}\n" + future, "A scope needs exactly one of nodes, query, node_group"},
		"application":         {"task = \"facts\"\nscope = { application = \"App\" }\n" + future, "application"},
		"task":                {"task = \"Facts\"\nscope = { nodes = [\"a\"] }\n" + future, "is not the name of a task"},
		"concurrency":         {rest + future + "concurrency = 0", "must be at least 1"},
		"unknown environment": {rest + future + "environment = \"nosuchenv\"", "Unknown environment nosuchenv"},
		"nobody":              {"task = \"facts\"\nscope = { query = \"nodes[certname] { certname = 'x' }\" }\n" + future, "puppetlabs.orchestrator/empty-target"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.run(t, resource.TestStep{Config: h.config(scheduledTaskBody(test.body)), ExpectError: says(test.want)})
		})
	}
	for _, schedule := range h.Schedules() {
		t.Errorf("schedule %s was created", schedule.ID)
	}
}
