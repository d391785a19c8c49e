package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/dynamicvalue"
)

// keyedValues collects values by a key such as a job's number. Together they are one dynamic attribute, because lists and maps
// cannot hold dynamic values. Each value is converted when it is added, so that no second copy of all of them is made.
type keyedValues map[string]attr.Value

// add adds something that has a JSON form.
func (v keyedValues) add(key string, value any, summary string, diags *diag.Diagnostics) {
	v[key] = plain(jsonValue(value, summary, diags))
}

// value returns the object of all values.
func (v keyedValues) value() types.Dynamic { return types.DynamicValue(dynamicvalue.Object(v)) }
