// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// keepPart notes a part that the configuration asks for, and warns when a pe_role would remove it again, or when two resources ask for it.
func (c *roleBase) keepPart(part roleparts.Part, exists bool, diags *diag.Diagnostics) {
	c.parts.Keep(part)
	if c.parts.Twice(c.Clients, part, exists) {
		kind, what := single(part)
		diags.AddAttributeWarning(path.Root("role_id"), "Two resources manage the same part of role "+part.Role,
			fmt.Sprintf("Two %s ask for the %s of role %s. When one of them is destroyed, the role loses it although the other is still there, "+
				"until the next apply. Keep one, and have the state forget the other: a `removed` block with `lifecycle { destroy = false }`.",
				kind, what, part.Role))
	}
	warnOfDisputes(path.Root("role_id"), c.parts.Disputed(part), diags)
	if displayName, ok := c.parts.Conflict(part); ok {
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
	for _, one := range content.Permissions {
		permissions = append(permissions, permission.Text(one))
	}
	for _, list := range []struct {
		aspect roleparts.Aspect
		set    types.Set
		names  []string
	}{
		{roleparts.Permissions, wanted.Permissions, permissions},
		{roleparts.Users, wanted.UserIDs, content.UserIDs}, {roleparts.Groups, wanted.GroupIDs, content.GroupIDs},
	} {
		if list.set.IsNull() {
			continue
		}
		complete := roleparts.Complete{DisplayName: content.DisplayName, Names: map[string]bool{}}
		for _, name := range list.names {
			complete.Names[name] = true
		}
		for _, part := range c.parts.Completes(roleparts.List{Role: role, Aspect: list.aspect}, complete) {
			warnOfConflict(path.Root(string(list.aspect)), part, content.DisplayName, diags)
		}
		warnOfDisputes(path.Root(string(list.aspect)), c.parts.DisputedIn(roleparts.List{Role: role, Aspect: list.aspect}), diags)
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
func warnOfConflict(at path.Path, part roleparts.Part, displayName string, diags *diag.Diagnostics) {
	kind, what := single(part)
	diags.AddAttributeWarning(at, fmt.Sprintf("Two resources disagree about role %s", part.Role), fmt.Sprintf(
		"A %s adds the %s to role %s, but `%s` of the pe_role %q says all that the role has, without it. Each apply undoes what the other "+
			"resource did, so there is always something to change.\n\nEither leave `%s` out of the pe_role, so that only single resources "+
			"manage it, or write the %s there and remove the %s. A pe_role that is only to give a start needs `lifecycle { ignore_changes = "+
			"[%s] }`.",
		kind, what, part.Role, part.Aspect, displayName, part.Aspect, what, kind, part.Aspect))
}

// warnOfDisputes warns that a resource for a user or a group undoes the work of one for roles.
func warnOfDisputes(at path.Path, disputed []roleparts.Part, diags *diag.Diagnostics) {
	for _, part := range disputed {
		summary, detail := roleparts.Dispute(part)
		diags.AddAttributeWarning(at, summary, detail)
	}
}

// single returns the resource that manages a single part, and what the part is.
func single(part roleparts.Part) (kind, what string) {
	switch part.Aspect {
	case roleparts.Permissions:
		return "pe_role_permission", "permission " + part.Name
	case roleparts.Groups:
		return "pe_role_membership", "group " + part.Name
	default:
		return "pe_role_membership", "user " + part.Name
	}
}
