// SPDX-License-Identifier: MPL-2.0

package jsonlist_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// read reads an answer that is a list.
func read(r io.Reader) (jsonlist.List, error) {
	list := jsonlist.List{}
	err := jsonlist.Read(r, func(item json.RawMessage) error {
		list = append(list, item)
		return nil
	})
	return list, err
}

// readIn reads an answer that is an object with a list.
func readIn(r io.Reader, others map[string]any) (jsonlist.List, error) {
	list := jsonlist.List{}
	err := jsonlist.ReadIn(r, func(item json.RawMessage) error {
		list = append(list, item)
		return nil
	}, others, "items", "report")
	return list, err
}

func TestReadIn_FindsTheItemsAsTheyWereSent(t *testing.T) {
	t.Parallel()
	bodies := maps.Clone(withItems)
	maps.Copy(bodies, map[string]string{`{"items":null,"report":[1]}`: `1`, `{"report":[1],"items":null}`: `1`})
	for body, want := range bodies {
		for name, reader := range map[string]io.Reader{"at once": strings.NewReader(body), "byte by byte": iotest.OneByteReader(strings.NewReader(body))} {
			var next struct{ Event string }
			list, err := readIn(reader, map[string]any{"next": &next})
			if err != nil || texts(list) != want {
				t.Errorf("%s, %s: got %s, %v, want %s", body, name, texts(list), err, want)
			}
			if strings.Contains(body, "17") != (next.Event == "17") {
				t.Errorf("%s: the next event is %q", body, next.Event)
			}
		}
	}
}

func TestReadIn_RefusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	for _, body := range withoutItems {
		var next struct{ Event string }
		if list, err := readIn(strings.NewReader(body), map[string]any{"next": &next}); err == nil {
			t.Errorf("%s: got %q", body, list)
		}
	}
}

func TestRead_AnAnswerThatIsAList(t *testing.T) {
	t.Parallel()
	for body, want := range bare {
		if list, err := read(strings.NewReader(body)); err != nil || texts(list) != want {
			t.Errorf("%s: got %s, %v", body, texts(list), err)
		}
	}
	for _, body := range notBare {
		if list, err := read(strings.NewReader(body)); err == nil {
			t.Errorf("%s: got %q", body, list)
		}
	}
}

// TestRead_BrokenJSON has an error of the syntax for what is no JSON, and none for JSON of something else.
func TestRead_BrokenJSON(t *testing.T) {
	t.Parallel()
	for body, broken := range map[string]bool{``: true, `[`: true, `[1`: true, `[{"a":`: true, `[] x`: true, `[][]`: true, `x`: true, `{}`: false, `null`: false, `"x"`: false} {
		_, err := read(strings.NewReader(body))
		if err == nil || errors.As(err, new(*json.SyntaxError)) != broken {
			t.Errorf("%s: got %T %v", body, err, err)
		}
	}
}

func TestRead_AListHasABound(t *testing.T) {
	t.Parallel()
	most := longest()
	count := 0
	each := func(int) error { count++; return nil }
	if err := jsonlist.Read(strings.NewReader(most), each); err != nil || count != jsonlist.MostItems {
		t.Errorf("%d items, %v", count, err)
	}
	if err := jsonlist.Read(strings.NewReader("[0,"+most[1:]), each); !errors.Is(err, jsonlist.ErrEndless) {
		t.Errorf("one more: %v", err)
	}
}

// endless is a text that goes on for ever.
type endless struct{}

func (endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = 'x'
	}
	return len(into), nil
}

// TestRead_AnItemHasABound has an item, and another member, that do not end.
func TestRead_AnItemHasABound(t *testing.T) {
	t.Parallel()
	for _, beginning := range []string{`{"items":[1,"`, `{"other":"`, `{"x`} {
		_, err := readIn(io.MultiReader(strings.NewReader(beginning), endless{}), nil)
		if err == nil || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("%s: %v", beginning, err)
		}
	}
	// The bound is not for all items together.
	text := `"` + strings.Repeat("x", 5<<20) + `"`
	if list, err := read(strings.NewReader("[" + text + strings.Repeat(","+text, 7) + "]")); err != nil || len(list) != 8 {
		t.Errorf("%d items, %v", len(list), err)
	}
}

func TestRead_EndsWhereNoMoreIsWanted(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for want, result := range map[error]error{jsonlist.ErrStop: nil, fmt.Errorf("two are enough: %w", jsonlist.ErrStop): nil, broken: broken} {
		count := 0
		err := jsonlist.Read(strings.NewReader("[1,2,and so on"), func(int) error {
			if count++; count == 2 {
				return want
			}
			return nil
		})
		if !errors.Is(err, result) || count != 2 {
			t.Errorf("%v: got %v after %d items", want, err, count)
		}
	}
}

func TestAllIn_DecodesEachItem(t *testing.T) {
	t.Parallel()
	if got, err := jsonlist.AllIn[int](strings.NewReader(`{"items":[1,2]}`), nil, "items"); err != nil || len(got) != 2 || got[1] != 2 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := jsonlist.AllIn[int](strings.NewReader(`{"items":[]}`), nil, "items"); err != nil || got == nil {
		t.Errorf("an empty list: got %v, %v", got, err)
	}
	for _, body := range []string{`{"items":null}`, `{"items":[1,"x"]}`} {
		if got, err := jsonlist.AllIn[int](strings.NewReader(body), nil, "items"); err == nil || got != nil {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
}

// TestAnswer_ForgetsAnEarlierAttempt decodes the same answer twice.
func TestAnswer_ForgetsAnEarlierAttempt(t *testing.T) {
	t.Parallel()
	var answer jsonlist.Answer[int]
	if err := answer.DecodeStream(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("[1,2,3]")))); err == nil {
		t.Error("the reader had an error")
	}
	if err := answer.DecodeStream(strings.NewReader("[1,2,3]")); err != nil || len(answer) != 3 {
		t.Errorf("got %v, %v", answer, err)
	}
	if err := answer.DecodeStream(strings.NewReader("[]")); err != nil || answer == nil {
		t.Errorf("got %v, %v", answer, err)
	}
}
