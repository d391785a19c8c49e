// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"sync/atomic"
	"time"
)

// hintTimeout limits the list of roles for a hint. A hint is useful, but nobody should wait for it.
const hintTimeout = 2 * time.Second

// RoleHints lists roles for warnings and checks that a plan or a destroy can do without. The zero value is ready for use, by several
// goroutines at once.
type RoleHints struct {
	// silent is true once the roles could not be listed, so that nobody asks again.
	silent atomic.Bool
}

// List returns the roles that the user may see. ok is false when they could not be read in time, and from then on.
func (h *RoleHints) List(ctx context.Context, client *Client) (roles []Role, ok bool) {
	if h.silent.Load() {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, hintTimeout)
	defer cancel()
	roles, err := client.SharedRoles(ctx)
	if err != nil {
		h.silent.Store(true)
		return nil, false
	}
	return roles, true
}
