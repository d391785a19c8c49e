// SPDX-License-Identifier: MPL-2.0

package prose

import "testing"

func TestEditDistance_CountsChanges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ac", 1}, {"abc", "xabc", 1}, {"abc", "acb", 2},
		{"kitten", "sitting", 3}, {"name", "names", 1}, {"Name", "name", 1},
	} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := editDistance(test.b, test.a); got != test.want {
			t.Errorf("%q and %q: got %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestNearest_FindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		names []string
		want  string
	}{
		"none":    {nil, ""},
		"nome":    {[]string{"action", "name", "version"}, "name"},
		"names":   {[]string{"action", "name", "version"}, "name"},
		"vresion": {[]string{"action", "name", "version"}, "version"},
		"surplus": {[]string{"action", "name", "version"}, ""},
		"actoin":  {[]string{"act", "action", "auction"}, "action"},
		"ab":      {[]string{"ac", "ad"}, "ac"}, // the first of those that are as near
		"abcdefg": {[]string{"abcdxyz", "abcdexy"}, "abcdexy"},
		"abcdef":  {[]string{"abcxyz"}, "abcxyz"},
		"abcde":   {[]string{"abxyz"}, ""},
	} {
		if got := Nearest(name, test.names); got != test.want {
			t.Errorf("%q: got %q, want %q", name, got, test.want)
		}
	}
}
