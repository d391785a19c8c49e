// SPDX-License-Identifier: MPL-2.0

// Package petest is a simulated Puppet Enterprise for tests that need no Terraform, with a client of it.
package petest

import (
	"context"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// Start starts a PE that lasts as long as the test and its cleanup.
func Start(tb testing.TB, opts simulator.Options) *simulator.Simulator {
	tb.Helper()
	pe, err := simulator.Start(context.WithoutCancel(tb.Context()), opts)
	if err != nil {
		tb.Fatalf("starting the simulator: %v", err)
	}
	tb.Cleanup(func() {
		if err := pe.Close(); err != nil {
			tb.Errorf("stopping the simulator: %v", err)
		}
	})
	return pe
}

// Client returns a client of a PE, with every permission.
func Client(tb testing.TB, pe *simulator.Simulator) *orchestrator.Client {
	tb.Helper()
	transport, err := httpapi.New(httpapi.Config{Token: pe.AdminToken(), TLS: httpapi.TLSConfig{CACertPEM: pe.CACertPEM()}})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(transport.Close)
	client, err := orchestrator.New(transport, pe.ServerURL())
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// RunTask runs a task on nodes to its end.
func RunTask(tb testing.TB, pe *simulator.Simulator, task string, params map[string]any, nodes ...string) (id string) {
	tb.Helper()
	job, err := Client(tb, pe).RunTask(context.WithoutCancel(tb.Context()), orchestrator.TaskRequest{
		Environment: "production", Task: task, Params: params, Scope: orchestrator.Scope{Nodes: nodes},
	})
	if err != nil {
		tb.Fatal(err)
	}
	pe.FinishAll()
	return job.ID
}
