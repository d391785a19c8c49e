// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// eventView is an event of a job in answers.
type eventView struct {
	ID        string           `json:"id"`
	Type      engine.EventType `json:"type"`
	Timestamp string           `json:"timestamp"`
	Details   any              `json:"details"`
	Message   string           `json:"message"`
}

// nodeEventDetails are the details of an event about a node.
type nodeEventDetails struct {
	Node   string `json:"node"`
	Detail any    `json:"detail"`
}

// startDetail says what kind of run was started.
type startDetail struct {
	Noop bool `json:"noop"`
}

// runDetail says how a Puppet run ended. Unlike in the result of a node, noop is a Boolean.
type runDetail struct {
	Hash                 string         `json:"hash"`
	Noop                 bool           `json:"noop"`
	Status               string         `json:"status"`
	Metrics              engine.Metrics `json:"metrics"`
	ReportURL            string         `json:"report-url"`
	Environment          string         `json:"environment"`
	ConfigurationVersion string         `json:"configuration_version"`
}

// jobEvents answers GET /jobs/:id/events.
func (a *API) jobEvents(c *call) (rest.Answer, error) {
	j, err := a.findJob(c)
	if err != nil {
		return rest.Answer{}, err
	}
	p := c.Params()
	start := p.Int("start", 0, 0)
	if err := p.Done(); err != nil {
		return rest.Answer{}, err
	}
	events := j.EventsFrom(start)
	items := make([]eventView, len(events))
	for i, e := range events {
		items[i] = c.eventView(j, e)
	}
	return rest.JSON(http.StatusOK, map[string]any{"next-events": a.jobCursor(c, j), "items": items}), nil
}

// jobCursor points behind the last event of a job. Recorded servers do so, although the manual of 2021.7 says that the cursor repeats the
// request.
func (a *API) jobCursor(c *call, j *engine.Job) cursor {
	next := a.engine.UpcomingEvent()
	if len(j.Events) > 0 {
		next = j.Events[len(j.Events)-1].ID + 1
	}
	return c.nextEvents(fmt.Sprintf("jobs/%d/events", j.ID), next)
}

func (c *call) eventView(j *engine.Job, e *engine.Event) eventView {
	v := eventView{ID: strconv.Itoa(e.ID), Type: e.Type, Timestamp: timestamp(e.Time)}
	switch e.Type {
	case engine.EventJobStopping:
		v.Details, v.Message = struct{}{}, fmt.Sprintf("Job %d is stopping", j.ID)
	case engine.EventJobFinished:
		v.Details, v.Message = map[string]any{"state": e.State}, fmt.Sprintf("Job %d finished", j.ID)
	case engine.EventJobAborted:
		v.Details, v.Message = map[string]any{"state": e.State}, fmt.Sprintf("Job %d aborted", j.ID)
	default:
		v.Details = nodeEventDetails{Node: e.Node.Name, Detail: c.eventDetail(j, e)}
		v.Message = eventMessage(j, e)
	}
	return v
}

// eventDetail returns the detail of an event about a node.
func (c *call) eventDetail(j *engine.Job, e *engine.Event) any {
	switch {
	case e.Type == engine.EventNodeRunning:
		return startDetail{Noop: j.Noop}
	case e.Node.Report != nil:
		r := e.Node.Report
		return runDetail{
			Hash: r.Hash, Noop: r.Noop, Status: r.Status, Metrics: r.Metrics, ReportURL: c.reportURL(r),
			Environment: r.Environment, ConfigurationVersion: r.ConfigurationVersion,
		}
	default:
		return struct{}{}
	}
}

// work names what a job does on its nodes.
func work(j *engine.Job) string {
	switch {
	case j.Type == engine.TypeDeploy:
		return "puppet run"
	case j.Task != "":
		return "task " + j.Task
	default:
		return j.Type
	}
}

// startMessage is the message of an event when the work on a node starts.
func startMessage(j *engine.Job, n *engine.JobNode) string {
	return fmt.Sprintf("Started %s on %s ...", work(j), n.Name)
}

// eventMessage is the message of an event about a node. Those about Puppet runs are recorded.
func eventMessage(j *engine.Job, e *engine.Event) string {
	switch e.Type {
	case engine.EventNodeRunning:
		return startMessage(j, e.Node)
	case engine.EventNodeFinished:
		return fmt.Sprintf("Finished %s on %s - Success! ", work(j), e.Node.Name)
	case engine.EventNodeFailed:
		return fmt.Sprintf("Finished %s on %s - Failed! ", work(j), e.Node.Name)
	case engine.EventNodeSkipped:
		return "Skipped " + e.Node.Name
	default:
		return e.Node.Message
	}
}

// reportItem is the part of a job's report about a node.
type reportItem struct {
	Node  string           `json:"node"`
	State engine.NodeState `json:"state"`
	// Start and Finish are nil where they are left out; what they point to is null before the time has come.
	Start     **string `json:"start_timestamp,omitempty"`
	Finish    **string `json:"finish_timestamp,omitempty"`
	Timestamp string   `json:"timestamp"`
	// Events are event objects, as the public clients model them, or ids, as the manual of 2021.7 says.
	Events []any `json:"events"`
}

// jobReport answers GET /jobs/:id/report.
func (a *API) jobReport(c *call) (rest.Answer, error) {
	j, err := a.findJob(c)
	if err != nil {
		return rest.Answer{}, err
	}
	documented := a.engine.Has(release.ReportItems)
	events := a.reportEvents(c, j, documented)
	items := make([]reportItem, len(j.Nodes))
	for i, n := range j.Nodes {
		items[i] = reportItem{Node: n.Name, State: n.State, Timestamp: timestamp(n.Changed), Events: events[n]}
		if items[i].Events == nil {
			items[i].Events = []any{}
		}
		if !documented {
			start, finish := optionalTimestamp(n.Started), optionalTimestamp(n.Finished)
			items[i].Start, items[i].Finish = &start, &finish
		}
	}
	key := "report"
	if documented {
		key = "items"
	}
	return rest.JSON(http.StatusOK, map[string]any{key: items}), nil
}

// reportEvents returns what a job's report says of the events of its nodes.
func (a *API) reportEvents(c *call, j *engine.Job, ids bool) map[*engine.JobNode][]any {
	events := make(map[*engine.JobNode][]any, len(j.Nodes))
	if !a.engine.Has(release.ReportEvents) {
		return events
	}
	for _, e := range j.Events {
		switch {
		case e.Node == nil:
		case ids:
			events[e.Node] = append(events[e.Node], e.ID)
		default:
			events[e.Node] = append(events[e.Node], c.eventView(j, e))
		}
	}
	return events
}

// jobCatalog answers GET /jobs/:id/catalog, which was on a server's list of routes in 2019. What it answers is not known: here, that no
// catalog of an application belongs to the job.
func (a *API) jobCatalog(c *call) (rest.Answer, error) {
	if _, err := a.findJob(c); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": []any{}}), nil
}
