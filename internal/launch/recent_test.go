// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

func TestChangedBefore(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for changed, want := range map[string]bool{
		"2026-03-01T11:59:59Z":      true,
		"2026-03-01T12:00:00Z":      false,
		"2026-03-01T13:00:00+02:00": true,
		"":                          true,
		"yesterday":                 true,
	} {
		if got := launch.ChangedBefore(changed, noon); got != want {
			t.Errorf("%q: got %v", changed, got)
		}
	}
}

// TestRecent searches lists: back to the launch, and through the minimum number of items.
func TestRecent(t *testing.T) {
	t.Parallel()
	now := time.Now()
	list := func(yield func(int, error) bool) {
		for i := range launch.Searched + 100 {
			if !yield(i, nil) {
				return
			}
		}
	}
	trace := func(at int, changed time.Time) func(int) (string, string, string) {
		return func(i int) (string, string, string) {
			requestID := "other"
			if i == at {
				requestID = "ours"
			}
			return fmt.Sprint(i), requestID, changed.UTC().Format(time.RFC3339)
		}
	}
	for name, test := range map[string]struct {
		at      int
		changed time.Time
		want    []string
	}{
		"among the first":                       {3, now.Add(-48 * time.Hour), []string{"3"}},
		"far behind, and changed since":         {launch.Searched + 50, now, []string{fmt.Sprint(launch.Searched + 50)}},
		"far behind, and changed long ago":      {launch.Searched + 50, now.Add(-48 * time.Hour), nil},
		"not there":                             {-1, now, nil},
		"far behind, within the clock's faults": {launch.Searched + 50, now.Add(-50 * time.Minute), []string{fmt.Sprint(launch.Searched + 50)}},
	} {
		got, err := launch.Recent(list, "ours", now, trace(test.at, test.changed))
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	broken := errors.New("broken")
	fails := func(yield func(int, error) bool) { yield(0, broken) }
	if _, err := launch.Recent(fails, "ours", now, trace(0, now)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestMayHaveChangedSince_WhereItIsNotKnown(t *testing.T) {
	t.Parallel()
	then := time.Date(2030, time.March, 1, 12, 0, 0, 0, time.UTC)
	for changed, want := range map[string]bool{
		"2030-03-01T11:59:59Z": false, "2030-03-01T12:00:00Z": true, "2030-03-01T13:30:00+01:00": true, "": true, "yesterday": true,
	} {
		if got := launch.MayHaveChangedSince(changed, then); got != want {
			t.Errorf("%q: got %v", changed, got)
		}
	}
}
