// Package tasktarget has task-targets, the objects of the permission tasks:run_with_constraints.
package tasktarget

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers task-targets: sets of tasks together with sets of nodes.
func Area() pe.Area {
	shared := &taskTargetState{}
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newTaskTargetResource(shared) },
		},
		DataSources: []func() datasource.DataSource{newTaskTargetDataSource, newTaskTargetsDataSource},
	}
}
