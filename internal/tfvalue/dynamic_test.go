// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"encoding/json"
	"math/big"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestFromJSON_KeepsWhatJSONSays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`null`, `true`, `"text"`, `""`, `0`, `-12`, `12345678901234567890`, `1.5`, `0.1`, `1e+100`, `[]`, `{}`,
		`[1,"a",null,[true]]`,
		`{"a":null,"b":[{"c":1},{"d":"x"}],"node1.example.com":{"version":"1.2"}}`,
		`{"unicode":"ö\u0000\n"}`,
	} {
		value, err := tfvalue.FromJSON(json.RawMessage(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		// A value that cannot be passed to Terraform would panic or fail here.
		if _, err := value.ToTerraformValue(t.Context()); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		back, err := tfvalue.ToGo(value)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		encoded, err := json.Marshal(back)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		var got, want any
		if json.Unmarshal(encoded, &got) != nil || json.Unmarshal([]byte(text), &want) != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s became %s", text, encoded)
		}
	}
}

func TestFromJSON_RefusesWhatIsNotJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{`, `{"a":}`, `1 2`, `x`} {
		if value, err := tfvalue.FromJSON(json.RawMessage(text)); err == nil {
			t.Errorf("%s became %s", text, value)
		}
	}
	if value, err := tfvalue.FromJSON(nil); err != nil || !value.IsNull() {
		t.Errorf("nothing became %s, %v", value, err)
	}
}

func TestToGo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		value attr.Value
		want  any
	}{
		"null":                     {types.StringNull(), nil},
		"nothing":                  {nil, nil},
		"whole number":             {types.NumberValue(big.NewFloat(3)), json.Number("3")},
		"large whole number":       {types.NumberValue(big.NewFloat(1e21)), json.Number("1000000000000000000000")},
		"fraction":                 {types.NumberValue(big.NewFloat(2.5)), json.Number("2.5")},
		"int64":                    {types.Int64Value(7), json.Number("7")},
		"float64":                  {types.Float64Value(7), json.Number("7")},
		"set":                      {types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a")}), []any{"a"}},
		"list":                     {types.ListValueMust(types.BoolType, []attr.Value{types.BoolValue(true)}), []any{true}},
		"map":                      {types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringNull()}), map[string]any{"a": nil}},
		"dynamic inside a dynamic": {types.DynamicValue(types.TupleValueMust([]attr.Type{types.DynamicType}, []attr.Value{types.DynamicValue(types.StringValue("a"))})), []any{"a"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tfvalue.ToGo(test.value)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, %v", got, err)
			}
		})
	}
}

func TestToGo_UnknownValues(t *testing.T) {
	t.Parallel()
	unknown := types.StringUnknown()
	for name, value := range map[string]attr.Value{
		"itself":         unknown,
		"dynamic":        types.DynamicUnknown(),
		"inside dynamic": types.DynamicValue(unknown),
		"in an object":   tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x"), "b": unknown}),
		"in a map":       types.MapValueMust(types.StringType, map[string]attr.Value{"a": unknown}),
		"in a list":      types.ListValueMust(types.StringType, []attr.Value{unknown}),
		"in a set":       types.SetValueMust(types.StringType, []attr.Value{unknown}),
		"in a tuple":     types.TupleValueMust([]attr.Type{types.StringType}, []attr.Value{unknown}),
	} {
		if tfvalue.IsWhollyKnown(value) {
			t.Errorf("%s: counts as known", name)
		}
		if got, err := tfvalue.ToGo(value); err == nil {
			t.Errorf("%s: became %v", name, got)
		}
	}
	for name, value := range map[string]attr.Value{
		"nothing": nil, "null": types.DynamicNull(), "text": types.StringValue(""),
		"nested": types.DynamicValue(tfvalue.Object(map[string]attr.Value{"a": types.DynamicNull()})),
	} {
		if !tfvalue.IsWhollyKnown(value) {
			t.Errorf("%s: counts as unknown", name)
		}
	}
}

func TestToPartial(t *testing.T) {
	t.Parallel()
	type hole struct{}
	unknown := types.StringUnknown()
	for name, test := range map[string]struct {
		value attr.Value
		want  any
	}{
		"itself":       {types.DynamicUnknown(), hole{}},
		"dynamic":      {types.DynamicValue(unknown), hole{}},
		"in an object": {tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x"), "b": unknown}), map[string]any{"a": "x", "b": hole{}}},
		"in a list":    {types.ListValueMust(types.StringType, []attr.Value{types.StringValue("x"), unknown}), []any{"x", hole{}}},
		// Two unknown elements may turn out to be the same.
		"in a set":    {types.SetValueMust(types.StringType, []attr.Value{types.StringValue("x"), unknown}), hole{}},
		"a known set": {types.SetValueMust(types.StringType, []attr.Value{types.StringValue("x")}), []any{"x"}},
		"null":        {types.DynamicNull(), nil},
	} {
		if got, err := tfvalue.ToPartial(test.value, hole{}); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: became %#v, %v", name, got, err)
		}
	}
}

func TestObject_HasTheTypesOfItsAttributes(t *testing.T) {
	t.Parallel()
	value := tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x"), "b": types.BoolValue(true)})
	want := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String, "b": tftypes.Bool}}
	if got := value.Type(t.Context()).TerraformType(t.Context()); !got.Equal(want) {
		t.Errorf("got %s", got)
	}
}
