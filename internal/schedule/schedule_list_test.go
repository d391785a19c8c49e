// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// listedSchedules returns a PE with a schedule of each kind in production that runs daily (1 to 3), a task that runs once in an hour (4), and
// tasks that run no more: one is disabled (5), and one has run (6).
func listedSchedules(t *testing.T, g simulator.Generation) (h *acctest.Harness, start, once string) {
	t.Helper()
	h = still(t, g)
	start, once = h.TimeIn(40*time.Hour), h.TimeIn(2*time.Hour)
	task := func(name, at, body string) string {
		return "resource \"pe_scheduled_task\" \"" + name + "\" {\nscheduled_time = \"" + at + "\"\ntask = \"facts\"\nscope = { nodes = [\"node1.example.com\"] }\n" + body + "\n}\n"
	}
	for _, config := range []string{
		scheduleCases[0].body(start, scheduleCases[0].full+"\n"+scheduleCases[0].recurring(g)+"description = \"nightly\""),
		scheduleCases[1].body(start, scheduleCases[1].full+"\n"+scheduleCases[1].recurring(g)),
		scheduleCases[2].body(start, scheduleCases[2].full+"\n"+scheduleCases[2].recurring(g)),
		task("once", once, "environment = \"development\"\nvalidate_params = false"), task("disabled", start, ""), task("over", h.TimeIn(time.Minute), ""),
	} {
		if problems, err := protocoltest.Attempt(t.Context(), h.Factories()["pe"], h.Config(config)); err != nil || len(problems) > 0 {
			t.Fatalf("%v, %v", problems, err)
		}
	}
	h.DisableSchedule("5")
	h.Advance(time.Hour)
	h.FinishAll()
	h.ResetRequests()
	return h, start, once
}

func TestScheduleLists_Filters(t *testing.T) {
	t.Parallel()
	eachGeneration(t, acctest.Generations, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h, start, onceAt := listedSchedules(t, g)
		when := func(c scheduleCase) string {
			if c.recurring(g) == "" {
				return ", once at " + start
			}
			return ", every 24h from " + start
		}
		task, once := "simulate in production"+when(scheduleCases[0])+": nightly", "facts in development, once at "+onceAt
		deploy, plan := "Puppet in production"+when(scheduleCases[1]), "facts::info in production"+when(scheduleCases[2])
		tasks := []string{once, task} // in the order of the next run
		for name, c := range map[string]acctest.QueryCase{
			"tasks":                {List: acctest.List("pe_scheduled_task", "", ""), Want: tasks},
			"of an environment":    {List: acctest.List("pe_scheduled_task", "", `environment = "development"`), Want: []string{once}},
			"of a task":            {List: acctest.List("pe_scheduled_task", "", `name = "simulate"`), Want: []string{task}},
			"of both":              {List: acctest.List("pe_scheduled_task", "", "name = \"simulate\"\nenvironment = \"development\"")},
			"of no task":           {List: acctest.List("pe_scheduled_task", "", `name = "no::such"`)},
			"of a bad name":        {List: acctest.List("pe_scheduled_task", "", `name = "No Task"`), Says: []string{"pe_scheduled_task.x.name"}},
			"of a bad environment": {List: acctest.List("pe_scheduled_task", "", `environment = ""`), Says: []string{"pe_scheduled_task.x.environment"}},
			"limit":                {List: acctest.List("pe_scheduled_task", "limit = 1", ""), Want: tasks[:1], Warns: []string{"1 of 2 schedules are listed"}},
			"deploys":              {List: acctest.List("pe_scheduled_deploy", "", ""), Want: []string{deploy}},
			"deploys of another":   {List: acctest.List("pe_scheduled_deploy", "", `environment = ""`)},
			"deploys have no name": {List: acctest.List("pe_scheduled_deploy", "", `name = "x"`), Says: []string{"Unsupported argument"}},
			"plans":                {List: acctest.List("pe_scheduled_plan", "", ""), Want: []string{plan}},
			"of a plan":            {List: acctest.List("pe_scheduled_plan", "", `name = "facts::info"`), Want: []string{plan}},
			"of no plan":           {List: acctest.List("pe_scheduled_plan", "", `name = "no::such"`)},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				h.CheckQuery(t, h.AdminToken(), c)
			})
		}
	})
}

// TestScheduleLists_Requests counts the requests of a list: one for the schedules, and one for which API the server has.
func TestScheduleLists_Requests(t *testing.T) {
	t.Parallel()
	for _, c := range scheduleCases {
		h, _, _ := listedSchedules(t, simulator.PE2025)
		h.Query(t, acctest.List("pe_scheduled_"+c.kind, "", ""))
		if got, asks := len(h.Requests()), asked(h); got-asks != 1 || asks > 1 {
			t.Errorf("%s: the server has received %d requests, %d of them about its API", c.kind, got, asks)
		}
	}
}

func TestScheduleLists_Refused(t *testing.T) {
	t.Parallel()
	eachGeneration(t, acctest.Generations, func(t *testing.T, g simulator.Generation) {
		t.Helper()
		h := still(t, g)
		for _, c := range scheduleCases {
			list := acctest.List("pe_scheduled_"+c.kind, "", "")
			h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: list})
			h.CheckQuery(t, "no-such-token", acctest.QueryCase{List: list, Says: []string{"Schedules were not listed"}})
		}
		h.AddFault(simulator.Fault{Method: http.MethodGet, Action: simulator.AnswerStatus, Status: http.StatusForbidden})
		for _, c := range scheduleCases {
			h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_scheduled_"+c.kind, "", ""), Says: []string{"Schedules were not listed"}})
		}
	})
}
