// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
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

// role returns the configured role. Lists that are left out are null in the configuration, and empty here.
func (m roleModel) role(ctx context.Context) (rbac.Role, diag.Diagnostics) {
	var diags diag.Diagnostics
	role := rbac.Role{DisplayName: m.DisplayName.ValueString(), Description: m.Description.ValueStringPointer()}
	if !m.Permissions.IsNull() {
		for _, p := range permission.Known(m.Permissions) {
			role.Permissions = append(role.Permissions, p.RBAC())
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

// apply writes what a plan changes over a role. planned is the content of the plan.
func (m roleModel) apply(state roleModel, planned rbac.Role, now *rbac.Role) {
	if !m.DisplayName.Equal(state.DisplayName) {
		now.DisplayName = planned.DisplayName
	}
	if !m.Description.Equal(state.Description) {
		now.Description = planned.Description
	}
	if !m.Permissions.Equal(state.Permissions) {
		now.Permissions = planned.Permissions
	}
	if !m.UserIDs.Equal(state.UserIDs) {
		now.UserIDs = planned.UserIDs
	}
	if !m.GroupIDs.Equal(state.GroupIDs) {
		now.GroupIDs = planned.GroupIDs
	}
}

// update takes what the server says into the state.
func (m *roleModel) update(role rbac.Role) {
	m.ID = roleID(role.ID)
	m.DisplayName = types.StringValue(role.DisplayName)
	m.Description = described(m.Description, role.Description)
	m.Permissions = permission.Set(role.Permissions)
	m.UserIDs = tfvalue.StringSet(role.UserIDs)
	m.GroupIDs = tfvalue.StringSet(role.GroupIDs)
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

// roleID is the id of the role with a number.
func roleID(number int64) types.String { return types.StringValue(strconv.FormatInt(number, 10)) }

// roleNumber parses the id of a role.
func roleNumber(id string) (int64, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not the number of a role", id)
	}
	return number, nil
}
