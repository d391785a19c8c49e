// SPDX-License-Identifier: MPL-2.0

package jsonlist

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// endless is a text that goes on for ever.
type endless struct{}

func (endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = 'x'
	}
	return len(into), nil
}

// TestReadIn_APartHasABound has an item, another member and a name that do not end.
func TestReadIn_APartHasABound(t *testing.T) {
	t.Parallel()
	const most = 100_000
	count := 0
	each := func(json.RawMessage) error { count++; return nil }
	for _, beginning := range []string{`{"items":[1,"`, `{"other":"`, `{"x`} {
		text := io.MultiReader(strings.NewReader(beginning), endless{})
		err := readIn(newStream(text, most), each, nil, []string{"items"})
		if err == nil || !strings.Contains(err.Error(), "longer than 100000 bytes") {
			t.Errorf("%s: %v", beginning, err)
		}
	}
	// The bound is not for all items together.
	count = 0
	item := `"` + strings.Repeat("x", most/2) + `"`
	text := `{"items":[` + item + strings.Repeat(","+item, 7) + "]}"
	if err := readIn(newStream(strings.NewReader(text), most), each, nil, []string{"items"}); err != nil || count != 8 {
		t.Errorf("%d items, %v", count, err)
	}
}
