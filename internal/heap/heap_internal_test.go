// SPDX-License-Identifier: MPL-2.0

package heap

import (
	"runtime"
	"testing"
)

func TestGrowth(t *testing.T) {
	t.Parallel()
	const MB = 1 << 20
	for _, test := range []struct {
		name        string
		room, alive uint64
		want        int
	}{
		{"nothing is known yet", 48 * MB, 0, leastGrowth},
		{"next to nothing lives", 48 * MB, 1 * MB, mostGrowth},
		{"little lives", 48 * MB, 8 * MB, 500},
		{"half of the room", 48 * MB, 24 * MB, 100},
		{"most of the room: as by default", 48 * MB, 40 * MB, leastGrowth},
		{"more than there is room for", 48 * MB, 400 * MB, leastGrowth},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := growth(test.room, test.alive); got != test.want {
				t.Errorf("got %d %%, want %d %%", got, test.want)
			}
		})
	}
}

// TestAfterEachCollection_IsToldOfMoreThanOne collects garbage and waits to be told, twice.
func TestAfterEachCollection_IsToldOfMoreThanOne(t *testing.T) {
	t.Parallel()
	told := make(chan struct{}, 1)
	afterEachCollection(func() {
		select {
		case told <- struct{}{}:
		default: // It outlives the test, and is told of collections that nobody waits for.
		}
	})
	for range 2 {
		runtime.GC()
		<-told
	}
}
