// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"encoding/base64"
	"net/url"
	"strings"
)

const (
	// shortestSecret is the length in bytes from which a value is searched for in texts. Shorter values occur in texts by chance; they are
	// still hidden by their keys.
	shortestSecret = 3
	// shortestPart is the length from which a value is searched for inside words, too.
	shortestPart = 4
	// shortestLine is the length from which a line of a secret of several lines is searched for by itself.
	shortestLine = 6
	// shortestEncoded is the length from which a value is searched for in base64. A shorter one leaves too few characters that depend on
	// nothing else.
	shortestEncoded = 6
)

// form is how a secret may be written.
type form struct {
	text string
	// word tells that it is so short that it counts as a word of its own only.
	word bool
	// before and after are how many characters of base64 around it hold a part of the secret as well.
	before, after int
}

// formsOf lists how a secret may be written, apart from the escapes that are undone before it is searched for.
func formsOf(secret string) (forms []form) {
	if len(secret) < shortestSecret {
		return nil
	}
	forms = []form{{text: secret, word: len(secret) < shortestPart}}
	if strings.Contains(secret, " ") {
		forms = append(forms, form{text: strings.ReplaceAll(secret, " ", "+")}) // in the query of a URL
	}
	if strings.ContainsAny(secret, "\r\n") {
		forms = append(forms, linesOf(secret)...)
	}
	forms = append(forms, escapedFormsOf(forms)...)
	if len(secret) >= shortestEncoded {
		forms = append(forms, encodedFormsOf(secret)...)
	}
	return forms
}

// escapedFormsOf lists how forms are written in URLs and in JSON by the encoders that are most in use. Although escapes are undone, these
// are searched for as well: what stands before a secret can make an escape out of its first characters, as a % does in front of two digits.
func escapedFormsOf(forms []form) (escaped []form) {
	for _, plain := range forms {
		text := plain.text
		for _, written := range []string{url.QueryEscape(text), url.PathEscape(text), quoted(text, true), quoted(text, false)} {
			if written != text {
				escaped = append(escaped, form{text: written, word: plain.word})
			}
		}
	}
	return escaped
}

// quoted writes a text as within a JSON string, with or without escapes for what is special in HTML.
func quoted(text string, html bool) string {
	encoded, err := encodeAny(text, html)
	if err != nil {
		return text // not possible: every text can be encoded
	}
	return encoded[1 : len(encoded)-1]
}

// linesOf lists the lines of a secret that has several, without the frame of a PEM text, which is the same in each.
func linesOf(secret string) (forms []form) {
	for line := range strings.FieldsFuncSeq(secret, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = strings.TrimSpace(line)
		if len(line) >= shortestLine && !strings.HasPrefix(line, "-----") {
			forms = append(forms, form{text: line})
		}
	}
	return forms
}

// encodedFormsOf lists what is the same in every base64 text that has the secret in it. Three bytes become four characters, so it depends
// on how many bytes are before the secret, such as the user in the login of a request.
func encodedFormsOf(secret string) (forms []form) {
	for offset := range 3 {
		padded := strings.Repeat("\x00", offset) + secret
		inner := form{}
		if offset > 0 {
			inner.before = 1
		}
		if len(padded)%3 > 0 {
			inner.after = 1
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString([]byte(padded))
			inner.text = encoded[offset+inner.before : len(encoded)-inner.after]
			if len(forms) == 0 || forms[len(forms)-1].text != inner.text {
				forms = append(forms, inner)
			}
		}
	}
	return forms
}
