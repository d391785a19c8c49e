// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// InventoryNode says whether a node is connected to the PCP broker.
type InventoryNode struct {
	// Name is the certname.
	Name      string `json:"name"`
	Connected bool   `json:"connected"`
	// Broker and Timestamp, the time of the connection as sent, are "" for a node that is not connected.
	Broker    string `json:"broker"`
	Timestamp string `json:"timestamp"`
}

// Inventory lists the nodes that the broker knows. Whether it includes nodes that are not connected depends on the version.
func (c *Client) Inventory(ctx context.Context) ([]InventoryNode, error) {
	var answer whole[InventoryNode]
	if err := c.get(ctx, &answer, nil, "inventory"); err != nil {
		return nil, fmt.Errorf("listing the inventory: %w", err)
	}
	return answer.items, nil
}

// InventoryNode reads one node. An unknown node is reported as not connected, not as an error.
func (c *Client) InventoryNode(ctx context.Context, certname string) (InventoryNode, error) {
	var node InventoryNode
	if err := c.get(ctx, &node, nil, "inventory", certname); err != nil {
		return InventoryNode{}, fmt.Errorf("reading the inventory of %s: %w", certname, err)
	}
	return node, nil
}

// inventoryBatch is how many nodes one request asks for. PE documents no maximum.
const inventoryBatch = 1000

// InventoryNodes reads the given nodes, one record each. It sends a POST that changes nothing for every thousand nodes.
func (c *Client) InventoryNodes(ctx context.Context, certnames []string) ([]InventoryNode, error) {
	nodes := make([]InventoryNode, 0, len(certnames))
	for batch := range slices.Chunk(certnames, inventoryBatch) {
		some, err := c.inventoryNodes(ctx, batch)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, some...)
	}
	return nodes, nil
}

func (c *Client) inventoryNodes(ctx context.Context, certnames []string) ([]InventoryNode, error) {
	body := struct {
		Nodes []string `json:"nodes"`
	}{certnames}
	var answer whole[InventoryNode]
	if _, err := c.api.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"inventory"}, Body: body, Safety: httpapi.Idempotent, Into: &answer,
	}); err != nil {
		return nil, fmt.Errorf("reading the inventory of %d nodes: %w", len(certnames), err)
	}
	return answer.items, nil
}
