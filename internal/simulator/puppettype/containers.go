// SPDX-License-Identifier: MPL-2.0

package puppettype

import "errors"

// wrappers returns the types that contain other types.
func wrappers() map[string]constructor {
	return map[string]constructor{
		"Optional":   optionalType,
		"NotUndef":   notUndefType,
		"Sensitive":  sensitiveType,
		"Variant":    variantType,
		"Array":      arrayType,
		"Hash":       hashType,
		"Struct":     structType,
		"Tuple":      tupleType,
		"Collection": collectionType,
		"Type":       func([]*expression) (Type, error) { return Type{accepts: isString}, nil },
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

// sizedArguments splits the arguments of a container into its types and its size.
func sizedArguments(args []*expression) (types []*expression, low, high float64, err error) {
	for len(types) < len(args) {
		next := args[len(types)]
		if _, number := next.literal.(float64); number || next.name == "default" {
			break
		}
		types = append(types, next)
	}
	low, high, err = bounds(args[len(types):])
	return types, low, high, err
}

func arrayType(args []*expression) (Type, error) {
	types, low, high, err := sizedArguments(args)
	if err != nil {
		return Type{}, err
	}
	item, err := inner(types, 0)
	if err != nil {
		return Type{}, err
	}
	return Type{sensitive: item.sensitive, accepts: func(v any) bool {
		list, ok := v.([]any)
		if !ok || float64(len(list)) < low || float64(len(list)) > high {
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
	types, low, high, err := sizedArguments(args)
	if err != nil {
		return Type{}, err
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
		if !ok || float64(len(object)) < low || float64(len(object)) > high {
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

func collectionType([]*expression) (Type, error) {
	return Type{accepts: func(v any) bool {
		switch v.(type) {
		case []any, map[string]any:
			return true
		default:
			return false
		}
	}}, nil
}

func tupleType(args []*expression) (Type, error) {
	exprs, low, high, err := sizedArguments(args)
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
	if len(exprs) == len(args) {
		low, high = float64(len(items)), float64(len(items))
	}
	return Type{accepts: func(v any) bool {
		list, ok := v.([]any)
		if !ok || float64(len(list)) < low || float64(len(list)) > high {
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
	if len(args) == 0 || args[0].members == nil {
		return Type{}, errors.New("struct takes a hash of keys and types")
	}
	members := make(map[string]member, len(args[0].members))
	for _, m := range args[0].members {
		value, err := inner([]*expression{m.value}, 0)
		if err != nil {
			return Type{}, err
		}
		members[m.key] = member{value: value, optional: m.optional || (value.undef && !m.required)}
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
