// SPDX-License-Identifier: MPL-2.0

package jobvalue

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// UserdataValue returns the reported userdata, without the provider's own keys. Values that are not texts are written as JSON.
func UserdataValue(userdata map[string]any) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range userdata {
		if launch.Reserved(key) {
			continue
		}
		elements[key] = types.StringValue(userdataText(value))
	}
	if len(elements) == 0 {
		return types.MapNull(types.StringType)
	}
	return types.MapValueMust(types.StringType, elements)
}

func userdataText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return tfvalue.JSONText(value)
}
