// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// rawList is an answer whose list has not been decoded: its items are parts of the answer, and each is decoded when its turn comes, so that
// the decoded list is never in memory as a whole.
type rawList struct {
	Next eventCursor
	// Items is nil when there is no list.
	Items []json.RawMessage
}

// DecodeBody implements [httpapi.BodyDecoder].
func (l *rawList) DecodeBody(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := expect(d, '{'); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		switch key {
		case "items":
			l.Items, err = itemsOf(d, body)
		case "next-events":
			err = d.Decode(&l.Next)
		default:
			err = d.Decode(new(extent))
		}
		if err != nil {
			return err
		}
	}
	if err := expect(d, '}'); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the answer")
	}
	return checkItems(l.Items)
}

// itemsOf returns the items of the list that comes next, nil for null.
func itemsOf(d *json.Decoder, body []byte) ([]json.RawMessage, error) {
	begin, err := d.Token()
	switch {
	case err != nil:
		return nil, err
	case begin == nil:
		return nil, nil
	case begin != json.Delim('['):
		return nil, errors.New("its items are no list")
	}
	items := []json.RawMessage{}
	for d.More() {
		var size extent
		if err := d.Decode(&size); err != nil {
			return nil, err
		}
		end := d.InputOffset()
		items = append(items, body[end-int64(size):end:end])
	}
	return items, expect(d, ']')
}

func expect(d *json.Decoder, delimiter json.Delim) error {
	got, err := d.Token()
	if err == nil && got != delimiter {
		err = fmt.Errorf("it has no %s where one belongs", delimiter)
	}
	return err
}

// extent is the length of a JSON value, of which nothing is kept.
type extent int64

// UnmarshalJSON implements [json.Unmarshaler].
func (e *extent) UnmarshalJSON(data []byte) error {
	*e = extent(len(data))
	return nil
}
