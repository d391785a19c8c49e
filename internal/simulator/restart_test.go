// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// awaitUp asks until the simulator answers again, and returns whether a connection was refused in between.
func awaitUp(t *testing.T, c *client) (refused bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		response, err := c.http.Do(c.request(t, http.MethodGet, c.sim.ServerURL()+"/orchestrator/v1/jobs", nil))
		if err == nil {
			_ = response.Body.Close()
			return refused
		}
		refused = refused || errors.Is(err, syscall.ECONNREFUSED)
	}
	t.Fatal("the simulator did not come up")
	return refused
}

func TestRestart_JobsContinueAndPlansFail(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	job := c.launch(t, "task", object{"task": "simulate", "params": object{"duration": 3600}, "scope": node1})
	plan := c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"targets": twoNodes, "task": "simulate", "params": object{"duration": 60}}})
	finished := c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"duration": 1}})
	advance(sim, 10)
	server, rbac := sim.ServerURL(), sim.RBACURL()

	sim.Restart(200 * time.Millisecond)
	// Once more while the services are down: they stay down for longer.
	sim.Restart(200 * time.Millisecond)
	advance(sim, 3600)
	if !awaitUp(t, c) {
		t.Error("no connection was refused")
	}
	if sim.ServerURL() != server || sim.RBACURL() != rbac {
		t.Errorf("the addresses changed to %s and %s", sim.ServerURL(), sim.RBACURL())
	}
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/roles", nil), http.StatusOK)
	if state := c.get(t, "jobs/"+job).object(t)["state"]; state != "finished" {
		t.Errorf("a job that ran is %v, want it to have gone on", state)
	}
	interrupted := c.get(t, "plan_jobs/"+plan).object(t)
	if interrupted["state"] != "failure" || !strings.Contains(text(interrupted, "result", "msg"), "stopped") {
		t.Errorf("a plan that ran is %v with %v", interrupted["state"], interrupted["result"])
	}
	if state := c.get(t, "plan_jobs/"+finished).object(t)["state"]; state != "success" {
		t.Errorf("a plan that was over is %v", state)
	}
	if state := c.get(t, "jobs/2").object(t)["state"]; state != "finished" {
		t.Errorf("the job of a plan is %v, want it to have gone on", state)
	}
}

func TestRestart_OnAGivenPort(t *testing.T) {
	t.Parallel()
	// A free port outside the range from which the system assigns ports.
	var sim *simulator.Simulator
	var address string
	for port := 21000; sim == nil && port < 22000; port++ {
		address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if started, err := simulator.Start(t.Context(), simulator.Options{Listen: address}); err == nil {
			sim = started
			t.Cleanup(func() { _ = started.Close() })
		}
	}
	if sim == nil {
		t.Fatal("no port is free")
	}
	if other, err := simulator.Start(t.Context(), simulator.Options{Listen: address}); err == nil {
		_ = other.Close()
		t.Error("two simulators share a port")
	}
	c := admin(t, sim)
	sim.Restart(10 * time.Millisecond)
	awaitUp(t, c)
}

func TestRestart_FromAHook(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	sim.AddFault(simulator.Fault{Path: taskPath, Times: 1, AfterHook: func(simulator.Request) { sim.Restart(0) }})
	if _, _, err := c.attempt(t); err == nil {
		t.Error("the answer came though the services went down")
	}
	awaitUp(t, c)
	if got := sim.LaunchesAccepted(); got != 1 {
		t.Errorf("%d launches accepted", got)
	}
}

func TestClose_DuringARestart(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := admin(t, sim)
	sim.Restart(time.Hour)
	if err := sim.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	sim.Restart(0)
	if response, err := c.http.Do(c.request(t, http.MethodGet, sim.ServerURL()+"/orchestrator/v1/jobs", nil)); err == nil {
		_ = response.Body.Close()
		t.Error("a closed simulator answers")
	}
}
