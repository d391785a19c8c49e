// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"strings"
	"testing"
)

func TestTimeProblem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2030-01-05T02:00:00Z":          "",
		"2030-01-05T02:00:00.5-03:30":   "",
		"2030-01-05T02:00:00":           "has no offset, so that it is not known which zone it is in: write 2030-01-05T02:00:00Z for UTC, or 2030-01-05T02:00:00+01:00",
		"2030-01-05 02:00:00":           "write 2030-01-05T02:00:00Z for UTC",
		"2030-01-05T02:00":              "write 2030-01-05T02:00:00Z for UTC",
		"2030-01-05":                    "write 2030-01-05T00:00:00Z for UTC",
		"20300105T020000":               "write 2030-01-05T02:00:00Z for UTC",
		"20300105T020000Z":              "is not in the form of RFC 3339: write 2030-01-05T02:00:00Z",
		"20300105T020000+0530":          "write 2030-01-05T02:00:00+05:30",
		"20300105T020000-08":            "write 2030-01-05T02:00:00-08:00",
		"2030-01-05T02:00:00+0100":      "write 2030-01-05T02:00:00+01:00",
		"2030-01-05T02:00Z":             "write 2030-01-05T02:00:00Z",
		"2030-01-05 02:00:00 +0100":     "write 2030-01-05T02:00:00+01:00",
		"2030-01-05 02:00:00+01:00":     "write 2030-01-05T02:00:00+01:00",
		"5 January 2030":                "is not a time such as 2030-01-05T02:00:00+01:00",
		"2030-13-05T02:00:00Z":          "is not a time such as",
		"2030-01-05T02:00:00Z tomorrow": "is not a time such as",
		"":                              "is not a time such as",
	} {
		got := TimeProblem(text)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
