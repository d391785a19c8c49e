// SPDX-License-Identifier: MPL-2.0

package jobvalue

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// WrongType names the resource that a job can be imported as.
func WrongType(job orchestrator.Job, wanted string) string {
	text := fmt.Sprintf("Job %s is of the type %q, so it cannot be imported as %s. ", job.ID, job.Type, wanted)
	switch {
	case job.Type == orchestrator.JobTypeDeploy:
		return text + "Import it as pe_deploy."
	case job.Type == orchestrator.JobTypeTask:
		return text + "Import it as pe_task."
	case job.Options.PlanJob() != "":
		return text + fmt.Sprintf("It was started by plan job %s; import that as pe_plan_run.",
			visible.Line(job.Options.PlanJob(), visible.LongestName))
	default:
		return text + "It was started by a plan; import the plan job as pe_plan_run."
	}
}
