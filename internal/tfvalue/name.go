// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/text/unicode/norm"
)

// Renaming is a name of an object that cannot stay as it is, because another one is the same to Terraform.
type Renaming struct{ From, To string }

// namesOf returns the names under which Terraform can hold the members of an object. Core writes every name in Unicode's normal form C, and
// takes no value whose names are in another. Of names that are then the same, one keeps it and the others get a number: "é", "é (2)".
func namesOf[V any](members map[string]V) (names map[string]string, renamed []Renaming) {
	names = make(map[string]string, len(members))
	var others []string
	taken := map[string]bool{}
	for raw := range members {
		if nameForm(raw) == raw {
			names[raw] = raw
		} else {
			others = append(others, raw)
		}
	}
	if len(others) == 0 {
		return names, nil
	}
	for raw := range maps.Keys(names) {
		taken[raw] = true
	}
	slices.Sort(others)
	next := map[string]int{}
	for _, raw := range others {
		plain := nameForm(raw)
		name := plain
		for n := max(2, next[plain]); taken[name]; n++ {
			name = fmt.Sprintf("%s (%d)", plain, n)
			next[plain] = n + 1
		}
		if name != plain {
			renamed = append(renamed, Renaming{From: raw, To: name})
		}
		taken[name], names[raw] = true, name
	}
	return names, renamed
}

// nameForm is the form in which Terraform has a name. Characters that are newer than this provider are written by their number, because a
// newer Terraform may have another form for them.
func nameForm(name string) string {
	if isPlain(name) {
		return name
	}
	var known strings.Builder
	for _, r := range name {
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) {
			known.WriteRune(r)
		} else {
			fmt.Fprintf(&known, "U+%04X", r)
		}
	}
	return norm.NFC.String(known.String())
}

// isPlain reports whether a name is ASCII, which most are.
func isPlain(name string) bool {
	for i := range len(name) {
		if name[i] >= 0x80 {
			return false
		}
	}
	return true
}

// shownRenamings is how many names a warning shows.
const shownRenamings = 5

// WarnRenamed warns of names that had to change.
func WarnRenamed(renamed []Renaming, what string, diags *diag.Diagnostics) {
	if len(renamed) == 0 {
		return
	}
	lines := []string{}
	for _, r := range renamed[:min(len(renamed), shownRenamings)] {
		lines = append(lines, fmt.Sprintf("  %+q is %+q", shortened(r.From), shortened(r.To)))
	}
	if more := len(renamed) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
	}
	diags.AddWarning(what+": some were changed to tell them apart",
		"Terraform writes names in Unicode's normal form C, in which these are the same as another name of their object:\n\n"+
			strings.Join(lines, "\n"))
}

// shortened cuts what is too long to be shown.
func shortened(name string) string {
	const shown = 100
	if runes := []rune(name); len(runes) > shown {
		return string(runes[:shown]) + "…"
	}
	return name
}
