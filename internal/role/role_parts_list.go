// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ list.ListResourceWithConfigure = (*rolePermissionList)(nil)
	_ list.ListResourceWithConfigure = (*roleMembershipList)(nil)
)

// rolePermissionList lists the permissions of a role.
type rolePermissionList struct{ rolePermissionResource }

func newRolePermissionList(shared *roleState) list.ListResource {
	return &rolePermissionList{rolePermissionResource{roleBase{roleState: shared}}}
}

// roleMembershipList lists the members of a role.
type roleMembershipList struct{ roleMembershipResource }

func newRoleMembershipList(shared *roleState) list.ListResource {
	return &roleMembershipList{roleMembershipResource{roleBase{roleState: shared}}}
}

// ofRole is the schema of a list of parts of one role.
func ofRole(description string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"role_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Number of the role, which is the `id` of a `pe_role` in a list of roles.",
				Validators:          []validator.String{validate.RoleID()},
			},
		},
	}
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *rolePermissionList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = ofRole("Permissions of one role, each to be managed on its own. List the role itself with `pe_role` to manage all of its " +
		"permissions together.")
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *roleMembershipList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = ofRole("Users and directory groups that have one role, each to be managed on its own. List the role itself with " +
		"`pe_role` to manage all of its members together.")
}

// List implements [list.ListResource].
func (l *rolePermissionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	role, diags := l.listedRole(ctx, req, "The permissions of the role were not listed")
	if isBuiltInName(role.DisplayName) {
		diags.AddWarning(fmt.Sprintf("The permissions of role %q cannot be managed", role.DisplayName), builtInRule+"\n\nDo not adopt what is "+
			"listed here: a permission that is imported can only be taken out of the state again.")
	}
	var found []query.Found
	for _, one := range role.Permissions {
		model := newRolePermission(rolePermissionIdentityModel{roleID(role.ID), permission.New(one)})
		on := one.Instance
		if on == rbac.AnyInstance {
			on = "everything"
		}
		found = append(found, query.Found{
			Title:    fmt.Sprintf("%s: %s:%s on %s", role.DisplayName, one.ObjectType, one.Action, on),
			Identity: model.rolePermissionIdentityModel, Record: func(*diag.Diagnostics) any { return model },
		})
	}
	query.Answer(ctx, req, stream, "permissions", found, diags)
}

// List implements [list.ListResource].
func (l *roleMembershipList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	role, diags := l.listedRole(ctx, req, "The members of the role were not listed")
	var found []query.Found
	add := func(title string, identity roleMembershipIdentityModel) {
		model := newRoleMembership(identity)
		found = append(found, query.Found{
			Title: role.DisplayName + ": " + title, Identity: identity, Record: func(*diag.Diagnostics) any { return model },
		})
	}
	if len(role.UserIDs) > 0 {
		logins := l.logins(ctx, memberUser)
		for _, id := range role.UserIDs {
			add("user "+logins.of(id), roleMembershipIdentityModel{RoleID: roleID(role.ID), UserID: types.StringValue(id)})
		}
	}
	if len(role.GroupIDs) > 0 {
		logins := l.logins(ctx, memberGroup)
		for _, id := range role.GroupIDs {
			add("group "+logins.of(id), roleMembershipIdentityModel{RoleID: roleID(role.ID), GroupID: types.StringValue(id)})
		}
	}
	query.Answer(ctx, req, stream, "members", found, diags)
}

// listedRole reads the role of a list.
func (c *roleBase) listedRole(ctx context.Context, req list.ListRequest, summary string) (rbac.Role, diag.Diagnostics) {
	var id types.String
	diags := req.Config.GetAttribute(ctx, path.Root("role_id"), &id)
	if diags.HasError() || !c.Ready(summary, &diags) {
		return rbac.Role{}, diags
	}
	role, ok := readRole(ctx, c.Clients, &c.seen, id, summary, &diags)
	if !ok && !diags.HasError() {
		diags.AddAttributeError(path.Root("role_id"), summary, "There is no role "+id.ValueString()+" that the user of the token may see. "+
			"A list of `pe_role` shows the numbers of roles, with `include_built_in` of all.")
	}
	return role, diags
}

// logins are the logins of users or groups, by their ids.
type logins map[string]string

// of is the login of somebody, or the id if the login is not known.
func (l logins) of(id string) string {
	if login := l[id]; login != "" {
		return login
	}
	return id
}

// logins returns the logins of a kind of members. They only make a list more readable, so that it can do without.
func (l *roleMembershipList) logins(ctx context.Context, kind string) logins {
	known := logins{}
	if kind == memberUser {
		users, _ := l.RBAC.Users(ctx)
		for _, user := range users {
			known[user.ID] = user.Login
		}
		return known
	}
	groups, _ := l.RBAC.Groups(ctx)
	for _, group := range groups {
		known[group.ID] = group.Login
	}
	return known
}
