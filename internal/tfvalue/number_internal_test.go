// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"math/big"
	"testing"
)

func TestWholeNumberProblem_NamesWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0":                    "",
		"-3":                   "",
		"9223372036854775807":  "",
		"1.5":                  "1.5 is not a whole number. Give one without a fraction.",
		"-0.1":                 "-0.1 is not a whole number. Give one without a fraction.",
		"9223372036854775808":  "9223372036854775808 is too large: whole numbers here have no more than 64 bits.",
		"-9223372036854775809": "-9223372036854775809 is too large: whole numbers here have no more than 64 bits.",
		"1e400":                "1e400 is too large: whole numbers here have no more than 64 bits.",
	} {
		if got := WholeNumberProblem(parsedNumber(t, text)); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestDecimalProblem_NamesWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0":      "",
		"10.5":   "",
		"-0.1":   "",
		"1e308":  "",
		"1e400":  "1e400 is too large.",
		"-1e400": "-1e400 is too large.",
		"1e-400": "1e-400 is too close to zero.",
	} {
		if got := decimalProblem(parsedNumber(t, text)); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func parsedNumber(t *testing.T, text string) *big.Float {
	t.Helper()
	number, _, err := big.ParseFloat(text, 10, numberPrecision, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return number
}
