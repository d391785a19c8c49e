// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
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
	switch {
	case f.function:
		return nil, errFunctionCompared
	case f.name == nodeState:
		return newStateCondition(operator, literal)
	case f.time:
		holds, err := timePredicate(operator, literal)
		return comparison{field: f, holds: holds}, err
	case operator == "~>":
		holds, err := pathPredicate(f, literal)
		return comparison{field: f, holds: holds}, err
	}
	holds, err := predicate(operator, literal)
	if err != nil {
		return nil, err
	}
	if f.list {
		return comparison{field: f, holds: func(v any) bool {
			list, _ := v.([]any)
			return slices.ContainsFunc(list, holds)
		}}, nil
	}
	return comparison{field: f, holds: holds}, nil
}

// newStateCondition is the condition on node_state. All nodes of the simulator are active.
func newStateCondition(operator string, literal any) (condition, error) {
	if operator != "=" {
		return nil, fmt.Errorf("node_state takes the operator =, not %s", operator)
	}
	switch literal {
	case "active", "any":
		return everything{}, nil
	case "inactive":
		return negation{everything{}}, nil
	default:
		return nil, fmt.Errorf("node_state is active, inactive or any, not %v", literal)
	}
}

// timeLayouts are forms of a timestamp that queries use.
func timeLayouts() []string {
	return []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly}
}

func parseTime(value any) (time.Time, bool) {
	text, ok := value.(string)
	if !ok {
		return time.Time{}, false
	}
	for _, layout := range timeLayouts() {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// timePredicate returns the test that an operator makes with a timestamp.
func timePredicate(operator string, literal any) (func(any) bool, error) {
	bound, ok := parseTime(literal)
	if !ok {
		return nil, fmt.Errorf("'%v' is not a valid timestamp value", literal)
	}
	wanted := map[string][]int{"=": {0}, "<": {-1}, ">": {1}, "<=": {-1, 0}, ">=": {0, 1}}[operator]
	if wanted == nil {
		return nil, fmt.Errorf("'%s' is not a supported operator for a timestamp", operator)
	}
	return func(v any) bool {
		t, ok := parseTime(v)
		return ok && slices.Contains(wanted, t.Compare(bound))
	}, nil
}

// pathPredicate returns the test that ~> makes with a list of regular expressions, one for each part of a path.
func pathPredicate(f field, literal any) (func(any) bool, error) {
	list, ok := literal.([]any)
	if !ok || f.name != "path" {
		return nil, errors.New("the operator ~> takes a path and a list of regular expressions")
	}
	patterns := make([]*regexp.Regexp, len(list))
	for i, item := range list {
		pattern, err := regexp.Compile("^(?:" + fmt.Sprint(item) + ")$")
		if err != nil {
			return nil, fmt.Errorf("invalid regular expression: %w", err)
		}
		patterns[i] = pattern
	}
	return func(v any) bool {
		path, _ := v.([]any)
		if len(path) != len(patterns) {
			return false
		}
		for i, part := range path {
			if !patterns[i].MatchString(fmt.Sprint(part)) {
				return false
			}
		}
		return true
	}, nil
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
