// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"sync/atomic"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
)

// RoleHints lists roles for warnings and checks that a plan or a destroy can do without. The zero value is ready for use, by several
// goroutines at once.
type RoleHints struct {
	patience courtesy.Patience
	// unlisted is true once the roles could not be listed, so that nobody asks again.
	unlisted atomic.Bool
}

// List returns the roles that the user may see. ok is false when they could not be read in time, and from then on.
func (h *RoleHints) List(ctx context.Context, client *Client) (roles []Role, ok bool) {
	if h.unlisted.Load() {
		return nil, false
	}
	roles, err := courtesy.Ask(ctx, &h.patience, client.SharedRoles)
	if err != nil && ctx.Err() == nil {
		h.unlisted.Store(true)
	}
	return roles, err == nil
}
