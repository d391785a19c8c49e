// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestPlain_IsFromPlainBackwards(t *testing.T) {
	t.Parallel()
	for _, plain := range []any{
		nil, "a", true, json.Number("3"), json.Number("0.25"), []any{}, []any{"a", nil, json.Number("1")},
		map[string]any{}, map[string]any{"a": []any{map[string]any{"b": false}}},
	} {
		if got, ok := tfvalue.Plain(tfvalue.FromPlain(plain)); !ok || !reflect.DeepEqual(got, plain) {
			t.Errorf("%v: got %v, %v", plain, got, ok)
		}
	}
	text := tftypes.NewValue(tftypes.String, "a")
	for name, value := range map[string]tftypes.Value{
		"a list": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{text}),
		"a set":  tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text}),
	} {
		if got, ok := tfvalue.Plain(value); !ok || !reflect.DeepEqual(got, []any{"a"}) {
			t.Errorf("%s: got %v, %v", name, got, ok)
		}
	}
	unknown := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})
	if got, ok := tfvalue.Plain(unknown); ok {
		t.Errorf("what is not known: got %v", got)
	}
}
