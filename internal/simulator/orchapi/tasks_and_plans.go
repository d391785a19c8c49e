// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// codeEnvironment is the environment that code was loaded from.
type codeEnvironment struct {
	Name   string  `json:"name"`
	CodeID *string `json:"code_id"`
}

// listedTask is a task in a list.
type listedTask struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Permitted tells whether the caller may run the task, where the server says so.
	Permitted *bool `json:"permitted,omitempty"`
}

// taskView is a task with its details.
type taskView struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Environment codeEnvironment `json:"environment"`
	Metadata    any             `json:"metadata"`
	Files       []codebase.File `json:"files"`
}

// listedPlan is a plan in a list.
type listedPlan struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Permitted bool   `json:"permitted"`
}

// planView is a plan with its details.
type planView struct {
	ID          string                `json:"id"`
	Name        string                `json:"name"`
	Environment codeEnvironment       `json:"environment"`
	Metadata    codebase.PlanMetadata `json:"metadata"`
	Permitted   bool                  `json:"permitted"`
}

// readCode returns the environment that the parameter environment names, production by default.
func (a *API) readCode(c *call) (*codebase.Environment, error) {
	name := c.Params().String("environment", codebase.Production)
	if !codebase.ValidEnvironmentName(name) {
		return nil, invalid("environment", "is not a valid environment name: %q", name)
	}
	environment, ok := a.engine.Codebase().Environment(name)
	if !ok {
		return nil, &engine.Error{
			Kind: engine.UnknownEnvironment, Msg: "Unknown environment " + name, Details: map[string]any{"environment": name},
		}
	}
	return environment, nil
}

// newCodeEnvironment shows an environment with its code id, which is null if no code was deployed.
func newCodeEnvironment(e *codebase.Environment) codeEnvironment {
	view := codeEnvironment{Name: e.Name}
	if id := e.CodeID; id != "" {
		view.CodeID = &id
	}
	return view
}

// listTasks answers GET /tasks.
func (a *API) listTasks(c *call) (rest.Answer, error) {
	environment, err := a.readCode(c)
	if err != nil {
		return rest.Answer{}, err
	}
	tasks := environment.Tasks()
	items := make([]listedTask, len(tasks))
	for i, t := range tasks {
		items[i] = listedTask{ID: c.url("tasks/%s", codebase.Path(t.Name)), Name: t.Name}
		if a.engine.Has(release.PermittedTasks) {
			permitted := a.mayRunTask(c, t.Name)
			items[i].Permitted = &permitted
		}
	}
	return rest.JSON(http.StatusOK, map[string]any{"environment": newCodeEnvironment(environment), "items": items}), nil
}

func (a *API) mayRunTask(c *call, task string) bool { return a.engine.MayRunTask(c.user, task) }

// readTask returns the task that the path names, and the environment that has it.
func (a *API) readTask(c *call) (*codebase.Task, *codebase.Environment, error) {
	name := codebase.NameOf(c.Vars["module"], c.Vars["task"])
	if !codebase.ValidTaskName(name) {
		return nil, nil, invalid("task", "is not a valid task name: %q", name)
	}
	environment, err := a.readCode(c)
	if err != nil {
		return nil, nil, err
	}
	t, ok := environment.Task(name)
	if !ok {
		return nil, nil, &engine.Error{Kind: engine.UnknownTask, Msg: "Unknown task " + name, Details: map[string]any{}}
	}
	return t, environment, nil
}

// taskPermitted answers GET /tasks/:module/:task/permitted, which was on a server's list of routes in 2019. What it answers is not known.
func (a *API) taskPermitted(c *call) (rest.Answer, error) {
	t, _, err := a.readTask(c)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, map[string]bool{"permitted": a.mayRunTask(c, t.Name)}), nil
}

// taskMetadata answers GET /tasks/:module/:task.
func (a *API) taskMetadata(c *call) (rest.Answer, error) {
	t, environment, err := a.readTask(c)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, taskView{
		ID: c.url("tasks/%s", codebase.Path(t.Name)), Name: t.Name, Environment: newCodeEnvironment(environment),
		Metadata: t.Metadata(), Files: t.FilesIn(environment.Name),
	}), nil
}

// listPlans answers GET /plans. The code id of plans is always null.
func (a *API) listPlans(c *call) (rest.Answer, error) {
	environment, err := a.readCode(c)
	if err != nil {
		return rest.Answer{}, err
	}
	plans := environment.Plans()
	items := make([]listedPlan, len(plans))
	for i, p := range plans {
		items[i] = listedPlan{ID: c.url("plans/%s", codebase.Path(p.Name)), Name: p.Name, Permitted: a.mayRunPlan(c, p.Name)}
	}
	return rest.JSON(http.StatusOK, map[string]any{"environment": codeEnvironment{Name: environment.Name}, "items": items}), nil
}

func (a *API) mayRunPlan(c *call, plan string) bool {
	return a.directory.May(c.user, "plans", "run", plan)
}

// planMetadata answers GET /plans/:module/:plan. A plan in a sub-directory has more segments; the form of its path is
// not documented.
func (a *API) planMetadata(c *call) (rest.Answer, error) {
	name := codebase.NameOf(c.Vars["module"], strings.Split(c.Vars["plan"], "/")...)
	if !codebase.ValidPlanName(name) {
		return rest.Answer{}, invalid("plan", "is not a valid plan name: %q", name)
	}
	environment, err := a.readCode(c)
	if err != nil {
		return rest.Answer{}, err
	}
	p, ok := environment.Plan(name)
	if !ok {
		return rest.Answer{}, &engine.Error{Kind: engine.UnknownPlan, Msg: "Unknown plan " + name, Details: map[string]any{}}
	}
	return rest.JSON(http.StatusOK, planView{
		ID: c.url("plans/%s", codebase.Path(name)), Name: name, Environment: codeEnvironment{Name: environment.Name},
		Metadata: p.Metadata(), Permitted: a.mayRunPlan(c, name),
	}), nil
}
