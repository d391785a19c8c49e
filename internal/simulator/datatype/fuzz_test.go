// SPDX-License-Identifier: MPL-2.0

package datatype_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/datatype"
)

// FuzzParse reads types that nobody has written: metadata can be loaded from a folder. Whatever is a type has an answer to each value.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"Optional[String[1]]", `Pattern[/\A(?<!a)[[:alpha:]&&[^b]]{1,2}+\k<n>\z/]`, "Struct['a' => Any]", "A = Enum[b, true]", `Pattern[/(?i-m)\u{e9}\p{L}/]`,
	} {
		f.Add(text, "text")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		parsed, err := datatype.Parse(text)
		if err != nil {
			return
		}
		for _, v := range []any{nil, value, []any{value}, map[string]any{value: value}} {
			first := parsed.Accepts(v)
			if again := parsed.Accepts(v); again != first {
				t.Errorf("%s accepts %v: %v, then %v", text, v, first, again)
			}
		}
	})
}
