// SPDX-License-Identifier: MPL-2.0

package noderesults

import (
	"slices"
	"strings"
	"testing"
)

func TestLastLines_AreFewAndHarmless(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 600)
	for name, test := range map[string]struct {
		printed string
		want    []string
	}{
		"nothing":           {"", nil},
		"only empty lines":  {"\n \r\n\t\n", nil},
		"a line":            {"no space left\n", []string{"no space left"}},
		"the last five":     {"1\n2\n3\n\n4\n5\n6\n", []string{"2", "3", "4", "5", "6"}},
		"indented":          {"Error:\n  at line 3  \n", []string{"Error:", "  at line 3"}},
		"from Windows":      {"one\r\ntwo\r\n", []string{"one", "two"}},
		"a progress bar":    {"10%\r20%\rfailed", []string{"10%", "20%", "failed"}},
		"colours and bells": {"\x1b[31mred\x1b[0m\a\x00\n", []string{`red\x07\x00`}},
		"a long line":       {long, []string{"… " + long[:1000]}},
		"500 characters":    {strings.Repeat("a", 300) + "\n" + strings.Repeat("b", 300), []string{"… " + strings.Repeat("a", 200), strings.Repeat("b", 300)}},
		"exactly 500":       {"first\n" + strings.Repeat("b", 500), []string{strings.Repeat("b", 500)}},
	} {
		if got := lastLines(withoutColours(test.printed)); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
