// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// pqlToken is one word, sign, number or text of a PQL query. Texts in double quotes have the escapes of JSON; in single quotes only a quote
// is escaped.
var pqlToken = regexp.MustCompile(`^(?:"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|` +
	`'(?:[^'\\]|\\.)*'|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|` +
	`[a-zA-Z_][a-zA-Z0-9_]*\??(?:\.(?:"(?:[^"\\]|\\.)*"|[-a-zA-Z0-9_]+\??)|\[[0-9]+\])*|!=|!~|~>|>=|<=|[=~<>!(){}\[\],])`)

// pqlComparisons are the signs between a field and a value.
var pqlComparisons = []string{"=", "!=", "~", "!~", "~>", ">", ">=", "<", "<="}

// pqlReader reads a PQL query by its grammar. It stops at the first thing that has no place in it.
type pqlReader struct {
	tokens []string
	at     int
	wrong  string
}

// readPQL says what is wrong with a query by the grammar, or "".
func readPQL(text string) string {
	r := &pqlReader{}
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		token := pqlToken.FindString(rest)
		if token == "" && rest[0] == '"' {
			return fmt.Sprintf("%.20q has a backslash that means nothing in double quotes: write it twice, or put the text into single quotes",
				rest)
		}
		if token == "" {
			return fmt.Sprintf("%.20q has no place in it", rest)
		}
		r.tokens, rest = append(r.tokens, token), rest[len(token):]
	}
	r.query()
	if r.wrong == "" && r.at < len(r.tokens) {
		return fmt.Sprintf("%s follows after its end", r.peek())
	}
	return r.wrong
}

func (r *pqlReader) peek() string {
	if r.wrong != "" || r.at >= len(r.tokens) {
		return ""
	}
	return r.tokens[r.at]
}

// take takes the next token if it is one of those that are given.
func (r *pqlReader) take(tokens ...string) bool {
	if next := r.peek(); next == "" || !slices.Contains(tokens, next) {
		return false
	}
	r.at++
	return true
}

// expect takes the next token, which has to be a certain one.
func (r *pqlReader) expect(token, where string) {
	if !r.take(token) {
		r.miss(token, where)
	}
}

// miss notes what is missing.
func (r *pqlReader) miss(what, where string) {
	if r.wrong != "" {
		return
	}
	found := "the query ends"
	if r.at < len(r.tokens) {
		found = "there is " + r.tokens[r.at]
	}
	r.wrong = fmt.Sprintf("%s is expected %s, and %s", what, where, found)
}

// word takes a name of a field or an entity.
func (r *pqlReader) word(where string) string {
	next := r.peek()
	if next == "" || !isPQLWord(next) {
		r.miss("a name", where)
		return ""
	}
	r.at++
	return next
}

func isPQLWord(token string) bool {
	c := token[0]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// query is an entity, its projection, and what is in the braces.
func (r *pqlReader) query() {
	entity := r.word("at the beginning")
	if r.take("[") {
		for !r.take("]") && r.wrong == "" {
			r.column()
			if r.peek() != "]" {
				r.expect(",", "between two fields of "+entity+"[…]")
			}
		}
	}
	r.expect("{", "after "+entity)
	r.filter()
	r.expect("}", "after the conditions of "+entity)
}

// column is a field, or a function of one.
func (r *pqlReader) column() {
	r.word("in the list of fields")
	if !r.take("(") {
		return
	}
	for !r.take(")") && r.wrong == "" {
		if r.peek() == "" {
			r.miss(")", "after a function")
			return
		}
		r.at++
	}
}

// filter are conditions and what follows them: order, limit, groups.
func (r *pqlReader) filter() {
	if next := r.peek(); next != "}" && !r.atModifier() {
		r.either()
	}
	if r.peek() == "group" && r.atModifier() {
		r.modifier()
		return
	}
	for r.peek() != "group" && r.atModifier() {
		r.modifier()
	}
}

func (r *pqlReader) atModifier() bool {
	following := ""
	if r.at+1 < len(r.tokens) {
		following = r.tokens[r.at+1]
	}
	switch r.peek() {
	case "group", "order":
		return following == "by"
	case "limit", "offset":
		return !slices.Contains(pqlComparisons, following) && following != "in" && following != "is"
	default:
		return false
	}
}

func (r *pqlReader) modifier() {
	kind := r.peek()
	r.at++
	if kind == "limit" || kind == "offset" {
		if next := r.peek(); next == "" || next[0] < '0' || next[0] > '9' {
			r.miss("a number", "after "+kind)
			return
		}
		r.at++
		return
	}
	r.expect("by", "after "+kind)
	for {
		r.column()
		r.take("asc", "desc")
		if !r.take(",") {
			return
		}
	}
}

func (r *pqlReader) either() {
	r.all()
	for r.take("or") {
		r.all()
	}
}

func (r *pqlReader) all() {
	r.condition()
	for r.take("and") {
		r.condition()
	}
}

func (r *pqlReader) condition() {
	switch {
	case r.take("!"):
		r.condition()
	case r.take("("):
		r.either()
		r.expect(")", "after the conditions in brackets")
	case r.take("["):
		for !r.take("]") && r.wrong == "" {
			r.word("in a list of fields")
			r.take(",")
		}
		r.expect("in", "after a list of fields")
		r.set()
	default:
		r.comparison()
	}
}

// comparison is a field with a value, or another entity that belongs to the same node.
func (r *pqlReader) comparison() {
	begin := r.at
	field := r.word("in a condition")
	if next := r.peek(); next == "{" || next == "[" {
		r.at = begin
		r.query()
		return
	}
	switch {
	case r.take("in"):
		r.set()
	case r.take("is"):
		r.take("not")
		r.expect("null", "after is")
	case r.take(pqlComparisons...):
		r.value(field)
	default:
		r.miss("a comparison (=, ~, <, >, in)", "after "+field)
	}
}

// set is a list of values or a query, after in.
func (r *pqlReader) set() {
	if next := r.peek(); next == "" || isPQLWord(next) {
		r.query()
		return
	}
	r.value("in")
}

func (r *pqlReader) value(field string) {
	next := r.peek()
	switch {
	case next == "[":
		r.at++
		for !r.take("]") && r.wrong == "" {
			r.value(field)
			if r.peek() != "]" {
				r.expect(",", "between two values")
			}
		}
	case next == "true", next == "false", next != "" && strings.ContainsRune(`"'-0123456789`, rune(next[0])):
		r.at++
	case next != "" && isPQLWord(next):
		r.miss(fmt.Sprintf("a value (strings are in quotes: %q)", next), "after "+field)
	default:
		r.miss("a value", "after "+field)
	}
}
