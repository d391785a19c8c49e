// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// NoNulls accepts collections whose elements all have a value. The framework's own validators of elements pass over null.
type NoNulls struct{}

var (
	_ validator.List = NoNulls{}
	_ validator.Map  = NoNulls{}
	_ validator.Set  = NoNulls{}
)

// Description implements [validator.Describer].
func (NoNulls) Description(context.Context) string { return "no element is null" }

// MarkdownDescription implements [validator.Describer].
func (v NoNulls) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements [validator.List].
func (NoNulls) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if problem := NullElement(req.Path.String(), req.ConfigValue.Elements()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, NullSummary, problem)
	}
}

// ValidateSet implements [validator.Set].
func (NoNulls) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if problem := NullElement(req.Path.String(), req.ConfigValue.Elements()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, NullSummary, problem)
	}
}

// ValidateMap implements [validator.Map].
func (NoNulls) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if problem := NullKeys(req.Path.String(), req.ConfigValue.Elements()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, NullSummary, problem)
	}
}

// NullSummary is the summary of an error about a null.
const NullSummary = "A value is missing"

// NullElement says that an element of a list or set is null, or "".
func NullElement(label string, elements []attr.Value) string {
	if !slices.ContainsFunc(elements, tfvalue.IsNull) {
		return ""
	}
	return fmt.Sprintf("`%s`: an element is null. Give it a value or leave it out, for example with "+
		"`[for element in … : element if element != null]`.", label)
}

// NullKeys says which elements of a map are null, or "".
func NullKeys(label string, elements map[string]attr.Value) string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		if tfvalue.IsNull(elements[key]) {
			keys = append(keys, fmt.Sprintf("%q", key))
		}
	}
	switch len(keys) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("`%s`: the value of %s is null. Give it a value or leave the key out.", label, keys[0])
	default:
		return fmt.Sprintf("`%s`: the values of %s are null. Give them values or leave the keys out.", label, strings.Join(keys, ", "))
	}
}

// NotEmpty accepts sets that have elements. One without any would select nothing.
type NotEmpty struct{}

var _ validator.Set = NotEmpty{}

// Description implements [validator.Describer].
func (NotEmpty) Description(context.Context) string { return "there is an element" }

// MarkdownDescription implements [validator.Describer].
func (v NotEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements [validator.Set].
func (NotEmpty) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "The set is empty",
			fmt.Sprintf("`%s` is empty. Give it an element, or leave it out.", req.Path))
	}
}
