// SPDX-License-Identifier: MPL-2.0

package caller_test

import (
	"context"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/caller"
)

// TestWaits_UntilTheCLIHasGone interrupts a call, and then ends its connection.
func TestWaits_UntilTheCLIHasGone(t *testing.T) {
	t.Parallel()
	connected, disconnect := context.WithCancel(t.Context())
	call, interrupt := context.WithCancel(caller.Await(connected))
	if !caller.Waits(call) {
		t.Error("nobody waits for a call that has begun")
	}
	interrupt()
	if !caller.Waits(call) || !caller.Waits(context.WithoutCancel(call)) {
		t.Error("nobody waits for a call that was interrupted")
	}
	disconnect()
	if caller.Waits(call) || caller.Waits(context.WithoutCancel(call)) {
		t.Error("a CLI that has gone still waits")
	}
}

func TestWaits_WithoutACall(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	if !caller.Waits(ended) {
		t.Error("a context without a call has lost its caller")
	}
}
