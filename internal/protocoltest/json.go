// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"encoding/json"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/zclconf/go-cty/cty"
)

// providerAddress is the address of the provider in the tests.
const providerAddress = "registry.terraform.io/hashicorp/pe"

// planJSON is a plan as `terraform show -json` prints it, with what plan checks need.
func planJSON(changes []change) *tfjson.Plan {
	plan := &tfjson.Plan{FormatVersion: "1.2"}
	for _, c := range changes {
		if c.block.mode == data && !slices.Equal(c.actions, reading) {
			continue
		}
		plan.ResourceChanges = append(plan.ResourceChanges, &tfjson.ResourceChange{
			Address: c.block.address(), Mode: c.block.resourceMode(), Type: c.block.kind, Name: c.block.name, ProviderName: providerAddress,
			Change: &tfjson.Change{Actions: c.actions, Before: jsonValue(c.before), After: jsonValue(c.after), AfterUnknown: unknowns(c.after)},
		})
	}
	return plan
}

// stateJSON is a state as `terraform show -json` prints it, with what state checks need.
func stateJSON(s *state) *tfjson.State {
	root := &tfjson.StateModule{}
	add := func(b block, value cty.Value, tainted bool) {
		attributes, _ := jsonValue(value).(map[string]any)
		root.Resources = append(root.Resources, &tfjson.StateResource{
			Address:         b.address(),
			Mode:            b.resourceMode(),
			Type:            b.kind,
			Name:            b.name,
			ProviderName:    providerAddress,
			AttributeValues: attributes,
			Tainted:         tainted,
		})
	}
	for _, address := range s.created {
		add(blockOf(address), s.resources[address].value, s.resources[address].tainted)
	}
	for _, address := range slices.Sorted(maps.Keys(s.data)) {
		b := blockOf(address[len("data."):])
		b.mode = data
		add(b, s.data[address], false)
	}
	return &tfjson.State{FormatVersion: "1.0", Values: &tfjson.StateValues{RootModule: root}}
}

// flatState is a state in the form of the older checks, with the attributes that are texts.
func flatState(s *state) *terraform.State {
	root := &terraform.ModuleState{Path: []string{"root"}, Resources: map[string]*terraform.ResourceState{}}
	for address, kept := range s.resources {
		primary := &terraform.InstanceState{Attributes: map[string]string{}}
		for name, value := range kept.value.AsValueMap() {
			if value.Type() == cty.String && !value.IsNull() {
				primary.Attributes[name] = value.AsString()
			}
		}
		primary.ID = primary.Attributes["id"]
		root.Resources[address] = &terraform.ResourceState{Type: blockOf(address).kind, Primary: primary}
	}
	return &terraform.State{Modules: []*terraform.ModuleState{root}}
}

func (b block) resourceMode() tfjson.ResourceMode {
	if b.mode == data {
		return tfjson.DataResourceMode
	}
	return tfjson.ManagedResourceMode
}

// jsonValue returns a value in the form of JSON. Unknown values are left out of objects, and null elsewhere.
func jsonValue(value cty.Value) any {
	switch kind := value.Type(); {
	case value.IsNull() || !value.IsKnown():
		return nil
	case kind == cty.String:
		return value.AsString()
	case kind == cty.Bool:
		return value.True()
	case kind == cty.Number:
		return json.Number(value.AsBigFloat().Text('f', -1))
	case kind.IsObjectType(), kind.IsMapType():
		object := map[string]any{}
		for name, member := range value.AsValueMap() {
			if member.IsKnown() {
				object[name] = jsonValue(member)
			}
		}
		return object
	default:
		list := []any{}
		for _, element := range value.AsValueSlice() {
			list = append(list, jsonValue(element))
		}
		return list
	}
}

// unknowns returns true in place of every unknown value.
func unknowns(value cty.Value) any {
	switch kind := value.Type(); {
	case !value.IsKnown():
		return true
	case value.IsNull() || kind.IsPrimitiveType():
		return false
	case kind.IsObjectType(), kind.IsMapType():
		object := map[string]any{}
		for name, member := range value.AsValueMap() {
			if inner := unknowns(member); inner != false {
				object[name] = inner
			}
		}
		return object
	default:
		list := []any{}
		for _, element := range value.AsValueSlice() {
			list = append(list, unknowns(element))
		}
		return list
	}
}
