// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// builtInRoles are the names of the roles that every PE has from the start (PE 2019.7; Project Deployers since 2021.7).
var builtInRoles = []string{"Administrators", "Operators", "Viewers", "Code Deployers", "Project Deployers"}

const (
	builtInRule = "This is one of the roles that every Puppet Enterprise has. Its name, description and permissions cannot be changed, and " +
		"it cannot be deleted; only who has it can be managed, with `user_ids` and `group_ids` or with pe_role_membership. Create a role of " +
		"your own for other permissions."
	builtInForget = "To stop managing it from here, remove it from the state instead: terraform state rm <address>, or a `removed` block " +
		"with `destroy = false`."
)

func isBuiltInName(displayName string) bool { return slices.Contains(builtInRoles, displayName) }

// checkBuiltIn finds changes of a built-in role that the server would refuse.
func checkBuiltIn(state, plan roleModel, diags *diag.Diagnostics) {
	if !isBuiltInName(state.DisplayName.ValueString()) {
		return
	}
	if !plan.DisplayName.IsUnknown() && !plan.DisplayName.Equal(state.DisplayName) {
		refuseBuiltIn("display_name", state, state.DisplayName, diags)
	}
	if !plan.Description.IsUnknown() && plan.Description.ValueString() != state.Description.ValueString() {
		refuseBuiltIn("description", state, state.Description, diags)
	}
	if !plan.Permissions.IsUnknown() && !plan.Permissions.Equal(state.Permissions) {
		diags.AddAttributeError(path.Root("permissions"), fmt.Sprintf("The permissions of role %q cannot be "+
			"changed", state.DisplayName.ValueString()),
			builtInRule+"\n\nLeave `permissions` out.")
	}
}

// refuseBuiltIn says which value an attribute of a built-in role must have.
func refuseBuiltIn(attribute string, state roleModel, must types.String, diags *diag.Diagnostics) {
	remedy := fmt.Sprintf("Leave `%s` out.", attribute)
	if must.ValueString() != "" {
		remedy = fmt.Sprintf("Write `%s = %q`.", attribute, must.ValueString())
	}
	diags.AddAttributeError(
		path.Root(attribute),
		fmt.Sprintf("The %s of role %q cannot be changed", attribute, state.DisplayName.ValueString()),
		builtInRule+"\n\n"+remedy,
	)
}

// warnOfBuiltInDestroy warns before a destroy that the server will refuse it.
func warnOfBuiltInDestroy(state roleModel, diags *diag.Diagnostics) {
	name := state.DisplayName.ValueString()
	if isBuiltInName(name) {
		diags.AddWarning(fmt.Sprintf("Role %q cannot be deleted", name), "It is one of the roles that every Puppet Enterprise has, so the "+
			"server will refuse to delete it. "+builtInForget)
	}
}

// checkBuiltInPermission finds a permission that is to be added to a built-in role. If the role cannot be read, the apply reports that.
func (c *roleBase) checkBuiltInPermission(ctx context.Context, roleID types.String, permission rbac.Permission, diags *diag.Diagnostics) {
	if roleID.IsUnknown() || len(c.Unknown) > 0 {
		return
	}
	role, ok := c.hintedRole(ctx, roleID.ValueString())
	if ok && isBuiltInName(role.DisplayName) && !slices.Contains(role.Permissions, permission) {
		diags.AddAttributeError(path.Root("role_id"), fmt.Sprintf("Role %s (%q) cannot be given "+
			"permissions", roleID.ValueString(), role.DisplayName), builtInRule)
	}
}
