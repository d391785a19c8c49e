// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestScheduleCreate_AnsweredByAPage has something in front of the server answer 404, or 405, after the schedule was created, and before it
// gets there: it exists once.
func TestScheduleCreate_AnsweredByAPage(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		for _, status := range []int{http.StatusNotFound, http.StatusMethodNotAllowed} {
			for _, action := range []simulator.FaultAction{simulator.AnswerStatusAfterHandling, simulator.AnswerStatus} {
				t.Run(fmt.Sprint(g, " ", status, " ", action), func(t *testing.T) {
					t.Parallel()
					h := acctest.New(t, acctest.Generation(g))
					h.AddFault(simulator.Fault{
						Method: http.MethodPost, Path: creations(g), Times: 1, Action: action, Status: status,
						Body: "<html><body>not here</body></html>", Header: http.Header{"Content-Type": {"text/html"}},
					})
					body := attributeName("task", "a", h.TimeIn(time.Hour), "task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }")
					first := resource.TestStep{Config: h.Config(body)}
					if action == simulator.AnswerStatus {
						first.ExpectError = acctest.SaysAll("It is not known whether the schedule of task \"simulate\" was created")
					}
					h.Run(t, first, resource.TestStep{Config: h.Config(body)})
					want := 1
					if action == simulator.AnswerStatus {
						want = 2 // of which the first did not get there
					}
					if n := h.ScheduleCreatesReceived(); n != want {
						t.Errorf("the server has received %d creations, want %d", n, want)
					}
				})
			}
		}
	}
}

// TestScheduleCreate_WhereThereAreNoPlans schedules a plan on a server that schedules tasks only, as PE does before 2019.8.3.
func TestScheduleCreate_WhereThereAreNoPlans(t *testing.T) {
	t.Parallel()
	for body, says := range map[string]string{
		"Not Found": "It is not known whether the schedule of plan \"facts::info\" was created",
		`{"kind":"puppetlabs.orchestrator/not-found","msg":"Not Found"}`: "The server cannot schedule plans … PE 2019.8.3",
	} {
		h := acctest.New(t, acctest.Generation(simulator.PE2019))
		h.AddFault(simulator.Fault{
			Method: http.MethodPost, Path: "/orchestrator/v1/command/schedule_plan", Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: body,
		})
		plan := attributeName("plan", "a", h.TimeIn(time.Hour), "plan_name = \"facts::info\"\n params = { targets = \"node1.example.com\" }")
		h.Run(t, resource.TestStep{Config: h.Config(plan, `retry_max_wait = "1s"`, "max_retries = 1"), ExpectError: acctest.SaysAll(says)})
	}
}

// TestSchedule_WhileOthersMoveInTheList reads the list of a server that shows schedules nowhere else, in the order of their next run. One of
// a thousand others runs between two pages and goes to the end of the list, so that ours is in neither page.
func TestSchedule_WhileOthersMoveInTheList(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	h := acctest.New(t, func(o *simulator.Options) { o.Generation, o.TimeScale = simulator.PE2019, 1 })
	client := h.Client(t)
	const others = 1000
	for i := range others {
		first := h.TimeIn(10 * day)
		if i == 0 {
			first = h.TimeIn(day)
		}
		acctest.Started(t)(client.ScheduleTask(t.Context(), orchestrator.ScheduleTaskRequest{
			Environment: "production", Task: "facts", Scope: orchestrator.Scope{Nodes: []string{acctest.Node(2)}}, ScheduledTime: first,
			ScheduleOptions: &orchestrator.ScheduleOptions{Interval: orchestrator.EverySeconds(int64(1000 * day / time.Second))},
		}))
	}
	config := h.Config(acctest.ScheduledTaskBody("task = \"facts\"\nscope = { nodes = [\"node1.example.com\"] }\nscheduled_time = \"" +
		h.TimeIn(100*day) + "\"\ninterval = \"24h\""))
	moved := false
	move := func(r simulator.Request) {
		if !moved && strings.Contains(r.RawQuery, "offset=0") {
			moved = true
			h.Advance(day + time.Hour)
		}
	}
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, PreConfig: func() {
			h.AddFault(simulator.Fault{
				Method: http.MethodGet, Path: "/orchestrator/v1/scheduled_jobs", Action: simulator.NoAction, AfterHook: move,
			})
		}},
	)
	if got := h.Count(http.MethodPost, "/command/schedule_task"); !moved || got != others+1 {
		t.Errorf("one has moved: %v, and %d schedules were created, want %d", moved, got, others+1)
	}
}

// attributeName returns a schedule of a kind under another name.
func attributeName(kind, name, start, body string) string {
	return fmt.Sprintf("resource \"pe_scheduled_%s\" %q {\n  scheduled_time = %q\n%s\n}\n", kind, name, start, body)
}

// TestScheduleCreate_WhoseAnswerIsLost loses the answers to creations: each schedule exists once.
func TestScheduleCreate_WhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		for name, fault := range map[string]simulator.Fault{
			"connection dropped": {Action: simulator.DropAfterHandling},
			"half an answer":     {Action: simulator.DropDuringAnswer},
			"no JSON":            {Action: simulator.Garbage},
			"502":                {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusBadGateway},
			"504":                {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusGatewayTimeout},
			"500":                {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusInternalServerError},
		} {
			t.Run(string(g)+" "+name, func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, acctest.Generation(g))
				fault.Method, fault.Path, fault.Times = http.MethodPost, creations(g), 3
				h.AddFault(fault)
				config := h.Config(all(h.TimeIn(time.Hour), ""))
				heard := &acctest.Warnings{}
				h.RunListening(t, heard,
					resource.TestStep{Config: config, Check: func(*terraform.State) error {
						if left := h.EnabledSchedules(); len(left) != 3 || h.ScheduleCreatesReceived() != 3 {
							return fmt.Errorf("the server has the schedules %v after %d creations", left, h.ScheduleCreatesReceived())
						}
						return nil
					}},
				)
				if left := h.EnabledSchedules(); len(left) != 0 {
					t.Errorf("the schedules %v are left", left)
				}
				// What is recognized by its content only is named.
				if said := heard.Say(`It was not clear at first whether the schedule of task "simulate" was created`, "has turned up since"); said != (g == simulator.PE2019) {
					t.Errorf("heard %q", heard.All())
				}
			})
		}
	}
}

// creations is a pattern for the paths to which schedules are posted.
func creations(g simulator.Generation) string {
	if g == simulator.PE2019 {
		return "/orchestrator/v1/command/schedule_*"
	}
	return "/orchestrator/v1" + environmentJobsPath
}

// TestScheduleCreate_AnsweredWithAnotherNumber has a server whose answers about new schedules give the numbers of other things, as published
// examples do. The schedules are found, and not created again.
func TestScheduleCreate_AnsweredWithAnotherNumber(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019), func(o *simulator.Options) {
		o.Variants = simulator.Variants{simulator.MisnumberedSchedules: true}
	})
	config := h.Config(all(h.TimeIn(time.Hour), ""))
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(each(unchanged)...)},
	)
	if created := h.ScheduleCreatesReceived(); created != 3 {
		t.Errorf("the server has received %d creations", created)
	}
}

// TestScheduleCreate_WhoseRequestIsLost loses the creations themselves. What can be recognised is sent again; with the older API nothing
// can, so the error says what to do.
func TestScheduleCreate_WhoseRequestIsLost(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			config := h.Config(all(h.TimeIn(time.Hour), ""))
			h.AddFault(simulator.Fault{Method: http.MethodPost, Path: creations(g), Times: 3, Action: simulator.DropBeforeHandling})
			var steps []resource.TestStep
			if g == simulator.PE2019 {
				steps = append(steps, resource.TestStep{Config: config, ExpectError: acctest.Says("None with the same content has shown up. Look for it in the console. If it is there, import it")})
			}
			steps = append(steps, resource.TestStep{Config: config, Check: func(*terraform.State) error {
				if left := h.EnabledSchedules(); len(left) != 3 {
					return fmt.Errorf("the server has the schedules %v", left)
				}
				return nil
			}})
			h.RunCLI(t, steps...)
		})
	}
}

// TestScheduleCreate_IsNotMistakenForAnother has a schedule of the same content on the server, with an API that carries no id.
func TestScheduleCreate_IsNotMistakenForAnother(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019))
	start := h.TimeIn(time.Hour)
	mine := func(name string) string { return attributeName("task", name, start, scheduleCases[0].minimal) }
	fault := func(action simulator.FaultAction) func() {
		return func() {
			h.AddFault(simulator.Fault{Method: http.MethodPost, Path: creations(simulator.PE2019), Times: 1, Action: action})
		}
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(mine("a"))},
		resource.TestStep{PreConfig: fault(simulator.DropBeforeHandling), Config: h.Config(mine("a") + mine("b")), ExpectError: acctest.Says("None that is new has shown up. These have the same content, and were there before or belong to other resources: 1.")},
		resource.TestStep{
			PreConfig: fault(simulator.DropAfterHandling),
			Config:    h.Config(mine("a") + mine("b")),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value("pe_scheduled_task.a", "id", knownvalue.StringExact("1")), acctest.Value("pe_scheduled_task.b", "id", knownvalue.StringExact("2")),
			},
		},
	)
}

// TestScheduleCreate_WhatTheStateMayHave creates a second schedule of the same content without reading the state: the first may be meant,
// so nothing is created until a refresh has seen it.
func TestScheduleCreate_WhatTheStateMayHave(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	start := h.TimeIn(time.Hour)
	first := "provider \"pe\" {}\n" + attributeName("task", "a", start, scheduleCases[0].minimal)
	c := acctest.NewCLI(t, h, first).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "second.tf", attributeName("task", "b", start, scheduleCases[0].minimal))
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-target=pe_scheduled_task.b")
	if err == nil || h.ScheduleCreatesReceived() != 1 {
		t.Fatalf("after %d creations: %v\n%s", h.ScheduleCreatesReceived(), err, printed)
	}
	acctest.MustSay(t, printed, "It is not known whether the schedule of task \"simulate\" is schedule 1", "apply without a saved plan, -target and -refresh=false", "terraform import <address> 1")
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t); got["pe_scheduled_task.a"]["id"] != "1" || got["pe_scheduled_task.b"]["id"] != "2" || h.ScheduleCreatesReceived() != 2 {
		t.Errorf("after %d creations the state has %v", h.ScheduleCreatesReceived(), got)
	}
	c.NoChanges(t)
}

// TestSchedulingAPI_IsAskedForOnce counts how often a run asks which API the server has.
func TestSchedulingAPI_IsAskedForOnce(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			const target = "resource \"pe_task_target\" \"t\" {\n display_name = \"t\"\n all_tasks = true\n nodes = [\"node1.example.com\"]\n}\n"
			c := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+target).Attached()
			expect := func(want int, args ...string) string {
				t.Helper()
				h.ResetRequests()
				printed, err := c.Run(t, nil, args...)
				if err != nil {
					t.Fatal(printed)
				}
				if got := asked(h); got != want {
					t.Errorf("%v asked %d times which API the server has, want %d", args, got, want)
				}
				return printed
			}
			expect(0, "apply", "-auto-approve")
			c.Write(t, "schedules.tf", all(h.TimeIn(time.Hour), ""))
			expect(1, "plan", "-out=plan")
			expect(1, "apply", "plan")
			expect(1, "plan")
			for _, id := range h.EnabledSchedules() {
				h.DisableSchedule(id)
			}
			h.ResetRequests()
			printed, err := c.Run(t, nil, "plan")
			if err != nil {
				t.Fatal(printed)
			}
			for i, scheduled := range []string{`task "simulate"`, `a deploy of environment "production"`, `plan "facts::info"`} {
				why := fmt.Sprintf("Schedule of %s is gone", scheduled)
				if !acctest.Says(why).MatchString(printed) || !acctest.Says("has been disabled or deleted outside of Terraform. It is planned for creation again").MatchString(printed) ||
					!strings.Contains(printed, scheduleCases[i].address+" will be created") {
					t.Errorf("the plan does not say that the %s:\n%s", why, printed)
				}
			}
		})
	}
}

// TestSchedulingAPI_ThatIsNotThere has servers that lack the configured API. Nothing is created, and nothing is removed from the state.
func TestSchedulingAPI_ThatIsNotThere(t *testing.T) {
	t.Parallel()
	neither := []simulator.Fault{
		{Path: "/orchestrator/v1/scheduled_jobs*", Action: simulator.AnswerStatus, Status: 404, Body: "Not Found"},
		{Path: "/orchestrator/v1/scheduled_jobs/*", Action: simulator.AnswerStatus, Status: 404, Body: "Not Found"},
		{Path: "/orchestrator/v1/scheduled_jobs/*/*", Action: simulator.AnswerStatus, Status: 404, Body: "Not Found"},
		{Path: "/orchestrator/v1/command/schedule_*", Action: simulator.AnswerStatus, Status: 404, Body: "Not Found"},
	}
	tests := map[string]struct {
		generation simulator.Generation
		setting    string
		faults     []simulator.Fault
		want       string
	}{
		"neither": {simulator.PE2025, "auto", neither,
			"has neither of PE's scheduling APIs. GET /orchestrator/v1/scheduled_jobs/environment_jobs (PE 2021.7 and newer) and GET /orchestrator/v1/scheduled_jobs (older) were tried"},
		"not the newer": {simulator.PE2019, "environment_jobs", nil,
			"does not have the scheduling API that `scheduled_jobs_api` = \"environment_jobs\" asks for: GET /orchestrator/v1/scheduled_jobs/environment_jobs was answered with status 404"},
		"not the older": {simulator.PE2025, "schedule_task", nil, "The server has the scheduling API of PE 2021.7 and newer, beside which the older one shows and deletes nothing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(test.generation))
			for _, fault := range test.faults {
				h.AddFault(fault)
			}
			h.Run(t, resource.TestStep{Config: h.Config(all(h.TimeIn(time.Hour), ""), fmt.Sprintf("scheduled_jobs_api = %q", test.setting)), ExpectError: acctest.Says(test.want)})
			if n := len(h.Schedules()); n != 0 {
				t.Errorf("the server has %d schedules", n)
			}
		})
	}
	t.Run("not any more", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		body := all(h.TimeIn(time.Hour), "")
		var removes []func()
		h.Run(t,
			resource.TestStep{Config: h.Config(body)},
			resource.TestStep{
				PreConfig: func() {
					for _, fault := range neither {
						removes = append(removes, h.AddFault(fault))
					}
				},
				Config: h.Config(body, `scheduled_jobs_api = "environment_jobs"`), ExpectError: acctest.Says("GET /orchestrator/v1/scheduled_jobs/environment_jobs was answered with status 404"),
			},
			resource.TestStep{Config: h.Config(body), ExpectError: acctest.Says("was written through the scheduling API of PE 2021.7 and newer, which the server does not have. The older API")},
			resource.TestStep{
				PreConfig: func() {
					for _, remove := range removes {
						remove()
					}
				},
				Config: h.Config(body, `scheduled_jobs_api = "schedule_task"`), ExpectError: acctest.Says("or which `scheduled_jobs_api` = \"schedule_task\" rules out"),
			},
			resource.TestStep{Config: h.Config(body), PlanOnly: true},
		)
	})
	t.Run("only in name", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t, acctest.Generation(simulator.PE2019), func(o *simulator.Options) { o.LegacySchedulesAPI = true })
		body := all(h.TimeIn(time.Hour), "")
		h.Run(t,
			resource.TestStep{Config: h.Config(body, `scheduled_jobs_api = "schedule_task"`)},
			resource.TestStep{
				PreConfig: func() { h.Upgrade(simulator.PE2021) },
				Config:    h.Config(body, `scheduled_jobs_api = "schedule_task"`), ExpectError: acctest.Says("Remove `scheduled_jobs_api = \"schedule_task\"` from the provider"),
			},
			resource.TestStep{Config: h.Config(body), PlanOnly: true},
		)
	})
}

// TestScheduleRead_WithoutPermission has a user who may not see schedules: that is an error, and no reason to create them again.
func TestScheduleRead_WithoutPermission(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2021, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			h.AddUser("carl", "carl")
			body := all(h.TimeIn(time.Hour), "")
			h.Run(t,
				resource.TestStep{Config: h.Config(body)},
				resource.TestStep{Config: h.ConfigAs(h.IssueToken("carl", 0), body), ExpectError: acctest.Says("The user of the token needs the permission `orchestrator` / `view`")},
				resource.TestStep{Config: h.Config(body), PlanOnly: true},
			)
			if h.ScheduleCreatesReceived() != 3 {
				t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
			}
		})
	}
}

// TestScheduleTimes_ByClocksThatDiffer has a workstation whose clock differs from the server's. A time a minute away works either way.
func TestScheduleTimes_ByClocksThatDiffer(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{-45 * time.Second, 45 * time.Second} {
		for _, setting := range []string{"auto", "environment_jobs"} {
			t.Run(skew.String()+" "+setting, func(t *testing.T) {
				t.Parallel()
				h := still(t, simulator.PE2025)
				h.Machine.Now = func() time.Time { return h.Now().Add(skew) }
				api := fmt.Sprintf("scheduled_jobs_api = %q", setting)
				config := h.Config(all(h.TimeIn(time.Minute), ""), api)
				past := h.TimeIn(-time.Minute)
				h.Run(t,
					resource.TestStep{Config: config},
					resource.TestStep{Config: h.Config(all(past, ""), api), ExpectError: acctest.Says("was to run once, at " + past + ". It is now")},
				)
			})
		}
	}
}

// TestScheduleTimes_InOtherWordsAreNoChange writes times and intervals in different forms.
func TestScheduleTimes_InOtherWordsAreNoChange(t *testing.T) {
	t.Parallel()
	eachGeneration(t, []simulator.Generation{simulator.PE2019, simulator.PE2025}, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		instant := h.Now().Add(3 * time.Hour).UTC().Truncate(time.Second)
		first := instant.In(time.FixedZone("", -(3*3600 + 1800))).Format("2006-01-02T15:04:05.250Z07:00")
		past := h.TimeIn(-time.Minute)
		steps := []resource.TestStep{
			{Config: h.Config(all(past, "")), ExpectError: acctest.Says("was to run once, at " + past + ". It is now " + h.TimeIn(0) + " on this machine and " + h.TimeIn(0) + " on the server")},
			{
				Config:            h.Config(all(first, "")),
				ConfigStateChecks: append(values("scheduled_time", knownvalue.StringExact(first)), values("next_run", knownvalue.StringExact(instant.In(time.FixedZone("", -(3*3600+1800))).Format(time.RFC3339)))...),
			},
		}
		for _, same := range []string{instant.Format(time.RFC3339), instant.In(time.FixedZone("", 5*3600+2700)).Format(time.RFC3339), instant.Format("2006-01-02T15:04:05.000000Z")} {
			steps = append(steps, resource.TestStep{Config: h.Config(all(same, "")), PlanOnly: true})
		}
		if g == simulator.PE2025 {
			steps = append(steps, resource.TestStep{Config: h.Config(all(first, "interval = \"1h\"")), ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...)})
			for _, same := range []string{"3600s", "60m", "0h59m60s"} {
				steps = append(steps, resource.TestStep{Config: h.Config(all(first, "interval = \""+same+"\"")), PlanOnly: true})
			}
		}
		h.Run(t, append(steps, resource.TestStep{Config: h.Config(all(past, "")), ExpectError: acctest.Says("The scheduled time has passed")})...)
	})
}

// TestScheduleImport_OfWhatIsNotThere imports schedules that do not exist, or other objects.
func TestScheduleImport_OfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, g := range acctest.Generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			start := h.TimeIn(time.Hour)
			var order []string
			config := ""
			for i, c := range scheduleCases {
				config += strings.Replace(c.body(start, c.minimal), "{\n", "{\n"+after(i), 1)
				order = append(order, c.kind)
			}
			steps := []resource.TestStep{{Config: h.Config(config)}}
			for i, c := range scheduleCases {
				imports := func(id, want string) resource.TestStep {
					return resource.TestStep{Config: h.Config(config), ResourceName: c.address, ImportState: true, ImportStateId: id, ExpectError: acctest.Says(want)}
				}
				other := (i + 1) % len(order)
				steps = append(steps, imports(fmt.Sprint(other+1), fmt.Sprintf("It is the schedule of a %s. Import it as pe_scheduled_%s.", order[other], order[other])))
				if i == 0 {
					steps = append(steps, imports("9", "The server has no such schedule"), imports("x", `"x" is not the id of a schedule`))
				}
			}
			h.Run(t, steps...)
		})
	}
}

// after makes a schedule depend on the one before, so that the ids are in order.
func after(i int) string {
	if i == 0 {
		return ""
	}
	return "  depends_on = [" + scheduleCases[i-1].address + "]\n"
}

// TestScheduleImport_ChangesNothing imports schedules and plans nothing for the configuration that they were created with.
func TestScheduleImport_ChangesNothing(t *testing.T) {
	t.Parallel()
	for _, g := range acctest.Generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			start := h.TimeIn(hours(40))
			var config, ids string
			for i, c := range scheduleCases {
				config += c.body(start, c.full+"\n"+c.recurring(g)+"description = \"x\"")
				ids += fmt.Sprintf("import {\n to = %s\n id = \"%d\"\n}\n", c.address, i+1)
			}
			created := config
			for i, c := range scheduleCases[1:] {
				created = strings.Replace(created, fmt.Sprintf("resource \"pe_scheduled_%s\" \"s\" {\n", c.kind), fmt.Sprintf("resource \"pe_scheduled_%s\" \"s\" {\n%s", c.kind, after(i+1)), 1)
			}
			c := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+created).Attached()
			if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
				t.Fatal(printed)
			}
			again := acctest.NewCLI(t, h, "provider \"pe\" {}\n"+ids+config).Attached()
			printed, err := again.Run(t, nil, "plan")
			if err != nil || !strings.Contains(printed, "3 to import, 0 to add") || !strings.Contains(printed, "0 to destroy") {
				t.Fatalf("%v\n%s", err, printed)
			}
			// The deploy sets two attributes to their defaults, which nobody can tell from leaving them out.
			if g != simulator.PE2019 && !strings.Contains(printed, "1 to change") {
				t.Errorf("more is changed than what cannot be read:\n%s", printed)
			}
			if printed, err = again.Run(t, nil, "apply", "-auto-approve"); err != nil {
				t.Fatal(printed)
			}
			if printed, err = again.Run(t, nil, "plan"); err != nil || !strings.Contains(printed, "No changes") {
				t.Errorf("the second plan: %v\n%s", err, printed)
			}
			if h.ScheduleCreatesReceived() != 3 {
				t.Errorf("the server has received %d creations", h.ScheduleCreatesReceived())
			}
		})
	}
}
