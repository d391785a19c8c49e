// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"encoding/json"
	"reflect"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

func TestJSONValue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value cty.Value
		want  any
	}{
		"null":          {cty.NullVal(cty.String), nil},
		"unknown":       {cty.UnknownVal(cty.String), nil},
		"text":          {cty.StringVal("a"), "a"},
		"yes":           {cty.True, true},
		"large number":  {cty.NumberIntVal(12345678901234567), json.Number("12345678901234567")},
		"fraction":      {cty.NumberFloatVal(1.5), json.Number("1.5")},
		"list":          {cty.ListVal([]cty.Value{cty.StringVal("a"), cty.UnknownVal(cty.String)}), []any{"a", nil}},
		"empty list":    {cty.ListValEmpty(cty.String), []any{}},
		"object":        {cty.ObjectVal(attributes{"a": cty.NullVal(cty.String), "b": cty.UnknownVal(cty.String)}), map[string]any{"a": nil}},
		"map":           {cty.MapVal(attributes{"a": cty.True}), map[string]any{"a": true}},
		"dynamic value": {cty.DynamicVal, nil},
	} {
		if got := jsonValue(test.value); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %#v, want %#v", name, got, test.want)
		}
	}
}

func TestUnknowns(t *testing.T) {
	t.Parallel()
	unknown := cty.UnknownVal(cty.String)
	for name, test := range map[string]struct {
		value cty.Value
		want  any
	}{
		"null":         {cty.NullVal(cty.String), false},
		"null list":    {cty.NullVal(cty.List(cty.String)), false},
		"text":         {cty.StringVal("a"), false},
		"unknown":      {unknown, true},
		"unknown list": {cty.UnknownVal(cty.List(cty.String)), true},
		"object":       {cty.ObjectVal(attributes{"a": unknown, "b": cty.True}), map[string]any{"a": true}},
		"list":         {cty.ListVal([]cty.Value{unknown, cty.StringVal("a")}), []any{true, false}},
	} {
		if got := unknowns(test.value); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %#v, want %#v", name, got, test.want)
		}
	}
}

// TestPlanJSON_LeavesOutDataSourcesThatWereRead has data sources that were read while planning, and ones that are read later.
func TestPlanJSON_LeavesOutDataSourcesThatWereRead(t *testing.T) {
	t.Parallel()
	object := cty.ObjectVal(attributes{"id": cty.UnknownVal(cty.String)})
	plan := planJSON([]change{
		{block: block{kind: "pe_thing", name: "a"}, actions: creation, before: cty.NullVal(object.Type()), after: object},
		{block: block{mode: data, kind: "pe_thing", name: "now"}, actions: noChange, after: object},
		{block: block{mode: data, kind: "pe_thing", name: "later"}, actions: reading, before: cty.NullVal(object.Type()), after: object},
	})
	if len(plan.ResourceChanges) != 2 {
		t.Fatalf("got %d changes", len(plan.ResourceChanges))
	}
	a, later := plan.ResourceChanges[0], plan.ResourceChanges[1]
	if a.Address != "pe_thing.a" || a.Mode != tfjson.ManagedResourceMode || !a.Change.Actions.Create() || a.Change.Before != nil ||
		!reflect.DeepEqual(a.Change.AfterUnknown, map[string]any{"id": true}) {
		t.Errorf("got %+v, %+v", a, a.Change)
	}
	if later.Address != "data.pe_thing.later" || later.Mode != tfjson.DataResourceMode || !later.Change.Actions.Read() {
		t.Errorf("got %+v, %+v", later, later.Change)
	}
}

func TestState_AsChecksSeeIt(t *testing.T) {
	t.Parallel()
	object := cty.ObjectVal(attributes{"id": cty.StringVal("7"), "size": cty.NumberIntVal(1), "note": cty.NullVal(cty.String)})
	s := &state{resources: map[string]*instance{}, data: map[string]cty.Value{"data.pe_thing.d": object}}
	s.keep("pe_thing.b", &instance{value: object})
	s.keep("pe_thing.a", &instance{value: object, tainted: true})
	resources := stateJSON(s).Values.RootModule.Resources
	var addresses []string
	for _, r := range resources {
		addresses = append(addresses, r.Address)
	}
	if want := []string{"pe_thing.b", "pe_thing.a", "data.pe_thing.d"}; !reflect.DeepEqual(addresses, want) {
		t.Fatalf("got %q, want %q, in the order of creation", addresses, want)
	}
	if resources[0].Tainted || !resources[1].Tainted || resources[2].Mode != tfjson.DataResourceMode || resources[0].AttributeValues["id"] != "7" {
		t.Errorf("got %+v, %+v, %+v", resources[0], resources[1], resources[2])
	}
	flat := flatState(s).RootModule().Resources["pe_thing.a"]
	if flat.Type != "pe_thing" || flat.Primary.ID != "7" || !reflect.DeepEqual(flat.Primary.Attributes, map[string]string{"id": "7"}) {
		t.Errorf("got %+v, %+v", flat, flat.Primary)
	}
}
