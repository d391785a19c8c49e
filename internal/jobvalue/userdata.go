package jobvalue

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

// UserdataValue returns the userdata that the server tells, without what the provider has put there. Values that are no
// texts are written as JSON would show them.
func UserdataValue(userdata map[string]any) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range userdata {
		if key == launch.UserdataKey {
			continue
		}
		if text, ok := value.(string); ok {
			elements[key] = types.StringValue(text)
			continue
		}
		elements[key] = types.StringValue(fmt.Sprint(value))
	}
	if len(elements) == 0 {
		return types.MapNull(types.StringType)
	}
	return types.MapValueMust(types.StringType, elements)
}
