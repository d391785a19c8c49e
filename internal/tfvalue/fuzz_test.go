// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io/fs"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// FuzzFromJSON takes any JSON to a dynamic value and back: it stays the same, core can read what the provider sends, and none of it takes
// long.
func FuzzFromJSON(f *testing.F) {
	names, err := fs.Glob(apifixtures.Files, "*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("there are no fixtures", err)
	}
	for _, name := range names {
		if body, err := apifixtures.Files.ReadFile(name); err == nil && strings.Contains(name, "-id.") {
			f.Add(body)
		}
	}
	for _, text := range []string{
		strings.Repeat("[", 66) + "1" + strings.Repeat("]", 66), strings.Repeat(`{"a":`, 65) + "[1e400]" + strings.Repeat("}", 65),
		"[1e308, -1e-308, 1e309, 1e-309, 1e99999999, 1e400, 0e999]", "[" + strings.Repeat("7", 154) + "," + strings.Repeat("7", 156) + ", 0." + strings.Repeat("3", 1000) + "]",
		"", " null ", "1 2", "[1.50, -0, 1e3, 123456789012345678901234567890, 0.1]", `{"a": {"b": [null, {"c": []}], "": "x"}}`, `"\ud800é\u0000"`, `[1, "1", true]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		const largest = 4096
		if len(text) > largest {
			return
		}
		began := time.Now()
		value, err := tfvalue.FromJSON(text)
		if valid := json.Valid(text) || len(bytes.TrimSpace(text)) == 0; (err == nil) != valid {
			t.Fatalf("%q is JSON: %v, and the error is %v", text, valid, err)
		}
		if err != nil {
			return
		}
		checkBack(t, text, value)
		checkSent(t, value)
		const longest = 10 * time.Second
		if took := time.Since(began); took > longest {
			t.Errorf("%q took %s", text, took)
		}
	})
}

// checkBack checks that a value is the JSON that it was made of.
func checkBack(t *testing.T, text []byte, value types.Dynamic) {
	t.Helper()
	plain, err := tfvalue.ToGo(value)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var original any
	if len(bytes.TrimSpace(text)) > 0 {
		if err := decoder.Decode(&original); err != nil {
			t.Fatal(err)
		}
	}
	if !sameJSON(original, plain, 0) {
		t.Errorf("%q becomes %#v", text, plain)
	}
	encoded, err := json.Marshal(plain)
	if err != nil {
		t.Fatalf("%q cannot be encoded again: %v", text, err)
	}
	if again, err := tfvalue.FromJSON(encoded); err != nil || !again.Equal(value) {
		t.Errorf("%q is another value the second time: %v, %v (%v)", text, value, again, err)
	}
	if !tfvalue.SameJSON(encoded, plain) {
		t.Errorf("%s is not the same as itself", encoded)
	}
	if stored, err := tfvalue.DynamicJSON(t.Context(), value); err != nil || !json.Valid(stored) {
		t.Errorf("%q is stored as %s (%v)", text, stored, err)
	}
}

// sameJSON compares JSON with what has become of it. Terraform reads numbers with a precision of 512 bits, and changes the form of texts
// that are not ASCII. What is beyond a bound has become its text.
func sameJSON(a, b any, depth int) bool {
	if text, ok := b.(string); ok {
		return sameText(a, text, depth)
	}
	switch a := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for key, inner := range a {
			if isASCII(key) && !sameJSON(inner, other[key], depth+1) {
				return false
			}
		}
		return true
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for i, inner := range a {
			if !sameJSON(inner, other[i], depth+1) {
				return false
			}
		}
		return true
	case json.Number:
		other, ok := b.(json.Number)
		return ok && sameNumber(a, other)
	default:
		return a == b
	}
}

// sameText reports whether JSON may have become a text.
func sameText(a any, text string, depth int) bool {
	switch a := a.(type) {
	case string:
		return a == text || !isASCII(a)
	case json.Number:
		return a.String() == text && isBeyondBounds(text)
	case map[string]any, []any:
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var inner any
		return depth == tfvalue.MaxDepth && decoder.Decode(&inner) == nil && (reflect.DeepEqual(a, inner) || !isASCII(text))
	default:
		return false
	}
}

// isBeyondBounds reports whether a number is one that stays a text.
func isBeyondBounds(number string) bool {
	_, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	if power, err := strconv.Atoi(cmp.Or(exponent, "0")); err != nil || power < -308 || power > 308 || len(number) > 1000 {
		return true
	}
	const precision = 512
	held, _, err := big.ParseFloat(number, 10, precision, big.ToNearestEven)
	return err == nil && !strings.ContainsAny(number, ".eE") && held.Acc() != big.Exact
}

func sameNumber(a, b json.Number) bool {
	const precision = 512
	first, _, err := big.ParseFloat(a.String(), 10, precision, big.ToNearestEven)
	if err != nil {
		return false
	}
	second, _, err := big.ParseFloat(b.String(), 10, precision, big.ToNearestEven)
	return err == nil && first.Cmp(second) == 0
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
}

// checkSent checks that core can read a value as the provider sends it, and that the plugin protocol's own values have the same JSON.
func checkSent(t *testing.T, value types.Dynamic) {
	t.Helper()
	raw, err := value.ToTerraformValue(t.Context())
	if err != nil {
		t.Fatalf("%v cannot be sent: %v", value, err)
	}
	sent, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, raw)
	if err != nil {
		t.Fatalf("%v cannot be sent: %v", value, err)
	}
	if _, err := msgpack.Unmarshal(sent.MsgPack, cty.DynamicPseudoType); err != nil && isASCII(value.String()) {
		t.Errorf("core cannot read %v: %v", value, err)
	}
	plain, known := tfvalue.Plain(raw)
	direct, err := tfvalue.ToGo(value)
	if !known || err != nil || !sameJSON(plain, direct, 0) {
		t.Errorf("%v is %#v in the plugin protocol, and %#v to the framework (%v)", value, plain, direct, err)
	}
	if back, known := tfvalue.Plain(tfvalue.FromPlain(plain)); !known || !sameJSON(plain, back, 0) {
		t.Errorf("%#v becomes %#v", plain, back)
	}
}
