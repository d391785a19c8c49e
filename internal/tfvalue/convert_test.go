// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// textsOf returns elements for a list or set.
func textsOf(texts ...string) []attr.Value {
	elements := []attr.Value{}
	for _, text := range texts {
		elements = append(elements, types.StringValue(text))
	}
	return elements
}

func TestStringOrNull(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]types.String{"": types.StringNull(), " ": types.StringValue(" "), "a": types.StringValue("a")} {
		if got := tfvalue.StringOrNull(text); !got.Equal(want) {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestStringList_AndStringListOrNull(t *testing.T) {
	t.Parallel()
	null, empty := types.ListNull(types.StringType), types.ListValueMust(types.StringType, textsOf())
	for name, test := range map[string]struct {
		texts        []string
		list, orNull types.List
	}{
		"none":  {nil, empty, null},
		"empty": {[]string{}, empty, empty},
		"one":   {[]string{"a"}, types.ListValueMust(types.StringType, textsOf("a")), types.ListValueMust(types.StringType, textsOf("a"))},
		"many":  {[]string{"b", "a", "b"}, types.ListValueMust(types.StringType, textsOf("b", "a", "b")), types.ListValueMust(types.StringType, textsOf("b", "a", "b"))},
	} {
		if got := tfvalue.StringList(test.texts); !got.Equal(test.list) {
			t.Errorf("%s: got %s, want %s", name, got, test.list)
		}
		if got := tfvalue.StringsOrNull(test.texts); !got.Equal(test.orNull) {
			t.Errorf("%s, or null: got %s, want %s", name, got, test.orNull)
		}
	}
}

func TestInt64List(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		numbers []int64
		want    types.List
	}{
		"none":  {nil, types.ListNull(types.Int64Type)},
		"empty": {[]int64{}, types.ListValueMust(types.Int64Type, []attr.Value{})},
		"many":  {[]int64{7, 0}, types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(7), types.Int64Value(0)})},
	} {
		var diags diag.Diagnostics
		if got := tfvalue.Int64List(t.Context(), test.numbers, &diags); !got.Equal(test.want) || len(diags) > 0 {
			t.Errorf("%s: got %s, want %s; %v", name, got, test.want, diags)
		}
	}
}

func TestStringSet(t *testing.T) {
	t.Parallel()
	set := func(texts ...string) types.Set { return types.SetValueMust(types.StringType, textsOf(texts...)) }
	for name, test := range map[string]struct {
		texts []string
		want  types.Set
	}{
		"none":     {nil, set()},
		"empty":    {[]string{}, set()},
		"one":      {[]string{"a"}, set("a")},
		"repeated": {[]string{"a", "b", "a", "a"}, set("a", "b")},
	} {
		if got := tfvalue.StringSet(test.texts); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestStringSetLike(t *testing.T) {
	t.Parallel()
	set := func(texts ...string) types.Set { return types.SetValueMust(types.StringType, textsOf(texts...)) }
	null := types.SetNull(types.StringType)
	for name, test := range map[string]struct {
		prior    types.Set
		reported []string
		want     types.Set
	}{
		"null, and none told":    {null, nil, null},
		"null, and empty told":   {null, []string{}, null},
		"null, and some told":    {null, []string{"a"}, set("a")},
		"empty, and none told":   {set(), nil, set()},
		"some, and none told":    {set("a"), nil, set()},
		"some, and others told":  {set("a"), []string{"b", "c"}, set("c", "b")},
		"unknown, and none told": {types.SetUnknown(types.StringType), nil, set()},
	} {
		if got := tfvalue.StringSetLike(test.prior, test.reported); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestStringMap(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Map
		want  map[string]string
		fails bool
	}{
		"null":             {types.MapNull(types.StringType), nil, false},
		"unknown":          {types.MapUnknown(types.StringType), nil, false},
		"empty":            {types.MapValueMust(types.StringType, nil), map[string]string{}, false},
		"some":             {types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("x"), "b": types.StringValue("")}), map[string]string{"a": "x", "b": ""}, false},
		"an unknown in it": {types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringUnknown()}), nil, true},
	} {
		var diags diag.Diagnostics
		got := tfvalue.StringMap(t.Context(), test.value, &diags)
		if diags.HasError() != test.fails || !test.fails && !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v; %v", name, got, test.want, diags)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 5, 1, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		value types.String
		want  time.Time
	}{
		"null":           {types.StringNull(), time.Time{}},
		"unknown":        {types.StringUnknown(), time.Time{}},
		"empty":          {types.StringValue(""), time.Time{}},
		"no time":        {types.StringValue("tomorrow"), time.Time{}},
		"no offset":      {types.StringValue("2030-01-05T01:00:00"), time.Time{}},
		"UTC":            {types.StringValue("2030-01-05T01:00:00Z"), at},
		"with an offset": {types.StringValue("2030-01-05T02:00:00+01:00"), at},
		"with fractions": {types.StringValue("2030-01-05T01:00:00.250Z"), at.Add(250 * time.Millisecond)},
	} {
		if got := tfvalue.Time(test.value); !got.Equal(test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestAPITime(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 3600)
	for want, at := range map[string]time.Time{
		"2030-01-05T01:00:00Z":    time.Date(2030, 1, 5, 2, 0, 0, 0, east),
		"2030-01-05T01:00:00.25Z": time.Date(2030, 1, 5, 1, 0, 0, 250_000_000, time.UTC),
		"2029-12-31T23:30:00Z":    time.Date(2030, 1, 1, 0, 30, 0, 0, east),
	} {
		if got := tfvalue.APITime(at); got != want {
			t.Errorf("%v: got %q, want %q", at, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.String
		want  time.Duration
	}{
		"null":    {types.StringNull(), 0},
		"unknown": {types.StringUnknown(), 0},
		"empty":   {types.StringValue(""), 0},
		"none":    {types.StringValue("2d"), 0},
		"one":     {types.StringValue("90s"), 90 * time.Second},
		"mixed":   {types.StringValue("1h30m"), 90 * time.Minute},
	} {
		if got := tfvalue.Duration(test.value); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestFromGo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value any
		want  types.Dynamic
		fails bool
	}{
		"nil":               {nil, types.DynamicNull(), false},
		"a text":            {"a", types.DynamicValue(types.StringValue("a")), false},
		"a struct":          {struct{ A bool }{true}, types.DynamicValue(tfvalue.Object(map[string]attr.Value{"A": types.BoolValue(true)})), false},
		"no JSON form":      {make(chan int), types.DynamicNull(), true},
		"a list of strings": {[]string{"a"}, types.DynamicValue(types.TupleValueMust([]attr.Type{types.StringType}, textsOf("a"))), false},
		"a map that is no":  {map[string]any(nil), types.DynamicNull(), false},
	} {
		var diags diag.Diagnostics
		if got := tfvalue.FromGo(test.value, "It cannot be read", &diags); !got.Equal(test.want) || diags.HasError() != test.fails {
			t.Errorf("%s: got %s, want %s; %v", name, got, test.want, diags)
		}
		if test.fails && diags[0].Summary() != "It cannot be read" {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

func TestUnderlying(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Dynamic
		want  attr.Value
	}{
		"null":                 {types.DynamicNull(), types.DynamicNull()},
		"null that has a type": {types.DynamicValue(types.StringNull()), types.StringNull()},
		"a text":               {types.DynamicValue(types.StringValue("a")), types.StringValue("a")},
	} {
		if got := tfvalue.Underlying(test.value); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestKeyed(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if got, want := (&tfvalue.Keyed{}).Value("Values", "", &diags), types.DynamicValue(tfvalue.Object(nil)); !got.Equal(want) {
		t.Errorf("nothing: got %s, want %s", got, want)
	}
	values := tfvalue.Keyed{}
	values.Add("7", map[string]string{"a": "x"}, "Job 7 cannot be read", &diags)
	values.Add("8", nil, "Job 8 cannot be read", &diags)
	want := types.DynamicValue(tfvalue.Object(map[string]attr.Value{
		"7": tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x")}), "8": types.DynamicNull(),
	}))
	if got := values.Value("Values", "", &diags); !got.Equal(want) || len(diags) > 0 {
		t.Errorf("got %s, want %s; %v", got, want, diags)
	}
	values.Add("9", make(chan int), "Job 9 cannot be read", &diags)
	if len(diags) != 1 || diags[0].Summary() != "Job 9 cannot be read" {
		t.Errorf("got %v", diags)
	}
	want = types.DynamicValue(tfvalue.Object(map[string]attr.Value{
		"7": tfvalue.Object(map[string]attr.Value{"a": types.StringValue("x")}), "8": types.DynamicNull(), "9": types.DynamicNull(),
	}))
	if got := values.Value("Values", "", &diags); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}
