// SPDX-License-Identifier: MPL-2.0

package jsonlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrStop is returned by a function that gets items to say that it wants no more of them. It ends the reading, and is no error.
var ErrStop = errors.New("no more items are wanted")

// mostPending is how long an item or another member of an answer may be, in bytes, because each is held whole. What nodes send back is at
// most 64 MB, unless somebody has raised that.
const mostPending = 128 << 20

// Read reads an answer that is a list, up to its end, and passes on each item once it has come. An error of the function ends the reading.
func Read[T any](r io.Reader, each func(T) error) error {
	s := newStream(r, mostPending)
	found, err := items(s, "it", each)
	if err == nil && !found {
		err = errNoItems
	}
	return s.end(err)
}

// ReadIn reads an answer that is an object with a list, up to its end, and passes on each item once it has come. The list is the first
// member with one of the names that is not null. Other members are decoded into what is given for them, or not at all.
func ReadIn[T any](r io.Reader, each func(T) error, others map[string]any, names ...string) error {
	return readIn(newStream(r, mostPending), each, others, names)
}

func readIn[T any](s stream, each func(T) error, others map[string]any, names []string) error {
	found := false
	err := s.members(func(name string) (err error) {
		switch into, wanted := others[name]; {
		case slices.Contains(names, name) && !found:
			found, err = items(s, fmt.Sprintf("its %q", name), each)
		case wanted:
			err = s.decode(into)
		default:
			err = s.skip()
		}
		return err
	})
	if err == nil && !found {
		err = errNoItems
	}
	return s.end(err)
}

// AllIn is [ReadIn] for who needs all the items. The slice is not nil, unless there is an error.
func AllIn[T any](r io.Reader, others map[string]any, names ...string) ([]T, error) {
	return collect(func(each func(T) error) error { return ReadIn(r, each, others, names...) })
}

// collect returns what is passed on by a function.
func collect[T any](read func(each func(T) error) error) ([]T, error) {
	all := []T{}
	err := read(func(item T) error {
		all = append(all, item)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// stream is an answer that is decoded while it is read.
type stream struct {
	*json.Decoder
	from *pending
}

func newStream(r io.Reader, most int) stream {
	from := &pending{from: r, most: most}
	return stream{json.NewDecoder(from), from}
}

// pending reads what no value has been made of yet, up to a bound.
type pending struct {
	from       io.Reader
	size, most int
}

// Read implements [io.Reader].
func (p *pending) Read(into []byte) (int, error) {
	if p.size > p.most {
		return 0, fmt.Errorf("one of its parts is longer than %d bytes", p.most)
	}
	n, err := p.from.Read(into)
	p.size += n
	return n, err
}

// decode decodes the next value.
func (s stream) decode(into any) error {
	err := s.Decode(into)
	s.from.size = 0
	return err
}

// skip goes over the next value.
func (s stream) skip() error { return s.decode(new(json.RawMessage)) }

// members calls a function before each value of an object.
func (s stream) members(value func(name string) error) error {
	token, err := s.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errNoObject
	}
	for s.More() {
		if token, err = s.Token(); err != nil {
			return err
		}
		name, _ := token.(string) // the decoder takes no other keys
		if err := value(name); err != nil {
			return err
		}
	}
	_, err = s.Token()
	return err
}

// items passes on the items of a list. found is false for null. Errors call the list what it is.
func items[T any](s stream, what string, each func(T) error) (found bool, err error) {
	token, err := s.Token()
	switch {
	case err != nil:
		return false, err
	case token == nil:
		return false, nil
	case token != json.Delim('['):
		return false, fmt.Errorf("%s is not a list", what)
	}
	for count := 0; s.More(); count++ {
		if count == MostItems {
			return true, errTooMany()
		}
		var item T
		if err := s.decode(&item); err != nil {
			return true, err
		}
		if err := each(item); err != nil {
			return true, err
		}
	}
	_, err = s.Token()
	return true, err
}

// end reads the end of an answer, unless an error has ended it before. Of an answer that ends too early or too late, the error is that of
// [json.Unmarshal].
func (s stream) end(err error) error {
	if errors.Is(err, ErrStop) {
		return nil
	}
	if err == nil {
		if _, err = s.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = json.Unmarshal([]byte("{}{}"), new(json.RawMessage))
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = json.Unmarshal(nil, new(json.RawMessage))
	}
	return err
}
