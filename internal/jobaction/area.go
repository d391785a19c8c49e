// SPDX-License-Identifier: MPL-2.0

// Package jobaction has jobs as actions: tasks, deploys and plan runs that are launched, awaited and judged, and kept in no state, and the
// end of what runs.
package jobaction

import (
	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers jobs as actions. Plans check tasks and plans against the given metadata.
func Area(metadata *workload.Metadata) pe.Area {
	shared := &memory{}
	return pe.Area{Actions: []func() action.Action{
		func() action.Action { return newTaskAction(metadata, shared) },
		func() action.Action { return newDeployAction(metadata, shared) },
		func() action.Action { return newPlanRunAction(metadata, shared) },
		func() action.Action { return newStopJobAction() },
		func() action.Action { return newStopPlanAction() },
	}}
}

// memory is what all actions share for the life of the process.
type memory struct {
	// sight is whether the user may look at jobs, by the URL of their collection.
	sight jobwatch.Sight
	// keys are the launch keys for which something is looked for, or launched.
	keys keylock.Locks[string]
}
