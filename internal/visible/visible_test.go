// SPDX-License-Identifier: MPL-2.0

package visible_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"empty":                    {"", ""},
		"plain":                    {"disk full: 97 % of /var", "disk full: 97 % of /var"},
		"letters of any script":    {"Größe 大きい — “ok”", "Größe 大きい — “ok”"},
		"around":                   {" \n disk full \n", "disk full"},
		"several lines":            {"disk\n   full\r\n\tnow", "disk full now"},
		"spaces within":            {"a  b", "a  b"},
		"line separators":          {"a\u2028b\u2029c\u0085d\ve\ff", "a b c d e f"},
		"colours":                  {"\x1b[32mApply complete!\x1b[0m", `\x1b[32mApply complete!\x1b[0m`},
		"bell, backspace and zero": {"a\ab\bc\x00d\x7f", `a\x07b\x08c\x00d\x7f`},
		"carriage return":          {"Error\rApply complete!", "Error Apply complete!"},
		"C1":                       {"a\u009b2Jb", `a\u009b2Jb`},
		"overrides and isolates":   {"a\u202eb\u2066c\u2069d", `a\u202eb\u2066c\u2069d`},
		"nothing to be seen":       {"a\u200bb\u200d\ufeff\u00ad", `a\u200bb\u200d\ufeff\u00ad`},
		"tags":                     {"a\U000e0041", `a\U000e0041`},
		"no UTF-8":                 {"a\xff\xc3(b", `a\xff\xc3(b`},
		"the replacement":          {"a\ufffdb", "a\ufffdb"},
	} {
		if got := visible.Line(test.text, 100); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"lines and tabs stay": {"a\n\tb\n\nc  d ", "a\n\tb\n\nc  d "},
		"lines of Windows":    {"a\r\nb", "a\nb"},
		"carriage return":     {"10 %\r20 %", `10 %\r20 %`},
		"other line breaks":   {"a\u2028b\vc", `a\u2028b\x0bc`},
		"colours":             {"\x1b[2J\nb", `\x1b[2J` + "\nb"},
	} {
		if got := visible.Block(test.text, 100); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// TestVisible_Bounded cuts at characters, never within one, nor within the escape that makes one visible.
func TestVisible_Bounded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"abcd": "abcd", "abcde": "abcd…", "äöüß": "äöüß", "äöüßa": "äöüß…", "\x1b": `\x1b`, "a\x1bb": "a…", "ab\x00": "ab…",
	} {
		for name, got := range map[string]string{"line": visible.Line(text, 4), "block": visible.Block(text, 4)} {
			if got != want {
				t.Errorf("%q in a %s: got %q, want %q", text, name, got, want)
			}
		}
	}
}

// FuzzLine has nothing but characters that print in a line, at most one more than asked for.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"", "a\nb", "\x1b[2J", "\u202e", "\xff", "\U000e0041", " \u3000\t"} {
		f.Add(seed, 10)
	}
	f.Fuzz(func(t *testing.T, text string, longest int) {
		longest = min(max(longest, 0), 1000)
		for name, got := range map[string]string{
			"line": visible.Line(text, longest), "block": strings.NewReplacer("\n", "", "\t", "").Replace(visible.Block(text, longest)),
		} {
			if n := utf8.RuneCountInString(got); n > longest+1 {
				t.Errorf("the %s of %q has %d characters", name, text, n)
			}
			if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsGraphic(r) }) {
				t.Errorf("the %s of %q is %q", name, text, got)
			}
		}
	})
}
