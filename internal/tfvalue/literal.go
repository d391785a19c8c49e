// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"math/big"
	"strconv"
	"strings"
)

// How large a number of others may be: how many digits it may be written with, and how large its exponent may be either way. The time that
// it takes to convert one grows with the square of both. The exponent is that of a double, with which most programs compute.
const (
	maxDigits   = 1000
	maxExponent = 308
)

// literal converts a number of JSON with the precision of Terraform. It is false for one that is too long, and for a whole number that
// Terraform cannot hold to the last digit, which happens from 155 digits on.
func literal(text string) (*big.Float, bool) {
	if !bounded(text) {
		return nil, false
	}
	number, _, err := big.ParseFloat(text, 10, numberPrecision, big.ToNearestEven)
	if err != nil || number.Acc() != big.Exact && !strings.ContainsAny(text, ".eE") {
		return nil, false
	}
	return number, true
}

// bounded reports whether a number is short enough to be converted.
func bounded(text string) bool {
	if len(text) > maxDigits+len("-.e+308") {
		return false
	}
	mantissa, exponent := text, ""
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		mantissa, exponent = text[:at], text[at+1:]
	}
	if len(strings.TrimLeft(mantissa, "-")) > maxDigits+strings.Count(mantissa, ".") {
		return false
	}
	if exponent == "" {
		return true
	}
	power, err := strconv.Atoi(exponent)
	return err == nil && -maxExponent <= power && power <= maxExponent
}

// writtenOut is how long a bounded number is without an exponent, which is how the plugin protocol passes it, at most.
func writtenOut(text string) int {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return len(text)
	}
	power, err := strconv.Atoi(text[at+1:])
	if err != nil {
		return len(text)
	}
	return at + max(power, -power) + len("0.")
}
