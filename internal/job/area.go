// Package job has jobs as steps of an apply: deploys, tasks and plan runs, which are launched once, awaited and judged.
package job

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/handover"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers jobs as steps of an apply. Tasks and plans are looked up in metadata while planning.
func Area(metadata *workload.Metadata) pe.Area {
	deploys, tasks := &handover.Desk[handed[*deployModel]]{}, &handover.Desk[handed[*taskModel]]{}
	plans := &handover.Desk[handed[*planRunModel]]{}
	return pe.Area{Resources: []func() resource.Resource{
		func() resource.Resource { return newDeployResource(metadata, deploys) },
		func() resource.Resource { return newTaskResource(metadata, tasks) },
		func() resource.Resource { return newPlanRunResource(metadata, plans) },
	}}
}
