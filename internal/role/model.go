package role

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

type roleModel struct {
	ID          types.String `tfsdk:"id"`
	DisplayName types.String `tfsdk:"display_name"`
	Description types.String `tfsdk:"description"`
	Permissions types.Set    `tfsdk:"permissions"`
	UserIDs     types.Set    `tfsdk:"user_ids"`
	GroupIDs    types.Set    `tfsdk:"group_ids"`
}

// permissionModel is one entry of permissions.
type permissionModel struct {
	ObjectType types.String `tfsdk:"object_type"`
	Action     types.String `tfsdk:"action"`
	Instance   types.String `tfsdk:"instance"`
}

func permissionType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"object_type": types.StringType, "action": types.StringType, "instance": types.StringType,
	}}
}

// permission returns the permission in the client's form.
func (m permissionModel) permission() rbac.Permission {
	return rbac.Permission{ObjectType: m.ObjectType.ValueString(), Action: m.Action.ValueString(), Instance: m.Instance.ValueString()}
}

// permissionText writes a permission as PE does.
func permissionText(p rbac.Permission) string {
	return p.ObjectType + ":" + p.Action + ":" + p.Instance
}

// knownPermissions returns the entries that are at least partly known.
func knownPermissions(ctx context.Context, set types.Set) (permissions []permissionModel, diags diag.Diagnostics) {
	for _, element := range set.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		var permission permissionModel
		diags.Append(object.As(ctx, &permission, basetypes.ObjectAsOptions{})...)
		permissions = append(permissions, permission)
	}
	return permissions, diags
}

// role returns the configured role. Lists that are left out are null in the configuration, and empty here.
func (m roleModel) role(ctx context.Context) (rbac.Role, diag.Diagnostics) {
	var diags diag.Diagnostics
	role := rbac.Role{DisplayName: m.DisplayName.ValueString(), Description: m.Description.ValueStringPointer()}
	if !m.Permissions.IsNull() {
		var permissions []permissionModel
		diags.Append(m.Permissions.ElementsAs(ctx, &permissions, false)...)
		for _, p := range permissions {
			role.Permissions = append(role.Permissions, p.permission())
		}
	}
	if !m.UserIDs.IsNull() {
		diags.Append(m.UserIDs.ElementsAs(ctx, &role.UserIDs, false)...)
	}
	if !m.GroupIDs.IsNull() {
		diags.Append(m.GroupIDs.ElementsAs(ctx, &role.GroupIDs, false)...)
	}
	return role, diags
}

// update updates the state with what the server reports.
func (m *roleModel) update(ctx context.Context, role rbac.Role) diag.Diagnostics {
	var diags diag.Diagnostics
	m.ID = types.StringValue(strconv.FormatInt(role.ID, 10))
	m.DisplayName = types.StringValue(role.DisplayName)
	m.Description = described(m.Description, role.Description)
	m.Permissions, diags = permissionSet(ctx, role.Permissions)
	m.UserIDs = tfvalue.StringSet(role.UserIDs)
	m.GroupIDs = tfvalue.StringSet(role.GroupIDs)
	return diags
}

// described returns the description of a role. An empty description and none are the same to people, so it keeps the form of the prior
// value.
func described(prior types.String, text *string) types.String {
	if text != nil && *text != "" {
		return types.StringValue(*text)
	}
	if prior.IsNull() || prior.ValueString() != "" {
		return types.StringNull()
	}
	return prior
}

func permissionSet(ctx context.Context, permissions []rbac.Permission) (types.Set, diag.Diagnostics) {
	models := make([]permissionModel, len(permissions))
	for i, p := range permissions {
		models[i] = permissionModel{
			ObjectType: types.StringValue(p.ObjectType), Action: types.StringValue(p.Action), Instance: types.StringValue(p.Instance),
		}
	}
	return types.SetValueFrom(ctx, permissionType(), models)
}

// roleNumber parses the id of a role.
func roleNumber(id string) (int64, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not the number of a role", id)
	}
	return number, nil
}
