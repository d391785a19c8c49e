// SPDX-License-Identifier: MPL-2.0

package classifier

import (
	"context"
	"encoding/json"
	"fmt"
)

// MembersQuery is the query of PuppetDB, as an AST, for the certnames that match the rule of a group and those of its ancestors (GET
// /groups/:id/rules); nil for a group without a rule, which no node matches. [IsUnknown] tells the error for a group that does not exist.
func (c *Client) MembersQuery(ctx context.Context, id string) (json.RawMessage, error) {
	var answer struct {
		Rule       json.RawMessage `json:"rule"`
		Translated struct {
			// Inventory is the condition for the entity inventory, which has structured facts and trusted ones. That of nodes has neither.
			Inventory json.RawMessage `json:"inventory_query_format"`
		} `json:"translated"`
	}
	if err := c.get(ctx, &answer, "groups", id, "rules"); err != nil {
		return nil, fmt.Errorf("reading the rule of the node group %s: %w", id, err)
	}
	if isNull(answer.Rule) || isNull(answer.Translated.Inventory) {
		return nil, nil
	}
	query, err := json.Marshal([]any{"from", "inventory", []any{"extract", []string{"certname"}, answer.Translated.Inventory}})
	if err != nil {
		return nil, fmt.Errorf("asking for the nodes of the node group %s: %w", id, err)
	}
	return query, nil
}

// isNull reports whether JSON is null, or not there.
func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
