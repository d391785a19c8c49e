// SPDX-License-Identifier: MPL-2.0

package timeline_test

import (
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

var start = time.Date(2026, time.January, 10, 8, 0, 0, 0, time.UTC)

func TestTimeline_RunsEventsByTimeThenInOrder(t *testing.T) {
	t.Parallel()
	line := timeline.New(start)
	var ran []string
	note := func(name string) func() { return func() { ran = append(ran, name) } }

	line.After(2*time.Second, note("late"))
	line.After(time.Second, note("first"))
	line.After(time.Second, note("second"))
	line.At(start.Add(-time.Hour), note("overdue"))

	line.AdvanceTo(start)
	if want := []string{"overdue"}; !slices.Equal(ran, want) {
		t.Fatalf("after no time at all %v ran, want %v", ran, want)
	}
	line.AdvanceTo(start.Add(time.Second))
	line.AdvanceTo(start.Add(time.Minute))
	if want := []string{"overdue", "first", "second", "late"}; !slices.Equal(ran, want) {
		t.Fatalf("ran %v, want %v", ran, want)
	}
	if got, want := line.Now(), start.Add(time.Minute); !got.Equal(want) {
		t.Errorf("the clock stands at %v, want %v", got, want)
	}
}

func TestTimeline_EventSeesItsOwnTimeAndMayQueueMore(t *testing.T) {
	t.Parallel()
	line := timeline.New(start)
	var seen []time.Duration
	var tick func()
	tick = func() {
		seen = append(seen, line.Now().Sub(start))
		line.After(time.Hour, tick)
	}
	line.After(time.Hour, tick)

	line.AdvanceTo(start.Add(3*time.Hour + time.Minute))
	if want := []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour}; !slices.Equal(seen, want) {
		t.Fatalf("ticked at %v, want %v", seen, want)
	}
	if line.Len() != 1 {
		t.Errorf("%d events wait, want the next tick", line.Len())
	}
}

func TestTimeline_Cancel(t *testing.T) {
	t.Parallel()
	line := timeline.New(start)
	var ran []int
	events := make([]*timeline.Event, 0, 10)
	for i := range 10 {
		events = append(events, line.After(time.Duration(i)*time.Second, func() { ran = append(ran, i) }))
	}
	for _, i := range []int{0, 3, 9} {
		events[i].Cancel()
		events[i].Cancel()
	}
	var none *timeline.Event
	none.Cancel()

	line.AdvanceTo(start.Add(time.Minute))
	if want := []int{1, 2, 4, 5, 6, 7, 8}; !slices.Equal(ran, want) {
		t.Fatalf("ran %v, want %v", ran, want)
	}
	events[1].Cancel()
}

func TestTimeline_NeverMovesBack(t *testing.T) {
	t.Parallel()
	line := timeline.New(start)
	line.AdvanceTo(start.Add(time.Hour))
	line.AdvanceTo(start)
	if got, want := line.Now(), start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("the clock stands at %v, want %v", got, want)
	}
}
