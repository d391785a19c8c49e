// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// TaskRequest asks for a task run.
type TaskRequest struct {
	Environment string
	Task        string
	Params      map[string]any
	Scope       Scope
	Description string
	Noop        bool
	// Concurrency is how many nodes run at a time; 0 for any number.
	Concurrency int
	// Timeout limits the run on a node; 0 does not.
	Timeout time.Duration
	// Access has credentials for nodes that are reached over SSH or WinRM.
	Access   []TargetAccess
	Userdata json.RawMessage
}

// TargetAccess says how some hosts are reached.
type TargetAccess struct {
	Hostnames []string
	Transport string
}

// RunTask starts a job that runs a task.
func (e *Engine) RunTask(u *access.User, r TaskRequest) (*Job, error) {
	return e.runTask(origin{user: u}, r)
}

func (e *Engine) runTask(o origin, r TaskRequest) (*Job, error) {
	checked, err := e.checkTask(o.user, r)
	if err != nil {
		return nil, err
	}
	j := &Job{
		Type: TypeTask, Environment: r.Environment, Description: r.Description, Noop: r.Noop, Userdata: r.Userdata,
		Task: r.Task, Sensitive: checked.hidden, Options: taskOptions(o, r, checked), limit: r.Concurrency, pooled: true,
	}
	work := taskWork{name: r.Task, task: checked.task, params: checked.params, access: transports(r.Access)}
	j.begin = func(n *JobNode) outcome { return j.within(r.Timeout, n, e.taskRun(j, n, work)) }
	return e.start(j, o, checked.names), nil
}

// checkedTask is a task run that can be started.
type checkedTask struct {
	// task is nil if there is none of that name: the job then errors on every node.
	task   *codebase.Task
	params map[string]any
	shown  map[string]any
	hidden []string
	names  []string
}

// checkTask checks that a task can be run.
func (e *Engine) checkTask(u *access.User, r TaskRequest) (checkedTask, error) {
	environment, ok := e.codebase.Environment(r.Environment)
	if !ok {
		return checkedTask{}, unknownEnvironment(r.Environment)
	}
	permission, err := e.taskPermission(u, r.Task)
	if err != nil {
		return checkedTask{}, err
	}
	checked, err := checkParams(environment, r)
	if err != nil {
		return checkedTask{}, err
	}
	names, err := e.taskNodes(u, r, permission)
	if err != nil {
		return checkedTask{}, err
	}
	checked.names = names
	return checked, nil
}

// checkParams checks a task's parameters against its metadata, and noop.
func checkParams(environment *codebase.Environment, r TaskRequest) (checkedTask, error) {
	task, ok := environment.Task(r.Task)
	if !ok {
		return checkedTask{params: r.Params, shown: r.Params, hidden: []string{}}, nil
	}
	params, wrong := task.Resolve(r.Params)
	if wrong != nil {
		return checkedTask{}, refuse(ValidationError, "Invalid parameters for task %s: %v", r.Task, wrong).
			with("parameter", wrong.Parameter)
	}
	if r.Noop && !task.SupportsNoop {
		return checkedTask{}, refuse(ValidationError, "Task %s does not support noop", r.Task).with("key", "noop")
	}
	shown, hidden := task.Split(params)
	return checkedTask{task: task, params: params, shown: shown, hidden: hidden}, nil
}

// taskNodes returns the nodes that a task runs on: those of the scope that the user may use.
func (e *Engine) taskNodes(u *access.User, r TaskRequest, permission taskPermission) ([]string, error) {
	within := reach{environment: r.Environment, user: u}
	if !permission.everywhere {
		// Nodes outside PuppetDB, over SSH or WinRM, need the permission to run the task on all nodes.
		within.barred = transports(r.Access)
	}
	names, err := e.resolve(r.Scope, within)
	if err != nil {
		return nil, err
	}
	scoped := make(map[string]struct{}, len(names))
	for _, name := range names {
		scoped[name] = struct{}{}
	}
	for _, access := range r.Access {
		for _, host := range access.Hostnames {
			if _, ok := scoped[host]; !ok {
				return nil, emptyTarget(r.Environment, "targets")
			}
		}
	}
	if names = e.filter(permission, names); len(names) == 0 {
		return nil, refuse(NotPermitted, "Not permitted to run task %s on the requested nodes", r.Task)
	}
	return names, nil
}

// transports maps the hosts of credentials to the way they are reached.
func transports(access []TargetAccess) map[string]string {
	hosts := make(map[string]string)
	for _, a := range access {
		for _, host := range a.Hostnames {
			hosts[host] = a.Transport
		}
	}
	return hosts
}

// taskOptions returns the options in answers about the job.
func taskOptions(o origin, r TaskRequest, checked checkedTask) json.RawMessage {
	options := map[string]any{
		"description": r.Description, "transport": "pxp", "noop": r.Noop, "task": r.Task, "sensitive": checked.hidden,
		"scheduled-job-id": idText(o.schedule), "params": checked.shown, "scope": r.Scope.Raw, "environment": r.Environment,
	}
	if r.Timeout > 0 {
		options["timeout"] = int(r.Timeout / time.Second)
	}
	if r.Concurrency > 0 {
		options["concurrency"] = r.Concurrency
	}
	return raw(options)
}

// taskWork is what a job does on each of its nodes.
type taskWork struct {
	// name is the task's name, or what else the work is.
	name string
	// task is nil for work that is not a task, and for a task that does not exist.
	task *codebase.Task
	// run is the effect of work that is not a task.
	run    func(codebase.TaskRun) codebase.Outcome
	params map[string]any
	access map[string]string
}

// The approximate durations of a task on a node, at time scale 1.
const (
	defaultTask = time.Second
	// failedTask is how long a node takes to find out that it cannot run a task.
	failedTask = 100 * time.Millisecond
)

// taskRun returns how a task, or other work of a plan, ends on a node.
func (e *Engine) taskRun(j *Job, n *JobNode, work taskWork) outcome {
	managed, ok := e.fleet.byName[n.Name]
	transport, brought := work.access[n.Name]
	switch {
	case brought:
		n.Transport = transport
		if !ok {
			managed = &node{Node: Node{Certname: n.Name}, record: &pdbquery.Node{Certname: n.Name}}
		}
	case !ok || !managed.Connected:
		message := fmt.Sprintf("Error running task %s on %s: %s is not connected to the PCP broker", work.name, n.Name, n.Name)
		if ok && managed.Message != "" {
			message = managed.Message
		}
		o := j.errored(n, message)
		o.never = true
		return o
	}
	run := work.run
	if work.task != nil {
		run = work.task.Execute
	}
	if run == nil {
		return outcome{
			state: NodeErrored, duration: failedTask, message: "Invalid task name '" + work.name + "'",
			result: map[string]any{"error": "Invalid task name '" + work.name + "'"},
		}
	}
	done := run(codebase.TaskRun{Node: managed.record, Params: work.params, Noop: j.Noop})
	if done.Hang {
		return j.unresponsive(n)
	}
	o := taskOutcome(j, n, done)
	if !e.config.ShowsSensitiveOutput {
		o.result = redact(o.result)
	}
	if managed.TaskDuration > 0 {
		o.duration = managed.TaskDuration
	}
	if o.duration == 0 {
		o.duration = spread(defaultTask, n.Name)
	}
	return o
}

// taskOutcome translates the outcome of a task.
func taskOutcome(j *Job, n *JobNode, done codebase.Outcome) outcome {
	o := outcome{state: NodeState(done.State), duration: done.Duration, message: done.Message}
	if done.Result != nil {
		o.result = done.Result
	}
	switch done.State {
	case codebase.Errored:
		if o.message == "" {
			o.message = "The agent on " + n.Name + " could not run the task"
		}
		errored := j.errored(n, o.message)
		if o.result == nil {
			o.result = errored.result
		}
	case codebase.Skipped:
		o.never = true
	case codebase.Failed:
	default:
		o.state = NodeFinished
	}
	return o
}

// redact replaces what a task marks as sensitive in its output, as PE does since 2019.8.6.
func redact(result any) any {
	object, ok := result.(map[string]any)
	if _, marked := object["_sensitive"]; !ok || !marked {
		return result
	}
	object = maps.Clone(object)
	object["_sensitive"] = "Sensitive [value redacted]"
	return object
}
