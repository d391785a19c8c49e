// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// createTaskTarget answers POST /command/task_target. Which permission it needs is not documented: none is required here, because a
// task-target grants nothing before a role names it.
//
// The manual's page spells the kind of its errors puppetlabs.orchetrator/validation-error, which is treated as a typo.
func (a *API) createTaskTarget(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("display_name", "nodes", "node_groups")
	t := engine.TaskTarget{
		DisplayName: f.String("display_name"),
		AllTasks:    f.Bool("all_tasks"),
		Tasks:       f.Strings("tasks"),
		// Public clients send null for empty lists.
		Nodes:      f.NullableStrings("nodes"),
		NodeGroups: f.NullableStrings("node_groups"),
		PQLQuery:   f.String("pql_query"),
	}
	if t.DisplayName == "" {
		f.Fail("display_name", "must not be empty")
	}
	if !t.AllTasks && len(t.Tasks) == 0 {
		f.Fail("tasks", "must not be empty unless all_tasks is true")
	}
	if t.AllTasks {
		// Documented: tasks are ignored then.
		t.Tasks = nil
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	name := strconv.Itoa(a.engine.AddTaskTarget(t).ID)
	return rest.JSON(http.StatusOK, map[string]jobReference{
		"task_target": {ID: c.url("scopes/task_targets/%s", name), Name: name},
	}), nil
}

// taskTargetView is a task-target in answers.
type taskTargetView struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	DisplayName *string  `json:"display_name,omitempty"`
	Tasks       []string `json:"tasks,omitempty"`
	// AllTasks is true, or the string "false", as in every published answer.
	AllTasks   any      `json:"all_tasks"`
	Nodes      []string `json:"nodes"`
	NodeGroups []string `json:"node_groups"`
	PQLQuery   string   `json:"pql_query,omitempty"`
}

func (a *API) taskTargetView(c *call, t *engine.TaskTarget) taskTargetView {
	v := taskTargetView{
		ID: c.url("scopes/task_targets/%d", t.ID), Name: strconv.Itoa(t.ID), DisplayName: &t.DisplayName, Tasks: t.Tasks,
		AllTasks: "false", Nodes: t.Nodes, NodeGroups: t.NodeGroups, PQLQuery: t.PQLQuery,
	}
	if t.AllTasks {
		v.AllTasks = true
	}
	if a.config.UnnamedTaskTargets {
		v.DisplayName = nil
	}
	return v
}

// listTaskTargets answers GET /scopes/task_targets.
func (a *API) listTaskTargets(c *call) (rest.Answer, error) {
	all := a.engine.TaskTargets()
	items := make([]taskTargetView, len(all))
	for i, t := range all {
		items[i] = a.taskTargetView(c, t)
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items}), nil
}

// taskTarget answers GET /scopes/task_targets/:id. The answer to a malformed id is not documented; it counts as unknown.
func (a *API) taskTarget(c *call) (rest.Answer, error) {
	id, err := strconv.Atoi(c.Vars["id"])
	if err != nil {
		return rest.Answer{}, &engine.Error{
			Kind: engine.UnknownTaskTarget, Msg: "Unknown task target " + c.Vars["id"], Details: map[string]any{},
		}
	}
	t, err := a.engine.TaskTarget(id)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.taskTargetView(c, t)), nil
}
