package validate

import (
	"context"

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
	if _, ok := first.(basetypes.StringValue); !ok {
		return "An AST query begins with an operator, which is a string."
	}
	return ""
}
