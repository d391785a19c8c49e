// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestSession_OrdersBlocksByReference(t *testing.T) {
	t.Parallel()
	c, err := parse(`
locals { last = "x" }
resource "pe_thing" "c" { name = "${pe_thing.b.id}-${local.last}" }
resource "pe_thing" "b" { depends_on = [data.pe_thing.a] }
resource "terraform_data" "d" { input = pe_thing.c.id }
data "pe_thing" "a" {}
resource "pe_thing" "e" { name = pe_thing.elsewhere.id }
`)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{config: c, schemas: &schemas{objects: map[*tfprotov6.Schema]*objectSchema{}, GetProviderSchemaResponse: &tfprotov6.GetProviderSchemaResponse{
		ResourceSchemas:   map[string]*tfprotov6.Schema{"pe_thing": thingSchema()},
		DataSourceSchemas: map[string]*tfprotov6.Schema{"pe_thing": thingSchema()},
	}}}
	blocks, err := s.ordered()
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for i, b := range blocks {
		place[b.address()] = i
	}
	if len(place) != 5 || place["data.pe_thing.a"] > place["pe_thing.b"] || place["pe_thing.b"] > place["pe_thing.c"] || place["pe_thing.c"] > place["terraform_data.d"] {
		t.Errorf("got %v", place)
	}
	if _, err := s.schema(block{kind: "pe_other"}); err == nil {
		t.Error("an unknown resource has a schema")
	}
}

func TestAttributeIn(t *testing.T) {
	t.Parallel()
	path := tftypes.NewAttributePath
	for want, at := range map[string]*tftypes.AttributePath{
		"": nil, ".name": path().WithAttributeName("name"), `.tags[1]`: path().WithAttributeName("tags").WithElementKeyInt(1),
		`.params["x"].y`: path().WithAttributeName("params").WithElementKeyString("x").WithAttributeName("y"),
	} {
		if got := attributeIn(at); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestBlock_Line(t *testing.T) {
	t.Parallel()
	c, err := parse("resource \"pe_thing\" \"a\" {\n name = [\n  \"x\",\n ]\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	b := c.blocks[0]
	path := tftypes.NewAttributePath
	for want, at := range map[string]*tftypes.AttributePath{"": path().WithAttributeName("note"), "name = [\n  \"x\",\n ]": path().WithAttributeName("name").WithElementKeyInt(0)} {
		if got := b.line(at); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for name, b := range map[string]block{"no path": b, "no configuration": {}} {
		if got := b.line(nil); got != "" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}
