// SPDX-License-Identifier: MPL-2.0

package classifier

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Parameters are values by class and parameter. A nil class or value is null, which removes it in a [Delta].
type Parameters map[string]map[string]json.RawMessage

// Variables are values by the name of a variable. A nil value is null, which removes it in a [Delta].
type Variables map[string]json.RawMessage

// Group is a node group. It has its own values only, none that are inherited.
type Group struct {
	// ID is a UUID in lower case.
	ID string `json:"id"`
	// Name is unique within the environment.
	Name string `json:"name"`
	// Parent is the id of the parent. The group All Nodes is its own.
	Parent string `json:"parent"`
	// Environment is also agent-specified.
	Environment string `json:"environment"`
	// EnvironmentTrumps is what the console calls an environment group.
	EnvironmentTrumps bool `json:"environment_trumps"`
	// Description is nil for none.
	Description *string `json:"description,omitempty"`
	// Rule is the condition as the classifier has it, with the pinned nodes; nil for none.
	Rule       json.RawMessage `json:"rule,omitempty"`
	Classes    Parameters      `json:"classes"`
	ConfigData Parameters      `json:"config_data,omitzero"`
	Variables  Variables       `json:"variables,omitzero"`
	// Deleted says which classes and parameters of the group no longer exist; nil for none. See [Group.Gone].
	Deleted json.RawMessage `json:"deleted,omitempty"`
	// SerialNumber counts the changes of a group; nil on servers that do not say.
	SerialNumber *int64 `json:"serial_number,omitempty"`
	// LastEdited is when the group was changed, as the server writes it; empty on servers that do not say.
	LastEdited string `json:"last_edited,omitempty"`
}

// Gone is a class that no longer exists, or that no longer has some parameters.
type Gone struct {
	// Class is true when the whole class is gone.
	Class bool
	// Parameters are the names of those that are gone, sorted.
	Parameters []string
}

// Gone returns what the group refers to and no longer exists, by class (manual of 2019.7). What has another form says nothing: a group is
// of use without it.
func (g *Group) Gone() map[string]Gone {
	const flag = "puppetlabs.classifier/deleted"
	var classes map[string]map[string]any
	if json.Unmarshal(g.Deleted, &classes) != nil {
		return nil
	}
	gone := make(map[string]Gone, len(classes))
	for class, members := range classes {
		is := Gone{Class: members[flag] == true}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if parameter, ok := members[name].(map[string]any); ok && parameter[flag] == true {
				is.Parameters = append(is.Parameters, name)
			}
		}
		if is.Class || len(is.Parameters) > 0 {
			gone[class] = is
		}
	}
	return gone
}

// Check implements [httpapi.Checker].
func (g *Group) Check() error {
	if g.ID == "" || g.Name == "" {
		return errors.New("a node group without an id or a name is none")
	}
	if string(g.Rule) == "null" {
		g.Rule = nil
	}
	return nil
}

// errOtherGroup says that an answer is about another group than the request.
var errOtherGroup = errors.New("the server has answered with another node group")

// of is the group, or an error if it is not the one with an id.
func (g Group) of(id, doing string) (Group, error) {
	if g.ID != id {
		return Group{}, fmt.Errorf("%s the node group %s: %w", doing, id, errOtherGroup)
	}
	return g, nil
}

// NewGroup is the body of POST /groups and of PUT /groups/:id. What is nil is left to the server.
type NewGroup struct {
	ID                string          `json:"id,omitempty"`
	Name              string          `json:"name"`
	Parent            string          `json:"parent"`
	Environment       string          `json:"environment,omitempty"`
	EnvironmentTrumps *bool           `json:"environment_trumps,omitempty"`
	Description       *string         `json:"description,omitempty"`
	Rule              json.RawMessage `json:"rule,omitempty"`
	// Classes is required: empty for none, never nil.
	Classes    Parameters `json:"classes"`
	ConfigData Parameters `json:"config_data,omitzero"`
	Variables  Variables  `json:"variables,omitzero"`
}

// Delta is the body of POST /groups/:id: what changes. What is nil stays. Classes, ConfigData and Variables are merged, and what is null in
// them is removed. A Rule of null removes the rule.
type Delta struct {
	// SerialNumber is that of the group as the caller knows it: the server refuses a change of any other one. Nil does not compare.
	SerialNumber      *int64          `json:"serial_number,omitempty"`
	Name              *string         `json:"name,omitempty"`
	Parent            *string         `json:"parent,omitempty"`
	Environment       *string         `json:"environment,omitempty"`
	EnvironmentTrumps *bool           `json:"environment_trumps,omitempty"`
	Description       *string         `json:"description,omitempty"`
	Rule              json.RawMessage `json:"rule,omitempty"`
	Classes           Parameters      `json:"classes,omitzero"`
	ConfigData        Parameters      `json:"config_data,omitzero"`
	Variables         Variables       `json:"variables,omitzero"`
}
