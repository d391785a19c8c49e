// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
)

// Job is a job as the server has it.
type Job struct {
	ID          string
	Type        string
	State       string
	Environment string
	Description string
	// Owner is a login.
	Owner string
	// Task is the task's name, empty for jobs that run none.
	Task string
	Noop bool
	// Options is what the API shows as options.
	Options map[string]any
	// Sensitive are the names of hidden parameters.
	Sensitive []string
	Userdata  map[string]any
	Nodes     []JobNode
	// NodeStates counts nodes by state; states without nodes are left out.
	NodeStates map[string]int
	// ScheduleID and PlanJobID are what started the job, empty if that was a user.
	ScheduleID string
	PlanJobID  string
	Created    time.Time
	// Finished is zero before the end.
	Finished time.Time
}

// JobNode is a node within a job.
type JobNode struct {
	Name    string
	State   string
	Message string
	// Result is the result in the API; nil if that is null.
	Result any
}

// PlanJob is a plan job as the server has it.
type PlanJob struct {
	ID          string
	State       string
	Plan        string
	Environment string
	Description string
	// Owner is a login.
	Owner string
	// Parameters are those that are shown, Sensitive the names of the hidden ones.
	Parameters map[string]any
	Sensitive  []string
	Userdata   map[string]any
	// Result is nil while the plan runs.
	Result any
	// Jobs are the ids of the jobs that the plan has started.
	Jobs []string
	// ScheduleID is the schedule that started the plan job, empty if that was a user.
	ScheduleID string
	Created    time.Time
	// Finished is zero before the end.
	Finished time.Time
}

// Schedule is a schedule of either generation as the server has it.
type Schedule struct {
	ID string
	// Legacy is true for a schedule of a server without environment jobs.
	Legacy bool
	// Type is deploy, task or plan; Name is the name of the task or plan.
	Type        string
	Name        string
	Environment string
	Description string
	// Owner is a login.
	Owner    string
	Userdata map[string]any
	// Parameters are those that are shown, Sensitive the names of the hidden ones.
	Parameters map[string]any
	Sensitive  []string
	Start      time.Time
	// Interval is 0 for a schedule that runs once.
	Interval time.Duration
	Enabled  bool
	// NextRun is zero when no run follows, LastRun when there was none.
	NextRun time.Time
	LastRun time.Time
	// LastJobID and LastPlanJobID are what the last run started, SubmissionError is why it started nothing.
	LastJobID       string
	LastPlanJobID   string
	SubmissionError string
}

// TaskTarget is a task-target as the server has it.
type TaskTarget struct {
	ID          string
	DisplayName string
	AllTasks    bool
	Tasks       []string
	Nodes       []string
	NodeGroups  []string
	PQLQuery    string
}

// Role is an RBAC role as the server has it.
type Role struct {
	ID          int
	DisplayName string
	// Description is empty for null as well.
	Description string
	BuiltIn     bool
	Permissions []Permission
	UserIDs     []string
	GroupIDs    []string
}

// textOf writes an id, empty if there is none.
func textOf(id int) string {
	if id == 0 {
		return ""
	}
	return strconv.Itoa(id)
}

// object decodes a JSON object that the server stores as it was sent.
func object(raw json.RawMessage) map[string]any {
	decoded := map[string]any{}
	if err := json.Unmarshal(raw, &decoded); err != nil {
		return map[string]any{}
	}
	return decoded
}

// copyOf returns a value as encoding/json decodes it, so that it shares nothing with the server.
func copyOf(value any) any {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var decoded any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		return nil
	}
	return decoded
}

func newJob(j *engine.Job) Job {
	job := Job{
		ID: textOf(j.ID), Type: j.Type, State: string(j.State), Environment: j.Environment, Description: j.Description,
		Owner: j.Owner.Login, Task: j.Task, Noop: j.Noop, Options: object(j.Options), Sensitive: append([]string{}, j.Sensitive...),
		Userdata: object(j.Userdata), Nodes: make([]JobNode, len(j.Nodes)), NodeStates: make(map[string]int),
		ScheduleID: textOf(j.ScheduleID), PlanJobID: textOf(j.PlanJobID), Created: j.Created, Finished: j.Finished,
	}
	for i, n := range j.Nodes {
		job.Nodes[i] = JobNode{Name: n.Name, State: string(n.State), Message: n.Message, Result: copyOf(n.Result)}
	}
	for state, count := range j.NodeStates() {
		job.NodeStates[string(state)] = count
	}
	return job
}

// Jobs returns all jobs by id.
func (s *Simulator) Jobs() []Job {
	leave := s.enter()
	defer leave()
	all := s.engine.Jobs()
	jobs := make([]Job, len(all))
	for i, j := range all {
		jobs[i] = newJob(j)
	}
	return jobs
}

// Job returns a job by its id, and whether there is one.
func (s *Simulator) Job(id string) (Job, bool) {
	leave := s.enter()
	defer leave()
	number, err := strconv.Atoi(id)
	if err != nil {
		return Job{}, false
	}
	j, err := s.engine.Job(number)
	if err != nil {
		return Job{}, false
	}
	return newJob(j), true
}

// PlanJobs returns all plan jobs by id.
func (s *Simulator) PlanJobs() []PlanJob {
	leave := s.enter()
	defer leave()
	all := s.engine.PlanJobs()
	jobs := make([]PlanJob, len(all))
	for i, p := range all {
		jobs[i] = newPlanJob(p)
	}
	return jobs
}

func newPlanJob(p *engine.PlanJob) PlanJob {
	job := PlanJob{
		ID: textOf(p.ID), State: string(p.State), Plan: p.Plan, Environment: p.Environment, Description: p.Description,
		Owner: p.Owner.Login, Parameters: copied(p.Params), Sensitive: append([]string{}, p.Sensitive...),
		Userdata: object(p.Userdata), Result: copyOf(p.Result), Jobs: make([]string, len(p.Jobs)),
		ScheduleID: textOf(p.ScheduleID), Created: p.Created, Finished: p.Finished,
	}
	for i, j := range p.Jobs {
		job.Jobs[i] = textOf(j.ID)
	}
	return job
}

// copied returns parameters as encoding/json decodes them.
func copied(params map[string]any) map[string]any {
	if decoded, ok := copyOf(params).(map[string]any); ok {
		return decoded
	}
	return map[string]any{}
}

// Schedules returns all schedules by id, including disabled ones.
func (s *Simulator) Schedules() []Schedule {
	leave := s.enter()
	defer leave()
	all := s.engine.Schedules()
	schedules := make([]Schedule, len(all))
	for i, entry := range all {
		schedules[i] = s.newSchedule(entry)
	}
	return schedules
}

func (s *Simulator) newSchedule(e *engine.Schedule) Schedule {
	shown, hidden := s.engine.Parameters(e.Work)
	schedule := Schedule{
		ID: textOf(e.ID), Legacy: e.Legacy, Type: e.Work.Type(), Name: e.Work.Name(), Environment: e.Work.Environment(),
		Description: e.Description, Owner: e.Owner.Login, Userdata: object(e.Userdata), Parameters: copied(shown),
		Sensitive: hidden, Start: e.Start, Interval: e.Interval, Enabled: e.Enabled, NextRun: e.NextRun,
	}
	if run := e.LastRun; run != nil {
		schedule.LastRun = run.Time
		if run.SubmissionError != nil {
			schedule.SubmissionError = run.SubmissionError.Msg
		} else {
			schedule.LastJobID, schedule.LastPlanJobID = textOf(run.JobID), textOf(run.PlanJobID)
		}
	}
	return schedule
}

// TaskTargets returns all task-targets by id.
func (s *Simulator) TaskTargets() []TaskTarget {
	leave := s.enter()
	defer leave()
	all := s.engine.TaskTargets()
	targets := make([]TaskTarget, len(all))
	for i, t := range all {
		targets[i] = TaskTarget{
			ID: textOf(t.ID), DisplayName: t.DisplayName, AllTasks: t.AllTasks, Tasks: append([]string{}, t.Tasks...),
			Nodes: append([]string{}, t.Nodes...), NodeGroups: append([]string{}, t.NodeGroups...), PQLQuery: t.PQLQuery,
		}
	}
	return targets
}

// Roles returns all roles by id.
func (s *Simulator) Roles() []Role {
	leave := s.enter()
	defer leave()
	all := s.directory.Roles()
	roles := make([]Role, len(all))
	for i, r := range all {
		roles[i] = Role{
			ID: r.ID, DisplayName: r.DisplayName, BuiltIn: r.BuiltIn, Permissions: r.Permissions(), UserIDs: r.UserIDs(),
			GroupIDs: r.GroupIDs(),
		}
		if r.Description != nil {
			roles[i].Description = *r.Description
		}
	}
	return roles
}
