// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"encoding/json"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Plain returns a known value of the plugin protocol as encoding/json would decode it, with numbers as [json.Number]. It is false where
// something in it is not known.
func Plain(value tftypes.Value) (any, bool) {
	var text string
	var flag bool
	var number big.Float
	var elements []tftypes.Value
	var members map[string]tftypes.Value
	switch {
	case !value.IsKnown():
		return nil, false
	case value.IsNull():
		return nil, true
	case value.Type().Is(tftypes.String) && value.As(&text) == nil:
		return text, true
	case value.Type().Is(tftypes.Bool) && value.As(&flag) == nil:
		return flag, true
	case value.Type().Is(tftypes.Number) && value.As(&number) == nil:
		return numberText(&number), true
	case value.As(&elements) == nil:
		plain := make([]any, len(elements))
		for i, element := range elements {
			inner, ok := Plain(element)
			if !ok {
				return nil, false
			}
			plain[i] = inner
		}
		return plain, true
	case value.As(&members) == nil:
		plain := make(map[string]any, len(members))
		for name, member := range members {
			inner, ok := Plain(member)
			if !ok {
				return nil, false
			}
			plain[name] = inner
		}
		return plain, true
	default:
		return nil, false
	}
}

// FromPlain returns what Plain has made of a value, with objects and tuples in the place of maps, lists and sets.
func FromPlain(plain any) tftypes.Value {
	switch plain := plain.(type) {
	case string:
		return tftypes.NewValue(tftypes.String, plain)
	case bool:
		return tftypes.NewValue(tftypes.Bool, plain)
	case json.Number:
		number, ok := literal(plain.String())
		if !ok {
			return tftypes.NewValue(tftypes.String, plain.String())
		}
		return tftypes.NewValue(tftypes.Number, number)
	case []any:
		elements, kinds := make([]tftypes.Value, len(plain)), make([]tftypes.Type, len(plain))
		for i, element := range plain {
			elements[i] = FromPlain(element)
			kinds[i] = elements[i].Type()
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, elements)
	case map[string]any:
		members, kinds := map[string]tftypes.Value{}, map[string]tftypes.Type{}
		for name, member := range plain {
			members[name] = FromPlain(member)
			kinds[name] = members[name].Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, members)
	default:
		return tftypes.NewValue(tftypes.DynamicPseudoType, nil)
	}
}
