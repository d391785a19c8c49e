// SPDX-License-Identifier: MPL-2.0

package prose_test

import (
	"encoding/json"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

func TestKind(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "null"}, {false, "true or false"}, {"", "an empty text"}, {"s3cret", "a text"}, {json.Number("1"), "a number"},
		{[]any{}, "an empty list"}, {[]any{1}, "a list"}, {map[string]any{}, "an object"},
	} {
		if got := prose.Kind(test.value); got != test.want {
			t.Errorf("%v: %s, want %s", test.value, got, test.want)
		}
	}
}
