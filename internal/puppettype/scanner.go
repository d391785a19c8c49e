// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// token is one word of a type expression.
type token struct {
	kind tokenKind
	// text is the name, the digits, the punctuation, or the value of a literal.
	text string
}

type tokenKind int

const (
	endToken tokenKind = iota
	typeToken
	wordToken
	numberToken
	stringToken
	regexpToken
	punctuation
)

// scanner splits a type expression into tokens.
type scanner struct {
	text string
	at   int
}

func (s *scanner) rest() string { return s.text[s.at:] }

// next returns the next token. The end is a token of its own.
func (s *scanner) next() (token, error) {
	s.skip()
	rest := s.rest()
	if rest == "" {
		return token{kind: endToken}, nil
	}
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "=>"):
		return s.take(punctuation, 2), nil
	case strings.IndexByte("[]{},=-+", c) >= 0:
		return s.take(punctuation, 1), nil
	case c == '\'' || c == '"':
		return s.quoted(c)
	case c == '/':
		return s.regexp()
	case isDigit(c):
		return s.take(numberToken, spanOfNumber(rest)), nil
	case isUpper(c) || strings.HasPrefix(rest, "::"):
		return s.name()
	case isLower(c):
		return s.word(), nil
	default:
		r, _ := utf8.DecodeRuneInString(rest)
		return token{}, fmt.Errorf("unexpected %q", r)
	}
}

// skip skips white space and comments.
func (s *scanner) skip() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		case '#':
			end := strings.IndexByte(s.rest(), '\n')
			if end < 0 {
				end = len(s.rest())
			}
			s.at += end
		default:
			return
		}
	}
}

func (s *scanner) take(kind tokenKind, length int) token {
	t := token{kind: kind, text: s.rest()[:length]}
	s.at += length
	return t
}

// name reads the name of a type: Stdlib::Port.
func (s *scanner) name() (token, error) {
	s.at += len(s.rest()) - len(strings.TrimPrefix(s.rest(), "::"))
	begin := s.at
	for {
		rest := s.rest()
		if rest == "" || !isUpper(rest[0]) {
			return token{}, fmt.Errorf("not the name of a type: %q", s.text[begin:])
		}
		s.at += spanOf(rest, isWord)
		if !strings.HasPrefix(s.rest(), "::") {
			return token{kind: typeToken, text: s.text[begin:s.at]}, nil
		}
		s.at += len("::")
	}
}

// word reads a bare word. A hyphen is part of it where a letter or digit follows.
func (s *scanner) word() token {
	rest := s.rest()
	length := spanOf(rest, func(c byte) bool { return isWord(c) || c == '-' || c == ':' })
	return s.take(wordToken, len(strings.TrimRight(rest[:length], "-:")))
}

// quoted reads a string. It only understands what a constant can hold: no interpolation.
func (s *scanner) quoted(quote byte) (token, error) {
	var text strings.Builder
	rest := s.rest()
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == quote:
			s.at += i + 1
			return token{kind: stringToken, text: text.String()}, nil
		case c == '\\' && i+1 < len(rest):
			i++
			unescaped, err := unescape(rest[i], quote)
			if err != nil {
				return token{}, err
			}
			text.WriteString(unescaped)
		case c == '$' && quote == '"' && i+1 < len(rest) && (rest[i+1] == '{' || isWord(rest[i+1]) || rest[i+1] == ':'):
			return token{}, fmt.Errorf("an interpolated string: %s", rest)
		default:
			text.WriteByte(c)
		}
	}
	return token{}, fmt.Errorf("a string without an end: %s", rest)
}

// unescape returns the meaning of an escape in a string. An invalid escape stands for itself, including the backslash.
func unescape(c, quote byte) (string, error) {
	if quote == '\'' {
		if c == '\'' || c == '\\' {
			return string(c), nil
		}
		return "\\" + string(rune(c)), onlyASCII(c)
	}
	switch c {
	case 'n':
		return "\n", nil
	case 't':
		return "\t", nil
	case 'r':
		return "\r", nil
	case 's':
		return " ", nil
	case '"', '\'', '\\', '$':
		return string(c), nil
	case 'u', '\n', '\r':
		return "", fmt.Errorf("the escape \\%q in a string", c)
	default:
		return "\\" + string(rune(c)), onlyASCII(c)
	}
}

// onlyASCII refuses the first byte of a longer character, which must not be split.
func onlyASCII(c byte) error {
	if c >= utf8.RuneSelf {
		return errors.New("an escaped character outside of ASCII")
	}
	return nil
}

// regexp reads a regular expression between slashes, in one line.
func (s *scanner) regexp() (token, error) {
	rest := s.rest()
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\n':
			return token{}, errors.New("a regular expression of more than one line")
		case '\\':
			i++
		case '/':
			s.at += i + 1
			return token{kind: regexpToken, text: strings.ReplaceAll(rest[1:i], `\/`, `/`)}, nil
		}
	}
	return token{}, fmt.Errorf("a regular expression without an end: %s", rest)
}

// spanOfNumber is the length of a number, with the sign of its exponent if there is one.
func spanOfNumber(text string) int {
	inNumber := func(c byte) bool { return isWord(c) || c == '.' }
	length := spanOf(text, inNumber)
	exponent := !strings.HasPrefix(text, "0x") && strings.HasSuffix(strings.ToLower(text[:length]), "e")
	if exponent && length < len(text) && (text[length] == '-' || text[length] == '+') {
		length += 1 + spanOf(text[length+1:], inNumber)
	}
	return length
}

func spanOf(text string, in func(byte) bool) int {
	for i := range len(text) {
		if !in(text[i]) {
			return i
		}
	}
	return len(text)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' || c == '_' }
func isWord(c byte) bool  { return isDigit(c) || isUpper(c) || isLower(c) }
