// SPDX-License-Identifier: MPL-2.0

package datatype

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// compile reads a regular expression of Ruby.
func compile(source string) (*pattern, error) {
	p := &regexpParser{source: []rune(source), names: make(map[string]int)}
	m, err := p.alternatives()
	if err == nil && p.at < len(p.source) {
		err = errors.New("unmatched )")
	}
	if err != nil {
		return nil, fmt.Errorf("regular expression /%s/: %w", source, err)
	}
	return &pattern{source: source, match: m, groups: p.groups}, nil
}

// regexpParser reads a regular expression by recursive descent.
type regexpParser struct {
	source []rune
	at     int
	groups int
	names  map[string]int
	flags  regexpFlags
}

// regexpFlags are options that can change within an expression.
type regexpFlags struct {
	// anyCase is i, dotAll is m, extended is x.
	anyCase, dotAll, extended bool
}

func (p *regexpParser) peek() rune {
	if p.at == len(p.source) {
		return 0
	}
	return p.source[p.at]
}

func (p *regexpParser) starts(text string) bool {
	return strings.HasPrefix(string(p.source[p.at:min(len(p.source), p.at+len(text))]), text)
}

// accept skips a text that comes next.
func (p *regexpParser) accept(text string) bool {
	if !p.starts(text) {
		return false
	}
	p.at += len([]rune(text))
	return true
}

// alternatives reads branches up to the end of a group.
func (p *regexpParser) alternatives() (matcher, error) {
	before := p.flags
	defer func() { p.flags = before }()
	var all []matcher
	for {
		m, err := p.branch()
		if err != nil {
			return nil, err
		}
		if all = append(all, m); !p.accept("|") {
			return branches(all), nil
		}
	}
}

func (p *regexpParser) branch() (matcher, error) {
	var parts []matcher
	for p.at < len(p.source) && p.peek() != '|' && p.peek() != ')' {
		if p.flags.extended && p.skipped() {
			continue
		}
		m, err := p.atom()
		if err != nil {
			return nil, err
		}
		if m == nil {
			continue
		}
		parts = append(parts, p.repetition(m))
	}
	return sequence(parts), nil
}

// skipped skips white space and comments, which mean nothing in extended expressions.
func (p *regexpParser) skipped() bool {
	begin := p.at
	for p.at < len(p.source) && unicode.IsSpace(p.peek()) {
		p.at++
	}
	if p.peek() == '#' {
		for p.at < len(p.source) && p.peek() != '\n' {
			p.at++
		}
	}
	return p.at > begin
}

// repetition reads the signs after an atom.
func (p *regexpParser) repetition(m matcher) matcher {
	for {
		least, most, counted := 0, -1, false
		switch p.peek() {
		case '*':
		case '+':
			least = 1
		case '?':
			most = 1
		case '{':
			if least, most, counted = p.counts(); !counted {
				return m
			}
		default:
			return m
		}
		if !counted {
			p.at++
		}
		switch {
		case p.accept("?"):
			m = repeated(m, least, most, true)
		case !counted && p.accept("+"):
			m = atomic(repeated(m, least, most, false))
		default:
			m = repeated(m, least, most, false)
		}
	}
}

// counts reads {n}, {n,}, {,m} or {n,m}. Anything else in braces stands for itself.
func (p *regexpParser) counts() (least, most int, ok bool) {
	end := p.at
	for end < len(p.source) && p.source[end] != '}' {
		end++
	}
	if end == len(p.source) {
		return 0, 0, false
	}
	low, high, ranged := strings.Cut(string(p.source[p.at+1:end]), ",")
	most = -1
	var err error
	if low != "" {
		if least, err = strconv.Atoi(low); err != nil {
			return 0, 0, false
		}
	}
	switch {
	case ranged && high != "":
		if most, err = strconv.Atoi(high); err != nil {
			return 0, 0, false
		}
	case ranged && low == "", !ranged && low == "":
		return 0, 0, false
	case !ranged:
		most = least
	}
	p.at = end + 1
	return least, most, true
}

// atom reads the smallest part of an expression; nil is one that matches nothing and cannot be repeated.
func (p *regexpParser) atom() (matcher, error) {
	c := p.peek()
	switch c {
	case '(':
		return p.group()
	case '[':
		p.at++
		set, err := p.class()
		return one(p.folded(set)), err
	case '\\':
		return p.escape()
	case '*', '+', '?':
		return nil, errors.New("target of repeat operator is not specified")
	}
	p.at++
	switch c {
	case '.':
		all := p.flags.dotAll
		return one(func(r rune) bool { return all || r != '\n' }), nil
	case '^':
		return assert(lineBegins), nil
	case '$':
		return assert(lineEnds), nil
	default:
		return one(p.folded(func(r rune) bool { return r == c })), nil
	}
}

// folded makes a set the same for upper and lower case where that is asked for.
func (p *regexpParser) folded(in func(rune) bool) func(rune) bool {
	if !p.flags.anyCase {
		return in
	}
	return func(r rune) bool { return in(r) || in(unicode.ToLower(r)) || in(unicode.ToUpper(r)) }
}

// group reads what is between parentheses.
func (p *regexpParser) group() (matcher, error) {
	p.at++
	wrap := func(m matcher) matcher { return m }
	before := p.flags
	switch {
	case p.accept("?:"):
	case p.accept("?="):
		wrap = func(m matcher) matcher { return ahead(m, true) }
	case p.accept("?!"):
		wrap = func(m matcher) matcher { return ahead(m, false) }
	case p.accept("?<="):
		wrap = func(m matcher) matcher { return behind(m, true) }
	case p.accept("?<!"):
		wrap = func(m matcher) matcher { return behind(m, false) }
	case p.accept("?>"):
		wrap = atomic
	case p.accept("?#"):
		for p.at < len(p.source) && p.peek() != ')' {
			p.at++
		}
		return nil, p.close()
	case p.accept("?<"):
		name, err := p.until('>')
		if err != nil {
			return nil, err
		}
		wrap = p.capture(name)
	case p.accept("?"):
		rest, err := p.options()
		if err != nil {
			return nil, err
		}
		if rest {
			// What follows in the group around it, with all its branches, is like a group of its own.
			return p.alternatives()
		}
	default:
		wrap = p.capture("")
	}
	m, err := p.alternatives()
	p.flags = before
	if err != nil {
		return nil, err
	}
	return wrap(m), p.close()
}

// capture numbers a group.
func (p *regexpParser) capture(name string) func(matcher) matcher {
	p.groups++
	group := p.groups
	if name != "" {
		p.names[name] = group
	}
	return func(m matcher) matcher { return captured(m, group) }
}

func (p *regexpParser) close() error {
	if !p.accept(")") {
		return errors.New("end pattern with unmatched parenthesis")
	}
	return nil
}

// until reads up to a character, which it skips.
func (p *regexpParser) until(end rune) (string, error) {
	begin := p.at
	for p.at < len(p.source) {
		p.at++
		if p.source[p.at-1] == end {
			return string(p.source[begin : p.at-1]), nil
		}
	}
	return "", fmt.Errorf("%c is missing", end)
}

// options reads (?imx-imx) and the begin of (?imx-imx:…). It reports whether they are for the rest of the group around them.
func (p *regexpParser) options() (rest bool, err error) {
	on := true
	for {
		c := p.peek()
		p.at++
		switch c {
		case 'i':
			p.flags.anyCase = on
		case 'm':
			p.flags.dotAll = on
		case 'x':
			p.flags.extended = on
		case '-':
			on = false
		case ':':
			return false, nil
		case ')':
			return true, nil
		default:
			return false, errors.New("undefined group option")
		}
	}
}
