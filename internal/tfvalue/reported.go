package tfvalue

import (
	"encoding/json"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TrueOrNull is null for a flag that is off, as it is when nobody mentions it.
func TrueOrNull(flag *bool) types.Bool {
	if flag == nil || !*flag {
		return types.BoolNull()
	}
	return types.BoolValue(true)
}

// The questions that decide whether what the server says is another value or the same one in other words.

// ReportedBool keeps a flag that nobody mentions while the server says no.
func ReportedBool(prior types.Bool, told *bool) types.Bool {
	if told == nil || prior.IsNull() && !*told {
		return prior
	}
	return types.BoolValue(*told)
}

// ReportedInt64 keeps a number that the server does not tell.
func ReportedInt64(prior types.Int64, told *int64) types.Int64 {
	if told == nil {
		return prior
	}
	return types.Int64Value(*told)
}

// ReportedString keeps a text that the server does not tell.
func ReportedString(prior types.String, told string) types.String {
	if told == "" {
		return prior
	}
	return types.StringValue(told)
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

// SameJSON reports whether a JSON text has a value of encoding/json with json.Number.
func SameJSON(raw json.RawMessage, value any) bool {
	told, err := FromJSON(raw)
	if err != nil {
		return false
	}
	toldValue, err := ToGo(told)
	return err == nil && reflect.DeepEqual(toldValue, value)
}
