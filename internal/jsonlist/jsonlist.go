// SPDX-License-Identifier: MPL-2.0

// Package jsonlist decodes the lists in answers, one item at a time, because decoded they take many times as much memory as their text. An
// answer whose items are passed on at once is decoded while it is read ([Read], [ReadIn]), and is never held whole. In an answer that is
// kept for a while, the items are found first, as parts of it, and each is decoded when its turn comes ([Find], [FindIn]).
package jsonlist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// MostItems is how many items a list may have. Puppet Enterprise has none of this length.
const MostItems = 1_000_000

// ErrEndless says that a list has more items than any list of Puppet Enterprise.
var ErrEndless = errors.New("the list does not end")

// errNoItems is the error for an answer that lists nothing, not even an empty list.
var errNoItems = errors.New("it is not a list, because it has no items")

// errNoObject is the error for an answer that should have a list among its members.
var errNoObject = errors.New("it is not an object")

// List is a list whose items have not been decoded: they are parts of the answer, and keep it in memory. Nil is no list at all.
type List []json.RawMessage

// Check refuses what is not a list. An answer without items is not an empty list.
func (l List) Check() error {
	if l == nil {
		return errNoItems
	}
	return nil
}

// Items decodes the items of a list, one at a time, up to the first that cannot be decoded.
func Items[T any](l List) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, raw := range l {
			var item T
			err := json.Unmarshal(raw, &item)
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// Answer is an answer that is a list. A null is not a list.
type Answer[T any] []T

// DecodeStream decodes an answer while it is read.
func (a *Answer[T]) DecodeStream(r io.Reader) (err error) {
	*a, err = collect(func(each func(T) error) error { return Read(r, each) })
	return err
}

// Find finds the list that an answer is. The answer must not be changed later.
func Find(answer []byte) (List, error) {
	if err := check(answer); err != nil {
		return nil, err
	}
	found, err := listIn(bytes.TrimSpace(answer), "it")
	if err == nil {
		err = found.Check()
	}
	return found, err
}

// FindIn finds the members of an answer that is an object: a list, which is a *List, is found and not decoded, any other member is decoded
// into what is given for it. Members that nobody asks for are not kept. The answer must not be changed later.
func FindIn(answer []byte, members map[string]any) error {
	if err := check(answer); err != nil {
		return err
	}
	answer = bytes.TrimSpace(answer)
	if answer[0] != '{' {
		return errNoObject
	}
	for at := space(answer, 1); answer[at] != '}'; {
		colon := space(answer, end(answer, at))
		var name string
		if err := json.Unmarshal(answer[at:colon], &name); err != nil {
			return err
		}
		value := space(answer, colon+1)
		after := end(answer, value)
		if err := member(answer[value:after:after], name, members[name]); err != nil {
			return err
		}
		at = next(answer, after)
	}
	return nil
}

func member(value []byte, name string, into any) (err error) {
	switch into := into.(type) {
	case nil:
	case *List:
		*into, err = listIn(value, fmt.Sprintf("its %q", name))
	default:
		err = json.Unmarshal(value, into)
	}
	return err
}

// check says what is wrong with an answer that is not JSON.
func check(answer []byte) error {
	if json.Valid(answer) {
		return nil
	}
	return json.Unmarshal(answer, new(json.RawMessage))
}

func errTooMany() error {
	return fmt.Errorf("%w: it has more than %d items, and Puppet Enterprise has no list of that length, so something else may be answering",
		ErrEndless, MostItems)
}

// listIn finds the items of a list, nil for null. Errors call it what it is.
func listIn(value []byte, what string) (List, error) {
	switch value[0] {
	case 'n': // null
		return nil, nil
	case '[':
	default:
		return nil, fmt.Errorf("%s is not a list", what)
	}
	list := List{}
	for at := space(value, 1); value[at] != ']'; {
		if len(list) == MostItems {
			return nil, errTooMany()
		}
		after := end(value, at)
		list = append(list, value[at:after:after])
		at = next(value, after)
	}
	return list, nil
}
