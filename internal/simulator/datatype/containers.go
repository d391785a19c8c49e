// SPDX-License-Identifier: MPL-2.0

package datatype

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// wrapper returns what makes a type that contains other types, nil for another name.
func wrapper(name string) constructor {
	switch name {
	case "optional":
		return optionalType
	case "notundef":
		return notUndefType
	case "sensitive":
		return sensitiveType
	case "variant":
		return variantType
	case "array":
		return arrayType
	case "hash":
		return hashType
	case "struct":
		return structType
	case "tuple":
		return tupleType
	case "collection":
		return collectionType
	case "iterable":
		return iterableType
	default:
		return nil
	}
}

// inner builds the type of one argument, Any if there is none. A string literal stands for itself, as in Optional["none"].
func inner(args []*expression, i int) (Type, error) {
	if i >= len(args) {
		return Type{accepts: anything, undef: true}, nil
	}
	if word, ok := args[i].literal.(string); ok {
		return Type{accepts: func(v any) bool { return v == word }}, nil
	}
	return build(args[i])
}

func optionalType(args []*expression) (Type, error) {
	if len(args) == 0 {
		return Type{accepts: func(v any) bool { return v == nil }, undef: true}, nil
	}
	t, err := inner(args, 0)
	if err != nil {
		return Type{}, err
	}
	return Type{
		accepts:   func(v any) bool { return v == nil || t.accepts(v) },
		undef:     true,
		sensitive: t.sensitive,
	}, nil
}

func notUndefType(args []*expression) (Type, error) {
	t, err := inner(args, 0)
	if err != nil {
		return Type{}, err
	}
	return Type{accepts: func(v any) bool { return v != nil && t.accepts(v) }, sensitive: t.sensitive}, nil
}

func sensitiveType(args []*expression) (Type, error) {
	t, err := inner(args, 0)
	if err != nil {
		return Type{}, err
	}
	// A request cannot mark a value as sensitive: the server wraps the plain value itself.
	return Type{accepts: t.accepts, undef: t.undef && len(args) > 0, sensitive: true}, nil
}

func variantType(args []*expression) (Type, error) {
	var result Type
	types := make([]Type, 0, len(args))
	for i := range args {
		t, err := inner(args, i)
		if err != nil {
			return Type{}, err
		}
		types = append(types, t)
		result.undef = result.undef || t.undef
		result.sensitive = result.sensitive || t.sensitive
	}
	result.accepts = func(v any) bool {
		for _, t := range types {
			if t.accepts(v) {
				return true
			}
		}
		return false
	}
	return result, nil
}

// sizedArguments splits the arguments of a container into its types, as many as it can have, and its size.
func sizedArguments(args []*expression, most int) (types []*expression, size span, err error) {
	for len(types) < len(args) && len(types) < most {
		next := args[len(types)]
		if _, number := next.literal.(*big.Float); number || next.name == "default" {
			break
		}
		types = append(types, next)
	}
	size, err = bounds(args[len(types):])
	return types, size, err
}

func arrayType(args []*expression) (Type, error) {
	types, size, err := sizedArguments(args, 1)
	if err != nil {
		return Type{}, err
	}
	item, err := inner(types, 0)
	if err != nil {
		return Type{}, err
	}
	return Type{sensitive: item.sensitive, accepts: func(v any) bool {
		list, ok := v.([]any)
		if !ok || !size.fits(len(list)) {
			return false
		}
		for _, value := range list {
			if !item.accepts(value) {
				return false
			}
		}
		return true
	}}, nil
}

func hashType(args []*expression) (Type, error) {
	types, size, err := sizedArguments(args, 2)
	if err != nil {
		return Type{}, err
	}
	if len(types) == 1 {
		return Type{}, errors.New("hash takes the types of keys and of values")
	}
	key, err := inner(types, 0)
	if err != nil {
		return Type{}, err
	}
	value, err := inner(types, 1)
	if err != nil {
		return Type{}, err
	}
	return Type{sensitive: value.sensitive, accepts: func(v any) bool {
		object, ok := v.(map[string]any)
		if !ok || !size.fits(len(object)) {
			return false
		}
		for k, item := range object {
			if !key.accepts(k) || !value.accepts(item) {
				return false
			}
		}
		return true
	}}, nil
}

func collectionType(args []*expression) (Type, error) {
	size, err := bounds(args)
	return Type{accepts: func(v any) bool {
		switch v := v.(type) {
		case []any:
			return size.fits(len(v))
		case map[string]any:
			return size.fits(len(v))
		default:
			return false
		}
	}}, err
}

// iterableType is what Puppet can iterate over: lists, the pairs of hashes, the characters of texts, and the numbers below a whole one.
func iterableType(args []*expression) (Type, error) {
	item, err := inner(args, 0)
	open := len(args) == 0
	return Type{accepts: func(v any) bool {
		switch v := v.(type) {
		case []any:
			return !slices.ContainsFunc(v, func(element any) bool { return !item.accepts(element) })
		case map[string]any:
			if !open && len(v) == 0 {
				// Puppet asks the type of the pairs, not the pairs.
				return item.accepts([]any{"", nil})
			}
			for key, value := range v {
				if !item.accepts([]any{key, value}) {
					return false
				}
			}
			return true
		case string:
			return item.accepts("x")
		case json.Number:
			return isWhole(v) && (open && !strings.HasPrefix(v.String(), "-") || !open && item.accepts(json.Number("0")))
		default:
			return false
		}
	}}, err
}

func tupleType(args []*expression) (Type, error) {
	exprs, size, err := sizedArguments(args, len(args))
	if err != nil {
		return Type{}, err
	}
	items := make([]Type, 0, len(exprs))
	for i := range exprs {
		t, err := inner(exprs, i)
		if err != nil {
			return Type{}, err
		}
		items = append(items, t)
	}
	if len(args) > 0 && len(exprs) == len(args) {
		exact := exactly(big.NewInt(int64(len(items))))
		size = span{exact, exact}
	}
	return Type{accepts: func(v any) bool {
		list, ok := v.([]any)
		if !ok || !size.fits(len(list)) {
			return false
		}
		for i, value := range list {
			// The last type repeats when the tuple may be longer than its list of types.
			if len(items) > 0 && !items[min(i, len(items)-1)].accepts(value) {
				return false
			}
		}
		return true
	}}, nil
}

// member is one key of a Struct.
type member struct {
	value    Type
	optional bool
}

func structType(args []*expression) (Type, error) {
	members := make(map[string]member)
	if len(args) > 0 {
		if len(args) > 1 || args[0].pairs == nil {
			return Type{}, errors.New("struct takes a hash of keys and types")
		}
		for _, p := range args[0].pairs {
			key, m, err := memberOf(p)
			if err != nil {
				return Type{}, err
			}
			members[key] = m
		}
	}
	return Type{accepts: func(v any) bool {
		object, ok := v.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range object {
			if m, known := members[key]; !known || !m.value.accepts(value) {
				return false
			}
		}
		for key, m := range members {
			if _, given := object[key]; !given && !m.optional {
				return false
			}
		}
		return true
	}}, nil
}

// memberOf reads an entry of a Struct. Its key may be wrapped: Optional["key"] may be left out, NotUndef["key"] may not.
func memberOf(p pair) (string, member, error) {
	value, err := inner([]*expression{p.value}, 0)
	if err != nil {
		return "", member{}, err
	}
	m := member{value: value, optional: value.undef}
	key := p.key
	if wrapper := strings.ToLower(key.name); len(key.args) == 1 && (wrapper == "optional" || wrapper == "notundef") {
		m.optional, key = wrapper == "optional", key.args[0]
	}
	word, ok := key.word()
	if !ok {
		return "", member{}, fmt.Errorf("%s is not a key", p.key)
	}
	return word, m, nil
}
