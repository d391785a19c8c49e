// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
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
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.Resource                     = (*roleMembershipResource)(nil)
	_ resource.ResourceWithConfigure        = (*roleMembershipResource)(nil)
	_ resource.ResourceWithConfigValidators = (*roleMembershipResource)(nil)
	_ resource.ResourceWithIdentity         = (*roleMembershipResource)(nil)
	_ resource.ResourceWithImportState      = (*roleMembershipResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*roleMembershipResource)(nil)
)

type roleMembershipResource struct{ roleBase }

func newRoleMembershipResource(shared *roleState) resource.Resource {
	return &roleMembershipResource{roleBase{roleState: shared}}
}

// Metadata implements [resource.Resource].
func (r *roleMembershipResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "role_membership")
}

// Schema implements [resource.Resource].
func (r *roleMembershipResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One user or one directory group of a role that something else owns, such as a role that every Puppet " +
			"Enterprise has. Other members stay as they are, and many can be added to one role at once.\n\nNot together with `user_ids` or " +
			"`group_ids` of the `pe_role`, which say who has the role and so would remove it again.\n\nFor several members of one role, prefer " +
			"`for_each` with a key for each to `count`: when a list shifts, every member behind the change would move to another resource.",
		Attributes: map[string]schema.Attribute{
			"role_id": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Number of the role. `data.pe_role` finds it by name. A change takes the member out of the one role and " +
					"then puts it into the other.",
				PlanModifiers: append(replace, validate.WhilePlanning(validate.RoleID())),
			},
			"user_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Id (UUID) of the user. `data.pe_user` finds it by login. Exactly one of `user_id` and `group_id` is " +
					"needed. A change replaces the member.",
				PlanModifiers: append(replace, validate.WhilePlanning(validate.SubjectID("user"))),
			},
			"group_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Id (UUID) of the directory group. `data.pe_group` finds it by login. Exactly one of `user_id` and " +
					"`group_id` is needed. A change replaces the member.",
				PlanModifiers: append(replace, validate.WhilePlanning(validate.SubjectID("group"))),
			},
			"id": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "Role, kind and id of the member, such as `7:user:42bf351c-f9ec-40af-84ad-e976fec7f4bd`. It is also what " +
					"the membership is imported by.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *roleMembershipResource) IdentitySchema(
	_ context.Context,
	_ resource.IdentitySchemaRequest,
	resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"role_id":  identityschema.StringAttribute{RequiredForImport: true, Description: "Number of the role."},
		"user_id":  identityschema.StringAttribute{OptionalForImport: true, Description: "Id of the user, if the member is one."},
		"group_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Id of the directory group, if the member is one."},
	}}
}

// ConfigValidators implements [resource.ResourceWithConfigValidators].
func (r *roleMembershipResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(path.MatchRoot("user_id"), path.MatchRoot("group_id"))}
}

// roleMembershipIdentityModel are the attributes that identify a membership.
type roleMembershipIdentityModel struct {
	RoleID  types.String `tfsdk:"role_id"`
	UserID  types.String `tfsdk:"user_id"`
	GroupID types.String `tfsdk:"group_id"`
}

type roleMembershipModel struct {
	ID types.String `tfsdk:"id"`
	roleMembershipIdentityModel
}

// newRoleMembership is a member of a role, with the id of the resource.
func newRoleMembership(identity roleMembershipIdentityModel) roleMembershipModel {
	kind, id := identity.member()
	return roleMembershipModel{types.StringValue(identity.RoleID.ValueString() + ":" + kind + ":" + id), identity}
}

// Kinds of members, as parts of an id.
const (
	memberUser  = "user"
	memberGroup = "group"
)

// member returns the kind and the id of the member.
func (m roleMembershipIdentityModel) member() (kind, id string) {
	if m.UserID.ValueString() != "" {
		return memberUser, m.UserID.ValueString()
	}
	return memberGroup, m.GroupID.ValueString()
}

// part is the member as the process notes it.
func (m roleMembershipIdentityModel) part() roleparts.Part {
	kind, id := m.member()
	if kind == memberUser {
		return roleparts.Part{Role: m.RoleID.ValueString(), Aspect: roleparts.Users, Name: id}
	}
	return roleparts.Part{Role: m.RoleID.ValueString(), Aspect: roleparts.Groups, Name: id}
}

// check refuses an identity that cannot be that of a membership.
func (m roleMembershipIdentityModel) check(diags *diag.Diagnostics) {
	checkRoleID(m.RoleID, diags)
	if m.UserID.IsNull() == m.GroupID.IsNull() {
		diags.AddAttributeError(path.Root("user_id"), "The member is not clear", "Exactly one of `user_id` and `group_id` is needed.")
		return
	}
	kind, id := m.member()
	if !validate.UUID.MatchString(id) {
		diags.AddAttributeError(path.Root(kind+"_id"), "The member is not a UUID", fmt.Sprintf("%q is not the id of a %s, such as "+
			"42bf351c-f9ec-40af-84ad-e976fec7f4bd. `data.pe_%s` finds it by login.", id, kind, kind))
	}
}

func (m roleMembershipIdentityModel) known() bool {
	return !m.RoleID.IsUnknown() && !m.UserID.IsUnknown() && !m.GroupID.IsUnknown()
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It changes nothing, but notes who is to have the role.
func (r *roleMembershipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.Known() {
		return
	}
	var plan, state roleMembershipModel
	exists := !req.State.Raw.IsNull()
	if exists {
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
	same := exists && plan.known() && plan.part() == state.part()
	if plan.known() {
		r.keepPart(plan.part(), exists, same, &resp.Diagnostics)
	}
	if exists && !same {
		r.dropPart(state.part(), &resp.Diagnostics)
	}
}

// Create implements [resource.Resource].
func (r *roleMembershipResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan roleMembershipModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	role, err := roleNumber(plan.RoleID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("role_id"), "The role is not an id", prose.Sentence(err.Error()))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	kind, id := plan.member()
	if err := r.parts.Add(ctx, plan.part(), func() error {
		if kind == memberUser {
			return r.RBAC.AddUsers(ctx, rbac.RoleUsers{RoleID: role, UserIDs: []string{id}})
		}
		return r.RBAC.AddGroups(ctx, rbac.RoleGroups{RoleID: role, GroupIDs: []string{id}})
	}); err != nil && !r.reportPart(&resp.Diagnostics, plan.part(), err, partIsSaved) {
		return
	}
	r.save(ctx, plan, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Read implements [resource.Resource].
func (r *roleMembershipResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state roleMembershipModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	summary := "The members of role " + state.RoleID.ValueString() + " were not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	role, ok := readRole(ctx, r.Clients, &r.seen, state.RoleID, summary, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	kind, id := state.member()
	members := role.GroupIDs
	if kind == memberUser {
		members = role.UserIDs
	}
	there := ok && slices.Contains(members, id)
	if ok && !there {
		if err := r.RBAC.SeesMembers(ctx, role); err != nil {
			r.reportHidden(summary, state.RoleID.ValueString(), err, &resp.Diagnostics)
			return
		}
	}
	r.save(ctx, state, &resp.State, resp.Identity, &resp.Diagnostics)
	if !there {
		// Even a membership that is gone needs its identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// reportHidden reports that nobody can tell whether a membership is there.
func (r *roleMembershipResource) reportHidden(summary, role string, err error, diags *diag.Diagnostics) {
	diags.AddError(summary, r.whyHidden(role, err)+" So nobody can tell whether the membership is still there.\n\nGive the user "+
		"user_roles:edit_members:"+role+", or user_roles:edit_members:*.")
}

// Update implements [resource.Resource]. Every change replaces the resource, so it is never called.
func (r *roleMembershipResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("A membership cannot be changed", "Every change should have replaced it. This is always a bug in the "+
		"provider; please report it.")
}

// Delete implements [resource.Resource]. A member that another resource asks for stays. If the role is gone, there is nothing to remove.
func (r *roleMembershipResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state roleMembershipModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	role, err := roleNumber(state.RoleID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("role_id"), "The role is not an id", prose.Sentence(err.Error()))
	}
	if kept := pe.IsKept(ctx, req, "part of a role", &resp.Diagnostics); kept || resp.Diagnostics.HasError() {
		return
	}
	kind, id := state.member()
	err = r.removePart(ctx, state.part(), func() error {
		if kind == memberUser {
			return r.RBAC.RemoveUsers(ctx, rbac.RoleUsers{RoleID: role, UserIDs: []string{id}})
		}
		return r.RBAC.RemoveGroups(ctx, rbac.RoleGroups{RoleID: role, GroupIDs: []string{id}})
	})
	if err != nil && !rbac.IsUnknown(err) {
		r.reportRole(
			&resp.Diagnostics,
			fmt.Sprintf("The %s %s keeps role %s", kind, id, state.RoleID.ValueString()),
			state.RoleID.ValueString(),
			err,
		)
	}
}

// ImportState implements [resource.ResourceWithImportState].
func (r *roleMembershipResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity roleMembershipIdentityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		identity.check(&resp.Diagnostics)
	} else if identity = membershipOf(req.ID); identity.RoleID.IsNull() || identity.UserID.IsNull() == identity.GroupID.IsNull() {
		resp.Diagnostics.AddError("The import id is not a membership of a role",
			fmt.Sprintf("%q does not have the form ROLE:user:UUID or ROLE:group:UUID, such as 7:user:42bf351c-f9ec-40af-84ad-e976fec7f4bd. The "+
				"role is its number.", req.ID))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.save(ctx, roleMembershipModel{roleMembershipIdentityModel: identity}, &resp.State, resp.Identity, &resp.Diagnostics)
}

// membershipOf parses an import id. Parts that cannot be parsed are null.
func membershipOf(id string) (m roleMembershipIdentityModel) {
	parts := strings.Split(id, ":")
	if len(parts) != 3 || !orchestrator.IsID(parts[0]) || !validate.UUID.MatchString(parts[2]) {
		return m
	}
	m.RoleID = types.StringValue(parts[0])
	switch parts[1] {
	case memberUser:
		m.UserID = types.StringValue(parts[2])
	case memberGroup:
		m.GroupID = types.StringValue(parts[2])
	}
	return m
}

func (r *roleMembershipResource) save(
	ctx context.Context,
	m roleMembershipModel,
	state *tfsdk.State,
	identity *tfsdk.ResourceIdentity,
	diags *diag.Diagnostics,
) {
	diags.Append(state.Set(ctx, new(newRoleMembership(m.roleMembershipIdentityModel)))...)
	diags.Append(identity.Set(ctx, &m.roleMembershipIdentityModel)...)
}
