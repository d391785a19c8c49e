// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/object"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// SchemaVersion is the version of the schemas of jobs and schedules. In version 0, scope was an object, userdata were maps of texts, and
// targets were a list of objects that was kept without its secrets.
const SchemaVersion = 1

// Upgraders read the state of earlier versions of jobs and schedules.
func Upgraders() map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {StateUpgrader: func(
		ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse,
	) {
		upgraded, err := upgrade(ctx, req.RawState.JSON)
		if err != nil {
			resp.Diagnostics.AddError("The state of an earlier version cannot be read", prose.Sentence(err.Error()))
			return
		}
		resp.DynamicValue = &tfprotov6.DynamicValue{JSON: upgraded}
	}}}
}

// upgrade turns a state of version 0 into one of version 1.
func upgrade(ctx context.Context, state []byte) ([]byte, error) {
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal(state, &attributes); err != nil {
		return nil, fmt.Errorf("decoding the state: %w", err)
	}
	for name, change := range map[string]func(json.RawMessage) (types.Dynamic, error){
		"scope": upgradedScope, "userdata": tfvalue.FromConfigured, "userdata_all": tfvalue.FromConfigured,
	} {
		old, ok := attributes[name]
		if !ok || isNullJSON(old) {
			continue
		}
		value, err := change(old)
		if err == nil {
			attributes[name], err = tfvalue.DynamicJSON(ctx, value)
		}
		if err != nil {
			return nil, fmt.Errorf("upgrading %s: %w", name, err)
		}
	}
	if old, ok := attributes["targets"]; ok {
		targets, err := tfvalue.FromConfigured(old)
		if err == nil {
			attributes["targets_hash"], err = json.Marshal(TargetsHash(targets).ValueStringPointer())
		}
		if err != nil {
			return nil, fmt.Errorf("upgrading targets: %w", err)
		}
		attributes["targets"] = json.RawMessage("null")
	}
	return json.Marshal(attributes)
}

// upgradedScope returns a scope with the keys that have a value. Its query is stored with its type.
func upgradedScope(old json.RawMessage) (types.Dynamic, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(old, &parts); err != nil {
		return types.DynamicNull(), fmt.Errorf("decoding it: %w", err)
	}
	if query := parts["query"]; len(query) > 0 && !isNullJSON(query) {
		var typed struct {
			Value json.RawMessage `json:"value"`
		}
		if err := json.Unmarshal(query, &typed); err != nil {
			return types.DynamicNull(), fmt.Errorf("decoding its query: %w", err)
		}
		parts["query"] = typed.Value
	}
	encoded, err := json.Marshal(parts)
	if err != nil {
		return types.DynamicNull(), err
	}
	value, err := tfvalue.FromConfigured(encoded)
	if err != nil {
		return types.DynamicNull(), err
	}
	return object.Write(ReadScope(value, true)), nil
}

func isNullJSON(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }
