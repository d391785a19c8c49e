// SPDX-License-Identifier: MPL-2.0

package jsonlist_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// texts are the items of a list as they were sent.
func texts(l jsonlist.List) string {
	items := make([]string, len(l))
	for i, item := range l {
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

func TestFindIn_FindsTheItemsAsTheyWereSent(t *testing.T) {
	t.Parallel()
	for body, want := range withItems {
		var list jsonlist.List
		var next struct{ Event string }
		if err := jsonlist.FindIn([]byte(body), map[string]any{"items": &list, "next": &next}); err != nil || list.Check() != nil {
			t.Errorf("%s: %v", body, err)
		}
		if got := texts(list); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
		if strings.Contains(body, "17") != (next.Event == "17") {
			t.Errorf("%s: the next event is %q", body, next.Event)
		}
	}
}

func TestFindIn_RefusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	for _, body := range withoutItems {
		var list jsonlist.List
		var next struct{ Event string }
		if err := jsonlist.FindIn([]byte(body), map[string]any{"items": &list, "next": &next}); err == nil && list.Check() == nil {
			t.Errorf("%s: got %q", body, list)
		}
	}
}

func TestFind_AnAnswerThatIsAList(t *testing.T) {
	t.Parallel()
	for body, want := range bare {
		list, err := jsonlist.Find([]byte(body))
		if err != nil || texts(list) != want {
			t.Errorf("%s: got %s, %v", body, texts(list), err)
		}
	}
	for _, body := range notBare {
		if list, err := jsonlist.Find([]byte(body)); err == nil {
			t.Errorf("%s: got %q", body, list)
		}
	}
}

func TestItems_EndWithTheFirstThatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	var good, bad int
	for _, err := range jsonlist.Items[int](jsonlist.List{[]byte("1"), []byte(`"x"`), []byte("3")}) {
		if err == nil {
			good++
		} else {
			bad++
		}
	}
	if good != 1 || bad != 1 {
		t.Errorf("%d items and %d errors", good, bad)
	}
}

func TestFind_AListHasABound(t *testing.T) {
	t.Parallel()
	most := longest()
	if list, err := jsonlist.Find([]byte(most)); err != nil || len(list) != jsonlist.MostItems {
		t.Errorf("%d items, %v", len(list), err)
	}
	if _, err := jsonlist.Find([]byte("[0," + most[1:])); !errors.Is(err, jsonlist.ErrEndless) {
		t.Errorf("one more: %v", err)
	}
}
