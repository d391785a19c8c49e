// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// nested is an attribute with attributes of its own.
func nested(nesting tfprotov6.SchemaObjectNestingMode) *tfprotov6.SchemaAttribute {
	return &tfprotov6.SchemaAttribute{Name: "scope", Optional: true, NestedType: &tfprotov6.SchemaObject{
		Nesting:    nesting,
		Attributes: []*tfprotov6.SchemaAttribute{{Name: "kind", Type: tftypes.String, Required: true}, {Name: "nodes", Type: tftypes.Number, Optional: true}},
	}}
}

func TestConfigType(t *testing.T) {
	t.Parallel()
	object := cty.ObjectWithOptionalAttrs(map[string]cty.Type{"kind": cty.String, "nodes": cty.Number}, []string{"nodes"})
	for name, test := range map[string]struct {
		attribute *tfprotov6.SchemaAttribute
		want      cty.Type
	}{
		"text":        {&tfprotov6.SchemaAttribute{Type: tftypes.String}, cty.String},
		"any":         {&tfprotov6.SchemaAttribute{Type: tftypes.DynamicPseudoType}, cty.DynamicPseudoType},
		"set of bool": {&tfprotov6.SchemaAttribute{Type: tftypes.Set{ElementType: tftypes.Bool}}, cty.Set(cty.Bool)},
		"single":      {nested(tfprotov6.SchemaObjectNestingModeSingle), object},
		"list":        {nested(tfprotov6.SchemaObjectNestingModeList), cty.List(object)},
		"set":         {nested(tfprotov6.SchemaObjectNestingModeSet), cty.Set(object)},
		"map":         {nested(tfprotov6.SchemaObjectNestingModeMap), cty.Map(object)},
	} {
		if got, err := configType(test.attribute); err != nil || !got.Equals(test.want) {
			t.Errorf("%s: got %#v, %v, want %#v", name, got, err, test.want)
		}
	}
	if got, err := configType(nested(tfprotov6.SchemaObjectNestingModeInvalid)); err == nil {
		t.Errorf("an unknown nesting: got %#v and no error", got)
	}
}

func TestNewObjectSchema_Blocks(t *testing.T) {
	t.Parallel()
	block := func(mode tfprotov6.SchemaNestedBlockNestingMode) *tfprotov6.Schema {
		return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "timeouts", Nesting: mode,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "create", Type: tftypes.String, Optional: true}}},
		}}}}
	}
	if _, err := newObjectSchema(block(tfprotov6.SchemaNestedBlockNestingModeList)); err == nil {
		t.Error("a list of blocks: got no error")
	}
	schema, err := newObjectSchema(block(tfprotov6.SchemaNestedBlockNestingModeSingle))
	if err != nil {
		t.Fatal(err)
	}
	timeouts := cty.Object(map[string]cty.Type{"create": cty.String})
	for text, want := range map[string]cty.Value{
		"timeouts {\n create = \"1m\"\n}": cty.ObjectVal(attributes{"create": cty.StringVal("1m")}),
		"timeouts {}":                     cty.ObjectVal(attributes{"create": cty.NullVal(cty.String)}),
		"":                                cty.NullVal(timeouts),
	} {
		got, err := schema.decode(bodyOf(t, text), scope{})
		if err != nil || !got.GetAttr("timeouts").RawEquals(want) {
			t.Errorf("%q: got %#v, %v, want %#v", text, got, err, want)
		}
	}
}

// bodyOf is the body of a resource with a text in it.
func bodyOf(t *testing.T, text string) hcl.Body {
	t.Helper()
	c, err := parse("resource \"pe_thing\" \"a\" {\n" + text + "\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	return c.blocks[0].body
}

func TestObjectSchema_DecodesBodies(t *testing.T) {
	t.Parallel()
	schema := thing(t)
	got, err := schema.decode(bodyOf(t, "name = \"a\"\nsize = \"3\""), scope{})
	if want := schema.of(attributes{"name": cty.StringVal("a"), "size": cty.NumberIntVal(3)}); err != nil || !got.RawEquals(want) {
		t.Errorf("got %#v, %v, want %#v", got, err, want)
	}
	for name, text := range map[string]string{
		"a required attribute is missing": "", "an unknown attribute": "name = \"a\"\ncolour = \"red\"", "another type": "name = \"a\"\nsize = \"big\"",
		"a reference to nothing": "name = pe_thing.b.id",
	} {
		if got, err := schema.decode(bodyOf(t, text), scope{}); err == nil {
			t.Errorf("%s: got %#v and no error", name, got)
		}
	}
}

func TestEncode_IsUndoneByDecode(t *testing.T) {
	t.Parallel()
	schema := thing(t)
	for name, value := range map[string]cty.Value{
		"null":    cty.NullVal(schema.object),
		"known":   schema.of(attributes{"name": cty.StringVal("a"), "tags": cty.ListVal([]cty.Value{cty.StringVal("x")})}),
		"unknown": schema.of(attributes{"name": cty.StringVal("a"), "id": cty.UnknownVal(cty.String)}),
	} {
		encoded, err := encode(value, schema.object)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(encoded, schema.object); err != nil || !got.RawEquals(value) {
			t.Errorf("%s: got %#v, %v, want %#v", name, got, err, value)
		}
	}
	if _, err := encode(cty.StringVal("x"), schema.object); err == nil {
		t.Error("a value of another type: got no error")
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value *tfprotov6.DynamicValue
		want  cty.Value
	}{
		"nothing": {nil, cty.NullVal(cty.String)},
		"JSON":    {&tfprotov6.DynamicValue{JSON: []byte(`"a"`)}, cty.StringVal("a")},
	} {
		if got, err := decode(test.value, cty.String); err != nil || !got.RawEquals(test.want) {
			t.Errorf("%s: got %#v, %v, want %#v", name, got, err, test.want)
		}
	}
}
