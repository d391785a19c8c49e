// SPDX-License-Identifier: MPL-2.0

package puppettype_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
)

// TestProblem_Messages reads the messages as a person does.
func TestProblem_Messages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		puppetType, value string
		want              []string
	}{
		{`Integer[1, 65535]`, `0`, []string{"`p` is 0; expected a whole number from 1 to 65535."}},
		{`Integer[1]`, `"80"`, []string{"`p` is \"80\"; expected a whole number of at least 1. Write it without quotes."}},
		{`Integer[8, 8]`, `7`, []string{"`p` is 7; expected 8."}},
		{`Variant[Integer, Enum[auto]]`, `"80"`, []string{"`p` is \"80\"; expected a whole number or \"auto\". Write it without quotes."}},
		{`Variant[Boolean, Array[String]]`, `"true"`, []string{"`p` is \"true\"; expected true or false or a list, each a string. Write it without quotes."}},
		{`Array[String]`, `"[\"a\"]"`, []string{"`p` is \"[\\\"a\\\"]\"; expected a list, each a string. It is a string that looks like what is wanted: remove " +
			"jsonencode, or give the variable that it comes from a type, such as list(string)."}},
		{`Array[String[1]]`, `"a"`, []string{"`p` is \"a\"; expected a list, each a string that is not empty. Put it in brackets, even when it is the only one."}},
		{`Optional[Array[Integer]]`, `5`, []string{"`p` is 5; expected a list, each a whole number. Put it in brackets, even when it is the only one."}},
		{`Array[Integer]`, `"a"`, []string{"`p` is \"a\"; expected a list, each a whole number."}},
		{`Array[Integer]`, `"[\"a\"]"`, []string{"`p` is \"[\\\"a\\\"]\"; expected a list, each a whole number."}},
		{`Integer[default, 5]`, `1.5`, []string{"`p` is 1.5; expected a whole number of at most 5."}},
		{`Float`, `1`, []string{"`p` is 1; expected a number with a fraction, such as 1.5. A whole number is sent without a fraction, " +
			"however it is written, and Puppet reads it as an Integer, which is not a Float."}},
		{`Float[0.5, 1]`, `2.5`, []string{"`p` is 2.5; expected a number with a fraction from 0.5 to 1."}},
		{`Numeric`, `true`, []string{"`p` is true; expected a number."}},
		{`Boolean`, `"true"`, []string{"`p` is \"true\"; expected true or false. Write it without quotes."}},
		{`Boolean[true]`, `false`, []string{"`p` is false; expected true."}},
		{`String[1]`, `""`, []string{"`p` is \"\"; expected a string that is not empty."}},
		{`String[2, 4]`, `"abcde"`, []string{"`p` is \"abcde\"; expected a string of 2 to 4 characters."}},
		{`String[8]`, `null`, []string{"`p` is null; expected a string of at least 8 characters."}},
		{`String[0, 1]`, `"` + strings.Repeat("a", 70) + `"`, []string{"`p` is \"" + strings.Repeat("a", 60) + "…\" (70 characters); expected a string of at most 1 character."}},
		{`Enum[start, stop, restart]`, `"bounce"`, []string{"`p` is \"bounce\"; expected one of \"start\", \"stop\" or \"restart\"."}},
		{`Enum['a', true]`, `"b"`, []string{"`p` is \"b\"; expected \"a\", in upper or lower case."}},
		{`Pattern[/\A\d+\z/]`, `"x"`, []string{"`p` is \"x\"; expected a string that matches `/\\A\\d+\\z/`."}},
		{`Optional[String[1]]`, `5`, []string{"`p` is 5; expected a string that is not empty."}},
		{`Array[String[1], 1]`, `[]`, []string{"`p` is a list of 0 elements; expected a list of at least 1 element, each a string that is not empty."}},
		{`Array[Integer]`, `[1, "two", 3, null]`, []string{"`p[1]` is \"two\"; expected a whole number.", "`p[3]` is null; expected a whole number."}},
		{`Array[Struct[{port => Integer[1, 65535]}]]`, `[{"port": 1}, {"port": 2}, {"port": "eighty"}]`,
			[]string{"`p[2].port` is \"eighty\"; expected a whole number from 1 to 65535."}},
		{`Struct[{host => String, Optional[port] => Integer}]`, `{"prot": 1}`, []string{
			"`p` is an object without the key `host`; expected an object with the keys `host`, `port` (optional). The key `host` is needed: a string.",
			"`p` is an object with the key \"prot\"; expected an object with the keys `host`, `port` (optional).",
		}},
		{`Hash[Pattern[/\Aa/], Integer]`, `{"b c": 1.5}`, []string{
			"`p` is an object with the key \"b c\"; expected as a key a string that matches `/\\Aa/`.", "`p[\"b c\"]` is 1.5; expected a whole number."}},
		{`Hash[String, Any, 2]`, `{"a": 1}`, []string{"`p` is an object with 1 key; expected an object with at least 2 keys."}},
		{`Tuple[String, Integer]`, `["a"]`, []string{"`p` is a list of 1 element; expected a list of 2 elements: a string, then a whole number."}},
		{`Variant[String, Array[Integer]]`, `[1, "x"]`, []string{"`p[1]` is \"x\"; expected a whole number."}},
		{`Variant[Integer, Boolean, Enum[auto]]`, `"x"`, []string{"`p` is \"x\"; expected a whole number, true or false or \"auto\"."}},
		{`TargetSpec`, `["a", 1]`, []string{"`p[1]` is 1; expected the name of a target or a list of such names."}},
		{`TargetSpec`, `"[\"a\"]"`, []string{"`p` is \"[\\\"a\\\"]\"; expected the name of a target or a list of such names. It is a string that looks like what is wanted: remove jsonencode, or give the variable that it comes from a type, such as list(string)."}},
		{`Timestamp`, `"2030"`, []string{"`p` is \"2030\"; expected a Timestamp of the Puppet language, for which there is no plain value."}},
		{`NotUndef`, `null`, []string{"`p` is null; expected any value but null."}},
		{`Collection[1]`, `5`, []string{"`p` is 5; expected a list or an object of at least 1 element."}},
		{`Iterable`, `true`, []string{"`p` is true; expected a list, an object, a string or a whole number of at least 0."}},
	}
	for _, test := range tests {
		parsed, err := puppettype.Parse(test.puppetType)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range parsed.Check(decode(t, test.value)) {
			got = append(got, p.Text("p"))
		}
		if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
			t.Errorf("%s with %s says\n%s\nwant\n%s", test.puppetType, test.value, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

// TestProblem_MessagesHideSecrets looks for any part of a value, including keys, in the messages about it.
func TestProblem_MessagesHideSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter22"
	for _, puppetType := range []string{
		"Integer", "Boolean", "Enum[a]", "Pattern[/\\Ax/]", "String[20]", "Array[Integer]", "Hash[Enum[a], Integer]", "Struct[{a => Integer}]",
		"Tuple[Integer]", "Variant[Integer, Array[Integer]]", "Sensitive[Integer]", "Timestamp", "Iterable[Integer]", "Array[Hash[Enum[a], Integer]]",
	} {
		parsed, err := puppettype.Parse(puppetType)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range []string{`"hunter22"`, `["hunter22"]`, `{"hunter22": "hunter22"}`, `[{"hunter22": "hunter22"}]`, `{"a": "hunter22"}`} {
			for _, p := range parsed.Check(decode(t, value)) {
				if text := p.SecretText("p"); strings.Contains(text, secret) || text == "" {
					t.Errorf("%s with %s says %s", puppetType, value, text)
				}
			}
		}
	}
}

func TestParse_Errors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"string", "String[", "String]", "String[1", "String[1,,2]", "String[a]", "String[2, 1]", "String[1, 2, 3]", "Integer['a']", "Integer[5, 1]", "Integer[1, 2, 3]", "Float[true]",
		"Enum[1]", "Pattern[1]", "Pattern[Integer]", "Boolean[1]", "Hash[String]", "Array[String, x]", "Tuple[1x]", "Struct[String]", "Struct[{1 => String}]", "Struct[{'' => String}]",
		"Struct[{a String}]", "Struct[{a => String", "Optional[Integer, String]", "Any[1]", "Data[]", "Enum['a", "Enum[\"${x}\"]", "Pattern[/a", "Integer[-]", "Integer[0x]", "Integer[09]", "::string",
		"Stdlib::port", "String Integer", "%", "5", "Variant[5]", "Array[1.5]", "Optional[Array[Hash[String]]]", "A = ", strings.Repeat("Optional[", 200) + "Any" + strings.Repeat("]", 200),
	} {
		if parsed, err := puppettype.Parse(text); err == nil {
			t.Errorf("%s is read as %s", text, parsed)
		}
	}
}

// TestParse_Properties has what the provider asks of a type apart from its verdicts.
func TestParse_Properties(t *testing.T) {
	t.Parallel()
	tests := []struct {
		puppetType             string
		undef, sensitive       bool
		describe, textOfItself string
	}{
		{"", true, false, "any value", "Any"},
		{" String[1] ", false, false, "a string that is not empty", "String[1]"},
		{"Optional[Integer]", true, false, "a whole number or null", "Optional[Integer]"},
		{"Sensitive[String]", false, true, "a string", "Sensitive[String]"},
		{"Optional[Sensitive]", true, true, "any value or null", "Optional[Sensitive]"},
		{"Variant[Undef, NotUndef[Sensitive[String]]]", true, true, "null or a string", "Variant[Undef, NotUndef[Sensitive[String]]]"},
		{"Array[Sensitive[String]]", false, false, "a list, each a string", "Array[Sensitive[String]]"},
		{"Some::Alias", true, false, "any value", "Some::Alias"},
	}
	for _, test := range tests {
		parsed, err := puppettype.Parse(test.puppetType)
		if err != nil {
			t.Fatal(err)
		}
		if parsed.AcceptsUndef() != test.undef || parsed.Sensitive() != test.sensitive || parsed.Describe() != test.describe || parsed.String() != test.textOfItself {
			t.Errorf("%q: accepts undef %v, sensitive %v, wants %q, is %q", test.puppetType, parsed.AcceptsUndef(), parsed.Sensitive(), parsed.Describe(), parsed)
		}
	}
}
