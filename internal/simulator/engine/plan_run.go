// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

// The types of jobs that plans start and that have more than a name.
const (
	typePlanTask    = "plan_task"
	typePlanCommand = "plan_command"
)

// continuePlan takes the plan's next steps, up to one that takes time.
func (e *Engine) continuePlan(p *PlanJob) {
	p.pending, p.current = nil, nil
	if p.State == PlanPending {
		p.State, p.Changed = PlanRunning, e.Now()
	}
	for !p.Ended() {
		top := p.frames[len(p.frames)-1]
		if top.next == len(top.steps) {
			e.leave(p, top)
			continue
		}
		step := top.steps[top.next]
		top.next++
		if e.take(p, step) {
			return
		}
	}
}

// leave ends the innermost running plan.
func (e *Engine) leave(p *PlanJob, top *frame) {
	p.frames = p.frames[:len(p.frames)-1]
	if len(p.frames) > 0 {
		e.planEvent(p, "plan_end", map[string]any{"plan": top.name, "duration": e.Now().Sub(top.entered).Seconds()})
		return
	}
	var result any
	if p.script.Result != nil {
		result = p.script.Result(p.results)
	}
	e.endPlan(p, PlanSuccess, result, "plan_finished")
}

// take takes one step and reports whether the plan has to wait for it.
func (e *Engine) take(p *PlanJob, step codebase.Step) bool {
	switch {
	case step.Fail != nil:
		e.failPlan(p, *step.Fail)
	case step.Message != "":
		e.planEvent(p, "out_message", map[string]any{"message": step.Message})
	case step.Plan != nil:
		e.planEvent(p, "plan_start", map[string]any{"plan": step.Plan.Name})
		p.frames = append(p.frames, &frame{name: step.Plan.Name, steps: step.Plan.Steps, entered: e.Now()})
	case step.Job != nil:
		return e.takeJob(p, step.Job)
	default:
		p.pending = e.afterWork(step.Pause, func() { e.continuePlan(p) })
		return true
	}
	return false
}

// takeJob starts a job of a plan and reports whether there was one to start.
func (e *Engine) takeJob(p *PlanJob, step *codebase.JobStep) bool {
	if len(step.Targets) == 0 {
		// Work on no targets succeeds without a job.
		p.results = append(p.results, codebase.JobResult{})
		return false
	}
	work, wrong := e.planWork(p, step)
	if wrong != nil {
		e.failPlan(p, *wrong)
		return false
	}
	j := &Job{
		Type: step.Type, Noop: step.Noop, Task: step.Task, Sensitive: []string{}, pooled: true,
	}
	if e.Has(release.PlanJobEnvironments) {
		j.Environment = p.Environment
	}
	j.Options = planJobOptions(p, j, step, work)
	j.begin = func(n *JobNode) outcome { return e.taskRun(j, n, work.taskWork) }
	j.onEnd = func() { e.jobEnded(p, step, j) }
	e.start(j, origin{user: p.Owner, planJob: p.ID}, step.Targets)
	p.Jobs = append(p.Jobs, j)
	p.current = j
	p.Changed = e.Now()
	e.planEvent(p, strings.TrimPrefix(step.Type, "plan_")+"_start", map[string]any{"job-id": j.ID})
	return true
}

// planStepWork is the work of a step, with what answers about its job may show.
type planStepWork struct {
	taskWork
	shown  map[string]any
	hidden []string
}

// planWork returns the work of a step. A plan that runs a task which does not exist, or with wrong parameters, fails.
func (e *Engine) planWork(p *PlanJob, step *codebase.JobStep) (planStepWork, *codebase.PlanError) {
	if step.Type != typePlanTask {
		run := step.Run
		if run == nil {
			run = func(codebase.TaskRun) codebase.Outcome { return codebase.Outcome{Result: map[string]any{}} }
		}
		return planStepWork{taskWork: taskWork{name: step.Object, run: run}}, nil
	}
	var task *codebase.Task
	if environment, ok := e.codebase.Environment(p.Environment); ok {
		task, _ = environment.Task(step.Task)
	}
	if task == nil {
		return planStepWork{}, &codebase.PlanError{
			Kind: "bolt/unknown-task", Msg: fmt.Sprintf("Could not find a task named '%s'", step.Task), Details: map[string]any{},
		}
	}
	params, wrong := task.Resolve(step.Params)
	if wrong != nil {
		return planStepWork{}, &codebase.PlanError{
			Kind: "bolt/validation-error", Msg: fmt.Sprintf("Task %s: %v", step.Task, wrong), Details: map[string]any{},
		}
	}
	shown, hidden := task.Split(params)
	return planStepWork{taskWork: taskWork{name: step.Task, task: task, params: params}, shown: shown, hidden: hidden}, nil
}

// planJobOptions returns the options in answers about the job. Those of other jobs than plan_task are not documented.
func planJobOptions(p *PlanJob, j *Job, step *codebase.JobStep, work planStepWork) []byte {
	options := map[string]any{
		"description": "", "plan_job": p.ID, "noop": nil, "scheduled-job-id": nil,
		"scope": map[string]any{"nodes": step.Targets},
	}
	if step.Noop {
		options["noop"] = true
	}
	if j.Environment != "" {
		options["environment"] = j.Environment
	}
	switch step.Type {
	case typePlanTask:
		options["task"], options["params"], options["sensitive"] = step.Task, work.shown, work.hidden
	case typePlanCommand:
		options["command"] = step.Object
	}
	return raw(options)
}

// jobEnded continues after a job of the plan.
func (e *Engine) jobEnded(p *PlanJob, step *codebase.JobStep, j *Job) {
	if p.Ended() || p.current != j {
		return
	}
	failed := 0
	result := make(codebase.JobResult, len(j.Nodes))
	for i, n := range j.Nodes {
		result[i] = targetResult(step, n)
		if n.State != NodeFinished {
			failed++
		}
	}
	p.results = append(p.results, result)
	if failed > 0 && !step.CatchErrors {
		e.failPlan(p, runFailure(step, failed))
		return
	}
	e.continuePlan(p)
}

func targetResult(step *codebase.JobStep, n *JobNode) codebase.TargetResult {
	r := codebase.TargetResult{
		Target: n.Name, Action: strings.TrimPrefix(step.Type, "plan_"), Object: step.Object, Status: "success", Value: n.Result,
	}
	if step.Type == typePlanTask {
		r.Object = step.Task
	}
	if n.State != NodeFinished {
		r.Status = "failure"
	}
	return r
}

// runFailure is the error of a plan some of whose targets failed.
func runFailure(step *codebase.JobStep, failed int) codebase.PlanError {
	object, targets := step.Object, "targets"
	if step.Type == typePlanTask {
		object = step.Task
	}
	if failed == 1 {
		targets = "target"
	}
	return codebase.PlanError{
		Kind: "bolt/run-failure",
		Msg: fmt.Sprintf("Plan aborted: run_%s '%s' failed on %d %s",
			strings.TrimPrefix(step.Type, "plan_"), object, failed, targets),
		Details: map[string]any{"action": strings.TrimPrefix(step.Type, "plan_"), "object": object, "failed_count": failed},
	}
}

// timeOut ends a plan that exceeds its timeout: its running jobs are interrupted.
func (e *Engine) timeOut(p *PlanJob, timeout time.Duration) {
	current := p.current
	e.failPlan(p, codebase.PlanError{
		Kind: "bolt/plan-timeout", Msg: fmt.Sprintf("Plan exceeded its timeout of %s", timeout), Details: map[string]any{},
	})
	if current != nil && !current.Ended() {
		e.stop(current, true)
	}
}

// failPlan makes a plan fail.
func (e *Engine) failPlan(p *PlanJob, result any) {
	e.endPlan(p, PlanFailure, result, "plan_failed")
}

func (e *Engine) endPlan(p *PlanJob, state PlanState, result any, event string) {
	p.pending.Cancel()
	p.timeout.Cancel()
	p.State, p.Result = state, result
	p.Finished, p.Changed = e.Now(), e.Now()
	p.pending, p.timeout, p.current = nil, nil, nil
	p.frames, p.results, p.script = nil, nil, codebase.Script{}
	e.planEvent(p, event, map[string]any{"plan-id": strconv.Itoa(p.ID), "result": result})
	e.prune(func() { e.planJobs.remove(p.ID) })
}

func (e *Engine) planEvent(p *PlanJob, eventType string, details map[string]any) {
	p.Events = append(p.Events, &PlanEvent{ID: e.nextEvent(), Type: eventType, Time: e.Now(), Details: details})
}

// hurryPlan ends a plan's pause and reports whether there was one. Its jobs are hurried like all others.
func (e *Engine) hurryPlan(p *PlanJob) bool {
	if p.pending == nil {
		return false
	}
	p.pending.Cancel()
	e.continuePlan(p)
	return true
}

// SuspendPlans interrupts all running plans, as a restart of the services does. Their jobs continue.
func (e *Engine) SuspendPlans() {
	for _, p := range e.planJobs.all() {
		if !p.Ended() {
			p.pending.Cancel()
			p.timeout.Cancel()
			p.pending, p.timeout, p.current = nil, nil, nil
		}
	}
}

// FailSuspendedPlans makes the plan jobs fail that were running when the services went down, as the services do when they come up (since
// 2019.8.6).
func (e *Engine) FailSuspendedPlans() {
	for _, p := range e.planJobs.all() {
		if !p.Ended() && p.pending == nil && p.current == nil {
			e.failPlan(p, codebase.PlanError{
				Kind: "puppetlabs.orchestrator/plan-interrupted", Msg: "The plan was running when orchestration services stopped",
				Details: map[string]any{},
			})
		}
	}
}
