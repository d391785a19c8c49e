package job

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// importedJob is the common part of an imported job: what the server reports, and defaults for the rest.
func importedJob(description string, userdata map[string]any) jobModel {
	return jobModel{
		Description:       tfvalue.StringOrNull(description),
		Userdata:          jobvalue.UserdataValue(userdata),
		Triggers:          types.MapNull(types.StringType),
		LaunchKey:         tfvalue.StringOrNull(launch.KeyOf(userdata).Name),
		WaitForCompletion: types.BoolValue(true),
		OnDestroy:         types.StringValue(jobschema.Abandon),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
}

// importedNodeJob is the common part of an imported deploy or task.
func importedNodeJob(job orchestrator.Job, capture string, deploy bool, diags *diag.Diagnostics) nodeJobModel {
	return nodeJobModel{
		jobModel:       importedJob(job.Description, job.Userdata),
		Environment:    types.StringValue(job.Environment),
		Scope:          workload.ScopeObject(job.Options.Scope(), deploy, diags),
		Noop:           tfvalue.TrueOrNull(job.Options.Noop()),
		CaptureResults: types.StringValue(capture),
		nodeOutputs:    nodeOutputs{NodeStates: types.MapNull(types.Int64Type)},
	}
}

// wrongType names the resource as which a job can be imported.
func wrongType(job orchestrator.Job, wanted string) string {
	text := fmt.Sprintf("Job %s is of the type %q, so it cannot be imported as %s. ", job.ID, job.Type, wanted)
	switch {
	case job.Type == orchestrator.JobTypeDeploy:
		return text + "Import it as pe_deploy."
	case job.Type == orchestrator.JobTypeTask:
		return text + "Import it as pe_task."
	case job.Options.PlanJob() != "":
		return text + fmt.Sprintf("It was started by plan job %s; import that as pe_plan_run.", job.Options.PlanJob())
	default:
		return text + "It was started by a plan; import the plan job as pe_plan_run."
	}
}

// unreportedInputs are the inputs that the server never reports, whatever the type of the job.
var unreportedInputs = []string{"triggers", "launch_key", "timeout", "sensitive_params_version"}
