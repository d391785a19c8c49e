// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// Classify returns the groups that a node with these facts is in, by id. Its trusted facts follow from its name where they are nil.
func (e *Engine) Classify(certname string, facts, trusted map[string]any) ([]NodeGroup, error) {
	node, err := pdbquery.NewNode(certname, "", facts)
	if err != nil {
		return nil, err
	}
	node.Trusted = trusted
	var in []NodeGroup
	for _, g := range e.NodeGroups() {
		lineage := e.lineage(g.ID)
		if lineage[0].rule != nil && !slices.ContainsFunc(lineage, func(g *group) bool { return g.rule != nil && !g.rule.Matches(node) }) {
			in = append(in, g)
		}
	}
	return in, nil
}
