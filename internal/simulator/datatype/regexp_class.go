// SPDX-License-Identifier: MPL-2.0

package datatype

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Sets of characters.
func isDigitRune(r rune) bool { return r >= '0' && r <= '9' }
func isHexRune(r rune) bool {
	return isDigitRune(r) || (r >= 'a' && r <= 'f') || (r >= 'A' && r <= 'F')
}
func isWordRune(r rune) bool {
	return r == '_' || isDigitRune(r) || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
}
func isSpaceRune(r rune) bool { return strings.ContainsRune("\t\n\v\f\r ", r) }

func not(in func(rune) bool) func(rune) bool { return func(r rune) bool { return !in(r) } }

// shorthand returns the set that a letter after a backslash stands for.
func shorthand(letter rune) (func(rune) bool, bool) {
	sets := map[rune]func(rune) bool{'d': isDigitRune, 'w': isWordRune, 's': isSpaceRune, 'h': isHexRune}
	if set, ok := sets[letter]; ok {
		return set, true
	}
	if set, ok := sets[unicode.ToLower(letter)]; ok {
		return not(set), true
	}
	return nil, false
}

// escape reads a backslash outside of a set.
func (p *regexpParser) escape() (matcher, error) {
	p.at++
	c := p.peek()
	if set, ok := shorthand(c); ok {
		p.at++
		return one(set), nil
	}
	anchors := map[rune]func(*state, int) bool{
		'A': textBegins, 'z': textEnds, 'Z': textNearlyEnds, 'b': wordEdge, 'B': func(s *state, at int) bool { return !wordEdge(s, at) },
	}
	switch anchor, ok := anchors[c]; {
	case ok:
		p.at++
		return assert(anchor), nil
	case c >= '1' && c <= '9':
		p.at++
		return p.refer(int(c - '0'))
	case c == 'k':
		p.at++
		if !p.accept("<") {
			return nil, errors.New("invalid backref")
		}
		name, err := p.until('>')
		if err != nil {
			return nil, err
		}
		group, ok := p.names[name]
		if !ok {
			return nil, fmt.Errorf("undefined name <%s> reference", name)
		}
		return p.refer(group)
	case c == 'p' || c == 'P':
		set, err := p.property()
		return one(set), err
	}
	runes, err := p.characters()
	if err != nil {
		return nil, err
	}
	parts := make([]matcher, len(runes))
	for i, r := range runes {
		parts[i] = one(p.folded(func(other rune) bool { return other == r }))
	}
	return sequence(parts), nil
}

func (p *regexpParser) refer(group int) (matcher, error) {
	if group > p.groups {
		return nil, errors.New("invalid backref number")
	}
	return reference(group), nil
}

// property reads \p{Alpha}.
func (p *regexpParser) property() (func(rune) bool, error) {
	negated := p.peek() == 'P'
	p.at++
	if !p.accept("{") {
		return nil, errors.New("invalid character property name")
	}
	if p.accept("^") {
		negated = !negated
	}
	name, err := p.until('}')
	if err != nil {
		return nil, err
	}
	set, ok := posix(strings.ToLower(name))
	if table, known := unicode.Categories[name]; !ok && known {
		set, ok = func(r rune) bool { return unicode.Is(table, r) }, true
	}
	switch {
	case !ok:
		return nil, fmt.Errorf("invalid character property name {%s}", name)
	case negated:
		return not(set), nil
	default:
		return set, nil
	}
}

// characters reads what stands for characters after a backslash; only \u{…} stands for several.
func (p *regexpParser) characters() ([]rune, error) {
	if p.at == len(p.source) {
		return nil, errors.New("too short escape sequence")
	}
	c := p.peek()
	p.at++
	simple := map[rune]rune{'n': '\n', 't': '\t', 'r': '\r', 'f': '\f', 'v': '\v', 'a': '\a', 'e': 0x1b}
	switch r, ok := simple[c]; {
	case ok:
		return []rune{r}, nil
	case c == '0':
		return p.coded(8, 0, 2)
	case c == 'x':
		return p.coded(16, 1, 2)
	case c == 'u' && p.accept("{"):
		text, err := p.until('}')
		if err != nil {
			return nil, err
		}
		var runes []rune
		for digits := range strings.FieldsSeq(text) {
			value, err := strconv.ParseInt(digits, 16, 32)
			if err != nil {
				return nil, errors.New("invalid Unicode escape")
			}
			runes = append(runes, rune(value))
		}
		return runes, nil
	case c == 'u':
		return p.coded(16, 4, 4)
	default:
		return []rune{c}, nil
	}
}

// coded reads the digits of a character's number.
func (p *regexpParser) coded(base, least, most int) ([]rune, error) {
	begin := p.at
	isDigit := isHexRune
	if base == 8 {
		isDigit = func(r rune) bool { return r >= '0' && r <= '7' }
	}
	for p.at < len(p.source) && p.at-begin < most && isDigit(p.peek()) {
		p.at++
	}
	if p.at-begin < least {
		return nil, errors.New("too short escape sequence")
	}
	value, err := strconv.ParseInt("0"+string(p.source[begin:p.at]), base, 32)
	return []rune{rune(value)}, err
}

// class reads a set up to its closing bracket. The opening one is skipped.
func (p *regexpParser) class() (func(rune) bool, error) {
	negated := p.accept("^")
	var intersected []func(rune) bool
	var sets []func(rune) bool
	union := func() func(rune) bool {
		parts := sets
		sets = nil
		return func(r rune) bool {
			for _, in := range parts {
				if in(r) {
					return true
				}
			}
			return false
		}
	}
	for first := true; ; first = false {
		switch {
		case p.at == len(p.source):
			return nil, errors.New("premature end of char-class")
		case p.peek() == ']' && !first:
			p.at++
			intersected = append(intersected, union())
			return func(r rune) bool {
				for _, in := range intersected {
					if !in(r) {
						return negated
					}
				}
				return !negated
			}, nil
		case p.accept("&&"):
			intersected = append(intersected, union())
		default:
			set, err := p.member()
			if err != nil {
				return nil, err
			}
			sets = append(sets, set)
		}
	}
}

// member reads a part of a set: a set of its own, a character or a range.
func (p *regexpParser) member() (func(rune) bool, error) {
	if p.starts("[:") {
		begin := p.at
		p.at += 2
		negated := p.accept("^")
		name, err := p.until(':')
		if set, ok := posix(name); err == nil && ok && p.accept("]") {
			if negated {
				set = not(set)
			}
			return set, nil
		}
		p.at = begin
	}
	if p.accept("[") {
		return p.class()
	}
	if p.peek() == '\\' && p.at+1 < len(p.source) {
		if set, ok := shorthand(p.source[p.at+1]); ok {
			p.at += 2
			return set, nil
		}
		if c := p.source[p.at+1]; c == 'p' || c == 'P' {
			p.at++
			return p.property()
		}
	}
	low, err := p.single()
	if err != nil {
		return nil, err
	}
	if p.peek() != '-' || p.at+1 >= len(p.source) || p.source[p.at+1] == ']' || p.source[p.at+1] == '[' {
		return func(r rune) bool { return r == low }, nil
	}
	p.at++
	high, err := p.single()
	if err == nil && high < low {
		err = errors.New("empty range in char class")
	}
	return func(r rune) bool { return r >= low && r <= high }, err
}

// single reads one character of a set.
func (p *regexpParser) single() (rune, error) {
	if p.peek() != '\\' {
		p.at++
		return p.source[p.at-1], nil
	}
	p.at++
	if p.accept("b") {
		return '\b', nil
	}
	runes, err := p.characters()
	if err != nil {
		return 0, err
	}
	return runes[0], nil
}

// posix returns the set that a name stands for.
func posix(name string) (func(rune) bool, bool) {
	set, ok := map[string]func(rune) bool{
		"alpha": unicode.IsLetter, "digit": unicode.IsDigit, "lower": unicode.IsLower, "upper": unicode.IsUpper, "space": unicode.IsSpace,
		"punct": unicode.IsPunct, "print": unicode.IsPrint, "cntrl": unicode.IsControl, "graph": unicode.IsGraphic, "xdigit": isHexRune,
		"alnum": func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) },
		"word":  func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) },
		"blank": func(r rune) bool { return r == ' ' || r == '\t' },
		"ascii": func(r rune) bool { return r <= unicode.MaxASCII },
	}[name]
	return set, ok
}
