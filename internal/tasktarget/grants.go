// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"
	"fmt"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// The permission to use task-targets.
const (
	taskTargetType   = "tasks"
	taskTargetAction = "run_with_constraints"
)

// grantedBy returns the roles that grant a task-target by its id, and those that grant every task-target.
func grantedBy(roles []rbac.Role, id string) (named, all []string) {
	permission := rbac.Permission{ObjectType: taskTargetType, Action: taskTargetAction, Instance: id}
	every := permission
	every.Instance = rbac.AnyInstance
	for _, role := range roles {
		text := fmt.Sprintf("%q (%d)", role.DisplayName, role.ID)
		if slices.Contains(role.Permissions, permission) {
			named = append(named, text)
		}
		if slices.Contains(role.Permissions, every) {
			all = append(all, text)
		}
	}
	return named, all
}

// remains says what still refers to a task-target that was removed from the state.
func (r *taskTargetResource) remains(ctx context.Context, id, displayName string) string {
	text := fmt.Sprintf("Puppet Enterprise cannot delete task-targets, so %q was only removed from the state.", displayName)
	permission := taskTargetType + ":" + taskTargetAction + ":" + id
	var roles []rbac.Role
	known := false
	if len(r.Unknown) == 0 {
		roles, known = r.hints.List(ctx, r.RBAC)
	}
	named, all := grantedBy(roles, id)
	switch {
	case len(named) > 0:
		text += fmt.Sprintf("\n\nIt is still granted: these roles have the permission %s: %s. Remove it from those that this apply does not "+
			"take it from, unless the task-target is still wanted.", permission, prose.List(named))
	case known:
		text += fmt.Sprintf("\n\nIt grants nothing now: no role that can be seen with this token has the permission %s.", permission)
	default:
		text += fmt.Sprintf("\n\nIt grants nothing once no role has the permission %s; remove that permission from every role that still has "+
			"it.", permission)
	}
	if len(all) > 0 {
		text += fmt.Sprintf(" Roles with the permission on every task-target (instance %s) can use it too: "+
			"%s.", rbac.AnyInstance, prose.List(all))
	}
	return text
}
