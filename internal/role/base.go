// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// roleState is what resources and data sources about roles share within a process.
type roleState struct {
	// seen are the roles that this process has seen, so that a new one can be told from them.
	seen  launch.Ledger
	parts *roleparts.Parts
	types rbac.KnownTypes
	hints rbac.RoleHints
	// holders is for who has a name that somebody else is to get.
	holders courtesy.Patience
	// metadata tells which tasks there are.
	metadata *workload.Metadata
}

func newRoleState(metadata *workload.Metadata, parts *roleparts.Parts) *roleState {
	return &roleState{parts: parts, metadata: metadata}
}

// roleBase is what the resources of this area have in common.
type roleBase struct {
	pe.Resource
	*roleState
}

// readRole reads a role; ok is false when it does not exist.
func readRole(
	ctx context.Context,
	c *pe.Clients,
	seen *launch.Ledger,
	id types.String,
	summary string,
	diags *diag.Diagnostics,
) (role rbac.Role, ok bool) {
	number, err := roleNumber(id.ValueString())
	if err != nil {
		diags.AddError(summary, prose.Sentence(err.Error()))
		return rbac.Role{}, false
	}
	seen.See(id.ValueString())
	role, err = c.RBAC.Role(ctx, number)
	if rbac.IsUnknown(err) {
		return rbac.Role{}, false
	}
	if err != nil {
		c.Report(diags, pe.Failure{Summary: summary, Err: err, Advice: roleAdvice})
		return rbac.Role{}, false
	}
	return role, true
}

// checkRoleID refuses an identity whose role is not a positive number.
func checkRoleID(id types.String, diags *diag.Diagnostics) {
	if !orchestrator.IsID(id.ValueString()) {
		diags.AddAttributeError(path.Root("role_id"), "The role is not a positive number", fmt.Sprintf("%q is not the number of a role, such "+
			"as 7. `data.pe_role` finds it by name.", id.ValueString()))
	}
}

// hintedRole returns a role by its number, if the user can see it.
func (c *roleBase) hintedRole(ctx context.Context, id string) (rbac.Role, bool) {
	roles, _ := c.hints.List(ctx, c.RBAC)
	i := slices.IndexFunc(roles, func(r rbac.Role) bool { return strconv.FormatInt(r.ID, 10) == id })
	if i < 0 {
		return rbac.Role{}, false
	}
	return roles[i], true
}
