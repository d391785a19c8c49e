// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// Userdata accepts objects and maps with keys that the provider does not use itself.
type Userdata struct{}

var _ validator.Dynamic = Userdata{}

// Description implements [validator.Describer].
func (Userdata) Description(context.Context) string {
	return "an object with keys that the provider does not use itself"
}

// MarkdownDescription implements [validator.Describer].
func (v Userdata) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (Userdata) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	if tfvalue.IsNull(req.ConfigValue) || tfvalue.IsUnknown(req.ConfigValue) {
		return
	}
	var members map[string]attr.Value
	switch value := req.ConfigValue.UnderlyingValue().(type) {
	case basetypes.ObjectValue:
		members = value.Attributes()
	case basetypes.MapValue:
		members = value.Elements()
	default:
		resp.Diagnostics.AddAttributeError(req.Path, "The userdata is not an object",
			fmt.Sprintf("`%s` is an object with keys and values of your own, such as { ticket = \"CHG0001\", retries = 3 }.", req.Path))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if launch.Reserved(key) {
			resp.Diagnostics.AddAttributeError(req.Path.AtName(key), "The key of userdata is reserved",
				fmt.Sprintf("`%s`: %q is the key under which the provider finds again what it has started; choose another one.", req.Path, key))
		}
	}
	if problem := NullKeys(req.Path.String(), members); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, NullSummary, problem)
	}
}
