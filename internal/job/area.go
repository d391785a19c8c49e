// Package job has jobs as steps of an apply: deploys, tasks and plan runs. They are launched once, waited for and judged.
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

// Area offers jobs as steps of an apply. Plans check tasks and plans against the given metadata.
func Area(metadata *workload.Metadata) pe.Area {
	deploys, tasks := &memory[orchestrator.Job, *deployModel]{}, &memory[orchestrator.Job, *taskModel]{}
	plans := &memory[orchestrator.PlanJob, *planRunModel]{}
	return pe.Area{Resources: []func() resource.Resource{
		func() resource.Resource { return newDeployResource(metadata, deploys) },
		func() resource.Resource { return newTaskResource(metadata, tasks) },
		func() resource.Resource { return newPlanRunResource(metadata, plans) },
	}}
}

// memory is what all resources of a type share for the life of the process.
type memory[R, P any] struct {
	// desk is where Delete leaves jobs for the Create of a replacement.
	desk handover.Desk[handed[P]]
	// unjudged are the ids of jobs in the state whose end no apply has reported, by the fingerprints of their launches.
	unjudged sync.Map
	// recent is the list of recent jobs on the server.
	recent launch.RecentList[R]
}
