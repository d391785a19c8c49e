// SPDX-License-Identifier: MPL-2.0

package puppetdb

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// condition selects rows. It is bound to the database once a run, so that a subquery is answered once and not once a row.
type condition interface {
	bind(db database) func(row) bool
}

// everything is the condition of a query that has none.
type everything struct{}

func (everything) bind(database) func(row) bool {
	return func(row) bool { return true }
}

// conjunction holds when all of its conditions do.
type conjunction []condition

func (c conjunction) bind(db database) func(row) bool {
	bound := bindAll(c, db)
	return func(r row) bool {
		for _, holds := range bound {
			if !holds(r) {
				return false
			}
		}
		return true
	}
}

// disjunction holds when one of its conditions does.
type disjunction []condition

func (d disjunction) bind(db database) func(row) bool {
	bound := bindAll(d, db)
	return func(r row) bool {
		for _, holds := range bound {
			if holds(r) {
				return true
			}
		}
		return false
	}
}

func bindAll(conditions []condition, db database) []func(row) bool {
	bound := make([]func(row) bool, len(conditions))
	for i, c := range conditions {
		bound[i] = c.bind(db)
	}
	return bound
}

// negation holds when its condition does not.
type negation struct{ condition condition }

func (n negation) bind(db database) func(row) bool {
	holds := n.condition.bind(db)
	return func(r row) bool { return !holds(r) }
}

// comparison compares a field with a literal.
type comparison struct {
	field field
	holds func(value any) bool
}

func (c comparison) bind(database) func(row) bool {
	return func(r row) bool {
		value, ok := c.field.of(r)
		return ok && c.holds(value)
	}
}

// null holds when a field has no value.
type null struct{ field field }

func (n null) bind(database) func(row) bool {
	return func(r row) bool {
		value, ok := n.field.of(r)
		return !ok || value == nil
	}
}

// membership holds when the values of some fields are among those of a list, or of the result of a subquery.
type membership struct {
	fields []field
	list   [][]any
	query  *Query
}

func (m membership) bind(db database) func(row) bool {
	members := make(map[string]struct{})
	for _, values := range m.list {
		members[tuple(values)] = struct{}{}
	}
	if m.query != nil {
		for _, r := range m.query.rows(db) {
			if values, ok := valuesOf(m.query.fields, r); ok {
				members[tuple(values)] = struct{}{}
			}
		}
	}
	return func(r row) bool {
		values, ok := valuesOf(m.fields, r)
		if !ok {
			return false
		}
		_, found := members[tuple(values)]
		return found
	}
}

func valuesOf(fields []field, r row) ([]any, bool) {
	values := make([]any, len(fields))
	for i, f := range fields {
		value, ok := f.of(r)
		if !ok {
			return nil, false
		}
		values[i] = value
	}
	return values, true
}

// tuple turns values into a key of a map. Values that are equal have the same key.
func tuple(values []any) string {
	var b strings.Builder
	for _, value := range values {
		if size, ok := number(value); ok {
			fmt.Fprintf(&b, "n%s\x00", strconv.FormatFloat(size, 'g', -1, 64))
			continue
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			encoded = []byte(fmt.Sprint(value))
		}
		fmt.Fprintf(&b, "v%s\x00", encoded)
	}
	return b.String()
}

// newComparison compiles a comparison.
func newComparison(f field, operator string, literal any) (condition, error) {
	holds, err := predicate(operator, literal)
	if err != nil {
		return nil, err
	}
	return comparison{field: f, holds: holds}, nil
}

// predicate returns the test that an operator makes with a literal.
func predicate(operator string, literal any) (func(any) bool, error) {
	switch operator {
	case "=":
		return func(v any) bool { return equal(v, literal) }, nil
	case "~":
		text, ok := literal.(string)
		if !ok {
			return nil, fmt.Errorf("the operator ~ takes a regular expression, not %v", literal)
		}
		pattern, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("invalid regular expression: %w", err)
		}
		return func(v any) bool {
			s, ok := v.(string)
			return ok && pattern.MatchString(s)
		}, nil
	case "<", ">", "<=", ">=":
		return ordered(operator, literal)
	default:
		return nil, fmt.Errorf("'%s' is not a supported operator", operator)
	}
}

// ordered returns the test of an operator that compares sizes. As in PuppetDB, only numbers are compared.
func ordered(operator string, literal any) (func(any) bool, error) {
	if text, ok := literal.(string); ok {
		literal = json.Number(text)
	}
	bound, ok := number(literal)
	if !ok {
		return nil, fmt.Errorf("argument %q and operator %q have incompatible types", fmt.Sprint(literal), operator)
	}
	return func(v any) bool {
		size, ok := number(v)
		if !ok {
			return false
		}
		switch operator {
		case "<":
			return size < bound
		case ">":
			return size > bound
		case "<=":
			return size <= bound
		default:
			return size >= bound
		}
	}, nil
}

// equal compares two values; numbers are equal when their values are.
func equal(a, b any) bool {
	if left, ok := number(a); ok {
		right, ok := number(b)
		return ok && left == right
	}
	return reflect.DeepEqual(a, b)
}
