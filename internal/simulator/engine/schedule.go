// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

// Schedule starts a deploy, a task or a plan at a time, once or repeatedly.
type Schedule struct {
	ID int
	// Legacy is true for a schedule made by a schedule_* command on a server without environment jobs.
	Legacy      bool
	Owner       *access.User
	Description string
	Userdata    json.RawMessage
	// Start is the first run, Interval the time between runs; 0 is a schedule that runs once.
	Start    time.Time
	Interval time.Duration
	// Enabled is false permanently once the schedule was disabled.
	Enabled bool
	// NextRun is zero when no run follows.
	NextRun time.Time
	// LastRun is nil before the first run.
	LastRun *ScheduledRun
	// Work is what is started.
	Work Work

	next    *timeline.Event
	job     *Job
	planJob *PlanJob
}

// Work is a request to start something. Exactly one of its fields is set.
type Work struct {
	Deploy *DeployRequest
	Task   *TaskRequest
	Plan   *PlanRequest
}

// The types of schedules that are not deploy or task.
const typePlan = "plan"

// Type returns deploy, task or plan.
func (w Work) Type() string {
	switch {
	case w.Deploy != nil:
		return TypeDeploy
	case w.Task != nil:
		return TypeTask
	default:
		return typePlan
	}
}

// Name returns the name of the task or plan, empty for a deploy.
func (w Work) Name() string {
	switch {
	case w.Task != nil:
		return w.Task.Task
	case w.Plan != nil:
		return w.Plan.Plan
	default:
		return ""
	}
}

// Environment returns the environment of the work.
func (w Work) Environment() string {
	switch {
	case w.Deploy != nil:
		return w.Deploy.Environment
	case w.Task != nil:
		return w.Task.Environment
	default:
		return w.Plan.Environment
	}
}

// ScheduledRun is a run of a schedule.
type ScheduledRun struct {
	Time time.Time
	// JobID or PlanJobID is what was started. After a submission error it is the number that the run would have had.
	JobID     int
	PlanJobID int
	// SubmissionError says why nothing could be started.
	SubmissionError *Error
}

// Schedules returns all schedules by id, including disabled ones.
func (e *Engine) Schedules() []*Schedule { return e.schedules.all() }

// Schedule returns a schedule.
func (e *Engine) Schedule(id int) (*Schedule, bool) { return e.schedules.get(id) }

// Check checks that the work could be started now.
func (e *Engine) Check(u *access.User, w Work) error {
	var err error
	switch {
	case w.Deploy != nil:
		_, err = e.checkDeploy(u, *w.Deploy)
	case w.Task != nil:
		_, err = e.checkTask(u, *w.Task)
	default:
		err = e.checkScheduledPlan(u, *w.Plan)
	}
	return err
}

// checkScheduledPlan checks a plan like a run of it, but answers as the page about environment jobs says: a bad query is a query-error, and
// one without nodes an empty-target.
func (e *Engine) checkScheduledPlan(u *access.User, r PlanRequest) error {
	for _, name := range slices.Sorted(maps.Keys(r.Types)) {
		if r.Types[name] != ParameterQuery {
			continue
		}
		found, err := e.query(r.Params[name], u)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return emptyTarget(r.Environment, name)
		}
	}
	_, _, err := e.checkPlan(u, r)
	return err
}

// CheckTime refuses a first run in the past.
func (e *Engine) CheckTime(start time.Time) error {
	if start.Before(e.Now()) {
		return refuse(InvalidTime, "The scheduled time %s is in the past", start.UTC().Format(time.RFC3339)).
			with("start_time", start.UTC().Format(time.RFC3339))
	}
	return nil
}

// AddSchedule adds a schedule whose work and time were checked.
func (e *Engine) AddSchedule(s Schedule) *Schedule {
	s.ID = e.schedules.nextID()
	s.Enabled = true
	s.Userdata = orEmptyObject(s.Userdata)
	e.schedules.add(s.ID, &s)
	e.Arm(&s, s.Start, s.Interval)
	return &s
}

// Arm sets the time of a schedule's first run and its interval.
func (e *Engine) Arm(s *Schedule, start time.Time, interval time.Duration) {
	s.Start, s.Interval = start, interval
	e.await(s, start)
}

// await queues the next run.
func (e *Engine) await(s *Schedule, next time.Time) {
	s.next.Cancel()
	s.NextRun = next
	s.next = e.line.At(next, func() { e.fire(s) })
}

// fire runs a schedule. A tick during an active run is skipped: the schedule waits for the next one.
func (e *Engine) fire(s *Schedule) {
	if !e.activeFor(s) {
		s.LastRun = e.launch(s)
	}
	s.next, s.NextRun = nil, time.Time{}
	switch {
	case s.Interval > 0:
		e.await(s, e.Now().Add(s.Interval))
	case s.Legacy:
		// The old list has only schedules that still run, so this one is removed from it.
		e.schedules.remove(s.ID)
	}
}

// launch starts the work of a schedule as its owner.
func (e *Engine) launch(s *Schedule) *ScheduledRun {
	run := &ScheduledRun{Time: e.Now()}
	o := origin{user: s.Owner, schedule: s.ID}
	var err error
	switch w := s.Work; {
	case w.Deploy != nil:
		r := *w.Deploy
		r.Description, r.Userdata = s.Description, s.Userdata
		if s.job, err = e.deploy(o, r); err == nil {
			run.JobID = s.job.ID
		}
	case w.Task != nil:
		r := *w.Task
		r.Description, r.Userdata = s.Description, s.Userdata
		if s.job, err = e.runTask(o, r); err == nil {
			run.JobID = s.job.ID
		}
	default:
		r := *w.Plan
		r.Description, r.Userdata = s.Description, s.Userdata
		if s.planJob, err = e.runPlan(o, r); err == nil {
			run.PlanJobID = s.planJob.ID
		}
	}
	if err != nil {
		e.submissionFailed(s, run, err)
	}
	return run
}

// submissionFailed records why a run could not be started. It has used up a number all the same.
func (e *Engine) submissionFailed(s *Schedule, run *ScheduledRun, err error) {
	if !errors.As(err, &run.SubmissionError) {
		run.SubmissionError = refuse("unknown-error", "%v", err)
	}
	if s.Work.Plan != nil {
		run.PlanJobID = e.planJobs.nextID()
	} else {
		run.JobID = e.jobs.nextID()
	}
}

// DisableSchedule disables a schedule permanently. What it has started continues.
func (e *Engine) DisableSchedule(s *Schedule) {
	s.Enabled = false
	s.next.Cancel()
	s.next, s.NextRun = nil, time.Time{}
}

// RemoveSchedule removes a schedule.
func (e *Engine) RemoveSchedule(id int) {
	if s, ok := e.schedules.get(id); ok {
		e.DisableSchedule(s)
		e.schedules.remove(id)
	}
}

// MayManage reports whether a user may change or delete a schedule: its owner may, and users with the permission for the owner's schedules.
func (e *Engine) MayManage(u *access.User, s *Schedule) bool {
	return u == s.Owner || e.directory.May(u, "scheduled_jobs", "delete", s.Owner.ID)
}

// Parameters returns the parameters of the work that may be shown and the names of the others, according to the current metadata.
func (e *Engine) Parameters(w Work) (shown map[string]any, hidden []string) {
	environment, ok := e.codebase.Environment(w.Environment())
	switch {
	case !ok || w.Deploy != nil:
	case w.Task != nil:
		if task, found := environment.Task(w.Task.Task); found {
			return task.Split(w.Task.Params)
		}
	default:
		if plan, found := environment.Plan(w.Plan.Plan); found {
			return plan.Split(w.Plan.Params)
		}
	}
	return w.params(), []string{}
}

// params returns the parameters of the work, never nil.
func (w Work) params() map[string]any {
	params := map[string]any{}
	switch {
	case w.Task != nil:
		maps.Copy(params, w.Task.Params)
	case w.Plan != nil:
		maps.Copy(params, w.Plan.Params)
	}
	return params
}

// SetGeneration turns the world into one of another generation. It does what an upgrade does: new built-in roles, and the migration of
// schedules to environment jobs.
func (e *Engine) SetGeneration(generation release.Generation) {
	e.config.Generation = generation
	e.directory.Upgrade(generation)
	if generation.EnvironmentJobs() {
		e.migrateSchedules()
	}
}

// migrateSchedules turns the schedules of a server without environment jobs into environment jobs, with new ids unless the old ones are to
// be kept: what PE does with the ids is not documented.
func (e *Engine) migrateSchedules() {
	for _, s := range e.schedules.all() {
		if !s.Legacy {
			continue
		}
		s.Legacy = false
		if e.config.KeepScheduleIDs {
			continue
		}
		e.schedules.remove(s.ID)
		s.ID = e.schedules.nextID()
		e.schedules.add(s.ID, s)
	}
}
