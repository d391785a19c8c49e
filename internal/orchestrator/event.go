// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// Event is an event of a job or plan job.
type Event struct {
	ID        int64
	Type      string
	Timestamp string
	// Message is the text for people. Events of plan jobs have none.
	Message string
	// Details depend on the type.
	Details map[string]json.RawMessage
}

type eventWire struct {
	ID        text                       `json:"id"`
	Type      string                     `json:"type"`
	Timestamp string                     `json:"timestamp"`
	Message   string                     `json:"message"`
	Details   map[string]json.RawMessage `json:"details"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (e *Event) UnmarshalJSON(data []byte) error {
	var wire eventWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding an event: %w", err)
	}
	id, err := strconv.ParseInt(string(wire.ID), 10, 64)
	if err != nil {
		return fmt.Errorf("decoding an event: its id %s is not a number", brief(string(wire.ID)))
	}
	if id < 1 {
		return fmt.Errorf("decoding an event: it has the id %d, which no event has", id)
	}
	*e = Event{ID: id, Type: wire.Type, Timestamp: wire.Timestamp, Message: trimMessage(wire.Message), Details: wire.Details}
	return nil
}

// Node is the certname that the event is about, "" if it is about the whole job.
func (e Event) Node() string { return stringAt(e.Details, "node") }

// JobID is the id of the job that a plan's event is about, "" if there is none.
func (e Event) JobID() string { return stringAt(e.Details, "job-id") }

// OutMessage is the text that a plan printed (type out_message). Lists cut it to 1,024 bytes; [Client.PlanJobEvent] does not.
func (e Event) OutMessage() string { return stringAt(e.Details, "message") }

// Plan is the nested plan that the event is about (types plan_start and plan_end), "" for other events.
func (e Event) Plan() string { return stringAt(e.Details, "plan") }

// PlanID is the id of the plan job that has ended (types plan_finished and plan_failed), "" for other events.
func (e Event) PlanID() string { return stringAt(e.Details, "plan-id") }

// Duration is how many seconds a nested plan took (type plan_end), nil for other events.
func (e Event) Duration() *float64 {
	var n number
	if json.Unmarshal(orNull(e.Details["duration"]), &n) != nil {
		return nil
	}
	return n.pointer()
}

// longestMessage is the length to which lists cut messages, in bytes, and longestCharacter how many bytes a server may leave out so as not
// to cut a character in two.
const (
	longestMessage   = 1024
	longestCharacter = 4
)

// MayBeCut reports whether the message of an event from a list is so long that the list may have cut it.
func (e Event) MayBeCut() bool { return len(e.OutMessage()) > longestMessage-longestCharacter }

// AllJobEvents yields the events that a job has now, one answer after the other: a server sends all the events of a job in one answer.
func (c *Client) AllJobEvents(ctx context.Context, id string, start int64) iter.Seq2[Event, error] {
	return allEvents(start, func(start int64, each func(Event) bool) (int64, error) {
		return c.events(ctx, start, each, "job", "jobs", id)
	})
}

// AllPlanJobEvents is [Client.AllJobEvents] for a plan job.
func (c *Client) AllPlanJobEvents(ctx context.Context, id string, start int64) iter.Seq2[Event, error] {
	return allEvents(start, func(start int64, each func(Event) bool) (int64, error) {
		return c.events(ctx, start, each, "plan job", "plan_jobs", id)
	})
}

// PlanJobEvent reads one event of a plan job, uncut. The path has no s (PE 2019.4).
func (c *Client) PlanJobEvent(ctx context.Context, id string, event int64) (Event, error) {
	var e Event
	if err := c.get(ctx, &e, nil, "plan_jobs", id, "event", strconv.FormatInt(event, 10)); err != nil {
		return Event{}, fmt.Errorf("reading event %d of plan job %s: %w", event, id, err)
	}
	return e, nil
}

// eventCursor is the member next-events of several answers.
type eventCursor struct {
	Event text `json:"event"`
}

// id is 0 when the answer has none.
func (c eventCursor) id() int64 {
	id, err := strconv.ParseInt(string(c.Event), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// events passes on the events of one answer, and returns where the server says that they continue, 0 if it does not. Errors call the job
// what it is.
func (c *Client) events(ctx context.Context, start int64, each func(Event) bool, what, collection, id string) (next int64, err error) {
	query := url.Values{}
	if start > 0 {
		query.Set("start", strconv.FormatInt(start, 10))
	}
	var cursor eventCursor
	answer := passed[Event, int64]{
		names:  []string{"items"},
		others: map[string]any{"next-events": &cursor},
		key:    func(e Event) int64 { return e.ID },
		yield:  each,
	}
	if err := c.get(ctx, &answer, query, collection, id, "events"); err != nil {
		return 0, fmt.Errorf("reading the events of %s %s: %w", what, id, err)
	}
	return cursor.id(), nil
}

// allEvents yields the events of one answer after the other, up to one without events. According to the manual, next-events repeats the
// request; servers answer the last id plus one. In either case, a cursor that does not advance past the last id seen is replaced.
func allEvents(start int64, fetch func(start int64, each func(Event) bool) (int64, error)) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		read, next, stopped := bound{}, start, false
		each := func(e Event) bool {
			next = max(next, e.ID+1)
			err := read.item()
			stopped = !yield(ofEvents(e, err)) || err != nil
			return !stopped
		}
		for {
			if err := read.request(); err != nil {
				yield(ofEvents(Event{}, err))
				return
			}
			before := read.items
			told, err := fetch(start, each)
			if stopped {
				return
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
			if next = max(next, told); read.items == before || next <= start {
				return
			}
			start = next
		}
	}
}

// ofEvents says what an error is about.
func ofEvents(e Event, err error) (Event, error) {
	if err != nil {
		return Event{}, fmt.Errorf("reading events: %w", err)
	}
	return e, nil
}
