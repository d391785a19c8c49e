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

func TestFindIn_FindsTheItemsAsTheyWereSent(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"items":[]}`:  "",
		`{"items":[1]}`: "1",
		" {\n\"items\" : [ 1 , 22,\"a,]\" ,null, {\"b\" : [1, {}] } ,\ttrue ] } \n": `1|22|"a,]"|null|{"b" : [1, {}] }|true`,
		`{"items":[[[]],[]],"next":{"event":"17"}}`:                                 "[[]]|[]",
		`{"next":{"event":"17"},"pagination":{"total":5},"items":[{"a":"é"}]}`:      `{"a":"é"}`,
	} {
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
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `{"items":null}`, `{"items":{}}`, `{"items":"x"}`, `{"items":[1,]}`, `{"items":[1}`, `{"items":[1]`, `{"items":[1]} x`,
		`{"items":[{"a"}]}`, `{"items":[],}`, `{"items" []}`, `{"items":[]}{"items":[]}`, `{"items":[1 2]}`, `{"items":[],"next":"x"}`,
	} {
		var list jsonlist.List
		var next struct{ Event string }
		if err := jsonlist.FindIn([]byte(body), map[string]any{"items": &list, "next": &next}); err == nil && list.Check() == nil {
			t.Errorf("%s: got %q", body, list)
		}
	}
}

func TestFind_AnAnswerThatIsAList(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{`[]`: "", " [ 1,{\"a\" :[]} ]\n": `1|{"a" :[]}`} {
		list, err := jsonlist.Find([]byte(body))
		if err != nil || texts(list) != want {
			t.Errorf("%s: got %s, %v", body, texts(list), err)
		}
	}
	for _, body := range []string{``, `null`, `{}`, `"x"`, `[1`, `[1,]`, `[1]]`, `[1] x`} {
		if list, err := jsonlist.Find([]byte(body)); err == nil {
			t.Errorf("%s: got %q", body, list)
		}
	}
}

func TestAll_DecodesEachItem(t *testing.T) {
	t.Parallel()
	if got, err := jsonlist.All[int](jsonlist.List{[]byte("1"), []byte("2")}); err != nil || len(got) != 2 || got[1] != 2 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := jsonlist.All[int](jsonlist.List{}); err != nil || got == nil {
		t.Errorf("an empty list: got %v, %v", got, err)
	}
	if got, err := jsonlist.All[int](nil); err == nil {
		t.Errorf("no list: got %v", got)
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
	most := "[0" + strings.Repeat(",0", jsonlist.MostItems-1) + "]"
	if list, err := jsonlist.Find([]byte(most)); err != nil || len(list) != jsonlist.MostItems {
		t.Errorf("%d items, %v", len(list), err)
	}
	if _, err := jsonlist.Find([]byte("[0," + most[1:])); !errors.Is(err, jsonlist.ErrEndless) {
		t.Errorf("one more: %v", err)
	}
}
