package provider_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
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

func TestScheduledTask(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(o *simulator.Options) { o.Generation = generation })
			start := h.in(time.Hour)
			config := h.config(scheduleAt(start, "description = \"nightly\"\ninterval = \"24h\""))
			url := "/scheduled_jobs/environment_jobs/1"
			userdata := knownvalue.Check(knownvalue.MapExact(map[string]knownvalue.Check{}))
			if generation == simulator.PE2019 {
				url, userdata = "/scheduled_jobs/1", knownvalue.Null()
			}
			h.run(t,
				resource.TestStep{
					Config:           config,
					ConfigPlanChecks: planned(creates(scheduledTask)),
					ConfigStateChecks: []statecheck.StateCheck{
						value(scheduledTask, "id", knownvalue.StringExact("1")),
						value(scheduledTask, "url", knownvalue.StringExact(h.ServerURL()+"/orchestrator/v1"+url)),
						value(scheduledTask, "status", knownvalue.StringExact("scheduled")),
						value(scheduledTask, "next_run", knownvalue.StringExact(start)),
						value(scheduledTask, "last_run", knownvalue.Null()),
						value(scheduledTask, "environment", knownvalue.StringExact("production")),
						value(scheduledTask, "userdata_all", userdata),
					},
				},
				resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
				resource.TestStep{ResourceName: scheduledTask, ImportState: true, ImportStateVerify: true,
					ImportStateVerifyIgnore: []string{"interval", "params", "sensitive_params_version"}},
			)
			if h.ScheduleCreatesReceived() != 1 {
				t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
			}
			for _, schedule := range h.Schedules() {
				if schedule.Enabled && schedule.NextRun.After(h.Now()) {
					t.Errorf("after destroy, schedule %s still runs", schedule.ID)
				}
			}
		})
	}
}

// TestScheduledTaskChanges edits in place, and sends only what has changed.
func TestScheduledTaskChanges(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	start, later := h.in(time.Hour), h.in(2*time.Hour)
	same := statecheck.CompareValue(compare.ValuesSame())
	edit := func(config string, keys ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         h.ResetRequests,
			Config:            h.config(config),
			ConfigPlanChecks:  planned(updates(scheduledTask)),
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(scheduledTask, at("id"))},
			Check: func(*terraform.State) error {
				sent := h.sent(t, "PUT", "/scheduled_jobs/environment_jobs/1")
				got := map[string]bool{}
				for key := range sent {
					got[key] = true
				}
				want := map[string]bool{}
				for _, key := range keys {
					want[key] = true
				}
				if !reflect.DeepEqual(got, want) {
					return fmt.Errorf("sent the keys %v, want %v", got, want)
				}
				return nil
			},
		}
	}
	task := func(more string) string { return scheduleAt(start, more) }
	h.run(t,
		resource.TestStep{Config: h.config(task("")), ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(scheduledTask, at("id"))}},
		edit(task("description = \"x\""), "description"),
		edit(task(""), "description"),
		edit(task("userdata = { a = \"b\" }"), "userdata"),
		edit(task("interval = \"24h\""), "schedule", "userdata"),
		edit(scheduleAt(later, "interval = \"24h\""), "schedule"),
		edit(task(""), "schedule"),
		edit(task("environment = \"development\""), "environment"),
		edit(task("noop = true\nenvironment = \"development\""), "input"),
		edit(task("noop = false\nconcurrency = 3\ntransport = \"pxp\""), "input", "environment"),
		edit(task("sensitive_params_version = 1"), "input"),
		edit(scheduledTaskBody("task = \"service\"\nparams = { action = \"start\", name = \"httpd\" }\nscope = { nodes = [\"node1.example.com\"] }\nscheduled_time = \""+start+"\""), "input"),
		edit(scheduledTaskBody("task = \"service\"\nparams = { action = \"start\", name = \"httpd\" }\nscope = { query = \"nodes[certname] { }\" }\nscheduled_time = \""+start+"\""), "input"),
		edit(scheduledTaskBody("task = \"facts\"\nscope = { query = \"nodes[certname] { }\" }\nscheduled_time = \""+start+"\""), "input"),
	)
	if h.ScheduleCreatesReceived() != 1 {
		t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
	}
}

// TestQ39ScheduledTaskIsReplacedOnOldServers uses the older API, which cannot edit, where there is no newer one.
func TestQ39ScheduledTaskIsReplacedOnOldServers(t *testing.T) {
	t.Parallel()
	h := newHarness(t, generation(simulator.PE2019))
	start, later := h.in(time.Hour), h.in(2*time.Hour)
	h.run(t,
		resource.TestStep{Config: h.config(scheduleAt(start, ""))},
		resource.TestStep{Config: h.config(scheduleAt(start, "description = \"x\"")), ConfigPlanChecks: planned(replaces(scheduledTask))},
		resource.TestStep{Config: h.config(scheduleAt(later, "description = \"x\"")), ConfigPlanChecks: planned(replaces(scheduledTask))},
		resource.TestStep{Config: h.config(scheduleAt(later, "description = \"x\"\ninterval = \"1h\"")), ConfigPlanChecks: planned(replaces(scheduledTask))},
		resource.TestStep{Config: h.config(scheduleAt(later, "description = \"x\"\ninterval = \"60m\"")), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{
			Config:      h.config(scheduleAt(later, "concurrency = 2")),
			ExpectError: says("`concurrency` needs the scheduling API of PE 2021.7 or newer"),
		},
		resource.TestStep{
			Config:      h.config(scheduleAt(later, "userdata = { a = \"b\" }")),
			ExpectError: says("`userdata` needs the scheduling API of PE 2021.7 or newer"),
		},
	)
	if n := len(h.Schedules()); n != 0 {
		t.Errorf("%d schedules are left", n)
	}
}

func TestScheduledTaskTimes(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	instant := h.Now().Add(3 * time.Hour).UTC().Truncate(time.Second)
	utc := instant.Format(time.RFC3339)
	elsewhere := instant.In(time.FixedZone("", 5*3600+1800)).Format(time.RFC3339)
	fraction := instant.Format("2006-01-02T15:04:05.000Z")
	past := h.in(-time.Minute)
	h.run(t,
		resource.TestStep{Config: h.config(scheduleAt(past, "")), ExpectError: says("was to begin at " + past)},
		resource.TestStep{Config: h.config(scheduleAt(past, "interval = \"1h\"")), ExpectError: says("The next run of this schedule would be " + h.in(59 * time.Minute)[:15])},
		resource.TestStep{Config: h.config(scheduleAt("tomorrow", "")), ExpectError: says("Invalid RFC3339 String Value")},
		resource.TestStep{Config: h.config(scheduleAt(elsewhere, ""))},
		resource.TestStep{Config: h.config(scheduleAt(elsewhere, "")), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: h.config(scheduleAt(utc, "")), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: h.config(scheduleAt(fraction, "")), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: h.config(scheduleAt(past, "")), ExpectError: says("The scheduled time has passed")},
		resource.TestStep{Config: h.config(scheduleAt(utc, "interval = \"1h\"")), ConfigPlanChecks: planned(updates(scheduledTask))},
		resource.TestStep{Config: h.config(scheduleAt(utc, "interval = \"3600s\"")), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
	)
}

func TestScheduledTaskOnceAndDone(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(o *simulator.Options) { o.Generation = generation })
			start := h.in(time.Hour)
			config := h.config(scheduleAt(start, ""))
			lastRun := knownvalue.Check(knownvalue.ObjectExact(map[string]knownvalue.Check{
				"time": knownvalue.StringExact(start), "job_id": knownvalue.StringExact("1"), "error": knownvalue.Null(),
			}))
			h.run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig:        func() { h.Advance(2 * time.Hour) },
					Config:           config,
					ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
					ConfigStateChecks: []statecheck.StateCheck{
						value(scheduledTask, "status", knownvalue.StringExact("completed")),
						value(scheduledTask, "next_run", knownvalue.Null()),
						value(scheduledTask, "last_run", lastRun),
					},
				},
				// Nothing is planned any more, whatever becomes of the record.
				resource.TestStep{PreConfig: func() { h.RemoveSchedule("1") }, Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
				resource.TestStep{Config: h.config(scheduleAt(start, "noop = true")), ConfigPlanChecks: planned(updates(scheduledTask))},
				resource.TestStep{Config: h.config(scheduleAt(h.in(5*time.Hour), "noop = true")), ConfigPlanChecks: planned(replaces(scheduledTask))},
			)
			if len(h.Jobs()) != 1 {
				t.Errorf("it has run %d times", len(h.Jobs()))
			}
		})
	}
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
		resource.TestStep{Config: config("interval = \"24h\"\nnoop = true"), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: config("interval = \"12h\"\nnoop = true"), ConfigPlanChecks: planned(updates(scheduledTask))},
		resource.TestStep{Config: config("interval = \"12h\"\nnoop = true"), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		// But it cannot become a schedule that was to run once, long ago.
		resource.TestStep{Config: config("noop = true"), ExpectError: says("The scheduled time has passed")},
	)
}

func TestScheduledTaskBehindTerraformsBack(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	config := h.config(scheduleAt(h.in(time.Hour), "interval = \"24h\""))
	h.run(t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: func() { h.DisableSchedule("1") }, Config: config, ConfigPlanChecks: planned(creates(scheduledTask))},
		resource.TestStep{PreConfig: func() { h.RemoveSchedule("2") }, Config: config, ConfigPlanChecks: planned(creates(scheduledTask))},
	)
	enabled := 0
	for _, schedule := range h.Schedules() {
		if schedule.Enabled {
			enabled++
		}
	}
	if enabled != 0 {
		t.Errorf("%d schedules are left", enabled)
	}
}

// TestQ54ScheduledTaskSecrets has a parameter that cannot be read back.
func TestQ54ScheduledTaskSecrets(t *testing.T) {
	t.Parallel()
	const secret = "sup3r-s3cret-value"
	h := newHarness(t)
	config := func(more string) string {
		return h.config(scheduledTaskBody(`
  task             = "simulate"
  params           = { output = "x" }
  sensitive_params = { secret = "` + secret + `" }
  scope            = { nodes = ["node1.example.com"] }
  scheduled_time   = "` + h.in(time.Hour) + `"
` + more))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: h.factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.11.0")))},
		Steps: []resource.TestStep{
			{Config: config("")},
			// What the server hides is no change.
			{Config: config(""), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
			// Secrets are sent again whenever the input is, because the server replaces it as a whole.
			{Config: config("noop = true"), ConfigPlanChecks: planned(updates(scheduledTask)), Check: func(*terraform.State) error {
				input, _ := h.sent(t, "PUT", "/scheduled_jobs/environment_jobs/1")["input"].(map[string]any)
				want := map[string]any{"output": map[string]any{"value": "x"}, "secret": map[string]any{"value": secret}}
				if !reflect.DeepEqual(input["parameters"], want) {
					return fmt.Errorf("sent the parameters %v", input["parameters"])
				}
				return nil
			}},
		},
	})
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
		resource.TestStep{Config: h.config(body, `default_userdata = { team = "web", ticket = "none" }`), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{
			Config:            h.config(body, `default_userdata = { team = "db" }`),
			ConfigPlanChecks:  planned(updates(scheduledTask)),
			ConfigStateChecks: []statecheck.StateCheck{value(scheduledTask, "userdata_all", all("db"))},
		},
	)
}

func TestScheduledTaskImportErrors(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	other := fmt.Sprintf("resource \"pe_scheduled_deploy\" \"d\" {\n environment = \"production\"\n scope = { nodes = [\"node1.example.com\"] }\n scheduled_time = %q\n}\n", h.in(time.Hour))
	imports := func(id, want string) resource.TestStep {
		return resource.TestStep{
			Config:       h.config(other + scheduleAt(h.in(time.Hour), "")),
			ResourceName: scheduledTask, ImportState: true, ImportStateId: id, ExpectError: says(want),
		}
	}
	h.run(t,
		resource.TestStep{Config: h.config(other)},
		imports("x", `"x" is not the id of a schedule`),
		imports("9", "The server has no such schedule"),
		imports("1", "It is the schedule of a deploy. Import it as pe_scheduled_deploy."),
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
		"interval of days":    {rest + future + "interval = \"7d\"", "Invalid Time Duration"},
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
