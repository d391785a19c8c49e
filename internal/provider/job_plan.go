package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It decides what a change does to a job that exists: run it again,
// go on waiting for it, read its results again, or nothing at all.
func (r *jobResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	if req.State.Raw.IsNull() {
		r.checkLaunch(ctx, req, &resp.Diagnostics)
		return
	}
	plan, state := r.kind.newRecord(), r.kind.newRecord()
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	changed := changedAttributes(req.Plan, req.State, r.kind.inputs(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if memo.Imported {
		changed = r.adopt(req, plan, state, changed, &resp.Diagnostics)
	}
	if len(changed) > 0 {
		for _, name := range changed {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
		}
		return
	}

	plan.recall(state)
	switch {
	case r.mustRunAgain(plan, memo):
		resp.Diagnostics.AddWarning(plan.subject()+" has failed and will run again",
			fmt.Sprintf("The %s %s is known to have failed: %s", r.family.noun(), state.job().ID.ValueString(), state.job().URL.ValueString()))
		plan.forget()
		plan.job().ID = types.StringUnknown()
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("id"))
	case r.mustWait(plan, state, memo):
		plan.forget()
	case rereads(plan, state, memo):
		forgetResults(plan)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// checkLaunch compares what a new job is to run with what the server knows. A job that is replaced is planned as a new one, too,
// so that this is the only place, and a plan in which nothing runs asks nothing.
func (r *jobResource) checkLaunch(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	plan, config := r.kind.newRecord(), r.kind.newRecord()
	planned, ok := plan.(user)
	configured, isUser := config.(user)
	if !ok || !isUser {
		return
	}
	diags.Append(req.Plan.Get(ctx, plan)...)
	diags.Append(req.Config.Get(ctx, config)...)
	if diags.HasError() {
		return
	}
	r.checkUsage(ctx, configured.uses().in(planned.uses()), diags)
}

// mustRunAgain reports whether a job that an apply has waited for is known to have failed, as it is judged by the plan.
// Terraform does not taint on a failed update, so without this the next plan would take such a job for a success.
func (r *jobResource) mustRunAgain(plan jobRecord, memo jobMemo) bool {
	return plan.job().waits() && !memo.Waiting && plan.job().ended() && r.family.failed(plan)
}

func forgetResults(record jobRecord) {
	if nodes, ok := record.(nodeJobRecord); ok {
		nodes.nodeJob().Results = types.DynamicUnknown()
		nodes.nodeJob().SensitiveResults = types.DynamicUnknown()
	}
}

// changedAttributes returns those of the attributes that differ between a plan and the state. One that is not known yet may
// differ, so it does.
func changedAttributes(plan tfsdk.Plan, state tfsdk.State, names []string, diags *diag.Diagnostics) (changed []string) {
	var planned, prior map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", sentence(err.Error()))
		return nil
	}
	if err := state.Raw.As(&prior); err != nil {
		diags.AddError("The state cannot be read", sentence(err.Error()))
		return nil
	}
	for _, name := range names {
		if !planned[name].Equal(prior[name]) {
			changed = append(changed, name)
		}
	}
	return changed
}

// adopt takes out of the changes of an imported job what the server does not tell, or tells in another way: the configuration
// is taken over there, and nothing runs. It says so, because later changes of the same attributes will run the job again.
func (r *jobResource) adopt(req resource.ModifyPlanRequest, plan, state jobRecord, changed []string, diags *diag.Diagnostics) (rest []string) {
	var planned, prior map[string]tftypes.Value
	if req.Plan.Raw.As(&planned) != nil || req.State.Raw.As(&prior) != nil {
		return changed
	}
	var adopted []string
	for _, name := range changed {
		if prior[name].IsNull() && r.kind.untold(name, planned[name]) || name == "params" && sameParams(plan, state) {
			adopted = append(adopted, name)
		} else {
			rest = append(rest, name)
		}
	}
	if len(adopted) > 0 && len(rest) == 0 {
		diags.AddWarning(plan.subject()+" was imported and takes over its configuration",
			fmt.Sprintf("The server does not tell what %s %s was started with for: %s. The configuration is believed, and nothing runs. From the next apply on, a change of these "+
				"attributes runs the job again.", r.family.noun(), state.job().ID.ValueString(), strings.Join(adopted, ", ")))
	}
	return rest
}

// isDefault reports whether a planned boolean is what the server takes when none is given.
func isDefault(value tftypes.Value, byDefault bool) bool {
	var planned bool
	return value.IsKnown() && !value.IsNull() && value.Type().Is(tftypes.Bool) && value.As(&planned) == nil && planned == byDefault
}

// untoldAttributes are the attributes that no job tells, whatever its kind.
var untoldAttributes = []string{"triggers", "timeout", "sensitive_params_version"}

func untold(name string, more ...string) bool {
	return slices.Contains(untoldAttributes, name) || slices.Contains(more, name)
}
