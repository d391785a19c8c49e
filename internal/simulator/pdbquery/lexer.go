// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"fmt"
	"strings"
)

// kind is the kind of a token of PQL.
type kind int

const (
	end kind = iota
	word
	text
	numeric
	symbol
)

// token is a piece of PQL text.
type token struct {
	kind kind
	// text is the token as it was written; for a string, its content.
	text string
	// path are the parts of a word with dots.
	path []string
	// at is where the token starts.
	at int
}

// lexer splits PQL text into tokens.
type lexer struct {
	source string
	at     int
}

// symbols lists operators and punctuation, longer ones before their prefixes.
func symbols() []string {
	return []string{"<=", ">=", "!=", "!~", "~>", "=", "~", "<", ">", "!", "(", ")", "[", "]", "{", "}", ","}
}

// next returns the next token.
func (l *lexer) next() (token, error) {
	l.skip()
	if l.at == len(l.source) {
		return token{kind: end, at: l.at}, nil
	}
	switch c := l.source[l.at]; {
	case c == '"' || c == '\'':
		start := l.at
		value, err := l.quoted(c)
		return token{kind: text, text: value, at: start}, err
	case isDigit(c) || (c == '-' && l.at+1 < len(l.source) && isDigit(l.source[l.at+1])):
		return l.number(), nil
	case isWord(c):
		return l.word()
	}
	for _, s := range symbols() {
		if strings.HasPrefix(l.source[l.at:], s) {
			l.at += len(s)
			return token{kind: symbol, text: s, at: l.at - len(s)}, nil
		}
	}
	return token{}, l.fail(l.at, "an operator")
}

// skip skips white space. PQL has no comments.
func (l *lexer) skip() {
	for l.at < len(l.source) && strings.IndexByte(" \t\n\r", l.source[l.at]) >= 0 {
		l.at++
	}
}

// quoted reads a string. Double quotes have the escapes of JSON; in single ones a backslash is literal, except before a single quote.
func (l *lexer) quoted(quote byte) (string, error) {
	start := l.at
	l.at++
	var b strings.Builder
	for l.at < len(l.source) {
		c := l.source[l.at]
		l.at++
		switch {
		case c == quote:
			if quote == '\'' {
				return b.String(), nil
			}
			return l.unescaped(start)
		case c == '\\' && l.at < len(l.source):
			if l.source[l.at] != '\'' {
				b.WriteByte(c)
			}
			b.WriteByte(l.source[l.at])
			l.at++
		default:
			b.WriteByte(c)
		}
	}
	return "", l.fail(start, fmt.Sprintf("a closing %c", quote))
}

// unescaped returns the content of the string in double quotes that ends here.
func (l *lexer) unescaped(start int) (string, error) {
	// JSON has no line breaks in strings, and PQL does.
	source := strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(l.source[start:l.at])
	var text string
	if err := json.Unmarshal([]byte(source), &text); err != nil {
		return "", l.fail(start, "a string with the escapes of JSON")
	}
	return text, nil
}

func (l *lexer) number() token {
	start := l.at
	l.at++
	for l.at < len(l.source) && strings.IndexByte("0123456789.eE+-", l.source[l.at]) >= 0 {
		l.at++
	}
	return token{kind: numeric, text: l.source[start:l.at], at: start}
}

// word reads a name with its path, such as facts.os.name, facts."key with dots" or facts.disks[0].
func (l *lexer) word() (token, error) {
	start := l.at
	var path []string
	for {
		part, err := l.part()
		if err != nil {
			return token{}, err
		}
		path = append(path, part)
		for l.at+1 < len(l.source) && l.source[l.at] == '[' && isDigit(l.source[l.at+1]) {
			l.at++
			index := l.at
			for l.at < len(l.source) && isDigit(l.source[l.at]) {
				l.at++
			}
			path = append(path, l.source[index:l.at])
			if l.at == len(l.source) || l.source[l.at] != ']' {
				return token{}, l.fail(l.at, "]")
			}
			l.at++
		}
		if l.at == len(l.source) || l.source[l.at] != '.' {
			return token{kind: word, text: l.source[start:l.at], path: path, at: start}, nil
		}
		l.at++
	}
}

func (l *lexer) part() (string, error) {
	if l.at < len(l.source) && (l.source[l.at] == '"' || l.source[l.at] == '\'') {
		return l.quoted(l.source[l.at])
	}
	start := l.at
	for l.at < len(l.source) && (isWord(l.source[l.at]) || isDigit(l.source[l.at])) {
		l.at++
	}
	if start < l.at && l.at < len(l.source) && l.source[l.at] == '?' {
		l.at++
	}
	if start == l.at {
		return "", l.fail(l.at, "a field name")
	}
	return l.source[start:l.at], nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
}

// fail returns the error for text that cannot be parsed from a place on.
func (l *lexer) fail(at int, expected ...string) error {
	return &parseError{source: l.source, at: min(at, len(l.source)), expected: expected}
}

// parseError is PuppetDB's error for text that it cannot parse.
type parseError struct {
	source   string
	at       int
	expected []string
}

// Error says where parsing stopped, shows the line with a mark under it, and lists what was expected.
func (e *parseError) Error() string {
	before := e.source[:e.at]
	line := strings.Count(before, "\n") + 1
	lineStart := strings.LastIndexByte(before, '\n') + 1
	shown, _, _ := strings.Cut(e.source[lineStart:], "\n")
	column := len(before) - lineStart + 1
	if e.source == "" {
		// Recorded servers show a missing text as null.
		shown = "null"
	}
	return fmt.Sprintf("PQL parse error at line %d, column %d:\n\n%s\n%s^\n\nExpected one of:\n\n%s\n",
		line, column, shown, strings.Repeat(" ", column-1), strings.Join(e.expected, "\n"))
}

// splitPath splits a field name in an AST.
func splitPath(name string) ([]string, error) {
	l := lexer{source: name}
	t, err := l.next()
	if err != nil || t.kind != word || l.at != len(name) {
		return nil, fmt.Errorf("'%s' is not a field", name)
	}
	return t.path, nil
}
