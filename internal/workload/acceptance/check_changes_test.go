// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestCheck_ValidateParamsIsOff lets the server decide, at the apply.
func TestCheck_ValidateParamsIsOff(t *testing.T) {
	t.Parallel()
	const wrong = "task = \"service\"\nparams = { action = \"bounce\", name = \"x\" }\n" + oneNode
	const found, refused = `Parameter "action" does not fit task "service"`, `Task "service" was not started`
	tests := map[string]struct{ provider, resource, want string }{
		"nobody says anything":   {"", "", found},
		"the provider":           {"validate_params = false", "", refused},
		"the resource":           {"", "validate_params = false", refused},
		"the resource says no":   {"validate_params = true", "validate_params = false", refused},
		"the resource says yes":  {"validate_params = false", "validate_params = true", found},
		"the provider says yes":  {"validate_params = true", "", found},
		"both of them say no":    {"validate_params = false", "validate_params = false", refused},
		"null is what it was":    {"validate_params = null", "validate_params = null", found},
		"the provider, and null": {"validate_params = false", "validate_params = null", refused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody(wrong+"\n"+test.resource), test.provider), ExpectError: acctest.Says(test.want)})
			if asked := h.Count(http.MethodGet, "/tasks/*/*") > 0; asked != (test.want == found) {
				t.Errorf("whether the server was asked: %v", asked)
			}
		})
	}
}

// TestCheck_ValidateParamsIsNotAnInput changes only the check: nothing runs, nothing is sent.
func TestCheck_ValidateParamsIsNotAnInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(more string) string {
		return h.Config(acctest.TaskBody("task = \"facts\"\n"+oneNode+"\n"+more) + acctest.ScheduleAt("2099-01-01T00:00:00Z", more) + acctest.PlanBody("plan_name = \"facts::info\"\n"+more) +
			"resource \"pe_scheduled_plan\" \"s\" {\n plan_name = \"facts::info\"\n scheduled_time = \"2099-01-01T00:00:00Z\"\n" + more + "\n}\n")
	}
	h.Run(t,
		resource.TestStep{Config: config(""), Check: h.Launches(2)},
		resource.TestStep{
			PreConfig:        h.ResetRequests,
			Config:           config("validate_params = false"),
			ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task), acctest.Updates(acctest.ScheduledTask), acctest.Updates(acctest.PlanRun), acctest.Updates("pe_scheduled_plan.s")),
		},
		resource.TestStep{Config: config("validate_params = false"), PlanOnly: true},
		resource.TestStep{PreConfig: func() {
			for _, method := range []string{http.MethodPost, http.MethodPut} {
				if n := h.Count(method, "/*/*") + h.Count(method, "/*/*/*"); n > 0 {
					t.Errorf("the server has received %s %d times", method, n)
				}
			}
			if n := h.Count(http.MethodGet, "/tasks/*/*") + h.Count(http.MethodGet, "/plans/*/*"); n > 0 {
				t.Errorf("the server was asked for metadata %d times", n)
			}
		}, Config: config(""), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task))},
	)
}

// TestCheck_ReplacedJob changes an existing job to something that would be refused.
func TestCheck_ReplacedJob(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(action string) string {
		return h.Config(acctest.TaskBody("task = \"service\"\nparams = { action = \"" + action + "\", name = \"x\" }\n" + oneNode))
	}
	h.Run(t,
		resource.TestStep{Config: config("status")},
		resource.TestStep{Config: config("bounce"), ExpectError: acctest.Says(`Parameter "action" does not fit task "service"`)},
		resource.TestStep{PreConfig: h.ResetRequests, Config: config("status"), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
	)
	if n := h.Count(http.MethodGet, "/tasks/*/*"); n > 0 {
		t.Errorf("a plan without a change and a destroy have asked for the task %d times", n)
	}
}

// TestCheck_EditedSchedule changes what a schedule runs, on servers that edit it and on those that replace it.
func TestCheck_EditedSchedule(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			config := func(params, more string) string {
				return h.Config(acctest.ScheduledTaskBody("task = \"service\"\nparams = " + params + "\nscheduled_time = \"2099-01-01T00:00:00Z\"\n" + oneNode + "\n" + more))
			}
			const good = `{ action = "status", name = "x" }`
			asksNothing := func() {
				if n := h.Count(http.MethodGet, "/tasks/*/*"); n > 0 && g == simulator.PE2025 {
					t.Errorf("a change of a description has asked for the task %d times", n)
				}
			}
			h.Run(t,
				resource.TestStep{Config: config(good, "")},
				resource.TestStep{Config: config(`{ action = "bounce", name = "x" }`, ""), ExpectError: acctest.Says(`Parameter "action" does not fit task "service"`)},
				resource.TestStep{Config: config(`{ action = "status" }`, ""), ExpectError: acctest.Says(`Task "service" needs the parameter "name"`)},
				resource.TestStep{PreConfig: h.ResetRequests, Config: config(good, "description = \"x\"")},
				resource.TestStep{PreConfig: asksNothing, Config: config(good, "description = \"x\""), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
			)
		})
	}
}
