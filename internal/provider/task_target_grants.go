package provider

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// The permission to use task-targets.
const (
	taskTargetType   = "tasks"
	taskTargetAction = "run_with_constraints"
)

// grantsTimeout bounds the look at roles that a warning takes. What it tells is useful, but not what anybody waits for.
const grantsTimeout = 10 * time.Second

// grants knows which roles there are and what they grant, for hints that a plan or a destroy can do without.
type grants struct {
	// roles lists the roles that the user may see.
	roles func(context.Context) ([]rbac.Role, error)
	// silent is set once the roles could not be listed, so that nobody asks again.
	silent atomic.Bool
}

// list returns the roles that the user may see. ok is false when they cannot be had in the time that a hint is worth.
func (g *grants) list(ctx context.Context) (roles []rbac.Role, ok bool) {
	if g.silent.Load() {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, grantsTimeout)
	defer cancel()
	roles, err := g.roles(ctx)
	if err != nil {
		g.silent.Store(true)
		return nil, false
	}
	return roles, true
}

// role returns a role by its number, if it can be seen.
func (g *grants) role(ctx context.Context, id string) (rbac.Role, bool) {
	roles, _ := g.list(ctx)
	i := slices.IndexFunc(roles, func(r rbac.Role) bool { return strconv.FormatInt(r.ID, 10) == id })
	if i < 0 {
		return rbac.Role{}, false
	}
	return roles[i], true
}

// of returns the roles that grant a task-target by its id, and those that grant every task-target. ok is false when that could
// not be found out.
func (g *grants) of(ctx context.Context, id string) (named, all []string, ok bool) {
	roles, ok := g.list(ctx)
	if !ok {
		return nil, nil, false
	}
	permission := rbac.Permission{ObjectType: taskTargetType, Action: taskTargetAction, Instance: id}
	every := permission
	every.Instance = anyInstance
	for _, role := range roles {
		text := fmt.Sprintf("%q (%d)", role.DisplayName, role.ID)
		if slices.Contains(role.Permissions, permission) {
			named = append(named, text)
		}
		if slices.Contains(role.Permissions, every) {
			all = append(all, text)
		}
	}
	return named, all, true
}

// remains says what is left of a task-target that was forgotten.
func (c *connection) remains(ctx context.Context, id, displayName string) string {
	text := fmt.Sprintf("Puppet Enterprise cannot delete task-targets, so %q was only removed from the state.", displayName)
	permission := taskTargetType + ":" + taskTargetAction + ":" + id
	var named, all []string
	known := false
	if len(c.unknown) == 0 {
		named, all, known = c.grants.of(ctx, id)
	}
	switch {
	case len(named) > 0:
		text += fmt.Sprintf("\n\nIt is still granted: these roles have the permission %s: %s. Remove it from them, unless the task-target is still wanted.", permission, list(named))
	case known:
		text += fmt.Sprintf("\n\nIt grants nothing now: no role that can be seen with this token has the permission %s.", permission)
	default:
		text += fmt.Sprintf("\n\nIt grants nothing once no role has the permission %s; remove that permission from every role that still has it.", permission)
	}
	if len(all) > 0 {
		text += fmt.Sprintf(" Roles with the permission on every task-target (instance %s) can use it too: %s.", anyInstance, list(all))
	}
	return text
}
