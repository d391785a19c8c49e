// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// legacyTask is a request to /command/schedule_task.
func legacyTask(sim *simulator.Simulator) object {
	return object{
		"environment": "production", "task": "simulate", "params": object{"message": "m", "secret": "hush"}, "scope": node1,
		"scheduled_time": in(sim, time.Hour), "description": "d",
	}
}

func TestLegacySchedule_Lifecycle(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019})
	c := admin(t, sim)
	mustStatus(t, c.orch(t, http.MethodGet, environmentJobs, nil), http.StatusNotFound)
	mustStatus(t, c.orch(t, http.MethodPost, environmentJobs, taskJob(once(sim))), http.StatusNotFound)
	empty := c.get(t, "scheduled_jobs")
	if got, want := empty.text, `{"items":[],"pagination":{"limit":50,"offset":0,"total":null,"order_by":"next_run","order":"asc"}}`; got != want {
		t.Errorf("no schedules are %s, want %s", got, want)
	}

	hour := object{"interval": object{"units": "seconds", "value": 3600}}
	for i, tc := range []struct {
		command, key string
		body         object
	}{
		{"schedule_task", "scheduled_job", with(legacyTask(sim), object{"schedule_options": hour})},
		{"schedule_deploy", "job", object{"environment": "", "enforce_environment": false, "scope": node1, "scheduled_time": in(sim, 2*time.Hour), "noop": true}},
		{"schedule_plan", "scheduled_job", object{"plan": "facts", "params": object{"targets": "node1.example.com"}, "scheduled_time": in(sim, 3*time.Hour)}},
	} {
		answer := c.orch(t, http.MethodPost, "command/"+tc.command, tc.body)
		mustStatus(t, answer, http.StatusAccepted)
		if got, want := text(answer.json, tc.key, "name"), []string{"1", "2", "3"}[i]; got != want {
			t.Errorf("%s: the answer is %s, want %s under %s", tc.command, answer.text, want, tc.key)
		}
	}
	items := c.get(t, "scheduled_jobs").items(t)
	if got := names(items, "type"); got != "task deploy plan" {
		t.Fatalf("the list is %q", got)
	}
	if items[0]["enviroment"] != "production" || items[0]["task"] != "simulate" || items[1]["environment"] != "" || items[2]["plan"] != "facts" {
		t.Errorf("the list is %v", items)
	}
	if got, want := encode(t, items[0]["schedule_options"]), encode(t, hour); got != want {
		t.Errorf("schedule_options %s, want %s", got, want)
	}
	if got := encode(t, items[1]["schedule_options"]); got != "{}" {
		t.Errorf("schedule_options %s of a schedule that runs once", got)
	}
	for query, want := range map[string]string{
		"?order=desc": "3 2 1", "?limit=1&offset=1": "2", "?type=plan": "3", "?order_by=name": "1 2 3", "?order_by=scheduled_time": "1 2 3",
	} {
		if got := names(c.get(t, "scheduled_jobs"+query).items(t), "name"); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for _, query := range []string{"limit=x", "offset=x", "order=x", "order_by=x", "type=x"} {
		mustRefuse(t, c.orch(t, http.MethodGet, "scheduled_jobs?"+query, nil), 400, validationError, strings.TrimSuffix(query, "=x"))
	}

	sim.Advance(2*time.Hour + time.Minute)
	// The schedules that ran once leave the list.
	if got := names(c.get(t, "scheduled_jobs").items(t), "name"); got != "1 3" {
		t.Errorf("after two hours the list is %q", got)
	}
	if jobs := sim.Jobs(); len(jobs) != 3 || jobs[0].ScheduleID != "1" || jobs[0].Description != "d" {
		t.Errorf("the jobs are %+v", jobs)
	}
	mustStatus(t, c.orch(t, http.MethodDelete, "scheduled_jobs/1", nil), http.StatusNoContent)
	mustRefuse(t, c.orch(t, http.MethodDelete, "scheduled_jobs/1", nil), 404, "puppetlabs.orchestrator/unknown-job", "1")
	mustRefuse(t, c.orch(t, http.MethodDelete, "scheduled_jobs/x", nil), 400, validationError, "x")
	if strings.Contains(c.get(t, "scheduled_jobs").text, "hush") {
		t.Error("the secret is shown")
	}
}

func TestLegacySchedule_Refusals(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019})
	c := admin(t, sim)
	deploy := object{"environment": "production", "scope": node1, "scheduled_time": in(sim, time.Hour)}
	plan := object{"plan": "facts", "params": object{"targets": "node1.example.com"}, "scheduled_time": in(sim, time.Hour)}
	for _, tc := range []struct {
		name, command string
		body          object
		status        int
		kind, message string
	}{
		{"no time", "schedule_task", with(legacyTask(sim), object{"scheduled_time": removed}), 400, validationError, "scheduled_time is required"},
		{"past", "schedule_task", with(legacyTask(sim), object{"scheduled_time": in(sim, -time.Hour)}), 400, "puppetlabs.orchestrator/invalid-time", "past"},
		{"userdata", "schedule_task", with(legacyTask(sim), object{"userdata": object{}}), 400, validationError, "userdata is not a known key"},
		{"no params", "schedule_task", with(legacyTask(sim), object{"params": removed}), 400, validationError, "params is required"},
		{"interval", "schedule_task", with(legacyTask(sim), object{"schedule_options": object{"interval": object{"units": "days", "value": 1}}}), 400, validationError, "schedule_options.interval.units"},
		{"no scope", "schedule_deploy", with(deploy, object{"scope": removed}), 400, validationError, "scope is required"},
		{"empty environment", "schedule_deploy", with(deploy, object{"environment": ""}), 400, validationError, "enforce_environment"},
		{"unknown environment", "schedule_deploy", with(deploy, object{"environment": "nosuchenv"}), 404, "puppetlabs.orchestrator/unknown-environment", "nosuchenv"},
		{"environment without nodes", "schedule_deploy", with(deploy, object{"environment": "staging"}), 400, "puppetlabs.orchestrator/empty-environment", "staging"},
		{"no nodes", "schedule_deploy", with(deploy, object{"scope": object{"nodes": list{}}}), 400, emptyTarget, "No nodes"},
		{"bad query", "schedule_deploy", with(deploy, object{"scope": object{"query": "x"}}), 400, queryError, "PQL"},
		{"plan_name", "schedule_plan", with(plan, object{"plan": removed, "plan_name": "facts"}), 400, validationError, "plan is required"},
		{"recurring plan", "schedule_plan", with(plan, object{"schedule_options": object{}}), 400, validationError, "schedule_options is not a known key"},
		{"plan in the past", "schedule_plan", with(plan, object{"scheduled_time": in(sim, -time.Hour)}), 400, "puppetlabs.orchestrator/invalid-time", "past"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, c.orch(t, http.MethodPost, "command/"+tc.command, tc.body), tc.status, tc.kind, tc.message)
		})
	}
}

func TestLegacySchedule_DeleteThoseOfOthers(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Generation: simulator.PE2019})
	amy := sim.AddUser("amy", "x", simulator.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
	sim.AddUser("bob", "x")
	a, b := as(t, sim, "amy"), as(t, sim, "bob")
	for range 2 {
		mustStatus(t, a.orch(t, http.MethodPost, "command/schedule_task", legacyTask(sim)), http.StatusAccepted)
	}
	answer := b.orch(t, http.MethodDelete, "scheduled_jobs/1", nil)
	mustRefuse(t, answer, 403, notPermitted, "Not authorized to delete job 1")
	if strings.Contains(answer.text, "details") {
		t.Errorf("the documented body has no details: %s", answer.text)
	}
	mustStatus(t, a.orch(t, http.MethodDelete, "scheduled_jobs/1", nil), http.StatusNoContent)
	sim.Grant("bob", simulator.Permission{ObjectType: "scheduled_jobs", Action: "delete", Instance: amy.ID})
	mustStatus(t, b.orch(t, http.MethodDelete, "scheduled_jobs/2", nil), http.StatusNoContent)
}

func TestLegacySchedule_OnNewerServers(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2021, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			off := admin(t, start(t, simulator.Options{Generation: g}))
			mustStatus(t, off.orch(t, http.MethodGet, "scheduled_jobs", nil), http.StatusNotFound)
			mustStatus(t, off.orch(t, http.MethodDelete, "scheduled_jobs/1", nil), http.StatusNotFound)
			on := admin(t, start(t, simulator.Options{Generation: g, LegacySchedulesAPI: true}))
			if got := on.get(t, "scheduled_jobs").text; got != `{"items":[]}` {
				t.Errorf("the list is %s", got)
			}
			mustStatus(t, on.orch(t, http.MethodDelete, "scheduled_jobs/1", nil), http.StatusNoContent)
		})
	}
	t.Run("schedule_plan of 2021.7", func(t *testing.T) {
		t.Parallel()
		sim := start(t, simulator.Options{Generation: simulator.PE2021})
		c := admin(t, sim)
		answer := c.orch(t, http.MethodPost, "command/schedule_plan", object{"plan_name": "facts::info", "scheduled_time": in(sim, time.Hour)})
		mustStatus(t, answer, http.StatusAccepted)
		if got := names(c.get(t, environmentJobs).items(t), "type"); got != "plan" {
			t.Errorf("the environment jobs are %q", got)
		}
	})
}

func TestUpgrade_MigratesSchedules(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		sim := start(t, simulator.Options{Generation: simulator.PE2019, KeepScheduleIDs: keep})
		c := admin(t, sim)
		mustStatus(t, c.orch(t, http.MethodPost, "command/schedule_task", with(legacyTask(sim), object{
			"schedule_options": object{"interval": object{"units": "seconds", "value": 3600}},
		})), http.StatusAccepted)
		sim.Upgrade(simulator.PE2025)
		mustStatus(t, c.orch(t, http.MethodGet, "scheduled_jobs", nil), http.StatusNotFound)
		items := c.get(t, environmentJobs).items(t)
		want := "2"
		if keep {
			want = "1"
		}
		if got := names(items, "name"); got != want {
			t.Errorf("keep %v: the environment jobs are %q, want %q", keep, got, want)
		}
		if text(items[0], "input", "name") != "simulate" || at(items[0], "schedule", "interval", "value") != 3600.0 {
			t.Errorf("keep %v: the migrated job is %v", keep, items[0])
		}
		sim.Advance(2*time.Hour + time.Minute)
		if got := len(sim.Jobs()); got != 2 {
			t.Errorf("keep %v: %d jobs after two hours", keep, got)
		}
		if got := sim.Generation(); got != simulator.PE2025 {
			t.Errorf("the generation is %s", got)
		}
		if schedules := sim.Schedules(); schedules[0].Legacy || schedules[0].Interval != time.Hour {
			t.Errorf("the schedule is %+v", schedules[0])
		}
	}
}
