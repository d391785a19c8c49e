// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// expression is a type or an argument of one: a name with arguments, a literal, or the hash of a Struct.
type expression struct {
	name    string
	args    []*expression
	literal any
	members []structMember
}

// structMember is one entry of a Struct's hash. Its key may be wrapped: Optional["key"] may be left out,
// NotUndef["key"] may not.
type structMember struct {
	key      string
	value    *expression
	optional bool
	required bool
}

// String renders the expression for messages.
func (e *expression) String() string {
	switch {
	case e.name != "":
		return e.name
	case e.members != nil:
		return "a hash"
	default:
		return fmt.Sprint(e.literal)
	}
}

// bareWord returns a name without arguments, which Enum accepts instead of a quoted word.
func (e *expression) bareWord() (string, bool) {
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
	for p.at < len(p.text) && unicode.IsSpace(rune(p.text[p.at])) {
		p.at++
	}
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *parser) expect(c byte) error {
	if p.peek() != c {
		return fmt.Errorf("expected %q at %q", c, p.text[p.at:])
	}
	p.at++
	return nil
}

func (p *parser) expression() (*expression, error) {
	switch c := p.peek(); {
	case c == '\'' || c == '"':
		word, err := p.quoted(c)
		return &expression{literal: word}, err
	case c == '/':
		return p.regexp()
	case c == '{':
		return p.hash()
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

func (p *parser) nameOrReference() (*expression, error) {
	name := p.word("_:")
	switch name {
	case "":
		return nil, fmt.Errorf("expected a type at %q", p.text[p.at:])
	case "true", "false":
		return &expression{literal: name == "true"}, nil
	}
	e := &expression{name: name}
	if p.peek() != '[' {
		return e, nil
	}
	p.at++
	for p.peek() != ']' {
		arg, err := p.expression()
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, arg)
		if p.peek() == ',' {
			p.at++
		} else if p.peek() != ']' {
			return nil, fmt.Errorf("expected , or ] at %q", p.text[p.at:])
		}
	}
	p.at++
	return e, nil
}

func (p *parser) number() (*expression, error) {
	text := p.word("+-._")
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number", text)
	}
	return &expression{literal: number}, nil
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
			return compiled(b.String())
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

// compiled translates a Ruby expression. In Ruby, ^ and $ match at every line, and \Z is the end of the text.
func compiled(source string) (*expression, error) {
	pattern, err := regexp.Compile("(?m)" + strings.ReplaceAll(source, `\Z`, `\z`))
	if err != nil {
		return nil, fmt.Errorf("regular expression /%s/: %w", source, err)
	}
	return &expression{literal: pattern}, nil
}

func (p *parser) hash() (*expression, error) {
	p.at++
	e := &expression{members: []structMember{}}
	for p.peek() != '}' {
		member, err := p.member()
		if err != nil {
			return nil, err
		}
		e.members = append(e.members, member)
		if p.peek() == ',' {
			p.at++
		} else if p.peek() != '}' {
			return nil, fmt.Errorf("expected , or } at %q", p.text[p.at:])
		}
	}
	p.at++
	return e, nil
}

func (p *parser) member() (structMember, error) {
	key, err := p.expression()
	if err != nil {
		return structMember{}, err
	}
	m := structMember{}
	if key.name == "Optional" || key.name == "NotUndef" {
		m.optional, m.required = key.name == "Optional", key.name == "NotUndef"
		if len(key.args) != 1 {
			return structMember{}, fmt.Errorf("%s takes one key", key.name)
		}
		key = key.args[0]
	}
	word, isString := key.literal.(string)
	if !isString {
		if word, isString = key.bareWord(); !isString {
			return structMember{}, fmt.Errorf("%s is not a key", key)
		}
	}
	m.key = word
	if err := p.expect('='); err != nil {
		return structMember{}, err
	}
	if err := p.expect('>'); err != nil {
		return structMember{}, err
	}
	m.value, err = p.expression()
	return m, err
}
