// SPDX-License-Identifier: MPL-2.0

// Package prose writes sentences for people: lists, counts, capitals and paragraphs. What it is given may come from others, so that all but
// paragraphs is made safe to show.
package prose

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Paragraphs joins texts, without those that are empty.
func Paragraphs(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "\n\n")
}

// Sentence gives a text a capital letter and a full stop. What begins with a name, such as eth0 or mysql::backup, stays as it is. Secrets
// have to be taken out of it before, because one at its beginning would be changed.
func Sentence(text string) string {
	text = visible.Line(text, visible.LongestLine)
	if text == "" {
		return ""
	}
	if beginsWithAWord(text) {
		text = UpperFirst(text)
	}
	if strings.ContainsAny(text[len(text)-1:], ".!?:") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// beginsWithAWord reports whether a text begins with a word of a language, and not with a name of a program.
func beginsWithAWord(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	word = strings.TrimRight(word, ",;:.!?…)")
	return !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
}

// List lists names for people, up to a readable number, and says how many more there are.
func List(names []string) string {
	const most = 10
	if len(names) <= most {
		return Names(names)
	}
	return Names(names[:most]) + " " + More(int64(len(names)-most))
}

// More says how many things are left out of a list, "" if there are none.
func More(n int64) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("and %d more", n)
}

// Names lists all of some names for people.
func Names(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = visible.Line(name, visible.LongestName)
	}
	return strings.Join(shown, ", ")
}

// Backquoted puts names between the quotes in which attributes and values stand in descriptions and messages.
func Backquoted(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "`" + name + "`"
	}
	return quoted
}

// Choice writes words of which one has to be chosen: "a", "b" or "c".
func Choice(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// LowerFirst is a text for the middle of a sentence.
func LowerFirst(text string) string { return changeFirst(text, unicode.ToLower) }

// UpperFirst makes a text fit the beginning of a sentence.
func UpperFirst(text string) string { return changeFirst(text, unicode.ToUpper) }

func changeFirst(text string, change func(rune) rune) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(change(first)) + text[size:]
}

// Count writes a number with its noun, such as "2 nodes".
func Count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Bytes writes a size, such as "32 MiB", with the largest unit that gives a whole number.
func Bytes(n int) string {
	const step = 1024
	for _, unit := range []struct {
		size int
		name string
	}{{step * step, "MiB"}, {step, "KiB"}} {
		if n >= unit.size && n%unit.size == 0 {
			return fmt.Sprintf("%d %s", n/unit.size, unit.name)
		}
	}
	return Count(int64(n), "byte")
}
