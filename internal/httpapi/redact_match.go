// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// matcher finds the forms of all secrets in one pass over a text, however many there are.
type matcher struct {
	// begun tells of the first bytes of each form, so that almost every place of a text is passed over at once.
	begun [1 << 16]bool
	// forms are the forms by their first bytes, longest first, so that a secret that contains another is replaced as a whole.
	forms map[[shortestSecret]byte][]form
}

func start(text string) [shortestSecret]byte { return [shortestSecret]byte{text[0], text[1], text[2]} }

func slot(text string) uint16 {
	return (uint16(text[0]) | uint16(text[1])<<8) ^ uint16(text[2])<<4
}

func (m *matcher) add(f form) {
	if m.forms == nil {
		m.forms = map[[shortestSecret]byte][]form{}
	}
	key := start(f.text)
	if slices.Contains(m.forms[key], f) {
		return
	}
	m.begun[slot(f.text)] = true
	m.forms[key] = append(m.forms[key], f)
	slices.SortStableFunc(m.forms[key], func(a, b form) int { return len(b.text) - len(a.text) })
}

// span is a part of a text, from a byte to before another.
type span struct{ from, to int }

// find returns where secrets are.
func (m *matcher) find(text string) (found []span) {
	for i := 0; i+shortestSecret <= len(text); i++ {
		if !m.begun[slot(text[i:])] {
			continue
		}
		for _, f := range m.forms[start(text[i:])] {
			if strings.HasPrefix(text[i:], f.text) && (!f.word || isWord(text, i, i+len(f.text))) {
				found = append(found, f.at(text, i))
				break
			}
		}
	}
	return found
}

// at is the part of a text that a form takes which was found at a place.
func (f form) at(text string, from int) span {
	to := from + len(f.text)
	for range f.before {
		if from > 0 && inBase64(text[from-1]) {
			from--
		}
	}
	for range f.after {
		if to < len(text) && inBase64(text[to]) {
			to++
		}
	}
	return span{from, to}
}

func inBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// isWord reports whether neither a letter nor a digit is around a part of a text.
func isWord(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return !inWord(before) && !inWord(after)
}

// replace replaces parts of a text. Those that overlap are replaced as one.
func replace(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var out strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		whole := spans[i]
		for i++; i < len(spans) && spans[i].from < whole.to; i++ {
			whole.to = max(whole.to, spans[i].to)
		}
		out.WriteString(text[done:whole.from] + Redacted)
		done = whole.to
	}
	return out.String() + text[done:]
}
