// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"net/http"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// classRoutes are those of what the classifier knows about code.
func (a *API) classRoutes() []rest.Route[handler] {
	const v1 = Prefix + "/v1"
	return []rest.Route[handler]{
		{Method: http.MethodGet, Pattern: v1 + "/environments", Handler: a.environments},
		{Method: http.MethodGet, Pattern: v1 + "/environments/{environment}", Handler: a.environment},
		{Method: http.MethodGet, Pattern: v1 + "/classes", Handler: a.classes},
		{Method: http.MethodGet, Pattern: v1 + "/environments/{environment}/classes", Handler: a.classesOf},
		{Method: http.MethodGet, Pattern: v1 + "/environments/{environment}/classes/{class}", Handler: a.oneClass},
		{Method: http.MethodPost, Pattern: v1 + "/update-classes", Handler: a.updateClasses},
		{Method: http.MethodGet, Pattern: v1 + "/last-class-update", Handler: a.lastClassUpdate},
	}
}

// shownEnvironment is an environment in answers.
type shownEnvironment struct {
	Name   string `json:"name"`
	Synced bool   `json:"sync_succeeded"`
}

func (a *API) environments(c *call) (rest.Answer, error) {
	all := []shownEnvironment{}
	for _, e := range a.engine.Codebase().Environments() {
		all = append(all, shownEnvironment{e.Name, true})
	}
	return paged(c, all)
}

// environment answers with one environment; for one that does not exist, with nothing.
func (a *API) environment(c *call) (rest.Answer, error) {
	e, ok := a.engine.Codebase().Environment(c.Vars["environment"])
	if !ok {
		return rest.Answer{Status: http.StatusNotFound}, nil
	}
	return rest.JSON(http.StatusOK, shownEnvironment{e.Name, true}), nil
}

// paged answers with a part of a list.
func paged[T any](c *call, all []T) (rest.Answer, error) {
	limit, err := count(c, "limit")
	if err != nil {
		return rest.Answer{}, err
	}
	offset, err := count(c, "offset")
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, rest.Page(all, limit, offset)), nil
}

// shownClass is a class in answers. The defaults of the parameters are not simulated: they are null.
type shownClass struct {
	Name        string         `json:"name"`
	Environment string         `json:"environment"`
	Parameters  map[string]any `json:"parameters"`
}

func classesOf(e *codebase.Environment) []shownClass {
	all := []shownClass{}
	for _, name := range e.Classes() {
		known, _ := e.Class(name)
		class := shownClass{name, e.Name, map[string]any{}}
		for _, parameter := range known {
			class.Parameters[parameter] = nil
		}
		all = append(all, class)
	}
	return all
}

func (a *API) classes(c *call) (rest.Answer, error) {
	all := []shownClass{}
	for _, e := range a.engine.Codebase().Environments() {
		all = append(all, classesOf(e)...)
	}
	return paged(c, all)
}

func (a *API) classesOf(c *call) (rest.Answer, error) {
	e, ok := a.engine.Codebase().Environment(c.Vars["environment"])
	if !ok {
		return rest.Answer{}, notFound(c.Call)
	}
	return paged(c, classesOf(e))
}

func (a *API) oneClass(c *call) (rest.Answer, error) {
	if e, ok := a.engine.Codebase().Environment(c.Vars["environment"]); ok {
		all := classesOf(e)
		if i := slices.IndexFunc(all, func(class shownClass) bool { return class.Name == c.Vars["class"] }); i >= 0 {
			return rest.JSON(http.StatusOK, all[i]), nil
		}
	}
	return rest.Answer{}, notFound(c.Call)
}

// updateClasses has the classifier read the code again, of one environment or of all. Which permission it takes is not documented: here,
// any on node groups will do.
func (a *API) updateClasses(c *call) (rest.Answer, error) {
	if !a.editsGroups(c.user) {
		return rest.Answer{}, denied("node_groups:modify_children")
	}
	asked := c.Query.Get("environment")
	for _, e := range a.engine.Codebase().Environments() {
		if asked == "" || asked == e.Name {
			e.UpdateClasses()
		}
	}
	updated := a.engine.Now()
	a.classesUpdated = &updated
	return rest.Answer{Status: http.StatusCreated}, nil
}

// editsGroups reports whether a user may edit a group, whichever.
func (a *API) editsGroups(u *access.User) bool {
	for _, g := range a.engine.NodeGroups() {
		for _, action := range []string{"modify_children", "edit_classification", "edit_child_rules"} {
			if a.engine.MayOnGroup(u, action, g.ID) {
				return true
			}
		}
	}
	return false
}

// lastClassUpdate says when the classifier has read the code; null if it has not yet.
func (a *API) lastClassUpdate(*call) (rest.Answer, error) {
	var at any
	if a.classesUpdated != nil {
		at = a.classesUpdated.UTC().Format(timeLayout)
	}
	return rest.JSON(http.StatusOK, map[string]any{"last_update": at}), nil
}
