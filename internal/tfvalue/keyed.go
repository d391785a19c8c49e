// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Keyed collects values by a key such as a job's number. Together they are one dynamic attribute, because lists and maps cannot hold
// dynamic values. Each value is converted when it is added, so that no second copy of all of them is needed.
type Keyed map[string]attr.Value

// Add adds something that has a JSON form.
func (v Keyed) Add(key string, value any, summary string, diags *diag.Diagnostics) {
	v[key] = Underlying(FromGo(value, summary, diags))
}

// Value returns the object of all values.
func (v Keyed) Value() types.Dynamic { return types.DynamicValue(Object(v)) }
