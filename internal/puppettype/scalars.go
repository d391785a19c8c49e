// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// anything accepts everything: Any, Data, RichData and unknown types.
type anything struct{}

func (anything) check(any, string) []Problem { return nil }
func (anything) describe() string            { return "any value" }

// undef accepts null only.
type undef struct{}

func (t undef) check(value any, at string) []Problem {
	if value == nil || isUnknown(value) {
		return nil
	}
	return mismatch(t, value, at)
}

func (undef) describe() string { return "null" }

// boolean accepts one truth value or both.
type boolean struct{ only *bool }

func (t boolean) check(value any, at string) []Problem {
	if isUnknown(value) {
		return nil
	}
	truth, ok := value.(bool)
	if ok && (t.only == nil || *t.only == truth) {
		return nil
	}
	return mismatch(t, value, at)
}

func (t boolean) describe() string {
	if t.only != nil {
		return strconv.FormatBool(*t.only)
	}
	return "true or false"
}

// sizes is the size that a string, list or object may have.
type sizes struct {
	least int64
	// most is noMost if there is no limit.
	most int64
}

const noMost = math.MaxInt64

var anySize = sizes{0, noMost}

func (s sizes) allow(size int) bool { return int64(size) >= s.least && int64(size) <= s.most }

// of describes how many of something are accepted: "1 to 3 elements". It is "" for any number.
func (s sizes) of(what string) string {
	switch {
	case s.least <= 0 && s.most == noMost:
		return ""
	case s.least == s.most:
		return count(s.least, what)
	case s.most == noMost:
		return "at least " + count(s.least, what)
	case s.least <= 0:
		return "at most " + count(s.most, what)
	default:
		return fmt.Sprintf("%d to %s", s.least, count(s.most, what))
	}
}

// text accepts strings of a length.
type text struct{ size sizes }

func (t text) check(value any, at string) []Problem {
	if isUnknown(value) {
		return nil
	}
	given, ok := value.(string)
	if ok && t.size.allow(utf8.RuneCountInString(given)) {
		return nil
	}
	return mismatch(t, value, at)
}

func (t text) describe() string {
	switch size := t.size.of("character"); {
	case t.size == sizes{1, noMost}:
		return "a string that is not empty"
	case size == "":
		return "a string"
	default:
		return "a string of " + size
	}
}

// enum accepts some strings.
type enum struct {
	values []string
	// anyCase is true when upper and lower case are the same, in ASCII as Puppet compares them.
	anyCase bool
}

func (t enum) check(value any, at string) []Problem {
	if isUnknown(value) {
		return nil
	}
	given, ok := value.(string)
	if ok && slices.ContainsFunc(t.values, func(v string) bool { return v == given || t.anyCase && lowerASCII(v) == lowerASCII(given) }) {
		return nil
	}
	return mismatch(t, value, at)
}

func (t enum) describe() string {
	if len(t.values) == 0 {
		return "no value at all"
	}
	text := either(quoteAll(t.values, quote))
	if len(t.values) > 1 {
		text = "one of " + text
	}
	if t.anyCase {
		text += ", in upper or lower case"
	}
	return text
}

func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// numeric accepts numbers, of one form or both, between two bounds. A bound that is nil is no limit.
type numbers struct {
	whole, fraction bool
	least, most     *big.Float
}

func (t numbers) check(value any, at string) []Problem {
	if isUnknown(value) {
		return nil
	}
	given, ok := value.(json.Number)
	if !ok {
		return mismatch(t, value, at)
	}
	n, ok := numberOf(given)
	if ok && (n.whole != nil && t.whole || n.fraction != nil && t.fraction) && t.within(n) {
		return nil
	}
	problems := mismatch(t, value, at)
	if ok && n.whole != nil && !t.whole {
		problems[0].Hint = "A whole number is sent without a fraction, however it is written, and Puppet reads it as an Integer, which is " +
			"not a Float."
	}
	return problems
}

func (t numbers) within(n number) bool {
	return (t.least == nil || n.compare(t.least) >= 0) && (t.most == nil || n.compare(t.most) <= 0)
}

func (t numbers) describe() string {
	text := "a number"
	switch {
	case !t.fraction:
		text = "a whole number"
	case !t.whole:
		text = "a number with a fraction, such as 1.5"
		if t.least != nil || t.most != nil {
			text = "a number with a fraction"
		}
	}
	switch {
	case t.least != nil && t.most != nil && t.least.Cmp(t.most) == 0:
		return bound(t.least)
	case t.least != nil && t.most != nil:
		return fmt.Sprintf("%s from %s to %s", text, bound(t.least), bound(t.most))
	case t.least != nil:
		return fmt.Sprintf("%s of at least %s", text, bound(t.least))
	case t.most != nil:
		return fmt.Sprintf("%s of at most %s", text, bound(t.most))
	default:
		return text
	}
}

func bound(value *big.Float) string {
	if value.IsInt() {
		return value.Text('f', 0)
	}
	return value.Text('g', -1)
}

// scalar accepts strings, numbers and booleans.
type scalar struct{}

func (t scalar) check(value any, at string) []Problem {
	switch value.(type) {
	case string, json.Number, bool, Unknown:
		return nil
	default:
		return mismatch(t, value, at)
	}
}

func (scalar) describe() string { return "a string, a number or a boolean" }

// rich accepts what JSON has no value for, in Puppet's notation for it.
type rich struct{ name string }

func (t rich) check(value any, at string) []Problem {
	if isUnknown(value) {
		return nil
	}
	if object, ok := value.(map[string]any); ok {
		if _, ok := object[richKey]; ok {
			return nil
		}
	}
	return mismatch(t, value, at)
}

func (t rich) describe() string {
	return fmt.Sprintf("a %s of the Puppet language, for which there is no plain value", t.name)
}

func isUnknown(value any) bool {
	_, unknown := value.(Unknown)
	return unknown
}
