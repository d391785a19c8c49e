// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// TestImport_Rules imports what exists, what does not, and what is not exactly one object.
func TestImport_Rules(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*double)
		step   resource.TestStep
		want   string
	}{
		"the same":         {func(*double) {}, resource.TestStep{ImportStateVerify: true}, ""},
		"another id":       {func(*double) {}, resource.TestStep{ImportStateVerify: true, ImportStateId: "9"}, `imported, id is cty.StringVal("9"), and it was cty.StringVal("7")`},
		"ignored":          {func(*double) {}, resource.TestStep{ImportStateVerify: true, ImportStateId: "9", ImportStateVerifyIgnore: []string{"id"}}, ""},
		"refused":          {func(d *double) { d.refuse["import"] = "It was refused" }, resource.TestStep{}, "It was refused"},
		"no object":        {func(d *double) { d.imported = 0 }, resource.TestStep{}, "importing pe_thing.a: got 0 objects"},
		"two objects":      {func(d *double) { d.imported = 2 }, resource.TestStep{}, "importing pe_thing.a: got 2 objects"},
		"gone":             {func(d *double) { d.read = func(attributes) attributes { return nil } }, resource.TestStep{}, "Cannot import non-existent remote object: pe_thing with the id \"7\""},
		"not in the state": {func(*double) {}, resource.TestStep{ResourceName: "pe_thing.b"}, "pe_thing.b is not in the state"},
		"unknown resource": {func(*double) {}, resource.TestStep{ResourceName: "pe_other.b", ImportStateId: "1"}, "the provider has no pe_other.b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDouble()
			r := d.runner()
			if err := r.step(t.Context(), has(thingA)); err != nil {
				t.Fatal(err)
			}
			test.change(d)
			test.step.ImportState = true
			if test.step.ResourceName == "" {
				test.step.ResourceName = "pe_thing.a"
			}
			err := r.step(t.Context(), test.step)
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			fails(t, err, test.want)
		})
	}
	r := newDouble().runner()
	persisting := resource.TestStep{Config: thingA, ImportState: true, ImportStateId: "7", ResourceName: "pe_thing.a", ImportStatePersist: true}
	if err := r.step(t.Context(), persisting); err != nil || r.state.resources["pe_thing.a"] == nil {
		t.Errorf("what was imported is not in the state: %v", err)
	}
}
