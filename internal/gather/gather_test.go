// SPDX-License-Identifier: MPL-2.0

package gather_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/gather"
)

const window = 20 * time.Millisecond

// sizes returns a window whose decision is the size of the group, and the sizes so far.
func sizes() (*gather.Window[int], *[]int) {
	var seen []int
	return gather.NewWindow(window, func(_ context.Context, size int) int {
		seen = append(seen, size)
		return size
	}), &seen
}

func TestWindow_OneDecisionForAGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, seen := sizes()
		start := time.Now()
		var calls sync.WaitGroup
		for i := range 10 {
			calls.Go(func() {
				time.Sleep(time.Duration(i) * window / 10)
				if size, err := w.Join(t.Context()); err != nil || size != 10 {
					t.Errorf("got %d, %v", size, err)
				}
			})
		}
		calls.Wait()
		if took := time.Since(start); took != window {
			t.Errorf("took %v", took)
		}
		if size, err := w.Join(t.Context()); err != nil || size != 1 {
			t.Errorf("the next group: got %d, %v", size, err)
		}
		if !slices.Equal(*seen, []int{10, 1}) {
			t.Errorf("decided on groups of %v", *seen)
		}
	})
}

func TestWindow_WhoLeavesIsNotCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, seen := sizes()
		why := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		var calls sync.WaitGroup
		calls.Go(func() {
			if _, err := w.Join(ctx); !errors.Is(err, why) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		calls.Go(func() {
			if size, err := w.Join(t.Context()); err != nil || size != 1 {
				t.Errorf("got %d, %v", size, err)
			}
		})
		synctest.Wait()
		cancel(why)
		calls.Wait()
		if !slices.Equal(*seen, []int{1}) {
			t.Errorf("decided on groups of %v", *seen)
		}
	})
}

func TestWindow_NobodyLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, seen := sizes()
		ctx, cancel := context.WithTimeout(t.Context(), window/2)
		defer cancel()
		if _, err := w.Join(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(window)
		if len(*seen) != 0 {
			t.Errorf("decided on groups of %v", *seen)
		}
		if size, err := w.Join(t.Context()); err != nil || size != 1 {
			t.Errorf("afterwards: got %d, %v", size, err)
		}
	})
}

func TestWindow_WhoIsCountedGetsTheDecision(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := gather.NewWindow(window, func(_ context.Context, size int) int {
			cancel()
			return size
		})
		if size, err := w.Join(ctx); err != nil || size != 1 {
			t.Errorf("got %d, %v", size, err)
		}
	})
}

func TestWindow_OutlivesItsFirstCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		w := gather.NewWindow(window, func(ctx context.Context, _ int) any {
			if ctx.Err() != nil {
				t.Error("the context of the decision ended with that of the first call")
			}
			return ctx.Value(key{})
		})
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "first"))
		var calls sync.WaitGroup
		calls.Go(func() { _, _ = w.Join(ctx) })
		synctest.Wait()
		calls.Go(func() {
			if value, err := w.Join(t.Context()); err != nil || value != "first" {
				t.Errorf("got %v, %v", value, err)
			}
		})
		synctest.Wait()
		cancel()
		calls.Wait()
	})
}
