package keylock_test

import (
	"context"
	"errors"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

// TestLocks_OneAtATime tries what may be held beside what: a second holder must wait, which shows in a context that has ended.
func TestLocks_OneAtATime(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	type take func(*keylock.Locks[string], context.Context, string) (func(), error)
	var own, share take = (*keylock.Locks[string]).Lock, (*keylock.Locks[string]).Share
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
			var locks keylock.Locks[string]
			unlock, err := test.first(&locks, t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := test.second(&locks, ended, test.key); errors.Is(err, context.Canceled) != test.waits {
				t.Errorf("the second one got %v while the first holds the lock", err)
			}
			unlock()
			if _, err := test.second(&locks, t.Context(), "a"); err != nil {
				t.Errorf("the second one got %v after the first had left", err)
			}
		})
	}
}
