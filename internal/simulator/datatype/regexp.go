// SPDX-License-Identifier: MPL-2.0

package datatype

import "slices"

// pattern is a regular expression of Ruby. Go's own package has no look-around, no back references and other anchors.
type pattern struct {
	source string
	match  matcher
	groups int
}

// state is a match in progress.
type state struct {
	text []rune
	// groups are the captured parts: begin and end of each, -1 where there is none.
	groups []int
	// steps is how many more steps are taken: a pattern that needs more does not match.
	steps int
}

// matcher matches a part of a pattern from a position on, and asks what follows whether the rest matches from where it has ended.
type matcher func(s *state, at int, next func(int) bool) bool

// mostSteps bounds the work of one match.
const mostSteps = 1_000_000

// matches reports whether the pattern matches anywhere in a text.
func (p *pattern) matches(text string) bool {
	s := &state{text: []rune(text), groups: make([]int, 2*(p.groups+1)), steps: mostSteps}
	for at := 0; at <= len(s.text); at++ {
		for i := range s.groups {
			s.groups[i] = -1
		}
		if p.match(s, at, func(int) bool { return true }) {
			return true
		}
	}
	return false
}

// one matches a character of a set.
func one(in func(rune) bool) matcher {
	return func(s *state, at int, next func(int) bool) bool {
		s.steps--
		return s.steps > 0 && at < len(s.text) && in(s.text[at]) && next(at+1)
	}
}

// assert matches nothing, at positions of which something holds.
func assert(holds func(s *state, at int) bool) matcher {
	return func(s *state, at int, next func(int) bool) bool { return holds(s, at) && next(at) }
}

func nothing(_ *state, at int, next func(int) bool) bool { return next(at) }

// sequence matches one part after the other.
func sequence(parts []matcher) matcher {
	if len(parts) == 0 {
		return nothing
	}
	if len(parts) == 1 {
		return parts[0]
	}
	first, rest := parts[0], sequence(parts[1:])
	return func(s *state, at int, next func(int) bool) bool {
		return first(s, at, func(at int) bool { return rest(s, at, next) })
	}
}

// branches matches one of several.
func branches(all []matcher) matcher {
	return func(s *state, at int, next func(int) bool) bool {
		return slices.ContainsFunc(all, func(m matcher) bool { return m(s, at, next) })
	}
}

// repeated matches a part several times, as often as possible or as seldom as possible. A negative most is no limit.
func repeated(m matcher, least, most int, lazy bool) matcher {
	var times func(s *state, at, done int, next func(int) bool) bool
	times = func(s *state, at, done int, next func(int) bool) bool {
		if s.steps--; s.steps <= 0 {
			return false
		}
		again := func() bool {
			return (most < 0 || done < most) && m(s, at, func(to int) bool {
				// What matches nothing is not repeated for ever.
				return (to > at || done < least) && times(s, to, done+1, next)
			})
		}
		switch {
		case done < least:
			return again()
		case lazy:
			return next(at) || again()
		default:
			return again() || next(at)
		}
	}
	return func(s *state, at int, next func(int) bool) bool { return times(s, at, 0, next) }
}

// atomic matches a part in the first way that is possible, and in no other.
func atomic(m matcher) matcher {
	return func(s *state, at int, next func(int) bool) bool {
		end := -1
		return m(s, at, func(to int) bool { end = to; return true }) && next(end)
	}
}

// ahead looks at what follows.
func ahead(m matcher, wanted bool) matcher {
	return assert(func(s *state, at int) bool { return m(s, at, func(int) bool { return true }) == wanted })
}

// behind looks at what comes before.
func behind(m matcher, wanted bool) matcher {
	return assert(func(s *state, at int) bool {
		for from := at; from >= 0; from-- {
			if m(s, from, func(to int) bool { return to == at }) {
				return wanted
			}
		}
		return !wanted
	})
}

// captured remembers what a part has matched.
func captured(m matcher, group int) matcher {
	return func(s *state, at int, next func(int) bool) bool {
		return m(s, at, func(to int) bool {
			before := [2]int{s.groups[2*group], s.groups[2*group+1]}
			s.groups[2*group], s.groups[2*group+1] = at, to
			if next(to) {
				return true
			}
			s.groups[2*group], s.groups[2*group+1] = before[0], before[1]
			return false
		})
	}
}

// reference matches once more what a group has matched.
func reference(group int) matcher {
	return func(s *state, at int, next func(int) bool) bool {
		begin, end := s.groups[2*group], s.groups[2*group+1]
		if begin < 0 || at+end-begin > len(s.text) || !slices.Equal(s.text[begin:end], s.text[at:at+end-begin]) {
			return false
		}
		return next(at + end - begin)
	}
}

// The anchors. At the very end of a text, after its last line break, no line begins.
func lineBegins(s *state, at int) bool {
	return at == 0 || (s.text[at-1] == '\n' && at < len(s.text))
}
func lineEnds(s *state, at int) bool   { return at == len(s.text) || s.text[at] == '\n' }
func textBegins(_ *state, at int) bool { return at == 0 }
func textEnds(s *state, at int) bool   { return at == len(s.text) }
func textNearlyEnds(s *state, at int) bool {
	return at == len(s.text) || (at == len(s.text)-1 && s.text[at] == '\n')
}

func wordEdge(s *state, at int) bool {
	before := at > 0 && isWordRune(s.text[at-1])
	after := at < len(s.text) && isWordRune(s.text[at])
	return before != after
}
