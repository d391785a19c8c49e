// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// planJobView is a plan job in answers.
type planJobView struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	State   engine.PlanState `json:"state"`
	Options planJobOptions   `json:"options"`
	// Result is null while the plan runs; a list can leave it out.
	Result    json.RawMessage `json:"result,omitempty"`
	Owner     access.Subject  `json:"owner"`
	Created   string          `json:"created_timestamp,omitempty"`
	Finished  **string        `json:"finished_timestamp,omitempty"`
	Timestamp string          `json:"timestamp,omitempty"`
	Duration  *float64        `json:"duration,omitempty"`
	Events    link            `json:"events"`
	// Status is set when a single plan job is read: the states of the jobs that it started, by job id.
	Status   map[string][]phaseView `json:"status,omitzero"`
	Userdata json.RawMessage        `json:"userdata,omitempty"`
}

// planJobOptions is how a plan was run. What the request called params is called parameters here.
type planJobOptions struct {
	Description    string         `json:"description"`
	PlanName       string         `json:"plan_name"`
	Parameters     map[string]any `json:"parameters"`
	Sensitive      []string       `json:"sensitive"`
	ScheduledJobID *string        `json:"scheduled_job_id"`
	Environment    string         `json:"environment,omitempty"`
}

func (a *API) planJobView(c *call, p *engine.PlanJob) (planJobView, error) {
	result, err := json.Marshal(p.Result)
	if err != nil {
		return planJobView{}, fmt.Errorf("result of plan job %d: %w", p.ID, err)
	}
	finished := optionalTimestamp(p.Finished)
	duration := seconds(a.lasted(p.Created, p.Finished))
	v := planJobView{
		ID: c.url("plan_jobs/%d", p.ID), Name: strconv.Itoa(p.ID), State: p.State,
		Options: planJobOptions{
			Description: p.Description, PlanName: p.Plan, Parameters: p.Params, Sensitive: p.Sensitive, Environment: p.Environment,
		},
		Result: result, Owner: a.subject(p.Owner), Created: timestamp(p.Created), Finished: &finished,
		Timestamp: timestamp(p.Changed), Duration: &duration, Events: link{c.url("plan_jobs/%d/events", p.ID)}, Userdata: p.Userdata,
	}
	if p.ScheduleID != 0 {
		id := strconv.Itoa(p.ScheduleID)
		v.Options.ScheduledJobID = &id
	}
	if a.config.RejectUserdata || a.engine.Has(release.BarePlanJobs) && string(p.Userdata) == "{}" {
		v.Userdata = nil
	}
	return v, nil
}

// planJobsPagination is the pagination member of a list of plan jobs, which echoes less than that of jobs.
type planJobsPagination struct {
	Limit  int  `json:"limit"`
	Offset int  `json:"offset"`
	Total  *int `json:"total"`
}

// listPlanJobs answers GET /plan_jobs.
func (a *API) listPlanJobs(c *call) (rest.Answer, error) {
	p := c.Params()
	orders, order := []string{byTimestamp, "owner", "environment", "name", "state"}, ascending
	if a.generation().PlanJobsByNameDescending() {
		orders, order = []string{"name", byTimestamp, "owner", "environment", "state"}, descending
	}
	page := readPaging(p, defaultLimit, order, orders...)
	withResults := p.Enum("results", "include", "include", "exclude") == "include"
	finished := a.readFinished(p)
	if err := p.Done(); err != nil {
		return rest.Answer{}, err
	}
	var planJobs []*engine.PlanJob
	for _, p := range a.engine.PlanJobs() {
		if finished.includes(p.Finished) {
			planJobs = append(planJobs, p)
		}
	}
	sortBy(planJobs, page.order, planJobOrder(page.orderBy), func(p *engine.PlanJob) int { return p.ID })
	items := make([]planJobView, 0, page.limit)
	for _, p := range rest.Page(planJobs, page.limit, page.offset) {
		v, err := a.planJobView(c, p)
		if err != nil {
			return rest.Answer{}, err
		}
		if !withResults {
			v.Result = nil
		}
		if a.engine.Has(release.UndatedPlanJobs) {
			v.Timestamp = ""
		}
		items = append(items, v)
	}
	return rest.JSON(http.StatusOK, map[string]any{
		"items": items, "pagination": planJobsPagination{Limit: page.limit, Offset: page.offset, Total: a.total(len(planJobs))},
	}), nil
}

func planJobOrder(by string) func(x, y *engine.PlanJob) int {
	switch by {
	case "owner":
		return func(x, y *engine.PlanJob) int { return cmp.Compare(x.Owner.Login, y.Owner.Login) }
	case "environment":
		return func(x, y *engine.PlanJob) int { return cmp.Compare(x.Environment, y.Environment) }
	case "name":
		return func(x, y *engine.PlanJob) int { return cmp.Compare(x.ID, y.ID) }
	case "state":
		return func(x, y *engine.PlanJob) int { return cmp.Compare(x.State, y.State) }
	default:
		return func(x, y *engine.PlanJob) int { return x.Changed.Compare(y.Changed) }
	}
}

// findPlanJob returns the plan job in a path.
func (a *API) findPlanJob(c *call) (*engine.PlanJob, error) {
	id, err := c.integer("id", "job")
	if err != nil {
		return nil, err
	}
	return a.engine.PlanJob(id)
}

// planJob answers GET /plan_jobs/:id.
func (a *API) planJob(c *call) (rest.Answer, error) {
	p, err := a.findPlanJob(c)
	if err != nil {
		return rest.Answer{}, err
	}
	v, err := a.planJobView(c, p)
	if err != nil {
		return rest.Answer{}, err
	}
	v.Status = make(map[string][]phaseView, len(p.Jobs))
	for _, j := range p.Jobs {
		v.Status[strconv.Itoa(j.ID)] = phaseViews(j.Phases)
	}
	if !a.generation().PlanJobTimes() {
		v.Created, v.Finished, v.Duration = "", nil, nil
	}
	return rest.JSON(http.StatusOK, v), nil
}

// planEventView is an event of a plan job in answers.
type planEventView struct {
	ID        string         `json:"id"`
	Type      string         `json:"type"`
	Timestamp string         `json:"timestamp"`
	Details   map[string]any `json:"details"`
}

func newPlanEventView(e *engine.PlanEvent) planEventView {
	return planEventView{ID: strconv.Itoa(e.ID), Type: e.Type, Timestamp: timestamp(e.Time), Details: e.Details}
}

// longestMessage is how many bytes of a message a list of events shows.
const longestMessage = 1024

// shortened cuts the message of an event, between two characters.
func (v planEventView) shortened() planEventView {
	message, ok := v.Details["message"].(string)
	if !ok || len(message) <= longestMessage {
		return v
	}
	end := longestMessage
	for end > 0 && !utf8.RuneStart(message[end]) {
		end--
	}
	v.Details = map[string]any{"message": message[:end]}
	return v
}

// planJobEvents answers GET /plan_jobs/:id/events.
func (a *API) planJobEvents(c *call) (rest.Answer, error) {
	p, err := a.findPlanJob(c)
	if err != nil {
		return rest.Answer{}, err
	}
	params := c.Params()
	start := params.Int("start", 0, 0)
	if err := params.Done(); err != nil {
		return rest.Answer{}, err
	}
	next := a.engine.UpcomingEvent()
	if len(p.Events) > 0 {
		next = p.Events[len(p.Events)-1].ID + 1
	}
	events := p.PlanEventsFrom(start)
	items := make([]planEventView, len(events))
	for i, e := range events {
		items[i] = newPlanEventView(e).shortened()
	}
	return rest.JSON(http.StatusOK, map[string]any{
		"next-events": c.nextEvents(fmt.Sprintf("plan_jobs/%d/events", p.ID), next), "items": items,
	}), nil
}

// planJobEvent answers GET /plan_jobs/:id/event/:event-id, where nothing is cut.
func (a *API) planJobEvent(c *call) (rest.Answer, error) {
	id, err := c.integer("id", "job")
	if err != nil {
		return rest.Answer{}, err
	}
	event, err := c.integer("event", "event")
	if err != nil {
		return rest.Answer{}, err
	}
	p, err := a.engine.PlanJob(id)
	if err != nil {
		return rest.Answer{}, err
	}
	e, err := p.PlanEvent(event)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, newPlanEventView(e)), nil
}
