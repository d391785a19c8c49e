// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// JSON returns a JSON text without secrets: known values, and the values of keys that name secrets, also in JSON that is a string of the
// JSON. Each string is redacted as what it is, before it is written as JSON again. Anything that is not JSON is treated as text. The values
// of some other members are left out, too, wherever they are.
func (r *Redactor) JSON(body []byte, without ...string) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return ""
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	value, ok := decodeAny(body)
	if !ok {
		text := string(body)
		named := valuesOf(text, func(key string) bool { return slices.Contains(without, key) })
		return replace(text, append(named, r.secretsIn(text, deepestEscape)...))
	}
	encoded, err := encodeAny(r.hide(leaveOut(value, without)), false)
	if err != nil {
		return Redacted
	}
	return encoded
}

// decodeAny decodes a text that is one JSON value.
func decodeAny(body []byte) (value any, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return value, errors.Is(err, io.EOF)
}

// encodeAny writes a value as JSON, with or without escapes for what is special in HTML.
func encodeAny(value any, html bool) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(html)
	err := encoder.Encode(value)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// leaveOut returns a JSON value without the values of some members. Empty ones are no secret.
func leaveOut(value any, members []string) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if slices.Contains(members, key) && !isEmpty(inner) {
				value[key] = Redacted
			} else {
				value[key] = leaveOut(inner, members)
			}
		}
	case []any:
		for i, inner := range value {
			value[i] = leaveOut(inner, members)
		}
	}
	return value
}

// isEmpty reports whether a JSON value is null, or holds nothing.
func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	default:
		return false
	}
}

// hide returns a JSON value without secrets.
func (r *Redactor) hide(value any) any {
	switch value := value.(type) {
	case map[string]any:
		hidden := make(map[string]any, len(value))
		for key, inner := range value {
			if r.hides(key) {
				inner = Redacted
			} else {
				inner = r.hide(inner)
			}
			hidden[r.hideString(key)] = inner
		}
		return hidden
	case []any:
		for i, inner := range value {
			value[i] = r.hide(inner)
		}
		return value
	case string:
		return r.hideString(value)
	case json.Number:
		if text := value.String(); r.hideString(text) != text {
			return Redacted
		}
		return value
	default:
		return value
	}
}

// hideString returns a string without secrets. What is JSON itself is treated as such.
func (r *Redactor) hideString(text string) string {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		if value, ok := decodeAny([]byte(text)); ok {
			if encoded, err := encodeAny(r.hide(value), false); err == nil {
				return encoded
			}
		}
	}
	return replace(text, r.secretsIn(text, deepestEscape))
}

// longestKey is the length up to which what is before a colon counts as a key.
const longestKey = 100

// valuesOfSecretKeys returns where the values of keys that name secrets are in a text with pieces of JSON: the body of an answer that was
// cut, or a message that quotes one.
func (r *Redactor) valuesOfSecretKeys(text string) []span { return valuesOf(text, r.hides) }

// valuesOf returns where the values of some keys are in such a text.
func valuesOf(text string, wanted func(key string) bool) (found []span) {
	for at := 0; ; at++ {
		next := strings.IndexByte(text[at:], ':')
		if next < 0 {
			return found
		}
		at += next
		key, ok := keyBefore(text[:at])
		if !ok || !wanted(key) {
			continue
		}
		if value := valueAfter(text, at+1); value.to > value.from {
			found = append(found, value)
			at = max(at, value.to-1)
		}
	}
}

// keyBefore returns the quoted key that a text ends with. Within JSON that is escaped, a backslash is before each quote.
func keyBefore(text string) (key string, ok bool) {
	text = strings.TrimRight(text, " \t\r\n")
	if !strings.HasSuffix(text, `"`) {
		return "", false
	}
	text = strings.TrimRight(text[:len(text)-1], `\`)
	text = text[max(0, len(text)-longestKey):]
	begin := strings.LastIndexByte(text, '"')
	return text[begin+1:], begin >= 0
}

// valueAfter returns where the value is that begins at a place of a text: a string without its quotes, a number, or an object or list. One
// that has no end goes to the end of the text.
func valueAfter(text string, from int) span {
	for from < len(text) && strings.IndexByte(" \t\r\n", text[from]) >= 0 {
		from++
	}
	rest := text[from:]
	quote := strings.TrimLeft(rest, `\`)
	switch {
	case strings.HasPrefix(quote, `"`):
		backslashes := len(rest) - len(quote)
		from += backslashes + 1
		return span{from, from + stringEnd(text[from:], backslashes)}
	case strings.HasPrefix(rest, "{"), strings.HasPrefix(rest, "["):
		return span{from, from + compositeEnd(rest)}
	case rest != "" && strings.IndexByte("-0123456789", rest[0]) >= 0:
		return span{from, len(text) - len(strings.TrimLeft(rest, "-+.0123456789eE"))}
	default:
		return span{}
	}
}

// stringEnd returns where a string ends whose quotes have some backslashes before them, because it is within JSON that is escaped. A quote
// within the string has more of them.
func stringEnd(text string, backslashes int) int {
	for at := 0; at < len(text); at++ {
		next := strings.IndexByte(text[at:], '"')
		if next < 0 {
			break
		}
		at += next
		before := at - len(strings.TrimRight(text[:at], `\`))
		if before%(2*(backslashes+1)) == backslashes {
			return at - backslashes
		}
	}
	return len(text)
}

// compositeEnd returns where an object or a list ends.
func compositeEnd(text string) int {
	depth := 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			at += 1 + stringEnd(text[at+1:], 0)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}
