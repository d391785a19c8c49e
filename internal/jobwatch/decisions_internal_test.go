// SPDX-License-Identifier: MPL-2.0

package jobwatch

import (
	"testing"
	"time"
)

// TestTick_MomentsOfACrowd checks when a crowd polls next.
func TestTick_MomentsOfACrowd(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, test := range []struct{ now, interval, want time.Duration }{
		{0, shortestPoll, 275 * ms},
		{274 * ms, shortestPoll, 275 * ms},
		{275 * ms, shortestPoll, 550 * ms}, // whoever has just polled does not poll again at once
		{3 * time.Second, shortestPoll, 3025 * ms},
		{3 * time.Second, shortestPoll + 100*ms, 3025 * ms}, // intervals that are nearly the same have the same moments
		{3 * time.Second, 2 * shortestPoll, 3300 * ms},
		{time.Hour, longestPoll, time.Hour + 1125*ms},
	} {
		if got := tick(test.now, test.interval); got != test.want {
			t.Errorf("tick(%v, %v) is %v, want %v", test.now, test.interval, got, test.want)
		}
	}
}

// TestTick_MomentsOfLongIntervalsAreShared checks that waits of different ages meet.
func TestTick_MomentsOfLongIntervalsAreShared(t *testing.T) {
	t.Parallel()
	for interval := shortestPoll; interval <= longestPoll; interval += 70 * time.Millisecond {
		at := tick(time.Hour, interval)
		if grid := shortestPoll / crowdGrid; at%grid != 0 || at <= time.Hour || at > time.Hour+interval {
			t.Errorf("with an interval of %v, the next poll is after %v", interval, at-time.Hour)
		}
	}
}

func TestAlign_NearestMoment(t *testing.T) {
	t.Parallel()
	grid := shortestPoll / gridPerInterval
	for _, test := range []struct{ at, want time.Duration }{{0, 0}, {grid/2 - 1, 0}, {grid/2 + 1, grid}, {10 * grid, 10 * grid}} {
		if got := align(test.at, shortestPoll); got != test.want {
			t.Errorf("align(%v) is %v, want %v", test.at, got, test.want)
		}
	}
}
