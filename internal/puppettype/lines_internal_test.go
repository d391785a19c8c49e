// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"regexp"
	"testing"
)

// TestLines_AgreeWithGo compares the two engines where Ruby and Go mean the same: in texts that no line break ends.
func TestLines_AgreeWithGo(t *testing.T) {
	t.Parallel()
	texts := []string{"", "a", "b", "ab", "a\nb", "\na", "\n\nb", "x\ny\nab", "é\na", "aab", "a b", "\xff\na"}
	for _, source := range []string{
		`^`, `^a`, `^a$`, `^$`, `a|^b`, `(?:^a)*b`, `^(?:a|b)+$`, `\A^b?`, `x\n^y`, `\b^a`, `^.*é`, `^[^a]+$`, `(^)a`, `^a{2,3}b`, `b\n?^`, `(?i)^AB`,
	} {
		program := lineProgram("(?m)" + source)
		if program == nil {
			t.Errorf("%s has no begin of a line", source)
			continue
		}
		for _, text := range texts {
			if got, want := (lines{program}).match(text), regexp.MustCompile("(?m)"+source).MatchString(text); got != want {
				t.Errorf("%s in %q: %v, want %v", source, text, got, want)
			}
		}
	}
	for source, want := range map[string]bool{`^`: true, `^$`: false, `a$`: true, `^a`: true, `\n^`: false} {
		if program := lineProgram("(?m)" + source); program != nil && (lines{program}).match("a\n") != want {
			t.Errorf("%s in a text that ends with a line break: %v", source, !want)
		}
	}
}
