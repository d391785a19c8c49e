// SPDX-License-Identifier: MPL-2.0

package jobstart

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// PlanRun runs a plan.
type PlanRun struct {
	Environment     types.String  `tfsdk:"environment"`
	PlanName        types.String  `tfsdk:"plan_name"`
	Params          types.Dynamic `tfsdk:"params"`
	QueryParams     types.Map     `tfsdk:"query_params"`
	NodeGroupParams types.Map     `tfsdk:"node_group_params"`
	SensitiveParams types.Dynamic `tfsdk:"sensitive_params"`
	ValidateParams  types.Bool    `tfsdk:"validate_params"`
	Timeout         types.Int64   `tfsdk:"timeout"`
	Description     types.String  `tfsdk:"description"`

	// StoppedBy is the attribute that has the plan stopped while it runs, "" if nothing stops it.
	StoppedBy string `tfsdk:"-"`
}

var _ Start[orchestrator.PlanJob] = PlanRun{}

// Title implements [Start].
func (p PlanRun) Title() string { return fmt.Sprintf("Plan %q", p.PlanName.ValueString()) }

// Uses implements [Start].
func (p PlanRun) Uses() workload.Run {
	return workload.Run{
		Kind:          workload.RunsPlan,
		NameAttribute: "plan_name",
		Name:          p.PlanName,
		Environment:   p.Environment,
		Params:        p.Params,
		Sensitive:     p.SensitiveParams,
		Resolved:      map[string]types.Map{"query_params": p.QueryParams, "node_group_params": p.NodeGroupParams},
		Validate:      p.ValidateParams,
		Features: slices.Concat(
			workload.TimeoutFeature(p.Timeout), workload.StopPlanFeature(p.StoppedBy),
			workload.EnvironmentPlanFeature("query_params", p.QueryParams),
			workload.EnvironmentPlanFeature("node_group_params", p.NodeGroupParams),
		),
	}
}

// Validate refuses a parameter that is given in two ways.
func (p PlanRun) Validate(diags *diag.Diagnostics) {
	workload.ValidateOneWay(
		diags,
		workload.ParamWay{Attribute: "params", Names: workload.NamesOf(p.Params)},
		workload.ParamWay{Attribute: "query_params", Names: workload.MapKeys(p.QueryParams)},
		workload.ParamWay{Attribute: "node_group_params", Names: workload.MapKeys(p.NodeGroupParams)},
		workload.ParamWay{Attribute: "sensitive_params", Names: workload.NamesOf(p.SensitiveParams)},
	)
}

// Similar implements [Start].
func (p PlanRun) Similar(job orchestrator.PlanJob) bool {
	var diags diag.Diagnostics
	return job.PlanName == p.PlanName.ValueString() && workload.SameParams(p.Params, workload.ParamsValue(job.Options.Params(), &diags))
}

// Refusal implements [Start].
func (PlanRun) Refusal() Refusal {
	return Refusal{
		Attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindUnknownPlan:        path.Root("plan_name"),
			orchestrator.KindNotPermitted:       path.Root("plan_name"),
			orchestrator.KindQueryError:         path.Root("query_params"),
		},
		Permission: "the permission `plans` / `run` for this plan",
	}
}

// Command implements [Start]. Parameters that the server has to resolve need the newer of its two commands; everything else uses the
// older, which all servers have.
func (p PlanRun) Command(ctx context.Context, c *pe.Clients, diags *diag.Diagnostics) Command {
	literal := workload.SensitiveParams(workload.ParamValues(p.Params, path.Root("params"), diags), p.SensitiveParams, c.Redactor, diags)
	queries := tfvalue.StringMap(ctx, p.QueryParams, diags)
	groups := tfvalue.StringMap(ctx, p.NodeGroupParams, diags)
	if len(queries)+len(groups) == 0 {
		request := orchestrator.PlanRequest{
			PlanName:    p.PlanName.ValueString(),
			Environment: p.Environment.ValueString(),
			Params:      literal,
			Description: p.Description.ValueStringPointer(),
			Timeout:     p.Timeout.ValueInt64Pointer(),
		}
		return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
			request.Userdata = userdata
			return c.Orchestrator.RunPlan(ctx, request)
		}
	}
	request := orchestrator.EnvironmentPlanRequest{
		PlanName:    p.PlanName.ValueString(),
		Environment: p.Environment.ValueString(),
		Params:      orchestrator.TypedParams(literal, queries, groups),
		Description: p.Description.ValueStringPointer(),
		Timeout:     p.Timeout.ValueInt64Pointer(),
	}
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.Orchestrator.RunEnvironmentPlan(ctx, request)
	}
}
