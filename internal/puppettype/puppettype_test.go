// SPDX-License-Identifier: MPL-2.0

package puppettype_test

import (
	"encoding/json"
	"os"
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

// TestType_OwnVerdicts has what the table of verdicts cannot hold: values that are not known yet, and types that Puppet does not have.
func TestType_OwnVerdicts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		puppetType string
		fits       []string
		refused    []string
	}{
		{``, []string{`null`, `1`, `"x"`, `[]`, `{}`}, nil},
		{`Pattern[/[/]`, []string{`"anything"`}, nil},
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
	if rows < 30 {
		t.Errorf("there are only %d rows", rows)
	}
}

// TestType_Verdicts holds the parser to the table that the simulator's is held to as well, so that they cannot contradict each other without
// a word. What does not fit and is marked by ~ is more than this parser can tell, and passes.
func TestType_Verdicts(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../simulator/datatype/testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(content), "\n== ")
	var parsed puppettype.Type
	rows := 0
	for line := range strings.SplitSeq(table, "\n") {
		mark, value, isVerdict := strings.Cut(strings.TrimPrefix(line, "  "), " ")
		switch {
		case line == "" || strings.HasPrefix(line, "== ") || rows == 0 && line == "types":
			continue
		case !strings.HasPrefix(line, "  ") || !isVerdict:
			if parsed, err = puppettype.Parse(line); err != nil {
				t.Errorf("%v", err)
			}
			continue
		}
		rows++
		problems := parsed.Check(decode(t, value))
		if fits := mark != "-"; fits != (len(problems) == 0) {
			t.Errorf("%s: %s %s: %v", parsed, mark, value, problems)
		}
	}
	if rows < 500 {
		t.Errorf("only %d verdicts were read", rows)
	}
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
