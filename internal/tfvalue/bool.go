package tfvalue

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// IsBool reports whether a planned boolean is what the server takes when none is given.
func IsBool(value tftypes.Value, byDefault bool) bool {
	var planned bool
	return value.IsKnown() && !value.IsNull() && value.Type().Is(tftypes.Bool) && value.As(&planned) == nil && planned == byDefault
}
