// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// IsDefaultBool reports whether a planned boolean equals the server's default.
func IsDefaultBool(value tftypes.Value, byDefault bool) bool {
	var planned bool
	return value.IsKnown() && !value.IsNull() && value.Type().Is(tftypes.Bool) && value.As(&planned) == nil && planned == byDefault
}
