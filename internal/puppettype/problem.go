// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Problem is one part of a value that does not fit.
type Problem struct {
	// Path leads from the value to that part, such as [2].port. It is empty for the value itself, and contains keys of the value.
	Path string
	// Given describes the part, including the value itself if it is short.
	Given string
	// Kind describes the part without showing any of the value, for secrets.
	Kind string
	// Accepted describes what is accepted.
	Accepted string
	// Hint is a further sentence for mistakes that are not obvious, or "".
	Hint string
}

// Text describes the problem in sentences about the parameter with a name.
func (p Problem) Text(name string) string {
	return p.sentences(fmt.Sprintf("`%s` is %s", name+p.Path, p.Given))
}

// SecretText is Text without any of the value: neither the value nor the keys that lead to it.
func (p Problem) SecretText(name string) string {
	if p.Path == "" {
		return p.sentences(fmt.Sprintf("`%s` is %s", name, p.Kind))
	}
	return p.sentences(fmt.Sprintf("Something in `%s` is %s", name, p.Kind))
}

func (p Problem) sentences(what string) string {
	text := what + "; expected " + p.Accepted + "."
	if p.Hint != "" {
		text += " " + p.Hint
	}
	return text
}

// mismatch is the problem of a value that does not fit a type.
func mismatch(t node, value any, at string) []Problem {
	return []Problem{{Path: at, Given: given(value), Kind: kind(value), Accepted: t.describe(), Hint: hintFor(t, value)}}
}

// The hints for a string that looks like what is wanted. They show nothing of the value.
const (
	withoutQuotes = "Write it without quotes."
	inBrackets    = "Put it in brackets, even when it is the only one."
	notAsText     = "It is a string that looks like what is wanted: remove jsonencode, or give the variable that it comes from a type, " +
		"such as list(string)."
)

// hintFor returns the hint for a string that, read as JSON, would fit a type, and for a value that should be the element of a list.
func hintFor(t node, value any) string {
	if hint := textHint(t, value); hint != "" {
		return hint
	}
	_, isList := value.([]any)
	if wanted, ok := t.(list); ok && !isList && value != nil && len(wanted.element.check(value, "")) == 0 {
		return inBrackets
	}
	return ""
}

func textHint(t node, value any) string {
	text, ok := value.(string)
	if !ok {
		return ""
	}
	said := meant(text)
	switch said.(type) {
	case bool, json.Number:
		if len(t.check(said, "")) == 0 {
			return withoutQuotes
		}
	case []any, map[string]any:
		if len(t.check(said, "")) == 0 {
			return notAsText
		}
	}
	return ""
}

// meant is what a text says that is JSON, otherwise nil.
func meant(text string) (value any) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil || decoder.More() {
		return nil
	}
	return value
}

// either joins alternatives: a, b or c.
func either(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " or " + texts[len(texts)-1]
}

// quoteAll quotes names for people, up to a readable number.
func quoteAll(names []string, quote func(string) string) []string {
	const most = 20
	quoted := make([]string, 0, min(len(names), most+1))
	for i, name := range names {
		if i == most {
			return append(quoted, fmt.Sprintf("one of %d others", len(names)-most))
		}
		quoted = append(quoted, quote(name))
	}
	return quoted
}

func backquote(name string) string { return "`" + name + "`" }
