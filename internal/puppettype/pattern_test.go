// SPDX-License-Identifier: MPL-2.0

package puppettype_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
)

// TestPattern_AsInRuby has patterns of published modules and of Ruby's manual, with what Ruby matches and what it does not. accepted are
// texts that Ruby does not match either, but Go cannot tell.
func TestPattern_AsInRuby(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern                string
		fits, refused, accepts []string
	}{
		// Paths, as the standard library has them.
		{pattern: `\A/([^\n/\0]+/*)*\z`, fits: []string{"/", "/etc", "/etc//hosts/", "/é"}, refused: []string{"", "etc", "/a\x00b", "/a\n"}},
		{pattern: `\Afile:///([^\n/\0]+(/)?)+\z`, fits: []string{"file:///etc/x"}, refused: []string{"file:///", "file:///a//b", "/etc"}},
		{pattern: `\A([[:xdigit:]]{1,4}:){7}:\z`, fits: []string{"1:2:3:4:5:6:7::"}, refused: []string{"1:2", "１:2:3:4:5:6:7::"}},
		{pattern: `\A[A-Z2-7]+={,6}\z`, fits: []string{"MFRGG===", "MFRGG"}, refused: []string{"mfrgg", "MFRGG======="}},
		{pattern: `(?i:\Ahttps?://.*\z)`, fits: []string{"HTTPS://x"}, refused: []string{"ftp://x"}, accepts: []string{"²"}},

		{pattern: `\A\0\07\012\0123\z`, fits: []string{"\x00\x07\n\n3"}, refused: []string{"\x00\x07\n\nS", "0"}},
		{pattern: `\0777`, fits: []string{"?7"}, refused: []string{"x"}},
		{pattern: `\A\u{e9}\u{1F600}\z`, fits: []string{"é😀"}, refused: []string{"e", "\\u{e9}"}},
		{pattern: `\A(?i:straße)\z`, fits: []string{"STRASSE", "Straße"}, accepts: []string{"x"}},

		// Possessive repetitions and lookarounds match more than in Ruby.
		{pattern: `\Aa++b\z`, fits: []string{"aab"}, refused: []string{"b", "aac"}},
		{pattern: `\Aa?+[bc]*+\z`, fits: []string{"", "abcb"}, refused: []string{"aab"}},
		{pattern: `\A(?:ab)++a\z`, fits: []string{"ababa"}, refused: []string{"abab"}},
		{pattern: `\Aa*+a\z`, refused: []string{"", "b"}, accepts: []string{"aa"}},
		{pattern: `\A(?>a+)b\z`, fits: []string{"aab"}, refused: []string{"aa"}},
		{pattern: `\A\++\z`, fits: []string{"+++"}, refused: []string{"", "a"}},
		{pattern: `\A(?=.*\d)(?=.*[(a-z)]).{8,}\z`, fits: []string{"passw0rd"}, refused: []string{"passw0r"}, accepts: []string{"password"}},
		{pattern: `\A(?!root\z|(?:a|\))b)\w+\z`, fits: []string{"rooty"}, refused: []string{"a b", ""}, accepts: []string{"root"}},
		{pattern: `(?<=foo)bar(?<!x)`, fits: []string{"foobar"}, refused: []string{"foo"}, accepts: []string{"bar"}},
		{pattern: `\Aa(?=b){2}b\z`, fits: []string{"ab"}, accepts: []string{"x"}},
		{pattern: `\A(?<user>[a-z]+)@(?<host>\w+)\z`, fits: []string{"dana@pe"}, refused: []string{"dana", "@pe"}},
		{pattern: `\A(?i-mx:[a-f]\h)\z`, fits: []string{"Ab"}, refused: []string{"gb"}},

		// ^ does not match after a newline that ends the text.
		{pattern: `^[0-9]*$`, fits: []string{"", "12", "a\n1", "\n"}, refused: []string{"a", "a\nb", "a\n"}},

		// Not supported.
		{pattern: `\A(a)\1\z`, fits: []string{"aa"}, accepts: []string{"x"}},
		{pattern: `\A(?#what)a\z`, fits: []string{"a"}, accepts: []string{"x"}},
		{pattern: `(?=a`, accepts: []string{"x"}},
		{pattern: `(?=[a)`, accepts: []string{"x"}},
		{pattern: `\u{e9`, accepts: []string{"x"}},
		{pattern: `\u{e9 e8}`, fits: []string{"éè"}, accepts: []string{"x"}},
	} {
		parsed, err := puppettype.Parse(`Pattern[/` + strings.ReplaceAll(test.pattern, "/", `\/`) + `/]`)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		for _, text := range append(test.fits, test.accepts...) {
			if problems := parsed.Check(text); len(problems) > 0 {
				t.Errorf("%s refuses %q", test.pattern, text)
			}
		}
		for _, text := range test.refused {
			if len(parsed.Check(text)) == 0 {
				t.Errorf("%s accepts %q", test.pattern, text)
			}
		}
	}
}

// TestPattern_TakesLinearTime has a pattern of the standard library and a text on which a backtracking engine would not finish.
func TestPattern_TakesLinearTime(t *testing.T) {
	t.Parallel()
	parsed, err := puppettype.Parse(`Pattern[/\A\/([^\n\/\0]+\/*)*\z/]`)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if len(parsed.Check("/"+strings.Repeat("a", 100_000)+"\x00")) == 0 {
		t.Error("a path with a NUL is accepted")
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}
