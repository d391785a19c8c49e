// SPDX-License-Identifier: MPL-2.0

// Package puppettype checks JSON values against Puppet data types that occur in the metadata of tasks and plans.
//
// An unknown type, such as an alias that a module defines, accepts every value.
package puppettype

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
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
		if _, ok := integer(v); ok {
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
	if construct, ok := scalars()[e.name]; ok {
		return construct(e.args)
	}
	if construct, ok := wrappers()[e.name]; ok {
		return construct(e.args)
	}
	return Type{accepts: anything, undef: true}, nil
}

// constructor makes a type from its arguments.
type constructor func(args []*expression) (Type, error)

// scalars returns the types whose instances contain no other values.
func scalars() map[string]constructor {
	checkedBy := func(accepts func(any) bool) constructor {
		return func([]*expression) (Type, error) { return Type{accepts: accepts}, nil }
	}
	nullable := func(accepts func(any) bool) constructor {
		return func([]*expression) (Type, error) { return Type{accepts: accepts, undef: true}, nil }
	}
	return map[string]constructor{
		"Any":                 nullable(anything),
		"Data":                nullable(anything),
		"RichData":            nullable(anything),
		"Undef":               nullable(func(v any) bool { return v == nil }),
		"Default":             checkedBy(func(v any) bool { return v == "default" }),
		"Boolean":             booleanType,
		"Numeric":             checkedBy(isNumber),
		"Integer":             integerType,
		"Float":               floatType,
		"String":              stringType,
		"Enum":                enumType,
		"Pattern":             patternType,
		"Regexp":              checkedBy(isString),
		"Scalar":              checkedBy(isScalar),
		"ScalarData":          checkedBy(isScalar),
		"Timestamp":           checkedBy(isTimestamp),
		"Timespan":            checkedBy(func(v any) bool { return isString(v) || isNumber(v) }),
		"TargetSpec":          checkedBy(isTargetSpec),
		"Boltlib::TargetSpec": checkedBy(isTargetSpec),
	}
}

func anything(any) bool { return true }

func isString(v any) bool {
	_, ok := v.(string)
	return ok
}

func isNumber(v any) bool {
	_, ok := v.(json.Number)
	return ok
}

func isScalar(v any) bool {
	switch v.(type) {
	case string, bool, json.Number:
		return true
	default:
		return false
	}
}

func isTimestamp(v any) bool {
	s, ok := v.(string)
	if !ok {
		return false
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// isTargetSpec accepts values for targets in PE plans: a string of names, or an array of such, however deep.
func isTargetSpec(v any) bool {
	if list, ok := v.([]any); ok {
		return !slices.ContainsFunc(list, func(item any) bool { return !isTargetSpec(item) })
	}
	return isString(v)
}

func booleanType(args []*expression) (Type, error) {
	if len(args) == 0 {
		return Type{accepts: func(v any) bool { _, ok := v.(bool); return ok }}, nil
	}
	want, ok := args[0].literal.(bool)
	if !ok {
		return Type{}, fmt.Errorf("boolean takes true or false, not %s", args[0])
	}
	return Type{accepts: func(v any) bool { return v == want }}, nil
}

func integerType(args []*expression) (Type, error) {
	low, high, err := bounds(args)
	if err != nil {
		return Type{}, err
	}
	return Type{accepts: func(v any) bool {
		n, ok := v.(json.Number)
		if !ok {
			return false
		}
		i, ok := integer(n)
		return ok && float64(i) >= low && float64(i) <= high
	}}, nil
}

func floatType(args []*expression) (Type, error) {
	low, high, err := bounds(args)
	if err != nil {
		return Type{}, err
	}
	return Type{accepts: func(v any) bool {
		n, ok := v.(json.Number)
		if !ok {
			return false
		}
		if _, whole := integer(n); whole {
			return false
		}
		f, err := n.Float64()
		return err == nil && f >= low && f <= high
	}}, nil
}

func stringType(args []*expression) (Type, error) {
	low, high, err := bounds(args)
	if err != nil {
		return Type{}, err
	}
	return Type{accepts: func(v any) bool {
		s, ok := v.(string)
		size := float64(len([]rune(s)))
		return ok && size >= low && size <= high
	}}, nil
}

func enumType(args []*expression) (Type, error) {
	words := make([]string, 0, len(args))
	for _, arg := range args {
		word, ok := arg.literal.(string)
		if !ok {
			if word, ok = arg.bareWord(); !ok {
				return Type{}, fmt.Errorf("enum takes words, not %s", arg)
			}
		}
		words = append(words, word)
	}
	return Type{accepts: func(v any) bool {
		s, ok := v.(string)
		return ok && slices.Contains(words, s)
	}}, nil
}

func patternType(args []*expression) (Type, error) {
	patterns := make([]*regexp.Regexp, 0, len(args))
	for _, arg := range args {
		pattern, ok := arg.literal.(*regexp.Regexp)
		if !ok {
			return Type{}, fmt.Errorf("pattern takes regular expressions, not %s", arg)
		}
		patterns = append(patterns, pattern)
	}
	return Type{accepts: func(v any) bool {
		s, ok := v.(string)
		return ok && slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(s) })
	}}, nil
}

// bounds reads up to two arguments as the smallest and the largest allowed number; default and absence mean no bound.
func bounds(args []*expression) (low, high float64, err error) {
	low, high = math.Inf(-1), math.Inf(1)
	for i, arg := range args {
		if arg.name == "default" {
			continue
		}
		number, ok := arg.literal.(float64)
		switch {
		case !ok:
			return 0, 0, fmt.Errorf("expected a number, not %s", arg)
		case i == 0:
			low = number
		case i == 1:
			high = number
		default:
			return 0, 0, fmt.Errorf("unexpected argument %s", arg)
		}
	}
	return low, high, nil
}

// integer returns the value of a number that is written as a whole one.
func integer(n json.Number) (int64, bool) {
	i, err := strconv.ParseInt(n.String(), 10, 64)
	return i, err == nil
}
