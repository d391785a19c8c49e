// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// Object accepts objects and maps.
type Object struct{}

// Description implements [validator.Describer].
func (Object) Description(context.Context) string { return "an object" }

// MarkdownDescription implements [validator.Describer].
func (v Object) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (Object) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || value.IsUnderlyingValueUnknown() || value.IsUnderlyingValueNull() {
		return
	}
	switch given := value.UnderlyingValue().(type) {
	case basetypes.ObjectValue, basetypes.MapValue:
	case basetypes.StringValue:
		advice := "Parameters are an object with one attribute for each parameter, such as { name = \"httpd\" }."
		if strings.HasPrefix(strings.TrimSpace(given.ValueString()), "{") {
			advice = "This is the JSON text of an object. Parameters are the object itself: remove jsonencode, or pass it through jsondecode."
		}
		resp.Diagnostics.AddAttributeError(req.Path, "The parameters are not an object", advice)
	default:
		resp.Diagnostics.AddAttributeError(req.Path, "The parameters are not an object",
			"Parameters are an object with one attribute for each parameter, such as { name = \"httpd\" }.")
	}
}
