// SPDX-License-Identifier: MPL-2.0

package keylock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

type take func(*keylock.Locks[string], context.Context, string) (func(), error)

var own, share take = (*keylock.Locks[string]).Lock, (*keylock.Locks[string]).LockShared

// TestLocks_OneAtATime tries which locks can be held together.
func TestLocks_OneAtATime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, second take
		key           string
		waits         bool
	}{
		"two owners":              {own, own, "a", true},
		"an owner after a sharer": {share, own, "a", true},
		"a sharer after an owner": {own, share, "a", true},
		"two sharers":             {share, share, "a", false},
		"another key":             {own, own, "b", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var locks keylock.Locks[string]
				unlock, err := test.first(&locks, t.Context(), "a")
				if err != nil {
					t.Fatal(err)
				}
				entered := make(chan error, 1)
				go func() {
					_, err := test.second(&locks, t.Context(), test.key)
					entered <- err
				}()
				synctest.Wait()
				if waits := len(entered) == 0; waits != test.waits {
					t.Errorf("the second one waits: %v, want %v", waits, test.waits)
				}
				unlock()
				if err := <-entered; err != nil {
					t.Errorf("the second one got %v after the first had left", err)
				}
			})
		})
	}
}

func TestLocks_GiveUp(t *testing.T) {
	t.Parallel()
	var locks keylock.Locks[string]
	if _, err := locks.Lock(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := locks.Lock(ended, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
