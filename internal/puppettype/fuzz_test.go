// SPDX-License-Identifier: MPL-2.0

package puppettype_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
)

// typeSeeds are types from metadata, and texts that are not types.
func typeSeeds() []string {
	return []string{
		"", "Any", "String[1]", "Optional[Variant[Integer[0, default], Enum['a', \"b\", c, true]]]", "Struct[{Optional['k'] => Array[Data, 1, 2], NotUndef[l] => Hash[String, Tuple[Float, 1, 3]]}]",
		"Pattern[/\\A[\\h-]+(?i:x)\\Z/, '^\\d{,3}$']", "Callable[[String], Undef]", "TargetSpec = Variant[String, Array[TargetSpec]]", "Integer[-0x1F, 1e5]", "Timespan[{hours => 1}]", "Iterable[Sensitive]",
		"String[", "Enum['", "Pattern[/", "[[[[", "{a=>", "::", "A::", "-", "#", "Pattern[/(?<n>[[:alpha:]]\\p{L})/]",
	}
}

// FuzzParse looks for texts that crash the parser, or that it understands differently the second time.
func FuzzParse(f *testing.F) {
	for _, seed := range typeSeeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := puppettype.Parse(text)
		if err != nil {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%q is Any, but %v", text, err)
			}
			return
		}
		if parsed.Describe() == "" || parsed.String() == "" {
			t.Errorf("%q cannot be described", text)
		}
		if problems := parsed.Check(puppettype.Unknown{}); len(problems) > 0 {
			t.Errorf("%q refuses what is not known: %v", text, problems)
		}
		again, err := puppettype.Parse(parsed.String())
		if err != nil || again.Describe() != parsed.Describe() {
			t.Errorf("%q is read as %q, and that as %q (%v)", text, parsed, again, err)
		}
	})
}

// FuzzCheck looks for values that crash the checker, and for those that are refused only because a part of them is unknown.
func FuzzCheck(f *testing.F) {
	for _, seed := range typeSeeds() {
		for _, value := range []string{`null`, `"x"`, `-1`, `1.5e300`, `[1, [null]]`, `{"k": ["x"], "l": {}}`, `123456789012345678901234567890`, `1e999999999`} {
			f.Add(seed, value)
		}
	}
	f.Fuzz(func(t *testing.T, puppetType, value string) {
		parsed, err := puppettype.Parse(puppetType)
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(value))
		decoder.UseNumber()
		var decoded any
		if decoder.Decode(&decoded) != nil {
			return
		}
		problems := parsed.Check(decoded)
		for _, p := range problems {
			if p.Given == "" || p.Kind == "" || p.Accepted == "" {
				t.Errorf("%q with %s: an empty problem %+v", puppetType, value, p)
			}
		}
		if len(problems) > 0 {
			return
		}
		for _, hidden := range hideEach(decoded) {
			if problems := parsed.Check(hidden); len(problems) > 0 {
				t.Errorf("%q accepts %s, but not with a part that is unknown (%v): %v", puppetType, value, hidden, problems)
			}
		}
	})
}

// hideEach returns copies of a value with one of its direct parts unknown each.
func hideEach(value any) (hidden []any) {
	switch value := value.(type) {
	case []any:
		for i := range value {
			elements := append([]any{}, value...)
			elements[i] = puppettype.Unknown{}
			hidden = append(hidden, elements)
		}
	case map[string]any:
		for key := range value {
			entries := map[string]any{}
			for k, v := range value {
				entries[k] = v
			}
			entries[key] = puppettype.Unknown{}
			hidden = append(hidden, entries)
		}
	}
	return hidden
}
