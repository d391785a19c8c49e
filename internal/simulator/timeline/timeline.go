// SPDX-License-Identifier: MPL-2.0

// Package timeline is a discrete-event queue: functions that are due at points in time, run in order by whoever moves the clock.
//
// The simulator uses it instead of timers and goroutines. A job over 20,000 nodes is 40,000 entries in one heap, a schedule is one entry,
// and a test that moves the clock by a week sees every run of that week in the right order.
//
// A Timeline is not safe for concurrent use: its owner guards it together with the world that its events change.
package timeline

import (
	"container/heap"
	"time"
)

// Timeline is a clock with a queue of events.
type Timeline struct {
	now      time.Time
	sequence uint64
	queue    queue
}

// Event is an entry of the queue.
type Event struct {
	timeline *Timeline
	when     time.Time
	sequence uint64
	index    int
	run      func()
}

// gone is the index of an event that is no longer in the queue.
const gone = -1

// New returns a timeline whose clock stands at start.
func New(start time.Time) *Timeline {
	return &Timeline{now: start}
}

// Now returns the time of the clock. While an event runs, that is the time at which the event was due, however late the clock was moved.
func (t *Timeline) Now() time.Time {
	return t.now
}

// Len returns how many events wait.
func (t *Timeline) Len() int {
	return len(t.queue)
}

// At queues run for a point in time. A time that has passed means now: the event runs when the clock next moves, or later in the current
// move. Events due at the same time run in the order in which they were queued.
func (t *Timeline) At(when time.Time, run func()) *Event {
	if when.Before(t.now) {
		when = t.now
	}
	t.sequence++
	event := &Event{timeline: t, when: when, sequence: t.sequence, run: run}
	heap.Push(&t.queue, event)
	return event
}

// After queues run for a time from now.
func (t *Timeline) After(delay time.Duration, run func()) *Event {
	return t.At(t.now.Add(delay), run)
}

// AdvanceTo moves the clock forward and runs every event that is due by then, including those that the events themselves queue. The clock
// never moves back.
func (t *Timeline) AdvanceTo(when time.Time) {
	for len(t.queue) > 0 && !t.queue[0].when.After(when) {
		event, ok := heap.Pop(&t.queue).(*Event)
		if !ok {
			return
		}
		if event.when.After(t.now) {
			t.now = event.when
		}
		event.run()
	}
	if when.After(t.now) {
		t.now = when
	}
}

// Cancel removes the event from the queue. Cancelling an event that ran, or a nil one, does nothing.
func (e *Event) Cancel() {
	if e == nil || e.index == gone {
		return
	}
	heap.Remove(&e.timeline.queue, e.index)
}

// queue orders events by time, then by the order in which they were queued. It implements heap.Interface.
type queue []*Event

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if !q[i].when.Equal(q[j].when) {
		return q[i].when.Before(q[j].when)
	}
	return q[i].sequence < q[j].sequence
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push appends an event; heap.Push calls it.
func (q *queue) Push(x any) {
	event, ok := x.(*Event)
	if !ok {
		return
	}
	event.index = len(*q)
	*q = append(*q, event)
}

// Pop removes the last event; heap.Pop calls it.
func (q *queue) Pop() any {
	old := *q
	last := len(old) - 1
	event := old[last]
	old[last] = nil
	*q = old[:last]
	event.index = gone
	return event
}
