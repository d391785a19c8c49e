// SPDX-License-Identifier: MPL-2.0

package datatype_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/datatype"
)

func decode(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dataType string
		good     []string
		bad      []string
	}{
		{"", []string{`null`, `1`, `"x"`, `[]`, `{}`}, nil},
		{"Any", []string{`null`, `{"a":[1]}`}, nil},
		{"String", []string{`""`, `"x"`}, []string{`1`, `null`, `true`, `[]`}},
		{"String[1]", []string{`"x"`, `"äö"`}, []string{`""`, `1`}},
		{"String[2, 3]", []string{`"ab"`, `"äöü"`}, []string{`"a"`, `"abcd"`}},
		{"Integer", []string{`0`, `-3`}, []string{`1.5`, `1.0`, `"1"`}},
		{"Integer[0,10]", []string{`0`, `10`}, []string{`-1`, `11`}},
		{"Integer[default, 10]", []string{`-100`}, []string{`11`}},
		{"Float[0.5]", []string{`0.5`, `1e3`}, []string{`0.25`, `1`}},
		{"Numeric", []string{`1`, `1.5`}, []string{`"1"`}},
		{"Boolean", []string{`true`, `false`}, []string{`"true"`, `1`}},
		{"Boolean[true]", []string{`true`}, []string{`false`}},
		{"Enum[install, 'status', \"upgrade\"]", []string{`"install"`, `"status"`}, []string{`"remove"`, `1`}},
		{`Pattern[/\A[a-z]+\Z/, /^x\/y$/]`, []string{`"abc"`, `"x/y"`}, []string{`"ABC"`, `1`}},
		{"Optional[String[1]]", []string{`null`, `"x"`}, []string{`""`, `1`}},
		{"Optional['none']", []string{`null`, `"none"`}, []string{`"some"`}},
		{"NotUndef", []string{`0`, `""`}, []string{`null`}},
		{"Variant[Integer, Enum[auto]]", []string{`1`, `"auto"`}, []string{`"x"`, `null`}},
		{"Array", []string{`[]`, `[1,"x"]`}, []string{`"x"`, `{}`}},
		{"Array[String[1], 1, 2]", []string{`["a"]`, `["a","b"]`}, []string{`[]`, `["a","b","c"]`, `[1]`}},
		{"Array[1]", []string{`[1]`}, []string{`[]`}},
		{"Hash[String, Integer]", []string{`{}`, `{"a":1}`}, []string{`{"a":"b"}`, `[]`}},
		{"Tuple[String, Integer]", []string{`["a",1]`}, []string{`["a"]`, `[1,"a"]`, `["a",1,2]`}},
		{"Tuple[String, 1, 3]", []string{`["a"]`, `["a","b","c"]`}, []string{`[]`, `["a",1]`}},
		{
			"Struct[{name => String[1], Optional[port] => Integer, note => Optional[String]}]",
			[]string{`{"name":"x"}`, `{"name":"x","port":1,"note":"n"}`},
			[]string{`{}`, `{"name":"x","other":1}`, `{"name":"x","port":"1"}`},
		},
		{"Struct[{'mode' => Enum['a','b'], NotUndef['x'] => Any}]", []string{`{"mode":"a","x":1}`}, []string{`{"mode":"a"}`}},
		{"TargetSpec", []string{`"a,b"`, `["a",["b"]]`}, []string{`1`, `[1]`, `null`}},
		{"Sensitive[String]", []string{`"x"`}, []string{`1`}},
		{"Optional[Sensitive[String]]", []string{`"x"`, `null`}, []string{`1`}},
		{"Scalar", []string{`1`, `"x"`, `true`}, []string{`[]`, `null`}},
		{"Collection", []string{`[]`, `{}`}, []string{`"x"`}},
		{"Undef", []string{`null`}, []string{`0`}},
		{"Data", []string{`{"a":[1,null]}`}, nil},
		{"Mymodule::Port", []string{`"anything"`, `null`}, nil},
		{"Array[Mymodule::Port[1]]", []string{`["anything"]`}, []string{`"x"`}},
	} {
		t.Run(c.dataType, func(t *testing.T) {
			t.Parallel()
			parsed, err := datatype.Parse(c.dataType)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range c.good {
				if !parsed.Accepts(decode(t, text)) {
					t.Errorf("%s is refused", text)
				}
			}
			for _, text := range c.bad {
				if parsed.Accepts(decode(t, text)) {
					t.Errorf("%s is accepted", text)
				}
			}
		})
	}
}

func TestParse_Properties(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dataType         string
		undef, sensitive bool
	}{
		{"String", false, false},
		{"Optional[String]", true, false},
		{"Sensitive[String]", false, true},
		{"Optional[Sensitive[String]]", true, true},
		{"Sensitive[Optional[String]]", true, true},
		{"Variant[Undef, Sensitive[String]]", true, true},
		{"Unknown::Alias", true, false},
	} {
		t.Run(c.dataType, func(t *testing.T) {
			t.Parallel()
			parsed, err := datatype.Parse(c.dataType)
			if err != nil {
				t.Fatal(err)
			}
			if parsed.AcceptsUndef() != c.undef || parsed.Sensitive() != c.sensitive {
				t.Errorf("undef %v, sensitive %v; want %v, %v", parsed.AcceptsUndef(), parsed.Sensitive(), c.undef, c.sensitive)
			}
			if parsed.String() != c.dataType {
				t.Errorf("reads %q", parsed)
			}
		})
	}
}

func TestParse_Errors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"String[", "String]", "String[x]", "Enum[1]", "Pattern[1]", "Pattern[/(/]", "Pattern[/x]", "Struct[String]",
		"Struct[{1 => String}]", "Struct[{a = String}]", "Integer[1,2,3]", "'x'", "Boolean[1]", "Enum['x]", "Array[String[x]]",
		"Struct[{a => String b => String}]", "Integer[1-2]", "Variant[String[x]]",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if _, err := datatype.Parse(text); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`null`: "Undef", `"x"`: "String", `1`: "Integer", `1.5`: "Float", `true`: "Boolean", `[]`: "Array", `{}`: "Hash",
	} {
		if got := datatype.Describe(decode(t, text)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
