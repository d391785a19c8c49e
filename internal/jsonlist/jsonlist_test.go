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

// texts are the items of a list as they were sent.
func texts(list []json.RawMessage) string {
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = string(item)
	}
	return strings.Join(items, "|")
}

// withItems are answers with a list among their members, and the items of each.
var withItems = map[string]string{
	`{"items":[]}`:  "",
	`{"items":[1]}`: "1",
	" {\n\"items\" : [ 1 , 22,\"a,]\" ,null, {\"b\" : [1, {}] } ,\ttrue ] } \n": `1|22|"a,]"|null|{"b" : [1, {}] }|true`,
	`{"items":[[[]],[]],"next":{"event":"17"}}`:                                 "[[]]|[]",
	`{"next":{"event":"17"},"pagination":{"total":5},"items":[{"a":"é"}]}`:      `{"a":"é"}`,
	`{"x":1e999,"next":{"event":"17"},"pagination":{"total":5},"items":[1]}`:    `1`,
}

// withoutItems are answers without one, or with something that is none, and texts that are no answer.
var withoutItems = []string{
	``, `null`, `[]`, `{}`, `{"items":null}`, `{"items":{}}`, `{"items":"x"}`, `{"items":[1,]}`, `{"items":[1}`, `{"items":[1]`, `{"items":[1]} x`,
	`{"items":[{"a"}]}`, `{"items":[],}`, `{"items" []}`, `{"items":[]}{"items":[]}`, `{"items":[1 2]}`, `{"items":[],"next":"x"}`,
	`{"items":[],"x":[}`, `{"items":[]]`, `{1:[]}`,
}

// bare are answers that are lists, with their items, and notBare those that are none.
var (
	bare    = map[string]string{`[]`: "", " [ 1,{\"a\" :[]} ]\n": `1|{"a" :[]}`}
	notBare = []string{``, `null`, `{}`, `"x"`, `[1`, `[1,]`, `[1]]`, `[1] x`, `[1][2]`}
)

// longest is a list of as many items as there may be.
func longest() string { return "[0" + strings.Repeat(",0", jsonlist.MostItems-1) + "]" }

// read reads an answer that is a list.
func read(r io.Reader) ([]json.RawMessage, error) {
	list := []json.RawMessage{}
	err := jsonlist.Read(r, func(item json.RawMessage) error {
		list = append(list, item)
		return nil
	})
	return list, err
}

// readIn reads an answer that is an object with a list.
func readIn(r io.Reader, others map[string]any) ([]json.RawMessage, error) {
	list := []json.RawMessage{}
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
