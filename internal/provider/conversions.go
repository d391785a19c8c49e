package provider

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/dynamicvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// stringOrNull returns null for an empty text.
func stringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// sortedIDs puts ids into the order in which they were given out.
func sortedIDs(ids []string) []string {
	slices.SortFunc(ids, orchestrator.CompareIDs)
	return ids
}

// stringList returns a list of texts.
func stringList(texts []string) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, elements)
}

// jsonValue returns something that has a JSON form as a dynamic value.
func jsonValue(value any, summary string, diags *diag.Diagnostics) types.Dynamic {
	encoded, err := json.Marshal(value)
	if err != nil {
		diags.AddError(summary, sentence(err.Error()))
		return types.DynamicNull()
	}
	converted, err := dynamicvalue.FromJSON(encoded)
	if err != nil {
		diags.AddError(summary, sentence(err.Error()))
	}
	return converted
}

// isNull reports whether nothing is given. A null of a dynamic attribute that comes from a variable has the variable's type.
func isNull(value attr.Value) bool {
	dynamic, ok := value.(types.Dynamic)
	return value.IsNull() || ok && dynamic.IsUnderlyingValueNull()
}

// isUnknown reports whether it is not known what is given.
func isUnknown(value attr.Value) bool {
	dynamic, ok := value.(types.Dynamic)
	return value.IsUnknown() || ok && dynamic.IsUnderlyingValueUnknown()
}

// stringsOrNull returns a list of texts, null where there is none, which is not the same as an empty one.
func stringsOrNull(texts []string) types.List {
	if texts == nil {
		return types.ListNull(types.StringType)
	}
	return stringList(texts)
}

// int64List returns a list of numbers, null where there is none.
func int64List(ctx context.Context, numbers []int64, diags *diag.Diagnostics) types.List {
	if numbers == nil {
		return types.ListNull(types.Int64Type)
	}
	value, d := types.ListValueFrom(ctx, types.Int64Type, numbers)
	diags.Append(d...)
	return value
}

// instant is the time of an attribute, the zero time while it is not known.
func instant(value types.String) time.Time {
	at, err := time.Parse(time.RFC3339, value.ValueString())
	if err != nil {
		return time.Time{}
	}
	return at
}

// durationOf is the duration of an attribute, 0 where none is given or known.
func durationOf(value types.String) time.Duration {
	d, err := time.ParseDuration(value.ValueString())
	if err != nil {
		return 0
	}
	return d
}

// stringMap returns a map of strings.
func stringMap(ctx context.Context, value types.Map, diags *diag.Diagnostics) map[string]string {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	var values map[string]string
	diags.Append(value.ElementsAs(ctx, &values, false)...)
	return values
}

// stringSet returns a set of texts, however often each is there. It is never null.
func stringSet(texts []string) types.Set {
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

// stringSetLike returns a set of what the server reports. Servers leave out what is empty, so an empty answer is what the prior
// value says: null, or empty.
func stringSetLike(prior types.Set, texts []string) types.Set {
	if len(texts) == 0 && prior.IsNull() {
		return types.SetNull(types.StringType)
	}
	return stringSet(texts)
}
