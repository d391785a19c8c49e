// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestTrueOrNull(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, test := range map[string]struct {
		reported *bool
		want     types.Bool
	}{
		"not told": {nil, types.BoolNull()},
		"no":       {&no, types.BoolNull()},
		"yes":      {&yes, types.BoolValue(true)},
	} {
		if got := tfvalue.TrueOrNull(test.reported); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestReportedBool(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, test := range map[string]struct {
		prior    types.Bool
		reported *bool
		want     types.Bool
	}{
		"nobody says":                   {types.BoolNull(), nil, types.BoolNull()},
		"nobody set it, and it is off":  {types.BoolNull(), &no, types.BoolNull()},
		"nobody set it, and it is on":   {types.BoolNull(), &yes, types.BoolValue(true)},
		"it was on, and nobody says":    {types.BoolValue(true), nil, types.BoolValue(true)},
		"it was on, and is off":         {types.BoolValue(true), &no, types.BoolValue(false)},
		"it was on, and is on":          {types.BoolValue(true), &yes, types.BoolValue(true)},
		"it was off, and nobody says":   {types.BoolValue(false), nil, types.BoolValue(false)},
		"it was off, and is off":        {types.BoolValue(false), &no, types.BoolValue(false)},
		"it was off, and is on":         {types.BoolValue(false), &yes, types.BoolValue(true)},
		"it was not known, and is off":  {types.BoolUnknown(), &no, types.BoolValue(false)},
		"it was not known and not told": {types.BoolUnknown(), nil, types.BoolUnknown()},
	} {
		if got := tfvalue.ReportedBool(test.prior, test.reported); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestReportedInt64(t *testing.T) {
	t.Parallel()
	zero, seven := int64(0), int64(7)
	for name, test := range map[string]struct {
		prior    types.Int64
		reported *int64
		want     types.Int64
	}{
		"nobody says":        {types.Int64Null(), nil, types.Int64Null()},
		"set and not told":   {types.Int64Value(7), nil, types.Int64Value(7)},
		"told and not set":   {types.Int64Null(), &seven, types.Int64Value(7)},
		"another one":        {types.Int64Value(8), &seven, types.Int64Value(7)},
		"zero is a number":   {types.Int64Value(8), &zero, types.Int64Value(0)},
		"zero, and none set": {types.Int64Null(), &zero, types.Int64Value(0)},
	} {
		if got := tfvalue.ReportedInt64(test.prior, test.reported); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestReportedString(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prior    types.String
		reported string
		want     types.String
	}{
		"nobody says":      {types.StringNull(), "", types.StringNull()},
		"set and not told": {types.StringValue("a"), "", types.StringValue("a")},
		"empty stays":      {types.StringValue(""), "", types.StringValue("")},
		"told and not set": {types.StringNull(), "a", types.StringValue("a")},
		"another one":      {types.StringValue("b"), "a", types.StringValue("a")},
	} {
		if got := tfvalue.ReportedString(test.prior, test.reported); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestSameMeaning(t *testing.T) {
	t.Parallel()
	text := func(texts ...string) (elements []attr.Value) {
		for _, text := range texts {
			elements = append(elements, types.StringValue(text))
		}
		return elements
	}
	set := func(texts ...string) types.Set { return types.SetValueMust(types.StringType, text(texts...)) }
	list := func(texts ...string) types.List { return types.ListValueMust(types.StringType, text(texts...)) }
	tuple := types.TupleValueMust([]attr.Type{types.StringType, types.StringType}, text("a", "b"))
	for name, test := range map[string]struct {
		a, b attr.Value
		want bool
	}{
		"two nulls":                      {types.StringNull(), types.StringNull(), true},
		"nulls of other types":           {types.StringNull(), types.DynamicNull(), true},
		"null and empty":                 {types.StringNull(), types.StringValue(""), false},
		"nothing and null":               {types.StringNull(), nil, true},
		"the same text":                  {types.StringValue("a"), types.DynamicValue(types.StringValue("a")), true},
		"other texts":                    {types.StringValue("a"), types.StringValue("b"), false},
		"a text and a number":            {types.StringValue("1"), types.Int64Value(1), false},
		"a number in two types":          {types.Int64Value(1), types.NumberValue(big.NewFloat(1)), true},
		"a list and a tuple":             {list("a", "b"), types.DynamicValue(tuple), true},
		"a list in another order":        {list("a", "b"), list("b", "a"), false},
		"sets in another order":          {set("a", "b"), set("b", "a"), true},
		"sets of other texts":            {set("a", "b"), set("a"), false},
		"an empty set and none":          {set(), types.SetNull(types.StringType), false},
		"two sets that are null":         {types.SetNull(types.StringType), types.SetNull(types.StringType), true},
		"a set and what is not known":    {set("a"), types.SetUnknown(types.StringType), false},
		"a text and what is not known":   {types.StringValue("a"), types.StringUnknown(), false},
		"what is not known and a text":   {types.StringUnknown(), types.StringValue("a"), false},
		"two that are not known":         {types.StringUnknown(), types.StringUnknown(), false},
		"a list with an unknown in it":   {list("a"), types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()}), false},
		"an object and a map":            {tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x")}), types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("x")}), true},
		"an object with a null and none": {tfvalue.Object(map[string]attr.Value{"a": types.StringNull()}), tfvalue.Object(nil), false},
	} {
		if got := tfvalue.SameMeaning(test.a, test.b); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestSameJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw   string
		value any
		want  bool
	}{
		"nothing and nil":      {``, nil, true},
		"null and nil":         {`null`, nil, true},
		"null and a text":      {`null`, "", false},
		"a text":               {`"a"`, "a", true},
		"another text":         {`"a"`, "b", false},
		"a whole number":       {`1.0`, json.Number("1"), true},
		"a fraction":           {`1.5`, json.Number("1.5"), true},
		"a number and a text":  {`1`, "1", false},
		"an empty list":        {`[]`, []any{}, true},
		"a list":               {`["a", 1]`, []any{"a", json.Number("1")}, true},
		"another order":        {`["a", 1]`, []any{json.Number("1"), "a"}, false},
		"an object":            {`{"b":true,"a":null}`, map[string]any{"a": nil, "b": true}, true},
		"an object with more":  {`{"b":true,"a":null}`, map[string]any{"b": true}, false},
		"what cannot be read":  {`{`, nil, false},
		"two values in a text": {`"a" "a"`, "a", false},
	} {
		if got := tfvalue.SameJSON(json.RawMessage(test.raw), test.value); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
