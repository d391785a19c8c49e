// SPDX-License-Identifier: MPL-2.0

package jobschema

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// DeployAttributes are the attributes of a deploy.
func DeployAttributes() map[string]schema.Attribute {
	attributes := NodeAttributes(noderesults.Failed)
	maps.Copy(attributes, workload.AgentAttributes(workload.RunsAgain))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Environment that is run. `\"\"` leaves every node in its own environment; that needs a `scope`. " +
				workload.RunsAgain,
			Validators: []validator.String{validate.EnvironmentOrNone()},
		},
		"scope": workload.DeployScopeAttribute(),
		"expect_no_changes": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the run fails when a node changes something, or would without `noop`: a check that nodes are as they " +
				"should be. It goes by the metrics `changed` and `out_of_sync` of the runs, and a node for which the server reports none counts " +
				"as changed. The default is `false`. It is judged when the run ends. A change runs nothing, except that setting it again on a " +
				"job with changes runs it again.",
		},
		"changed_nodes": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "How many nodes have changed something, or would have with `noop`. Null without `expect_no_changes`.",
		},
		"target": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Application or component, the form before `scope`. Not together with `scope`. The default is none. " +
				workload.RunsAgain,
			DeprecationMessage: "PE has deprecated target since 2016.4. Use scope.",
			Validators:         []validator.String{validate.NotBlank(), validate.NotBeside("scope")},
		},
	})
	return attributes
}
