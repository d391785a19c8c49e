// SPDX-License-Identifier: MPL-2.0

// Package jsonlist decodes the lists in answers. It finds the items first, as parts of the answer, and decodes each when its turn comes:
// beside the answer, only the decoded items that the caller keeps take memory, and these take many times as much as their text.
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

// Find finds the list that an answer is. The answer must not be changed later.
func Find(answer []byte) (found List, err error) {
	d := json.NewDecoder(bytes.NewReader(answer))
	if found, err = listOf(d, answer); err == nil {
		err = end(d)
	}
	if err != nil {
		return nil, err
	}
	return found, found.Check()
}

// FindIn finds the members of an answer that is an object: a list, which is a *List, is found and not decoded, any other member is decoded
// into what is given for it. Members that nobody asks for are not kept. The answer must not be changed later.
func FindIn(answer []byte, members map[string]any) error {
	d := json.NewDecoder(bytes.NewReader(answer))
	if err := expect(d, '{'); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		switch into := members[name].(type) {
		case nil:
			err = d.Decode(new(extent))
		case *List:
			if *into, err = listOf(d, answer); err != nil {
				err = fmt.Errorf("its %s: %w", name, err)
			}
		default:
			err = d.Decode(into)
		}
		if err != nil {
			return err
		}
	}
	if err := expect(d, '}'); err != nil {
		return err
	}
	return end(d)
}

// listOf finds the list that comes next, nil for null.
func listOf(d *json.Decoder, answer []byte) (List, error) {
	begin, err := d.Token()
	switch {
	case err != nil:
		return nil, err
	case begin == nil:
		return nil, nil
	case begin != json.Delim('['):
		return nil, errors.New("not a list")
	}
	list := List{}
	for d.More() {
		var size extent
		if err := d.Decode(&size); err != nil {
			return nil, err
		}
		if len(list) == MostItems {
			return nil, fmt.Errorf("%w: it has more than %d items, and Puppet Enterprise has no list of that length, so something else may be "+
				"answering", ErrEndless, MostItems)
		}
		after := d.InputOffset()
		list = append(list, answer[after-int64(size):after:after])
	}
	return list, expect(d, ']')
}

func expect(d *json.Decoder, delimiter json.Delim) error {
	got, err := d.Token()
	if err == nil && got != delimiter {
		err = fmt.Errorf("it has no %s where one belongs", delimiter)
	}
	return err
}

// end refuses an answer after which something follows.
func end(d *json.Decoder) error {
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the answer")
	}
	return nil
}

// extent is the length of a JSON value, of which nothing is kept.
type extent int64

// UnmarshalJSON implements [json.Unmarshaler].
func (e *extent) UnmarshalJSON(data []byte) error {
	*e = extent(len(data))
	return nil
}
