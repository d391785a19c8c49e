// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// shown is a group in answers.
type shown struct {
	Name              string                    `json:"name"`
	ID                string                    `json:"id"`
	Parent            string                    `json:"parent"`
	Environment       string                    `json:"environment"`
	EnvironmentTrumps bool                      `json:"environment_trumps"`
	Description       *string                   `json:"description,omitempty"`
	Serial            int                       `json:"serial_number"`
	Edited            string                    `json:"last_edited"`
	Rule              any                       `json:"rule,omitempty"`
	Classes           map[string]map[string]any `json:"classes"`
	ConfigData        map[string]map[string]any `json:"config_data"`
	Variables         map[string]any            `json:"variables"`
	Deleted           map[string]map[string]any `json:"deleted,omitempty"`
}

func (a *API) show(g engine.NodeGroup) shown {
	return shown{
		g.Name, g.ID, g.Parent, g.Environment, g.EnvironmentTrumps, g.Description, g.Serial,
		g.Edited.UTC().Format(timeLayout), g.Rule, filled(a.readable(g.Classes)), filled(g.ConfigData), filled(g.Variables), a.deleted(g),
	}
}

// readable are classes as they are read.
func (a *API) readable(classes map[string]map[string]any) map[string]map[string]any {
	if !a.engine.Has(release.ParametersAsText) {
		return classes
	}
	read := map[string]map[string]any{}
	for class, parameters := range classes {
		read[class] = map[string]any{}
		for name, value := range parameters {
			switch value.(type) {
			case bool, float64, json.Number:
				read[class][name] = fmt.Sprint(value)
			default:
				read[class][name] = value
			}
		}
	}
	return read
}

func (a *API) showAll(groups []engine.NodeGroup) []shown {
	all := make([]shown, len(groups))
	for i, g := range groups {
		all[i] = a.show(g)
	}
	return all
}

// filled is a map that is an object even when it is empty.
func filled[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

func (a *API) list(c *call) (rest.Answer, error) {
	visible := []engine.NodeGroup{}
	for _, g := range a.engine.NodeGroups() {
		if a.engine.MayOnGroup(c.user, "view", g.ID) {
			visible = append(visible, g)
		}
	}
	return paged(c, a.showAll(visible))
}

// count reads a parameter that is a number of at least 0; 0 where it is not given.
func count(c *call, name string) (int, error) {
	text := c.Query.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, &refusal{http.StatusBadRequest, "malformed-number", "The parameter " + name + " is not a non-negative integer.", nil}
	}
	return n, nil
}

// find returns the group of a path, which the caller may view.
func (a *API) find(c *call) (engine.NodeGroup, error) {
	g, ok := a.engine.NodeGroup(c.Vars["id"])
	if !ok {
		return engine.NodeGroup{}, notFound(c.Call)
	}
	return g, a.require(c, "view", g.ID)
}

func (a *API) read(c *call) (rest.Answer, error) {
	g, err := a.find(c)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.show(g)), nil
}

func (a *API) nodes(c *call) (rest.Answer, error) {
	g, err := a.find(c)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, map[string]any{"nodes": append([]string{}, a.engine.Members(g.ID)...)}), nil
}

func (a *API) create(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	g, err := c.whole(f)
	if err != nil {
		return rest.Answer{}, err
	}
	if g.ID != "" {
		if _, there := a.engine.NodeGroup(g.ID); there {
			return rest.Answer{}, &refusal{http.StatusUnprocessableEntity, "uniqueness-violation", "A group with id = " + g.ID + " exists.",
				map[string]any{"conflict": map[string]string{"id": g.ID}, "constraintName": "groups_pkey"}}
		}
	} else {
		g.ID = a.engine.NewGroupID()
	}
	if err := a.add(c, g); err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{
		Status: http.StatusSeeOther, Header: http.Header{"Location": {c.Base + Prefix + "/v1/groups/" + g.ID}},
	}, nil
}

// add adds a new group.
func (a *API) add(c *call, g engine.NodeGroup) error {
	if err := a.check(g, nil); err != nil {
		return err
	}
	if err := a.require(c, "modify_children", g.Parent); err != nil {
		return err
	}
	if g.Environment != production {
		if err := a.require(c, "set_environment", g.Parent); err != nil {
			return err
		}
	}
	return a.engine.AddNodeGroup(g)
}

func (a *API) put(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	g, err := c.whole(f)
	if err != nil {
		return rest.Answer{}, err
	}
	id := c.Vars["id"]
	if g.ID != "" && g.ID != id {
		return rest.Answer{}, conflictingIDs(g.ID, id)
	}
	g.ID = id
	status := http.StatusCreated
	if before, ok := a.engine.NodeGroup(id); !ok {
		err = a.add(c, g)
	} else if same(before, g) {
		status, err = http.StatusOK, a.require(c, "view", id)
	} else {
		err = a.change(c, before, g)
	}
	if err != nil {
		return rest.Answer{}, err
	}
	g, _ = a.engine.NodeGroup(id)
	return rest.JSON(status, a.show(g)), nil
}

func (a *API) update(c *call) (rest.Answer, error) {
	before, err := a.find(c)
	if err != nil {
		return rest.Answer{}, err
	}
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	combine := replaced
	if a.engine.Has(release.NestedMerge) {
		combine = nested
	}
	after, serial, err := c.merged(f, before, combine)
	if err != nil {
		return rest.Answer{}, err
	}
	if serial != nil && *serial != before.Serial {
		return rest.Answer{}, &refusal{http.StatusConflict, "conflict", "The group was changed by someone else.",
			map[string]int{"serial_number": before.Serial}}
	}
	if after.ID != before.ID {
		return rest.Answer{}, conflictingIDs(after.ID, before.ID)
	}
	if !same(before, after) {
		if err := a.change(c, before, after); err != nil {
			return rest.Answer{}, err
		}
		after, _ = a.engine.NodeGroup(before.ID)
	}
	return rest.JSON(http.StatusOK, a.show(after)), nil
}

// change replaces a group.
func (a *API) change(c *call, before, after engine.NodeGroup) error {
	if before.ID == engine.AllNodes && !reflect.DeepEqual(before.Rule, after.Rule) {
		return &refusal{http.StatusUnprocessableEntity, "root-rule-edit", "The rule of the root group cannot be changed.", nil}
	}
	if err := a.check(after, &before); err != nil {
		return err
	}
	if err := a.mayChange(c, before, after); err != nil {
		return err
	}
	return a.engine.AddNodeGroup(after)
}

func (a *API) remove(c *call) (rest.Answer, error) {
	g, err := a.find(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "modify_children", g.Parent); err != nil {
		return rest.Answer{}, err
	}
	children := []engine.NodeGroup{}
	names := ""
	for _, other := range a.engine.NodeGroups() {
		if other.Parent == g.ID && other.ID != g.ID {
			children = append(children, other)
			names += ", " + other.Name
		}
	}
	if len(children) > 0 {
		return rest.Answer{}, &refusal{http.StatusUnprocessableEntity, "children-present", "The group has children: " + names[2:] + ".",
			map[string]any{"group": a.show(g), "children": a.showAll(children)}}
	}
	a.engine.RemoveNodeGroup(g.ID)
	return rest.Answer{Status: http.StatusNoContent}, nil
}

func conflictingIDs(submitted, fromURL string) error {
	return &refusal{http.StatusBadRequest, "conflicting-ids", "The id of the body differs from that of the URL.",
		map[string]string{"submitted": submitted, "fromUrl": fromURL}}
}

// same reports whether two groups differ in nothing that can be written.
func same(a, b engine.NodeGroup) bool {
	return a.Name == b.Name && a.Parent == b.Parent && a.Environment == b.Environment && a.EnvironmentTrumps == b.EnvironmentTrumps &&
		reflect.DeepEqual(a.Description, b.Description) && reflect.DeepEqual(a.Rule, b.Rule) &&
		reflect.DeepEqual(filled(a.Classes), filled(b.Classes)) && reflect.DeepEqual(filled(a.ConfigData), filled(b.ConfigData)) &&
		reflect.DeepEqual(filled(a.Variables), filled(b.Variables))
}
