// SPDX-License-Identifier: MPL-2.0

package pdbquery

import "strconv"

// modifiers reads what follows the conditions: groups, or order, limit and offset.
func (p *parser) modifiers(q *Query) error {
	if p.is("group") {
		return p.groupBy(q)
	}
	for p.pages() {
		if err := p.paging(q); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) groupBy(q *Query) error {
	if err := p.advance(); err != nil {
		return err
	}
	if err := p.require("by"); err != nil {
		return err
	}
	for {
		f, err := p.column(q.entity)
		if err != nil {
			return err
		}
		q.groups = append(q.groups, f)
		more, err := p.accept(",")
		if err != nil || !more {
			return err
		}
	}
}

// fields reads [field, field].
func (p *parser) fields(e entity) ([]field, error) {
	if err := p.require("["); err != nil {
		return nil, err
	}
	fields := []field{}
	for !p.is("]") {
		f, err := p.column(e)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
		more, err := p.accept(",")
		if err != nil {
			return nil, err
		}
		if !more && !p.is("]") {
			return nil, p.expected(",", "]")
		}
	}
	return fields, p.advance()
}

func (p *parser) field(e entity) (field, error) {
	if p.token.kind != word {
		return field{}, p.expected("a field")
	}
	f, err := e.field(p.token.path)
	if err != nil {
		return field{}, err
	}
	return f, p.advance()
}

// column reads a field that a result can have, or a function of one.
func (p *parser) column(e entity) (field, error) {
	if p.token.kind != word {
		return field{}, p.expected("a field")
	}
	name := p.token
	if err := p.advance(); err != nil {
		return field{}, err
	}
	open, err := p.accept("(")
	if err != nil {
		return field{}, err
	}
	if !open {
		return e.column(name.path)
	}
	var arguments [][]string
	mask := false
	for !p.is(")") {
		switch p.token.kind {
		case word:
			arguments = append(arguments, p.token.path)
		case text:
			mask = true
		default:
			return field{}, p.expected("a field", ")")
		}
		if err := p.advance(); err != nil {
			return field{}, err
		}
		more, err := p.accept(",")
		if err != nil {
			return field{}, err
		}
		if !more && !p.is(")") {
			return field{}, p.expected(",", ")")
		}
	}
	f, err := e.function(name.text, arguments, mask)
	if err != nil {
		return field{}, err
	}
	return f, p.advance()
}

// pages reports whether a paging clause follows.
func (p *parser) pages() bool {
	return p.is("limit") || p.is("offset") || p.is("order") || p.is("group")
}

func (p *parser) paging(q *Query) error {
	clause := p.token.text
	if err := p.advance(); err != nil {
		return err
	}
	if clause == "order" {
		return p.orderBy(q)
	}
	n, err := strconv.Atoi(p.token.text)
	if p.token.kind != numeric || err != nil || n < 0 {
		return p.expected("a number")
	}
	if clause == "limit" {
		q.limit = &n
	} else {
		q.offset = n
	}
	return p.advance()
}

func (p *parser) orderBy(q *Query) error {
	if err := p.require("by"); err != nil {
		return err
	}
	for {
		f, err := p.field(q.entity)
		if err != nil {
			return err
		}
		descending, err := p.accept("desc")
		if err != nil {
			return err
		}
		if !descending {
			if _, err := p.accept("asc"); err != nil {
				return err
			}
		}
		q.order = append(q.order, ordering{field: f, descending: descending})
		more, err := p.accept(",")
		if err != nil || !more {
			return err
		}
	}
}
