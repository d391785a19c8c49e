// SPDX-License-Identifier: MPL-2.0

// Package tasktarget has task-targets, the objects of the permission tasks:run_with_constraints.
package tasktarget

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers task-targets: sets of tasks together with sets of nodes. Tasks are looked up in metadata while planning.
func Area(metadata *workload.Metadata) pe.Area {
	shared := &taskTargetState{metadata: metadata}
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newTaskTargetResource(shared) },
		},
		ListResources: []func() list.ListResource{
			func() list.ListResource { return newTaskTargetList(shared) },
		},
		DataSources: []func() datasource.DataSource{newTaskTargetDataSource, newTaskTargetsDataSource},
	}
}
