// Package orphan notices that the process that has started this one has ended.
//
// A CLI that is killed cannot end its providers, and a provider by itself serves for ever. One that stays behind would keep its
// connections, and its lock on what it has noted of its launches.
package orphan

import (
	"context"
	"fmt"
	"os"
)

// Parent is the process that has started this one.
type Parent struct{ pid int }

// ParentNow returns the parent as it is at this moment.
func ParentNow() Parent { return Parent{pid: os.Getppid()} }

// Wait returns nil once the parent has ended, and the cause of ctx when that ends first.
func (p Parent) Wait(ctx context.Context) error {
	if err := wait(ctx, p.pid); err != nil {
		return fmt.Errorf("waiting for the end of the parent process: %w", err)
	}
	return nil
}
