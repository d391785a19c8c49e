// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.Resource                = (*rolePermissionResource)(nil)
	_ resource.ResourceWithConfigure   = (*rolePermissionResource)(nil)
	_ resource.ResourceWithIdentity    = (*rolePermissionResource)(nil)
	_ resource.ResourceWithImportState = (*rolePermissionResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*rolePermissionResource)(nil)
)

type rolePermissionResource struct{ roleBase }

func newRolePermissionResource(shared *roleState) resource.Resource {
	return &rolePermissionResource{roleBase{roleState: shared}}
}

// Metadata implements [resource.Resource]. An update in place gives the resource another identity.
func (r *rolePermissionResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "role_permission")
	resp.ResourceBehavior.MutableIdentity = true
}

// Schema implements [resource.Resource].
func (r *rolePermissionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := permission.Attributes(" A change adds the new permission before it removes the old one.")
	attributes["role_id"] = schema.StringAttribute{
		Required: true,
		MarkdownDescription: "Number of the role. `data.pe_role` finds it by name. A change takes the permission from the one role and then " +
			"gives it to the other.",
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace(), validate.WhilePlanning(validate.RoleID())},
	}
	attributes["id"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "Role and permission, such as `7:tasks:run_with_constraints:1`. It is also what the permission is imported by.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One permission of a role that something else owns. Others stay as they are, and many of them can be added to " +
			"one role at once.\n\nNot together with `permissions` of the `pe_role`, which says everything that the role permits and so would " +
			"remove it again. Not for the roles that every Puppet Enterprise has, whose permissions cannot be changed.\n\nFor several " +
			"permissions of one role, prefer `for_each` with a key for each to `count`: when a list shifts, every permission behind the change " +
			"would move to another resource.",
		Attributes: attributes,
	}
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *rolePermissionResource) IdentitySchema(
	_ context.Context,
	_ resource.IdentitySchemaRequest,
	resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"role_id":     identityschema.StringAttribute{RequiredForImport: true, Description: "Number of the role."},
		"object_type": identityschema.StringAttribute{RequiredForImport: true, Description: "System name of what the permission is about."},
		"action":      identityschema.StringAttribute{RequiredForImport: true, Description: "System name of what may be done."},
		"instance":    identityschema.StringAttribute{RequiredForImport: true, Description: "What it may be done with, or *."},
	}}
}

// rolePermissionIdentityModel are the attributes that identify a permission of a role.
type rolePermissionIdentityModel struct {
	RoleID types.String `tfsdk:"role_id"`
	permission.Model
}

type rolePermissionModel struct {
	ID types.String `tfsdk:"id"`
	rolePermissionIdentityModel
}

// newRolePermission is a permission of a role, with its id.
func newRolePermission(identity rolePermissionIdentityModel) rolePermissionModel {
	return rolePermissionModel{types.StringValue(identity.text()), identity}
}

// text is the id of the resource.
func (m rolePermissionIdentityModel) text() string {
	return m.RoleID.ValueString() + ":" + permission.Text(m.RBAC())
}

// part is the permission as the process notes it.
func (m rolePermissionIdentityModel) part() roleparts.Part {
	return roleparts.Part{Role: m.RoleID.ValueString(), Aspect: roleparts.Permissions, Name: permission.Text(m.RBAC())}
}

// check refuses an identity that cannot be that of a permission.
func (m rolePermissionIdentityModel) check(diags *diag.Diagnostics) {
	checkRoleID(m.RoleID, diags)
	for name, part := range map[string]types.String{
		permission.ObjectType: m.ObjectType, permission.Action: m.Action, permission.Instance: m.Instance,
	} {
		if part.ValueString() == "" {
			diags.AddAttributeError(path.Root(name), "A part of the permission is missing", fmt.Sprintf("`%s` is empty. A permission of a "+
				"role is imported by all its parts, such as tasks, run_with_constraints and 1.", name))
		}
	}
}

func (m rolePermissionIdentityModel) known() bool {
	return !m.RoleID.IsUnknown() && !m.ObjectType.IsUnknown() && !m.Action.IsUnknown() && !m.Instance.IsUnknown()
}

// body is the body of the commands that add and remove the permission.
func (m rolePermissionIdentityModel) body(diags *diag.Diagnostics) rbac.RolePermissions {
	role, err := roleNumber(m.RoleID.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("role_id"), "The role is not an id", prose.Sentence(err.Error()))
	}
	return rbac.RolePermissions{RoleID: role, Permissions: []rbac.Permission{m.RBAC()}}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. The id is derived from the other attributes, and a permission that is to be
// added is checked first.
func (r *rolePermissionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Clients == nil {
		return
	}
	var plan, state rolePermissionModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	}
	if req.Plan.Raw.IsNull() {
		r.dropDestroyed(ctx, state.part(), resp)
		return
	}
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	same := plan.rolePermissionIdentityModel == state.rolePermissionIdentityModel
	if plan.known() && len(r.Unknown) == 0 {
		r.keepPart(plan.part(), !req.State.Raw.IsNull(), same, &resp.Diagnostics)
	}
	if same {
		return
	}
	if !req.State.Raw.IsNull() {
		r.dropPart(state.part(), &resp.Diagnostics)
	}
	id := types.StringUnknown()
	if plan.known() {
		id = types.StringValue(plan.text())
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), id)...)
	r.checkBuiltInPermission(ctx, plan.RoleID, plan.RBAC(), &resp.Diagnostics)
	r.checkPermissions(ctx, path.Root, []permission.Model{plan.Model}, &resp.Diagnostics)
}

// Create implements [resource.Resource].
func (r *rolePermissionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan rolePermissionModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	added, maybe := r.add(ctx, plan, partIsSaved, &resp.Diagnostics)
	if added || maybe {
		r.save(ctx, plan, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// add adds the permission to the role. maybe is true where nobody knows whether it was added, of which the error says more in a note.
func (r *rolePermissionResource) add(
	ctx context.Context, m rolePermissionModel, note string, diags *diag.Diagnostics,
) (added, maybe bool) {
	body := m.body(diags)
	if diags.HasError() {
		return false, false
	}
	if err := r.parts.Add(ctx, m.part(), func() error { return r.RBAC.AddPermissions(ctx, body) }); err != nil {
		return false, r.reportPart(diags, m.part(), err, note)
	}
	return true, false
}

// remove removes the permission from the role, unless another resource asks for it. If the role is gone, there is nothing to remove.
func (r *rolePermissionResource) remove(ctx context.Context, m rolePermissionModel, diags *diag.Diagnostics) bool {
	body := m.body(diags)
	if diags.HasError() {
		return false
	}
	err := r.removePart(ctx, m.part(), func() error { return r.RBAC.RemovePermissions(ctx, body) })
	if err != nil && !rbac.IsUnknown(err) {
		r.reportRole(
			diags,
			fmt.Sprintf("Role %s keeps the permission %s", m.RoleID.ValueString(), permission.Text(m.RBAC())),
			m.RoleID.ValueString(),
			err,
		)
		return false
	}
	return true
}

// Read implements [resource.Resource].
func (r *rolePermissionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state rolePermissionModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	summary := "The permissions of role " + state.RoleID.ValueString() + " were not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	role, ok := readRole(ctx, r.Clients, &r.seen, state.RoleID, summary, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.save(ctx, state, &resp.State, resp.Identity, &resp.Diagnostics)
	if !ok || !slices.Contains(role.Permissions, state.RBAC()) {
		// Even a permission that is gone needs its identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// Update implements [resource.Resource]. It adds the new permission first, so that a right that stays is never missing.
func (r *rolePermissionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state rolePermissionModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if added, _ := r.add(ctx, plan, partIsUnsaved, &resp.Diagnostics); !added {
		return
	}
	if !r.remove(ctx, state, &resp.Diagnostics) {
		resp.Diagnostics.AddWarning(fmt.Sprintf("Role %s has both permissions", plan.RoleID.ValueString()), fmt.Sprintf("%s was added before "+
			"%s could not be removed, and the state does not know of it. Apply this configuration again, so that only %[1]s is left, even where "+
			"the change is to be taken back: do that after it.", permission.Text(plan.RBAC()), permission.Text(state.RBAC())))
		return
	}
	r.save(ctx, plan, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Delete implements [resource.Resource].
func (r *rolePermissionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state rolePermissionModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if kept := pe.IsKept(ctx, req, "part of a role", &resp.Diagnostics); kept || resp.Diagnostics.HasError() {
		return
	}
	r.remove(ctx, state, &resp.Diagnostics)
}

// ImportState implements [resource.ResourceWithImportState].
func (r *rolePermissionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity rolePermissionIdentityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		identity.check(&resp.Diagnostics)
	} else {
		// The instance comes last, because names of tasks have colons in them.
		parts := strings.SplitN(req.ID, ":", 4)
		if len(parts) < 4 || !orchestrator.IsID(parts[0]) || slices.Contains(parts, "") {
			resp.Diagnostics.AddError("The import id is not a permission of a role",
				fmt.Sprintf("%q does not have the form ROLE:OBJECT_TYPE:ACTION:INSTANCE, such as 7:tasks:run_with_constraints:1. The role is its "+
					"number.", req.ID))
			return
		}
		identity.RoleID = types.StringValue(parts[0])
		identity.ObjectType, identity.Action, identity.Instance = types.StringValue(
			parts[1],
		), types.StringValue(
			parts[2],
		), types.StringValue(
			parts[3],
		)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.save(ctx, rolePermissionModel{rolePermissionIdentityModel: identity}, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *rolePermissionResource) save(
	ctx context.Context,
	m rolePermissionModel,
	state *tfsdk.State,
	identity *tfsdk.ResourceIdentity,
	diags *diag.Diagnostics,
) {
	diags.Append(state.Set(ctx, new(newRolePermission(m.rolePermissionIdentityModel)))...)
	diags.Append(identity.Set(ctx, &m.rolePermissionIdentityModel)...)
}
