// SPDX-License-Identifier: MPL-2.0

// Package jobfamily reads, watches and stops the server's two families of jobs: jobs, which run on nodes, and plan jobs.
package jobfamily

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Family is how one of the families is read, watched and stopped. R is what the server says of one at one moment.
type Family[R any] interface {
	// Noun is what one of them is called.
	Noun() string
	// Collection is the name of the collection that they belong to.
	Collection() string
	// FirstState is the state of one that was just started.
	FirstState() string
	// Read reads one.
	Read(ctx context.Context, c *pe.Clients, id string) (R, error)
	// Wait waits until one has ended. See [jobwatch.Watcher.Wait].
	Wait(ctx context.Context, c *pe.Clients, id string, changed func(R)) (last R, known bool, err error)
	// Recent lists those of the resource's type, those whose state changed last first.
	Recent(ctx context.Context, c *pe.Clients) iter.Seq2[R, error]
	// Look asks the cheapest question that only those are answered who may look at such jobs.
	Look(ctx context.Context, c *pe.Clients) error
	// Stop asks for the end of one, and does not wait for it.
	Stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error
	// StopRest stops by force what one that has ended has left behind, and returns the numbers of what was asked to stop. The error is about
	// the others.
	StopRest(ctx context.Context, c *pe.Clients, id string, diags *diag.Diagnostics) (stopped []string, err error)
	// Ended reports whether one will never change again.
	Ended(now R) bool
	// Nodes returns what tells which nodes of a job have ended, nil for jobs that have none of their own.
	Nodes(c *pe.Clients, id string) *nodeprogress.Follower
	// Progress says in words how far one is. It changes when there is something to tell.
	Progress(now R) string
	// Trace is what one is found by.
	Trace(now R) launch.Trace
	// ShowsNoUserdata reports whether one that was given no userdata says so, so that only a server that keeps none has one without.
	ShowsNoUserdata() bool
}
