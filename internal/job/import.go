// SPDX-License-Identifier: MPL-2.0

package job

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// importedJob is the common part of a job that was imported: what the server tells, and the defaults of the rest.
func importedJob(description string, userdata map[string]any, diags *diag.Diagnostics) jobModel {
	return jobModel{
		Description:       tfvalue.StringOrNull(description),
		Userdata:          workload.UserdataValue(userdata, diags),
		Triggers:          types.MapNull(types.StringType),
		LaunchKey:         tfvalue.StringOrNull(launch.KeyOf(userdata).Name),
		WaitForCompletion: types.BoolValue(true),
		OnDestroy:         types.StringValue(jobschema.Abandon),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
}

// importedNodeJob is the common part of a deploy or task that was imported.
func importedNodeJob(job orchestrator.Job, deploy bool, diags *diag.Diagnostics) nodeJobModel {
	return nodeJobModel{
		jobModel:       importedJob(job.Description, job.Userdata, diags),
		Environment:    types.StringValue(job.Environment),
		Scope:          workload.ScopeValue(job.Options.Scope(), deploy, diags),
		Noop:           tfvalue.TrueOrNull(job.Options.Noop()),
		CaptureResults: types.StringValue(noderesults.Failed),
		NodeOutputs:    jobvalue.NodeOutputs{NodeStates: types.MapNull(types.Int64Type)},
		Preview:        scopepreview.None(),
	}
}

// unreportedInputs are the inputs that the server never reports, whatever the type of the job.
var unreportedInputs = []string{"triggers", "launch_key", "timeout", "sensitive_params_version"}
