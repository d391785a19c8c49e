// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Values are what encoding/json decodes with UseNumber: nil, bool, string, [json.Number], []any and map[string]any; and [Unknown] for
// values that are not known yet.

// Unknown replaces a value that is not known yet. It fits every type.
type Unknown struct{}

// richKey marks the objects with which Puppet represents in JSON what JSON has no value for.
const richKey = "__ptype"

// longest is how many characters of a text are shown.
const longest = 60

// number is a number as Puppet reads it from JSON: one of the two is set.
type number struct {
	whole    *big.Int
	fraction *big.Float
}

// numberOf parses a JSON number. A number with a fraction or an exponent is a Float.
func numberOf(text json.Number) (number, bool) {
	if !strings.ContainsAny(text.String(), ".eE") {
		whole, ok := new(big.Int).SetString(text.String(), 10)
		return number{whole: whole}, ok
	}
	// Puppet's Floats have 64 bits. A number beyond their range is infinite there.
	value, err := strconv.ParseFloat(text.String(), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return number{}, false
	}
	return number{fraction: big.NewFloat(value)}, true
}

// compare compares a number with a bound.
func (n number) compare(bound *big.Float) int {
	if n.whole != nil {
		return exact(n.whole).Cmp(bound)
	}
	return n.fraction.Cmp(bound)
}

// exact returns a whole number as a float that has enough bits for it.
func exact(whole *big.Int) *big.Float {
	return new(big.Float).SetPrec(uint(max(whole.BitLen(), 64))).SetInt(whole)
}

// given describes a value, including the value itself if it is short.
func given(value any) string {
	switch value := value.(type) {
	case string:
		return quote(value)
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	case []any:
		return "a list of " + count(int64(len(value)), "element")
	default:
		return kind(value)
	}
}

// kind describes a value without showing any of it.
func kind(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		if value == "" {
			return "an empty string"
		}
		return "a string"
	case json.Number:
		n, ok := numberOf(value)
		if ok && n.whole != nil {
			return "a whole number"
		}
		return "a number with a fraction"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		if len(value) == 0 {
			return "an empty object"
		}
		return "an object"
	case Unknown:
		return "a value that is not known yet"
	default:
		return fmt.Sprintf("a %T", value)
	}
}

// quote writes a text as HCL does, shortened if it is long.
func quote(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return strconv.Quote(text)
	}
	return strconv.Quote(string([]rune(text)[:longest])+"…") + fmt.Sprintf(" (%d characters)", utf8.RuneCountInString(text))
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.FormatInt(n, 10) + " " + what + "s"
}
