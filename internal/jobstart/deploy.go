// SPDX-License-Identifier: MPL-2.0

package jobstart

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Deploy runs Puppet on nodes.
type Deploy struct {
	workload.AgentModel
	Environment types.String  `tfsdk:"environment"`
	Scope       types.Dynamic `tfsdk:"scope"`
	Target      types.String  `tfsdk:"target"`
	Noop        types.Bool    `tfsdk:"noop"`
	Timeout     types.Int64   `tfsdk:"timeout"`
	Description types.String  `tfsdk:"description"`

	// ForcedBy is the attribute that has the job stopped by force while it runs, "" if none does.
	ForcedBy string `tfsdk:"-"`
}

var _ Start[orchestrator.Job] = Deploy{}

// Title implements [Start].
func (d Deploy) Title() string { return "Deploy" + workload.OfEnvironment(d.Environment.ValueString()) }

// Uses implements [Start].
func (d Deploy) Uses() workload.Run {
	return workload.Run{
		Kind: workload.RunsPuppet, Environment: d.Environment,
		Features: slices.Concat(
			workload.TimeoutFeature(d.Timeout), workload.ApplicationFeature(d.Target, path.Root("target")),
			workload.ApplicationFeature(workload.ScopeApplication(d.Scope), path.Root("scope").AtMapKey("application")),
			workload.ForceStopFeature(d.ForcedBy),
		),
	}
}

// Command implements [Start].
func (d Deploy) Command(ctx context.Context, c *pe.Clients, diags *diag.Diagnostics) Command {
	request := orchestrator.DeployRequest{
		Environment:        d.Environment.ValueString(),
		Target:             d.Target.ValueStringPointer(),
		Concurrency:        d.Concurrency.ValueInt64Pointer(),
		Description:        d.Description.ValueStringPointer(),
		EnforceEnvironment: d.Enforce(d.Environment),
		AgentFlags:         d.Flags(d.Noop),
		Timeout:            d.Timeout.ValueInt64Pointer(),
		Scope:              workload.ScopeRequest(ctx, d.Scope, true, diags),
	}
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.Orchestrator.Deploy(ctx, request)
	}
}

// Similar implements [Start].
func (d Deploy) Similar(job orchestrator.Job) bool {
	return job.Environment == d.Environment.ValueString() && workload.SameScope(d.Scope, job.Options.Scope(), true)
}

// Refusal implements [Start].
func (Deploy) Refusal() Refusal {
	return Refusal{
		Attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindEmptyEnvironment:   path.Root("environment"),
			orchestrator.KindEmptyTarget:        path.Root("scope"),
			orchestrator.KindPuppetDBError:      path.Root("scope"),
			orchestrator.KindQueryError:         path.Root("scope"),
			orchestrator.KindUnknownTarget:      path.Root("target"),
			orchestrator.KindDependencyCycle:    path.Root("scope"),
		},
		Permission: "the permission `puppet_agent` / `run`",
	}
}
