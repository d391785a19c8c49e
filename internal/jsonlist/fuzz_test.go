// SPDX-License-Identifier: MPL-2.0

package jsonlist_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
)

// FuzzRead finds the items of any answer while it is read, as encoding/json does.
func FuzzRead(f *testing.F) {
	names, err := fs.Glob(apifixtures.Files, "*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("there are no fixtures", err)
	}
	for _, name := range names {
		if body, err := apifixtures.Files.ReadFile(name); err == nil && strings.Contains(name, "list") {
			f.Add(body)
		}
	}
	for _, text := range []string{
		"", " [ ] ", "{\r\n}", " null\t", `[1 , -2.5e3,"a\\",[[]," ]"],{"]":"\""},true ]`, `{"items" : null, "items":[{}],"\u0069tems":[1],"x":{}}`, `{"items":{},"a":[`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		var items []json.RawMessage
		sure := json.Unmarshal(answer, &items) == nil && items != nil
		passed, err := read(bytes.NewReader(answer))
		if (err == nil) != sure || sure && !same(passed, items) {
			t.Errorf("%q is read as the list %q, %v", answer, passed, err)
		}
		if strings.Count(string(answer), "tems") > 1 || strings.Count(string(answer), "eport") > 0 {
			return
		}
		var object map[string]json.RawMessage
		items = nil
		sure = json.Unmarshal(answer, &object) == nil && object["items"] != nil && json.Unmarshal(object["items"], &items) == nil && items != nil
		var other json.RawMessage
		passed, err = readIn(bytes.NewReader(answer), map[string]any{"other": &other})
		if (err == nil) != sure || err == nil && (!same(passed, items) || string(other) != string(object["other"])) {
			t.Errorf("%q is read as the list %q and %q, %v", answer, passed, other, err)
		}
	})
}

func same(found, items []json.RawMessage) bool {
	if (found == nil) != (items == nil) || len(found) != len(items) {
		return false
	}
	for i := range found {
		if !reflect.DeepEqual([]byte(found[i]), []byte(items[i])) {
			return false
		}
	}
	return true
}
