// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// set returns a change of one attribute.
func set(name string, value cty.Value) func(attributes) attributes {
	return func(values attributes) attributes {
		values[name] = value
		return values
	}
}

// fails checks the error of a step, which must contain a text.
func fails(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
}

// TestRules_BrokenByAPlanOrApply has a provider that breaks a rule while it creates something. Marking its answers as legacy, for which
// core tolerates more, does not help.
func TestRules_BrokenByAPlanOrApply(t *testing.T) {
	t.Parallel()
	const invalidPlan, inconsistent, unknown = "Error: Provider produced invalid plan\n\n  with pe_thing.a: ",
		"Error: Provider produced inconsistent result after apply\n\n  with pe_thing.a: ",
		"Error: Provider returned invalid result object after apply: something of pe_thing.a is still unknown"
	nothing := func(attributes) attributes { return nil }
	for name, test := range map[string]struct {
		plan, apply func(attributes) attributes
		want        string
	}{
		"a configured value is planned otherwise": {set("name", cty.StringVal("b")), nil, invalidPlan + "name is planned as something else"},
		"a configured value is planned as unknown": {
			set("name", cty.UnknownVal(cty.String)), nil, invalidPlan + "name is planned as something else than is configured",
		},
		"what is left out and not computed is planned": {set("note", cty.StringVal("x")), nil, invalidPlan + "note is planned as something else"},
		"a write-only value is planned":                {set("secret", cty.StringVal("x")), nil, invalidPlan + "secret is write-only and has a value"},
		"a planned value is applied otherwise": {
			set("size", cty.NumberIntVal(3)), set("size", cty.NumberIntVal(4)), inconsistent + "size was planned as cty.NumberIntVal(3) and is cty.NumberIntVal(4)",
		},
		"a planned null has a value":     {nil, set("note", cty.StringVal("x")), inconsistent + "note was planned as cty.NullVal"},
		"a planned value is null":        {nil, set("name", cty.NullVal(cty.String)), inconsistent + "name was planned as cty.StringVal(\"a\")"},
		"a computed value stays unknown": {nil, set("size", cty.UnknownVal(cty.Number)), unknown},
		"nothing is returned":            {nil, nothing, "Error: Provider returned nothing for pe_thing.a and no error"},
	} {
		for _, legacy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, legacy %v", name, legacy), func(t *testing.T) {
				t.Parallel()
				d := newDouble()
				d.plan, d.apply, d.legacy = test.plan, test.apply, legacy
				fails(t, d.runner().step(t.Context(), has(thingA)), test.want)
			})
		}
	}
}

// TestRules_BrokenByAnUpdate has a provider that breaks a rule while it updates something.
func TestRules_BrokenByAnUpdate(t *testing.T) {
	t.Parallel()
	const changed = `resource "pe_thing" "a" { name = "b" }`
	for name, test := range map[string]struct {
		plan, apply func(attributes) attributes
		want        string
	}{
		"neither the configured nor the prior value": {set("name", cty.StringVal("c")), nil, "name is planned as something else than is configured"},
		"a change that is planned is not made":       {nil, set("name", cty.StringVal("a")), "name was planned as cty.StringVal(\"b\")"},
		"another attribute changes":                  {nil, set("id", cty.StringVal("8")), "id was planned as cty.StringVal(\"7\") and is cty.StringVal(\"8\")"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDouble()
			r := d.runner()
			if err := r.step(t.Context(), has(thingA)); err != nil {
				t.Fatal(err)
			}
			d.plan, d.apply = test.plan, test.apply
			fails(t, r.step(t.Context(), has(changed)), test.want)
		})
	}
	d := newDouble()
	r := d.runner()
	if err := r.step(t.Context(), has(thingA)); err != nil {
		t.Fatal(err)
	}
	d.plan = set("name", cty.StringVal("a"))
	if err := r.step(t.Context(), has(changed)); err != nil {
		t.Errorf("a provider may plan the prior value, where both mean the same: got %v", err)
	}
}

// TestRules_TheFinalPlanKeepsWhatWasPlanned changes its plan between the plan and the apply.
func TestRules_TheFinalPlanKeepsWhatWasPlanned(t *testing.T) {
	t.Parallel()
	d := newDouble()
	plans := 0
	d.plan = func(values attributes) attributes {
		plans++
		return set("size", cty.NumberIntVal(int64(plans)))(values)
	}
	fails(t, d.runner().step(t.Context(), has(thingA)), "Error: Provider produced inconsistent final plan\n\n  with pe_thing.a: size was planned as")
	if len(d.calls) > 0 {
		t.Errorf("got %v, want nothing to be applied", d.calls)
	}
}

// TestRules_APlanAfterAnApplyIsEmpty has a provider that always plans a change, or a test that expects one.
func TestRules_APlanAfterAnApplyIsEmpty(t *testing.T) {
	t.Parallel()
	d := newDouble()
	d.read = set("name", cty.StringVal("drifted"))
	fails(t, d.runner().step(t.Context(), has(thingA)), "the plan (refresh true) is not empty: pe_thing.a, [update]")

	expected := has(thingA)
	expected.ExpectNonEmptyPlan = true
	if err := d.runner().step(t.Context(), expected); err != nil {
		t.Errorf("expected changes: got %v", err)
	}
	fails(t, newDouble().runner().step(t.Context(), expected), "expected a plan with changes and got an empty one")
}

// TestRules_ErrorsAreShownAsByACLI has a provider that refuses a call. The error has the address, and the line that it is about.
func TestRules_ErrorsAreShownAsByACLI(t *testing.T) {
	t.Parallel()
	const shown = "Error: It was refused\n\n  with pe_thing.a.name,\nname = \"a\"\n\nThe detail."
	for call, want := range map[string]string{
		"schema": "Error: It was refused", "validate provider": "with provider.pe.name", "configure": "with provider.pe.name",
		"validate": shown, "plan": shown, "create": shown, "read": shown,
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			d := newDouble()
			d.refuse[call] = "It was refused"
			fails(t, d.runner().step(t.Context(), has(thingA)), want)
		})
	}
	for _, call := range []string{"validate data", "read data"} {
		d := newDouble()
		d.refuse[call] = "It was refused"
		fails(t, d.runner().step(t.Context(), has(`data "pe_thing" "a" { name = "a" }`)), "with data.pe_thing.a.name")
	}
	r := newDouble().runner()
	broken := errors.New("no such program")
	r.start = func() (tfprotov6.ProviderServer, error) { return nil, broken }
	if err := r.step(t.Context(), has(thingA)); !errors.Is(err, broken) {
		t.Errorf("got %v, want that the provider did not start", err)
	}
}
