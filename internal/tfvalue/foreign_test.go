// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// foreign converts a JSON text.
func foreign(tb testing.TB, text string) tfvalue.Foreign {
	tb.Helper()
	plain, err := tfvalue.ParseJSON(json.RawMessage(text))
	if err != nil {
		tb.Fatal(err)
	}
	return tfvalue.FromForeign(plain)
}

// plainOf returns the value of a JSON text as it is kept.
func plainOf(tb testing.TB, text string) any {
	tb.Helper()
	plain, err := tfvalue.ToGo(foreign(tb, text).Value)
	if err != nil {
		tb.Fatal(err)
	}
	return plain
}

func TestFromForeign_NamesAreInNormalFormC(t *testing.T) {
	t.Parallel()
	one := json.Number("1")
	for text, want := range map[string]any{
		`{"e\u0301": 1}`:                               map[string]any{"\u00e9": one},
		`{"a": [{"e\u0301": {"o\u0308": 1}}]}`:         map[string]any{"a": []any{map[string]any{"\u00e9": map[string]any{"\u00f6": one}}}},
		`"e\u0301"`:                                    "\u00e9",
		`{"\u212b": 1}`:                                map[string]any{"\u00c5": one},
		`{"": 1}`:                                      map[string]any{"": one},
		`{"\ud800": 1}`:                                map[string]any{"\ufffd": one},
		`{"\u00e9": 1, "e\u0301": 2}`:                  map[string]any{"\u00e9": one, "\u00e9 (2)": json.Number("2")},
		`{"e\u0301": 2, "\u00e9": 1}`:                  map[string]any{"\u00e9": one, "\u00e9 (2)": json.Number("2")},
		`{"\u212b": 2, "A\u030a": 1}`:                  map[string]any{"\u00c5": one, "\u00c5 (2)": json.Number("2")},
		`{"\u00e9": 1, "\u00e9 (2)": 1, "e\u0301": 3}`: map[string]any{"\u00e9": one, "\u00e9 (2)": one, "\u00e9 (3)": json.Number("3")},
		// No version of Unicode that is out has a character there.
		`{"\ud83f\udf80": 1}`: map[string]any{"U+1FF80": one},
	} {
		if got := plainOf(t, text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+q, want %+q", text, got, want)
		}
	}
}

func TestFromForeign_TellsWhatWasRenamed(t *testing.T) {
	t.Parallel()
	got := foreign(t, `{"x": [{"\u00e9": 1, "e\u0301": 2}]}`).Renamed
	if want := []tfvalue.Renaming{{From: "e\u0301", To: "\u00e9 (2)"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+q, want %+q", got, want)
	}
	var diags diag.Diagnostics
	tfvalue.WarnRenamed(got, "The result", &diags)
	if len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Detail(), `"e\u0301" is "\u00e9 (2)"`) {
		t.Errorf("got %v", diags)
	}
	if got := foreign(t, `{"e\u0301": 1}`).Renamed; len(got) > 0 {
		t.Errorf("a name that is only normalised is reported: %v", got)
	}
}

func TestForeignObject_TellsNamesApart(t *testing.T) {
	t.Parallel()
	object := tfvalue.ForeignObject(map[string]tfvalue.Foreign{"e\u0301.example.com": foreign(t, "1"), "\u00e9.example.com": foreign(t, "2")})
	got, err := tfvalue.ToGo(object.Value)
	want := map[string]any{"\u00e9.example.com": json.Number("2"), "\u00e9.example.com (2)": json.Number("1")}
	if err != nil || !reflect.DeepEqual(got, want) || len(object.Renamed) != 1 {
		t.Errorf("got %v, want %v; %v, %v", got, want, object.Renamed, err)
	}
}

func TestFromForeign_NumbersAreBounded(t *testing.T) {
	t.Parallel()
	digits := func(n int) string { return strings.Repeat("7", n) }
	for text, isNumber := range map[string]bool{
		"0": true, "-1.5e3": true, "1e308": true, "1E+300": true, "-1e-308": true,
		digits(154): true, "-" + digits(154): true, "0." + digits(999): true,
		"1e309": false, "1e-309": false, "1e999999": false, "1e99999999": false, "1e99999999999999999999": false, "-1e99999999": false,
		digits(155): false, digits(1000): false, digits(1_000_000): false, "0." + digits(1000): false,
		"1" + strings.Repeat("0", 200): true, // ends in zeros, so that 512 bits hold it
	} {
		_, ok := foreign(t, text).Value.(types.Number)
		if ok != isNumber {
			t.Errorf("%.40s: a number: %v", text, ok)
		}
		if got := plainOf(t, text); !isNumber && got != text {
			t.Errorf("%.40s: got %.40v", text, got)
		}
		// Both sides of a comparison keep what they have.
		if !tfvalue.SameJSON(json.RawMessage(text), tfvalue.AsRead(json.RawMessage(text))) {
			t.Errorf("%.40s: is not the same as itself", text)
		}
	}
}

func TestFromForeign_WholeNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	for _, digits := range []int{19, 100, 154} {
		text := strings.Repeat("7", digits)
		if got := plainOf(t, text); got != json.Number(text) {
			t.Errorf("%d digits: got %v", digits, got)
		}
	}
}

func nested(depth int) string {
	return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth)
}

func TestFromForeign_NestingIsBounded(t *testing.T) {
	t.Parallel()
	for _, list := range []bool{false, true} {
		for _, depth := range []int{1, tfvalue.MaxDepth, tfvalue.MaxDepth + 1, 300, 9999} {
			text := nested(depth)
			if list {
				text = strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth)
			}
			value, levels := plainOf(t, text), 0
			for {
				if object, ok := value.(map[string]any); ok {
					value = object["a"]
				} else if items, ok := value.([]any); ok {
					value = items[0]
				} else {
					break
				}
				levels++
			}
			var want any = json.Number("1")
			if depth > tfvalue.MaxDepth {
				want = text[strings.Index(text, "1")-(depth-tfvalue.MaxDepth)*(strings.Index(text, "1")/depth) : len(text)-tfvalue.MaxDepth]
			}
			if levels != min(depth, tfvalue.MaxDepth) || value != want {
				t.Errorf("depth %d: got %d levels and %.60v, want %.60v", depth, levels, value, want)
			}
		}
	}
}

func TestFromConfigured_IsNotCut(t *testing.T) {
	t.Parallel()
	value, err := tfvalue.FromConfigured(json.RawMessage(nested(100)))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := tfvalue.ToGo(value)
	if encoded, _ := json.Marshal(plain); err != nil || string(encoded) != nested(100) {
		t.Errorf("got %s, %v", encoded, err)
	}
	if !tfvalue.SameJSON(json.RawMessage(nested(100)), plain) {
		t.Error("what is configured is not the same as what the server reports of it")
	}
}

// keep puts values of a hundred bytes under keys, in the given order.
func keep(limit int, keys ...string) (*tfvalue.Keyed, types.Dynamic) {
	kept := &tfvalue.Keyed{Limit: limit}
	for _, key := range keys {
		kept.Put(key, tfvalue.ForeignText(types.StringValue(strings.Repeat(key, 100))), tfvalue.ForeignText(types.StringValue("-")))
	}
	var diags diag.Diagnostics
	return kept, kept.Value("Values", "", &diags)
}

func TestKeyed_KeepsTheSameInWhateverOrder(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int][3]int{ // in full, shortened, left out
		1000: {5, 0, 0}, 500: {3, 2, 0}, 200: {0, 5, 0}, 175: {0, 5, 0}, 100: {0, 2, 3}, 10: {0, 0, 5},
	} {
		first, value := keep(limit, "a", "b", "c", "d", "e")
		full := 5 - first.Shortened() - first.LeftOut()
		if got := [3]int{full, first.Shortened(), first.LeftOut()}; got != want {
			t.Errorf("%d: got %v, want %v", limit, got, want)
		}
		for _, order := range [][]string{{"e", "d", "c", "b", "a"}, {"c", "a", "e", "b", "d"}, {"b", "e", "a", "d", "c"}, {"a", "a", "b", "c", "e", "d", "e"}} {
			if _, other := keep(limit, order...); !other.Equal(value) {
				t.Errorf("%d, %v: got %s, want %s", limit, order, other, value)
			}
		}
	}
}

func TestKeyed_WarnsOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	values := tfvalue.Keyed{Limit: 1 << 10}
	var diags diag.Diagnostics
	values.Add("a", "x", "", &diags)
	values.Add("b", strings.Repeat("y", 2000), "", &diags)
	value := values.Value("Results", "Read fewer.", &diags)
	want := tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x"), "b": tfvalue.Omitted(2002).Value})
	if !value.Equal(types.DynamicValue(want)) {
		t.Errorf("got %s, want %s", value, want)
	}
	const detail = "It is larger than the 1 KiB that are kept. For 1 value only the size is there, under `_omitted`.  Read fewer."
	if len(diags) != 1 || diags.HasError() || strings.Join(strings.Fields(diags[0].Detail()), " ") != strings.Join(strings.Fields(detail), " ") {
		t.Errorf("got %v", diags)
	}
}

// BenchmarkFromForeign measures what nodes can send to take time and memory.
func BenchmarkFromForeign(b *testing.B) {
	wide := "[" + strings.Repeat("1,", 130_000) + "1]"
	for name, text := range map[string]string{
		"a number of a million digits":        strings.Repeat("7", 1_000_000),
		"a number with an exponent of 10^8":   "1e99999999",
		"1,000 digits and an exponent":        strings.Repeat("7", 1000) + "e308",
		"nested 1,000 deep":                   nested(1000),
		"nested 9,000 deep":                   nested(9000),
		"130,000 numbers":                     wide,
		"130,000 numbers, nested 60 deep":     strings.Repeat("[", 60) + wide + strings.Repeat("]", 60),
		"10,000 names that are not in form C": fmt.Sprintf("{%s\"z\":1}", names(10_000)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				foreign(b, text)
			}
		})
	}
}

func names(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `"e\u0301%d":1,`, i)
	}
	return text.String()
}
