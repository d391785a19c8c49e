// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// shownRules are the rules of a group in an answer. All are null for a group without one.
type shownRules struct {
	Rule       any `json:"rule"`
	Inherited  any `json:"rule_with_inherited"`
	Translated struct {
		Nodes     any `json:"nodes_query_format"`
		Inventory any `json:"inventory_query_format"`
	} `json:"translated"`
}

// rules answers with the rule of a group: as it is, with those of the groups above it, and as conditions for PuppetDB. The translation
// leaves out the rule of the root, which matches every node; that for nodes is null where nodes cannot be asked for it.
func (a *API) rules(c *call) (rest.Answer, error) {
	g, err := a.find(c)
	if err != nil {
		return rest.Answer{}, err
	}
	var answer shownRules
	if g.Rule == nil {
		return rest.JSON(http.StatusOK, answer), nil
	}
	inherited, telling := []any{"and"}, []any{"and"}
	lineage, _ := a.lineage(g, g)
	for _, group := range lineage {
		if group.Rule == nil {
			continue
		}
		inherited = append(inherited, group.Rule)
		if group.ID != engine.AllNodes || g.ID == engine.AllNodes {
			telling = append(telling, group.Rule)
		}
	}
	answer.Rule, answer.Inherited = g.Rule, inherited
	var optimized any = telling
	if len(telling) == 2 {
		optimized = telling[1]
	}
	if query, ok := translated(optimized, true); ok {
		answer.Translated.Inventory = query
	}
	if query, ok := translated(optimized, false); ok {
		answer.Translated.Nodes = query
	}
	return rest.JSON(http.StatusOK, answer), nil
}
