// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"cmp"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// source is a value that a group gives a node.
type source struct {
	Value any `json:"value"`
	// From is the group that the node is in, DefinedBy the one that has the value: itself, or one above it.
	From      groupRef `json:"from"`
	DefinedBy groupRef `json:"defined_by"`

	by engine.NodeGroup
}

// classification is what the groups of a node make of it.
type classification struct {
	groups      []engine.NodeGroup
	environment any
	classes     map[string]map[string]any
	variables   map[string]any
}

// classifiedV1 answers with the classification of a node in the form of version 1, in which parameters are variables.
func (a *API) classifiedV1(c *call) (rest.Answer, error) {
	result, err := a.classify(c)
	if err != nil {
		return rest.Answer{}, err
	}
	ids := []string{}
	for _, g := range result.groups {
		ids = append(ids, g.ID)
	}
	return rest.JSON(http.StatusOK, map[string]any{
		"name": certnameOf(c), "groups": ids, "environment": result.environment, "classes": result.classes, "parameters": result.variables,
	}), nil
}

// classifiedV2 answers in the form of version 2, in which parameters are those of classes.
func (a *API) classifiedV2(c *call) (rest.Answer, error) {
	result, err := a.classify(c)
	if err != nil {
		return rest.Answer{}, err
	}
	type group struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	groups, classes := []group{}, []string{}
	for _, g := range result.groups {
		groups = append(groups, group{g.ID, g.Name})
	}
	for class := range result.classes {
		classes = append(classes, class)
	}
	slices.SortFunc(groups, func(x, y group) int { return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.ID, y.ID)) })
	slices.Sort(classes)
	return rest.JSON(http.StatusOK, map[string]any{
		"name": certnameOf(c), "groups": groups, "environment": result.environment, "classes": classes, "parameters": result.classes,
	}), nil
}

// certnameOf is the node of the path.
func certnameOf(c *call) string {
	name, err := url.PathUnescape(c.Vars["name"])
	if err != nil {
		return c.Vars["name"]
	}
	return name
}

// classify finds the groups of a node, and merges what they assign. The body has the facts; without one there are none. Which permission it
// takes is not documented: here, that to view all groups.
func (a *API) classify(c *call) (result classification, err error) {
	if err := a.require(c, "view", engine.AllNodes); err != nil {
		return result, err
	}
	facts, trusted := map[string]any{}, map[string]any(nil)
	if len(c.Body) > 0 {
		f, err := c.fields()
		if err != nil {
			return result, err
		}
		facts, trusted = f.Object("fact"), f.Object("trusted")
		if err := c.finish(f); err != nil {
			return result, err
		}
	}
	if result.groups, err = a.engine.Classify(certnameOf(c), facts, trusted); err != nil {
		return result, err
	}
	return result, a.assign(&result)
}

// assign merges what the groups assign, or refuses values that disagree.
func (a *API) assign(result *classification) error {
	conflict := map[string]any{}
	environments := a.settle(result.groups, environmentOf)
	if trumping := slices.DeleteFunc(slices.Clone(environments), func(s source) bool { return !s.by.EnvironmentTrumps }); len(trumping) > 0 {
		environments = trumping
	}
	if disagree(environments) {
		conflict["environment"] = environments
	} else if len(environments) > 0 {
		result.environment = environments[0].Value
	}
	result.classes = map[string]map[string]any{}
	classes := map[string]map[string][]source{}
	for class, names := range assigned(result.groups) {
		result.classes[class] = map[string]any{}
		for _, name := range names {
			sources := a.settle(result.groups, func(g engine.NodeGroup) (any, bool) { v, ok := g.Classes[class][name]; return v, ok })
			if result.classes[class][name] = sources[0].Value; disagree(sources) {
				classes[class] = filled(classes[class])
				classes[class][name] = sources
			}
		}
	}
	if len(classes) > 0 {
		conflict["classes"] = classes
	}
	if variables := a.assignVariables(result); len(variables) > 0 {
		conflict["variables"] = variables
	}
	if len(conflict) > 0 {
		return &refusal{http.StatusInternalServerError, "classification-conflict",
			"The node was not classified, because its groups disagree.", conflict}
	}
	return nil
}

func (a *API) assignVariables(result *classification) map[string][]source {
	result.variables = map[string]any{}
	conflict := map[string][]source{}
	for _, g := range result.groups {
		for name := range g.Variables {
			sources := a.settle(result.groups, func(g engine.NodeGroup) (any, bool) { v, ok := g.Variables[name]; return v, ok })
			if result.variables[name] = sources[0].Value; disagree(sources) {
				conflict[name] = sources
			}
		}
	}
	return conflict
}

func environmentOf(g engine.NodeGroup) (any, bool) { return g.Environment, true }

// assigned are the classes of groups, with the names of the parameters that these set.
func assigned(groups []engine.NodeGroup) map[string][]string {
	all := map[string][]string{}
	for _, g := range groups {
		for class, parameters := range g.Classes {
			names := all[class]
			for name := range parameters {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			all[class] = names
		}
	}
	return all
}

// settle is what counts of the values that groups have: a group overrides those above it.
func (a *API) settle(groups []engine.NodeGroup, value func(engine.NodeGroup) (any, bool)) (sources []source) {
	for _, g := range groups {
		own, ok := value(g)
		if !ok {
			continue
		}
		overridden := slices.ContainsFunc(groups, func(other engine.NodeGroup) bool {
			_, has := value(other)
			return has && other.ID != g.ID && a.isBelow(other, g.ID)
		})
		if !overridden {
			ref := groupRef{g.ID, g.Name, g.Environment}
			sources = append(sources, source{own, ref, ref, g})
		}
	}
	return sources
}

// isBelow reports whether a group has another one above it.
func (a *API) isBelow(g engine.NodeGroup, id string) bool {
	lineage, _ := a.lineage(g, g)
	return slices.ContainsFunc(lineage, func(other engine.NodeGroup) bool { return other.ID == id })
}

// disagree reports whether the values of sources differ.
func disagree(sources []source) bool {
	return slices.ContainsFunc(sources, func(s source) bool { return !reflect.DeepEqual(s.Value, sources[0].Value) })
}
