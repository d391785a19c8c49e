// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
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
	// Parent is the id of the parent; All Nodes where it is empty.
	Parent string
	// Environment is production where it is empty.
	Environment       string
	EnvironmentTrumps bool
	// Description is nil for none.
	Description *string
	// Classes and ConfigData are values by class and parameter.
	Classes, ConfigData map[string]map[string]any
	Variables           map[string]any
	// Serial counts the changes, and Edited is the time of the last one. Both are set when the group is added.
	Serial int
	Edited time.Time
}

// group is a node group with its rule compiled.
type group struct {
	NodeGroup
	rule *pdbquery.Rule
}

// groups holds all node groups by id.
type groups struct {
	byID map[string]*group
	// made counts the ids that were made.
	made int
}

func newGroups() groups {
	return groups{byID: make(map[string]*group)}
}

// AddNodeGroup adds a node group, replacing one with the same id.
func (e *Engine) AddNodeGroup(g NodeGroup) error {
	g.Parent, g.Environment = cmp.Or(g.Parent, AllNodes), cmp.Or(g.Environment, codebase.Production)
	g.Serial, g.Edited = 1, e.Now()
	if before, ok := e.groups.byID[g.ID]; ok {
		g.Serial = before.Serial + 1
	}
	compiled := &group{NodeGroup: g}
	if g.Rule != nil {
		rule, err := pdbquery.NewRule(g.Rule)
		if err != nil {
			return err
		}
		compiled.rule = rule
	}
	e.groups.byID[g.ID] = compiled
	return nil
}

// RemoveNodeGroup removes a node group. One that does not exist is ignored.
func (e *Engine) RemoveNodeGroup(id string) { delete(e.groups.byID, id) }

// NodeGroup returns a node group.
func (e *Engine) NodeGroup(id string) (NodeGroup, bool) {
	g, ok := e.groups.byID[id]
	if !ok {
		return NodeGroup{}, false
	}
	return g.NodeGroup, true
}

// NodeGroups returns all node groups, by id.
func (e *Engine) NodeGroups() []NodeGroup {
	all := make([]NodeGroup, 0, len(e.groups.byID))
	for _, id := range slices.Sorted(maps.Keys(e.groups.byID)) {
		all = append(all, e.groups.byID[id].NodeGroup)
	}
	return all
}

// NewGroupID returns the id of a new group, a random UUID to look at. The same requests make the same ids.
func (e *Engine) NewGroupID() string {
	e.groups.made++
	sum := sha256.Sum256([]byte("terraform-provider-pe simulator node group " + strconv.Itoa(e.groups.made)))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// lineage is a group with its ancestors, All Nodes last.
func (e *Engine) lineage(id string) (all []*group) {
	for {
		g, ok := e.groups.byID[id]
		if !ok || slices.Contains(all, g) {
			return all
		}
		all = append(all, g)
		id = g.Parent
	}
}

// Members returns the certnames of a group; none for a group that does not exist or has no rules of its own. Its rule counts together with
// those of its ancestors; an ancestor without one lets everything through, as the group PE Infrastructure does.
func (e *Engine) Members(id string) []string {
	lineage := e.lineage(id)
	if len(lineage) == 0 || lineage[0].rule == nil {
		return nil
	}
	var names []string
	for _, record := range e.fleet.database() {
		if !slices.ContainsFunc(lineage, func(g *group) bool { return g.rule != nil && !g.rule.Matches(record) }) {
			names = append(names, record.Certname)
		}
	}
	return names
}

// MayOnGroup reports whether a user has a permission on a group, which holds for all groups below it as well.
func (e *Engine) MayOnGroup(u *access.User, action, id string) bool {
	return e.directory.May(u, "node_groups", action, id) || slices.ContainsFunc(e.lineage(id), func(g *group) bool {
		return e.directory.May(u, "node_groups", action, g.ID)
	})
}

// maySeeGroup reports whether a user may view a group.
func (e *Engine) maySeeGroup(u *access.User, id string) bool {
	// A group that does not exist is looked for like one below All Nodes.
	return e.MayOnGroup(u, "view", id) || e.MayOnGroup(u, "view", AllNodes)
}
