// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"strings"
	"testing"
)

func TestRawList_DecodeBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"items":[]}`:  "",
		`{"items":[1]}`: "1",
		" {\n\"items\" : [ 1 , 22,\"a,]\" ,null, {\"b\" : [1, {}] } ,\ttrue ] } \n": `1|22|"a,]"|null|{"b" : [1, {}] }|true`,
		`{"items":[[[]],[]],"next-events":{"event":"17"}}`:                          "[[]]|[]",
		`{"next-events":{"event":17},"pagination":{"total":5},"items":[{"a":"é"}]}`: `{"a":"é"}`,
	} {
		var list rawList
		if err := list.DecodeBody([]byte(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		items := make([]string, len(list.Items))
		for i, item := range list.Items {
			items[i] = string(item)
		}
		if got := strings.Join(items, "|"); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
		if next := list.Next.id(); strings.Contains(body, "17") != (next == 17) {
			t.Errorf("%s: the next event is %d", body, next)
		}
	}
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `{"items":null}`, `{"items":{}}`, `{"items":"x"}`, `{"items":[1,]}`, `{"items":[1}`, `{"items":[1]`, `{"items":[1]} x`,
		`{"items":[{"a"}]}`, `{"items":[],}`, `{"items" []}`, `{"items":[]}{"items":[]}`, `{"items":[1 2]}`,
	} {
		var list rawList
		if err := list.DecodeBody([]byte(body)); err == nil {
			t.Errorf("%s: got %q", body, list.Items)
		}
	}
}
