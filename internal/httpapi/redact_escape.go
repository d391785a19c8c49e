// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// deepestEscape is how many times over what is written in a text may be escaped: JSON within JSON within JSON.
const deepestEscape = 3

// secretsIn returns where secrets are in a text, as they are and behind escapes: a backslash as in JSON, a percent sign as in a URL, and
// what makes a terminal change colours. All are undone, and what is found is located in the original, so that it does not matter which of
// the ways to escape a character was used.
func (r *Redactor) secretsIn(text string, depth int) []span {
	found := append(r.forms.find(text), r.valuesOfSecretKeys(text)...)
	if depth == 0 {
		return found
	}
	for _, escape := range []escape{backslash, percent, colour} {
		plain, escaped := escape.undo(text)
		if !escaped {
			continue
		}
		if inner := r.secretsIn(plain, depth-1); len(inner) > 0 {
			found = append(found, escape.locate(text, inner)...)
		}
	}
	return found
}

// escape is a way to write characters.
type escape struct {
	sign byte
	// read returns what an escape at the beginning of a text stands for, and its length, 0 if there is none.
	read func(text string) (plain string, length int)
}

var (
	backslash = escape{'\\', readBackslash}
	percent   = escape{'%', readPercent}
	colour    = escape{'\x1b', readColour}
)

// undo returns a text without its escapes, and whether it had any.
func (e escape) undo(text string) (plain string, escaped bool) {
	if strings.IndexByte(text, e.sign) < 0 {
		return text, false
	}
	var out strings.Builder
	e.walk(text, func(_ int, part string) {
		out.WriteString(part)
	}, func(_ int, stands string, _ int) {
		out.WriteString(stands)
		escaped = true
	})
	return out.String(), escaped
}

// walk goes through a text from one escape to the next. Each function learns where in the text it is.
func (e escape) walk(text string, plain func(at int, part string), escaped func(at int, stands string, length int)) {
	for at := 0; at < len(text); {
		next := strings.IndexByte(text[at:], e.sign)
		if next < 0 {
			plain(at, text[at:])
			return
		}
		plain(at, text[at:at+next])
		at += next
		stands, length := e.read(text[at:])
		if length == 0 {
			plain(at, text[at:at+1])
			at++
			continue
		}
		escaped(at, stands, length)
		at += length
	}
}

// locate returns where parts of the text without its escapes are in the text.
func (e escape) locate(text string, parts []span) []span {
	// The ends of the parts in their order, each of which is met once on the way through the text.
	ends := make([]*int, 0, 2*len(parts))
	for i := range parts {
		ends = append(ends, &parts[i].from, &parts[i].to)
	}
	slices.SortStableFunc(ends, func(a, b *int) int { return *a - *b })
	begins := make(map[*int]bool, len(parts))
	for i := range parts {
		begins[&parts[i].from] = true
	}
	done, passed := 0, 0 // how many ends are located, and how much of the plain text is passed
	locate := func(at, size, length int, whole bool) {
		// What ends with a piece ends before an escape that stands for nothing.
		for ; done < len(ends) && (*ends[done] < passed+size || *ends[done] == passed+size && !begins[ends[done]]); done++ {
			switch inside := *ends[done] - passed; {
			case !whole:
				*ends[done] = at + inside
			case inside == 0 || begins[ends[done]]:
				*ends[done] = at
			default:
				*ends[done] = at + length
			}
		}
		passed += size
	}
	e.walk(text, func(at int, part string) {
		locate(at, len(part), len(part), false)
	}, func(at int, stands string, length int) {
		locate(at, len(stands), length, true)
	})
	for ; done < len(ends); done++ {
		*ends[done] = len(text)
	}
	return parts
}

// readBackslash reads an escape of JSON, or one of the others that programs print: \', \xNN.
func readBackslash(text string) (plain string, length int) {
	if len(text) < 2 {
		return "", 0
	}
	switch c := text[1]; c {
	case '"', '\\', '/', '\'':
		return text[1:2], 2
	case 'n':
		return "\n", 2
	case 't':
		return "\t", 2
	case 'r':
		return "\r", 2
	case 'b':
		return "\b", 2
	case 'f':
		return "\f", 2
	case 'x':
		if value, err := hex.DecodeString(text[2:min(len(text), 4)]); err == nil && len(value) == 1 {
			return string(value), 4
		}
	case 'u':
		return readUnicode(text)
	}
	return "", 0
}

// readColour reads a sequence of control characters, which stands for nothing: ESC [ 31 m.
func readColour(text string) (plain string, length int) {
	if !strings.HasPrefix(text, "\x1b[") {
		return "", 0
	}
	for at := 2; at < len(text); at++ {
		switch c := text[at]; {
		case c >= '@' && c <= '~':
			return "", at + 1
		case c < ' ' || c > '?':
			return "", 0
		}
	}
	return "", 0
}

// readUnicode reads \uXXXX, or two of them that are one character.
func readUnicode(text string) (plain string, length int) {
	first, ok := unicodeEscape(text)
	if !ok {
		return "", 0
	}
	if utf16.IsSurrogate(first) {
		if second, ok := unicodeEscape(text[6:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return string(r), 12
			}
		}
	}
	return string(first), 6
}

// unicodeEscape reads \uXXXX at the beginning of a text.
func unicodeEscape(text string) (r rune, ok bool) {
	digits, ok := strings.CutPrefix(text, `\u`)
	if !ok || len(digits) < 4 {
		return 0, false
	}
	code, err := hex.DecodeString(digits[:4])
	if err != nil {
		return 0, false
	}
	return rune(code[0])<<8 | rune(code[1]), true
}

func readPercent(text string) (plain string, length int) {
	if value, err := hex.DecodeString(text[1:min(len(text), 3)]); err == nil && len(value) == 1 {
		return string(value), 3
	}
	return "", 0
}
