// SPDX-License-Identifier: MPL-2.0

package engine

import "time"

// EventType is the type of a job's event.
type EventType string

// The types of a job's events.
const (
	EventNodeRunning  EventType = "node_running"
	EventNodeFinished EventType = "node_finished"
	EventNodeFailed   EventType = "node_failed"
	EventNodeErrored  EventType = "node_errored"
	EventNodeSkipped  EventType = "node_skipped"
	EventJobStopping  EventType = "job_stopping"
	EventJobFinished  EventType = "job_finished"
	EventJobAborted   EventType = "job_aborted"
)

// Event is an event of a job. What it says about a node is derived from the node itself, so that the events of a large job take little
// memory.
type Event struct {
	ID   int
	Type EventType
	Time time.Time
	// Node is nil for events of the job as a whole.
	Node *JobNode
	// State is the state of the job, for events about it.
	State JobState
}

// endEvent is the type of event for the end of work on a node.
func endEvent(state NodeState) EventType {
	switch state {
	case NodeFailed:
		return EventNodeFailed
	case NodeErrored:
		return EventNodeErrored
	case NodeSkipped:
		return EventNodeSkipped
	default:
		return EventNodeFinished
	}
}

func (e *Engine) nodeEvent(j *Job, n *JobNode, t EventType) {
	event := &Event{ID: e.nextEvent(), Type: t, Time: e.Now(), Node: n, State: j.State}
	n.LatestEvent = event.ID
	j.Events = append(j.Events, event)
}

func (e *Engine) jobEvent(j *Job, t EventType) {
	j.Events = append(j.Events, &Event{ID: e.nextEvent(), Type: t, Time: e.Now(), State: j.State})
}
