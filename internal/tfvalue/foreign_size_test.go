// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// TestFromForeign_CountsWhatAMessageTakes compares what a value counts as with what it takes in a message to Terraform: the limits hold only if no value
// takes much more than it counts as.
func TestFromForeign_CountsWhatAMessageTakes(t *testing.T) {
	t.Parallel()
	many := func(item string, n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	for name, text := range map[string]string{
		"1e308":                 many("1e308", 700),
		"1e-308":                many("1e-308", 700),
		"1e99":                  many("1e99", 1800),
		"0.1":                   many("0.1", 240),
		"zero":                  many("0", 7000),
		"nulls":                 many("null", 7000),
		"empty":                 many("{}", 7000),
		"lists":                 many("[]", 7000),
		"keys":                  many(`{"":0}`, 3000),
		"ctrl":                  `"` + strings.Repeat(`\u0000`, 40000) + `"`,
		"deep":                  many(strings.Repeat("[", 62)+strings.Repeat("]", 62), 120),
		"wide at the bottom":    strings.Repeat("[", 63) + many("0", 7000) + strings.Repeat("]", 63),
		"objects at the bottom": strings.Repeat(`{"a":`, 63) + many("0", 7000) + strings.Repeat("}", 63),
	} {
		plain, err := tfvalue.ParseJSON(json.RawMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		value := tfvalue.FromForeign(plain)
		raw, err := types.DynamicValue(value.Value).ToTerraformValue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		message, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, raw)
		if err != nil {
			t.Fatal(err)
		}
		if len(message.MsgPack) > 2*value.Size {
			t.Errorf("%s: counts as %d bytes and takes %d", name, value.Size, len(message.MsgPack))
		}
	}
}
