// SPDX-License-Identifier: MPL-2.0

// Package pdbquery answers the PuppetDB queries that an orchestrator scope, a task-target or a node group can contain.
//
// It reads queries as PQL text ([Parse]) or as an AST ([FromAST]) and runs them over the facts of nodes. The entities are nodes, inventory,
// facts and resources. What PuppetDB refuses is an error.
package pdbquery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Node is what PuppetDB knows about one node.
type Node struct {
	// Certname is the name of the node's certificate.
	Certname string
	// Environment is the environment of the node's last run.
	Environment string
	// Seen is when its facts and its catalog arrived.
	Seen time.Time
	// Report is its last report; nil for a node that never sent one.
	Report *Report
	// Resources are in its catalog beside those that every node has.
	Resources []Resource
	// Trusted are the trusted facts; nil for those that follow from the certname and the facts.
	Trusted map[string]any

	facts map[string]any
}

// NewNode returns a node with the given facts, which may be any values that encoding/json can encode.
func NewNode(certname, environment string, facts map[string]any) (*Node, error) {
	n := &Node{Certname: certname, Environment: environment}
	if err := normalizeInto(facts, &n.facts); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", certname, err)
	}
	return n, nil
}

// normalizeInto gives values a single representation, whatever Go types the caller used, which keeps comparison simple.
func normalizeInto(value, target any) error {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	return decoder.Decode(target)
}

// normalize is normalizeInto for parameters; what cannot be encoded is null.
func normalize(value map[string]any) any {
	normalized := map[string]any{}
	if err := normalizeInto(value, &normalized); err != nil {
		return nil
	}
	return normalized
}

// Fact returns the value at a path within the node's facts, such as os, name.
func (n *Node) Fact(path ...string) (any, bool) {
	var value any = n.facts
	for _, key := range path {
		var ok bool
		if value, ok = descend(value, key); !ok {
			return nil, false
		}
	}
	return value, true
}

// Facts returns the node's facts. The caller must not change them.
func (n *Node) Facts() map[string]any { return n.facts }

// Query is a query that can be run.
type Query struct {
	entity entity
	// fields are the columns of the result; nil means all of them.
	fields []field
	where  condition
	// groups are the fields that rows are grouped by; nil if they are not.
	groups []field
	order  []ordering
	limit  *int
	offset int
}

// ordering is one term of order by.
type ordering struct {
	field      field
	descending bool
}

// Certnames runs the query and returns the certnames of its result, each once, in the order of the result.
func (q *Query) Certnames(nodes []*Node) []string {
	db := database(nodes)
	rows := q.rows(db)
	seen := make(map[string]struct{}, len(rows))
	names := make([]string, 0, len(rows))
	for _, r := range rows {
		if _, again := seen[r.node.Certname]; again {
			continue
		}
		seen[r.node.Certname] = struct{}{}
		names = append(names, r.node.Certname)
	}
	return names
}

// yieldsCertname reports whether the result has a column certname, without which the orchestrator finds no nodes in it.
func (q *Query) yieldsCertname() bool {
	if q.fields == nil {
		return q.entity.ofNodes()
	}
	return slices.ContainsFunc(q.fields, func(f field) bool { return f.name == "certname" })
}

// database is the set of nodes that a query runs over.
type database []*Node

// rows returns the rows of the result.
func (q *Query) rows(db database) []row {
	rows := q.matching(db)
	return q.part(q.grouped(rows))
}

// rowsUngrouped returns the rows of the result before they are grouped.
func (q *Query) rowsUngrouped(db database) []row {
	rows := q.matching(db)
	if q.groups != nil {
		return rows
	}
	return q.part(rows)
}

// matching returns the rows for which the condition is true.
func (q *Query) matching(db database) []row {
	matches := q.where.bind(db)
	var rows []row
	for _, n := range db {
		for _, r := range q.entity.rows(n) {
			if matches(r) {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// part orders rows, and cuts them as the query says.
func (q *Query) part(rows []row) []row {
	q.sort(rows)
	rows = rows[min(q.offset, len(rows)):]
	if q.limit != nil {
		rows = rows[:min(*q.limit, len(rows))]
	}
	return rows
}

func (q *Query) sort(rows []row) {
	if len(q.order) == 0 {
		return
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		for _, term := range q.order {
			left, _ := term.field.of(a)
			right, _ := term.field.of(b)
			if c := compare(left, right); c != 0 {
				if term.descending {
					return -c
				}
				return c
			}
		}
		return 0
	})
}

// compare orders two values: numbers by value, everything else by text, and null after everything, as PostgreSQL does.
func compare(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	if left, ok := number(a); ok {
		if right, ok := number(b); ok {
			switch {
			case left < right:
				return -1
			case left > right:
				return 1
			default:
				return 0
			}
		}
	}
	return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
}
