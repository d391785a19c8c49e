// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// errNoCertname is the error for a query that cannot select nodes.
var errNoCertname = errors.New("the query must return certnames: its result has no certname field")

// FromAST reads a query in PuppetDB's AST form, such as ["from", "nodes", ["=", "certname", "a"]]. The value is what
// encoding/json decodes with UseNumber set.
func FromAST(ast any) (*Query, error) { return ofNodes(anyAST(ast)) }

// ofNodes refuses a query that cannot select nodes.
func ofNodes(q *Query, err error) (*Query, error) {
	if err == nil && !q.yieldsCertname() {
		return nil, errNoCertname
	}
	return q, err
}

// anyAST reads a query in AST form, whatever its result has.
func anyAST(ast any) (*Query, error) {
	list, ok := ast.([]any)
	if !ok || len(list) == 0 {
		return nil, errors.New("an AST query is an array that starts with \"from\"")
	}
	if list[0] != "from" {
		return nil, fmt.Errorf("the root of a query must be [\"from\", entity, …], not %s", quote(list[0]))
	}
	return from(list)
}

// ParseText reads the text of a query in either form, as PuppetDB's root endpoint does: an AST begins with a bracket, everything else is
// PQL.
func ParseText(text string) (*Query, error) { return ofNodes(anyText(text)) }

// Any reads a query in any form, whatever its result has: a text in either form, or an AST as encoding/json decodes it with UseNumber set.
func Any(source any) (*Query, error) {
	if text, ok := source.(string); ok {
		return anyText(text)
	}
	return anyAST(source)
}

func anyText(text string) (*Query, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		return anyPQL(text)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var ast any
	if err := decoder.Decode(&ast); err != nil {
		return nil, fmt.Errorf("invalid JSON: %w", err)
	}
	var more any
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("only one query may be sent in a request, and there is JSON after the query %s", quote(ast))
	}
	return anyAST(ast)
}

// quote renders a part of an AST for a message.
func quote(part any) string {
	text, err := json.Marshal(part)
	if err != nil {
		return fmt.Sprint(part)
	}
	return string(text)
}

// from reads ["from", entity, query?, paging…].
func from(list []any) (*Query, error) {
	if len(list) < 2 {
		return nil, errors.New("from takes an entity")
	}
	name, ok := list[1].(string)
	if !ok {
		return nil, fmt.Errorf("%s is not an entity", quote(list[1]))
	}
	return queryOf(name, list[2:])
}

// queryOf reads the parts that follow an entity.
func queryOf(entityName string, parts []any) (*Query, error) {
	e, ok := findEntity(entityName)
	if !ok {
		return nil, fmt.Errorf("invalid entity '%s' in 'from' query: known are %s",
			entityName, strings.Join(entityNames(), ", "))
	}
	q := &Query{entity: e, where: everything{}}
	for i, part := range parts {
		list, ok := part.([]any)
		if !ok || len(list) == 0 {
			return nil, fmt.Errorf("%s is not a query", quote(part))
		}
		done, err := q.paging(list)
		if err != nil {
			return nil, err
		}
		if done {
			continue
		}
		if i > 0 {
			return nil, fmt.Errorf("unexpected %s after the query", quote(part))
		}
		if err := q.body(list); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// body reads the condition of a query, which may be inside extract.
func (q *Query) body(list []any) error {
	if list[0] != "extract" {
		where, err := q.entity.condition(list)
		q.where = where
		return err
	}
	if len(list) < 2 || len(list) > 4 {
		return errors.New("extract takes fields, a query and group_by")
	}
	fields, err := q.entity.fields(list[1])
	if err != nil {
		return err
	}
	q.fields = fields
	for i, part := range list[2:] {
		if group, ok := part.([]any); ok && len(group) > 1 && group[0] == "group_by" && i == len(list)-3 {
			if q.groups, err = q.entity.fields(group[1:]); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			return errors.New("extract takes fields, a query and group_by")
		}
		if q.where, err = q.entity.condition(part); err != nil {
			return err
		}
	}
	return q.checkGroups()
}

// paging reads limit, offset and order_by, and reports whether the part was one of them.
func (q *Query) paging(list []any) (bool, error) {
	switch list[0] {
	case "limit", "offset":
		n, err := count(list)
		if err != nil {
			return false, err
		}
		if list[0] == "offset" {
			q.offset = n
		} else {
			q.limit = &n
		}
		return true, nil
	case "order_by":
		return true, q.orderBy(list)
	default:
		return false, nil
	}
}

func count(list []any) (int, error) {
	if len(list) == 2 {
		if n, ok := list[1].(json.Number); ok {
			if i, err := n.Int64(); err == nil && i >= 0 {
				return int(i), nil
			}
		}
	}
	return 0, fmt.Errorf("%s takes a number that is not negative", quote(list[0]))
}

// orderBy reads ["order_by", ["certname", ["environment", "desc"]]].
func (q *Query) orderBy(list []any) error {
	if len(list) != 2 {
		return errors.New("order_by takes a list of fields")
	}
	terms, ok := list[1].([]any)
	if !ok {
		return errors.New("order_by takes a list of fields")
	}
	for _, term := range terms {
		descending := false
		if pair, ok := term.([]any); ok && len(pair) == 2 && (pair[1] == "asc" || pair[1] == "desc") {
			term, descending = pair[0], pair[1] == "desc"
		}
		f, err := q.entity.fieldOf(term)
		if err != nil {
			return err
		}
		q.order = append(q.order, ordering{field: f, descending: descending})
	}
	return nil
}

// fields reads one field or a list of fields.
func (e entity) fields(part any) ([]field, error) {
	list, ok := part.([]any)
	if !ok || (len(list) == 2 && list[0] == "fact") || (len(list) > 1 && list[0] == "function") {
		f, err := e.columnOf(part)
		if err != nil {
			return nil, err
		}
		return []field{f}, nil
	}
	if len(list) == 0 {
		return nil, errors.New("expected at least one field")
	}
	fields := make([]field, 0, len(list))
	for _, item := range list {
		f, err := e.columnOf(item)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// columnOf reads what a result can have: a field or ["function", name, field, mask].
func (e entity) columnOf(part any) (field, error) {
	list, ok := part.([]any)
	if !ok || len(list) < 2 || list[0] != "function" {
		f, err := e.fieldOf(part)
		if err == nil && len(f.name) > 0 && !strings.HasPrefix(f.name, "fact.") {
			var path []string
			if path, err = splitPath(f.name); err == nil {
				return e.column(path)
			}
		}
		return f, err
	}
	texts := make([]string, len(list)-1)
	for i, item := range list[1:] {
		text, ok := item.(string)
		if !ok {
			return field{}, fmt.Errorf("%s is not a function", quote(part))
		}
		texts[i] = text
	}
	var arguments [][]string
	if len(texts) > 1 {
		path, err := splitPath(texts[1])
		if err != nil {
			return field{}, err
		}
		arguments = append(arguments, path)
	}
	if len(texts) > 3 {
		return field{}, fmt.Errorf("%s has too many arguments", quote(part))
	}
	return e.function(texts[0], arguments, len(texts) == 3)
}

// fieldOf reads a name such as certname or facts.os.name, or ["fact", name].
func (e entity) fieldOf(part any) (field, error) {
	if list, ok := part.([]any); ok {
		if len(list) == 2 {
			name, ok := list[1].(string)
			switch {
			case ok && list[0] == "fact":
				return e.fact(name)
			case ok && list[0] == "parameter":
				return e.parameter(name)
			}
		}
		return field{}, fmt.Errorf("%s is not a field", quote(part))
	}
	name, ok := part.(string)
	if !ok {
		return field{}, fmt.Errorf("%s is not a field", quote(part))
	}
	path, err := splitPath(name)
	if err != nil {
		return field{}, err
	}
	return e.field(path)
}

// condition reads an expression.
func (e entity) condition(part any) (condition, error) {
	list, ok := part.([]any)
	if !ok || len(list) == 0 {
		return nil, fmt.Errorf("%s is not a query", quote(part))
	}
	operator, ok := list[0].(string)
	if !ok {
		return nil, fmt.Errorf("%s is not an operator", quote(list[0]))
	}
	switch operator {
	case "and", "or":
		return e.connective(operator, list[1:])
	case "not":
		if len(list) != 2 {
			return nil, fmt.Errorf("'not' takes exactly one argument, but %d were supplied", len(list)-1)
		}
		inner, err := e.condition(list[1])
		return negation{inner}, err
	case "in":
		return e.in(list)
	case "null?":
		return e.isNull(list)
	case "subquery":
		return e.subquery(list)
	default:
		if len(list) != 3 {
			return nil, fmt.Errorf("%s requires exactly two arguments", operator)
		}
		f, err := e.fieldOf(list[1])
		if err != nil {
			return nil, err
		}
		return newComparison(f, operator, list[2])
	}
}

func (e entity) connective(operator string, parts []any) (condition, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("'%s' requires at least one term", operator)
	}
	conditions := make([]condition, 0, len(parts))
	for _, part := range parts {
		c, err := e.condition(part)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	if operator == "and" {
		return conjunction(conditions), nil
	}
	return disjunction(conditions), nil
}

// isNull reads ["null?", field, bool].
func (e entity) isNull(list []any) (condition, error) {
	if len(list) != 3 {
		return nil, errors.New("null? requires exactly two arguments")
	}
	want, ok := list[2].(bool)
	if !ok {
		return nil, errors.New("null? takes true or false")
	}
	f, err := e.fieldOf(list[1])
	if err != nil {
		return nil, err
	}
	if want {
		return null{f}, nil
	}
	return negation{null{f}}, nil
}

// subquery reads ["subquery", entity, query], which joins by certname.
func (e entity) subquery(list []any) (condition, error) {
	if len(list) != 3 {
		return nil, errors.New("subquery takes an entity and a query")
	}
	name, ok := list[1].(string)
	if !ok {
		return nil, fmt.Errorf("%s is not an entity", quote(list[1]))
	}
	q, err := queryOf(name, list[2:])
	if err != nil {
		return nil, err
	}
	return e.joined(q)
}

// joined returns the condition that a row's certname is among those of a query's result.
func (e entity) joined(q *Query) (condition, error) {
	own, err := e.field([]string{"certname"})
	if err != nil {
		return nil, err
	}
	theirs, err := q.entity.field([]string{"certname"})
	if err != nil {
		return nil, err
	}
	q.fields = []field{theirs}
	return membership{fields: []field{own}, query: q}, nil
}

// in reads ["in", fields, source], where the source is an array, a query, or extract around select_<entity>.
func (e entity) in(list []any) (condition, error) {
	if len(list) != 3 {
		return nil, errors.New("in requires exactly two arguments")
	}
	fields, err := e.fields(list[1])
	if err != nil {
		return nil, err
	}
	source, ok := list[2].([]any)
	if !ok || len(source) == 0 {
		return nil, fmt.Errorf("in takes an array or a query, not %s", quote(list[2]))
	}
	m := membership{fields: fields}
	switch source[0] {
	case "array":
		m.list, err = arrayOf(source, len(fields))
	case "from":
		m.query, err = from(source)
	case "extract":
		m.query, err = selection(source)
	default:
		err = fmt.Errorf("in takes an array or a query, not %s", quote(source))
	}
	if err != nil {
		return nil, err
	}
	if m.query != nil {
		if len(m.query.fields) != len(fields) {
			return nil, errors.New("the two sides of in have different numbers of fields")
		}
		return m, m.query.comparable()
	}
	return m, nil
}

// arrayOf reads ["array", [value, …]]; with several fields every value is a list.
func arrayOf(source []any, width int) ([][]any, error) {
	if len(source) != 2 {
		return nil, errors.New("array takes a list of values")
	}
	values, ok := source[1].([]any)
	if !ok {
		return nil, errors.New("array takes a list of values")
	}
	rows := make([][]any, 0, len(values))
	for _, value := range values {
		if width == 1 {
			rows = append(rows, []any{value})
			continue
		}
		several, ok := value.([]any)
		if !ok || len(several) != width {
			return nil, fmt.Errorf("%s does not have %d values", quote(value), width)
		}
		rows = append(rows, several)
	}
	return rows, nil
}

// selection reads ["extract", fields, ["select_facts", query]].
func selection(source []any) (*Query, error) {
	if len(source) != 3 {
		return nil, errors.New("extract takes fields and a query")
	}
	inner, ok := source[2].([]any)
	if !ok || len(inner) == 0 {
		return nil, fmt.Errorf("%s is not a query", quote(source[2]))
	}
	operator, _ := inner[0].(string)
	name, ok := strings.CutPrefix(operator, "select_")
	if !ok {
		return nil, fmt.Errorf("%s is not a selection", quote(inner[0]))
	}
	q, err := queryOf(name, inner[1:])
	if err != nil {
		return nil, err
	}
	q.fields, err = q.entity.fields(source[1])
	return q, err
}
