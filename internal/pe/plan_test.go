// SPDX-License-Identifier: MPL-2.0

package pe_test

import (
	"maps"
	"math/big"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// object returns the attributes of a resource as Terraform sends them.
func object(attributes map[string]tftypes.Value) tftypes.Value {
	attributeTypes := make(map[string]tftypes.Type, len(attributes))
	for name, value := range attributes {
		attributeTypes[name] = value.Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: attributeTypes}, attributes)
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func number(s string) tftypes.Value {
	n, _, err := big.ParseFloat(s, 10, 512, big.ToNearestEven)
	if err != nil {
		return tftypes.NewValue(tftypes.Number, nil)
	}
	return tftypes.NewValue(tftypes.Number, n)
}

func texts(all ...string) []tftypes.Value {
	values := make([]tftypes.Value, len(all))
	for i, s := range all {
		values[i] = text(s)
	}
	return values
}

func set(all ...string) tftypes.Value {
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, texts(all...))
}

func list(all ...string) tftypes.Value {
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, texts(all...))
}

var (
	nullText    = tftypes.NewValue(tftypes.String, nil)
	unknownText = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	nullSet     = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, nil)
)

func TestChangedAttributes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		planned, prior tftypes.Value
		changed        bool
	}{
		"the same":                      {text("a"), text("a"), false},
		"another":                       {text("a"), text("b"), true},
		"both null":                     {nullText, nullText, false},
		"now null":                      {nullText, text("a"), true},
		"was null":                      {text("a"), nullText, true},
		"null and empty":                {text(""), nullText, true},
		"not known yet":                 {unknownText, text("a"), true},
		"not known yet, and was null":   {unknownText, nullText, true},
		"the same numbers":              {number("1"), number("1.0"), false},
		"other numbers":                 {number("20260110123456"), number("20260110123457"), true},
		"the same set":                  {set("a", "b"), set("a", "b"), false},
		"the same set in another order": {set("a", "b"), set("b", "a"), false},
		"another set":                   {set("a", "b"), set("a", "c"), true},
		"a smaller set":                 {set("a"), set("a", "b"), true},
		"an empty set and none":         {set(), nullSet, true},
		"a list in another order":       {list("a", "b"), list("b", "a"), true},
		"the same object":               {object(map[string]tftypes.Value{"a": text("x"), "b": nullText}), object(map[string]tftypes.Value{"b": nullText, "a": text("x")}), false},
		"an object of another type":     {object(map[string]tftypes.Value{"a": text("1")}), object(map[string]tftypes.Value{"a": number("1")}), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := map[bool]tftypes.Value{true: text("planned"), false: text("prior")}
			plan := tfsdk.Plan{Raw: object(map[string]tftypes.Value{"it": test.planned, "other": other[true], "same": text("a")})}
			state := tfsdk.State{Raw: object(map[string]tftypes.Value{"it": test.prior, "other": other[false], "same": text("a")})}
			for _, names := range [][]string{nil, {"it"}, {"same", "it"}, {"it", "other", "same"}} {
				var want []string
				for _, name := range names {
					if name == "other" || name == "it" && test.changed {
						want = append(want, name)
					}
				}
				var diags diag.Diagnostics
				if got := pe.ChangedAttributes(plan, state, names, asItIs, &diags); !slices.Equal(got, want) || len(diags) > 0 {
					t.Errorf("of %v: got %v, want %v; %v", names, got, want, diags)
				}
			}
		})
	}
}

func TestChangedAttributes_WhatCannotBeRead(t *testing.T) {
	t.Parallel()
	good := object(map[string]tftypes.Value{"it": text("a")})
	for want, test := range map[string]struct{ planned, prior tftypes.Value }{
		"The plan cannot be read":  {text("a"), good},
		"The state cannot be read": {good, text("a")},
	} {
		var diags diag.Diagnostics
		if got := pe.ChangedAttributes(tfsdk.Plan{Raw: test.planned}, tfsdk.State{Raw: test.prior}, []string{"it"}, asItIs, &diags); got != nil || len(diags) != 1 || diags[0].Summary() != want {
			t.Errorf("%s: got %v, %v", want, got, diags)
		}
	}
}

// fingerprint returns the fingerprint of a plan with some inputs, one of which is given.
func fingerprint(t *testing.T, collection string, inputs []string, attributes map[string]tftypes.Value) string {
	t.Helper()
	var diags diag.Diagnostics
	got := pe.Fingerprint(collection, tfsdk.Plan{Raw: object(attributes)}, inputs, asItIs, &diags)
	if len(diags) > 0 || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(got) {
		t.Fatalf("got %q, %v", got, diags)
	}
	return got
}

const jobs = "https://pe.example.com:8143/orchestrator/v1/jobs"

func TestFingerprint_SameForTheSame(t *testing.T) {
	t.Parallel()
	params := func(nodes tftypes.Value) map[string]tftypes.Value {
		return map[string]tftypes.Value{"task": text("facts"), "scope": object(map[string]tftypes.Value{"nodes": nodes, "query": nullText}), "description": text("a")}
	}
	inputs := []string{"task", "scope"}
	want := fingerprint(t, jobs, inputs, params(set("a", "b", "c")))
	for name, got := range map[string]string{
		"again":                    fingerprint(t, jobs, inputs, params(set("a", "b", "c"))),
		"nodes in another order":   fingerprint(t, jobs, inputs, params(set("c", "a", "b"))),
		"inputs in another order":  fingerprint(t, jobs, []string{"scope", "task"}, params(set("b", "a", "c"))),
		"another description":      fingerprint(t, jobs, inputs, with(params(set("a", "b", "c")), "description", text("b"))),
		"a description not known":  fingerprint(t, jobs, inputs, with(params(set("a", "b", "c")), "description", unknownText)),
		"a secret beside the rest": fingerprint(t, jobs, inputs, with(params(set("a", "b", "c")), "sensitive_params", text("hunter2"))),
	} {
		if got != want {
			t.Errorf("%s: it is another one", name)
		}
	}
}

func with(attributes map[string]tftypes.Value, name string, value tftypes.Value) map[string]tftypes.Value {
	changed := maps.Clone(attributes)
	changed[name] = value
	return changed
}

func TestFingerprint_DifferentForOthers(t *testing.T) {
	t.Parallel()
	attributes := map[string]tftypes.Value{"task": text("facts"), "params": nullText}
	seen := map[string]string{}
	add := func(name, fingerprint string) {
		if other, ok := seen[fingerprint]; ok {
			t.Errorf("%q and %q have the same", name, other)
		}
		seen[fingerprint] = name
	}
	add("no inputs", fingerprint(t, jobs, nil, attributes))
	add("fewer inputs", fingerprint(t, jobs, []string{"task"}, attributes))
	add("another collection", fingerprint(t, "https://pe.example.com:8143/orchestrator/v1/plan_jobs", []string{"task", "params"}, attributes))
	for name, params := range map[string]tftypes.Value{
		"null":                   nullText,
		"unknown":                unknownText,
		"empty":                  text(""),
		"text":                   text("1"),
		"number":                 number("1"),
		"yes":                    tftypes.NewValue(tftypes.Bool, true),
		"no":                     tftypes.NewValue(tftypes.Bool, false),
		"an empty list":          list(),
		"an empty set":           set(),
		"null set":               nullSet,
		"list":                   list("a", "b"),
		"list in another order":  list("b", "a"),
		"one text of two":        list(`a">, tftypes.String<"b`),
		"set":                    set("a", "b"),
		"object":                 object(map[string]tftypes.Value{"a": text("b")}),
		"object with another":    object(map[string]tftypes.Value{"a": text("c")}),
		"object by another name": object(map[string]tftypes.Value{"c": text("b")}),
		"map":                    tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": text("b")}),
		"a long number":          number("20260110123456"),
		"the next long number":   number("20260110123457"),
		"a fraction":             number("1.00000000001"),
	} {
		add(name, fingerprint(t, jobs, []string{"task", "params"}, with(attributes, "params", params)))
	}
	add("another task", fingerprint(t, jobs, []string{"task", "params"}, with(attributes, "task", text("package"))))
	// Inputs that change places are different inputs.
	add("one", fingerprint(t, jobs, []string{"task", "params"}, map[string]tftypes.Value{"task": text("a"), "params": text("b")}))
	add("the other", fingerprint(t, jobs, []string{"task", "params"}, map[string]tftypes.Value{"task": text("b"), "params": text("a")}))
}

func TestFingerprint_WhatCannotBeRead(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if got := pe.Fingerprint(jobs, tfsdk.Plan{Raw: text("a")}, []string{"it"}, asItIs, &diags); got != "" || len(diags) != 1 || diags[0].Summary() != "The plan cannot be read" {
		t.Errorf("got %q, %v", got, diags)
	}
}

// asItIs is for attributes of which every value means something else.
func asItIs(name string, attributes map[string]tftypes.Value) tftypes.Value { return attributes[name] }
