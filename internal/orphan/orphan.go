// SPDX-License-Identifier: MPL-2.0

// Package orphan notices that the process that started this one has ended.
//
// A CLI that is killed cannot end its providers, and a provider by itself serves for ever. One that is left behind would keep its
// connections, and the lock of its journal.
package orphan

import (
	"context"
	"fmt"
	"os"
)

// Parent is the process that started this one.
type Parent struct{ pid int }

// ParentNow returns the current parent.
func ParentNow() Parent { return Parent{pid: os.Getppid()} }

// Wait returns nil once the parent has ended, and the cause of ctx when that ends first.
func (p Parent) Wait(ctx context.Context) error {
	if err := wait(ctx, p.pid); err != nil {
		return fmt.Errorf("waiting for the end of the parent process: %w", err)
	}
	return nil
}
