// SPDX-License-Identifier: MPL-2.0

package content

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// codeModel is the environment that tasks and plans are loaded from.
type codeModel struct {
	Environment types.String `tfsdk:"environment"`
	CodeID      types.String `tfsdk:"code_id"`
}

// environment is the name of the environment to ask for.
func (m codeModel) environment() string {
	if m.Environment.IsNull() {
		return workload.DefaultEnvironment
	}
	return m.Environment.ValueString()
}

// Report updates the model with what the server reports about the code.
func (m *codeModel) Report(codeID string) {
	m.Environment = types.StringValue(m.environment())
	m.CodeID = tfvalue.StringOrNull(codeID)
}

func codeEnvironmentAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "Environment to look in. The default is `" + workload.DefaultEnvironment + "`.",
		Validators:          []validator.String{validate.EnvironmentName()},
	}
}

func codeIDAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the environment's code. " + text}
}

// parameterModel is a parameter's metadata, apart from its default, which may be any value.
type parameterModel struct {
	Type        types.String `tfsdk:"type"`
	Description types.String `tfsdk:"description"`
	Sensitive   types.Bool   `tfsdk:"sensitive"`
}

// parametersAttributes are the parameters of a task or plan.
func parametersAttributes(what string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"parameters": schema.MapNestedAttribute{
			Computed: true,
			MarkdownDescription: "Parameters of the " + what + " by name. Null when the " + what + " does not declare any, which is not the " +
				"same as having none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"type": schema.StringAttribute{Computed: true, MarkdownDescription: "Puppet data type, such as `Optional[String[1]]`. Null when " +
					"it is not declared; `Any` for a plan."},
				"description": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "What the parameter is for. Null when it has no description.",
				},
				"sensitive": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the parameter is declared to be sensitive."},
			}},
		},
		"defaults": schema.DynamicAttribute{
			Computed:            true,
			MarkdownDescription: "Defaults of the parameters by name, as values. Parameters without a default are left out.",
		},
	}
}

func parameterOf(dataType, description string, sensitive bool) parameterModel {
	return parameterModel{
		Type:        tfvalue.StringOrNull(dataType),
		Description: tfvalue.StringOrNull(description),
		Sensitive:   types.BoolValue(sensitive),
	}
}

// contentFailure describes an error about a task or plan.
func contentFailure(summary string, err error, note string) pe.Failure {
	return pe.Failure{
		Summary: summary,
		Err:     err,
		Attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindUnknownTask:        path.Root("name"),
			orchestrator.KindUnknownPlan:        path.Root("name"),
		},
		Advice: map[string]string{
			orchestrator.KindUnknownTask: "Check the name and the environment: the task's module must be in the code of the environment. " +
				"`pe_tasks` lists the tasks that there are.",
			orchestrator.KindUnknownPlan: "Check the name and the environment: the plan's module must be in the code of the environment. " +
				"`pe_plans` lists the plans that there are.",
		},
		Note: note,
	}
}
