// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// TaskTarget is a set of tasks together with a set of nodes, the object of the RBAC permission tasks:run_with_constraints.
type TaskTarget struct {
	ID string
	// DisplayName may be absent on reads ("").
	DisplayName string
	// Tasks is empty when AllTasks is true.
	Tasks      []string
	AllTasks   bool
	Nodes      []string
	NodeGroups []string
	PQLQuery   string
}

type taskTargetWire struct {
	ID          text     `json:"id"`
	Name        text     `json:"name"`
	DisplayName string   `json:"display_name"`
	Tasks       []string `json:"tasks"`
	AllTasks    boolean  `json:"all_tasks"`
	Nodes       []string `json:"nodes"`
	NodeGroups  []string `json:"node_groups"`
	PQLQuery    string   `json:"pql_query"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *TaskTarget) UnmarshalJSON(data []byte) error {
	var wire taskTargetWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a task-target: %w", err)
	}
	ref, err := refOf(string(wire.ID), string(wire.Name))
	if err != nil {
		return fmt.Errorf("decoding a task-target: %w", err)
	}
	*t = TaskTarget{
		ID:          ref.ID,
		DisplayName: wire.DisplayName,
		Tasks:       wire.Tasks,
		AllTasks:    wire.AllTasks.value,
		Nodes:       wire.Nodes,
		NodeGroups:  wire.NodeGroups,
		PQLQuery:    wire.PQLQuery,
	}
	// 2019.x servers may leave all_tasks out, and leave tasks out when it is true.
	if !wire.AllTasks.known {
		t.AllTasks = len(wire.Tasks) == 0
	}
	return nil
}

// TaskTargetRequest is the body of POST /command/task_target.
type TaskTargetRequest struct {
	DisplayName string   `json:"display_name"`
	Tasks       []string `json:"tasks,omitempty"`
	// AllTasks is a real boolean; the published examples send a string, which the server refuses.
	AllTasks   *bool    `json:"all_tasks,omitempty"`
	Nodes      []string `json:"nodes"`
	NodeGroups []string `json:"node_groups"`
	PQLQuery   *string  `json:"pql_query,omitempty"`
}

// Matches reports whether the task-target has the content of a request. The order of lists does not matter, and the name may be missing in
// answers.
func (t TaskTarget) Matches(r TaskTargetRequest) bool {
	allTasks := r.AllTasks != nil && *r.AllTasks
	query := ""
	if r.PQLQuery != nil {
		query = *r.PQLQuery
	}
	return (t.DisplayName == r.DisplayName || t.DisplayName == "") && t.AllTasks == allTasks && t.PQLQuery == query &&
		(allTasks || sameSet(t.Tasks, r.Tasks)) && sameSet(t.Nodes, r.Nodes) && sameSet(t.NodeGroups, r.NodeGroups)
}

// sameSet reports whether two lists hold the same values, ignoring order and repetition.
func sameSet(a, b []string) bool {
	return containsAll(a, b) && containsAll(b, a)
}

func containsAll(all, some []string) bool {
	for _, one := range some {
		if !slices.Contains(all, one) {
			return false
		}
	}
	return true
}

// CreateTaskTarget creates a task-target. PE has no call that changes or deletes one.
func (c *Client) CreateTaskTarget(ctx context.Context, r TaskTargetRequest) (Ref, error) {
	// Both lists must be sent, even when they are empty (PE 2021.7).
	if r.Nodes == nil {
		r.Nodes = []string{}
	}
	if r.NodeGroups == nil {
		r.NodeGroups = []string{}
	}
	defer c.taskTargets.Invalidate()
	return c.create(ctx, r, fmt.Sprintf("creating task-target %q", r.DisplayName), "command", "task_target")
}

// TaskTargets lists all task-targets. The API has no pages for them.
func (c *Client) TaskTargets(ctx context.Context) ([]TaskTarget, error) {
	var answer whole[TaskTarget]
	if err := c.get(ctx, &answer, nil, "scopes", "task_targets"); err != nil {
		return nil, fmt.Errorf("listing task-targets: %w", err)
	}
	return answer.items, nil
}

// TaskTarget reads one task-target; many concurrent reads share one list. [IsUnknownTaskTarget] recognises the error when it does not
// exist.
func (c *Client) TaskTarget(ctx context.Context, id string) (TaskTarget, error) {
	return c.taskTargets.Read(ctx, id)
}

func (c *Client) getTaskTarget(ctx context.Context, id string) (TaskTarget, error) {
	var target TaskTarget
	if err := c.get(ctx, &target, nil, "scopes", "task_targets", id); err != nil {
		return TaskTarget{}, fmt.Errorf("reading task-target %s: %w", id, err)
	}
	return target, nil
}

func (c *Client) taskTargetsByID(ctx context.Context) (map[string]TaskTarget, error) {
	targets, err := c.TaskTargets(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]TaskTarget, len(targets))
	for _, target := range targets {
		byID[target.ID] = target
	}
	return byID, nil
}
