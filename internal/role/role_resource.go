// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/restmove"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.Resource                 = (*roleResource)(nil)
	_ resource.ResourceWithConfigure    = (*roleResource)(nil)
	_ resource.ResourceWithIdentity     = (*roleResource)(nil)
	_ resource.ResourceWithImportState  = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan   = (*roleResource)(nil)
	_ resource.ResourceWithMoveState    = (*roleResource)(nil)
	_ resource.ResourceWithUpgradeState = (*roleResource)(nil)

	_ resource.ResourceWithValidateConfig = (*roleResource)(nil)
)

type roleResource struct {
	roleBase
	identity.ByNumber
}

func newRoleResource(shared *roleState) resource.Resource {
	return &roleResource{roleBase: roleBase{roleState: shared}}
}

// Metadata implements [resource.Resource].
func (r *roleResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "role")
}

// Schema implements [resource.Resource].
func (r *roleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	members := []planmodifier.Set{setplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		Version: 1, // permissions were objects before, which are the same in a state
		MarkdownDescription: "A role: what the people who have it may do. The permission `tasks` / `run_with_constraints` on the `id` of a " +
			"`pe_task_target` lets them run its tasks on its nodes.\n\nWhat `permissions`, `user_ids` or `group_ids` say is all that the role " +
			"has, and anything else is removed. What the configuration leaves out is left alone, so that it can be managed elsewhere: in the " +
			"console, with `pe_role_permission` and `pe_role_membership`, or with `role_ids` of `pe_user` and `pe_directory_group`.\n\nThe " +
			"roles that every Puppet Enterprise has, such as Administrators, cannot be changed or deleted; only who has them can be managed.",
		Attributes: map[string]schema.Attribute{
			"display_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the role. No other role may have it. A change renames the role in place.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the role is for. Without it, the role has no description. A change is made in place.",
			},
			"permissions": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: permission.Type(),
				MarkdownDescription: "All that the role permits, as objects; `[]` is nothing. Left out, the permissions are left alone, and a " +
					"new role has none. They are checked against the server's types while planning. A change is made in place: new permissions " +
					"come before old ones go." + permission.Shape().Document(),
				Validators:    []validator.Set{permission.Rules{}},
				PlanModifiers: members,
			},
			"user_ids": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Ids (UUIDs) of all users who have the role directly; `[]` is nobody. `data.pe_user` finds them by login. " +
					"Left out, the users are left alone, and a new role has none. A change is made in place.",
				Validators:    []validator.Set{validate.NoNulls{}},
				PlanModifiers: append(members, validate.EachWhilePlanning(validate.SubjectID("user"))),
			},
			"group_ids": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Ids (UUIDs) of all directory groups whose users have the role; `[]` is none. `data.pe_group` finds them by " +
					"login. Left out, the groups are left alone, and a new role has none. A change is made in place.",
				Validators:    []validator.Set{validate.NoNulls{}},
				PlanModifiers: append(members, validate.EachWhilePlanning(validate.SubjectID("group"))),
			},
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Number of the role.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// UpgradeState implements [resource.ResourceWithUpgradeState].
func (r *roleResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {StateUpgrader: func(
		_ context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse,
	) {
		resp.DynamicValue = &tfprotov6.DynamicValue{JSON: req.RawState.JSON}
	}}}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig]. It refuses nothing, but notes which lists are written.
func (r *roleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config roleModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() || config.DisplayName.IsUnknown() {
		return
	}
	r.parts.Name(config.DisplayName.ValueString())
	for _, list := range config.knownLists(ctx, &resp.Diagnostics) {
		r.parts.Write(config.DisplayName.ValueString(), list.aspect, list.names)
	}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. Permissions that are to be written are checked first, and the lists that the
// role configures in full are compared with what other resources add to them.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Clients == nil || restmove.Unread(ctx, req.State, "display_name", &resp.Diagnostics) {
		return
	}
	r.planBuiltIn(ctx, req, &resp.Diagnostics)
	if req.Plan.Raw.IsNull() {
		return
	}
	r.noteComplete(ctx, req, &resp.Diagnostics)
	var planned, known types.Set
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("permissions"), &planned)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("permissions"), &known)...)
	}
	if resp.Diagnostics.HasError() || planned.IsUnknown() || planned.Equal(known) {
		return
	}
	permissions := permission.Known(planned)
	r.checkPermissions(ctx, func(string) path.Path { return path.Root("permissions") }, permissions, &resp.Diagnostics)
}

// planBuiltIn checks the plan for a built-in role.
func (r *roleResource) planBuiltIn(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	var state, plan roleModel
	if req.State.Raw.IsNull() {
		return
	}
	diags.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if req.Plan.Raw.IsNull() {
		warnOfBuiltInDestroy(state, diags)
		return
	}
	diags.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if !diags.HasError() {
		checkBuiltIn(state, plan, diags)
	}
}

// noteComplete notes the lists that an existing role configures in full. A new role has no number that another resource could refer to yet.
func (r *roleResource) noteComplete(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	if req.State.Raw.IsNull() || len(r.Unknown) > 0 {
		return
	}
	var config, plan, state roleModel
	diags.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	diags.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	diags.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if !diags.HasError() && !plan.ID.IsUnknown() {
		r.completeLists(ctx, plan.ID.ValueString(), r.withoutIgnored(ctx, config, diags), plan, state, diags)
	}
}

// Create implements [resource.Resource]. The answer and the plan hold every attribute, so one request is enough.
func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config roleModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, diags := config.role(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	result, err := r.create(ctx, role)
	if err != nil {
		r.reportCreate(ctx, &resp.Diagnostics, role, err)
		return
	}
	if result.Adopted {
		warnOfAdoption(role, result.ID, &resp.Diagnostics)
	}
	if role.ID, err = roleNumber(result.ID); err != nil {
		resp.Diagnostics.AddError("The new role has no number", prose.Sentence(err.Error()))
		return
	}
	state := roleModel{Description: config.Description}
	state.update(role)
	r.completeLists(ctx, result.ID, config, state, roleModel{}, &resp.Diagnostics)
	identity.Save(ctx, &resp.State, resp.Identity, &state, &resp.Diagnostics)
}

// Read implements [resource.Resource].
func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state roleModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	known := state
	summary := "Role " + state.ID.ValueString() + " was not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	role, ok := readRole(ctx, r.Clients, &r.seen, state.ID, summary, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if ok {
		state.update(role)
	}
	identity.Refresh(ctx, &resp.State, resp.Identity, &known, &state, &resp.Diagnostics)
	if !ok {
		// Even a role that is gone needs its identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// Update implements [resource.Resource]. It writes only what the plan changes: what stays may be what `ignore_changes` keeps, and may have
// changed since the plan was made.
func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state roleModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, diags := plan.role(ctx)
	resp.Diagnostics.Append(diags...)
	summary := fmt.Sprintf("Role %s (%q) was not changed", plan.ID.ValueString(), plan.DisplayName.ValueString())
	id, err := roleNumber(plan.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError(summary, prose.Sentence(err.Error()))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	var parts []roleparts.Part
	for _, list := range plan.knownLists(ctx, &resp.Diagnostics) {
		parts = append(parts, roleparts.List{Role: plan.ID.ValueString(), Aspect: list.aspect}.Parts(list.names)...)
	}
	err = r.parts.Whole(ctx, parts, func() error {
		return r.RBAC.UpdateRole(ctx, id, func(now *rbac.Role) { plan.apply(state, role, now) })
	})
	if err != nil {
		r.reportUpdate(ctx, plan, err, &resp.Diagnostics)
		return
	}
	identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
}

// reportUpdate reports that a role was not changed, that it was in part, or that nobody knows.
func (r *roleResource) reportUpdate(ctx context.Context, plan roleModel, err error, diags *diag.Diagnostics) {
	id := plan.ID.ValueString()
	role := fmt.Sprintf("Role %s (%q)", id, plan.DisplayName.ValueString())
	var partly *rbac.PartlyDoneError
	switch {
	case isConflict(err):
		r.reportNameTaken(ctx, diags, role+" was not changed", plan.DisplayName.ValueString(), err)
	case errors.As(err, &partly) && !rbac.IsUnknown(err):
		r.Report(diags, pe.Failure{
			Summary: role + " was changed in part", Err: partly.Err, Advice: roleAdvice,
			Note: prose.UpperFirst(strings.Join(partly.Done, ", ")) + " before that. Apply again, so that the rest is done.",
		})
	case httpapi.MayBeDone(err):
		r.reportRole(diags, "It is not known whether "+prose.LowerFirst(role)+" was changed", id, err)
	default:
		r.reportRole(diags, role+" was not changed", id, err)
	}
}

// Delete implements [resource.Resource].
func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state roleModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := fmt.Sprintf("Role %s (%q) was not deleted", state.ID.ValueString(), state.DisplayName.ValueString())
	id, err := roleNumber(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError(summary, prose.Sentence(err.Error()))
		return
	}
	if err := r.RBAC.DeleteRole(ctx, id); err != nil {
		f := pe.Failure{Summary: summary, Err: err, Advice: roleAdvice}
		if isBuiltIn(err) {
			f.Note = builtInForget
		}
		r.Report(&resp.Diagnostics, f)
	}
}

// ImportState implements [resource.ResourceWithImportState]. Roles are imported by number, by display name, or by identity.
func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id string
	if req.ID == "" {
		id, _ = identity.Imported(ctx, req, identity.Form{
			Valid: orchestrator.IsID, Summary: "The id is not a positive number", Rule: "is not the number of a role. In an identity, only " +
				"the number identifies a role, such as 7; the `id` of an import may be a name, too.",
		}, &resp.Diagnostics)
	} else if r.Ready("The role was not imported", &resp.Diagnostics) {
		id = r.importID(ctx, req.ID, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	identity.Keep(ctx, resp.State, resp.Identity, &resp.Diagnostics)
}

// importID finds the number of the role to import. A name may consist of digits, too.
func (r *roleResource) importID(ctx context.Context, given string, diags *diag.Diagnostics) string {
	if number, err := roleNumber(given); err == nil {
		_, err := r.RBAC.Role(ctx, number)
		if err == nil {
			return given
		}
		if !rbac.IsUnknown(err) {
			r.Report(diags, pe.Failure{Summary: "Role " + given + " was not read", Err: err, Advice: roleAdvice})
			return ""
		}
	}
	role, ok, err := r.RBAC.RoleNamed(ctx, given)
	switch {
	case err != nil:
		r.Report(diags, pe.Failure{Summary: fmt.Sprintf("Role %q was not looked up", given), Err: err, Advice: roleAdvice})
	case !ok:
		diags.AddError("There is no such role", fmt.Sprintf("%q is neither the number nor the display name of a role that the user of the "+
			"token may see. Roles are imported by either, such as 7 or \"Web operators\".", given))
	}
	return strconv.FormatInt(role.ID, 10)
}

// MoveState implements [resource.ResourceWithMoveState].
func (r *roleResource) MoveState(context.Context) []resource.StateMover {
	return restmove.Target{
		Type: pe.TypeName + "_role", What: "role", Segments: []string{"roles"},
		IsID: func(id string) bool {
			_, err := roleNumber(id)
			return err == nil
		},
	}.Movers()
}
