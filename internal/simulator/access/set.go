// SPDX-License-Identifier: MPL-2.0

package access

import "slices"

// set holds values in the order in which they were added. Its zero value is empty.
type set[T comparable] struct {
	values []T
	index  map[T]struct{}
}

// newSet returns a set of the values.
func newSet[T comparable](values []T) set[T] {
	var s set[T]
	for _, v := range values {
		s.add(v)
	}
	return s
}

// add adds a value, once.
func (s *set[T]) add(value T) {
	if s.has(value) {
		return
	}
	if s.index == nil {
		s.index = make(map[T]struct{})
	}
	s.index[value] = struct{}{}
	s.values = append(s.values, value)
}

// remove removes a value, if it is there.
func (s *set[T]) remove(value T) {
	if !s.has(value) {
		return
	}
	delete(s.index, value)
	s.values = slices.DeleteFunc(s.values, func(v T) bool { return v == value })
}

func (s *set[T]) has(value T) bool {
	_, ok := s.index[value]
	return ok
}

// list returns a copy of the values, never nil.
func (s *set[T]) list() []T {
	return append([]T{}, s.values...)
}

// equal reports whether both sets hold the same values.
func (s *set[T]) equal(other *set[T]) bool {
	return len(s.values) == len(other.values) &&
		!slices.ContainsFunc(s.values, func(v T) bool { return !other.has(v) })
}
