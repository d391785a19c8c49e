// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

// PlanState is the state of a plan job.
type PlanState string

// The states of a plan job.
const (
	PlanPending PlanState = "pending"
	PlanRunning PlanState = "running"
	PlanSuccess PlanState = "success"
	PlanFailure PlanState = "failure"
)

// PlanJob is a run of a plan.
type PlanJob struct {
	ID          int
	State       PlanState
	Plan        string
	Environment string
	Description string
	// Params are the parameters that may be shown, Sensitive the names of the others.
	Params    map[string]any
	Sensitive []string
	Owner     *access.User
	Userdata  json.RawMessage
	// ScheduleID is the schedule that started the run; 0 if that was a user.
	ScheduleID int

	Created  time.Time
	Changed  time.Time
	Finished time.Time
	// Result is any value that encodes to JSON; nil while the plan runs.
	Result any
	Events []*PlanEvent
	// Jobs are the jobs that the plan started, in order.
	Jobs []*Job

	frames  []*frame
	results []codebase.JobResult
	script  codebase.Script
	current *Job
	pending *timeline.Event
	timeout *timeline.Event
}

// PlanEvent is an event of a plan job.
type PlanEvent struct {
	ID      int
	Type    string
	Time    time.Time
	Details map[string]any
}

// frame is a plan that is running: the plan of the job, or one that it calls.
type frame struct {
	name    string
	steps   []codebase.Step
	next    int
	entered time.Time
}

// Ended reports whether the plan job is over.
func (p *PlanJob) Ended() bool { return p.State == PlanSuccess || p.State == PlanFailure }

// PlanRequest asks for a plan run.
type PlanRequest struct {
	Plan   string
	Params map[string]any
	// Types are the types of the parameters that stand for nodes: query or node_group.
	Types       map[string]string
	Environment string
	Description string
	// Timeout limits the whole plan; 0 does not.
	Timeout  time.Duration
	Userdata json.RawMessage
}

// The types that a parameter of a plan can have in a request.
const (
	ParameterQuery     = "query"
	ParameterNodeGroup = "node_group"
)

// PlanJobs returns all plan jobs by id.
func (e *Engine) PlanJobs() []*PlanJob { return e.planJobs.all() }

// PlanJob returns a plan job.
func (e *Engine) PlanJob(id int) (*PlanJob, error) {
	if p, ok := e.planJobs.get(id); ok {
		return p, nil
	}
	return nil, unknownJob(id)
}

// PrunePlanJob removes a plan job's record as if it had expired, and reports whether there was one.
func (e *Engine) PrunePlanJob(id int) bool { return e.planJobs.remove(id) }

// RunPlan starts a run of a plan.
func (e *Engine) RunPlan(u *access.User, r PlanRequest) (*PlanJob, error) {
	return e.runPlan(origin{user: u}, r)
}

func (e *Engine) runPlan(o origin, r PlanRequest) (*PlanJob, error) {
	plan, params, err := e.checkPlan(o.user, r)
	if err != nil {
		return nil, err
	}
	shown, hidden := plan.Split(params)
	p := &PlanJob{
		ID: e.planJobs.nextID(), State: e.firstPlanState(), Plan: r.Plan, Environment: r.Environment, Description: r.Description,
		Params: shown, Sensitive: hidden, Owner: o.user, Userdata: orEmptyObject(r.Userdata), ScheduleID: o.schedule,
		Created: e.Now(), Changed: e.Now(), script: plan.Execute(codebase.PlanRun{Params: params}),
	}
	p.frames = []*frame{{steps: p.script.Steps}}
	e.planJobs.add(p.ID, p)
	p.pending = e.afterWork(timeReady, func() { e.continuePlan(p) })
	if r.Timeout > 0 {
		p.timeout = e.afterWork(r.Timeout, func() { e.timeOut(p, r.Timeout) })
	}
	return p, nil
}

// firstPlanState is the state of a plan job before its plan runs.
func (e *Engine) firstPlanState() PlanState {
	if e.Has(release.PendingPlans) {
		return PlanPending
	}
	return PlanRunning
}

// checkPlan checks that a plan can be run, and returns it with its parameters, with nodes resolved and defaults added.
func (e *Engine) checkPlan(u *access.User, r PlanRequest) (*codebase.Plan, map[string]any, error) {
	if !codebase.ValidPlanName(r.Plan) {
		return nil, nil, refuse(ValidationError, "Invalid plan name '%s'", r.Plan).with("plan_name", r.Plan)
	}
	environment, ok := e.codebase.Environment(r.Environment)
	if !ok {
		return nil, nil, unknownEnvironment(r.Environment)
	}
	if !e.directory.May(u, "plans", "run", r.Plan) {
		return nil, nil, refuse(NotPermitted, "Not permitted to run plan %s", r.Plan)
	}
	plan, ok := environment.Plan(r.Plan)
	if !ok {
		return nil, nil, refuse(UnknownPlan, "Unknown plan %s", r.Plan)
	}
	params := make(map[string]any, len(r.Params))
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		resolved, err := e.planParameter(u, name, r.Params[name], r.Types[name])
		if err != nil {
			return nil, nil, err
		}
		params[name] = resolved
	}
	params, wrong := plan.Resolve(params)
	if wrong != nil {
		return nil, nil, refuse(ValidationError, "Invalid parameters for plan %s: %v", r.Plan, wrong).
			with("parameter", wrong.Parameter)
	}
	return plan, params, nil
}

// planParameter turns a parameter that stands for nodes into their names.
func (e *Engine) planParameter(u *access.User, name string, value any, kind string) (any, error) {
	var names []string
	switch kind {
	case ParameterQuery:
		if !e.directory.May(u, "nodes", "view_data", access.AnyInstance) {
			return nil, refuse(NotPermitted, "Not permitted to query PuppetDB for parameter '%s'", name)
		}
		found, err := e.runQuery(value)
		if err != nil {
			return nil, refuse(ValidationError, "parameter '%s': %v", name, err).with("parameter", name)
		}
		names = found
	case ParameterNodeGroup:
		id, ok := value.(string)
		if _, known := e.groups.byID[id]; !ok || !known {
			return nil, refuse(ValidationError, "parameter '%s' is not the id of a node group", name).with("parameter", name)
		}
		if !e.maySeeGroup(u, id) {
			return nil, refuse(NotPermitted, "Not permitted to view node group %s for parameter '%s'", id, name)
		}
		names = e.Members(id)
	default:
		return value, nil
	}
	list := make([]any, len(names))
	for i, certname := range names {
		list[i] = certname
	}
	return list, nil
}

// StopPlan interrupts a plan. Jobs that it has started continue. Stopping again, or a plan job that is over, changes nothing.
func (e *Engine) StopPlan(id int) (*PlanJob, error) {
	p, err := e.PlanJob(id)
	if err != nil {
		return nil, err
	}
	if !p.Ended() {
		e.failPlan(p, "Plan was interrupted")
	}
	return p, nil
}

// PlanEventsFrom returns the events with at least the given id.
func (p *PlanJob) PlanEventsFrom(id int) []*PlanEvent {
	at, _ := slices.BinarySearchFunc(p.Events, id, func(e *PlanEvent, id int) int { return e.ID - id })
	return p.Events[at:]
}

// PlanEvent returns one event of a plan job.
func (p *PlanJob) PlanEvent(id int) (*PlanEvent, error) {
	events := p.PlanEventsFrom(id)
	if len(events) == 0 || events[0].ID != id {
		return nil, refuse(MismatchedEvent, "Event %d does not belong to plan job %d", id, p.ID)
	}
	return events[0], nil
}
