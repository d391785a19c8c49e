// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"slices"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
)

// TaskTarget holds tasks that may be run on a set of nodes.
type TaskTarget struct {
	ID          int
	DisplayName string
	AllTasks    bool
	// Tasks is empty when AllTasks is set.
	Tasks      []string
	Nodes      []string
	NodeGroups []string
	// PQLQuery is empty if there is none.
	PQLQuery string
}

// AddTaskTarget adds a task-target. Its tasks and nodes need not exist, and names may repeat.
func (e *Engine) AddTaskTarget(t TaskTarget) *TaskTarget {
	t.ID = e.taskTargets.nextID()
	e.taskTargets.add(t.ID, &t)
	return &t
}

// TaskTargets returns all task-targets.
func (e *Engine) TaskTargets() []*TaskTarget { return e.taskTargets.all() }

// TaskTarget returns a task-target.
func (e *Engine) TaskTarget(id int) (*TaskTarget, error) {
	if t, ok := e.taskTargets.get(id); ok {
		return t, nil
	}
	return nil, refuse(UnknownTaskTarget, "Unknown task target %d", id)
}

// RemoveTaskTarget removes a task-target, which PE itself never does.
func (e *Engine) RemoveTaskTarget(id int) { e.taskTargets.remove(id) }

// covers reports whether the task-target includes a task.
func (t *TaskTarget) covers(task string) bool {
	return t.AllTasks || slices.Contains(t.Tasks, task)
}

// pool adds the nodes of the task-target to a set. A query that cannot be run adds none.
func (e *Engine) pool(t *TaskTarget, members map[string]struct{}) {
	for _, name := range t.Nodes {
		members[name] = struct{}{}
	}
	for _, id := range t.NodeGroups {
		for _, name := range e.Members(id) {
			members[name] = struct{}{}
		}
	}
	if t.PQLQuery == "" {
		return
	}
	names, err := e.runQuery(t.PQLQuery)
	if err != nil {
		return
	}
	for _, name := range names {
		members[name] = struct{}{}
	}
}

// taskPermission is where a user may run a task.
type taskPermission struct {
	everywhere bool
	granted    []*TaskTarget
}

// taskPermission finds out where a user may run a task: everywhere with tasks:run, otherwise on the union of the task-targets granted with
// tasks:run_with_constraints.
func (e *Engine) taskPermission(u *access.User, task string) (taskPermission, error) {
	if e.directory.May(u, "tasks", "run", task) {
		return taskPermission{everywhere: true}, nil
	}
	var granted []*TaskTarget
	for _, instance := range e.directory.Instances(u, "tasks", "run_with_constraints") {
		if instance == access.AnyInstance {
			granted = e.taskTargets.all()
			break
		}
		id, err := strconv.Atoi(instance)
		if err != nil {
			continue
		}
		if t, ok := e.taskTargets.get(id); ok {
			granted = append(granted, t)
		}
	}
	granted = slices.DeleteFunc(granted, func(t *TaskTarget) bool { return !t.covers(task) })
	if len(granted) == 0 {
		return taskPermission{}, refuse(NotPermitted, "Not permitted to run task %s", task)
	}
	return taskPermission{granted: granted}, nil
}

// MayRunTask reports whether a user may run a task somewhere.
func (e *Engine) MayRunTask(u *access.User, task string) bool {
	_, err := e.taskPermission(u, task)
	return err == nil
}

// filter keeps the nodes on which the task may be run. PE silently drops the others.
func (e *Engine) filter(p taskPermission, names []string) []string {
	if p.everywhere {
		return names
	}
	members := make(map[string]struct{})
	for _, t := range p.granted {
		e.pool(t, members)
	}
	return slices.DeleteFunc(names, func(name string) bool {
		_, member := members[name]
		return !member
	})
}
