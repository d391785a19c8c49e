// SPDX-License-Identifier: MPL-2.0

// Package nodegroup has the node groups of the classifier: which nodes are in them, and what they assign to these.
package nodegroup

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers node groups, and nodes that are pinned to them.
func Area() pe.Area {
	s := newShared()
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newNodeGroupResource(s) },
			func() resource.Resource { return newNodeGroupPinResource(s) },
		},
		ListResources: []func() list.ListResource{
			func() list.ListResource { return newNodeGroupList(s) },
			func() list.ListResource { return newNodeGroupPinList(s) },
		},
		DataSources: []func() datasource.DataSource{newNodeGroupDataSource, newNodeGroupsDataSource},
	}
}
