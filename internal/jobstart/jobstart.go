// SPDX-License-Identifier: MPL-2.0

// Package jobstart has what starts a job: the requests of tasks, deploys and plans, what these are called, and why the server may refuse
// them.
package jobstart

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Start is what starts a job. R is what the server says of such a job.
type Start[R any] interface {
	// Title names what runs, as the beginning of a sentence: Task "package".
	Title() string
	// Uses is what of the server it needs. Any of it may be unknown.
	Uses() workload.Run
	// Command builds the request. Everything must be known.
	Command(ctx context.Context, c *pe.Clients, diags *diag.Diagnostics) Command
	// Refusal says why the server may refuse it.
	Refusal() Refusal
	// Similar reports whether a job may have been started by the same request.
	Similar(job R) bool
}

// Command starts a job with some userdata, which is nil for a server that accepts none.
type Command func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error)

// Refusal says which attributes may be at fault when the server refuses to start a job.
type Refusal struct {
	// Attributes names those attributes, by error kind.
	Attributes map[string]path.Path
	// Permission is what a user needs for the launch, for the error about a missing permission.
	Permission string
}
