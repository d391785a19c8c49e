package orchestrator

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// Event is something that happened in a job or plan job.
type Event struct {
	ID        int64
	Type      string
	Timestamp string
	// Message is the sentence for people. Events of plan jobs have none.
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
		return fmt.Errorf("decoding an event: its id %q is not a number", wire.ID)
	}
	*e = Event{ID: id, Type: wire.Type, Timestamp: wire.Timestamp, Message: trimMessage(wire.Message), Details: wire.Details}
	return nil
}

// Node is the certname that the event is about, "" if it is about the whole job.
func (e Event) Node() string { return stringAt(e.Details, "node") }

// JobID is the id of the job that a plan's event is about, "" if it is about none.
func (e Event) JobID() string { return stringAt(e.Details, "job-id") }

// OutMessage is the text that a plan printed (type out_message). Lists cut it to 1,024 bytes; [Client.PlanJobEvent] does not.
func (e Event) OutMessage() string { return stringAt(e.Details, "message") }

// Events is one answer of an event list.
type Events struct {
	Items []Event
	// Next is where to go on: the lowest id that has not been seen.
	Next int64
}

// JobEvents reads the events of a job from the id start on. 0 reads from the beginning.
func (c *Client) JobEvents(ctx context.Context, id string, start int64) (Events, error) {
	events, err := c.events(ctx, start, "jobs", id, "events")
	if err != nil {
		return Events{}, fmt.Errorf("reading the events of job %s: %w", id, err)
	}
	return events, nil
}

// PlanJobEvents reads the events of a plan job from the id start on. 0 reads from the beginning.
func (c *Client) PlanJobEvents(ctx context.Context, id string, start int64) (Events, error) {
	events, err := c.events(ctx, start, "plan_jobs", id, "events")
	if err != nil {
		return Events{}, fmt.Errorf("reading the events of plan job %s: %w", id, err)
	}
	return events, nil
}

// AllJobEvents yields the events of a job that there are now, one answer after the other.
func (c *Client) AllJobEvents(ctx context.Context, id string, start int64) iter.Seq2[Event, error] {
	return allEvents(start, func(start int64) (Events, error) { return c.JobEvents(ctx, id, start) })
}

// AllPlanJobEvents yields the events of a plan job that there are now, one answer after the other.
func (c *Client) AllPlanJobEvents(ctx context.Context, id string, start int64) iter.Seq2[Event, error] {
	return allEvents(start, func(start int64) (Events, error) { return c.PlanJobEvents(ctx, id, start) })
}

// PlanJobEvent reads one event of a plan job, with nothing cut off. The path has no s (PE 2019.4).
func (c *Client) PlanJobEvent(ctx context.Context, id string, event int64) (Event, error) {
	var e Event
	if err := c.get(ctx, &e, nil, "plan_jobs", id, "event", strconv.FormatInt(event, 10)); err != nil {
		return Event{}, fmt.Errorf("reading event %d of plan job %s: %w", event, id, err)
	}
	return e, nil
}

func (c *Client) events(ctx context.Context, start int64, path ...string) (Events, error) {
	query := url.Values{}
	if start > 0 {
		query.Set("start", strconv.FormatInt(start, 10))
	}
	var answer struct {
		Next struct {
			Event text `json:"event"`
		} `json:"next-events"`
		Items []Event `json:"items"`
	}
	if err := c.get(ctx, &answer, query, path...); err != nil {
		return Events{}, err
	}
	return Events{Items: answer.Items, Next: nextEvent(start, string(answer.Next.Event), answer.Items)}, nil
}

// nextEvent computes the cursor. The manual says that next-events repeats the request, servers answer the last id plus one;
// whichever it is, a cursor that does not advance past the last id seen is replaced.
func nextEvent(start int64, cursor string, items []Event) int64 {
	next := start
	if parsed, err := strconv.ParseInt(cursor, 10, 64); err == nil {
		next = max(next, parsed)
	}
	for _, e := range items {
		next = max(next, e.ID+1)
	}
	return next
}

func allEvents(start int64, read func(start int64) (Events, error)) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			events, err := read(start)
			if err != nil {
				yield(Event{}, err)
				return
			}
			for _, e := range events.Items {
				if !yield(e, nil) {
					return
				}
			}
			if len(events.Items) == 0 || events.Next <= start {
				return
			}
			start = events.Next
		}
	}
}
