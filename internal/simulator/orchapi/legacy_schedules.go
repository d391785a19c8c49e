// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// scheduleTask answers POST /command/schedule_task.
func (a *API) scheduleTask(c *call) (rest.Answer, error) {
	return a.scheduleLegacy(c, "scheduled_job", func(f *rest.Fields) engine.Work {
		f.Require("task", "params", "scope")
		return engine.Work{Task: &engine.TaskRequest{
			Environment: readEnvironment(f), Task: readTaskName(f, "task"), Params: f.NullableObject("params"),
			Scope: readScope(f, scopeRules{}), Noop: f.Bool("noop"),
		}}
	})
}

// scheduleDeploy answers POST /command/schedule_deploy. In the examples its answer has a job.
func (a *API) scheduleDeploy(c *call) (rest.Answer, error) {
	return a.scheduleLegacy(c, "job", func(f *rest.Fields) engine.Work {
		f.Require("environment", "scope")
		r := &engine.DeployRequest{
			Environment: f.String("environment"), Scope: readScope(f, scopeRules{applications: a.generation().ApplicationTargets()}),
		}
		readDeployFlags(f, r)
		checkNoEnvironment(f, *r)
		return engine.Work{Deploy: r}
	})
}

// schedulePlan answers POST /command/schedule_plan.
func (a *API) schedulePlan(c *call) (rest.Answer, error) {
	return a.scheduleLegacy(c, "scheduled_job", func(f *rest.Fields) engine.Work {
		key := a.generation().SchedulePlanKey()
		f.Require(key)
		if !a.generation().EnvironmentJobs() {
			// The manual of 2021.7 lists params as optional.
			f.Require("params")
		}
		return engine.Work{Plan: &engine.PlanRequest{
			Plan: f.String(key), Environment: readEnvironment(f), Params: f.NullableObject("params"),
		}}
	})
}

// scheduleLegacy schedules work that is read by a function. On servers with environment jobs, where the commands are deprecated and what
// they do is not documented, the schedule becomes an environment job like a migrated one.
func (a *API) scheduleLegacy(c *call, answerKey string, read func(*rest.Fields) engine.Work) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("scheduled_time")
	s := engine.Schedule{
		Legacy: !a.generation().EnvironmentJobs(), Owner: c.user, Description: f.String("description"), Work: read(f),
		Start: readTime(f, "scheduled_time"),
	}
	// The table of schedule_plan has no schedule_options.
	if s.Work.Plan == nil && f.Has("schedule_options") {
		options := f.Fields("schedule_options")
		if options.Has("interval") {
			s.Interval = readInterval(options.Fields("interval"))
		}
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	if err := a.engine.CheckTime(s.Start); err != nil {
		return rest.Answer{}, err
	}
	if err := a.engine.Check(c.user, s.Work); err != nil {
		return rest.Answer{}, err
	}
	name := strconv.Itoa(a.engine.AddSchedule(s).ID)
	reference := jobReference{ID: c.url("scheduled_jobs/%s", name), Name: name}
	if answerKey == "job" {
		reference.ID = c.url("jobs/%s", name)
	}
	if a.engine.Has(release.MisnumberedSchedules) {
		reference.Name = "1" + name
		if answerKey == "job" {
			reference.ID = c.url("jobs/%s", reference.Name)
		}
	}
	return rest.JSON(http.StatusAccepted, map[string]jobReference{answerKey: reference}), nil
}

// legacyScheduleView is a schedule in the old list.
type legacyScheduleView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Type  string `json:"type"`
	Task  string `json:"task,omitempty"`
	Plan  string `json:"plan,omitempty"`
	Scope any    `json:"scope"`
	// Environment is misspelt for tasks and plans, as in the examples.
	Misspelt        string               `json:"enviroment,omitempty"`
	Environment     *string              `json:"environment,omitempty"`
	Owner           access.Subject       `json:"owner"`
	Description     string               `json:"description"`
	NextRun         string               `json:"next_run"`
	ScheduledTime   string               `json:"scheduled_time"`
	ScheduleOptions legacyScheduleOption `json:"schedule_options"`
	Noop            bool                 `json:"noop"`
	JobOptions      map[string]any       `json:"job_options"`
}

type legacyScheduleOption struct {
	Interval *intervalView `json:"interval,omitempty"`
}

func (a *API) legacyScheduleView(c *call, s *engine.Schedule) legacyScheduleView {
	v := legacyScheduleView{
		ID: c.url("scheduled_jobs/%d", s.ID), Name: strconv.Itoa(s.ID), Type: s.Work.Type(), Scope: struct{}{},
		Owner: a.subject(s.Owner), Description: s.Description, NextRun: timestamp(s.NextRun), ScheduledTime: timestamp(s.Start),
		ScheduleOptions: legacyScheduleOption{Interval: newIntervalView(s.Interval)},
	}
	switch w := s.Work; {
	case w.Task != nil:
		v.Task, v.Scope, v.Misspelt, v.Noop = w.Task.Task, w.Task.Scope.Raw, w.Task.Environment, w.Task.Noop
		v.JobOptions = map[string]any{"noop": w.Task.Noop, "task": w.Task.Task}
	case w.Plan != nil:
		v.Plan, v.Misspelt = w.Plan.Plan, w.Plan.Environment
		v.JobOptions = map[string]any{"noop": false, "plan": w.Plan.Plan}
	default:
		v.Scope, v.Environment, v.Noop = w.Deploy.Scope.Raw, &w.Deploy.Environment, w.Deploy.Noop
		v.JobOptions = legacyDeployOptions(w.Deploy)
	}
	return v
}

// legacyDeployOptions returns the flags of a deploy; those in the examples have defaults.
func legacyDeployOptions(r *engine.DeployRequest) map[string]any {
	options := map[string]any{
		"noop": r.Noop, "debug": false, "trace": false, "no_noop": r.NoNoop, "evaltrace": false, "concurrency": nil,
		"enforce_environment": r.Environment != "",
	}
	if r.Concurrency > 0 {
		options["concurrency"] = r.Concurrency
	}
	for key, value := range r.Flags {
		options[key] = value
	}
	return options
}

// legacyPagination is the pagination member of the old list.
type legacyPagination struct {
	Limit   int    `json:"limit"`
	Offset  int    `json:"offset"`
	Total   *int   `json:"total"`
	OrderBy string `json:"order_by"`
	Order   string `json:"order"`
	Type    string `json:"type,omitempty"`
}

// listLegacySchedules answers GET /scheduled_jobs. Where it is enabled again, it is always empty and has no pagination.
func (a *API) listLegacySchedules(c *call) (rest.Answer, error) {
	if a.generation().EnvironmentJobs() {
		return rest.JSON(http.StatusOK, map[string]any{"items": []any{}}), nil
	}
	p := c.Params()
	page := readPaging(p, environmentJobsLimit, ascending, "next_run", "scheduled_time", "name")
	jobType := p.Enum("type", "", "deploy", "task", "plan")
	if err := p.Done(); err != nil {
		return rest.Answer{}, err
	}
	schedules := slices.DeleteFunc(a.engine.Schedules(), func(s *engine.Schedule) bool {
		return !s.Enabled || (jobType != "" && s.Work.Type() != jobType)
	})
	sortBy(schedules, page.order, scheduleOrder(page.orderBy), func(s *engine.Schedule) int { return s.ID })
	items := make([]legacyScheduleView, 0, page.limit)
	for _, s := range rest.Page(schedules, page.limit, page.offset) {
		items = append(items, a.legacyScheduleView(c, s))
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items, "pagination": legacyPagination{
		Limit: page.limit, Offset: page.offset, Total: a.total(len(schedules)), OrderBy: page.orderBy, Order: page.order,
		Type: jobType,
	}}), nil
}

// deleteLegacySchedule answers DELETE /scheduled_jobs/:id. Where it is enabled again, it deletes nothing. The answer to an unknown id is
// not documented.
func (a *API) deleteLegacySchedule(c *call) (rest.Answer, error) {
	if a.generation().EnvironmentJobs() {
		return rest.Answer{Status: http.StatusNoContent}, nil
	}
	id, err := c.integer("id", "job")
	if err != nil {
		return rest.Answer{}, err
	}
	s, ok := a.engine.Schedule(id)
	if !ok {
		return rest.Answer{}, &engine.Error{
			Kind: engine.UnknownJob, Msg: "Unknown job " + c.Vars["id"], Details: map[string]any{"job": c.Vars["id"]},
		}
	}
	if !a.engine.MayManage(c.user, s) {
		// The documented body has no details.
		return rest.Answer{}, &engine.Error{Kind: engine.NotPermitted, Msg: "Not authorized to delete job " + c.Vars["id"]}
	}
	a.engine.RemoveSchedule(id)
	return rest.Answer{Status: http.StatusNoContent}, nil
}
