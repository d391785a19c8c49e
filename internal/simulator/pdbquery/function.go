// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"errors"
	"fmt"
	"slices"
)

// function returns the column for a function of a field. Its value is computed from many rows.
func (e entity) function(name string, arguments [][]string, mask bool) (field, error) {
	least, most := 1, 1
	switch name {
	case "count":
		least = 0
	case "avg", "sum", "min", "max":
	case "to_string":
		if !mask {
			return field{}, errors.New("to_string takes a field and a mask")
		}
	default:
		return field{}, fmt.Errorf("unknown function '%s': known are avg, count, max, min, sum, to_string", name)
	}
	if len(arguments) < least || len(arguments) > most || (mask && name != "to_string") {
		return field{}, fmt.Errorf("the function %s takes another number of arguments", name)
	}
	var of func(row) (any, bool)
	for _, argument := range arguments {
		f, err := e.column(argument)
		if err != nil {
			return field{}, err
		}
		of = f.of
	}
	if name == "to_string" {
		return field{name: name, of: func(r row) (any, bool) {
			value, ok := of(r)
			return fmt.Sprint(value), ok
		}}, nil
	}
	return field{
		name: name, function: true, of: func(row) (any, bool) { return nil, false },
		computed: func(rows []row) any { return compute(name, of, rows) },
	}, nil
}

// checkGroups checks that every field beside a function is one of those that rows are grouped by, as SQL demands.
func (q *Query) checkGroups() error {
	hasFunction := slices.ContainsFunc(q.fields, func(f field) bool { return f.function })
	if !hasFunction && q.groups == nil {
		return nil
	}
	var groups []string
	for _, f := range q.groups {
		groups = append(groups, f.name)
	}
	for _, f := range q.fields {
		if !f.function && !slices.Contains(groups, f.name) {
			return fmt.Errorf("column \"%s.%s\" must appear in the GROUP BY clause or be used in an aggregate function", q.entity.name, f.name)
		}
	}
	return nil
}

// grouped keeps one row of each group.
func (q *Query) grouped(rows []row) []row {
	if q.groups == nil {
		return rows
	}
	seen := make(map[string]struct{})
	return slices.DeleteFunc(rows, func(r row) bool {
		values := make([]any, len(q.groups))
		for i, f := range q.groups {
			values[i], _ = f.of(r)
		}
		key := tuple(values)
		_, again := seen[key]
		seen[key] = struct{}{}
		return again
	})
}

// errFunctionCompared is the error for a query whose rows are compared and that has a function among its columns.
var errFunctionCompared = errors.New("a function is no column that can be compared")

// comparable refuses a query on the right of in whose columns are no fields.
func (q *Query) comparable() error {
	if slices.ContainsFunc(q.fields, func(f field) bool { return f.function }) {
		return errFunctionCompared
	}
	return nil
}
