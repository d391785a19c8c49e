// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// OfEnvironment names an environment within a sentence, and is empty for none.
func OfEnvironment(name string) string {
	if name == "" {
		return ""
	}
	return " of environment \"" + name + "\""
}

// The last sentences of descriptions of attributes.
const (
	RunsAgain      = "A change runs the job again, as a new job."
	ChangesInPlace = "A change runs nothing."
)

// DefaultEnvironment is the environment of tasks and plans that name none.
const DefaultEnvironment = "production"

// EnvironmentAttribute is the environment of a task or plan.
func EnvironmentAttribute(what string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		Default:             stringdefault.StaticString(DefaultEnvironment),
		MarkdownDescription: "Environment that the " + what + " is loaded from. The default is `" + DefaultEnvironment + "`. " + RunsAgain,
		Validators:          []validator.String{validate.EnvironmentName()},
	}
}

// ParamsAttributes are the parameters of a task or plan.
func ParamsAttributes(what string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"params": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "Parameters of the " + what + ", as an object whose attributes are any values. They are kept in the state; " +
				"secrets belong in `sensitive_params`, because messages may show values of this attribute. The default is none. " + RunsAgain,
			Validators:    []validator.Dynamic{validate.Object{}},
			PlanModifiers: []planmodifier.Dynamic{keep.Object()},
		},
		"sensitive_params": schema.DynamicAttribute{
			Optional:  true,
			Sensitive: true,
			WriteOnly: true,
			MarkdownDescription: "Parameters that are sent to the server and stored nowhere, merged over `params`. The default is none. They " +
				"may be ephemeral values. Needs Terraform 1.11 or newer. Terraform cannot see a change of them; change " +
				"`sensitive_params_version` to run the job again.",
			Validators: []validator.Dynamic{validate.Object{}},
		},
		"sensitive_params_version": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "Any number. The default is none. A change runs the job again with the current `sensitive_params`, as a new " +
				"job.",
		},
		"validate_params": ValidateParamsAttribute(what, ChangesInPlace),
	}
}

// ValidateParamsAttribute disables the check of a task or plan and its parameters.
func ValidateParamsAttribute(what, change string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether the " + what + " and its parameters are checked against the server's metadata while planning. The " +
			"default is what the provider's `validate_params` says, which is `true` unless it is set. " + change,
	}
}
