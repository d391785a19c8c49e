// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	createPath = "/orchestrator/v1/command/task_target"
	listPath   = "/orchestrator/v1/scopes/task_targets"
)

// restarts returns a task-target that always has the same content.
func restarts(name string) string {
	return "\nresource \"pe_task_target\" \"" + name + `" {
  display_name = "web restarts"
  tasks        = ["service"]
  nodes        = ["node1.example.com"]
}`
}

// theirs creates what restarts asks for, outside Terraform.
func theirs(t *testing.T, h *acctest.Harness) {
	t.Helper()
	no := false
	ref, err := h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "web restarts", Tasks: []string{"service"}, AllTasks: &no, Nodes: []string{"node1.example.com"},
	})
	acctest.Started(t)(ref, err)
}

// TestTaskTarget_LostAnswer loses the answer after the fact, with answers of PE and others. One is created, it is in the state, and a
// warning says that it was found.
func TestTaskTarget_LostAnswer(t *testing.T) {
	t.Parallel()
	status := func(status int, body string) simulator.Fault {
		return simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: status, Body: body}
	}
	for name, fault := range map[string]simulator.Fault{
		"dropped":             {Action: simulator.DropAfterHandling},
		"garbage":             {Action: simulator.Garbage},
		"503":                 status(http.StatusServiceUnavailable, ""),
		"503 in PE's form":    status(http.StatusServiceUnavailable, `{"kind":"puppetlabs.orchestrator/busy","msg":"Busy"}`),
		"429":                 status(http.StatusTooManyRequests, "slow down"),
		"520":                 status(520, "<html><title>520</title></html>"),
		"a 404 page":          status(http.StatusNotFound, "<html><title>Not here</title></html>"),
		"nothing that counts": status(http.StatusOK, "{}"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			theirs(t, h)
			fault.Method, fault.Path, fault.Times = http.MethodPost, createPath, 1
			h.ResetRequests()
			h.AddFault(fault)
			heard := &acctest.Warnings{}
			h.RunListening(t, heard,
				resource.TestStep{
					Config: h.Config(restarts("web")), Check: h.Writes(1, "POST", "/command/task_target"),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.WebTarget, "id", knownvalue.StringExact("2"))},
				},
				resource.TestStep{Config: h.Config(restarts("web")), PlanOnly: true},
			)
			if !heard.Say(`It was not clear at first whether task-target "web restarts" was created`, "Task-target 2 has turned up") {
				t.Errorf("heard %q", heard.All())
			}
		})
	}
}

// TestTaskTarget_NobodyElsesIsTaken loses the request itself, while another team's task-target of the same content exists.
func TestTaskTarget_NobodyElsesIsTaken(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"dropped":         {Action: simulator.DropBeforeHandling},
		"500 of a proxy":  {Action: simulator.HTML, Status: http.StatusInternalServerError},
		"a 403 of no one": {Action: simulator.AnswerStatus, Status: http.StatusForbidden, Body: "no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			theirs(t, h)
			fault.Method, fault.Path, fault.Times = http.MethodPost, createPath, 1
			h.AddFault(fault)
			h.Run(t,
				resource.TestStep{
					Config:      h.Config(restarts("web")),
					ExpectError: acctest.Says("No new task-target with this content is in the server's list (of those that were there before, or that other resources have, these have it: 1)"),
				},
				resource.TestStep{
					Config:            h.Config(restarts("web")),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.WebTarget, "id", knownvalue.StringExact("2"))},
				},
			)
		})
	}
}

// TestTaskTarget_CountFromOneToTwo loses the creation of a second task-target of the same content, in a process that has not read the
// first.
func TestTaskTarget_CountFromOneToTwo(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	one := h.Config(restarts("web"))
	two := h.Config(restarts("web") + restarts("more"))
	h.Run(t,
		resource.TestStep{Config: one},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: http.MethodPost, Path: createPath, Times: 1, Action: simulator.DropBeforeHandling})
			},
			Config: two, ExpectError: acctest.Says("these have it: 1"),
		},
		resource.TestStep{Config: two, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs(acctest.WebTarget, acctest.At("id"), "pe_task_target.more", acctest.At("id"), compare.ValuesDiffer()),
		}},
	)
}

// TestTaskTarget_CreatesAreOneRequestEach counts what creating many costs: one request each, the list of what was there, and that of the
// tasks, which each plan looks up once.
func TestTaskTarget_CreatesAreOneRequestEach(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const many = 100
	var body strings.Builder
	for i := range many {
		body.WriteString(restarts(fmt.Sprintf("t%d", i)))
	}
	var posts, others atomic.Int32
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: createPath, AfterHook: func(simulator.Request) {
		if posts.Add(1) == many {
			others.Store(int32(len(h.Requests()) - h.Count("POST", "/command/task_target")))
		}
	}})
	h.Run(t, resource.TestStep{Config: h.Config(body.String())})
	if posts.Load() != many || others.Load() > 3 {
		t.Errorf("%d creations took %d POSTs and, until the last of them, %d other requests", many, posts.Load(), others.Load())
	}
}

// TestTaskTarget_WithoutTheListBefore cannot list existing task-targets before the first creation. Creations go ahead; after a lost answer
// nothing is adopted, because nothing is known to be new.
func TestTaskTarget_WithoutTheListBefore(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	forbid := func() {
		h.AddFault(simulator.Fault{
			Method: http.MethodGet, Path: listPath, Action: simulator.AnswerStatus, Times: 1, Status: http.StatusForbidden,
			Body: `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"You may not list task-targets"}`,
		})
	}
	forbid()
	h.Run(t, resource.TestStep{Config: h.Config(restarts("web")), Check: h.Writes(1, "POST", "/command/task_target")})

	h = acctest.New(t)
	forbid()
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: createPath, Times: 1, Action: simulator.DropAfterHandling})
	h.Run(t, resource.TestStep{
		Config:      h.Config(restarts("web")),
		ExpectError: acctest.SaysAll("It is not known whether … The server has these task-targets with this content: 1. … You may not list task-targets … terraform import <address> <id>"),
	})
}

// TestTaskTarget_ListsThatAreNone gets no list after a lost answer. Nothing counts as missing from it.
func TestTaskTarget_ListsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{}", `{"items":null}`, "<html><title>Login</title></html>"} {
		h := acctest.New(t)
		h.AddFault(simulator.Fault{Method: http.MethodPost, Path: createPath, Times: 1, Action: simulator.DropAfterHandling})
		h.AddFault(simulator.Fault{Method: http.MethodGet, Path: listPath, Skip: 1, Action: simulator.AnswerStatus, Status: http.StatusOK, Body: body})
		h.Run(t, resource.TestStep{Config: h.Config(restarts("web")), ExpectError: acctest.Says("It was looked for, but the list of task-targets could not be used")})
	}
}
