// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Parse parses a query in PQL, such as nodes[certname] { certname ~ "web" }.
func Parse(source string) (*Query, error) { return ofNodes(anyPQL(source)) }

// anyPQL parses a query in PQL, whatever its result has.
func anyPQL(source string) (*Query, error) {
	p := &parser{lexer: lexer{source: source}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	if p.token.kind != end {
		return nil, p.expected("the end of the query")
	}
	return q, nil
}

// parser is a recursive-descent parser for PQL. Its methods stop at the token after what they parse.
type parser struct {
	lexer lexer
	token token
}

func (p *parser) advance() error {
	t, err := p.lexer.next()
	p.token = t
	return err
}

// expected returns the error that one of the words was expected instead of the current token.
func (p *parser) expected(words ...string) error {
	return p.lexer.fail(p.token.at, words...)
}

// is reports whether the current token is a symbol or a keyword.
func (p *parser) is(s string) bool {
	return (p.token.kind == symbol || p.token.kind == word) && p.token.text == s
}

// accept skips a symbol or keyword, if it is the current token.
func (p *parser) accept(s string) (bool, error) {
	if !p.is(s) {
		return false, nil
	}
	return true, p.advance()
}

// require skips a symbol or keyword, which must be the current token.
func (p *parser) require(s string) error {
	ok, err := p.accept(s)
	if err == nil && !ok {
		err = p.expected(s)
	}
	return err
}

// query reads entity[fields] { condition paging }.
func (p *parser) query() (*Query, error) {
	e, ok := findEntity(p.token.text)
	if p.token.kind != word || !ok {
		return nil, p.expected(entityNames()...)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	q := &Query{entity: e, where: everything{}}
	if p.is("[") {
		fields, err := p.fields(e)
		if err != nil {
			return nil, err
		}
		q.fields = fields
	}
	return q, p.body(q)
}

// body reads the content of the braces of a query.
func (p *parser) body(q *Query) error {
	if err := p.require("{"); err != nil {
		return err
	}
	if !p.is("}") && !p.pages() {
		where, err := p.disjunction(q.entity)
		if err != nil {
			return err
		}
		q.where = where
	}
	if err := p.modifiers(q); err != nil {
		return err
	}
	if err := q.checkGroups(); err != nil {
		return err
	}
	return p.require("}")
}

// disjunction reads conditions joined by or, which binds less tightly than and.
func (p *parser) disjunction(e entity) (condition, error) {
	conditions, err := p.joinedBy("or", func() (condition, error) { return p.conjunction(e) })
	if err != nil || len(conditions) == 1 {
		return first(conditions), err
	}
	return disjunction(conditions), nil
}

func (p *parser) conjunction(e entity) (condition, error) {
	conditions, err := p.joinedBy("and", func() (condition, error) { return p.term(e) })
	if err != nil || len(conditions) == 1 {
		return first(conditions), err
	}
	return conjunction(conditions), nil
}

func first(conditions []condition) condition {
	if len(conditions) == 0 {
		return nil
	}
	return conditions[0]
}

func (p *parser) joinedBy(operator string, read func() (condition, error)) ([]condition, error) {
	var conditions []condition
	for {
		c, err := read()
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
		more, err := p.accept(operator)
		if err != nil {
			return nil, err
		}
		if !more {
			return conditions, nil
		}
	}
}

// term reads a negation, a condition in parentheses, a subquery or a comparison.
func (p *parser) term(e entity) (condition, error) {
	if p.is("!") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		inner, err := p.term(e)
		return negation{inner}, err
	}
	open, err := p.accept("(")
	if err != nil {
		return nil, err
	}
	if open {
		inner, err := p.disjunction(e)
		if err != nil {
			return nil, err
		}
		return inner, p.require(")")
	}
	if p.is("[") {
		return p.severalIn(e)
	}
	if p.token.kind != word {
		return nil, p.expected("a field", "(", "!", "[")
	}
	return p.fieldOrSubquery(e)
}

// severalIn reads [field, field] in query.
func (p *parser) severalIn(e entity) (condition, error) {
	fields, err := p.fields(e)
	if err != nil {
		return nil, err
	}
	if err := p.require("in"); err != nil {
		return nil, err
	}
	return p.in(fields)
}

// fieldOrSubquery reads a condition that starts with a word. An entity with braces is a subquery that joins by certname.
func (p *parser) fieldOrSubquery(e entity) (condition, error) {
	name := p.token
	if err := p.advance(); err != nil {
		return nil, err
	}
	if other, ok := findEntity(name.text); ok && p.is("{") {
		q := &Query{entity: other, where: everything{}}
		if err := p.body(q); err != nil {
			return nil, err
		}
		return e.joined(q)
	}
	if p.token.kind != symbol && !p.is("in") && !p.is("is") {
		return nil, p.expected(operators()...)
	}
	f, err := e.field(name.path)
	if err != nil {
		return nil, err
	}
	switch {
	case p.is("in"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.in([]field{f})
	case p.is("is"):
		return p.isNull(f)
	default:
		return p.comparison(f)
	}
}

// in reads what follows in: a list of values or a query with fields.
func (p *parser) in(fields []field) (condition, error) {
	if p.is("[") {
		return p.inList(fields)
	}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	if len(q.fields) != len(fields) {
		return nil, p.expected("a query with as many fields as the left side of in has")
	}
	if err := q.comparable(); err != nil {
		return nil, err
	}
	return membership{fields: fields, query: q}, nil
}

func (p *parser) inList(fields []field) (condition, error) {
	if err := p.require("["); err != nil {
		return nil, err
	}
	m := membership{fields: fields}
	for !p.is("]") {
		value, err := p.literal()
		if err != nil {
			return nil, err
		}
		m.list = append(m.list, []any{value})
		more, err := p.accept(",")
		if err != nil {
			return nil, err
		}
		if !more && !p.is("]") {
			return nil, p.expected(",", "]")
		}
	}
	if len(fields) != 1 {
		return nil, p.expected("a query")
	}
	return m, p.advance()
}

// isNull reads is null and is not null.
func (p *parser) isNull(f field) (condition, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	not, err := p.accept("not")
	if err != nil {
		return nil, err
	}
	if err := p.require("null"); err != nil {
		return nil, err
	}
	if not {
		return negation{null{f}}, nil
	}
	return null{f}, nil
}

// operators are what can follow a field in a condition.
func operators() []string {
	return []string{"=", "~", "~>", "<", ">", "<=", ">=", "!=", "!~", "in", "is"}
}

func (p *parser) comparison(f field) (condition, error) {
	operator := p.token.text
	negated := false
	switch {
	case !slices.Contains(operators(), operator):
		return nil, p.expected(operators()...)
	case operator == "!=" || operator == "!~":
		operator, negated = operator[1:], true
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	value, err := p.literal()
	if err != nil {
		return nil, err
	}
	c, err := newComparison(f, operator, value)
	if err != nil {
		return nil, err
	}
	if negated {
		return negation{c}, nil
	}
	return c, nil
}

// array reads a list of values, such as the path of a fact.
func (p *parser) array() (any, error) {
	list := []any{}
	if err := p.require("["); err != nil {
		return nil, err
	}
	for !p.is("]") {
		value, err := p.literal()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		more, err := p.accept(",")
		if err != nil {
			return nil, err
		}
		if !more && !p.is("]") {
			return nil, p.expected(",", "]")
		}
	}
	return list, p.advance()
}

// literal reads a string, a number, a Boolean or a list of these.
func (p *parser) literal() (any, error) {
	t := p.token
	switch {
	case t.kind == text:
		return t.text, p.advance()
	case t.kind == numeric:
		if _, err := strconv.ParseFloat(t.text, 64); err != nil {
			return nil, p.expected("a number")
		}
		return json.Number(t.text), p.advance()
	case p.is("true") || p.is("false"):
		return t.text == "true", p.advance()
	case p.is("["):
		return p.array()
	default:
		return nil, p.expected("a string", "a number", "true", "false")
	}
}
