// SPDX-License-Identifier: MPL-2.0

package puppettype_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
)

// decode reads a value in JSON, where UNKNOWN stands for an unknown value.
func decode(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(strings.ReplaceAll(text, "UNKNOWN", `"\u0000unknown"`)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return withUnknown(value)
}

func withUnknown(value any) any {
	switch value := value.(type) {
	case string:
		if value == "\x00unknown" {
			return puppettype.Unknown{}
		}
	case []any:
		for i := range value {
			value[i] = withUnknown(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = withUnknown(value[key])
		}
	}
	return value
}

// TestType_Verdicts has a type, values that fit and values that do not.
func TestType_Verdicts(t *testing.T) {
	t.Parallel()
	const long = `"aaaaaaaaaaaaaaaaaaaaaaaaa"`
	tests := []struct {
		puppetType string
		fits       []string
		refused    []string
	}{
		{``, []string{`null`, `1`, `"x"`, `[]`, `{}`}, nil},
		{`Any`, []string{`null`, `1`, `"x"`, `[]`, `{}`}, nil},
		{`Data`, []string{`null`, `1.5`, `"x"`, `[null, {"a": [1]}]`, `{"a": null}`}, nil},
		{`RichData`, []string{`null`, `true`, `{"a": {}}`}, nil},
		{`Undef`, []string{`null`}, []string{`""`, `0`, `false`, `[]`}},
		{`NotUndef`, []string{`0`, `""`, `[]`, `{}`, `false`}, []string{`null`}},
		{`NotUndef[Optional[Integer]]`, []string{`0`}, []string{`null`, `"x"`}},
		{`NotUndef['x']`, []string{`"x"`}, []string{`"y"`, `null`}},
		{`Default`, nil, []string{`"default"`, `null`, `1`}},

		{`Boolean`, []string{`true`, `false`}, []string{`"true"`, `0`, `null`}},
		{`Boolean[true]`, []string{`true`}, []string{`false`, `1`}},
		{`Boolean[false]`, []string{`false`}, []string{`true`, `""`}},

		{`Integer`, []string{`0`, `-5`, `123456789012345678901234567890`}, []string{`1.5`, `1.0`, `1e3`, `"1"`, `true`, `null`, `[1]`}},
		{`Integer[1]`, []string{`1`, `2`, `123456789012345678901234567890`}, []string{`0`, `-1`, `1.5`}},
		{`Integer[0, 10]`, []string{`0`, `10`}, []string{`-1`, `11`, `"5"`}},
		{`Integer[default, 10]`, []string{`-100`, `10`}, []string{`11`}},
		{`Integer[1, default]`, []string{`1`, `9007199254740993`}, []string{`0`}},
		{`Integer[default, default]`, []string{`-1`, `1`}, []string{`"x"`}},
		{`Integer[-5, -1]`, []string{`-5`, `-1`}, []string{`0`, `-6`}},
		{`Integer[0x10, 020]`, []string{`16`}, []string{`15`, `17`, `20`}},
		{`Integer[9007199254740993, 9007199254740993]`, []string{`9007199254740993`}, []string{`9007199254740992`, `9007199254740994`}},
		{`Float`, []string{`1.5`, `1.0`, `1e3`, `-0.5`}, []string{`1`, `0`, `"1.5"`, `null`}},
		{`Float[0.5, 1.5]`, []string{`0.5`, `1.5`}, []string{`0.4`, `1.6`, `1`}},
		{`Float[0, 1]`, []string{`0.0`, `0.25`, `1.0`}, []string{`1.01`, `-0.1`, `0`}},
		{`Float[default, 0.0]`, []string{`-1.5`, `0.0`}, []string{`0.1`}},
		{`Float[1.5e-1]`, []string{`0.15`, `2.5`}, []string{`0.1`}},
		{`Numeric`, []string{`1`, `1.5`, `-3`}, []string{`"1"`, `true`, `null`}},

		{`String`, []string{`""`, `"x"`}, []string{`1`, `true`, `null`, `["x"]`, `{}`}},
		{`String[1]`, []string{`"x"`, long}, []string{`""`, `null`}},
		{`String[2, 4]`, []string{`"ab"`, `"abcd"`, `"äöüß"`}, []string{`"a"`, `"abcde"`}},
		{`String[default, 3]`, []string{`""`, `"abc"`}, []string{`"abcd"`}},
		{`String[3, 3]`, []string{`"日本語"`}, []string{`"日本"`, `"日本語!"`}},
		{`String[Integer[1, 2]]`, []string{`"a"`, `"ab"`}, []string{`""`, `"abc"`}},
		{`String[-1, 2]`, []string{`""`, `"ab"`}, []string{`"abc"`}},
		{`Scalar`, []string{`"x"`, `1`, `1.5`, `false`}, []string{`null`, `[]`, `{}`}},
		{`ScalarData`, []string{`"x"`, `1`, `1.5`, `false`}, []string{`null`, `["x"]`, `{"a": 1}`}},
		{`RichDataKey`, []string{`"x"`, `1`}, []string{`true`, `null`}},

		{`Enum['start', 'stop']`, []string{`"start"`, `"stop"`}, []string{`"Start"`, `"restart"`, `""`, `null`, `1`}},
		{`Enum[fast, slow]`, []string{`"fast"`}, []string{`"faster"`}},
		{`Enum["a b", c-d]`, []string{`"a b"`, `"c-d"`}, []string{`"a"`, `"c"`}},
		{`Enum['a', true]`, []string{`"a"`, `"A"`}, []string{`"b"`, `true`}},
		{`Enum['ä', true]`, []string{`"ä"`}, []string{`"Ä"`}},
		{`Enum['a', false]`, []string{`"a"`}, []string{`"A"`}},
		{`Enum`, nil, []string{`"a"`}},

		{`Pattern[/b/]`, []string{`"abc"`, `"b"`}, []string{`"ac"`, `""`, `1`}},
		{`Pattern[/\Ab\z/]`, []string{`"b"`}, []string{`"abc"`, `"b\n"`}},
		{`Pattern[/^b$/]`, []string{`"b"`, `"a\nb\nc"`}, []string{`"abc"`}},
		{`Pattern[/\Ab\Z/]`, []string{`"b"`, `"b\n"`}, []string{`"b\n\n"`, `"bc"`}},
		{`Pattern[/\A[a-z]+\z/, /\A\d+\z/]`, []string{`"abc"`, `"123"`}, []string{`"abc123"`, `"A"`}},
		{`Pattern['^a']`, []string{`"ab"`}, []string{`"ba"`}},
		{`Pattern[/(?i)^abc$/]`, []string{`"ABC"`}, []string{`"ABD"`}},
		{`Pattern[/(?i:a)b/]`, []string{`"Ab"`}, []string{`"AB"`}},
		{`Pattern[/a.b/]`, []string{`"axb"`}, []string{`"a\nb"`}},
		{`Pattern[/(?m:a.b)/]`, []string{`"a\nb"`}, []string{`"ab"`}},
		{`Pattern[/(?-mix:a.b)/]`, []string{`"axb"`}, []string{`"a\nb"`}},
		{`Pattern[/\A\h{4}\z/]`, []string{`"beef"`}, []string{`"xeef"`}},
		{`Pattern[/\A[\h-]+\z/]`, []string{`"be-ef"`}, []string{`"xyz"`}},
		{`Pattern[/\A\H\z/]`, []string{`"x"`}, []string{`"a"`}},
		{`Pattern[/\A\S+\s\S+\z/]`, []string{`"a b"`, `"a\u000bb"`}, []string{`"ab"`}},
		{`Pattern[/\A[^;[:space:]]+\z/]`, []string{`"host"`, `"hö st"`}, []string{`"a b"`, `"a;b"`}},
		{`Pattern[/\A\/[a-z\/]*\z/]`, []string{`"/etc/hosts"`}, []string{`"etc"`}},
		{`Pattern[/\A(?<n>a)b\z/]`, []string{`"ab"`}, []string{`"b"`}},
		{`Pattern[/\Aa{,2}\z/]`, []string{`""`, `"aa"`}, []string{`"aaa"`, `"a{,2}"`}},
		{`Pattern[/\A\u00e9\z/]`, []string{`"é"`}, []string{`"e"`}},
		{`Pattern[/a(?=b)/]`, []string{`"ab"`, `"ac"`}, []string{`1`}},
		{`Pattern[/(a)\1/]`, []string{`"aa"`, `"ab"`}, []string{`null`}},
		{`Pattern[/\A[a-z&&[^b]]\z/]`, []string{`"a"`, `"b"`}, []string{`true`}},
		{`Pattern[/\Qa\E/]`, []string{`"QaE"`}, nil},
		{`Pattern[/a++b/]`, []string{`"aab"`}, nil},
		{`Pattern[/a(?i)b|c/]`, []string{`"ac"`, `"aB"`}, nil},
		{`Pattern[/[/]`, []string{`"anything"`}, nil},
		{`Pattern[Regexp[/\Aa/]]`, []string{`"ab"`}, []string{`"ba"`}},
		{`Pattern[Pattern[/\Aa/], /\Ab/]`, []string{`"a"`, `"b"`}, []string{`"c"`}},
		{`Pattern[Some::Alias, /\Ab/]`, []string{`"a"`}, []string{`1`}},
		{`Pattern`, []string{`""`, `"x"`}, []string{`1`, `null`}},
		{`Regexp`, nil, []string{`"x"`, `null`}},

		{`Array`, []string{`[]`, `[1, "x", null]`}, []string{`{}`, `"x"`, `null`}},
		{`Array[String[1]]`, []string{`[]`, `["a"]`}, []string{`[""]`, `["a", 1]`, `"a"`}},
		{`Array[Integer, 1]`, []string{`[1]`, `[1, 2, 3]`}, []string{`[]`, `["1"]`}},
		{`Array[Integer, 1, 2]`, []string{`[1]`, `[1, 2]`}, []string{`[]`, `[1, 2, 3]`}},
		{`Array[Integer, default, 1]`, []string{`[]`, `[1]`}, []string{`[1, 2]`}},
		{`Array[Integer, Integer[2, 3]]`, []string{`[1, 2]`}, []string{`[1]`}},
		{`Array[1]`, []string{`[null]`}, []string{`[]`}},
		{`Array[1, 2]`, []string{`["a", 1]`}, []string{`[]`, `[1, 2, 3]`}},
		{`Array[Array[Integer]]`, []string{`[[1], []]`}, []string{`[1]`, `[["x"]]`}},

		{`Hash`, []string{`{}`, `{"a": 1}`}, []string{`[]`, `"x"`, `null`}},
		{`Hash[String, Integer]`, []string{`{}`, `{"a": 1}`}, []string{`{"a": "1"}`, `[]`}},
		{`Hash[Integer, String]`, []string{`{}`}, []string{`{"1": "a"}`}},
		{`Hash[Enum[a], Any]`, []string{`{"a": null}`}, []string{`{"b": 1}`}},
		{`Hash[String, Integer, 1]`, []string{`{"a": 1}`}, []string{`{}`}},
		{`Hash[String, Integer, 1, 1]`, []string{`{"a": 1}`}, []string{`{}`, `{"a": 1, "b": 2}`}},
		{`Hash[String, Any, default, 1]`, []string{`{}`}, []string{`{"a": 1, "b": 2}`}},
		{`Hash[0, 1]`, []string{`{}`, `{"a": []}`}, []string{`{"a": 1, "b": 2}`}},
		{`Collection`, []string{`[]`, `{}`}, []string{`"x"`, `null`}},
		{`Collection[1]`, []string{`[1]`, `{"a": 1}`}, []string{`[]`, `{}`}},
		{`Collection[0, 1]`, []string{`[]`}, []string{`[1, 2]`, `{"a": 1, "b": 2}`}},
		{`Iterable`, []string{`[]`, `{}`, `""`, `0`, `5`}, []string{`-1`, `1.5`, `true`, `null`}},
		{`Iterable[String]`, []string{`["a"]`, `"abc"`}, []string{`[1]`, `5`, `{"a": 1}`, `{}`}},
		{`Iterable[Integer]`, []string{`[1]`, `5`}, []string{`["a"]`, `"abc"`}},
		{`Iterable[Tuple[String, Integer]]`, []string{`{"a": 1}`, `[["a", 1]]`}, []string{`{"a": "b"}`}},
		{`Iterator[Integer]`, nil, []string{`[1]`}},

		{`Struct[{name => String[1], port => Integer[1, 65535]}]`, []string{`{"name": "a", "port": 80}`},
			[]string{`{"name": "a"}`, `{"name": "", "port": 80}`, `{"name": "a", "port": 80, "x": 1}`, `{}`, `[]`, `null`}},
		{`Struct[{'a' => Optional[String]}]`, []string{`{}`, `{"a": null}`, `{"a": "x"}`}, []string{`{"a": 1}`, `{"b": 1}`}},
		{`Struct[{Optional['a'] => String}]`, []string{`{}`, `{"a": "x"}`}, []string{`{"a": null}`, `{"a": 1}`}},
		{`Struct[{Optional[a] => String, "b" => Integer}]`, []string{`{"b": 1}`, `{"a": "x", "b": 1}`}, []string{`{"a": "x"}`}},
		{`Struct[{NotUndef['a'] => Optional[String]}]`, []string{`{"a": null}`, `{"a": "x"}`}, []string{`{}`}},
		{`Struct[{mode => Enum[read, update], Optional['path'] => String[1],}]`, []string{`{"mode": "read"}`}, []string{`{"mode": "write"}`, `{"path": "x"}`}},
		{`Struct[{'a' => Any}]`, []string{`{}`, `{"a": 1}`}, []string{`{"b": 1}`}},
		{`Struct[{}]`, []string{`{}`}, []string{`{"a": 1}`}},
		{`Struct`, []string{`{}`}, []string{`{"a": 1}`, `[]`}},
		{`Struct[{'a' => Some::Alias}]`, []string{`{"a": 1}`, `{}`}, []string{`{"b": 1}`}},

		{`Tuple`, []string{`[]`, `[1, "x"]`}, []string{`{}`, `null`}},
		{`Tuple[String, Integer]`, []string{`["a", 1]`}, []string{`["a"]`, `[1, "a"]`, `["a", 1, 2]`, `[]`}},
		{`Tuple[String, Integer, 1]`, []string{`["a"]`, `["a", 1]`, `["a", 1, 2, 3]`}, []string{`[]`, `["a", "b"]`, `["a", 1, "x"]`}},
		{`Tuple[String, Integer, 1, 3]`, []string{`["a"]`, `["a", 1, 2]`}, []string{`["a", 1, 2, 3]`}},
		{`Tuple[String, default, 2]`, []string{`[]`, `["a", "b"]`}, []string{`["a", "b", "c"]`, `["a", 1]`}},

		{`Variant[String, Integer]`, []string{`"a"`, `1`}, []string{`1.5`, `null`, `[]`}},
		{`Variant[Boolean, Enum['yes', 'no'], Undef]`, []string{`true`, `"yes"`, `null`}, []string{`"maybe"`, `1`}},
		{`Variant[Array[String], String]`, []string{`["a"]`, `"a"`}, []string{`[1]`, `1`}},
		{`Variant`, nil, []string{`1`, `null`}},
		{`Optional[String[1]]`, []string{`null`, `"a"`}, []string{`""`, `1`}},
		{`Optional['literal string']`, []string{`null`, `"literal string"`}, []string{`"other"`}},
		{`Optional[Variant[Integer, Array[Integer]]]`, []string{`null`, `1`, `[1]`}, []string{`"1"`, `["1"]`}},
		{`Optional`, []string{`null`}, []string{`"x"`}},
		{`Sensitive`, []string{`"x"`, `1`, `null`}, nil},
		{`Sensitive[String[8]]`, []string{`"longenough"`}, []string{`"short"`, `1`, `null`}},
		{`Optional[Sensitive[String]]`, []string{`null`, `"x"`}, []string{`1`}},

		{`Timestamp`, []string{`{"__ptype": "Timestamp", "__pvalue": "2030-01-01T00:00:00"}`}, []string{`"2030-01-01T00:00:00Z"`, `0`, `null`, `{}`}},
		{`Timestamp['2000-01-01T00:00:00.000', default]`, nil, []string{`"2030-01-01"`}},
		{`Timespan[{hours => 1}]`, nil, []string{`3600`}},
		{`SemVer['>=1.0.0 <2.0.0']`, nil, []string{`"1.2.3"`}},
		{`SemVerRange`, nil, []string{`">=1.0.0"`}},
		{`Binary`, nil, []string{`"aGk="`}},
		{`URI`, nil, []string{`"https://example.com"`}},
		{`Callable[[String, Integer], Boolean]`, nil, []string{`"x"`}},
		{`Callable[0, 0]`, nil, []string{`null`}},
		{`Type[Integer]`, nil, []string{`"Integer"`}},
		{`Runtime['ruby', 'Symbol']`, nil, []string{`"x"`}},
		{`CatalogEntry`, nil, []string{`"File[x]"`}},
		{`Class['apache']`, nil, []string{`"apache"`}},
		{`Resource['file', '/x']`, nil, []string{`"/x"`}},

		{`TargetSpec`, []string{`"node1"`, `"a,b"`, `["a", ["b", []]]`, `[]`, `{"__ptype": "Target"}`}, []string{`""`, `1`, `null`, `["a", 1]`, `{"uri": "x"}`}},
		{`Boltlib::TargetSpec`, []string{`"node1"`}, []string{`false`}},
		{`Optional[TargetSpec]`, []string{`null`, `["a"]`}, []string{`[""]`}},
		{`TargetSpec = Boltlib::TargetSpec = Variant[String[1], Target, Array[TargetSpec]]`, []string{`"node1"`}, []string{`1`}},
		{`My::Mode = Enum[fast, slow]`, []string{`"fast"`}, []string{`"x"`}},
		{`Stdlib::Absolutepath`, []string{`"relative"`, `1`, `null`}, nil},
		{`Stdlib::Http::Status`, []string{`1000`}, nil},
		{`::Stdlib::Port`, []string{`"x"`}, nil},
		{`Array[Stdlib::Port, 1]`, []string{`["x"]`}, []string{`[]`, `1`}},
		{`Target`, []string{`"x"`}, nil},
		{`Init[Integer]`, []string{`"1"`}, nil},
		{`Object[{name => 'X', attributes => {a => Integer}}]`, []string{`{"a": 1}`}, nil},
		{`File['/etc/hosts']`, []string{`"x"`}, nil},
		{`STRING[1]`, []string{`"x"`}, []string{`""`}},
		{" Array[ # names\n  String[1],\n] ", []string{`["x"]`}, []string{`[""]`}},

		{`Integer[5]`, []string{`UNKNOWN`}, nil},
		{`Undef`, []string{`UNKNOWN`}, nil},
		{`Timestamp`, []string{`UNKNOWN`}, nil},
		{`Variant`, []string{`UNKNOWN`}, nil},
		{`NotUndef[String]`, []string{`UNKNOWN`}, nil},
		{`Struct[{a => Integer, b => String}]`, []string{`UNKNOWN`, `{"a": UNKNOWN, "b": "x"}`}, []string{`{"a": UNKNOWN}`, `{"a": UNKNOWN, "b": 1}`}},
		{`Array[Integer, 2]`, []string{`[UNKNOWN, UNKNOWN]`, `[1, UNKNOWN]`}, []string{`[UNKNOWN]`, `["x", UNKNOWN]`}},
		{`Hash[String, Enum[a]]`, []string{`{"k": UNKNOWN}`}, []string{`{"k": UNKNOWN, "l": "b"}`}},
		{`Tuple[String, Integer]`, []string{`[UNKNOWN, 1]`}, []string{`[UNKNOWN, "x"]`, `[UNKNOWN]`}},
		{`Variant[Array[String], Hash[String, Integer]]`, []string{`[UNKNOWN]`, `{"a": UNKNOWN}`}, []string{`[UNKNOWN, 1]`}},
		{`TargetSpec`, []string{`[UNKNOWN, ["a"]]`}, []string{`[UNKNOWN, 1]`}},
		{`Iterable[String]`, []string{`[UNKNOWN]`, `UNKNOWN`}, []string{`[UNKNOWN, 1]`}},
	}
	rows := 0
	for _, test := range tests {
		parsed, err := puppettype.Parse(test.puppetType)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, value := range test.fits {
			rows++
			if problems := parsed.Check(decode(t, value)); len(problems) > 0 {
				t.Errorf("%s refuses %s: %s", test.puppetType, value, problems[0].Text("it"))
			}
		}
		for _, value := range test.refused {
			rows++
			if len(parsed.Check(decode(t, value))) == 0 {
				t.Errorf("%s accepts %s", test.puppetType, value)
			}
		}
	}
	if rows < 150 {
		t.Errorf("there are only %d rows", rows)
	}
	t.Logf("%d rows", rows)
}

func TestType_Targets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"TargetSpec": true, "Boltlib::TargetSpec": true, "Optional[TargetSpec]": true, "Variant[Integer, TargetSpec]": true,
		"TargetSpec = Variant[String[1], Target]": true, "NotUndef[TargetSpec]": true,
		"": false, "String": false, "Array[String]": false, "Struct[{targets => TargetSpec}]": false, "Sensitive[String]": false,
	} {
		parsed, err := puppettype.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := parsed.Targets(); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}
