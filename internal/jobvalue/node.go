// SPDX-License-Identifier: MPL-2.0

package jobvalue

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// NodeStates returns the numbers of nodes by state.
func NodeStates(counts map[orchestrator.NodeState]int64) types.Map {
	elements := make(map[string]attr.Value, len(counts))
	for state, count := range counts {
		elements[string(state)] = types.Int64Value(count)
	}
	return types.MapValueMust(types.Int64Type, elements)
}

// NodeResult returns the entry of a node in results, and the part of its result that is a secret, nil if there is none.
func NodeResult(node orchestrator.JobNode) (entry, secret attr.Value, err error) {
	result, secret, err := SplitResult(node.Result)
	if err != nil {
		return nil, nil, err
	}
	return tfvalue.Object(map[string]attr.Value{
		"state":    types.StringValue(string(node.State)),
		"message":  tfvalue.StringOrNull(node.Message()),
		"duration": seconds(node.Duration),
		"result":   result,
	}), secret, nil
}

// SplitResult returns the result of a node as a value, and the part of it that is a secret, nil if there is none.
func SplitResult(raw json.RawMessage) (result, secret attr.Value, err error) {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil && object[orchestrator.SensitiveKey] != nil {
		hidden, err := tfvalue.FromJSON(object[orchestrator.SensitiveKey])
		if err != nil {
			return nil, nil, err
		}
		secret = tfvalue.Underlying(hidden)
		delete(object, orchestrator.SensitiveKey)
		if raw, err = json.Marshal(object); err != nil {
			return nil, nil, err
		}
	}
	shown, err := tfvalue.FromJSON(raw)
	if err != nil {
		return nil, nil, err
	}
	return tfvalue.Underlying(shown), secret, nil
}

func seconds(seconds *float64) basetypes.NumberValue {
	if seconds == nil {
		return types.NumberNull()
	}
	value, err := tfvalue.FromJSON(json.RawMessage(fmt.Sprint(*seconds)))
	if err != nil {
		return types.NumberNull()
	}
	number, ok := value.UnderlyingValue().(basetypes.NumberValue)
	if !ok {
		return types.NumberNull()
	}
	return number
}
