// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"encoding/json"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TrueOrNull is true, or null for a flag that is off or not reported.
func TrueOrNull(flag *bool) types.Bool {
	if flag == nil || !*flag {
		return types.BoolNull()
	}
	return types.BoolValue(true)
}

// Functions that decide whether the server reports another value, or the prior one in another form.

// ReportedBool keeps a flag that is not configured while the server reports false.
func ReportedBool(prior types.Bool, reported *bool) types.Bool {
	if reported == nil || prior.IsNull() && !*reported {
		return prior
	}
	return types.BoolValue(*reported)
}

// ReportedInt64 keeps a number that the server does not report.
func ReportedInt64(prior types.Int64, reported *int64) types.Int64 {
	if reported == nil {
		return prior
	}
	return types.Int64Value(*reported)
}

// ReportedString keeps a text that the server does not report.
func ReportedString(prior types.String, reported string) types.String {
	if reported == "" {
		return prior
	}
	return types.StringValue(reported)
}

// SameMeaning reports whether two values are the same JSON, whatever their types.
func SameMeaning(a, b attr.Value) bool {
	if set, ok := a.(types.Set); ok {
		return set.Equal(b)
	}
	first, err := ToGo(a)
	if err != nil {
		return false
	}
	second, err := ToGo(b)
	return err == nil && reflect.DeepEqual(first, second)
}

// SameJSON reports whether a JSON text has a value of encoding/json with json.Number. It compares everything, even what [FromJSON] would
// not keep.
func SameJSON(raw json.RawMessage, value any) bool {
	reported, err := ParseJSON(raw)
	return err == nil && reflect.DeepEqual(plainForm(reported), value)
}
