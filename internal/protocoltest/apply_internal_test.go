// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

func TestContradicts(t *testing.T) {
	t.Parallel()
	text, unknown := cty.StringVal, cty.UnknownVal(cty.String)
	list := func(values ...cty.Value) cty.Value { return cty.ListVal(values) }
	object := func(name string, value cty.Value) cty.Value { return cty.ObjectVal(attributes{name: value}) }
	for name, test := range map[string]struct {
		planned, later cty.Value
		want           string
	}{
		"the same":                  {text("a"), text("a"), ""},
		"unknown may be anything":   {unknown, text("a"), ""},
		"unknown may be null":       {unknown, cty.NullVal(cty.String), ""},
		"any may be anything":       {cty.DynamicVal, text("a"), ""},
		"another text":              {text("a"), text("b"), `was planned as cty.StringVal("a") and is cty.StringVal("b")`},
		"null":                      {text("a"), cty.NullVal(cty.String), `was planned as cty.StringVal("a") and is cty.NullVal(cty.String)`},
		"was null":                  {cty.NullVal(cty.String), text("a"), `was planned as cty.NullVal(cty.String) and is cty.StringVal("a")`},
		"becomes unknown":           {text("a"), unknown, "was planned as"},
		"another type":              {text("a"), cty.True, "was planned as"},
		"attribute":                 {object("a", object("b", text("x"))), object("a", object("b", text("y"))), `a.b was planned as cty.StringVal("x")`},
		"unknown attribute":         {object("a", unknown), object("a", text("y")), ""},
		"attribute is gone":         {object("a", text("x")), object("b", text("x")), ".a is gone"},
		"key of a map":              {cty.MapVal(attributes{"k": text("x")}), cty.MapVal(attributes{"k": text("y")}), "k was planned as"},
		"element of a list":         {list(text("a")), list(text("b")), "was planned as"},
		"unknown element of a list": {list(unknown), list(text("b")), ""},
	} {
		got := contradicts(test.planned, test.later, "")
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestState_KeepsTheOrderOfCreation(t *testing.T) {
	t.Parallel()
	s := &state{resources: map[string]*instance{}}
	for _, address := range []string{"a", "b", "c", "a"} {
		s.keep(address, &instance{})
	}
	s.forget("b")
	s.keep("b", &instance{})
	if want := []string{"a", "c", "b"}; !slices.Equal(s.created, want) || len(s.resources) != 3 {
		t.Errorf("got %q, want %q", s.created, want)
	}
}

func TestBlockOf(t *testing.T) {
	t.Parallel()
	if b := blockOf("pe_thing.a"); b.kind != "pe_thing" || b.name != "a" || b.mode != managed {
		t.Errorf("got %+v", b)
	}
}
