package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// scheduleArea offers schedules. Tasks and plans are looked up in metadata while planning.
func scheduleArea(metadata *Metadata) Area {
	shared := &scheduleState{}
	return Area{
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
