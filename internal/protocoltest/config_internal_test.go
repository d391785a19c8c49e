// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func TestParse_Blocks(t *testing.T) {
	t.Parallel()
	c, err := parse(`
provider "pe" {}
locals { x = 1 }
resource "pe_thing" "a" { depends_on = [data.pe_thing.d, pe_thing.b] }
data "pe_thing" "d" {}
`)
	if err != nil || c.provider == nil || len(c.locals) != 1 || len(c.blocks) != 2 {
		t.Fatalf("got %+v, %v", c, err)
	}
	if a := c.blocks[0]; a.address() != "pe_thing.a" || !slices.Equal(a.dependsOn, []string{"data.pe_thing.d", "pe_thing.b"}) {
		t.Errorf("got %s, which depends on %v", a.address(), a.dependsOn)
	}
	if d := c.blocks[1]; d.address() != "data.pe_thing.d" || d.mode != data {
		t.Errorf("got %+v", d)
	}
	if c, err := parse(`resource "pe_thing" "a" {}`); err != nil || c.provider != nil {
		t.Errorf("without a provider block: got %+v, %v", c, err)
	}
}

func TestParse_Errors(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no HCL":             `resource {`,
		"an unknown block":   `module "m" {}`,
		"labels":             `resource "pe_thing" {}`,
		"locals with blocks": "locals {\n x {}\n}",
		"no list":            `resource "pe_thing" "a" { depends_on = 1 }`,
		"no reference":       `resource "pe_thing" "a" { depends_on = ["x"] }`,
	} {
		if c, err := parse(text); err == nil {
			t.Errorf("%s: got %+v and no error", name, c)
		}
	}
}

func TestAddressOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"pe_thing.a": "pe_thing.a", "pe_thing.a.id": "pe_thing.a", "pe_thing.a.tags[0]": "pe_thing.a", "data.pe_thing.a.id": "data.pe_thing.a",
		"data.pe_thing": "", "local.x": "", "pe_thing": "", "pe_thing[0]": "",
	} {
		traversal, diags := hclsyntax.ParseTraversalAbs([]byte(text), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if got := addressOf(traversal); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestScope_EvaluatesExpressions(t *testing.T) {
	t.Parallel()
	c, err := parse("locals {\n both = [pe_thing.a.id, data.pe_thing.d.id]\n}")
	if err != nil {
		t.Fatal(err)
	}
	in := scope{locals: c.locals, values: map[string]cty.Value{
		"pe_thing.a":      cty.ObjectVal(attributes{"id": cty.StringVal("7")}),
		"data.pe_thing.d": cty.ObjectVal(attributes{"id": cty.UnknownVal(cty.String)}),
	}}
	ctx, err := in.context()
	if err != nil {
		t.Fatal(err)
	}
	seven := cty.StringVal("7")
	for text, want := range map[string]cty.Value{
		"pe_thing.a.id":                       seven,
		"data.pe_thing.d.id":                  cty.UnknownVal(cty.String),
		"local.both[0]":                       seven,
		`pe_thing.a.id == "7" ? "yes" : "no"`: cty.StringVal("yes"),
		`toset(["a", "a"])`:                   cty.SetVal([]cty.Value{cty.StringVal("a")}),
		`tolist(["a"])`:                       cty.ListVal([]cty.Value{cty.StringVal("a")}),
		`tomap({ a = "b" })`:                  cty.MapVal(attributes{"a": cty.StringVal("b")}),
		`tostring(7)`:                         seven,
		`tonumber("7")`:                       cty.NumberIntVal(7),
		`jsonencode({ a = 1 })`:               cty.StringVal(`{"a":1}`),
		`length(concat(["a"], ["b"]))`:        cty.NumberIntVal(2),
		`keys(merge({ b = 1 }, { a = 1 }))`:   cty.TupleVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")}),
	} {
		expression, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		got, diags := expression.Value(ctx)
		if diags.HasErrors() || !got.RawEquals(want) {
			t.Errorf("%s: got %#v, %v, want %#v", text, got, diags, want)
		}
	}
	for name, text := range map[string]string{"what is not there": "locals { x = pe_thing.b.id }", "a conversion": `locals { x = tonumber("x") }`} {
		c, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		in.locals = c.locals
		if _, err := in.context(); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
