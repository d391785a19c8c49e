// SPDX-License-Identifier: MPL-2.0

package puppettype

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// lines runs a program of Go's regular expressions as Ruby would: after the line break that ends a text, no line begins. Go has no
// expression for that. Like Go's own, it takes time in proportion to the length of the text.
type lines struct{ program *syntax.Prog }

// lineProgram returns the program of an expression that asks for the begin of a line, nil for any other.
func lineProgram(expression string) *syntax.Prog {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || !slices.ContainsFunc(program.Inst, asksForLine) {
		return nil
	}
	return program
}

func asksForLine(i syntax.Inst) bool {
	return i.Op == syntax.InstEmptyWidth && i.Arg&uint32(syntax.EmptyBeginLine) != 0
}

// match reports whether the expression matches anywhere in a text.
func (l lines) match(text string) bool {
	current, following := make([]bool, len(l.program.Inst)), make([]bool, len(l.program.Inst))
	before := rune(-1)
	for at := 0; ; {
		after, size := rune(-1), 0
		if at < len(text) {
			after, size = utf8.DecodeRuneInString(text[at:])
		}
		holds := syntax.EmptyOpContext(before, after)
		if before == '\n' && after < 0 {
			holds &^= syntax.EmptyBeginLine
		}
		if l.follow(current, l.program.Start, holds) || slices.ContainsFunc(l.ready(current), func(pc int) bool {
			return l.follow(current, pc, holds)
		}) {
			return true
		}
		if at == len(text) {
			return false
		}
		clear(following)
		for pc, active := range current {
			if i := l.program.Inst[pc]; active && consumes(i) && i.MatchRune(after) {
				following[i.Out] = true
			}
		}
		current, following = following, current
		before, at = after, at+size
	}
}

// ready are the instructions that are reached and not followed yet.
func (l lines) ready(active []bool) (all []int) {
	for pc, is := range active {
		if is && !consumes(l.program.Inst[pc]) {
			active[pc] = false
			all = append(all, pc)
		}
	}
	return all
}

// follow marks what can be reached from an instruction without a character, and reports whether the match ends there.
func (l lines) follow(active []bool, pc int, holds syntax.EmptyOp) bool {
	if active[pc] {
		return false
	}
	active[pc] = true
	switch i := l.program.Inst[pc]; i.Op {
	case syntax.InstMatch:
		return true
	case syntax.InstAlt, syntax.InstAltMatch:
		return l.follow(active, int(i.Out), holds) || l.follow(active, int(i.Arg), holds)
	case syntax.InstCapture, syntax.InstNop:
		return l.follow(active, int(i.Out), holds)
	case syntax.InstEmptyWidth:
		return i.Arg&^uint32(holds) == 0 && l.follow(active, int(i.Out), holds)
	default:
		return false
	}
}

func consumes(i syntax.Inst) bool {
	switch i.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	default:
		return false
	}
}
