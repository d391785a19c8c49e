// Package job has jobs as steps of an apply: deploys, tasks and plan runs, which are launched once, awaited and judged.
package job

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers jobs as steps of an apply. Tasks and plans are looked up in metadata while planning.
func Area(metadata *workload.Metadata) pe.Area {
	return pe.Area{Resources: []func() resource.Resource{
		func() resource.Resource { return newDeployResource(metadata) },
		func() resource.Resource { return newTaskResource(metadata) },
		func() resource.Resource { return newPlanRunResource(metadata) },
	}}
}
