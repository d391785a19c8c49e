// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// keepPart notes a part that the configuration asks for, and warns when a pe_role would remove it again.
func (c *roleBase) keepPart(part rolePart, diags *diag.Diagnostics) {
	c.parts.keep(part)
	if displayName, ok := c.parts.conflict(part); ok {
		warnOfConflict(path.Root("role_id"), part, displayName, diags)
	}
}

// completeLists notes the lists that a pe_role configures in full, and warns of parts that other resources add to them. It skips lists that
// are not known yet.
func (c *roleBase) completeLists(ctx context.Context, role string, configured, planned roleModel, diags *diag.Diagnostics) {
	wanted := roleModel{DisplayName: planned.DisplayName}
	if isFullyKnown(ctx, configured.Permissions, planned.Permissions) {
		wanted.Permissions = planned.Permissions
	}
	if isFullyKnown(ctx, configured.UserIDs, planned.UserIDs) {
		wanted.UserIDs = planned.UserIDs
	}
	if isFullyKnown(ctx, configured.GroupIDs, planned.GroupIDs) {
		wanted.GroupIDs = planned.GroupIDs
	}
	content, d := wanted.role(ctx)
	diags.Append(d...)
	var permissions []string
	for _, permission := range content.Permissions {
		permissions = append(permissions, permissionText(permission))
	}
	for _, list := range []struct {
		aspect roleAspect
		set    types.Set
		names  []string
	}{
		{rolePermissions, wanted.Permissions, permissions},
		{roleUsers, wanted.UserIDs, content.UserIDs}, {roleGroups, wanted.GroupIDs, content.GroupIDs},
	} {
		if list.set.IsNull() {
			continue
		}
		complete := completeList{displayName: content.DisplayName, names: map[string]bool{}}
		for _, name := range list.names {
			complete.names[name] = true
		}
		for _, part := range c.parts.completes(roleList{role, list.aspect}, complete) {
			warnOfConflict(path.Root(string(list.aspect)), part, content.DisplayName, diags)
		}
	}
}

// isFullyKnown reports whether a list is configured, and the plan knows all of it.
func isFullyKnown(ctx context.Context, configured, planned types.Set) bool {
	if configured.IsNull() || planned.IsNull() {
		return false
	}
	value, err := planned.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// warnOfConflict warns that two resources undo each other's work. It is not an error, because `ignore_changes` settles it.
func warnOfConflict(at path.Path, part rolePart, displayName string, diags *diag.Diagnostics) {
	single, what := "pe_role_membership", "user "+part.name
	switch part.aspect {
	case rolePermissions:
		single, what = "pe_role_permission", "permission "+part.name
	case roleGroups:
		what = "group " + part.name
	}
	diags.AddAttributeWarning(at, fmt.Sprintf("Two resources disagree about role %s", part.role), fmt.Sprintf(
		"A %s adds the %s to role %s, but `%s` of the pe_role %q says all that the role has, without it. Each apply undoes what the other "+
			"resource did, so there is always something to change.\n\nEither leave `%s` out of the pe_role, so that only single resources "+
			"manage it, or write the %s there and remove the %s. A pe_role that is only to give a start needs `lifecycle { ignore_changes = "+
			"[%s] }`.",
		single, what, part.role, part.aspect, displayName, part.aspect, what, single, part.aspect))
}
