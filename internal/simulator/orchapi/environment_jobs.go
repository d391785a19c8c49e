// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// environmentJobsLimit is the default limit of the list. It is not documented; the example echoes it.
const environmentJobsLimit = 50

// environmentJobView is a scheduled environment job in answers.
type environmentJobView struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	Enabled     bool   `json:"enabled"`
	Environment string `json:"environment"`
	// Input has parameters without their wrapping, and the names of those that are hidden.
	Input       map[string]any  `json:"input"`
	Owner       access.Subject  `json:"owner"`
	Description string          `json:"description"`
	Schedule    scheduleView    `json:"schedule"`
	NextRun     *timeView       `json:"next_run"`
	LastRun     *lastRunView    `json:"last_run"`
	Userdata    json.RawMessage `json:"userdata"`
}

type scheduleView struct {
	StartTime string        `json:"start_time"`
	Interval  *intervalView `json:"interval"`
}

type intervalView struct {
	Value int64  `json:"value"`
	Units string `json:"units"`
}

type timeView struct {
	Time string `json:"time"`
}

type lastRunView struct {
	Time string       `json:"time"`
	Job  scheduledRun `json:"job"`
}

// scheduledRun is the job of a last run. Its name is a number, unlike that of any other job; after a submission error there is a name but
// no id.
type scheduledRun struct {
	ID              string     `json:"id,omitempty"`
	Name            int        `json:"name"`
	SubmissionError *errorBody `json:"submission_error,omitempty"`
}

func newIntervalView(interval time.Duration) *intervalView {
	if interval == 0 {
		return nil
	}
	return &intervalView{Value: int64(interval / time.Second), Units: "seconds"}
}

func (a *API) environmentJobView(c *call, s *engine.Schedule) environmentJobView {
	v := environmentJobView{
		ID: c.url("scheduled_jobs/environment_jobs/%d", s.ID), Name: strconv.Itoa(s.ID), Type: s.Work.Type(),
		Enabled: s.Enabled, Environment: s.Work.Environment(), Input: a.inputView(s.Work), Owner: a.subject(s.Owner),
		Description: s.Description, Userdata: s.Userdata,
		Schedule: scheduleView{StartTime: timestamp(s.Start), Interval: newIntervalView(s.Interval)},
	}
	if !s.NextRun.IsZero() {
		v.NextRun = &timeView{timestamp(s.NextRun)}
	}
	if s.LastRun != nil {
		v.LastRun = c.lastRunView(s.LastRun)
	}
	return v
}

func (c *call) lastRunView(run *engine.ScheduledRun) *lastRunView {
	v := &lastRunView{Time: timestamp(run.Time)}
	path := "jobs/%d"
	v.Job.Name = run.JobID
	if run.PlanJobID != 0 {
		path, v.Job.Name = "plan_jobs/%d", run.PlanJobID
	}
	if refused := run.SubmissionError; refused != nil {
		v.Job.SubmissionError = &errorBody{Kind: namespace + string(refused.Kind), Msg: refused.Msg, Details: refused.Details}
		return v
	}
	v.Job.ID = c.url(path, v.Job.Name)
	return v
}

// inputView shows what a schedule starts. The manual only shows plans; tasks and deploys show what was sent, without the secrets.
func (a *API) inputView(w engine.Work) map[string]any {
	input := make(map[string]any)
	if w.Deploy != nil {
		maps.Copy(input, w.Deploy.Flags)
		input["scope"], input["noop"] = w.Deploy.Scope.Raw, w.Deploy.Noop
		if w.Deploy.Concurrency > 0 {
			input["concurrency"] = w.Deploy.Concurrency
		}
		return input
	}
	input["name"] = w.Name()
	input["parameters"], input["sensitive_parameters"] = a.engine.Parameters(w)
	if w.Task != nil {
		input["scope"], input["noop"] = w.Task.Scope.Raw, w.Task.Noop
		if w.Task.Concurrency > 0 {
			input["concurrency"] = w.Task.Concurrency
		}
	}
	return input
}

// environmentJobsPagination is the pagination member of a list of environment jobs.
type environmentJobsPagination struct {
	Limit   int    `json:"limit"`
	Offset  int    `json:"offset"`
	Order   string `json:"order"`
	OrderBy string `json:"order_by"`
	Total   int    `json:"total"`
	Type    string `json:"type,omitempty"`
}

// asQueryError turns a problem with a request into a query-error, which is what the endpoints of environment jobs answer to wrong paging
// parameters, to wrong ids, and to callers without permission.
func asQueryError(err error) error {
	if err == nil {
		return nil
	}
	var problem *rest.FieldError
	var refused *engine.Error
	if errors.As(err, &problem) || errors.As(err, &refused) {
		return &engine.Error{Kind: engine.QueryError, Msg: err.Error(), Details: map[string]any{}}
	}
	return err
}

// listEnvironmentJobs answers GET /scheduled_jobs/environment_jobs. Disabled jobs are not listed.
func (a *API) listEnvironmentJobs(c *call) (rest.Answer, error) {
	if err := a.mayView(c); err != nil {
		return rest.Answer{}, asQueryError(err)
	}
	p := c.Params()
	page := readPaging(p, environmentJobsLimit, ascending, "next_run_time", "environment", "owner", "name", "type")
	jobType := p.Enum("type", "", "deploy", "task", "plan")
	if err := p.Done(); err != nil {
		return rest.Answer{}, asQueryError(err)
	}
	schedules := slices.DeleteFunc(a.engine.Schedules(), func(s *engine.Schedule) bool {
		return !s.Enabled || (jobType != "" && s.Work.Type() != jobType)
	})
	sortBy(schedules, page.order, scheduleOrder(page.orderBy), func(s *engine.Schedule) int { return s.ID })
	items := make([]environmentJobView, 0, page.limit)
	for _, s := range rest.Page(schedules, page.limit, page.offset) {
		items = append(items, a.environmentJobView(c, s))
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items, "pagination": environmentJobsPagination{
		Limit: page.limit, Offset: page.offset, Order: page.order, OrderBy: page.orderBy, Total: len(schedules), Type: jobType,
	}}), nil
}

func scheduleOrder(by string) func(x, y *engine.Schedule) int {
	switch by {
	case "environment":
		return func(x, y *engine.Schedule) int { return cmp.Compare(x.Work.Environment(), y.Work.Environment()) }
	case "owner":
		return func(x, y *engine.Schedule) int { return cmp.Compare(x.Owner.Login, y.Owner.Login) }
	case "name":
		return func(x, y *engine.Schedule) int { return cmp.Compare(x.ID, y.ID) }
	case "type":
		return func(x, y *engine.Schedule) int { return cmp.Compare(x.Work.Type(), y.Work.Type()) }
	case "scheduled_time":
		return func(x, y *engine.Schedule) int { return x.Start.Compare(y.Start) }
	default:
		return byNextRun
	}
}

// byNextRun sorts schedules that will not run again last.
func byNextRun(x, y *engine.Schedule) int {
	switch {
	case x.NextRun.IsZero() == y.NextRun.IsZero():
		return x.NextRun.Compare(y.NextRun)
	case x.NextRun.IsZero():
		return 1
	default:
		return -1
	}
}

// findSchedule returns the schedule in a path. According to the documents, an unknown id is a query-error, like an invalid one; a 404 is
// not documented.
func (a *API) findSchedule(c *call) (*engine.Schedule, error) {
	id, err := c.integer("id", "scheduled job")
	if err != nil {
		return nil, asQueryError(err)
	}
	s, ok := a.engine.Schedule(id)
	if !ok {
		return nil, &engine.Error{
			Kind: engine.QueryError, Msg: "Invalid scheduled job id " + c.Vars["id"], Details: map[string]any{},
		}
	}
	return s, nil
}

// environmentJob answers GET /scheduled_jobs/environment_jobs/:id. A disabled job is not shown: the notes of 2021.7 say that deactivated
// jobs do not appear in the responses.
func (a *API) environmentJob(c *call) (rest.Answer, error) {
	if err := a.mayView(c); err != nil {
		return rest.Answer{}, asQueryError(err)
	}
	s, err := a.findSchedule(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if !s.Enabled {
		return rest.Answer{}, &engine.Error{
			Kind: engine.QueryError, Msg: "Invalid scheduled job id " + c.Vars["id"], Details: map[string]any{},
		}
	}
	return rest.JSON(http.StatusOK, a.environmentJobView(c, s)), nil
}
