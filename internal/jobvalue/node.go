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

// longestMessage is how many characters of a message are kept. The whole of it is in the result.
const longestMessage = 1024

// Message returns the message of a node, cut if it is long.
func Message(node orchestrator.JobNode) types.String {
	text := node.Message()
	if len(text) > longestMessage {
		if runes := []rune(text); len(runes) > longestMessage {
			text = string(runes[:longestMessage]) + "…"
		}
	}
	return tfvalue.StringOrNull(text)
}

// NodeEntry returns the entry of a node in results, with what stands for its result.
func NodeEntry(node orchestrator.JobNode, result tfvalue.Foreign) tfvalue.Foreign {
	return tfvalue.ForeignObject(map[string]tfvalue.Foreign{
		"state":    tfvalue.ForeignText(types.StringValue(string(node.State))),
		"message":  tfvalue.ForeignText(Message(node)),
		"duration": seconds(node.Duration),
		"result":   result,
	})
}

// SplitResult returns the result of a node as a value, and the part of it that is a secret, nil if there is none.
func SplitResult(raw json.RawMessage) (result tfvalue.Foreign, secret *tfvalue.Foreign, err error) {
	plain, err := tfvalue.ParseJSON(raw)
	if err != nil {
		return tfvalue.Foreign{}, nil, err
	}
	if object, ok := plain.(map[string]any); ok {
		if hidden, ok := object[orchestrator.SensitiveKey]; ok {
			value := tfvalue.FromForeign(hidden)
			secret = &value
			delete(object, orchestrator.SensitiveKey)
		}
	}
	return tfvalue.FromForeign(plain), secret, nil
}

func seconds(seconds *float64) tfvalue.Foreign {
	none := tfvalue.ForeignNumber(types.NumberNull())
	if seconds == nil {
		return none
	}
	value := tfvalue.FromForeign(json.Number(fmt.Sprint(*seconds)))
	if number, ok := value.Value.(basetypes.NumberValue); ok {
		return tfvalue.ForeignNumber(number)
	}
	return none
}
