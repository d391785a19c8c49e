// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IsNull reports whether a value is null. A null of a dynamic attribute that comes from a variable has the variable's type.
func IsNull(value attr.Value) bool {
	dynamic, ok := value.(types.Dynamic)
	return value.IsNull() || ok && dynamic.IsUnderlyingValueNull()
}

// IsUnknown reports whether a value is unknown.
func IsUnknown(value attr.Value) bool {
	dynamic, ok := value.(types.Dynamic)
	return value.IsUnknown() || ok && dynamic.IsUnderlyingValueUnknown()
}

// KnownOr returns a value, or null if it is unknown.
func KnownOr[V attr.Value](value, null V) V {
	if value.IsUnknown() {
		return null
	}
	return value
}
