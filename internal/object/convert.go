// SPDX-License-Identifier: MPL-2.0

package object

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// setOfTexts is the type of lists of names, whose order says nothing.
var setOfTexts = types.SetType{ElemType: types.StringType}

// typeNames are the types of keys, for descriptions and for messages.
var typeNames = map[string]struct{ document, wanted string }{
	types.StringType.String():  {"String", "a string is needed"},
	setOfTexts.String():        {"Set of String", "a list of strings is needed, such as [\"a\", \"b\"]"},
	types.Int64Type.String():   {"Number", "a whole number is needed"},
	types.BoolType.String():    {"Boolean", "true or false is needed"},
	types.DynamicType.String(): {"Dynamic", ""},
}

// convert makes a value one of a type, as core does where an attribute has that type. The problem is a sentence, without the value,
// which may be secret.
func convert(value attr.Value, to attr.Type) (converted attr.Value, problem string) {
	switch {
	case value.IsNull():
		return nullOf(to), ""
	case value.IsUnknown():
		return unknownOf(to), ""
	}
	var ok bool
	switch {
	case to.Equal(types.DynamicType):
		return types.DynamicValue(value), ""
	case to.Equal(types.StringType):
		converted, ok = textOf(value)
	case to.Equal(types.BoolType):
		converted, ok = flagOf(value)
	case to.Equal(types.Int64Type):
		converted, ok = numberOf(value)
	case to.Equal(setOfTexts):
		return textsOf(value)
	}
	if number, isNumber := value.(basetypes.NumberValue); !ok && isNumber && to.Equal(types.Int64Type) {
		return types.DynamicNull(), tfvalue.WholeNumberProblem(number.ValueBigFloat())
	}
	if !ok {
		return types.DynamicNull(), fmt.Sprintf("%s, and this is %s.", typeNames[to.String()].wanted, kindOf(value))
	}
	return converted, ""
}

func nullOf(kind attr.Type) attr.Value {
	switch {
	case kind.Equal(types.StringType):
		return types.StringNull()
	case kind.Equal(types.BoolType):
		return types.BoolNull()
	case kind.Equal(types.Int64Type):
		return types.Int64Null()
	case kind.Equal(setOfTexts):
		return types.SetNull(types.StringType)
	default:
		return types.DynamicNull()
	}
}

func unknownOf(kind attr.Type) attr.Value {
	switch {
	case kind.Equal(types.StringType):
		return types.StringUnknown()
	case kind.Equal(types.BoolType):
		return types.BoolUnknown()
	case kind.Equal(types.Int64Type):
		return types.Int64Unknown()
	case kind.Equal(setOfTexts):
		return types.SetUnknown(types.StringType)
	default:
		return types.DynamicUnknown()
	}
}

func textOf(value attr.Value) (types.String, bool) {
	switch value := value.(type) {
	case basetypes.StringValue:
		return value, true
	case basetypes.BoolValue:
		return types.StringValue(strconv.FormatBool(value.ValueBool())), true
	case basetypes.NumberValue:
		return types.StringValue(value.ValueBigFloat().Text('f', -1)), true
	default:
		return types.StringNull(), false
	}
}

func flagOf(value attr.Value) (types.Bool, bool) {
	switch value := value.(type) {
	case basetypes.BoolValue:
		return value, true
	case basetypes.StringValue:
		if text := value.ValueString(); text == "true" || text == "false" {
			return types.BoolValue(text == "true"), true
		}
	}
	return types.BoolNull(), false
}

func numberOf(value attr.Value) (types.Int64, bool) {
	switch value := value.(type) {
	case basetypes.Int64Value:
		return value, true
	case basetypes.NumberValue:
		if number, accuracy := value.ValueBigFloat().Int64(); accuracy == big.Exact {
			return types.Int64Value(number), true
		}
	case basetypes.StringValue:
		if number, err := strconv.ParseInt(value.ValueString(), 10, 64); err == nil {
			return types.Int64Value(number), true
		}
	}
	return types.Int64Null(), false
}

// isTextOfList reports whether a value is the JSON text of a list, which is what a variable without a type holds.
func isTextOfList(value attr.Value) bool {
	text, ok := value.(basetypes.StringValue)
	var list []any
	return ok && json.Unmarshal([]byte(text.ValueString()), &list) == nil && list != nil
}

// textsOf makes a list, set or tuple a set of texts.
func textsOf(value attr.Value) (converted attr.Value, problem string) {
	if isTextOfList(value) {
		return types.SetNull(types.StringType), "a list is needed, and this is the text of one: remove jsonencode, or give the variable that " +
			"it comes from a type, such as set(string)."
	}
	var elements []attr.Value
	switch value := value.(type) {
	case basetypes.SetValue:
		elements = value.Elements()
	case basetypes.ListValue:
		elements = value.Elements()
	case basetypes.TupleValue:
		elements = value.Elements()
	case basetypes.StringValue:
		return types.SetNull(
			types.StringType,
		), typeNames[setOfTexts.String()].wanted + ", and this is a string. Put it in brackets, even when it is the only one."
	default:
		return types.SetNull(types.StringType), fmt.Sprintf("%s, and this is %s.", typeNames[setOfTexts.String()].wanted, kindOf(value))
	}
	var texts []attr.Value
	seen := map[string]bool{}
	for _, element := range elements {
		element = inner(element)
		text := types.StringUnknown()
		switch {
		case element.IsNull():
			text = types.StringNull()
		case !element.IsUnknown():
			var ok bool
			if text, ok = textOf(element); !ok {
				return types.SetNull(types.StringType), fmt.Sprintf("%s, and one of its elements is %s.",
					typeNames[setOfTexts.String()].wanted, kindOf(element))
			}
		}
		if !seen[text.String()] || text.IsUnknown() {
			seen[text.String()] = true
			texts = append(texts, text)
		}
	}
	return types.SetValueMust(types.StringType, texts), ""
}

// kindOf says what a value is, to people.
func kindOf(value attr.Value) string {
	switch value.(type) {
	case basetypes.StringValue:
		return "a string"
	case basetypes.NumberValue, basetypes.Int64Value, basetypes.Float64Value:
		return "a number"
	case basetypes.BoolValue:
		return "true or false"
	case basetypes.ListValue, basetypes.SetValue, basetypes.TupleValue:
		return "a list"
	case basetypes.ObjectValue, basetypes.MapValue:
		return "an object"
	default:
		return "something else"
	}
}
