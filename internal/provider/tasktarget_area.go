package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// taskTargetArea offers task-targets: sets of tasks together with sets of nodes.
func taskTargetArea() Area {
	shared := &taskTargetState{}
	return Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newTaskTargetResource(shared) },
		},
		DataSources: []func() datasource.DataSource{newTaskTargetDataSource, newTaskTargetsDataSource},
	}
}
