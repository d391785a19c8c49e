// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Paging is what a caller of the query API asks for beside the query itself.
type Paging struct {
	// Limit is how many rows there may be, 0 for all.
	Limit, Offset int
	OrderBy       []OrderBy
}

// OrderBy is one term of an order.
type OrderBy struct {
	Field      string
	Descending bool
}

// Answer runs the query and returns its rows as JSON objects, and how many there are without the limit and the offset of the caller.
func (q *Query) Answer(nodes []*Node, p Paging) (page []map[string]any, total int, err error) {
	columns := q.columns()
	order, err := p.order(columns)
	if err != nil {
		return nil, 0, err
	}
	groups := q.groupsOf(q.rowsUngrouped(nodes))
	answer := make([]map[string]any, 0, len(groups))
	for _, g := range groups {
		record := make(map[string]any, len(columns))
		for _, f := range columns {
			record[f.name] = f.in(g)
		}
		answer = append(answer, record)
	}
	order.sort(answer)
	total = len(answer)
	answer = answer[min(p.Offset, total):]
	if p.Limit > 0 {
		answer = answer[:min(p.Limit, len(answer))]
	}
	return answer, total, nil
}

// columns are the fields of the result.
func (q *Query) columns() []field {
	if q.fields != nil {
		return q.fields
	}
	var all []field
	for _, name := range q.entity.columns {
		if f, err := q.entity.field([]string{name}); err == nil {
			all = append(all, f)
		}
	}
	return all
}

// in is the value of a column in a group of rows, which is one row where there are no functions. A column without a value is null.
func (f field) in(rows []row) any {
	if f.computed != nil {
		return f.computed(rows)
	}
	value, _ := f.of(rows[0])
	return value
}

// groupsOf puts the rows together that have one row in the result.
func (q *Query) groupsOf(rows []row) [][]row {
	if q.groups == nil {
		if slices.ContainsFunc(q.fields, func(f field) bool { return f.function }) {
			return [][]row{rows}
		}
		groups := make([][]row, len(rows))
		for i, r := range rows {
			groups[i] = []row{r}
		}
		return groups
	}
	at := map[string]int{}
	var groups [][]row
	for _, r := range rows {
		values := make([]any, len(q.groups))
		for i, f := range q.groups {
			values[i], _ = f.of(r)
		}
		key := tuple(values)
		if _, ok := at[key]; !ok {
			at[key] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[key]] = append(groups[at[key]], r)
	}
	return groups
}

// compute computes a function of the values of rows.
func compute(name string, of func(row) (any, bool), rows []row) any {
	if of == nil {
		return number64(len(rows))
	}
	var values []any
	sum := 0.0
	for _, r := range rows {
		if value, ok := of(r); ok && value != nil {
			values = append(values, value)
			n, _ := number(value)
			sum += n
		}
	}
	switch {
	case name == "count":
		return number64(len(values))
	case len(values) == 0:
		return nil
	case name == "min":
		return slices.MinFunc(values, compare)
	case name == "max":
		return slices.MaxFunc(values, compare)
	case name == "avg":
		sum /= float64(len(values))
	}
	return json.Number(strconv.FormatFloat(sum, 'f', -1, 64))
}

// sorting is an order of records.
type sorting []OrderBy

// order checks the order that a caller asks for. Unlike the order of a query, it knows columns only: nothing inside of them, and nothing
// that is computed.
func (p Paging) order(columns []field) (sorting, error) {
	for _, term := range p.OrderBy {
		isColumn := func(f field) bool { return f.name == term.Field && !f.function && !strings.Contains(f.name, ".") }
		if !slices.ContainsFunc(columns, isColumn) {
			return nil, fmt.Errorf("Unrecognized column '%s' specified in :order_by", term.Field) //nolint:staticcheck // the text of PuppetDB.
		}
	}
	return p.OrderBy, nil
}

func (s sorting) sort(records []map[string]any) {
	slices.SortStableFunc(records, func(a, b map[string]any) int {
		for _, term := range s {
			c := compare(a[term.Field], b[term.Field])
			if term.Descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}
