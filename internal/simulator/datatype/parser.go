// SPDX-License-Identifier: MPL-2.0

package datatype

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// expression is a type or an argument of one: a name with arguments, a literal, a list or a hash.
type expression struct {
	name    string
	args    []*expression
	literal any
	// pairs are the entries of a hash, not nil for one.
	pairs []pair
	list  bool
}

// pair is an entry of a hash.
type pair struct{ key, value *expression }

// String renders the expression for messages.
func (e *expression) String() string {
	switch {
	case e.name != "":
		return e.name
	case e.pairs != nil:
		return "a hash"
	case e.list:
		return "a list"
	default:
		return fmt.Sprint(e.literal)
	}
}

// word returns a text: a string, or a name without arguments, which stands for itself where a word is needed.
func (e *expression) word() (string, bool) {
	if text, ok := e.literal.(string); ok {
		return text, true
	}
	return e.name, e.name != "" && len(e.args) == 0
}

// parser reads one type expression.
type parser struct {
	text string
	at   int
}

func (p *parser) parse() (*expression, error) {
	e, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.peek() != 0 {
		return nil, fmt.Errorf("unexpected %q", p.text[p.at:])
	}
	return e, nil
}

// peek returns the next character that is not white space, 0 at the end.
func (p *parser) peek() byte {
	for p.at < len(p.text) && (unicode.IsSpace(rune(p.text[p.at])) || p.text[p.at] == '#') {
		if p.text[p.at] == '#' {
			_, rest, _ := strings.Cut(p.text[p.at:], "\n")
			p.at = len(p.text) - len(rest)
			continue
		}
		p.at++
	}
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *parser) expression() (*expression, error) {
	switch c := p.peek(); {
	case c == '\'' || c == '"':
		word, err := p.quoted(c)
		return &expression{literal: word}, err
	case c == '/':
		return p.regexp()
	case c == '{':
		p.at++
		return p.hash('}')
	case c == '[':
		p.at++
		args, err := p.arguments()
		return &expression{list: true, args: args}, err
	case c == '-' || c == '+' || (c >= '0' && c <= '9'):
		return p.number()
	default:
		return p.nameOrReference()
	}
}

// word reads a run of characters of names and numbers.
func (p *parser) word(allowed string) string {
	start := p.at
	for p.at < len(p.text) {
		c := rune(p.text[p.at])
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(allowed, c) {
			break
		}
		p.at++
	}
	return p.text[start:p.at]
}

// nameOrReference reads a type or a word, and an alias that is shown with its meaning: Mode = Enum[fast, slow].
func (p *parser) nameOrReference() (*expression, error) {
	allowed := "_:"
	if c := p.peek(); c >= 'a' && c <= 'z' {
		allowed = "_:-"
	}
	name := strings.TrimPrefix(p.word(allowed), "::")
	switch name {
	case "":
		return nil, fmt.Errorf("expected a type at %q", p.text[p.at:])
	case "true", "false":
		return &expression{literal: name == "true"}, nil
	}
	e := &expression{name: name}
	if p.peek() == '[' {
		p.at++
		var err error
		if e.args, err = p.arguments(); err != nil {
			return nil, err
		}
		if len(e.args) == 0 {
			return nil, fmt.Errorf("%s[] has no arguments", name)
		}
	}
	if p.peek() != '=' || strings.HasPrefix(p.text[p.at:], "=>") {
		return e, nil
	}
	p.at++
	meaning, err := p.expression()
	if err != nil || known(e.name) {
		return e, err
	}
	return meaning, nil
}

// arguments reads what is between brackets, up to the closing one. The braces of a hash that is alone there may be left out.
func (p *parser) arguments() ([]*expression, error) {
	args := []*expression{}
	for p.peek() != ']' {
		begin := p.at
		arg, err := p.expression()
		if err != nil {
			return nil, err
		}
		if p.peek() == '=' && len(args) == 0 {
			p.at = begin
			hash, err := p.hash(']')
			return []*expression{hash}, err
		}
		args = append(args, arg)
		if p.peek() == ',' {
			p.at++
		} else if p.peek() != ']' {
			return nil, fmt.Errorf("expected , or ] at %q", p.text[p.at:])
		}
	}
	p.at++
	return args, nil
}

// number reads a number: decimal, hexadecimal, octal or with a fraction.
func (p *parser) number() (*expression, error) {
	text := p.word("+-._")
	whole, ok := new(big.Int).SetString(text, 0)
	if ok {
		return &expression{literal: exactly(whole)}, nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number", text)
	}
	return &expression{literal: big.NewFloat(number)}, nil
}

// quoted reads a string up to its closing quote.
func (p *parser) quoted(quote byte) (string, error) {
	p.at++
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == quote:
			return b.String(), nil
		case c == '\\' && p.at < len(p.text):
			b.WriteByte(p.text[p.at])
			p.at++
		default:
			b.WriteByte(c)
		}
	}
	return "", errors.New("a string is not closed")
}

func (p *parser) regexp() (*expression, error) {
	p.at++
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == '/':
			compiled, err := compile(b.String())
			return &expression{literal: compiled}, err
		case c == '\\' && p.at < len(p.text) && p.text[p.at] == '/':
			b.WriteByte('/')
			p.at++
		case c == '\\' && p.at < len(p.text):
			b.WriteByte(c)
			b.WriteByte(p.text[p.at])
			p.at++
		default:
			b.WriteByte(c)
		}
	}
	return nil, errors.New("a regular expression is not closed")
}

// hash reads the entries of a hash up to what ends it.
func (p *parser) hash(end byte) (*expression, error) {
	e := &expression{pairs: []pair{}}
	for p.peek() != end {
		key, err := p.expression()
		if err != nil {
			return nil, err
		}
		if p.peek(); !strings.HasPrefix(p.text[p.at:], "=>") {
			return nil, fmt.Errorf("expected => at %q", p.text[p.at:])
		}
		p.at += len("=>")
		value, err := p.expression()
		if err != nil {
			return nil, err
		}
		e.pairs = append(e.pairs, pair{key, value})
		if p.peek() == ',' {
			p.at++
		} else if p.peek() != end {
			return nil, fmt.Errorf("expected , or %c at %q", end, p.text[p.at:])
		}
	}
	p.at++
	return e, nil
}
