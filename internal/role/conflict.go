// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// keepPart notes a part that the configuration asks for, and warns when a pe_role would remove it again, or when two resources ask for it.
// exists is whether the resource is there, and same whether it has asked for this part before.
func (c *roleBase) keepPart(part roleparts.Part, exists, same bool, diags *diag.Diagnostics) {
	at := path.Root("role_id")
	c.parts.Keep(part)
	if c.parts.Twice(c.Walk(), part, exists) {
		kind, what := roleparts.Single(part)
		diags.AddAttributeWarning(at, "Two resources manage the same part of role "+part.Role,
			fmt.Sprintf("Two %s ask for the %s of role %s. When one of them is destroyed, the role may lose it although the other is still "+
				"there, until the next apply. Keep one, and have the state forget the other: a `removed` block with `lifecycle { destroy = "+
				"false }`.", kind, what, part.Role))
	}
	warnOfDisputes(at, c.parts.Disputed(part), diags)
	if displayName, ok := c.parts.Conflict(part); ok {
		warnOfConflict(at, part, displayName, diags)
	}
	if same {
		warnOfLoss(at, c.parts.Rest(c.Walk(), part), diags)
	}
}

// dropPart notes that a resource which stays no longer asks for a part. Where something else does that needs no change, it warns if the
// apply will not know.
func (c *roleBase) dropPart(part roleparts.Part, diags *diag.Diagnostics) {
	if c.parts.Drop(c.Walk(), part) && !asked.Save(c.Walk(), part) {
		warnOfLoss(path.Root("role_id"), []roleparts.Part{part}, diags)
	}
}

// dropDestroyed notes that the resource of a part is to be destroyed. What asks for the part and needs no change may be planned before or
// after it: before, the plan of the destruction says so. What is still to be created or changed adds the part itself; if that never comes,
// the part must not stay.
func (c *roleBase) dropDestroyed(ctx context.Context, part roleparts.Part, resp *resource.ModifyPlanResponse) {
	pe.WriteKept(ctx, resp.Private, "part of a role", c.parts.Drop(c.Walk(), part), &resp.Diagnostics)
}

// removePart removes a part from its role, unless something else asks for it.
func (c *roleBase) removePart(ctx context.Context, part roleparts.Part, send func() error) error {
	if asked.Saved(c.Walk(), part) {
		return nil
	}
	return c.parts.Remove(ctx, part, send)
}

// warnOfLoss warns of parts that the role may lose until the next apply.
func warnOfLoss(at path.Path, lost []roleparts.Part, diags *diag.Diagnostics) {
	for _, part := range lost {
		summary, detail := roleparts.Loss(part, at.String())
		diags.AddAttributeWarning(at, summary, detail)
	}
}

// knownList is a list of a role of which everything is known, by the names of its parts.
type knownList struct {
	aspect roleparts.Aspect
	names  []string
}

// knownLists returns the lists of a role of which everything is known. Those that are left out are not among them.
func (m roleModel) knownLists(ctx context.Context, diags *diag.Diagnostics) (lists []knownList) {
	content := roleModel{}
	for _, list := range []struct{ from, into *types.Set }{
		{&m.Permissions, &content.Permissions}, {&m.UserIDs, &content.UserIDs}, {&m.GroupIDs, &content.GroupIDs},
	} {
		if isKnown(ctx, *list.from) {
			*list.into = *list.from
		}
	}
	role, d := content.role(ctx)
	diags.Append(d...)
	var permissions []string
	for _, one := range role.Permissions {
		permissions = append(permissions, permission.Text(one))
	}
	for _, list := range []struct {
		set types.Set
		knownList
	}{
		{content.Permissions, knownList{roleparts.Permissions, permissions}},
		{content.UserIDs, knownList{roleparts.Users, role.UserIDs}}, {content.GroupIDs, knownList{roleparts.Groups, role.GroupIDs}},
	} {
		if !list.set.IsNull() {
			lists = append(lists, list.knownList)
		}
	}
	return lists
}

// list is one of the lists of a role.
func (m *roleModel) list(aspect roleparts.Aspect) *types.Set {
	switch aspect {
	case roleparts.Users:
		return &m.UserIDs
	case roleparts.Groups:
		return &m.GroupIDs
	default:
		return &m.Permissions
	}
}

// withoutIgnored returns a configuration as a plan gets it, without the lists that are only kept by `ignore_changes`.
func (c *roleBase) withoutIgnored(ctx context.Context, config roleModel, diags *diag.Diagnostics) roleModel {
	for _, list := range config.knownLists(ctx, diags) {
		if !c.parts.IsWritten(config.DisplayName.ValueString(), list.aspect, list.names) {
			*config.list(list.aspect) = types.SetNull(config.list(list.aspect).ElementType(ctx))
		}
	}
	return config
}

// completeLists notes the lists that a pe_role configures in full, and warns of parts that other resources add to them. It skips lists that
// are not known yet. What is as it was before needs no change.
func (c *roleBase) completeLists(
	ctx context.Context, role string, configured, planned, prior roleModel, diags *diag.Diagnostics,
) {
	displayName := planned.DisplayName.ValueString()
	for _, list := range planned.knownLists(ctx, diags) {
		if configured.list(list.aspect).IsNull() {
			continue
		}
		complete := roleparts.Complete{DisplayName: displayName, Names: map[string]bool{}}
		for _, name := range list.names {
			complete.Names[name] = true
		}
		at, whole := path.Root(string(list.aspect)), roleparts.List{Role: role, Aspect: list.aspect}
		for _, part := range c.parts.Completes(whole, complete) {
			warnOfConflict(at, part, displayName, diags)
		}
		warnOfDisputes(at, c.parts.DisputedIn(whole), diags)
		if planned.list(list.aspect).Equal(*prior.list(list.aspect)) {
			warnOfLoss(at, c.parts.Rest(c.Walk(), whole.Parts(list.names)...), diags)
		}
	}
}

// isKnown reports whether a list is given, with elements all of which are known.
func isKnown(ctx context.Context, list types.Set) bool {
	if list.IsNull() || slices.ContainsFunc(list.Elements(), attr.Value.IsNull) {
		return false
	}
	value, err := list.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// warnOfConflict warns that two resources undo each other's work. It is not an error, because `ignore_changes` settles it.
func warnOfConflict(at path.Path, part roleparts.Part, displayName string, diags *diag.Diagnostics) {
	kind, what := roleparts.Single(part)
	diags.AddAttributeWarning(at, fmt.Sprintf("Two resources disagree about role %s", part.Role), fmt.Sprintf(
		"A %s adds the %s to role %s, but `%s` of the pe_role %q says all that the role has, without it. Each apply undoes what the other "+
			"resource did, so there is always something to change.\n\nEither leave `%s` out of the pe_role, so that only single resources "+
			"manage it; or write the %s there, and have the state forget the %s with a `removed` block that has `lifecycle { destroy = false "+
			"}`. A pe_role that is only to give a start needs `lifecycle { ignore_changes = [%s] }`.",
		kind, what, part.Role, part.Aspect, displayName, part.Aspect, what, kind, part.Aspect))
}

// warnOfDisputes warns that a resource for a user or a group undoes the work of one for roles.
func warnOfDisputes(at path.Path, disputed []roleparts.Part, diags *diag.Diagnostics) {
	for _, part := range disputed {
		summary, detail := roleparts.Dispute(part)
		diags.AddAttributeWarning(at, summary, detail)
	}
}
