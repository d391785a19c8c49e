// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// parseRule reads a rule that is wholly known.
func parseRule(value attr.Value) (noderule.Rule, error) {
	plain, err := tfvalue.ToGo(value)
	if err != nil {
		return noderule.Rule{}, err
	}
	return noderule.Parse(plain)
}

// sameRule reports whether a planned rule asks for the same as the prior one.
func sameRule(planned, prior types.Dynamic) bool {
	a, err := parseRule(planned)
	if err != nil {
		return false
	}
	b, err := parseRule(prior)
	return err == nil && a.SameRequest(b)
}

// ruleValidator accepts rules that the classifier knows.
type ruleValidator struct{}

// Description implements [validator.Dynamic].
func (ruleValidator) Description(context.Context) string { return "must be a rule" }

// MarkdownDescription implements [validator.Dynamic].
func (v ruleValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (ruleValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	if tfvalue.IsNull(req.ConfigValue) || !tfvalue.IsWhollyKnown(req.ConfigValue) {
		return
	}
	if _, err := parseRule(req.ConfigValue); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "The rule is not valid", "The rule "+err.Error()+".")
	}
}

// valuesValidator accepts objects without nulls: variables at the first level, parameters of classes at the second.
type valuesValidator struct{}

// Description implements [validator.Dynamic].
func (valuesValidator) Description(context.Context) string { return "must be an object" }

// MarkdownDescription implements [validator.Dynamic].
func (v valuesValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (valuesValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	if tfvalue.IsNull(req.ConfigValue) || !tfvalue.IsWhollyKnown(req.ConfigValue) {
		return
	}
	plain, err := tfvalue.ToGo(req.ConfigValue)
	object, ok := plain.(map[string]any)
	if err != nil || !ok {
		resp.Diagnostics.AddAttributeError(req.Path, "The values are no object", "Write an object, such as "+exampleOf(req.Path)+".")
		return
	}
	for name, value := range object {
		members, isObject := value.(map[string]any)
		if value == nil || !isObject && !req.Path.Equal(path.Root("variables")) {
			resp.Diagnostics.AddAttributeError(req.Path, "A value is not valid", "The value of "+name+" is "+tfvalue.JSONText(value)+
				". What is to be left alone is left out; the form is "+exampleOf(req.Path)+".")
			continue
		}
		for parameter, inner := range members {
			if inner == nil && !req.Path.Equal(path.Root("variables")) {
				resp.Diagnostics.AddAttributeError(req.Path, "A value is null", "The parameter "+parameter+" of "+name+" is null. The "+
					"classifier removes what is null; leave the parameter out instead.")
			}
		}
	}
}

// exampleOf is the form of an argument.
func exampleOf(at path.Path) string {
	if at.Equal(path.Root("variables")) {
		return "{ site = \"north\" }"
	}
	return "{ \"profile::base\" = { motd = \"Welcome\" } }"
}
