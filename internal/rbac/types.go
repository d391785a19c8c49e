// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// ObjectType is a type of object that permissions can be about.
type ObjectType struct {
	ObjectType  string   `json:"object_type"`
	DisplayName string   `json:"display_name"`
	Description string   `json:"description"`
	Actions     []Action `json:"actions"`
}

// Action is an action that can be permitted on a type of object.
type Action struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Description string `json:"description"`
	// HasInstances is true when a permission can be for one instance. Otherwise the instance is "*".
	HasInstances bool `json:"has_instances"`
}

// Types lists the types of objects with their actions.
func (c *Client) Types(ctx context.Context) ([]ObjectType, error) {
	var types jsonlist.Answer[ObjectType]
	if err := c.get(ctx, &types, nil, "types"); err != nil {
		return nil, fmt.Errorf("listing the types of permissions: %w", err)
	}
	return types, nil
}
