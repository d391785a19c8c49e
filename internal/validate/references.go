// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// References are checked when they are used, and not when the configuration is validated: `terraform test` validates, too, what refers to
// mocked resources and data sources, for whose ids core makes up a text. What is mocked is neither planned nor read here.

// WhilePlanning checks the form of a reference, such as the id of a role, when its resource is planned.
func WhilePlanning(rule validator.String) planmodifier.String { return reference{rule} }

// EachWhilePlanning checks the form of each reference in a set when its resource is planned.
func EachWhilePlanning(rule validator.String) planmodifier.Set { return reference{rule} }

// EachValueWhilePlanning checks the form of each reference that is a value of a map when its resource is planned.
func EachValueWhilePlanning(rule validator.String) planmodifier.Map { return reference{rule} }

// Reference checks the form of a reference when a data source is read. It reports whether that is right.
func Reference(ctx context.Context, at path.Path, value types.String, rule validator.String, diags *diag.Diagnostics) bool {
	var resp validator.StringResponse
	rule.ValidateString(ctx, validator.StringRequest{Path: at, ConfigValue: value}, &resp)
	diags.Append(resp.Diagnostics...)
	return !resp.Diagnostics.HasError()
}

type reference struct{ rule validator.String }

var (
	_ planmodifier.String = reference{}
	_ planmodifier.Set    = reference{}
	_ planmodifier.Map    = reference{}
)

// Description implements [planmodifier.Describer].
func (r reference) Description(ctx context.Context) string { return r.rule.Description(ctx) }

// MarkdownDescription implements [planmodifier.Describer].
func (r reference) MarkdownDescription(ctx context.Context) string {
	return r.rule.MarkdownDescription(ctx)
}

// PlanModifyString implements [planmodifier.String].
func (r reference) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	Reference(ctx, req.Path, req.ConfigValue, r.rule, &resp.Diagnostics)
}

// PlanModifySet implements [planmodifier.Set].
func (r reference) PlanModifySet(ctx context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if text, ok := element.(types.String); ok {
			Reference(ctx, req.Path.AtSetValue(element), text, r.rule, &resp.Diagnostics)
		}
	}
}

// PlanModifyMap implements [planmodifier.Map].
func (r reference) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	References(ctx, req.Path, req.ConfigValue, r.rule, &resp.Diagnostics)
}

// References checks the form of each reference that is a value of a map.
func References(ctx context.Context, at path.Path, references types.Map, rule validator.String, diags *diag.Diagnostics) {
	for key, element := range references.Elements() {
		if text, ok := element.(types.String); ok {
			Reference(ctx, at.AtMapKey(key), text, rule, diags)
		}
	}
}
