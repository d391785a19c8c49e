// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// longestWish is how long a description may be inside another one before the outer one is kept short.
const longestWish = 160

// list accepts lists of a size with elements of a type.
type list struct {
	element node
	size    sizes
}

func (t list) check(value any, at string) (problems []Problem) {
	if isUnknown(value) {
		return nil
	}
	elements, ok := value.([]any)
	if !ok || !t.size.allow(len(elements)) {
		return mismatch(t, value, at)
	}
	for i, element := range elements {
		problems = append(problems, t.element.check(element, at+index(i))...)
	}
	return problems
}

func (t list) describe() string { return "a list" + sized(t.size, "element") + each(t.element) }

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

func sized(size sizes, what string) string {
	if text := size.of(what); text != "" {
		return " of " + text
	}
	return ""
}

// each describes every part of a container, unless it may be anything or the description is too long.
func each(part node) string {
	text := part.describe()
	if _, ok := part.(anything); ok || len(text) > longestWish {
		return ""
	}
	return ", each " + text
}

// object accepts objects with keys and values of given types.
type object struct {
	key, value node
	size       sizes
}

func (t object) check(value any, at string) (problems []Problem) {
	if isUnknown(value) {
		return nil
	}
	entries, ok := value.(map[string]any)
	if !ok || !t.size.allow(len(entries)) {
		return t.mismatch(value, at)
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		for _, p := range t.key.check(key, at) {
			p.Given, p.Kind = "an object with the key "+quote(key), "an object with a key that does not fit"
			p.Accepted = "as a key " + t.key.describe()
			problems = append(problems, p)
		}
		problems = append(problems, t.value.check(entries[key], at+member(key))...)
	}
	return problems
}

// mismatch reports the number of entries if that is what is wrong.
func (t object) mismatch(value any, at string) []Problem {
	problems := mismatch(t, value, at)
	if entries, ok := value.(map[string]any); ok && len(entries) > 0 {
		problems[0].Given = "an object with " + entriesText(len(entries))
	}
	return problems
}

func entriesText(n int) string {
	if n == 1 {
		return "1 key"
	}
	return strconv.Itoa(n) + " keys"
}

func (t object) describe() string {
	text := "an object"
	if size := t.size.of("key"); size != "" {
		text += " with " + size
	}
	wish := t.value.describe()
	if _, ok := t.value.(anything); ok || len(wish) > longestWish {
		return text
	}
	return text + ", each value " + wish
}

// member is the step of a path to the value of a key, in the notation of HCL.
func member(key string) string {
	if key != "" && isLowerOrUpper(key[0]) && spanOf(key, isWord) == len(key) {
		return "." + key
	}
	return "[" + quote(key) + "]"
}

func isLowerOrUpper(c byte) bool { return isLower(c) || isUpper(c) }

// structure accepts objects with certain keys.
type structure struct{ fields []field }

type field struct {
	name     string
	value    node
	required bool
}

func (t structure) check(value any, at string) (problems []Problem) {
	if isUnknown(value) {
		return nil
	}
	entries, ok := value.(map[string]any)
	if !ok {
		return mismatch(t, value, at)
	}
	declared := map[string]bool{}
	for _, f := range t.fields {
		declared[f.name] = true
		entry, ok := entries[f.name]
		switch {
		case ok:
			problems = append(problems, f.value.check(entry, at+member(f.name))...)
		case f.required:
			lacks := "an object without the key " + backquote(f.name)
			problems = append(problems, Problem{Path: at, Given: lacks, Kind: lacks, Accepted: t.describe(), Hint: lacking(f)})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if !declared[key] {
			problems = append(problems, Problem{
				Path: at, Given: "an object with the key " + quote(key), Kind: "an object with a key that it does not have",
				Accepted: t.describe(),
			})
		}
	}
	return problems
}

func lacking(f field) string {
	return fmt.Sprintf("The key %s is needed: %s.", backquote(f.name), f.value.describe())
}

func (t structure) describe() string {
	if len(t.fields) == 0 {
		return "an object without any keys"
	}
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = backquote(f.name)
		if !f.required {
			names[i] += " (optional)"
		}
	}
	return "an object with " + plural(len(names), "the key ", "the keys ") + strings.Join(names, ", ")
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// tuple accepts lists whose elements have types of their own. The last type repeats where the size allows more elements.
type tuple struct {
	elements []node
	size     sizes
}

func (t tuple) check(value any, at string) (problems []Problem) {
	if isUnknown(value) {
		return nil
	}
	given, ok := value.([]any)
	if !ok || !t.size.allow(len(given)) {
		return mismatch(t, value, at)
	}
	if len(t.elements) == 0 {
		return nil
	}
	for i, element := range given {
		expected := t.elements[min(i, len(t.elements)-1)]
		problems = append(problems, expected.check(element, at+index(i))...)
	}
	return problems
}

func (t tuple) describe() string {
	wishes := make([]string, len(t.elements))
	for i, element := range t.elements {
		wishes[i] = element.describe()
	}
	text := "a list" + sized(t.size, "element")
	all := strings.Join(wishes, ", then ")
	if all == "" || len(all) > longestWish {
		return text
	}
	if t.size != exactly(len(t.elements)) {
		all += ", and so on"
	}
	return text + ": " + all
}

func exactly(n int) sizes { return sizes{int64(n), int64(n)} }

// collection accepts lists and objects of a size.
type collection struct{ size sizes }

func (t collection) check(value any, at string) []Problem {
	switch value := value.(type) {
	case Unknown:
		return nil
	case []any:
		if t.size.allow(len(value)) {
			return nil
		}
	case map[string]any:
		if t.size.allow(len(value)) {
			return nil
		}
	}
	return mismatch(t, value, at)
}

func (t collection) describe() string { return "a list or an object" + sized(t.size, "element") }

// iterable accepts what Puppet can iterate over. element is nil for any.
type iterable struct{ element node }

func (t iterable) check(value any, at string) []Problem {
	switch value := value.(type) {
	case Unknown:
		return nil
	case []any:
		if t.element == nil {
			return nil
		}
		return list{t.element, anySize}.check(value, at)
	case map[string]any:
		if t.fitsAll(pairsOf(value)) {
			return nil
		}
	case string:
		// A string yields strings of one character.
		if t.fitsAll([]any{"x"}) {
			return nil
		}
	case json.Number:
		if t.fitsNumber(value) {
			return nil
		}
	}
	return mismatch(t, value, at)
}

// fitsNumber reports whether iterating over a whole number yields what is expected. Without an expectation, negative numbers yield nothing
// and are refused.
func (t iterable) fitsNumber(value json.Number) bool {
	n, ok := numberOf(value)
	if !ok || n.whole == nil {
		return false
	}
	if t.element == nil {
		return n.whole.Sign() >= 0
	}
	return t.fitsAll([]any{json.Number("0")})
}

// pairsOf returns the entries of an object as they are iterated over: lists of key and value. Puppet refuses an empty object, too, if such
// a list would not fit.
func pairsOf(entries map[string]any) []any {
	pairs := make([]any, 0, len(entries))
	for key, value := range entries {
		pairs = append(pairs, []any{key, value})
	}
	if len(pairs) == 0 {
		return []any{[]any{Unknown{}, Unknown{}}}
	}
	return pairs
}

func (t iterable) fitsAll(items []any) bool {
	if t.element == nil {
		return true
	}
	for _, item := range items {
		if len(t.element.check(item, "")) > 0 {
			return false
		}
	}
	return true
}

func (t iterable) describe() string {
	if t.element == nil {
		return "a list, an object, a string or a whole number of at least 0"
	}
	return "something to iterate over" + each(t.element)
}
