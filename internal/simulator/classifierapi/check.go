// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
)

// check refuses a group that cannot be in the tree. before is the group that it replaces, nil for a new one.
func (a *API) check(g engine.NodeGroup, before *engine.NodeGroup) error {
	for _, other := range a.engine.NodeGroups() {
		if other.ID != g.ID && other.Name == g.Name && other.Environment == g.Environment {
			return &refusal{http.StatusUnprocessableEntity, "uniqueness-violation",
				fmt.Sprintf("A group with name = %s, environment = %s exists.", g.Name, g.Environment), map[string]any{
					"conflict": map[string]string{"name": g.Name, "environment": g.Environment}, "constraintName": "groups_unique_name",
				}}
		}
	}
	if _, ok := a.engine.NodeGroup(g.Parent); !ok && g.Parent != g.ID {
		return &refusal{http.StatusUnprocessableEntity, "missing-parent", "The parent " + g.Parent + " does not exist.",
			map[string]any{"name": g.Name, "parent": g.Parent, "classes": g.Classes}}
	}
	if lineage, cyclic := a.lineage(g, g); cyclic {
		return &refusal{http.StatusUnprocessableEntity, "inheritance-cycle", "The group would be an ancestor of itself.", a.showAll(lineage)}
	}
	missing := a.missing(g, g)
	known := 0
	if before != nil {
		known = len(a.missing(*before, *before))
		for _, other := range a.engine.NodeGroups() {
			lineage, _ := a.lineage(other, g)
			below := slices.ContainsFunc(lineage, func(l engine.NodeGroup) bool { return l.ID == g.ID })
			if other.ID != g.ID && below {
				missing = append(missing, a.missing(other, g)...)
				known += len(a.missing(other, *before))
			}
		}
	}
	if len(missing) > known {
		return &refusal{http.StatusUnprocessableEntity, "missing-referents", missing[0].sentence(), missing}
	}
	return nil
}

// lineage is a group with its ancestors as they are once a group is what changed says. cyclic is true when they end in themselves.
func (a *API) lineage(g, changed engine.NodeGroup) (all []engine.NodeGroup, cyclic bool) {
	for {
		if g.ID == changed.ID {
			g = changed
		}
		all = append(all, g)
		if g.ID == engine.AllNodes && g.Parent == engine.AllNodes {
			return all, false
		}
		if slices.ContainsFunc(all, func(other engine.NodeGroup) bool { return other.ID == g.Parent }) {
			return all, true
		}
		parent, ok := a.engine.NodeGroup(g.Parent)
		if !ok {
			return all, false
		}
		g = parent
	}
}

// referent is a class or a parameter that does not exist.
type referent struct {
	Kind        string `json:"kind"`
	Missing     string `json:"missing"`
	Environment string `json:"environment"`
	Group       string `json:"group"`
	DefinedBy   string `json:"defined_by"`
}

func (r referent) sentence() string {
	word := map[string]string{"missing-class": "class", "missing-parameter": "parameter"}[r.Kind]
	return fmt.Sprintf("The %s %s does not exist in environment %s.", word, r.Missing, r.Environment)
}

// missing are the classes and parameters of a group and its ancestors that the environment of the group does not have. What agents choose
// their environment for is not checked.
func (a *API) missing(g, changed engine.NodeGroup) (missing []referent) {
	if g.Environment == "agent-specified" {
		return nil
	}
	lineage, _ := a.lineage(g, changed)
	for _, by := range lineage {
		for _, class := range slices.Sorted(maps.Keys(by.Classes)) {
			known, ok := a.class(g.Environment, class)
			if !ok {
				missing = append(missing, referent{"missing-class", class, g.Environment, g.Name, by.Name})
				continue
			}
			for _, name := range slices.Sorted(maps.Keys(by.Classes[class])) {
				if !slices.Contains(known, name) {
					missing = append(missing, referent{"missing-parameter", name, g.Environment, g.Name, by.Name})
				}
			}
		}
	}
	return missing
}

// class returns the parameters of a class.
func (a *API) class(environment, name string) (parameters []string, ok bool) {
	e, ok := a.engine.Codebase().Environment(environment)
	if !ok {
		return nil, false
	}
	return e.Class(name)
}

// deleted says which classes and parameters of a group itself no longer exist; nil for none.
func (a *API) deleted(g engine.NodeGroup) map[string]map[string]any {
	const flag = "puppetlabs.classifier/deleted"
	var all map[string]map[string]any
	note := func(class string, value map[string]any) {
		all = filled(all)
		all[class] = value
	}
	for class, parameters := range g.Classes {
		known, ok := a.class(g.Environment, class)
		if !ok {
			if g.Environment != "agent-specified" {
				note(class, map[string]any{flag: true})
			}
			continue
		}
		gone := map[string]any{}
		for name, value := range parameters {
			if !slices.Contains(known, name) {
				gone[name] = map[string]any{flag: true, "value": value}
			}
		}
		if len(gone) > 0 {
			gone[flag] = false
			note(class, gone)
		}
	}
	return all
}

// mayChange refuses callers who may not make a change. Who may modify the children of a group may change everything about them but the
// environment.
func (a *API) mayChange(c *call, before, after engine.NodeGroup) error {
	may := a.engine.MayOnGroup
	if (before.Environment != after.Environment || before.EnvironmentTrumps != after.EnvironmentTrumps) &&
		!may(c.user, "set_environment", before.ID) {
		return denied("node_groups:set_environment:" + before.ID)
	}
	if before.Parent != after.Parent && !may(c.user, "modify_children", after.Parent) {
		return denied("node_groups:modify_children:" + after.Parent)
	}
	if may(c.user, "modify_children", before.Parent) {
		return nil
	}
	if before.Parent != after.Parent {
		return denied("node_groups:modify_children:" + before.Parent)
	}
	if !reflect.DeepEqual(before.Rule, after.Rule) && !may(c.user, "edit_child_rules", before.Parent) {
		return denied("node_groups:edit_child_rules:" + before.Parent)
	}
	if !reflect.DeepEqual(filled(before.ConfigData), filled(after.ConfigData)) && !may(c.user, "edit_config_data", before.ID) {
		return denied("node_groups:edit_config_data:" + before.ID)
	}
	return a.mayClassify(c, before, after)
}

// mayClassify refuses callers who may not change what is left: classes, parameters, variables, name and description.
func (a *API) mayClassify(c *call, before, after engine.NodeGroup) error {
	if a.engine.MayOnGroup(c.user, "edit_classification", before.ID) {
		return nil
	}
	names := before.Name != after.Name || !reflect.DeepEqual(before.Description, after.Description)
	classes := !slices.Equal(slices.Sorted(maps.Keys(before.Classes)), slices.Sorted(maps.Keys(after.Classes)))
	values := !reflect.DeepEqual(filled(before.Classes), filled(after.Classes)) ||
		!reflect.DeepEqual(filled(before.Variables), filled(after.Variables))
	if names || classes || values && !a.engine.MayOnGroup(c.user, "edit_params_and_vars", before.ID) {
		return denied("node_groups:edit_classification:" + before.ID)
	}
	return nil
}
