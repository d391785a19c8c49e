// SPDX-License-Identifier: MPL-2.0

package datatype

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"
)

// scalar returns what makes a type whose instances contain no other values, nil for another name.
func scalar(name string) constructor {
	switch name {
	case "any", "data", "richdata":
		return nullable(anything)
	case "undef":
		return nullable(func(v any) bool { return v == nil })
	case "boolean":
		return booleanType
	case "numeric":
		return checkedBy(isNumber)
	case "integer":
		return integerType
	case "float":
		return floatType
	case "string":
		return stringType
	case "enum":
		return enumType
	case "pattern":
		return patternType
	case "scalar", "scalardata":
		return checkedBy(isScalar)
	case "richdatakey":
		return checkedBy(func(v any) bool { return isString(v) || isNumber(v) })
	case "targetspec", "boltlib::targetspec":
		return checkedBy(isTargetSpec)
	// No plain JSON value is an instance of these: what a request has for them is an object in Puppet's own notation.
	case "default", "regexp", "timestamp", "timespan", "semver", "semverrange", "binary", "uri", "callable", "type", "iterator", "runtime",
		"catalogentry", "class", "resource":
		return checkedBy(isRich)
	default:
		return nil
	}
}

// checkedBy makes a type that takes no arguments.
func checkedBy(accepts func(any) bool) constructor {
	return func([]*expression) (Type, error) { return Type{accepts: accepts}, nil }
}

// nullable makes a type that takes no arguments, and that undef is an instance of.
func nullable(accepts func(any) bool) constructor {
	return func([]*expression) (Type, error) { return Type{accepts: accepts, undef: true}, nil }
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

// isRich reports whether a value is an object in the notation for what JSON has no value for.
func isRich(v any) bool {
	object, ok := v.(map[string]any)
	_, typed := object["__ptype"]
	return ok && typed
}

// isTargetSpec accepts values for targets in PE plans: a text of names, a target, or an array of such, however deep.
func isTargetSpec(v any) bool {
	switch v := v.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !isTargetSpec(item) })
	case string:
		return v != ""
	default:
		return isRich(v)
	}
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
	span, err := bounds(args)
	return Type{accepts: func(v any) bool {
		n, ok := v.(json.Number)
		return ok && isWhole(n) && span.includes(n)
	}}, err
}

func floatType(args []*expression) (Type, error) {
	span, err := bounds(args)
	return Type{accepts: func(v any) bool {
		n, ok := v.(json.Number)
		return ok && !isWhole(n) && span.includes(n)
	}}, err
}

func stringType(args []*expression) (Type, error) {
	span, err := bounds(args)
	return Type{accepts: func(v any) bool {
		s, ok := v.(string)
		return ok && span.fits(utf8.RuneCountInString(s))
	}}, err
}

func enumType(args []*expression) (Type, error) {
	anyCase := false
	if n := len(args); n > 0 {
		if last, ok := args[n-1].literal.(bool); ok {
			anyCase, args = last, args[:n-1]
		}
	}
	words := make([]string, 0, len(args))
	for _, arg := range args {
		word, ok := arg.word()
		if !ok {
			return Type{}, fmt.Errorf("enum takes words, not %s", arg)
		}
		words = append(words, word)
	}
	return Type{accepts: func(v any) bool {
		s, ok := v.(string)
		return ok && slices.ContainsFunc(words, func(w string) bool { return w == s || (anyCase && asciiLower(w) == asciiLower(s)) })
	}}, nil
}

// asciiLower makes the letters A to Z lower case, as Puppet does to compare.
func asciiLower(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// patternType reads regular expressions, texts with some, Regexp types and other Patterns. An alias may stand for any.
func patternType(args []*expression) (Type, error) {
	patterns := []func(string) bool{}
	for _, arg := range args {
		switch literal := arg.literal.(type) {
		case *pattern:
			patterns = append(patterns, literal.matches)
			continue
		case string:
			compiled, err := compile(literal)
			if err != nil {
				return Type{}, err
			}
			patterns = append(patterns, compiled.matches)
			continue
		}
		switch name := strings.ToLower(arg.name); {
		case name == "pattern" || name == "regexp":
			nested, err := patternType(arg.args)
			if err != nil {
				return Type{}, err
			}
			patterns = append(patterns, func(s string) bool { return nested.accepts(s) })
		case name != "" && !known(name):
			patterns = append(patterns, func(string) bool { return true })
		default:
			return Type{}, fmt.Errorf("pattern takes regular expressions, not %s", arg)
		}
	}
	return Type{accepts: func(v any) bool {
		s, ok := v.(string)
		return ok && (len(patterns) == 0 || slices.ContainsFunc(patterns, func(matches func(string) bool) bool { return matches(s) }))
	}}, nil
}

// span is a range of numbers; a bound that is nil is none.
type span struct{ low, high *big.Float }

// bounds reads up to two arguments as the smallest and the largest allowed number; default and absence mean no bound. Integer[…] stands for
// both.
func bounds(args []*expression) (span, error) {
	if len(args) == 1 && strings.EqualFold(args[0].name, "integer") {
		return bounds(args[0].args)
	}
	var s span
	for i, arg := range args {
		number, ok := arg.literal.(*big.Float)
		switch {
		case arg.name == "default" && i < 2:
		case !ok:
			return span{}, fmt.Errorf("expected a number, not %s", arg)
		case i == 0:
			s.low = number
		case i == 1:
			s.high = number
		default:
			return span{}, fmt.Errorf("unexpected argument %s", arg)
		}
	}
	if s.low != nil && s.high != nil && s.low.Cmp(s.high) > 0 {
		return span{}, errors.New("the range ends before it begins")
	}
	return s, nil
}

func (s span) holds(n *big.Float) bool {
	return (s.low == nil || n.Cmp(s.low) >= 0) && (s.high == nil || n.Cmp(s.high) <= 0)
}

// includes reports whether a number is in the range.
func (s span) includes(n json.Number) bool {
	if whole, ok := new(big.Int).SetString(n.String(), 10); ok {
		return s.holds(exactly(whole))
	}
	f, err := n.Float64()
	return err == nil && s.holds(big.NewFloat(f))
}

// fits reports whether a size is in the range.
func (s span) fits(size int) bool { return s.holds(exactly(big.NewInt(int64(size)))) }

// exactly returns a whole number with as many bits as it needs.
func exactly(whole *big.Int) *big.Float {
	return new(big.Float).SetPrec(uint(max(whole.BitLen(), 64))).SetInt(whole)
}

// isWhole reports whether a number is written as a whole one.
func isWhole(n json.Number) bool { return !strings.ContainsAny(n.String(), ".eE") }
