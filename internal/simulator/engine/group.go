// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/puppetdb"
)

// AllNodes is the id of the node group that every PE has and every other group descends from.
const AllNodes = "00000000-0000-4000-8000-000000000000"

// NodeGroup is a group of the node classifier.
type NodeGroup struct {
	// ID is a UUID.
	ID   string
	Name string
	// Rule is the condition for membership as the classifier writes it, such as ["=", ["fact", "role"], "web"]. Nil is a group without rules,
	// which cannot be the scope of a job.
	Rule any
}

// group is a node group with its rule compiled.
type group struct {
	NodeGroup
	rule *puppetdb.Rule
}

// groups holds all node groups by id.
type groups struct {
	byID map[string]*group
}

func newGroups() groups {
	return groups{byID: make(map[string]*group)}
}

// AddNodeGroup adds a node group, replacing one with the same id.
func (e *Engine) AddNodeGroup(g NodeGroup) error {
	compiled := &group{NodeGroup: g}
	if g.Rule != nil {
		rule, err := puppetdb.NewRule(g.Rule)
		if err != nil {
			return err
		}
		compiled.rule = rule
	}
	e.groups.byID[g.ID] = compiled
	return nil
}

// members returns the nodes of a group; none for a group that does not exist or has no rules of its own. Rules of its
// parents do not count.
func (e *Engine) members(id string) []string {
	g, ok := e.groups.byID[id]
	if !ok || g.rule == nil {
		return nil
	}
	var names []string
	for _, record := range e.fleet.database() {
		if g.rule.Matches(record) {
			names = append(names, record.Certname)
		}
	}
	return names
}

// maySeeGroup reports whether a user may view a group. The right to view is inherited by child groups, and All Nodes is an ancestor of
// every group.
func (e *Engine) maySeeGroup(u *access.User, id string) bool {
	return slices.ContainsFunc([]string{id, AllNodes}, func(group string) bool {
		return e.directory.May(u, "node_groups", "view", group)
	})
}
