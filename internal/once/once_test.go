// SPDX-License-Identifier: MPL-2.0

package once_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
)

func TestMap_AsksOnceForEachKey(t *testing.T) {
	t.Parallel()
	var answers once.Map[string]
	var asked atomic.Int32
	for _, key := range []string{"a", "b", "a", "b"} {
		got, err := answers.Get(t.Context(), key, func(context.Context) (string, error) {
			asked.Add(1)
			return "answer to " + key, nil
		})
		if err != nil || got != "answer to "+key {
			t.Errorf("%s: got %q, %v", key, got, err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times, want once for each of two keys", asked.Load())
	}
}

func TestMap_ForgetsErrors(t *testing.T) {
	t.Parallel()
	var answer once.Value[int]
	down := errors.New("the server is down")
	if _, err := answer.Get(t.Context(), func(context.Context) (int, error) { return 0, down }); !errors.Is(err, down) {
		t.Errorf("got %v, want the error of the call", err)
	}
	if got, err := answer.Get(t.Context(), func(context.Context) (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("got %d, %v after an error; want a second call", got, err)
	}
}

// TestMap_SharesACall has two callers at once, the first of which gives up: the other one still gets the answer of the shared call.
func TestMap_SharesACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var answer once.Value[int]
		release := make(chan struct{})
		var asked atomic.Int32
		ask := func(ctx context.Context) (int, error) {
			asked.Add(1)
			<-release
			return 7, ctx.Err()
		}
		impatient, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error, 1)
		go func() {
			_, err := answer.Get(impatient, ask)
			gaveUp <- err
		}()
		synctest.Wait()
		got := make(chan int, 1)
		go func() {
			value, err := answer.Get(t.Context(), ask)
			if err != nil {
				t.Errorf("the second caller got %v", err)
			}
			got <- value
		}()
		synctest.Wait()
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller that gave up got %v", err)
		}
		close(release)
		if value := <-got; value != 7 || asked.Load() != 1 {
			t.Errorf("got %d after %d calls, want 7 after one", value, asked.Load())
		}
	})
}
