// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestLimitAttempt lets time pass on both sides of a wait that does not count.
func TestLimitAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, limit := limitAttempt(t.Context(), 10*time.Second)
		defer limit.end()
		time.Sleep(6 * time.Second)
		if err := limit.outside(func() error { time.Sleep(time.Hour); return nil }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if ctx.Err() != nil {
			t.Fatalf("it has ended: %v", context.Cause(ctx))
		}
		time.Sleep(2 * time.Second)
		if !errors.Is(context.Cause(ctx), errAttemptTimeout) {
			t.Errorf("it ended with %v", context.Cause(ctx))
		}
		if err := limit.outside(func() error { return nil }); !errors.Is(err, errAttemptTimeout) {
			t.Errorf("afterwards: %v", err)
		}
	})
}
