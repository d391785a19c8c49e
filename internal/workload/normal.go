// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var _ pe.Normal = Normal

// Normal returns the value of an input of a job or schedule in the one form that all values have that mean the same to the server:
// what is left out is null, and so is the default that is written down.
func Normal(name string, attributes map[string]tftypes.Value) tftypes.Value {
	value := attributes[name]
	if value.IsNull() || !value.IsFullyKnown() {
		return value
	}
	switch name {
	case "noop", "no_noop", "debug", "trace", "evaltrace":
		return nullIf(value, tfvalue.IsDefaultBool(value, false))
	case "enforce_environment":
		var environment string
		if known := attributes["environment"]; !known.IsFullyKnown() || known.As(&environment) != nil {
			return value
		}
		return nullIf(value, tfvalue.IsDefaultBool(value, environment != ""))
	case "description":
		var text string
		return nullIf(value, value.As(&text) == nil && text == "")
	case "triggers", "query_params", "node_group_params":
		var elements map[string]tftypes.Value
		return nullIf(value, value.As(&elements) == nil && len(elements) == 0)
	case "params", "userdata":
		return normalParams(value)
	case "scope":
		return normalScope(value)
	default:
		return value
	}
}

func nullIf(value tftypes.Value, same bool) tftypes.Value {
	if same {
		return tftypes.NewValue(value.Type(), nil)
	}
	return value
}

// normalParams has objects in the place of maps, and tuples in the place of lists and sets. None are null.
func normalParams(value tftypes.Value) tftypes.Value {
	plain, ok := tfvalue.Plain(value)
	if !ok {
		return value
	}
	if object, ok := plain.(map[string]any); ok && len(object) == 0 {
		plain = nil
	}
	return tfvalue.FromPlain(plain)
}

// normalScope has the keys that have a value, with the nodes in order. A query that is the JSON text of an AST is the AST.
func normalScope(value tftypes.Value) tftypes.Value {
	plain, ok := tfvalue.Plain(value)
	scope, isObject := plain.(map[string]any)
	if !ok || !isObject {
		return value
	}
	maps.DeleteFunc(scope, func(_ string, part any) bool { return part == nil })
	if nodes, ok := scope["nodes"].([]any); ok {
		slices.SortFunc(nodes, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		scope["nodes"] = slices.CompactFunc(nodes, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
	}
	if text, ok := scope["query"].(string); ok && strings.HasPrefix(strings.TrimSpace(text), "[") {
		if tree, err := tfvalue.FromConfigured(json.RawMessage(text)); err == nil {
			if parsed, err := tfvalue.ToGo(tree); err == nil {
				scope["query"] = parsed
			}
		}
	}
	return tfvalue.FromPlain(scope)
}
