// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"fmt"
	"slices"
	"strings"
)

// Type is a Puppet data type. The zero value is Any.
type Type struct {
	root node
	text string
}

// node is a type that knows how to check and to describe itself.
type node interface {
	// check returns what does not fit, with paths below the given one: nothing when the value fits.
	check(value any, at string) []Problem
	// describe describes what is accepted, as the end of a sentence that begins with "expected".
	describe() string
}

// Parse parses a type as Puppet writes it, such as Optional[Array[String[1], 1]]. An empty text is Any. An error says that the text is not
// a type, or has invalid arguments.
func Parse(text string) (Type, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Type{}, nil
	}
	e, err := parse(text)
	if err != nil {
		return Type{}, fmt.Errorf("reading the Puppet type %s: %w", text, err)
	}
	root, err := build(e)
	if err != nil {
		return Type{}, fmt.Errorf("reading the Puppet type %s: %w", text, err)
	}
	return Type{root: root, text: text}, nil
}

// String returns the type as it was parsed.
func (t Type) String() string {
	if t.root == nil {
		return "Any"
	}
	return t.text
}

// Check returns where a value does not fit the type, nothing when it fits. Unknown values fit.
func (t Type) Check(value any) []Problem {
	if t.root == nil {
		return nil
	}
	return t.root.check(value, "")
}

// AcceptsUndef reports whether null fits. A parameter with such a type is optional.
func (t Type) AcceptsUndef() bool { return len(t.Check(nil)) == 0 }

// Describe describes what is accepted, as the end of a sentence that begins with "expected".
func (t Type) Describe() string {
	if t.root == nil {
		return anything{}.describe()
	}
	return t.root.describe()
}

// Sensitive reports whether there is a Sensitive in the type, so that the server hides what fits it.
func (t Type) Sensitive() bool {
	return t.root != nil && holds(t.root, func(n node) bool { _, is := n.(sensitive); return is })
}

// Targets reports whether there is a TargetSpec in the type, so that what fits it names targets.
func (t Type) Targets() bool {
	return t.root != nil && holds(t.root, func(n node) bool { _, is := n.(targetSpec); return is })
}

// holds looks for a node that applies to the value as a whole.
func holds(n node, is func(node) bool) bool {
	if is(n) {
		return true
	}
	switch n := n.(type) {
	case optional:
		return holds(n.inner, is)
	case notUndef:
		return holds(n.inner, is)
	case variant:
		return slices.ContainsFunc(n.options, func(option node) bool { return holds(option, is) })
	default:
		return false
	}
}
