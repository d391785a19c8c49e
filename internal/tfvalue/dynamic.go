// SPDX-License-Identifier: MPL-2.0

// Package tfvalue converts between JSON, Go and the values of Terraform attributes, and compares them.
//
// Parameters of tasks and plans, and their results, are any JSON. In HCL they are ordinary objects, so that nobody needs jsonencode or
// jsondecode.
package tfvalue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// numberPrecision is the precision, in bits, with which Terraform reads numbers.
const numberPrecision = 512

// FromJSON returns a JSON text of somebody else as a dynamic value: objects as objects, arrays as tuples, null as null. An empty text is
// null. What [Foreign] bounds is bounded.
func FromJSON(raw json.RawMessage) (types.Dynamic, error) {
	plain, err := ParseJSON(raw)
	if plain == nil || err != nil {
		return types.DynamicNull(), err
	}
	return types.DynamicValue(FromForeign(plain).Value), nil
}

// FromConfigured is FromJSON for a text that the user has written, which may be as deep as it likes.
func FromConfigured(raw json.RawMessage) (types.Dynamic, error) {
	plain, err := ParseJSON(raw)
	if plain == nil || err != nil {
		return types.DynamicNull(), err
	}
	value, _ := (&conversion{anyDepth: true}).value(plain, 0)
	return types.DynamicValue(value), nil
}

// DynamicJSON writes a value as states hold those of dynamic attributes: with its type.
func DynamicJSON(ctx context.Context, value types.Dynamic) (json.RawMessage, error) {
	if value.IsNull() {
		return json.RawMessage("null"), nil
	}
	plain, err := ToGo(value)
	if err != nil {
		return nil, err
	}
	kind, err := json.Marshal(typeOf(value.UnderlyingValue()).TerraformType(ctx))
	if err != nil {
		return nil, fmt.Errorf("encoding a type: %w", err)
	}
	return json.Marshal(map[string]any{"value": plain, "type": json.RawMessage(kind)})
}

// Object returns an object value with the given attributes.
func Object(attributes map[string]attr.Value) attr.Value {
	attributeTypes := make(map[string]attr.Type, len(attributes))
	for key, attribute := range attributes {
		attributeTypes[key] = typeOf(attribute)
	}
	return types.ObjectValueMust(attributeTypes, attributes)
}

// typeOf returns the type of a value without a context, which the types of plain values never need.
func typeOf(value attr.Value) attr.Type {
	switch value := value.(type) {
	case basetypes.ObjectValue:
		attributes := value.Attributes()
		attributeTypes := make(map[string]attr.Type, len(attributes))
		for key, attribute := range attributes {
			attributeTypes[key] = typeOf(attribute)
		}
		return types.ObjectType{AttrTypes: attributeTypes}
	case basetypes.TupleValue:
		elements := value.Elements()
		elementTypes := make([]attr.Type, len(elements))
		for i, element := range elements {
			elementTypes[i] = typeOf(element)
		}
		return types.TupleType{ElemTypes: elementTypes}
	case basetypes.BoolValue:
		return types.BoolType
	case basetypes.StringValue:
		return types.StringType
	case basetypes.NumberValue:
		return types.NumberType
	default:
		return types.DynamicType
	}
}

// ToGo returns a known value as encoding/json would decode it, with numbers as [json.Number]. Null is nil. An unknown value,
// anywhere inside, is an error: see [IsWhollyKnown].
func ToGo(value attr.Value) (any, error) {
	return toGo(value, func() (any, error) { return nil, errors.New("the value is not known yet") })
}

// ToPartial is ToGo with a substitute for each value that is not known yet. A set with such a value is unknown as a whole, because its size
// is not known.
func ToPartial(value attr.Value, unknown any) (any, error) {
	return toGo(value, func() (any, error) { return unknown, nil })
}

func toGo(value attr.Value, unknown func() (any, error)) (any, error) {
	if value == nil || value.IsNull() {
		return nil, nil
	}
	if value.IsUnknown() {
		return unknown()
	}
	switch value := value.(type) {
	case basetypes.DynamicValuable:
		inner, ok := value.(basetypes.DynamicValue)
		if !ok {
			return nil, fmt.Errorf("a %T has no JSON form", value)
		}
		return toGo(inner.UnderlyingValue(), unknown)
	case basetypes.StringValue:
		return value.ValueString(), nil
	case basetypes.BoolValue:
		return value.ValueBool(), nil
	case basetypes.NumberValue:
		return numberText(value.ValueBigFloat()), nil
	case basetypes.Int64Value:
		return json.Number(fmt.Sprint(value.ValueInt64())), nil
	case basetypes.Float64Value:
		return numberText(big.NewFloat(value.ValueFloat64())), nil
	case basetypes.ObjectValue:
		return toMap(value.Attributes(), unknown)
	case basetypes.MapValue:
		return toMap(value.Elements(), unknown)
	case basetypes.ListValue:
		return toSlice(value.Elements(), unknown)
	case basetypes.SetValue:
		if !IsWhollyKnown(value) {
			return unknown()
		}
		return toSlice(value.Elements(), unknown)
	case basetypes.TupleValue:
		return toSlice(value.Elements(), unknown)
	default:
		return nil, fmt.Errorf("a %T has no JSON form", value)
	}
}

func toMap(values map[string]attr.Value, unknown func() (any, error)) (map[string]any, error) {
	converted := make(map[string]any, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		inner, err := toGo(values[key], unknown)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		converted[key] = inner
	}
	return converted, nil
}

func toSlice(values []attr.Value, unknown func() (any, error)) ([]any, error) {
	converted := make([]any, len(values))
	for i, value := range values {
		inner, err := toGo(value, unknown)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		converted[i] = inner
	}
	return converted, nil
}

// numberText writes whole numbers without a fraction or exponent, because Puppet uses that to tell Integer from Float.
func numberText(number *big.Float) json.Number {
	if number.IsInt() {
		return json.Number(number.Text('f', 0))
	}
	return json.Number(number.Text('g', -1))
}

// IsWhollyKnown reports whether no part of the value is unknown.
func IsWhollyKnown(value attr.Value) bool {
	if value == nil || value.IsNull() {
		return true
	}
	if value.IsUnknown() {
		return false
	}
	switch value := value.(type) {
	case basetypes.DynamicValue:
		return !value.IsUnderlyingValueUnknown() && IsWhollyKnown(value.UnderlyingValue())
	case basetypes.ObjectValue:
		return allKnown(maps.Values(value.Attributes()))
	case basetypes.MapValue:
		return allKnown(maps.Values(value.Elements()))
	case basetypes.ListValue:
		return allKnown(slices.Values(value.Elements()))
	case basetypes.SetValue:
		return allKnown(slices.Values(value.Elements()))
	case basetypes.TupleValue:
		return allKnown(slices.Values(value.Elements()))
	default:
		return true
	}
}

func allKnown(values func(func(attr.Value) bool)) bool {
	for value := range values {
		if !IsWhollyKnown(value) {
			return false
		}
	}
	return true
}
