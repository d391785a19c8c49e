// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestIsNull(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value         attr.Value
		null, unknown bool
	}{
		"null":                       {types.StringNull(), true, false},
		"unknown":                    {types.StringUnknown(), false, true},
		"empty text":                 {types.StringValue(""), false, false},
		"text":                       {types.StringValue("a"), false, false},
		"null of any type":           {types.DynamicNull(), true, false},
		"null that has a type":       {types.DynamicValue(types.StringNull()), true, false},
		"unknown of any type":        {types.DynamicUnknown(), false, true},
		"unknown that has a type":    {types.DynamicValue(types.StringUnknown()), false, true},
		"text of any type":           {types.DynamicValue(types.StringValue("a")), false, false},
		"null set":                   {types.SetNull(types.StringType), true, false},
		"empty set":                  {types.SetValueMust(types.StringType, nil), false, false},
		"set with an unknown in it":  {types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()}), false, false},
		"unknown set of any content": {types.SetUnknown(types.StringType), false, true},
	} {
		if got := tfvalue.IsNull(test.value); got != test.null {
			t.Errorf("%s: null is %v", name, got)
		}
		if got := tfvalue.IsUnknown(test.value); got != test.unknown {
			t.Errorf("%s: unknown is %v", name, got)
		}
	}
}

func TestKnownOr(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ value, want types.String }{
		"null":    {types.StringNull(), types.StringNull()},
		"unknown": {types.StringUnknown(), types.StringNull()},
		"empty":   {types.StringValue(""), types.StringValue("")},
		"text":    {types.StringValue("a"), types.StringValue("a")},
	} {
		if got := tfvalue.KnownOr(test.value, types.StringNull()); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestIsDefaultBool(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value       tftypes.Value
		isYes, isNo bool
	}{
		"yes":              {tftypes.NewValue(tftypes.Bool, true), true, false},
		"no":               {tftypes.NewValue(tftypes.Bool, false), false, true},
		"null":             {tftypes.NewValue(tftypes.Bool, nil), false, false},
		"unknown":          {tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue), false, false},
		"a text":           {tftypes.NewValue(tftypes.String, "true"), false, false},
		"null of any type": {tftypes.NewValue(tftypes.DynamicPseudoType, nil), false, false},
	} {
		if got := tfvalue.IsDefaultBool(test.value, true); got != test.isYes {
			t.Errorf("%s: is true: %v", name, got)
		}
		if got := tfvalue.IsDefaultBool(test.value, false); got != test.isNo {
			t.Errorf("%s: is false: %v", name, got)
		}
	}
}
