// Package job has jobs as steps of an apply: deploys, tasks and plan runs, which are launched once, awaited and judged.
package job

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/handover"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers jobs as steps of an apply. Tasks and plans are looked up in metadata while planning.
func Area(metadata *workload.Metadata) pe.Area {
	deploys, tasks := &memory[orchestrator.Job, *deployModel]{}, &memory[orchestrator.Job, *taskModel]{}
	plans := &memory[orchestrator.PlanJob, *planRunModel]{}
	return pe.Area{Resources: []func() resource.Resource{
		func() resource.Resource { return newDeployResource(metadata, deploys) },
		func() resource.Resource { return newTaskResource(metadata, tasks) },
		func() resource.Resource { return newPlanRunResource(metadata, plans) },
	}}
}

// memory is what all resources of a type know in common, as long as the process lives.
type memory[R, P any] struct {
	// desk is what Delete leaves for the Create of a replacement.
	desk handover.Desk[handed[P]]
	// unjudged are the ids of jobs in the state whose end no apply has reported, by the fingerprints of what started them.
	unjudged sync.Map
	// roll is what the server has run.
	roll launch.LaunchList[R]
}
