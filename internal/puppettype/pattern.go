// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pattern accepts strings in which one of some regular expressions matches, anywhere in the string.
type pattern struct {
	expressions []expressionPattern
}

// expressionPattern is one Ruby regular expression.
type expressionPattern struct {
	// source is the expression as written in Puppet.
	source string
	// compiled is nil for an expression that Go cannot express. It then matches everything.
	compiled *regexp.Regexp
	// program is the expression for [lines], nil for one without the begin of a line.
	program *syntax.Prog
	// asciiOnly is true when both languages agree only for ASCII. Other strings then match.
	asciiOnly bool
}

func (e expressionPattern) match(text string) bool {
	switch {
	case e.compiled == nil || e.asciiOnly && !isASCII(text):
		return true
	case e.program != nil && strings.HasSuffix(text, "\n"):
		return lines{e.program}.match(text)
	default:
		return e.compiled.MatchString(text)
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (t pattern) check(value any, at string) []Problem {
	if isUnknown(value) {
		return nil
	}
	given, ok := value.(string)
	if !ok {
		return mismatch(t, value, at)
	}
	for _, e := range t.expressions {
		if e.match(given) {
			return nil
		}
	}
	if len(t.expressions) == 0 {
		return nil
	}
	return mismatch(t, value, at)
}

func (t pattern) describe() string {
	if len(t.expressions) == 0 {
		return "a string"
	}
	sources := make([]string, len(t.expressions))
	for i, e := range t.expressions {
		sources[i] = "`/" + e.source + "/`"
	}
	return "a string that matches " + either(sources)
}

// buildPattern makes a Pattern of regular expressions, strings that hold some, Regexp types and other Patterns.
func buildPattern(arguments []expression) (node, error) {
	var p pattern
	for _, argument := range arguments {
		switch {
		case argument.form == regexpForm || argument.form == stringForm:
			p.expressions = append(p.expressions, compile(argument.text))
		case argument.form == typeForm && (strings.EqualFold(argument.text, "pattern") || strings.EqualFold(argument.text, "regexp")):
			inner, err := buildPattern(argument.arguments)
			if err != nil {
				return nil, err
			}
			if nested, ok := inner.(pattern); ok {
				p.expressions = append(p.expressions, nested.expressions...)
			}
			if len(argument.arguments) == 0 {
				p.expressions = append(p.expressions, expressionPattern{})
			}
		case argument.form == typeForm && !known(argument.text):
			// An alias, which may stand for any patterns.
			p.expressions = append(p.expressions, expressionPattern{source: argument.text})
		default:
			return nil, errors.New("its arguments are regular expressions")
		}
	}
	return p, nil
}

// compile translates an expression. What cannot be translated matches everything or, if possible, just more than it does in Ruby, because a
// value that the server accepts must not be refused.
func compile(source string) expressionPattern {
	e := expressionPattern{source: source}
	t := translator{source: source}
	translated, err := t.translate()
	if err != nil {
		return e
	}
	// In Ruby, ^ and $ always match at lines.
	compiled, err := regexp.Compile("(?m)" + translated)
	if err != nil {
		return e
	}
	e.compiled, e.asciiOnly, e.program = compiled, t.asciiOnly, lineProgram("(?m)"+translated)
	return e
}

// translator turns a Ruby regular expression into one of Go.
type translator struct {
	source string
	at     int
	out    strings.Builder
	// asciiOnly is set when something has the same meaning only for ASCII: word boundaries, POSIX classes and cases.
	asciiOnly bool
}

func (t *translator) rest() string { return t.source[t.at:] }

func (t *translator) copy(length int) {
	t.out.WriteString(t.rest()[:length])
	t.at += length
}

func (t *translator) replace(length int, by string) {
	t.out.WriteString(by)
	t.at += length
}

func (t *translator) translate() (string, error) {
	for t.at < len(t.source) {
		if err := t.step(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

func (t *translator) step() error {
	rest := t.rest()
	switch {
	case rest[0] == '\\':
		return t.escape()
	case rest[0] == '[':
		return t.class()
	case strings.HasPrefix(rest, "(?"):
		return t.group()
	case rest[0] == '{':
		return t.repetition()
	case strings.IndexByte("*+?", rest[0]) >= 0 && strings.HasPrefix(rest[1:], "+"):
		// A possessive repetition matches at most what one that backtracks matches.
		t.replace(2, rest[:1])
		return nil
	default:
		t.copy(1)
		return nil
	}
}

// escape translates a backslash outside a character class.
func (t *translator) escape() error {
	rest := t.rest()
	if len(rest) < 2 {
		return errors.New("a backslash at the end")
	}
	switch c := rest[1]; c {
	case 'h':
		t.replace(2, "[0-9a-fA-F]")
	case 'H':
		t.replace(2, "[^0-9a-fA-F]")
	case 's':
		t.replace(2, `[\t\n\v\f\r ]`)
	case 'S':
		t.replace(2, `[^\t\n\v\f\r ]`)
	case 'Z':
		t.replace(2, `(?:\n?\z)`)
	case 'b', 'B':
		t.asciiOnly = true
		t.copy(2)
	case 'A', 'z', 'd', 'D', 'w', 'W':
		t.copy(2)
	default:
		return t.character()
	}
	return nil
}

// character translates an escape that stands for a character, inside a class or outside.
func (t *translator) character() error {
	rest := t.rest()
	switch c := rest[1]; {
	case c == 'e':
		t.replace(2, `\x1b`)
	case c == 'u':
		return t.codePoint()
	case c == '0':
		return t.octal()
	case strings.IndexByte("fnrtvaxpP", c) >= 0 || c < utf8.RuneSelf && !isWord(c):
		t.copy(2)
	default:
		// Back references, \G, \K, \R, \X and more, and letters that only mean something in Go: \Q, \C, \E.
		return fmt.Errorf("the escape \\%c", c)
	}
	return nil
}

// codePoint translates the four digits of \u00e9, and the one character of \u{e9}.
func (t *translator) codePoint() error {
	const length = len(`\u00e9`)
	rest := t.rest()
	if digits, end, found := strings.Cut(strings.TrimPrefix(rest, `\u{`), "}"); found && strings.HasPrefix(rest, `\u{`) {
		t.replace(len(rest)-len(end), `\x{`+digits+`}`)
		return nil
	}
	if len(rest) < length {
		return errors.New(`the escape \u`)
	}
	t.replace(length, `\x{`+rest[2:length]+`}`)
	return nil
}

// octal translates \0 and the up to two digits that follow.
func (t *translator) octal() error {
	digits := t.rest()[1:]
	digits = digits[:spanOf(digits[:min(len(digits), len("012"))], isOctal)]
	value, err := strconv.ParseUint(digits, 8, 8)
	if err != nil {
		return fmt.Errorf("the escape \\%s: %w", digits, err)
	}
	t.replace(1+len(digits), fmt.Sprintf(`\x%02x`, value))
	return nil
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }

// class translates a character class. Ruby has sets of sets, which Go does not.
func (t *translator) class() error {
	t.copy(1)
	if strings.HasPrefix(t.rest(), "^") {
		t.copy(1)
	}
	for first := true; t.at < len(t.source); first = false {
		rest := t.rest()
		switch {
		case rest[0] == ']' && !first:
			t.copy(1)
			return nil
		case strings.HasPrefix(rest, "[:"):
			if err := t.posix(); err != nil {
				return err
			}
		case rest[0] == '[' || strings.HasPrefix(rest, "&&"):
			return errors.New("a set of sets")
		case rest[0] == '\\':
			if err := t.classEscape(); err != nil {
				return err
			}
		default:
			t.copy(1)
		}
	}
	return errors.New("a character class without an end")
}

func (t *translator) posix() error {
	end := strings.Index(t.rest(), ":]")
	if end < 0 {
		return errors.New("a POSIX class without an end")
	}
	// In Ruby, too, the digits of hexadecimal numbers are ASCII only.
	t.asciiOnly = t.asciiOnly || !strings.Contains(t.rest()[:end], "xdigit")
	t.copy(end + len(":]"))
	return nil
}

// classEscape translates a backslash inside a character class.
func (t *translator) classEscape() error {
	rest := t.rest()
	if len(rest) < 2 {
		return errors.New("a backslash at the end")
	}
	switch rest[1] {
	case 'h':
		t.replace(2, "0-9a-fA-F")
	case 's':
		t.replace(2, `\t\n\v\f\r `)
	case 'b':
		t.replace(2, `\x08`)
		return nil
	case 'd', 'D', 'w', 'W', 'S':
		t.copy(2)
	default:
		return t.character()
	}
	// A hyphen that follows a set is a character of its own.
	if strings.HasPrefix(t.rest(), "-") {
		t.replace(1, `\-`)
	}
	return nil
}

// group translates what begins with (? if Go has it. A lookaround is left out, and an atomic group may backtrack: both then match where
// they do in Ruby, and more.
func (t *translator) group() error {
	rest := t.rest()
	switch {
	case slices.ContainsFunc([]string{"(?=", "(?!", "(?<=", "(?<!"}, func(start string) bool { return strings.HasPrefix(rest, start) }):
		return t.leaveOut()
	case strings.HasPrefix(rest, "(?>"):
		t.replace(len("(?>"), "(?:")
		return nil
	case strings.HasPrefix(rest, "(?<") && len(rest) > 3 && isLowerOrUpper(rest[3]):
		t.copy(len("(?<"))
		return nil
	}
	return t.options()
}

// leaveOut skips a group.
func (t *translator) leaveOut() error {
	kept := t.out.String()
	for depth := 0; t.at < len(t.source); t.at++ {
		switch t.source[t.at] {
		case '\\':
			t.at++
		case '[':
			if err := t.class(); err != nil {
				return err
			}
			t.at--
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > 0 {
			continue
		}
		t.at++
		t.out.Reset()
		t.out.WriteString(kept)
		if strings.IndexAny(t.rest(), "*+?{") == 0 {
			return errors.New("a repetition of nothing")
		}
		return nil
	}
	return errors.New("a group without an end")
}

// options translates those of a group, or of everything that follows. They have other letters in Ruby.
func (t *translator) options() error {
	rest := t.rest()
	end := strings.IndexAny(rest, ":)")
	if end < 0 {
		return errors.New("a group without an end")
	}
	on, off, _ := strings.Cut(rest[len("(?"):end], "-")
	if strings.Trim(on, "mi") != "" || strings.Trim(off, "mix") != "" {
		return errors.New("a group that Go does not have")
	}
	// Options in the middle apply to the rest of a branch in Go, and to all following branches in Ruby.
	if rest[end] == ')' && t.at > 0 && strings.Contains(t.source, "|") {
		return errors.New("options before branches")
	}
	if strings.Contains(on, "i") {
		// Case folding turns some letters beyond ASCII into two.
		if !isASCII(t.source) {
			return errors.New("cases beyond ASCII")
		}
		t.asciiOnly = true
	}
	// Ruby's m is Go's s. Nothing was extended, so x need not be turned off.
	goFlags := strings.NewReplacer("m", "s", "x", "")
	flags := goFlags.Replace(on)
	if without := goFlags.Replace(off); without != "" {
		flags += "-" + without
	}
	if flags == "" && rest[end] == ')' {
		t.at += end + 1
		return nil
	}
	t.replace(end+1, "(?"+flags+rest[end:end+1])
	return nil
}

// repetition translates {,n}, which Go would read as characters. {n}? is optional in Ruby and lazy in Go.
func (t *translator) repetition() error {
	rest := t.rest()
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		t.copy(1)
		return nil
	}
	counts := rest[1:end]
	switch {
	case strings.HasPrefix(counts, ",") && len(counts) > 1 && spanOf(counts[1:], isDigit) == len(counts)-1:
		t.replace(end+1, "{0"+counts+"}")
	case counts != "" && spanOf(counts, isDigit) == len(counts) && strings.HasPrefix(rest[end+1:], "?"):
		return errors.New("an optional repetition")
	default:
		t.copy(1)
	}
	return nil
}
