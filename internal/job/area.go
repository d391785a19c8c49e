// SPDX-License-Identifier: MPL-2.0

// Package job has jobs as steps of an apply: deploys, tasks and plan runs. They are launched once, waited for and judged.
package job

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/handover"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
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
	// seen is what a refresh has seen of jobs, by their ids.
	seen sync.Map
	// sight is whether the user may look at jobs, by the URL of their collection.
	sight jobwatch.Sight
	// recent is what the server has run.
	recent launch.RecentList[R]
	// glances is the time for plans to look for jobs with a launch key.
	glances courtesy.Patience
	// foreseen are the ids that a plan has said will be taken over.
	foreseen launch.Ledger
	// held are the ids that the state had when it was refreshed, and letGo those that it has let go of, by the purpose of the jobs.
	held, letGo launch.Lineage
	// holders are who has a launch key, by the clients of one walk of Terraform.
	holders sync.Map
	// launched are the fingerprints of what this process has started anew.
	launched sync.Map
}
