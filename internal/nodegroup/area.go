// SPDX-License-Identifier: MPL-2.0

// Package nodegroup has the node groups of the classifier: which nodes are in them, and what they assign to these.
package nodegroup

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers node groups.
func Area() pe.Area {
	return pe.Area{
		Resources:     []func() resource.Resource{newNodeGroupResource},
		ListResources: []func() list.ListResource{newNodeGroupList},
		DataSources:   []func() datasource.DataSource{newNodeGroupDataSource, newNodeGroupsDataSource},
	}
}
