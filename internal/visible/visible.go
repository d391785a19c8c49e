// SPDX-License-Identifier: MPL-2.0

// Package visible makes text that others have written safe to show: names, messages and output that a server, a node or a file sends.
//
// A terminal obeys control characters, and some characters change the order of others or cannot be seen, so that a text could wipe out
// what is above it or claim what has not happened. Each of them is written as what it is, such as \x1b for the escape.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many characters of a text are shown, unless its place asks for fewer.
const (
	// LongestLine is for a message.
	LongestLine = 2000
	// LongestName is for a name or a state.
	LongestName = 200
	// LongestBlock is for a text of several lines.
	LongestBlock = 32_000
)

// Line makes a text safe for a place within a line: white space with a line break or a tab becomes one space, whatever else does not print
// becomes visible, and at most some characters are kept.
func Line(text string, longest int) string {
	if plain(text, longest) {
		return strings.TrimSpace(text)
	}
	w := writer{left: longest}
	for rest := strings.TrimSpace(text); rest != "" && !w.full; {
		space := len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
		if space > 0 && strings.ContainsFunc(rest[:space], breaks) {
			w.text(" ")
			rest = rest[space:]
			continue
		}
		rest = rest[w.rune(rest):]
	}
	return w.out.String()
}

// Block makes a text of several lines safe: line breaks and tabs stay.
func Block(text string, longest int) string {
	if plain(text, longest) {
		return text
	}
	w := writer{left: longest}
	for rest := text; rest != "" && !w.full; {
		switch {
		case strings.HasPrefix(rest, "\r\n"):
			rest = rest[1:]
		case rest[0] == '\n' || rest[0] == '\t':
			w.text(rest[:1])
			rest = rest[1:]
		default:
			rest = rest[w.rune(rest):]
		}
	}
	return w.out.String()
}

// plain reports whether a text is safe as it is: short enough and of nothing but printable ASCII, as most are.
func plain(text string, longest int) bool {
	if len(text) > longest {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// breaks reports whether a character would begin a new line or move to a column.
func breaks(r rune) bool {
	return unicode.IsSpace(r) && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029')
}

// writer writes a text up to a number of characters.
type writer struct {
	out  strings.Builder
	left int
	full bool
}

// text writes what counts as one character more for each of its own, or the sign that something is left out.
func (w *writer) text(text string) {
	w.left -= utf8.RuneCountInString(text)
	if w.left < 0 {
		w.out.WriteString("…")
		w.full = true
		return
	}
	w.out.WriteString(text)
}

// rune writes the first character of a text so that it can be seen, and returns its length in bytes.
func (w *writer) rune(text string) int {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && size == 1:
		w.text(fmt.Sprintf(`\x%02x`, text[0]))
	case unicode.IsGraphic(r):
		w.text(text[:size])
	case r == '\n':
		w.text(`\n`)
	case r == '\r':
		w.text(`\r`)
	case r == '\t':
		w.text(`\t`)
	case r < utf8.RuneSelf:
		w.text(fmt.Sprintf(`\x%02x`, r))
	case r <= 0xffff:
		w.text(fmt.Sprintf(`\u%04x`, r))
	default:
		w.text(fmt.Sprintf(`\U%08x`, r))
	}
	return size
}
