// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestCheck_EnvironmentsOfDeploys looks up the environments of deploys, each once.
func TestCheck_EnvironmentsOfDeploys(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const config = `
resource "pe_deploy" "wrong" {
  count       = 3
  environment = "prodution"
}
resource "pe_scheduled_deploy" "wrong" {
  environment    = "prodution"
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "2099-01-01T00:00:00Z"
}
resource "pe_deploy" "right" { environment = "production" }
resource "pe_deploy" "none" {
  environment         = ""
  enforce_environment = false
  ` + oneNode + `
}`
	found, err := plans(t, h, config)
	if err == nil {
		t.Errorf("planned: %+v", found)
	}
	toldOf(t, found, `There is no environment "prodution"`, "pe_deploy.wrong", "pe_scheduled_deploy.wrong")
	for _, d := range found {
		if !strings.HasPrefix(firstLine(d.Snippet.Code), "environment") {
			t.Errorf("not at its attribute: %+v", d)
		}
	}
	if n := h.Count(http.MethodGet, "/tasks"); n != 2 {
		t.Errorf("the server was asked %d times", n)
	}
	h.OnlyReads(t)
	if found, err := plans(t, h, "provider \"pe\" {\n validate_params = false\n}\n"+config); err != nil || len(found) > 0 {
		t.Errorf("without the check: %v: %+v", err, found)
	}
}

// TestCheck_PermittedTasks warns of tasks that are to be permitted and that are not there, where they are named.
func TestCheck_PermittedTasks(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const config = `
resource "pe_task_target" "restarts" {
  display_name = "restarts"
  tasks        = ["servise", "package", "nowhere::near"]
  nodes        = ["node1.example.com"]
}
resource "pe_role" "operators" {
  display_name = "Restarts"
  permissions = [
    { object_type = "tasks", action = "run", instance = "pakage" },
    { object_type = "tasks", action = "run", instance = "*" },
    { object_type = "tasks", action = "run_with_constraints", instance = "1" },
    { object_type = "plans", action = "run", instance = "no::such" },
  ]
}
resource "pe_role_permission" "facts" {
  role_id     = 99
  object_type = "tasks"
  action      = "run"
  instance    = "fact"
}`
	found, err := plans(t, h, config)
	if err != nil || len(found) != 4 {
		t.Errorf("%v: %+v", err, found)
	}
	for address, wants := range map[string][]string{
		"pe_task_target.restarts": {`"servise"`, "Did you mean `service`?"}, "pe_role.operators": {`"pakage"`, "Did you mean `package`?"},
		"pe_role_permission.facts": {`"fact"`, "Did you mean `facts`?"},
	} {
		said := false
		for _, d := range found {
			said = said || d.Address == address && d.Severity == "warning" && strings.Contains(d.Summary, wants[0]) && strings.HasPrefix(d.Detail, wants[1])
		}
		if !said {
			t.Errorf("nothing says %q of %s: %+v", wants, address, found)
		}
	}
	if n := h.Count(http.MethodGet, "/tasks"); n != 1 {
		t.Errorf("the server was asked %d times", n)
	}
	h.OnlyReads(t)
	if found, err := plans(t, h, "provider \"pe\" {\n validate_params = false\n}\n"+config); err != nil || len(found) > 0 {
		t.Errorf("without the check: %v: %+v", err, found)
	}
	// A role needs RBAC only, a task-target the orchestrator.
	h.AddFault(simulator.Fault{Path: "/orchestrator/*/*", Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable})
	found, err = plans(t, h, "provider \"pe\" {\n max_retries = 0\n}\n"+config)
	slices.SortFunc(found, func(a, b diagnostic) int { return strings.Compare(a.Severity, b.Severity) })
	if err == nil || len(found) != 2 || found[0].Address != "pe_task_target.restarts" || found[0].Summary != "Puppet Enterprise cannot be reached" ||
		found[1].Severity != "warning" || found[1].Summary != "Tasks that are permitted were not looked for" {
		t.Errorf("without an orchestrator: %v: %+v", err, found)
	}
}

// TestCheck_WhatTheServerIsTooOldFor plans what not every generation of PE can do.
func TestCheck_WhatTheServerIsTooOldFor(t *testing.T) {
	t.Parallel()
	const config = `
resource "pe_task" "limited" {
  task    = "facts"
  timeout = 60
  ` + oneNode + `
}
resource "pe_plan_run" "stopped" {
  plan_name  = "facts::info"
  timeout    = 60
  on_destroy = "stop"
}
resource "pe_deploy" "limited" {
  environment = "production"
  timeout     = 60
}
resource "pe_deploy" "application" {
  environment = "production"
  target      = "Shop[one]"
}
resource "pe_deploy" "scope" {
  environment = "production"
  scope       = { application = "Shop[one]" }
  on_destroy  = "force_stop"
}
resource "pe_task" "forced" {
  task       = "facts"
  on_destroy = "force_stop"
  ` + oneNode + `
}
resource "pe_plan_run" "resolved" {
  plan_name         = "facts"
  query_params      = { targets = "nodes[certname] { }" }
  node_group_params = {}
}`
	const timeout, application, stop = "The server has no timeouts of jobs", "The server has no applications", "The server cannot stop plans"
	const force, resolve = "The server cannot stop jobs by force", "The server does not look up parameters of plans"
	for name, test := range map[string]struct {
		generation simulator.Generation
		older      bool
		wants      map[string]int
	}{
		"2019.8.4": {simulator.PE2019, true, map[string]int{timeout: 3, stop: 1, force: 2, resolve: 1}},
		"2019.8":   {simulator.PE2019, false, map[string]int{timeout: 3, stop: 1, force: 2}},
		"2021.7":   {simulator.PE2021, false, map[string]int{timeout: 3, application: 2}},
		"2025":     {simulator.PE2025, false, map[string]int{application: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wants := test.wants
			h := acctest.New(t, acctest.Generation(test.generation), func(o *simulator.Options) { o.RejectUserdata = test.older })
			found, _ := plans(t, h, config)
			got := map[string]int{}
			for _, d := range found {
				if strings.Contains(strings.ToLower(d.Summary), "deprecated") {
					continue
				}
				got[d.Summary]++
				if warns := d.Severity == "warning"; warns != (d.Summary == stop || d.Summary == force) {
					t.Errorf("it is a %s: %+v", d.Severity, d)
				}
			}
			if len(got) != len(wants) {
				t.Errorf("got %v, want %v", got, wants)
			}
			for summary, n := range wants {
				if got[summary] != n {
					t.Errorf("%q is said %d times, want %d", summary, got[summary], n)
				}
			}
			if n := h.Count(http.MethodGet, "/status/v1/services"); n != 1 {
				t.Errorf("the status was asked for %d times", n)
			}
			h.OnlyReads(t)
		})
	}
}
