// SPDX-License-Identifier: MPL-2.0

package validate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

func TestBeside(t *testing.T) {
	t.Parallel()
	null, unknown, given := any(nil), any(tftypes.UnknownValue), any("x")
	for name, test := range map[string]struct {
		rule     validate.Beside
		a, b     any
		want     string
		wayForth string
	}{
		"both, of which one is possible":        {validate.NotBeside("b"), given, given, "Both `a` and `b` are given", "Remove `a` or `b`"},
		"the one":                               {validate.NotBeside("b"), given, null, "", ""},
		"the other":                             {validate.NotBeside("b"), null, given, "", ""},
		"neither":                               {validate.NotBeside("b"), null, null, "", ""},
		"both, of which one is not known":       {validate.NotBeside("b"), given, unknown, "", ""},
		"both, of which this one is not known":  {validate.NotBeside("b"), unknown, given, "", ""},
		"what is needed":                        {validate.Needs("b"), given, given, "", ""},
		"what is needed, and is missing":        {validate.Needs("b"), given, null, "`b` is missing", "Give both, or neither"},
		"what is needed, and is not known":      {validate.Needs("b"), given, unknown, "", ""},
		"what nobody needs":                     {validate.Needs("b"), null, null, "", ""},
		"either, with both":                     {validate.Either("b"), given, given, "Both `a` and `b` are given", "Remove `a` or `b`"},
		"either, with neither":                  {validate.Either("b"), null, null, "Neither `a` nor `b` is given", "Give either"},
		"either, with the one":                  {validate.Either("b"), given, null, "", ""},
		"either, with the other":                {validate.Either("b"), null, given, "", ""},
		"either, with one that is not known":    {validate.Either("b"), null, unknown, "", ""},
		"either, with this one being not known": {validate.Either("b"), unknown, null, "", ""},
	} {
		object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String, "b": tftypes.String}}
		config := tfsdk.Config{
			Schema: schema.Schema{Attributes: map[string]schema.Attribute{"a": schema.StringAttribute{Optional: true}, "b": schema.StringAttribute{Optional: true}}},
			Raw:    tftypes.NewValue(object, map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, test.a), "b": tftypes.NewValue(tftypes.String, test.b)}),
		}
		value := map[any]types.String{null: types.StringNull(), unknown: types.StringUnknown(), given: types.StringValue("x")}[test.a]
		var resp validator.StringResponse
		test.rule.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("a"), Config: config, ConfigValue: value}, &resp)
		switch {
		case test.want == "" && len(resp.Diagnostics) > 0, test.want != "" && len(resp.Diagnostics) != 1:
			t.Errorf("%s: got %v, want %q", name, resp.Diagnostics, test.want)
		case test.want != "" && (resp.Diagnostics[0].Summary() != test.want || !strings.Contains(resp.Diagnostics[0].Detail(), test.wayForth)):
			t.Errorf("%s: got %v, want %q … %q", name, resp.Diagnostics, test.want, test.wayForth)
		}
	}
}
