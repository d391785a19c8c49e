// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// deepest is how deeply types may be nested. Real types are not nested as deeply; the limit is against malicious texts.
const deepest = 100

// expression is a type or an argument of one: exactly one form is set.
type expression struct {
	form form
	// name of a type, value of a word, string or regular expression.
	text string
	// whole and fraction are the value of a number.
	whole    *big.Int
	fraction float64
	truth    bool
	// arguments of a type, elements of a list.
	arguments []expression
	// bracketed is true when a type has arguments, even if none.
	bracketed bool
	pairs     []pair
}

type pair struct{ key, value expression }

type form int

const (
	typeForm form = iota
	stringForm
	regexpForm
	wholeForm
	fractionForm
	truthForm
	defaultForm
	undefForm
	listForm
	hashForm
)

// parser reads a type expression.
type parser struct {
	scanner scanner
	ahead   token
	depth   int
}

// parse reads a whole text.
func parse(text string) (expression, error) {
	p := &parser{scanner: scanner{text: text}}
	if err := p.advance(); err != nil {
		return expression{}, err
	}
	e, err := p.expression()
	if err != nil {
		return expression{}, err
	}
	switch {
	case p.ahead.kind != endToken:
		return expression{}, fmt.Errorf("unexpected %q after the type", p.ahead.text)
	case e.form != typeForm:
		return expression{}, fmt.Errorf("%q is not a type", text)
	default:
		return e, nil
	}
}

func (p *parser) advance() (err error) {
	p.ahead, err = p.scanner.next()
	return err
}

// afterwards skips a token and reads an expression.
func (p *parser) afterwards() (expression, error) {
	if err := p.advance(); err != nil {
		return expression{}, err
	}
	return p.expression()
}

func (p *parser) is(mark string) bool { return p.ahead.kind == punctuation && p.ahead.text == mark }

// expect skips a mark that is required.
func (p *parser) expect(mark string) error {
	if !p.is(mark) {
		return fmt.Errorf("expected %q, found %q", mark, p.ahead.text)
	}
	return p.advance()
}

func (p *parser) expression() (expression, error) {
	if p.depth++; p.depth > deepest {
		return expression{}, fmt.Errorf("types are nested more than %d deep", deepest)
	}
	defer func() { p.depth-- }()

	t := p.ahead
	switch {
	case t.kind == typeToken:
		return p.typeExpression()
	case p.is("["):
		elements, err := p.list()
		return expression{form: listForm, arguments: elements}, err
	case p.is("{"):
		return p.hash()
	case p.is("-") || p.is("+"):
		return p.signed(t.text)
	case t.kind == numberToken:
		e, err := numeric("", t.text)
		return p.taken(e, err)
	case t.kind == stringToken:
		return p.taken(expression{form: stringForm, text: t.text}, nil)
	case t.kind == regexpToken:
		return p.taken(expression{form: regexpForm, text: t.text}, nil)
	case t.kind == wordToken:
		return p.taken(word(t.text), nil)
	case t.kind == endToken:
		return expression{}, errors.New("the type ends too early")
	default:
		return expression{}, fmt.Errorf("unexpected %q", t.text)
	}
}

// taken skips the token from which an expression was made.
func (p *parser) taken(e expression, err error) (expression, error) {
	if err != nil {
		return expression{}, err
	}
	return e, p.advance()
}

func word(text string) expression {
	switch text {
	case "default":
		return expression{form: defaultForm}
	case "undef":
		return expression{form: undefForm}
	case "true", "false":
		return expression{form: truthForm, truth: text == "true"}
	default:
		return expression{form: stringForm, text: text}
	}
}

func (p *parser) typeExpression() (expression, error) {
	e := expression{form: typeForm, text: p.ahead.text}
	if err := p.advance(); err != nil {
		return expression{}, err
	}
	if p.is("[") {
		var err error
		e.bracketed = true
		if e.arguments, err = p.list(); err != nil {
			return expression{}, err
		}
	}
	if !p.is("=") {
		return e, nil
	}
	// An alias is shown with its meaning: TargetSpec = Variant[…]. A name that is known here needs no more.
	meaning, err := p.afterwards()
	if err != nil || known(e.text) {
		return e, err
	}
	return meaning, nil
}

// list reads what is between brackets. A comma may follow the last element. A hash that is alone there needs no braces.
func (p *parser) list() (elements []expression, err error) {
	if err := p.expect("["); err != nil {
		return nil, err
	}
	for !p.is("]") {
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		if p.is("=>") && len(elements) == 0 {
			hash, err := p.entries(e, "]")
			return []expression{hash}, err
		}
		elements = append(elements, e)
		if p.is("]") {
			break
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
	return elements, p.advance()
}

func (p *parser) hash() (expression, error) {
	if err := p.expect("{"); err != nil {
		return expression{}, err
	}
	if p.is("}") {
		return expression{form: hashForm}, p.advance()
	}
	key, err := p.expression()
	if err != nil {
		return expression{}, err
	}
	return p.entries(key, "}")
}

// entries reads those of a hash, of which the first key is read, up to the mark that ends it.
func (p *parser) entries(key expression, end string) (expression, error) {
	e := expression{form: hashForm}
	for {
		if err := p.expect("=>"); err != nil {
			return expression{}, err
		}
		value, err := p.expression()
		if err != nil {
			return expression{}, err
		}
		e.pairs = append(e.pairs, pair{key, value})
		if p.is(end) {
			return e, p.advance()
		}
		if err := p.expect(","); err != nil {
			return expression{}, err
		}
		if p.is(end) {
			return e, p.advance()
		}
		if key, err = p.expression(); err != nil {
			return expression{}, err
		}
	}
}

// signed reads a number with a sign.
func (p *parser) signed(sign string) (expression, error) {
	if err := p.advance(); err != nil {
		return expression{}, err
	}
	if p.ahead.kind != numberToken {
		return expression{}, errors.New("a sign without a number")
	}
	e, err := numeric(sign, p.ahead.text)
	return p.taken(e, err)
}

// numeric reads a number: decimal, 0x hexadecimal, octal with a leading zero, or with a fraction.
func numeric(sign, text string) (expression, error) {
	hexadecimal := strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X")
	if !hexadecimal && strings.ContainsAny(text, ".eE") {
		value, err := strconv.ParseFloat(sign+text, 64)
		if err != nil {
			return expression{}, fmt.Errorf("%q is not a number", text)
		}
		return expression{form: fractionForm, fraction: value}, nil
	}
	base := 10
	digits := text
	switch {
	case hexadecimal:
		base, digits = 16, text[2:]
	case len(text) > 1 && text[0] == '0':
		base = 8
	}
	value, ok := new(big.Int).SetString(sign+digits, base)
	if !ok || strings.Contains(digits, "_") {
		return expression{}, fmt.Errorf("%q is not a number", text)
	}
	return expression{form: wholeForm, whole: value}, nil
}
