// SPDX-License-Identifier: MPL-2.0

// Package datatype checks JSON values against Puppet data types that occur in the metadata of tasks and plans.
//
// An unknown type, such as an alias that a module defines, accepts every value.
package datatype

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Type is a Puppet data type.
type Type struct {
	text    string
	accepts func(value any) bool
	// undef is true when a value may be left out.
	undef bool
	// sensitive is true when values are secrets.
	sensitive bool
}

// Parse parses a type from metadata, such as Optional[String[1]]. Empty text is Any, the type of a parameter without one.
func Parse(text string) (Type, error) {
	if strings.TrimSpace(text) == "" {
		text = "Any"
	}
	p := parser{text: text}
	expr, err := p.parse()
	if err != nil {
		return Type{}, fmt.Errorf("data type %q: %w", text, err)
	}
	t, err := build(expr)
	if err != nil {
		return Type{}, fmt.Errorf("data type %q: %w", text, err)
	}
	t.text = text
	return t, nil
}

// String returns the text that the type was parsed from.
func (t Type) String() string { return t.text }

// Accepts reports whether a value is an instance of the type. Values are what encoding/json decodes with UseNumber set; nil is undef.
func (t Type) Accepts(value any) bool { return t.accepts(value) }

// AcceptsUndef reports whether a parameter of the type may be left out.
func (t Type) AcceptsUndef() bool { return t.undef }

// Sensitive reports whether values of the type are secrets.
func (t Type) Sensitive() bool { return t.sensitive }

// Describe names the type of a value as in error messages.
func Describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "Undef"
	case string:
		return "String"
	case bool:
		return "Boolean"
	case []any:
		return "Array"
	case map[string]any:
		return "Hash"
	case json.Number:
		if isWhole(v) {
			return "Integer"
		}
		return "Float"
	default:
		return fmt.Sprintf("%T", value)
	}
}

// build turns an expression into a type.
func build(e *expression) (Type, error) {
	if e.name == "" {
		return Type{}, fmt.Errorf("%s is not a type", e)
	}
	if construct := constructorOf(e.name); construct != nil {
		return construct(e.args)
	}
	return Type{accepts: anything, undef: true}, nil
}

// constructor makes a type from its arguments.
type constructor func(args []*expression) (Type, error)

// known reports whether a type has a meaning here. An alias that is not known accepts everything.
func known(name string) bool { return constructorOf(name) != nil }

// constructorOf returns what makes the type of a name, in which upper and lower case are the same; nil for an unknown one.
func constructorOf(name string) constructor {
	name = strings.ToLower(name)
	if construct := scalar(name); construct != nil {
		return construct
	}
	return wrapper(name)
}
