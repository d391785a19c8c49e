// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// replacesParams gives a schedule other parameters, as somebody does with the API or in the console.
func replacesParams(t *testing.T, h *acctest.Harness, name, params string) func() {
	t.Helper()
	return func() {
		values := map[string]any{}
		if err := json.Unmarshal([]byte(params), &values); err != nil {
			t.Fatal(err)
		}
		typed := orchestrator.TypedParams(values, nil, nil)
		input := orchestrator.EnvironmentJobInput{Name: name, Parameters: &typed}
		if name == "simulate" {
			input.Scope = &orchestrator.Scope{Nodes: []string{"node1.example.com"}}
		}
		if err := h.Client(t).UpdateEnvironmentJob(t.Context(), "1", orchestrator.EnvironmentJobUpdate{Input: &input}); err != nil {
			t.Fatal(err)
		}
	}
}

// hides is a check of the secrets that the server hides of the only schedule.
func hides(t *testing.T, h *acctest.Harness, want ...string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		job, err := h.Client(t).EnvironmentJob(t.Context(), "1")
		if got := job.Input.SensitiveParameters(); err == nil && !slices.Equal(got, want) {
			return fmt.Errorf("the server hides %q, want %q", got, want)
		}
		return err
	}
}

// scheduledOutside creates a schedule of the task simulate as somebody does without Terraform.
func scheduledOutside(t *testing.T, h *acctest.Harness, start string, params map[string]any) {
	t.Helper()
	typed := orchestrator.TypedParams(params, nil, nil)
	if _, err := h.Client(t).CreateEnvironmentJob(t.Context(), orchestrator.EnvironmentJobRequest{
		Type: "task", Environment: "production", Schedule: orchestrator.Schedule{StartTime: start},
		Userdata: map[string]any{"terraform_request_id": "theirs"},
		Input:    orchestrator.EnvironmentJobInput{Name: "simulate", Parameters: &typed, Scope: &orchestrator.Scope{Nodes: []string{"node1.example.com"}}},
	}); err != nil {
		t.Fatal(err)
	}
}

// TestScheduleParams_ThatSomebodyAdds adds parameters to schedules. The next plan takes them away again, unless they are defaults, which a
// server may fill in.
func TestScheduleParams_ThatSomebodyAdds(t *testing.T) {
	t.Parallel()
	const (
		task = "task = \"simulate\"\nparams = { output = \"x\" }\nscope = { nodes = [\"node1.example.com\"] }\n"
		plan = "plan_name = \"simulate::plan\"\nparams = { targets = \"node1.example.com\" }\n"
	)
	for name, test := range map[string]struct {
		c           scheduleCase
		body, added string
		want        func(string) plancheck.PlanCheck
	}{
		"to a task":            {scheduleCases[0], task, `{"output": "x", "exitcode": 3}`, acctest.Updates},
		"a secret to a task":   {scheduleCases[0], task, `{"output": "x", "secret": "s"}`, unchanged},
		"a null to a task":     {scheduleCases[0], task, `{"output": "x", "exitcode": null}`, unchanged},
		"to a plan":            {scheduleCases[2], plan, `{"targets": "node1.example.com", "duration": 7}`, acctest.Updates},
		"without validation":   {scheduleCases[0], task + "validate_params = false\n", `{"output": "x", "exitcode": 3}`, unchanged},
		"one for another":      {scheduleCases[0], task, `{"exitcode": 3}`, acctest.Updates},
		"none was configured":  {scheduleCases[0], "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\n", `{"exitcode": 3}`, acctest.Updates},
		"nothing but the same": {scheduleCases[0], task, `{"output": "x"}`, unchanged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2025)
			config := h.Config(test.c.body(h.TimeIn(time.Hour), test.body))
			run := "simulate"
			if test.c.kind == "plan" {
				run = "simulate::plan"
			}
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{PreConfig: replacesParams(t, h, run, test.added), Config: config, ConfigPlanChecks: acctest.Planned(test.want(test.c.address))},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		})
	}
}

// TestScheduleSecrets_ThatTheConfigurationMentionsNoMore changes a schedule after `sensitive_params` was taken out of the configuration: an
// oversight would have it run without its secret, and what is meant has to be said.
func TestScheduleSecrets_ThatTheConfigurationMentionsNoMore(t *testing.T) {
	t.Parallel()
	const loses = "would lose secrets … it has `secret` … write `sensitive_params = {}`"
	for _, g := range acctest.Generations {
		for name, test := range map[string]struct {
			change string
			fails  string
		}{
			"other parameters":        {"params = { output = \"y\" }", loses},
			"nothing but the version": {"params = { output = \"x\" }", loses},
			"it is not wanted":        {"params = { output = \"y\" }\nsensitive_params = {}", ""},
			"it is in clear now":      {"params = { output = \"x\", secret = \"s3cret\" }", ""},
			"another one is given":    {"params = { output = \"y\" }\nsensitive_params = { secret = \"new\" }", ""},
			"a secret that is null":   {"params = { output = \"y\" }\nsensitive_params = { secret = null }", "The secret parameter \"secret\" has no value"},
			"null, and nothing else":  {"params = { output = \"x\" }\nsensitive_params = { secret = null }\nsensitive_params_version = 1", ""},
		} {
			t.Run(string(g)+" "+name, func(t *testing.T) {
				t.Parallel()
				h := still(t, g)
				c, start := scheduleCases[0], h.TimeIn(time.Hour)
				const run = "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\n"
				change := resource.TestStep{Config: h.Config(c.body(start, run+test.change))}
				if test.fails != "" {
					change.ExpectError = acctest.SaysAll(test.fails)
				}
				h.Run(t,
					resource.TestStep{Config: h.Config(c.body(start, run+"params = { output = \"x\" }\nsensitive_params = { secret = \"s3cret\" }\nsensitive_params_version = 1"))},
					change,
				)
			})
		}
	}
}

// TestScheduleSecrets_LostByAReplacement takes `sensitive_params` out of the configuration of a schedule that is created anew: by another time
// on a server that cannot change schedules, after it has run, and after somebody has disabled it.
func TestScheduleSecrets_LostByAReplacement(t *testing.T) {
	t.Parallel()
	const run = "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { output = \"x\" }\n"
	const secret = "sensitive_params = { secret = \"s3cret\" }\n"
	for name, test := range map[string]struct {
		generation simulator.Generation
		more       string
		before     func(t *testing.T, h *acctest.Harness)
		at         time.Duration
	}{
		"another time before PE 2021.7": {simulator.PE2019, "", nil, 2 * time.Hour},
		"another time after it has run": {simulator.PE2025, "", func(_ *testing.T, h *acctest.Harness) { h.Advance(2 * time.Hour) }, 5 * time.Hour},
		"it was disabled": {simulator.PE2025, "interval = \"1h\"\n", func(t *testing.T, h *acctest.Harness) {
			t.Helper()
			h.Advance(90 * time.Minute)
			if err := h.Client(t).DisableEnvironmentJob(t.Context(), "1"); err != nil {
				t.Fatal(err)
			}
		}, time.Hour},
	} {
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, kept: %v", name, kept), func(t *testing.T) {
				t.Parallel()
				h := still(t, test.generation)
				c, again := scheduleCases[0], run+test.more
				start, next := h.TimeIn(time.Hour), h.TimeIn(test.at)
				if kept {
					again += secret
				}
				change := resource.TestStep{Config: h.Config(c.body(next, again))}
				if !kept {
					change.ExpectError = acctest.SaysAll("would lose secrets … write `sensitive_params = {}`")
				}
				if test.before != nil {
					change.PreConfig = func() { test.before(t, h) }
				}
				h.Run(t, resource.TestStep{Config: h.Config(c.body(start, run+test.more+secret))}, change)
			})
		}
	}
}

// TestScheduleSecrets_LostAndAnotherVersion has a schedule lose its secrets while its configuration goes back to an earlier version of them.
func TestScheduleSecrets_LostAndAnotherVersion(t *testing.T) {
	t.Parallel()
	h := still(t, simulator.PE2025)
	c, start := scheduleCases[0], h.TimeIn(time.Hour)
	config := func(version int) string {
		return h.Config(c.body(start, fmt.Sprintf("task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { output = \"x\" }\n"+
			"sensitive_params = { secret = \"s3cret\" }\nsensitive_params_version = %d\n", version)))
	}
	h.Run(t,
		resource.TestStep{Config: config(2)},
		resource.TestStep{
			PreConfig: replacesParams(t, h, "simulate", `{"output": "x"}`), Config: config(1),
			ConfigPlanChecks: acctest.Planned(acctest.Updates(c.address)), Check: hides(t, h, "secret"),
		},
	)
}

// TestScheduleSecrets_ThatTheConfigurationDoesNotGive imports a schedule that has a secret. A change of its parameters would lose it: the
// plan says so, and what to write.
func TestScheduleSecrets_ThatTheConfigurationDoesNotGive(t *testing.T) {
	t.Parallel()
	const loses = "Schedule of task \"simulate\" would lose secrets … it has `secret`, whose value Puppet Enterprise does not show"
	for name, test := range map[string]struct {
		change string
		fails  string
		hidden []string
	}{
		"another scope":            {"scope = { nodes = [\"node2.example.com\"] }\nparams = { output = \"x\" }", loses, []string{"secret"}},
		"other parameters":         {"scope = { nodes = [\"node1.example.com\"] }\nparams = { output = \"y\" }", loses, []string{"secret"}},
		"it is given":              {"scope = { nodes = [\"node2.example.com\"] }\nparams = { output = \"x\" }\nsensitive_params = { secret = \"new\" }", "", []string{"secret"}},
		"it is not wanted":         {"scope = { nodes = [\"node2.example.com\"] }\nparams = { output = \"x\" }\nsensitive_params = {}", "", nil},
		"not known while planning": {"scope = { nodes = [\"node2.example.com\"] }\nparams = terraform_data.later.output", "", []string{"secret"}},
		"another task":             {"task = \"facts\"\nscope = { nodes = [\"node1.example.com\"] }", "", nil},
		"another description":      {"scope = { nodes = [\"node1.example.com\"] }\nparams = { output = \"x\" }\ndescription = \"d\"", "", []string{"secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2025)
			c, start := scheduleCases[0], h.TimeIn(time.Hour)
			scheduledOutside(t, h, start, map[string]any{"output": "x", "secret": "s3cret"})
			imported := "import {\n to = " + c.address + "\n id = \"1\"\n}\n"
			const later = "resource \"terraform_data\" \"later\" {\n input = { output = \"x\", secret = \"y\" }\n}\n"
			change := resource.TestStep{Config: h.Config(imported + later + c.body(start, of(test.change)))}
			if test.fails != "" {
				change.ExpectError = acctest.SaysAll(test.fails + " … write `sensitive_params = {}`")
			} else {
				change.Check = hides(t, h, test.hidden...)
			}
			h.Run(t,
				resource.TestStep{Config: h.Config(imported + c.body(start, "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { output = \"x\" }"))},
				change,
			)
		})
	}
}

// of is a body, of the task simulate where it names none.
func of(body string) string {
	if strings.HasPrefix(body, "task = ") {
		return body
	}
	return "task = \"simulate\"\n" + body
}

// TestScheduleSecrets_ThatTheServerHasLost takes a secret away from a schedule. It is sent again.
func TestScheduleSecrets_ThatTheServerHasLost(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "sensitive_params_version = 3\n"} {
		t.Run("version "+version, func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2025)
			c := scheduleCases[0]
			config := h.Config(c.body(h.TimeIn(time.Hour),
				"task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { output = \"x\" }\nsensitive_params = { secret = \"s3cret\" }\n"+version))
			h.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: replacesParams(t, h, "simulate", `{"output": "x"}`), Config: config,
					ConfigPlanChecks: acctest.Planned(acctest.Updates(c.address)), Check: hides(t, h, "secret"),
				},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		})
	}
}

// TestScheduleImport_WithoutParameters imports schedules of a server that does not report parameters. Nothing replaces them by ones that
// have none.
func TestScheduleImport_WithoutParameters(t *testing.T) {
	t.Parallel()
	const body = "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\n"
	for name, test := range map[string]struct{ change, fails string }{
		"nothing written": {"description = \"d\"\n", "Schedule of task \"simulate\" would lose its parameters … `params = {}` if it has none"},
		"none":            {"description = \"d\"\nparams = {}\n", ""},
		"the ones it has": {"description = \"d\"\nparams = { output = \"x\" }\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := still(t, simulator.PE2019)
			c, start := scheduleCases[0], h.TimeIn(time.Hour)
			if _, err := h.Client(t).ScheduleTask(t.Context(), orchestrator.ScheduleTaskRequest{
				Environment: "production", Task: "simulate", Params: map[string]any{"output": "x"}, ScheduledTime: start,
				Scope: orchestrator.Scope{Nodes: []string{"node1.example.com"}},
			}); err != nil {
				t.Fatal(err)
			}
			imported := "import {\n to = " + c.address + "\n id = \"1\"\n}\n"
			change := resource.TestStep{Config: h.Config(imported + c.body(start, body+test.change))}
			if test.fails != "" {
				change.ExpectError = acctest.SaysAll(test.fails)
			}
			h.Run(t, resource.TestStep{Config: h.Config(imported + c.body(start, body))}, change)
		})
	}
}

// TestSchedule_OfAnotherServer has a state that is used with another PE, where the number belongs to somebody else's schedule. Nothing of
// that one is changed.
func TestSchedule_OfAnotherServer(t *testing.T) {
	t.Parallel()
	h, other := still(t, simulator.PE2025), still(t, simulator.PE2025)
	start := h.TimeIn(time.Hour)
	scheduledOutside(t, other, start, map[string]any{"output": "theirs"})
	ours := h.Config(scheduleCases[0].body(start, scheduleCases[0].minimal))
	h.Run(t,
		resource.TestStep{Config: ours},
		resource.TestStep{
			Config:      other.Config(scheduleCases[0].body(start, scheduleCases[0].minimal)),
			ExpectError: acctest.Says("on this server is not the one in the state: its userdata names another creation"),
		},
		resource.TestStep{Config: ours, PlanOnly: true},
	)
	if theirs := other.EnabledSchedules(); !slices.Equal(theirs, []string{"1"}) {
		t.Errorf("the other server has %v", theirs)
	}
}
