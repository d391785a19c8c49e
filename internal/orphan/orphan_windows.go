// SPDX-License-Identifier: MPL-2.0

package orphan

import (
	"context"
	"os"
)

// wait waits on the parent's handle: Windows does not assign an orphan another parent.
func wait(ctx context.Context, pid int) error {
	parent, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := parent.Wait()
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
