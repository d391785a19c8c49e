// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/zclconf/go-cty/cty"
)

// TestIdentity_Rules breaks each rule about identities, in what creates, updates and reads answer.
func TestIdentity_Rules(t *testing.T) {
	t.Parallel()
	const thingB = `resource "pe_thing" "a" { name = "b" }`
	for name, test := range map[string]struct {
		change func(attributes) attributes
		want   string
	}{
		"full":        {func(a attributes) attributes { a["shelf"] = cty.StringVal("top"); return a }, ""},
		"none":        {func(attributes) attributes { return nil }, "Provider returned no identity for pe_thing.a"},
		"without id":  {func(a attributes) attributes { a["id"] = cty.NullVal(cty.String); return a }, "invalid identity for pe_thing.a: id is null"},
		"unknown":     {func(a attributes) attributes { a["id"] = cty.UnknownVal(cty.String); return a }, "invalid identity for pe_thing.a"},
		"of another":  {func(a attributes) attributes { a["id"] = cty.StringVal("9"); return a }, `The identity of pe_thing.a has id = cty.StringVal("9"), and the object cty.StringVal("7")`},
		"full in all": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for call, steps := range map[string][]resource.TestStep{"create": {has(thingA)}, "update": {has(thingA), has(thingB)}, "read": {has(thingA), has(thingA)}} {
				d := newDouble()
				r := d.runner()
				for i, step := range steps {
					if i == len(steps)-1 {
						d.identity = test.change
					}
					err := r.step(t.Context(), step)
					switch {
					case i < len(steps)-1 || test.want == "":
						if err != nil {
							t.Fatalf("%s: %v", call, err)
						}
					default:
						fails(t, err, test.want)
					}
				}
			}
		})
	}
	strange := session{schemas: &schemas{}}
	fails(t, strange.checkIdentity(block{kind: "pe_other", name: "x"}, &tfprotov6.ResourceIdentityData{}, cty.EmptyObjectVal), "whose type has none")
}

// TestImport_Blocks imports by `import` blocks, which do nothing once the resource is in the state.
func TestImport_Blocks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arguments, want string }{
		"by id":                    {`id = "7"`, ""},
		"by identity":              {`identity = { id = "7" }`, ""},
		"by a full identity":       {"identity = { id = \"7\", shelf = \"top\" }", ""},
		"by an identity without":   {`identity = { shelf = "top" }`, "the identity of pe_thing.a needs id"},
		"with something else":      {`number = 7`, "Unsupported argument"},
		"to what the provider has": {`id = "refused"`, "It was refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDouble()
			if test.want == "It was refused" {
				d.refuse["import"] = test.want
			}
			r := d.runner()
			config := thingA + "\nimport {\n  to = pe_thing.a\n  " + test.arguments + "\n}"
			for range 2 {
				err := r.step(t.Context(), has(config))
				if test.want != "" {
					fails(t, err, test.want)
					return
				}
				if err != nil || len(d.calls) > 0 || r.state.resources["pe_thing.a"] == nil {
					t.Errorf("got %v, calls %v", err, d.calls)
				}
			}
		})
	}
}
