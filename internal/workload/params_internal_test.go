// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// params returns the value of an attribute of parameters.
func params(attributes map[string]attr.Value) types.Dynamic {
	return types.DynamicValue(tfvalue.Object(attributes))
}

// ofList returns parameters of which one is a list.
func ofList(elements ...attr.Value) types.Dynamic {
	list := types.ListValueMust(types.StringType, elements)
	return types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{"a": types.ListType{ElemType: types.StringType}}, map[string]attr.Value{"a": list}))
}

func number(n float64) types.Number { return types.NumberValue(big.NewFloat(n)) }

func TestParamValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Dynamic
		want  map[string]any
		fails bool
	}{
		"null":                 {types.DynamicNull(), nil, false},
		"null that has a type": {types.DynamicValue(types.MapNull(types.StringType)), nil, false},
		"empty":                {params(nil), map[string]any{}, false},
		"an object":            {params(map[string]attr.Value{"a": types.StringValue("x"), "n": number(3), "z": types.StringNull()}), map[string]any{"a": "x", "n": json.Number("3"), "z": nil}, false},
		"a map":                {types.DynamicValue(types.MapValueMust(types.BoolType, map[string]attr.Value{"a": types.BoolValue(true)})), map[string]any{"a": true}, false},
		"not known":            {types.DynamicUnknown(), nil, true},
		"partly known":         {params(map[string]attr.Value{"a": types.StringUnknown()}), nil, true},
	} {
		var diags diag.Diagnostics
		got := ParamValues(test.value, path.Root("params"), &diags)
		if !reflect.DeepEqual(got, test.want) || diags.HasError() != test.fails || test.fails && !slices.Equal(faults(diags), []string{"params"}) {
			t.Errorf("%s: got %#v, want %#v; %v", name, got, test.want, diags)
		}
	}
}

// TestSensitiveParams_WithoutAValue refuses secrets that are null: what runs without its secret may do anything.
func TestSensitiveParams_WithoutAValue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		secret types.Dynamic
		names  []string
	}{
		"none":          {types.DynamicNull(), nil},
		"empty":         {params(map[string]attr.Value{}), nil},
		"given":         {params(map[string]attr.Value{"a": types.StringValue("")}), nil},
		"null":          {params(map[string]attr.Value{"a": types.StringNull(), "b": types.StringValue("x"), "c": types.StringNull()}), []string{"a", "c"}},
		"null within":   {params(map[string]attr.Value{"a": ast(t, `{"b":["x",{"c":null}]}`)}), []string{"a"}},
		"not known yet": {params(map[string]attr.Value{"a": types.StringUnknown()}), nil},
	} {
		var diags diag.Diagnostics
		RefuseNullSecrets(test.secret, true, "Do this.", &diags)
		var names []string
		for _, d := range diags {
			names = append(names, strings.Split(d.Summary(), `"`)[1])
			if !strings.HasSuffix(d.Detail(), "\n\nDo this.") {
				t.Errorf("%s: it says %s", name, d.Detail())
			}
		}
		if !slices.Equal(names, test.names) {
			t.Errorf("%s: got %v", name, diags)
		}
	}
	var diags diag.Diagnostics
	RefuseNullSecrets(params(map[string]attr.Value{"a": ast(t, `{"user":"x","port":null}`)}), false, "Do this.", &diags)
	if len(diags) > 0 {
		t.Errorf("an optional attribute of a secret: %v", diags)
	}
	if SensitiveParams(nil, params(map[string]attr.Value{"a": types.StringNull()}), httpapi.NewRedactor(), &diags); !diags.HasError() {
		t.Error("a secret that is null is sent")
	}
}

func TestSensitiveParams(t *testing.T) {
	t.Parallel()
	plain := map[string]any{"user": "dana", "password": "none"}
	for name, test := range map[string]struct {
		plain  map[string]any
		secret types.Dynamic
		want   map[string]any
	}{
		"none":               {nil, types.DynamicNull(), map[string]any{}},
		"only plain ones":    {plain, types.DynamicNull(), plain},
		"only secrets":       {nil, params(map[string]attr.Value{"pin": number(4711)}), map[string]any{"pin": json.Number("4711")}},
		"secrets win":        {plain, params(map[string]attr.Value{"password": types.StringValue("hunter2")}), map[string]any{"user": "dana", "password": "hunter2"}},
		"secrets within one": {nil, params(map[string]attr.Value{"keys": ast(t, `{"a":["hunter2",4711]}`)}), map[string]any{"keys": map[string]any{"a": []any{"hunter2", json.Number("4711")}}}},
	} {
		before := maps.Clone(test.plain)
		redactor := httpapi.NewRedactor()
		var diags diag.Diagnostics
		if got := SensitiveParams(test.plain, test.secret, redactor, &diags); !reflect.DeepEqual(got, test.want) || len(diags) > 0 {
			t.Errorf("%s: got %v, want %v; %v", name, got, test.want, diags)
		}
		if !reflect.DeepEqual(test.plain, before) {
			t.Errorf("%s: the parameters that were given are now %v", name, test.plain)
		}
		// Secrets are hidden by value and by name, and nothing else is.
		text, err := json.Marshal(test.want)
		if err != nil {
			t.Fatal(err)
		}
		shown := redactor.Text(string(text)) + redactor.JSON([]byte(`{"pin":1,"keys":2}`))
		for _, secret := range []string{"hunter2", "4711"} {
			if strings.Contains(shown, secret) {
				t.Errorf("%s: %s is shown in %s", name, secret, shown)
			}
		}
		for hidden, by := range map[string]bool{`"pin":"(redacted)"`: name == "only secrets", `"keys":"(redacted)"`: name == "secrets within one"} {
			if strings.Contains(shown, hidden) != by {
				t.Errorf("%s: got %s", name, shown)
			}
		}
		if strings.Contains(redactor.Text("dana"), httpapi.Redacted) {
			t.Errorf("%s: what is no secret is hidden", name)
		}
	}
}

func TestParamsValue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reported map[string]json.RawMessage
		want     types.Dynamic
		fails    bool
	}{
		"none":  {nil, types.DynamicNull(), false},
		"empty": {map[string]json.RawMessage{}, types.DynamicNull(), false},
		"some": {
			map[string]json.RawMessage{"a": json.RawMessage(`"x"`), "z": json.RawMessage(`null`), "l": json.RawMessage(`[1]`)},
			params(map[string]attr.Value{"a": types.StringValue("x"), "z": types.DynamicNull(), "l": ast(t, `[1]`)}), false,
		},
		"one that cannot be read": {map[string]json.RawMessage{"a": json.RawMessage(`"x"`), "b": json.RawMessage(`{`)}, params(map[string]attr.Value{"a": types.StringValue("x"), "b": types.DynamicNull()}), true},
	} {
		var diags diag.Diagnostics
		if got := ParamsValue(test.reported, &diags); !got.Equal(test.want) || diags.HasError() != test.fails {
			t.Errorf("%s: got %s, want %s; %v", name, got, test.want, diags)
		}
	}
}

func TestSameParams(t *testing.T) {
	t.Parallel()
	x, y := types.StringValue("x"), types.StringValue("y")
	for name, test := range map[string]struct {
		planned, prior types.Dynamic
		want           bool
	}{
		"neither":                       {types.DynamicNull(), types.DynamicNull(), true},
		"the same":                      {params(map[string]attr.Value{"a": x}), params(map[string]attr.Value{"a": x}), true},
		"another value":                 {params(map[string]attr.Value{"a": x}), params(map[string]attr.Value{"a": y}), false},
		"another type":                  {params(map[string]attr.Value{"a": types.StringValue("1")}), params(map[string]attr.Value{"a": number(1)}), false},
		"the server adds defaults":      {params(map[string]attr.Value{"a": x}), params(map[string]attr.Value{"a": x, "b": y}), true},
		"none wanted, defaults added":   {types.DynamicNull(), params(map[string]attr.Value{"b": y}), true},
		"one that the server lacks":     {params(map[string]attr.Value{"a": x, "b": y}), params(map[string]attr.Value{"a": x}), false},
		"a null that the server lacks":  {params(map[string]attr.Value{"a": types.StringNull()}), params(nil), false},
		"a null that the server tells":  {params(map[string]attr.Value{"a": types.StringNull()}), params(map[string]attr.Value{"a": types.DynamicNull()}), true},
		"some wanted, none told":        {params(map[string]attr.Value{"a": x}), types.DynamicNull(), false},
		"as a map":                      {types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"a": x})), params(map[string]attr.Value{"a": x}), true},
		"a list for a tuple":            {ofList(x), params(map[string]attr.Value{"a": ast(t, `["x"]`)}), true},
		"not known":                     {types.DynamicUnknown(), params(nil), false},
		"partly known":                  {params(map[string]attr.Value{"a": types.StringUnknown()}), params(map[string]attr.Value{"a": x}), false},
		"the prior one is not known":    {params(map[string]attr.Value{"a": x}), types.DynamicUnknown(), false},
		"more inside of an object told": {params(map[string]attr.Value{"a": ast(t, `{"b":1}`)}), params(map[string]attr.Value{"a": ast(t, `{"b":1,"c":2}`)}), false},
	} {
		if got := SameParams(test.planned, test.prior); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestNamesOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Dynamic
		want  []string
	}{
		"null":                 {types.DynamicNull(), nil},
		"unknown":              {types.DynamicUnknown(), nil},
		"null that has a type": {types.DynamicValue(types.MapNull(types.StringType)), nil},
		"empty":                {params(nil), nil},
		"an object":            {params(map[string]attr.Value{"b": types.StringUnknown(), "a": types.StringNull()}), []string{"a", "b"}},
		"a map":                {types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"b": types.StringValue("x"), "a": types.StringUnknown()})), []string{"a", "b"}},
		"something else":       {types.DynamicValue(types.StringValue("a")), nil},
	} {
		if got := NamesOf(test.value); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestMapKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Map
		want  []string
	}{
		"null":    {types.MapNull(types.StringType), nil},
		"unknown": {types.MapUnknown(types.StringType), nil},
		"empty":   {types.MapValueMust(types.StringType, nil), nil},
		"many":    {types.MapValueMust(types.StringType, map[string]attr.Value{"b": types.StringUnknown(), "a": types.StringValue("x")}), []string{"a", "b"}},
	} {
		if got := MapKeys(test.value); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestValidateOneWay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ways []ParamWay
		want []string
		says string
	}{
		"none":            {nil, nil, ""},
		"each once":       {[]ParamWay{{"params", []string{"a"}}, {"query_params", []string{"b"}}, {"sensitive_params", []string{"c"}}}, nil, ""},
		"secrets over":    {[]ParamWay{{"params", []string{"a", "b"}}, {"sensitive_params", []string{"a", "b"}}}, nil, ""},
		"in two ways":     {[]ParamWay{{"params", []string{"a"}}, {"query_params", []string{"a"}}}, []string{"query_params"}, "The parameter \"a\" is given in `params` and in `query_params`."},
		"query and group": {[]ParamWay{{"query_params", []string{"a"}}, {"node_group_params", []string{"a"}}}, []string{"node_group_params"}, "in `query_params` and in `node_group_params`"},
		"query and secret": {
			[]ParamWay{{"params", nil}, {"query_params", []string{"a"}}, {"sensitive_params", []string{"a"}}}, []string{"sensitive_params"}, "in `query_params` and in `sensitive_params`",
		},
		"in three ways": {
			[]ParamWay{{"params", []string{"a"}}, {"query_params", []string{"a"}}, {"node_group_params", []string{"a"}}}, []string{"query_params", "node_group_params"},
			"in `params` and in `query_params`",
		},
	} {
		var diags diag.Diagnostics
		ValidateOneWay(&diags, test.ways...)
		if got := faults(diags); !slices.Equal(got, test.want) || len(diags) > 0 && !strings.Contains(diags[0].Detail(), test.says) {
			t.Errorf("%s: got %v, want errors at %v", name, diags, test.want)
		}
	}
}
