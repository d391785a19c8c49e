// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// FieldError says what is wrong with a key or parameter of a request.
type FieldError struct {
	Key    string
	Reason string
	// Missing is true when a required key is missing, Unknown when a key is not known.
	Missing, Unknown bool
}

// Error names the key and what is wrong with it.
func (p *FieldError) Error() string { return p.Key + " " + p.Reason }

// Violation is the word that console services have for the problem in a violation of a schema.
func (p *FieldError) Violation() string {
	switch {
	case p.Missing:
		return "missing-required-key"
	case p.Unknown:
		return "disallowed-key"
	default:
		return p.Reason
	}
}

// ErrNotObject is the error for a body that is JSON but not an object.
var ErrNotObject = errors.New("the body must be a JSON object")

// Fields reads the keys of a JSON object strictly. Reading continues after a problem; Done returns the first one. Keys that were not read
// are a problem too.
type Fields struct {
	prefix string
	raw    map[string]json.RawMessage
	known  map[string]struct{}
	nested []*Fields
	first  **FieldError
}

// ReadFields reads a body, which must be a JSON object.
func ReadFields(body []byte) (*Fields, error) {
	var raw map[string]json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&raw); err != nil {
		var wrongType *json.UnmarshalTypeError
		if errors.As(err, &wrongType) {
			return nil, ErrNotObject
		}
		return nil, fmt.Errorf("the body is not valid JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the body is not valid JSON: there is more after its end")
	}
	if raw == nil {
		return nil, ErrNotObject
	}
	return newFields("", raw, new(*FieldError)), nil
}

func newFields(prefix string, raw map[string]json.RawMessage, first **FieldError) *Fields {
	return &Fields{prefix: prefix, raw: raw, known: make(map[string]struct{}), first: first}
}

// Fail notes a problem with a key.
func (f *Fields) Fail(key, format string, args ...any) {
	f.note(&FieldError{Key: f.prefix + key, Reason: fmt.Sprintf(format, args...)})
}

func (f *Fields) note(p *FieldError) {
	if *f.first == nil {
		*f.first = p
	}
}

// Failed reports whether there was a problem.
func (f *Fields) Failed() bool { return *f.first != nil }

// Keys returns the keys of the object in order.
func (f *Fields) Keys() []string { return slices.Sorted(maps.Keys(f.raw)) }

// Has reports whether a key exists. Asking makes the key known.
func (f *Fields) Has(key string) bool {
	f.known[key] = struct{}{}
	_, ok := f.raw[key]
	return ok
}

// Require notes a problem for every key that is missing.
func (f *Fields) Require(keys ...string) {
	for _, key := range keys {
		if !f.Has(key) {
			f.note(&FieldError{Key: f.prefix + key, Reason: "is required", Missing: true})
		}
	}
}

// Done returns the first problem, if there is any; keys that were not read come last.
func (f *Fields) Done() error {
	f.checkUnknown()
	if *f.first != nil {
		return *f.first
	}
	return nil
}

func (f *Fields) checkUnknown() {
	for _, key := range f.Keys() {
		if _, known := f.known[key]; !known {
			f.note(&FieldError{Key: f.prefix + key, Reason: "is not a known key", Unknown: true})
		}
	}
	for _, nested := range f.nested {
		nested.checkUnknown()
	}
}

// decode reads a key into a value of the wanted type.
func (f *Fields) decode(key string, target any, want string) bool {
	if !f.Has(key) {
		return false
	}
	decoder := json.NewDecoder(bytes.NewReader(f.raw[key]))
	decoder.UseNumber()
	if f.IsNull(key) || decoder.Decode(target) != nil {
		f.Fail(key, "must be %s", want)
		return false
	}
	return true
}

// IsNull reports whether a key is there with the value null.
func (f *Fields) IsNull(key string) bool {
	return f.Has(key) && string(f.raw[key]) == "null"
}

// String reads a string, empty when the key is missing.
func (f *Fields) String(key string) string {
	var s string
	if !f.decode(key, &s, "a string") {
		return ""
	}
	return s
}

// OptionalString reads a string or null; nil stands for null and for a missing key.
func (f *Fields) OptionalString(key string) *string {
	if !f.Has(key) || f.IsNull(key) {
		return nil
	}
	s := f.String(key)
	return &s
}

// Bool reads a Boolean, false when the key is missing.
func (f *Fields) Bool(key string) bool {
	var b bool
	if !f.decode(key, &b, "a boolean") {
		return false
	}
	return b
}

// Int reads an integer of at least a minimum; 0 when the key is missing.
func (f *Fields) Int(key string, minimum int) int {
	if !f.Has(key) {
		return 0
	}
	value, err := strconv.Atoi(string(f.raw[key]))
	if err != nil {
		f.Fail(key, "must be an integer")
		return 0
	}
	if value < minimum {
		f.Fail(key, "must be at least %d", minimum)
		return 0
	}
	return value
}

// Strings reads a list of strings; nil when the key is missing.
func (f *Fields) Strings(key string) []string {
	var list []any
	if !f.decode(key, &list, "an array of strings") {
		return nil
	}
	values := make([]string, 0, len(list))
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			f.Fail(key, "must be an array of strings")
			return nil
		}
		values = append(values, s)
	}
	return values
}

// NullableStrings reads a list of strings for which null stands for an empty one.
func (f *Fields) NullableStrings(key string) []string {
	if f.IsNull(key) {
		return []string{}
	}
	return f.Strings(key)
}

// Ints reads a list of integers; nil when the key is missing.
func (f *Fields) Ints(key string) []int {
	var list []any
	if !f.decode(key, &list, "an array of integers") {
		return nil
	}
	values := make([]int, 0, len(list))
	for _, item := range list {
		number, ok := item.(json.Number)
		n, err := strconv.Atoi(number.String())
		if !ok || err != nil {
			f.Fail(key, "must be an array of integers")
			return nil
		}
		values = append(values, n)
	}
	return values
}

// NullableObject reads an object for which null stands for an empty one.
func (f *Fields) NullableObject(key string) map[string]any {
	if f.IsNull(key) {
		return map[string]any{}
	}
	return f.Object(key)
}

// Object reads an object with any keys; nil when the key is missing.
func (f *Fields) Object(key string) map[string]any {
	var object map[string]any
	if !f.decode(key, &object, "an object") {
		return nil
	}
	return object
}

// RawObject reads an object and returns it as it was sent; nil when the key is missing.
func (f *Fields) RawObject(key string) json.RawMessage {
	var object map[string]json.RawMessage
	if !f.decode(key, &object, "an object") {
		return nil
	}
	return slices.Clone(f.raw[key])
}

// Value reads any value; nil when the key is missing or null.
func (f *Fields) Value(key string) any {
	if !f.Has(key) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(f.raw[key]))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		f.Fail(key, "is not valid JSON")
	}
	return value
}

// Raw returns a value as it was sent.
func (f *Fields) Raw(key string) json.RawMessage {
	f.known[key] = struct{}{}
	return slices.Clone(f.raw[key])
}

// Fields reads an object whose keys are read strictly too. It is never nil, so that reading can continue: after a problem it is empty.
func (f *Fields) Fields(key string) *Fields {
	var raw map[string]json.RawMessage
	f.decode(key, &raw, "an object")
	nested := newFields(f.prefix+key+".", raw, f.first)
	f.nested = append(f.nested, nested)
	return nested
}

// List reads a list of objects whose keys are read strictly too.
func (f *Fields) List(key string) []*Fields {
	var raw []json.RawMessage
	if !f.decode(key, &raw, "an array of objects") {
		return nil
	}
	list := make([]*Fields, 0, len(raw))
	for i, item := range raw {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(item, &object); err != nil || object == nil {
			f.Fail(key, "must be an array of objects")
			return nil
		}
		nested := newFields(fmt.Sprintf("%s%s[%d].", f.prefix, key, i), object, f.first)
		f.nested = append(f.nested, nested)
		list = append(list, nested)
	}
	return list
}
