// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestNormal_SaysWhatMeansTheSame is the table of all values that mean the same as leaving an input out.
func TestNormal_SaysWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	flag := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.Bool, value) }
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	texts := func(value any) tftypes.Value {
		return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, value)
	}
	anyOf := func(text string) tftypes.Value {
		value, err := ast(t, text).ToTerraformValue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	none := tftypes.NewValue(tftypes.DynamicPseudoType, nil)
	noTexts, oneText := map[string]tftypes.Value{}, map[string]tftypes.Value{"a": text("b")}
	list := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{text("b"), text("a")})
	object := func(name string, value tftypes.Value) tftypes.Value {
		return tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{name: value.Type()}}, map[string]tftypes.Value{name: value})
	}
	for name, test := range map[string]struct {
		input       string
		environment any
		a, b        tftypes.Value
		same        bool
	}{
		"noop":                                 {"noop", "x", flag(nil), flag(false), true},
		"noop, on":                             {"noop", "x", flag(nil), flag(true), false},
		"noop, not known":                      {"noop", "x", flag(nil), flag(tftypes.UnknownValue), false},
		"no_noop":                              {"no_noop", "x", flag(false), flag(nil), true},
		"debug":                                {"debug", "x", flag(nil), flag(false), true},
		"trace":                                {"trace", "x", flag(nil), flag(false), true},
		"evaltrace":                            {"evaltrace", "x", flag(nil), flag(false), true},
		"use_cached_catalog":                   {"use_cached_catalog", "x", flag(nil), flag(false), false}, // the agent's own setting
		"enforced":                             {"enforce_environment", "x", flag(nil), flag(true), true},
		"not enforced":                         {"enforce_environment", "x", flag(nil), flag(false), false},
		"enforced, without an environment":     {"enforce_environment", "", flag(nil), flag(true), false},
		"not enforced, without an environment": {"enforce_environment", "", flag(nil), flag(false), true},
		"enforced, environment not known":      {"enforce_environment", tftypes.UnknownValue, flag(nil), flag(true), false},
		"description":                          {"description", "x", text(nil), text(""), true},
		"another description":                  {"description", "x", text(nil), text("a"), false},
		"triggers":                             {"triggers", "x", texts(nil), texts(noTexts), true},
		"a trigger":                            {"triggers", "x", texts(nil), texts(oneText), false},
		"query_params":                         {"query_params", "x", texts(nil), texts(noTexts), true},
		"node_group_params":                    {"node_group_params", "x", texts(nil), texts(noTexts), true},
		"params":                               {"params", "x", none, anyOf(`{}`), true},
		"params as a map":                      {"params", "x", anyOf(`{"a":"b"}`), texts(oneText), true},
		"an empty map of params":               {"params", "x", none, texts(noTexts), true},
		"a list in params":                     {"params", "x", anyOf(`{"a":["b","a"]}`), object("a", list), true},
		"another order in params":              {"params", "x", anyOf(`{"a":["a","b"]}`), object("a", list), false},
		"other params":                         {"params", "x", none, anyOf(`{"a":null}`), false},
		"scope, another order":                 {"scope", "x", anyOf(`{"nodes":["a","b"]}`), object("nodes", list), true},
		"scope, a null":                        {"scope", "x", anyOf(`{"nodes":["a","b"],"query":null}`), anyOf(`{"nodes":["a","b"]}`), true},
		"scope, another node":                  {"scope", "x", anyOf(`{"nodes":["a"]}`), anyOf(`{"nodes":["a","b"]}`), false},
		"scope, an AST as JSON text":           {"scope", "x", anyOf(`{"query":"[\"from\",\"nodes\"]"}`), anyOf(`{"query":["from","nodes"]}`), true},
		"concurrency":                          {"concurrency", "x", tftypes.NewValue(tftypes.Number, nil), tftypes.NewValue(tftypes.Number, 8), false},
	} {
		environment := tftypes.NewValue(tftypes.String, test.environment)
		a := Normal(test.input, map[string]tftypes.Value{test.input: test.a, "environment": environment})
		b := Normal(test.input, map[string]tftypes.Value{test.input: test.b, "environment": environment})
		if got := a.Equal(b); got != test.same {
			t.Errorf("%s: %s and %s are the same: %v", name, a, b, got)
		}
	}
}
