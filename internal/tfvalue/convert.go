// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// StringOrNull returns null for an empty text.
func StringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// StringList returns a list of texts.
func StringList(texts []string) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, elements)
}

// FromGo returns something that has a JSON form as a dynamic value.
func FromGo(value any, summary string, diags *diag.Diagnostics) types.Dynamic {
	encoded, err := json.Marshal(value)
	if err != nil {
		diags.AddError(summary, prose.Sentence(err.Error()))
		return types.DynamicNull()
	}
	plain, err := ParseJSON(encoded)
	if err != nil {
		diags.AddError(summary, prose.Sentence(err.Error()))
	}
	if plain == nil {
		return types.DynamicNull()
	}
	converted := FromForeign(plain)
	WarnRenamed(converted.Renamed, "Names in an answer", diags)
	return types.DynamicValue(converted.Value)
}

// StringsOrNull returns a list of texts, or null for nil, which is not the same as an empty list.
func StringsOrNull(texts []string) types.List {
	if texts == nil {
		return types.ListNull(types.StringType)
	}
	return StringList(texts)
}

// Int64List returns a list of numbers, or null for nil.
func Int64List(ctx context.Context, numbers []int64, diags *diag.Diagnostics) types.List {
	if numbers == nil {
		return types.ListNull(types.Int64Type)
	}
	value, d := types.ListValueFrom(ctx, types.Int64Type, numbers)
	diags.Append(d...)
	return value
}

// Time is the time of an attribute, the zero time if it is null or unknown.
func Time(value types.String) time.Time {
	at, err := time.Parse(time.RFC3339, value.ValueString())
	if err != nil {
		return time.Time{}
	}
	return at
}

// Duration is the duration of an attribute, 0 if it is null or unknown.
func Duration(value types.String) time.Duration {
	d, err := time.ParseDuration(value.ValueString())
	if err != nil {
		return 0
	}
	return d
}

// StringMap returns a map of strings.
func StringMap(ctx context.Context, value types.Map, diags *diag.Diagnostics) map[string]string {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	var values map[string]string
	diags.Append(value.ElementsAs(ctx, &values, false)...)
	return values
}

// StringSet returns a set of texts, without repetitions. It is never null.
func StringSet(texts []string) types.Set {
	seen := map[string]bool{}
	elements := []attr.Value{}
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			elements = append(elements, types.StringValue(text))
		}
	}
	return types.SetValueMust(types.StringType, elements)
}

// StringSetLike returns a set of what the server reports. Servers leave out empty lists, so an empty answer has the form of the prior
// value: null, or empty.
func StringSetLike(prior types.Set, texts []string) types.Set {
	if len(texts) == 0 && prior.IsNull() {
		return types.SetNull(types.StringType)
	}
	return StringSet(texts)
}

// Underlying returns the value inside a dynamic value, so that it has a type of its own.
func Underlying(value types.Dynamic) attr.Value {
	if value.IsNull() {
		return types.DynamicNull()
	}
	return value.UnderlyingValue()
}
