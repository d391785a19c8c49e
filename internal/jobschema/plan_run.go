// SPDX-License-Identifier: MPL-2.0

package jobschema

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// PlanRunAttributes are the attributes of a plan run.
func PlanRunAttributes() map[string]schema.Attribute {
	attributes := Attributes()
	maps.Copy(attributes, workload.ParamsAttributes("plan"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": workload.EnvironmentAttribute("plan"),
		"plan_name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the plan, such as `canary` or `facts::info`. " + workload.RunsAgain,
			Validators:          []validator.String{validate.PlanName()},
		},
		"query_params": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters that are lists of nodes, each given as a PuppetDB query that the server evaluates, such as `{ " +
				"targets = \"nodes[certname] { certname ~ \\\"web\\\" }\" }`. PE 2019.8.5 and newer. The default is none. " +
				workload.RunsAgain,
			Validators: []validator.Map{validate.NoNulls{}, mapvalidator.ValueStringsAre(validate.PQL())},
		},
		"node_group_params": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters that are lists of nodes, each given as the id (UUID) of a node group that the server resolves. PE " +
				"2019.8.5 and newer. The default is none. " + workload.RunsAgain,
			Validators:    []validator.Map{validate.NoNulls{}},
			PlanModifiers: []planmodifier.Map{validate.EachValueWhilePlanning(validate.GroupID())},
		},
		"timeout": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "Seconds after which the whole plan is ended (newer than PE 2021.7). Without it the server's default applies. " +
				"This is not how long Terraform waits: see `timeouts`. " + workload.RunsAgain,
			Validators: []validator.Int64{validate.AtLeast(1)},
		},
		"accept_failure": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a plan that fails is a warning and no error, so that what comes after it can depend on `state`: a " +
				"rollback, for example. The default is `false`. Setting it makes a failed plan count as a success. A change runs nothing, except " +
				"that taking it away from a plan that has failed runs the plan again.",
		},
		"state": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "State of the plan job: `pending` (PE 2023.0 and newer), `running`, `success` or `failure`.",
		},
		"result": schema.DynamicAttribute{
			Computed: true,
			MarkdownDescription: "What the plan returned, as a value; of a plan that has failed its error, an object with `kind`, `msg` and " +
				"`details`, or a text. Null until it has ended, and when it returned nothing. A result that is larger than the provider's " +
				"`max_result_bytes` is `{ _omitted = { bytes = … } }`, with a warning. " + tfvalue.ForeignForm,
		},
	})
	return attributes
}
