// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// longJob is a job that runs until somebody ends it, for tests that interrupt what waits for it.
type longJob struct {
	address string
	launch  string // the path of its launch
	poll    string // the pattern of the paths that are polled
	body    string
	// done is its state when it has ended well.
	done string
}

var longJobs = map[string]longJob{
	"deploy": {
		address: "pe_deploy.j", launch: launchPaths[0], poll: "/orchestrator/v1/jobs/*", done: "finished",
		body: "resource \"pe_deploy\" \"j\" {\n environment = \"production\"\n scope = { nodes = [\"node1.example.com\"] }\n}\n",
	},
	"task": {
		address: "pe_task.j", launch: launchPaths[1], poll: "/orchestrator/v1/jobs/*", done: "finished",
		body: "resource \"pe_task\" \"j\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n params = { duration = 600 }\n}\n",
	},
	"plan_run": {
		address: "pe_plan_run.j", launch: launchPaths[2], poll: "/orchestrator/v1/plan_jobs/*", done: "success",
		body: "resource \"pe_plan_run\" \"j\" {\n plan_name = \"simulate::plan\"\n params = { targets = \"node1.example.com\", duration = 600 }\n}\n",
	},
}

// newSlowHarness starts a PE in which jobs take ten minutes, unless the test ends them.
func newSlowHarness(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t, func(o *simulator.Options) { o.TimeScale = 1 })
	h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.RunDuration = 10 * time.Minute })
	return h
}

// on calls a function at the first request of a method and path: before it is handled, or after that and before the answer.
func on(h *acctest.Harness, method, path string, after bool, action simulator.FaultAction, call func()) {
	var once sync.Once
	fault := simulator.Fault{Method: method, Path: path, Times: 1, Action: action}
	hook := func(simulator.Request) { once.Do(call) }
	if after {
		fault.AfterHook = hook
	} else {
		fault.Hook = hook
	}
	h.AddFault(fault)
}

// configure replaces the configuration of a working directory, but for what says which provider it needs.
func configure(t *testing.T, c *acctest.CLI, body string) {
	t.Helper()
	head, _, _ := strings.Cut(c.Read(t, "main.tf"), "resource")
	c.Write(t, "main.tf", head+body)
}

// pollFault answers every poll with a status and a body of PE.
func pollFault(status int, body string) func(h *acctest.Harness) func() {
	return func(h *acctest.Harness) func() {
		return h.AddFault(simulator.Fault{Method: http.MethodGet, Path: longJobs["task"].poll, Action: simulator.AnswerStatus, Status: status, Body: body})
	}
}

const tokenRevoked = `{"kind":"puppetlabs.rbac/token-revoked","msg":"The token was revoked."}`
