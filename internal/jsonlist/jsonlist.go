// SPDX-License-Identifier: MPL-2.0

// Package jsonlist decodes the lists in answers. It finds the items first, as parts of the answer, and decodes each when its turn comes:
// beside the answer, only the decoded items that the caller keeps take memory, and these take many times as much as their text.
package jsonlist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// MostItems is how many items a list may have. Puppet Enterprise has none of this length.
const MostItems = 1_000_000

// ErrEndless says that a list has more items than any list of Puppet Enterprise.
var ErrEndless = errors.New("the list does not end")

// errNoItems is the error for an answer that lists nothing, not even an empty list.
var errNoItems = errors.New("it is not a list, because it has no items")

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

// All decodes all the items of a list.
func All[T any](l List) ([]T, error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	all := make([]T, 0, len(l))
	for item, err := range Items[T](l) {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

// Answer is an answer that is a list. A null is not a list.
type Answer[T any] []T

// DecodeBody decodes an answer, of which it keeps nothing.
func (a *Answer[T]) DecodeBody(body []byte) error {
	found, err := Find(body)
	if err == nil {
		*a, err = All[T](found)
	}
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
		return errors.New("it is not an object")
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
			return nil, fmt.Errorf("%w: it has more than %d items, and Puppet Enterprise has no list of that length, so something else may be "+
				"answering", ErrEndless, MostItems)
		}
		after := end(value, at)
		list = append(list, value[at:after:after])
		at = next(value, after)
	}
	return list, nil
}
