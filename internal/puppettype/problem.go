package puppettype

import (
	"fmt"
	"strings"
)

// Problem is one place of a value that does not fit.
type Problem struct {
	// Path leads from the value to the place, such as [2].port. It is empty for the value itself, and holds keys of the value.
	Path string
	// Given says what is there, with the value itself where it is short.
	Given string
	// Kind says what is there without showing anything of the value, for secrets.
	Kind string
	// Accepted says what may be there.
	Accepted string
	// Hint is a further sentence for mistakes that are not obvious, or "".
	Hint string
}

// Text is the problem as sentences about the parameter of a name.
func (p Problem) Text(name string) string {
	return p.sentences(fmt.Sprintf("`%s` is %s", name+p.Path, p.Given))
}

// SecretText is Text without anything of the value: neither the value nor the keys that lead to it.
func (p Problem) SecretText(name string) string {
	if p.Path == "" {
		return p.sentences(fmt.Sprintf("`%s` is %s", name, p.Kind))
	}
	return p.sentences(fmt.Sprintf("Something in `%s` is %s", name, p.Kind))
}

func (p Problem) sentences(what string) string {
	text := what + "; accepted is " + p.Accepted + "."
	if p.Hint != "" {
		text += " " + p.Hint
	}
	return text
}

// mismatch is the problem of a value that is not what the type wants.
func mismatch(t node, value any, at string) []Problem {
	return []Problem{{Path: at, Given: given(value), Kind: kind(value), Accepted: t.describe()}}
}

// either joins alternatives: a, b or c.
func either(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " or " + texts[len(texts)-1]
}

// quoteAll quotes names for people, at most so many that they can be read.
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
