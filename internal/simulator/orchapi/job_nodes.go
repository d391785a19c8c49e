// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// nodeView is a node within a job in answers.
type nodeView struct {
	Name            string           `json:"name"`
	State           engine.NodeState `json:"state"`
	Timestamp       string           `json:"timestamp"`
	Start           *string          `json:"start_timestamp"`
	Finish          *string          `json:"finish_timestamp"`
	Duration        *float64         `json:"duration"`
	TransactionUUID *string          `json:"transaction_uuid"`
	Details         nodeDetails      `json:"details"`
	Result          any              `json:"result"`
	// Transport and LatestEventID are not documented, but recorded.
	Transport     string `json:"transport"`
	LatestEventID int    `json:"latest-event-id,omitempty"`
}

// nodeDetails is the content of a node's last event.
type nodeDetails struct {
	Message   string   `json:"message,omitempty"`
	ReportURL string   `json:"report-url,omitempty"`
	RunTime   *float64 `json:"run-time,omitempty"`
}

// jobNodes answers GET /jobs/:id/nodes.
func (a *API) jobNodes(c *call) (rest.Answer, error) {
	j, err := a.findJob(c)
	if err != nil {
		return rest.Answer{}, err
	}
	p := c.Params()
	limit, offset := p.Int("limit", 1, 0), p.Int("offset", 0, 0)
	orderBy := p.Enum("order_by", "", "name", "duration", "state", "start_timestamp", "finish_timestamp")
	order := p.Enum("order", ascending, ascending, descending)
	// The documented list lacks errored and skipped, although both occur; whether the filter accepts them is not documented.
	state := p.Enum("state", "", "new", "ready", "running", "stopping", "stopped", "finished", "failed", "errored", "skipped")
	if err := p.Done(); err != nil {
		return rest.Answer{}, err
	}
	nodes := j.Nodes
	if state != "" {
		nodes = slices.DeleteFunc(slices.Clone(nodes), func(n *engine.JobNode) bool { return string(n.State) != state })
	}
	nodes = a.sortNodes(nodes, orderBy, order)
	page := rest.Page(nodes, limit, offset)
	items := make([]nodeView, len(page))
	for i, n := range page {
		items[i] = a.nodeView(c, j, n)
	}
	return rest.JSON(http.StatusOK, map[string]any{"next-events": a.jobCursor(c, j), "items": items}), nil
}

// sortNodes returns nodes in the requested order. The default order is not documented: here it is the order of the scope.
func (a *API) sortNodes(nodes []*engine.JobNode, by, order string) []*engine.JobNode {
	if by == "" && order == ascending {
		return nodes
	}
	nodes = slices.Clone(nodes)
	if by == "" {
		slices.Reverse(nodes)
		return nodes
	}
	slices.SortStableFunc(nodes, func(x, y *engine.JobNode) int {
		c := cmp.Or(a.compareNodes(x, y, by), strings.Compare(x.Name, y.Name))
		if order == descending {
			return -c
		}
		return c
	})
	return nodes
}

func (a *API) compareNodes(x, y *engine.JobNode, by string) int {
	switch by {
	case "duration":
		return cmp.Compare(a.nodeDuration(x), a.nodeDuration(y))
	case "state":
		return cmp.Compare(x.State, y.State)
	case "start_timestamp":
		return x.Started.Compare(y.Started)
	case "finish_timestamp":
		return x.Finished.Compare(y.Finished)
	default:
		return strings.Compare(x.Name, y.Name)
	}
}

// nodeDuration returns how long a node took, or has taken so far.
func (a *API) nodeDuration(n *engine.JobNode) time.Duration {
	if n.Started.IsZero() {
		return 0
	}
	return a.lasted(n.Started, n.Finished)
}

func (a *API) nodeView(c *call, j *engine.Job, n *engine.JobNode) nodeView {
	v := nodeView{
		Name: n.Name, State: n.State, Timestamp: timestamp(n.Changed), Start: optionalTimestamp(n.Started),
		Finish: optionalTimestamp(n.Finished), Result: n.Result, Transport: n.Transport, LatestEventID: n.LatestEvent,
	}
	if !n.Started.IsZero() {
		duration := seconds(a.nodeDuration(n))
		v.Duration = &duration
	}
	if id := n.TransactionUUID; id != "" {
		v.TransactionUUID = &id
	}
	switch {
	case n.State == engine.NodeRunning:
		v.Details = nodeDetails{RunTime: v.Duration, Message: strings.TrimSuffix(startMessage(j, n), " ...") + "..."}
	case n.Report != nil:
		v.Details = nodeDetails{Message: n.Message, ReportURL: c.reportURL(n.Report)}
	default:
		v.Details = nodeDetails{Message: n.Message}
	}
	return v
}

// reportURL returns the console's address of a Puppet run's report.
func (c *call) reportURL(r *engine.Report) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(c.Base, "https://"), ":")
	return "https://" + host + "/#/cm/report/" + r.Hash
}
