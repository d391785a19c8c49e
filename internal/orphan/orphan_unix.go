// SPDX-License-Identifier: MPL-2.0

//go:build !windows

package orphan

import (
	"context"
	"os"
	"time"
)

// interval is the time between two checks.
const interval = 500 * time.Millisecond

// wait waits for a new parent: the system assigns a process whose parent has ended to another one.
func wait(ctx context.Context, parent int) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if os.Getppid() != parent {
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
