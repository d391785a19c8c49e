// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func TestObjectSchema_Proposed(t *testing.T) {
	t.Parallel()
	schema := thing(t)
	prior := schema.of(attributes{"id": cty.StringVal("7"), "name": cty.StringVal("a"), "size": cty.NumberIntVal(1), "note": cty.StringVal("x")})
	for name, test := range map[string]struct{ prior, config, want attributes }{
		"what is left to the provider stays, what is left out goes": {
			nil, attributes{"name": cty.StringVal("b")},
			attributes{"id": cty.StringVal("7"), "name": cty.StringVal("b"), "size": cty.NumberIntVal(1)},
		},
		"what is configured wins": {
			nil, attributes{"name": cty.StringVal("a"), "size": cty.NumberIntVal(2)},
			attributes{"id": cty.StringVal("7"), "name": cty.StringVal("a"), "size": cty.NumberIntVal(2)},
		},
	} {
		if got, want := schema.proposed(prior, schema.of(test.config)), schema.of(test.want); !got.RawEquals(want) {
			t.Errorf("%s: got %#v, want %#v", name, got, want)
		}
	}
	config := schema.of(attributes{"name": cty.StringVal("a")})
	if got := schema.proposed(cty.NullVal(schema.object), config); !got.RawEquals(config) {
		t.Errorf("without a prior state: got %#v", got)
	}
}

func TestObjectSchema_Misplanned(t *testing.T) {
	t.Parallel()
	schema := thing(t)
	text, unknown := cty.StringVal, cty.UnknownVal(cty.String)
	for name, test := range map[string]struct {
		config, prior, planned attributes
		want                   string
	}{
		"as configured":                  {attributes{"name": text("a")}, nil, attributes{"name": text("a")}, ""},
		"computed":                       {attributes{"name": text("a")}, nil, attributes{"name": text("a"), "id": unknown, "size": cty.NumberIntVal(1)}, ""},
		"the prior value":                {attributes{"name": text("A")}, attributes{"name": text("a")}, attributes{"name": text("a")}, ""},
		"configuration is not known yet": {attributes{"name": unknown}, nil, attributes{"name": text("a")}, ""},
		"another value":                  {attributes{"name": text("a")}, attributes{"name": text("b")}, attributes{"name": text("c")}, "name is planned as something else than is configured"},
		"configured and computed":        {attributes{"size": cty.NumberIntVal(1)}, nil, attributes{"size": cty.NumberIntVal(2)}, "size is planned as something else than is configured"},
		"not configured, not computed":   {attributes{}, nil, attributes{"note": text("x")}, "note is planned as something else than is configured"},
		"write-only":                     {attributes{"secret": text("x")}, nil, attributes{"secret": text("x")}, "secret is write-only and has a value in the plan"},
		"write-only, null":               {attributes{"secret": text("x")}, nil, attributes{}, ""},
	} {
		prior := cty.NullVal(schema.object)
		if test.prior != nil {
			prior = schema.of(test.prior)
		}
		if got := schema.misplanned(schema.of(test.config), prior, schema.of(test.planned)); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestObjectSchema_Later(t *testing.T) {
	t.Parallel()
	schema := thing(t)
	got := schema.later(schema.of(attributes{"name": cty.StringVal("a"), "size": cty.NumberIntVal(1)}))
	if want := schema.of(attributes{"name": cty.StringVal("a"), "size": cty.NumberIntVal(1), "id": cty.UnknownVal(cty.String)}); !got.RawEquals(want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
}

func TestDiffers(t *testing.T) {
	t.Parallel()
	path := tftypes.NewAttributePath
	prior := cty.ObjectVal(attributes{"name": cty.StringVal("a"), "size": cty.NumberIntVal(1)})
	after := cty.ObjectVal(attributes{"name": cty.StringVal("a"), "size": cty.UnknownVal(cty.Number)})
	for name, test := range map[string]struct {
		paths []*tftypes.AttributePath
		want  bool
	}{
		"none":    {nil, false},
		"same":    {[]*tftypes.AttributePath{path().WithAttributeName("name")}, false},
		"unknown": {[]*tftypes.AttributePath{path().WithAttributeName("name"), path().WithAttributeName("size")}, true},
	} {
		if got := differs(test.paths, prior, after); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestPlan_DataSourcesWaitForWhatTheyDependOn has a data source that depends on a resource, before and after its creation.
func TestPlan_DataSourcesWaitForWhatTheyDependOn(t *testing.T) {
	t.Parallel()
	b := block{dependsOn: []string{"pe_thing.a"}}
	thingOf := func(name string, c change) change {
		c.block = block{kind: "pe_thing", name: name}
		return c
	}
	for name, test := range map[string]struct {
		before []change
		want   bool
	}{
		"nothing":          {nil, false},
		"a change of it":   {[]change{thingOf("a", change{actions: changing})}, true},
		"no change of it":  {[]change{thingOf("a", change{actions: noChange})}, false},
		"another's change": {[]change{thingOf("b", change{actions: creation})}, false},
	} {
		if got := waits(b, test.before); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	d := newDouble()
	r := d.runner()
	const config = thingA + "\ndata \"pe_thing\" \"d\" {\n name = \"d\"\n depends_on = [pe_thing.a]\n}\n"
	parsed, err := parse(config)
	if err != nil {
		t.Fatal(err)
	}
	r.config = parsed
	changes, err := r.plan(t.Context(), true)
	if err != nil || len(changes) != 2 || !changes[1].actions.Read() || len(d.calls) > 0 {
		t.Errorf("got %+v, %v after %v, want the data source to be read later", changes, err, d.calls)
	}
}

func TestBuiltin_OutputIsKnownAfterTheApply(t *testing.T) {
	t.Parallel()
	d := newDouble()
	r := d.runner()
	const config = "resource \"terraform_data\" \"x\" {\n input = \"%\"\n}\nresource \"pe_thing\" \"a\" {\n name = terraform_data.x.output\n}\n"
	for _, input := range []string{"a", "a", "b"} {
		if err := r.step(t.Context(), has(strings.ReplaceAll(config, "%", input))); err != nil {
			t.Fatal(err)
		}
		if got := r.state.resources["pe_thing.a"].value.GetAttr("name"); !got.RawEquals(cty.StringVal(input)) {
			t.Errorf("got %#v, want %s", got, input)
		}
	}
	if len(d.calls) != 2 {
		t.Errorf("got %v, want a creation and an update", d.calls)
	}
	fails(t, r.step(t.Context(), has(`resource "terraform_data" "x" { triggers_replace = "a" }`)), "terraform_data is known here with an input only")
}
