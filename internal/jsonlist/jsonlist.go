// SPDX-License-Identifier: MPL-2.0

// Package jsonlist decodes the lists in answers one item at a time, while they are read, because a list that is held whole takes as much
// memory as its text, and decoded many times as much.
package jsonlist

import (
	"errors"
	"fmt"
	"io"
)

// MostItems is how many items a list may have. Puppet Enterprise has none of this length.
const MostItems = 1_000_000

// ErrEndless says that a list has more items than any list of Puppet Enterprise.
var ErrEndless = errors.New("the list does not end")

// errNoItems is the error for an answer that lists nothing, not even an empty list.
var errNoItems = errors.New("it is not a list, because it has no items")

// errNoObject is the error for an answer that should have a list among its members.
var errNoObject = errors.New("it is not an object")

// Answer is an answer that is a list. A null is not a list.
type Answer[T any] []T

// DecodeStream decodes an answer while it is read.
func (a *Answer[T]) DecodeStream(r io.Reader) (err error) {
	*a, err = collect(func(each func(T) error) error { return Read(r, each) })
	return err
}

func errTooMany() error {
	return fmt.Errorf("%w: it has more than %d items, and Puppet Enterprise has no list of that length, so something else may be answering",
		ErrEndless, MostItems)
}
