// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// builder makes a type of the arguments in its brackets, if there are any.
type builder func(arguments []expression) (node, error)

// noArguments makes a type that takes no arguments.
func noArguments(n node) builder {
	return func(arguments []expression) (node, error) {
		if len(arguments) > 0 {
			return nil, errors.New("it takes no arguments")
		}
		return n, nil
	}
}

// unwritable makes a type that no plain value fits, whatever its arguments are.
func unwritable(name string) builder {
	return func([]expression) (node, error) { return rich{name}, nil }
}

// builderOf finds the builder for the name of a type, which Puppet treats as case-insensitive. It is nil for an unknown type.
func builderOf(name string) builder {
	switch strings.ToLower(name) {
	case "any", "data", "richdata":
		return noArguments(anything{})
	case "undef":
		return noArguments(undef{})
	case "scalar", "scalardata":
		return noArguments(scalar{})
	case "numeric":
		return noArguments(numbers{whole: true, fraction: true})
	case "richdatakey":
		return noArguments(variant{[]node{text{anySize}, numbers{whole: true, fraction: true}}})
	case "targetspec", "boltlib::targetspec":
		return noArguments(targetSpec{})
	case "boolean":
		return buildBoolean
	case "string":
		return buildString
	case "integer":
		return buildInteger
	case "float":
		return buildFloat
	case "enum":
		return buildEnum
	case "pattern":
		return buildPattern
	default:
		return compositeOf(name)
	}
}

// compositeOf is builderOf for types that contain other types, and for types of values that JSON cannot hold.
func compositeOf(name string) builder {
	switch strings.ToLower(name) {
	case "array":
		return buildArray
	case "hash":
		return buildHash
	case "struct":
		return buildStruct
	case "tuple":
		return buildTuple
	case "collection":
		return buildCollection
	case "iterable":
		return buildIterable
	case "variant":
		return buildVariant
	case "optional":
		return buildOptional
	case "notundef":
		return buildNotUndef
	case "sensitive":
		return buildSensitive
	case "default", "regexp", "timestamp", "timespan", "semver", "semverrange", "binary", "uri", "callable", "type", "iterator", "runtime",
		"catalogentry", "class", "resource":
		return unwritable(name)
	default:
		return nil
	}
}

// known reports whether a type with this name is known here.
func known(name string) bool {
	return builderOf(name) != nil
}

// build makes a type from an expression. An unknown type accepts anything.
func build(e expression) (node, error) {
	if e.form != typeForm {
		return nil, errors.New("there is something other than a type where one is needed")
	}
	construct := builderOf(e.text)
	if construct == nil {
		return anything{}, nil
	}
	if e.bracketed && len(e.arguments) == 0 {
		return nil, fmt.Errorf("%s[] has no arguments", e.text)
	}
	n, err := construct(e.arguments)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.text, err)
	}
	return n, nil
}

func buildAll(arguments []expression) ([]node, error) {
	nodes := make([]node, len(arguments))
	for i, argument := range arguments {
		n, err := build(argument)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}

// buildOne makes the type that is the only argument, or any type without one.
func buildOne(arguments []expression) (node, error) {
	switch len(arguments) {
	case 0:
		return anything{}, nil
	case 1:
		return build(arguments[0])
	default:
		return nil, errors.New("it takes one argument")
	}
}

func buildBoolean(arguments []expression) (node, error) {
	switch {
	case len(arguments) == 0:
		return boolean{}, nil
	case len(arguments) == 1 && arguments[0].form == truthForm:
		return boolean{&arguments[0].truth}, nil
	default:
		return nil, errors.New("it takes true or false")
	}
}

func buildString(arguments []expression) (node, error) {
	size, err := sizeOf(arguments)
	return text{size}, err
}

func buildCollection(arguments []expression) (node, error) {
	size, err := sizeOf(arguments)
	return collection{size}, err
}

// isBound reports whether an argument can be a bound of a size: a whole number or default.
func isBound(e expression) bool { return e.form == wholeForm || e.form == defaultForm }

// isSize reports whether an argument can begin a size: a bound, or Integer[…] for both.
func isSize(e expression) bool {
	return isBound(e) || e.form == typeForm && strings.EqualFold(e.text, "integer")
}

// sizeOf reads a size: nothing, a minimum, a minimum and a maximum, or Integer[…].
func sizeOf(arguments []expression) (sizes, error) {
	if len(arguments) == 1 && arguments[0].form == typeForm && isSize(arguments[0]) {
		return sizeOf(arguments[0].arguments)
	}
	if len(arguments) > 2 || !all(arguments, isBound) {
		return sizes{}, errors.New("a size is one or two whole numbers or default")
	}
	size := anySize
	if len(arguments) > 0 && arguments[0].form == wholeForm {
		size.least = max(clamp(arguments[0].whole), 0)
	}
	if len(arguments) > 1 && arguments[1].form == wholeForm {
		size.most = clamp(arguments[1].whole)
	}
	if size.most < size.least {
		return sizes{}, errors.New("the size ends below its beginning")
	}
	return size, nil
}

func clamp(value *big.Int) int64 {
	switch {
	case value.IsInt64():
		return value.Int64()
	case value.Sign() < 0:
		return -1
	default:
		return noMost
	}
}

func all(arguments []expression, is func(expression) bool) bool {
	return !slices.ContainsFunc(arguments, func(e expression) bool { return !is(e) })
}

func buildInteger(arguments []expression) (node, error) {
	if !all(arguments, isBound) {
		return nil, errors.New("its bounds are whole numbers or default")
	}
	return buildRange(numbers{whole: true}, arguments)
}

func buildFloat(arguments []expression) (node, error) {
	if !all(arguments, func(e expression) bool { return isBound(e) || e.form == fractionForm }) {
		return nil, errors.New("its bounds are numbers or default")
	}
	return buildRange(numbers{fraction: true}, arguments)
}

func buildRange(n numbers, arguments []expression) (node, error) {
	if len(arguments) > 2 {
		return nil, errors.New("it takes two bounds at most")
	}
	bounds := [2]*big.Float{}
	for i, argument := range arguments {
		switch argument.form {
		case wholeForm:
			bounds[i] = exact(argument.whole)
		case fractionForm:
			bounds[i] = big.NewFloat(argument.fraction)
		}
	}
	n.least, n.most = bounds[0], bounds[1]
	if n.least != nil && n.most != nil && n.least.Cmp(n.most) > 0 {
		return nil, errors.New("the range ends below its beginning")
	}
	return n, nil
}

func buildEnum(arguments []expression) (node, error) {
	var e enum
	if n := len(arguments); n > 1 && arguments[n-1].form == truthForm {
		e.anyCase = arguments[n-1].truth
		arguments = arguments[:n-1]
	}
	for _, argument := range arguments {
		if argument.form != stringForm {
			return nil, errors.New("its arguments are strings")
		}
		e.values = append(e.values, argument.text)
	}
	return e, nil
}

func buildArray(arguments []expression) (node, error) {
	element := node(anything{})
	if len(arguments) > 0 && !isBound(arguments[0]) {
		var err error
		if element, err = build(arguments[0]); err != nil {
			return nil, err
		}
		arguments = arguments[1:]
	}
	size, err := sizeOf(arguments)
	return list{element, size}, err
}

func buildHash(arguments []expression) (node, error) {
	h := object{key: anything{}, value: anything{}}
	var err error
	if len(arguments) > 0 && !isBound(arguments[0]) {
		if len(arguments) < 2 {
			return nil, errors.New("it takes the types of keys and of values")
		}
		if h.key, err = build(arguments[0]); err != nil {
			return nil, err
		}
		if h.value, err = build(arguments[1]); err != nil {
			return nil, err
		}
		arguments = arguments[2:]
	}
	h.size, err = sizeOf(arguments)
	return h, err
}

func buildTuple(arguments []expression) (node, error) {
	sized := len(arguments)
	for sized > 0 && len(arguments)-sized < 2 && isBound(arguments[sized-1]) {
		sized--
	}
	elements, err := buildAll(arguments[:sized])
	if err != nil {
		return nil, err
	}
	t := tuple{elements: elements, size: exactly(len(elements))}
	if len(arguments) == 0 {
		t.size = anySize
	}
	if sized < len(arguments) {
		t.size, err = sizeOf(arguments[sized:])
	}
	return t, err
}

func buildStruct(arguments []expression) (node, error) {
	if len(arguments) == 0 {
		return structure{}, nil
	}
	if len(arguments) > 1 || arguments[0].form != hashForm {
		return nil, errors.New("it takes a hash of keys and types")
	}
	var s structure
	for _, entry := range arguments[0].pairs {
		value, err := build(entry.value)
		if err != nil {
			return nil, err
		}
		f, err := fieldOf(entry.key, value)
		if err != nil {
			return nil, err
		}
		s.fields = append(s.fields, f)
	}
	return s, nil
}

// fieldOf reads a key of a Struct. A plain key may be left out if its value may be undef; NotUndef and Optional around the key decide it
// whatever the value is.
func fieldOf(key expression, value node) (field, error) {
	switch {
	case key.form == stringForm && key.text != "":
		return field{name: key.text, value: value, required: len(value.check(nil, "")) > 0}, nil
	case key.form == typeForm && len(key.arguments) == 1 && key.arguments[0].form == stringForm && key.arguments[0].text != "":
		name := key.arguments[0].text
		switch strings.ToLower(key.text) {
		case "optional":
			return field{name: name, value: value}, nil
		case "notundef":
			return field{name: name, value: value, required: true}, nil
		}
	}
	return field{}, errors.New("a key is a string, or Optional or NotUndef of one")
}

func buildVariant(arguments []expression) (node, error) {
	options, err := buildAll(arguments)
	return variant{options}, err
}

func buildIterable(arguments []expression) (node, error) {
	element, err := buildOne(arguments)
	if element == (anything{}) {
		return iterable{}, err
	}
	return iterable{element}, err
}

// buildWrapped makes the type inside Optional or NotUndef, which may be a string that stands for itself.
func buildWrapped(arguments []expression) (node, error) {
	if len(arguments) == 1 && arguments[0].form == stringForm {
		return literal{arguments[0].text}, nil
	}
	return buildOne(arguments)
}

func buildOptional(arguments []expression) (node, error) {
	if len(arguments) == 0 {
		return undef{}, nil
	}
	inner, err := buildWrapped(arguments)
	return optional{inner}, err
}

func buildNotUndef(arguments []expression) (node, error) {
	inner, err := buildWrapped(arguments)
	return notUndef{inner}, err
}

func buildSensitive(arguments []expression) (node, error) {
	inner, err := buildOne(arguments)
	return sensitive{inner}, err
}
