// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// NodeState is the state of one node in a job.
type NodeState string

// The states of a node. Only finished is a success; skipped nodes did nothing.
const (
	NodeNew      NodeState = "new"
	NodeReady    NodeState = "ready"
	NodeRunning  NodeState = "running"
	NodeStopping NodeState = "stopping"
	NodeStopped  NodeState = "stopped"
	NodeFinished NodeState = "finished"
	NodeFailed   NodeState = "failed"
	NodeErrored  NodeState = "errored"
	NodeSkipped  NodeState = "skipped"
)

// JobNode is one node of a job, as GET /jobs/:id/nodes returns it.
type JobNode struct {
	// Name is the certname.
	Name  string
	State NodeState
	// Timestamp is the time of the last change of state. The API deprecates it in favour of the other two.
	Timestamp       string
	StartTimestamp  string
	FinishTimestamp string
	// Duration is in seconds, so far for a running node. Nil before it runs, and on old servers.
	Duration        *float64
	TransactionUUID string
	// Transport, such as pcp, and LatestEventID are sent by servers, but not documented. The id is 0 when it is not sent.
	Transport     string
	LatestEventID int64
	// Result is the result of the run: the task's own JSON object, an error, or a summary of a Puppet run. Nil when there is none.
	Result json.RawMessage
	// Details is about the last event.
	Details map[string]json.RawMessage
}

type jobNodeWire struct {
	Name            string          `json:"name"`
	State           NodeState       `json:"state"`
	Timestamp       string          `json:"timestamp"`
	StartTimestamp  string          `json:"start_timestamp"`
	FinishTimestamp string          `json:"finish_timestamp"`
	Duration        number          `json:"duration"`
	TransactionUUID string          `json:"transaction_uuid"`
	Transport       string          `json:"transport"`
	LatestEventID   text            `json:"latest-event-id"`
	Result          json.RawMessage `json:"result"`
	Details         json.RawMessage `json:"details"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *JobNode) UnmarshalJSON(data []byte) error {
	var wire jobNodeWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a node of a job: %w", err)
	}
	*n = JobNode{
		Name:            wire.Name,
		State:           wire.State,
		Timestamp:       wire.Timestamp,
		StartTimestamp:  wire.StartTimestamp,
		FinishTimestamp: wire.FinishTimestamp,
		Duration:        wire.Duration.pointer(),
		TransactionUUID: wire.TransactionUUID,
		Transport:       wire.Transport,
	}
	if id, err := strconv.ParseInt(string(wire.LatestEventID), 10, 64); err == nil {
		n.LatestEventID = id
	}
	if !isNull(wire.Result) {
		n.Result = wire.Result
	}
	// Details that are not an object hold nothing that is needed.
	if json.Unmarshal(orNull(wire.Details), &n.Details) != nil {
		n.Details = nil
	}
	return nil
}

// ReportURL is the address of the Puppet run's report in the console, "" if there is none.
func (n JobNode) ReportURL() string { return stringAt(n.Details, "report-url") }

// Message is the server's text about how the node ended: the error of a task, the reason why the node did not run, or the last event. ""
// when there is none.
func (n JobNode) Message() string {
	if message := errorOf(n.Result); message != "" {
		return trimMessage(message)
	}
	return trimMessage(stringAt(n.Details, "message", "detail"))
}

// errorOf finds the error in a node's result. Tasks that fail return _error, an object with a msg or, from other runners, a text; a node
// that could not run anything has msg and kind at the top level; a task that does not exist returns error.
func errorOf(result json.RawMessage) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(orNull(result), &object) != nil {
		return ""
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(orNull(object["_error"]), &inner) == nil && inner != nil {
		return cmp.Or(stringAt(inner, "msg"), stringAt(inner, "kind"))
	}
	if message := stringAt(object, "_error"); message != "" {
		return message
	}
	if stringAt(object, "kind") == "puppetlabs.orchestrator/execution-failure" {
		return stringAt(object, "msg")
	}
	return stringAt(object, "error")
}

// SensitiveKey is the key of a task's result whose value is a secret. Servers from PE 2019.8.6 on redact it.
const SensitiveKey = "_sensitive"

// Deviation is how many resources a Puppet run has found in another state than they should have, whether it has changed them or only
// would have (noop). told is false where the server does not say, as for a node that did not run.
func (n JobNode) Deviation() (resources int64, told bool) {
	var run struct {
		Metrics map[string]number `json:"metrics"`
	}
	if json.Unmarshal(orNull(n.Result), &run) != nil || run.Metrics == nil {
		// Servers of 2016 have them among the details.
		if json.Unmarshal(orNull(n.Details["metrics"]), &run.Metrics) != nil || run.Metrics == nil {
			return 0, false
		}
	}
	count := func(name string) int64 {
		if value := run.Metrics[name].pointer(); value != nil {
			told = true
			return int64(*value)
		}
		return 0
	}
	return max(count("changed"), count("out_of_sync")), told
}

// Output is the text that a task has printed. "" when there is none, and when the task calls a part of its result a secret, which
// the text could show.
func (n JobNode) Output() string {
	var object map[string]json.RawMessage
	if json.Unmarshal(orNull(n.Result), &object) != nil || object[SensitiveKey] != nil {
		return ""
	}
	return cmp.Or(stringAt(object, "_output"), stringAt(object, "output"))
}

// JobNodeFilter narrows and orders GET /jobs/:id/nodes.
type JobNodeFilter struct {
	// State is one state. The documented list lacks errored and skipped (PE 2019.8.7).
	State NodeState
	// OrderBy is name, duration, state, start_timestamp or finish_timestamp; Order is asc or desc (PE 2019.8.5).
	OrderBy, Order string
	// Expected is the number of nodes of the job, if known. The answer has no total, so a short last page could otherwise not be told from
	// the page limit of a server.
	Expected int
	// Range is the part of the list to read (PE 2019.8.5).
	Range Range
	// NextEvent, if it is set, is called for each page with the id at which the job's events continue.
	NextEvent func(id int64)
}

// JobNodes lists the nodes of a job, page by page.
func (c *Client) JobNodes(ctx context.Context, id string, f JobNodeFilter) iter.Seq2[JobNode, error] {
	query := setIf(url.Values{}, "state", string(f.State), "order_by", f.OrderBy, "order", f.Order)
	return list[JobNode]{
		what:  "the nodes of job " + id,
		fetch: pagesOf[JobNode](c, query, "jobs", id, "nodes"),
		read: func(p page[JobNode]) {
			if next := p.next.id(); f.NextEvent != nil && next > 0 {
				f.NextEvent(next)
			}
		},
		key:      func(n JobNode) string { return n.Name },
		expected: f.Expected,
		size:     sizeFor(f.Expected),
		part:     f.Range,
	}.all(ctx)
}
