// SPDX-License-Identifier: MPL-2.0

package jobstart

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Task runs a task on nodes.
type Task struct {
	Environment     types.String  `tfsdk:"environment"`
	Task            types.String  `tfsdk:"task"`
	Params          types.Dynamic `tfsdk:"params"`
	SensitiveParams types.Dynamic `tfsdk:"sensitive_params"`
	ValidateParams  types.Bool    `tfsdk:"validate_params"`
	Scope           types.Dynamic `tfsdk:"scope"`
	Targets         types.Dynamic `tfsdk:"targets"`
	Noop            types.Bool    `tfsdk:"noop"`
	Timeout         types.Int64   `tfsdk:"timeout"`
	Description     types.String  `tfsdk:"description"`

	// ForcedBy is the attribute that has the job stopped by force while it runs, "" if none does.
	ForcedBy string `tfsdk:"-"`
}

var _ Start[orchestrator.Job] = Task{}

// Title implements [Start].
func (t Task) Title() string { return fmt.Sprintf("Task %q", t.Task.ValueString()) }

// Uses implements [Start].
func (t Task) Uses() workload.Run {
	return workload.Run{
		Kind: workload.RunsTask, NameAttribute: "task", Name: t.Task, Environment: t.Environment,
		Params: t.Params, Sensitive: t.SensitiveParams, Noop: t.Noop,
		Validate: t.ValidateParams, Features: append(workload.TimeoutFeature(t.Timeout), workload.ForceStopFeature(t.ForcedBy)...),
	}
}

// Command implements [Start].
func (t Task) Command(ctx context.Context, c *pe.Clients, diags *diag.Diagnostics) Command {
	plain := workload.ParamValues(t.Params, path.Root("params"), diags)
	scope := cmp.Or(workload.ScopeRequest(ctx, t.Scope, false, diags), &orchestrator.Scope{})
	request := orchestrator.TaskRequest{
		Environment: t.Environment.ValueString(),
		Task:        t.Task.ValueString(),
		Params:      workload.SensitiveParams(plain, t.SensitiveParams, c.Redactor, diags),
		Scope:       *scope,
		Description: t.Description.ValueStringPointer(),
		Noop:        t.Noop.ValueBoolPointer(),
		Targets:     workload.TargetRequests(ctx, t.Targets, c.Redactor, diags),
		Timeout:     t.Timeout.ValueInt64Pointer(),
	}
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.Orchestrator.RunTask(ctx, request)
	}
}

// Similar implements [Start].
func (t Task) Similar(job orchestrator.Job) bool {
	var diags diag.Diagnostics
	return job.Options.Task() == t.Task.ValueString() && job.Environment == t.Environment.ValueString() &&
		workload.SameScope(t.Scope, job.Options.Scope(), false) &&
		workload.SameParams(t.Params, workload.ParamsValue(job.Options.Params(), &diags))
}

// Refusal implements [Start].
func (Task) Refusal() Refusal {
	return Refusal{
		Attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindEmptyEnvironment:   path.Root("environment"),
			orchestrator.KindEmptyTarget:        path.Root("scope"),
			orchestrator.KindPuppetDBError:      path.Root("scope"),
			orchestrator.KindQueryError:         path.Root("scope"),
			orchestrator.KindNotPermitted:       path.Root("task"),
			orchestrator.KindUnknownTask:        path.Root("task"),
		},
		Permission: "the permission `tasks` / `run` for this task, or `tasks` / `run_with_constraints` for a task-target that covers the " +
			"task and the nodes",
	}
}
