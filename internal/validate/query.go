// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Query accepts PQL strings and AST lists.
type Query struct{}

// Description implements [validator.Describer].
func (Query) Description(context.Context) string {
	return "a PQL string, or an AST query as a list"
}

// MarkdownDescription implements [validator.Describer].
func (v Query) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (Query) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || value.IsUnderlyingValueUnknown() || value.IsUnderlyingValueNull() {
		return
	}
	problem := ""
	switch query := value.UnderlyingValue().(type) {
	case basetypes.StringValue:
		if wrong := pqlProblem(query.ValueString()); wrong != "" {
			problem = prose.Sentence(wrong)
		} else {
			warnOfPQL(req.Path, query.ValueString(), &resp.Diagnostics)
		}
	case basetypes.TupleValue:
		problem = astProblem(query.Elements())
	case basetypes.ListValue:
		problem = astProblem(query.Elements())
	default:
		problem = "A query is a PQL string or, for an AST query, a list."
	}
	if problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "The query is not valid",
			attributeName(req.Path)+problem+" Examples: \"nodes[certname] { certname ~ \\\"web\\\" }\" or [\"from\", \"nodes\", [\"~\", "+
				"\"certname\", \"web\"]].")
	}
}

func astProblem(elements []attr.Value) string {
	if len(elements) == 0 {
		return "The AST query is an empty list."
	}
	first := elements[0]
	if dynamic, ok := first.(basetypes.DynamicValue); ok {
		first = dynamic.UnderlyingValue()
	}
	if first == nil || first.IsUnknown() {
		return ""
	}
	operator, ok := first.(basetypes.StringValue)
	if !ok {
		return "An AST query begins with an operator, which is a string."
	}
	if operator.ValueString() != "from" || len(elements) < 2 {
		return ""
	}
	if entity := textOf(elements[1]); slices.Contains(otherEntities, entity) {
		return fmt.Sprintf("The result of a query has to hold certnames, and %s have none.", entity)
	}
	for _, element := range elements[2:] {
		if columns, known := extracted(element); known && !slices.Contains(columns, "certname") {
			return "The result of a query has to hold certnames: put \"certname\" into its list of fields, as in [\"extract\", [\"certname\"]]."
		}
	}
	return ""
}

// extracted returns the fields that a part of an AST query extracts. known is false for any other part, and while they are not known.
func extracted(part attr.Value) (columns []string, known bool) {
	elements := elementsOf(part)
	if len(elements) < 2 || textOf(elements[0]) != "extract" {
		return nil, false
	}
	if column := textOf(elements[1]); column != "" {
		return []string{column}, true
	}
	for _, column := range elementsOf(elements[1]) {
		if column.IsUnknown() {
			return nil, false
		}
		columns = append(columns, textOf(column))
	}
	return columns, len(columns) > 0
}

// textOf is a known text, "" for anything else.
func textOf(value attr.Value) string {
	if dynamic, ok := value.(basetypes.DynamicValue); ok {
		value = dynamic.UnderlyingValue()
	}
	if text, ok := value.(basetypes.StringValue); ok {
		return text.ValueString()
	}
	return ""
}

// elementsOf are the elements of a list or tuple, nil for anything else.
func elementsOf(value attr.Value) []attr.Value {
	if dynamic, ok := value.(basetypes.DynamicValue); ok {
		value = dynamic.UnderlyingValue()
	}
	switch list := value.(type) {
	case basetypes.TupleValue:
		return list.Elements()
	case basetypes.ListValue:
		return list.Elements()
	default:
		return nil
	}
}
