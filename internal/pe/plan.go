// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// SetPlan writes a model into a plan that had another one. When both are the same, nothing is written: that costs more than everything else
// that planning an object without a change does.
func SetPlan[M any](ctx context.Context, plan *tfsdk.Plan, before, model *M, diags *diag.Diagnostics) {
	if !reflect.DeepEqual(before, model) {
		diags.Append(plan.Set(ctx, model)...)
	}
}

// ChangedAttributes returns those of the attributes that mean something else in a plan than in the state. One that is not known yet may
// do so, so it does.
func ChangedAttributes(
	plan tfsdk.Plan, state tfsdk.State, names []string, normal Normal, diags *diag.Diagnostics,
) (changed []string) {
	var planned, prior map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return nil
	}
	if err := state.Raw.As(&prior); err != nil {
		diags.AddError("The state cannot be read", prose.Sentence(err.Error()))
		return nil
	}
	for _, name := range names {
		if !normal(name, planned).Equal(normal(name, prior)) {
			changed = append(changed, name)
		}
	}
	return changed
}

// AllKnown reports whether the attributes of a plan are known.
func AllKnown(plan tfsdk.Plan, names []string) bool {
	var planned map[string]tftypes.Value
	if plan.Raw.As(&planned) != nil {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool { return !planned[name].IsFullyKnown() })
}

// Normal returns the value of one of some attributes in the one form that all values have that mean the same.
type Normal func(name string, attributes map[string]tftypes.Value) tftypes.Value

// Fingerprint identifies what a plan starts, by the attributes whose change runs it again. Write-only values are not part of
// a plan, so no secret gets into it.
func Fingerprint(collection string, plan tfsdk.Plan, inputs []string, normal Normal, diags *diag.Diagnostics) string {
	var planned map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return ""
	}
	return FingerprintOf(collection, planned, inputs, normal)
}

// FingerprintOf identifies what is started with some of its attributes, which must hold no secret. See [Fingerprint].
func FingerprintOf(collection string, attributes map[string]tftypes.Value, inputs []string, normal Normal) string {
	hash := sha256.New()
	_, _ = fmt.Fprintln(hash, collection)
	for _, name := range slices.Sorted(slices.Values(inputs)) {
		_, _ = fmt.Fprintf(hash, "%s %s\n", name, canonical(normal(name, attributes)))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// canonical writes a value so that two values have the same text if, and only if, they are the same: numbers with all their digits, texts
// in quotes, and sets in a fixed order. The method String of values is for people and guarantees none of this.
func canonical(value tftypes.Value) string {
	if value.IsNull() || !value.IsKnown() {
		return value.String()
	}
	var text string
	var number big.Float
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case value.Type().Is(tftypes.String) && value.As(&text) == nil:
		return fmt.Sprintf("%s<%q>", value.Type(), text)
	case value.Type().Is(tftypes.Number) && value.As(&number) == nil:
		return fmt.Sprintf("%s<%q>", value.Type(), number.Text('g', -1))
	case value.As(&elements) == nil:
		texts := make([]string, len(elements))
		for i, element := range elements {
			texts[i] = canonical(element)
		}
		if value.Type().Is(tftypes.Set{}) {
			slices.Sort(texts)
		}
		return fmt.Sprintf("%s<%s>", value.Type(), strings.Join(texts, ", "))
	case value.As(&attributes) == nil:
		texts := make([]string, 0, len(attributes))
		for _, key := range slices.Sorted(maps.Keys(attributes)) {
			texts = append(texts, fmt.Sprintf("%q:%s", key, canonical(attributes[key])))
		}
		return fmt.Sprintf("%s<%s>", value.Type(), strings.Join(texts, ", "))
	default:
		return value.String()
	}
}
