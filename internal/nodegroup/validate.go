// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
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

// warnOfPins names the nodes that a rule takes out where its diff hardly shows them: the array of an import becomes an object, and in the
// array are all nodes that are pinned, whoever has pinned them.
func warnOfPins(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	var planned, prior types.Dynamic
	diags.Append(req.Plan.GetAttribute(ctx, path.Root("rule"), &planned)...)
	if !req.State.Raw.IsNull() {
		diags.Append(req.State.GetAttribute(ctx, path.Root("rule"), &prior)...)
	}
	_, isObject := planned.UnderlyingValue().(types.Object)
	_, wasObject := prior.UnderlyingValue().(types.Object)
	if !isObject || wasObject || tfvalue.IsNull(prior) || !tfvalue.IsWhollyKnown(planned) {
		return
	}
	mine, err := parseRule(planned)
	before, earlierErr := parseRule(prior)
	if err != nil || earlierErr != nil {
		return
	}
	if dropped := mine.Dropped(before); len(dropped) > 0 {
		diags.AddAttributeWarning(path.Root("rule"), prose.Count(int64(len(dropped)), "pinned node")+" will be taken out",
			"The rule in the state pins these nodes, and `pinned_nodes` does not name them: "+prose.Names(dropped)+". After an import, that "+
				"is every node that is pinned, also by a `pe_node_group_pin`. Without `pinned_nodes`, all of them stay.")
	}
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
			resp.Diagnostics.AddAttributeError(req.Path, "A value is not valid", "The value of "+name+" is "+prose.Kind(value)+
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
