// Package schedule has tasks, deploys and plans that run at a time in the future, once or again and again.
package schedule

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers schedules. Tasks and plans are looked up in metadata while planning.
func Area(metadata *workload.Metadata) pe.Area {
	shared := &scheduleState{}
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newScheduledTaskResource(shared, metadata) },
			func() resource.Resource { return newScheduledDeployResource(shared, metadata) },
			func() resource.Resource { return newScheduledPlanResource(shared, metadata) },
		},
		DataSources: []func() datasource.DataSource{
			func() datasource.DataSource { return newScheduledJobsDataSource(shared) },
		},
	}
}
