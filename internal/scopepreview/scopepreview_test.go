// SPDX-License-Identifier: MPL-2.0

package scopepreview_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// scopeOf is a scope with one key.
func scopeOf(t *testing.T, name string, value attr.Value) types.Dynamic {
	t.Helper()
	return types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{name: value.Type(t.Context())}, map[string]attr.Value{name: value}))
}

// TestLimit_Countable has limits of what can be counted, and of what cannot.
func TestLimit_Countable(t *testing.T) {
	t.Parallel()
	five := scopepreview.Limit{MaxNodes: types.Int64Value(5)}
	for name, test := range map[string]struct {
		limit   scopepreview.Limit
		scope   types.Dynamic
		refused bool
	}{
		"a query":             {five, scopeOf(t, "query", types.StringValue("nodes { }")), false},
		"names":               {five, scopeOf(t, "nodes", tfvalue.StringList([]string{"a"})), false},
		"a group":             {five, scopeOf(t, "node_group", types.StringValue("x")), false},
		"a whole environment": {five, types.DynamicNull(), true},
		"an application":      {five, scopeOf(t, "application", types.StringValue("App")), true},
		"not known":           {five, types.DynamicUnknown(), false},
		"not known, in part":  {five, scopeOf(t, "query", types.StringUnknown()), false},
		"no limit":            {scopepreview.Limit{}, types.DynamicNull(), false},
		"a limit that may be": {scopepreview.Limit{MaxNodes: types.Int64Unknown()}, types.DynamicNull(), false},
	} {
		var diags diag.Diagnostics
		test.limit.Countable(scopepreview.OfScope(t.Context(), "Deploy", test.scope, true), &diags)
		if diags.HasError() != test.refused {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// TestPreview_Plan_WithoutAServer plans while the provider is not known, or has nobody to ask.
func TestPreview_Plan_WithoutAServer(t *testing.T) {
	t.Parallel()
	query := scopepreview.OfScope(t.Context(), "Task", scopeOf(t, "query", types.StringValue("nodes { }")), false)
	names := scopepreview.OfScope(t.Context(), "Task", scopeOf(t, "nodes", tfvalue.StringList([]string{"b", "a", "b"})), false)
	unknown := scopepreview.OfScope(t.Context(), "Task", types.DynamicUnknown(), false)
	for name, test := range map[string]struct {
		clients pe.Clients
		where   scopepreview.Where
		want    string
	}{
		"the provider is not known": {pe.Clients{Unknown: []string{"server_url"}}, query, "<unknown>"},
		"previews are off":          {pe.Clients{}, query, "<null>"},
		"off, names":                {pe.Clients{}, names, "<null>"},
		"on, a scope not known":     {pe.Clients{PreviewScopes: true}, unknown, "<unknown>"},
	} {
		preview := scopepreview.None()
		var diags diag.Diagnostics
		if preview.Plan(t.Context(), &test.clients, test.where, &diags); preview.ScopePreview.String() != test.want || len(diags) > 0 {
			t.Errorf("%s: %s, %v", name, preview.ScopePreview, diags)
		}
		if preview.Settle(); preview.ScopePreview.IsUnknown() {
			t.Errorf("%s: it is still not known", name)
		}
	}
}

// TestOfParts_NotKnown has parts of a task-target that are not known yet, which are counted by the apply.
func TestOfParts_NotKnown(t *testing.T) {
	t.Parallel()
	none := types.SetNull(types.StringType)
	preview := scopepreview.Preview{Limit: scopepreview.Limit{MaxNodes: types.Int64Value(1)}}
	var diags diag.Diagnostics
	for _, where := range []scopepreview.Where{
		scopepreview.OfParts("x", types.SetUnknown(types.StringType), none, types.StringNull()),
		scopepreview.OfParts("x", none, types.SetUnknown(types.StringType), types.StringNull()),
		scopepreview.OfParts("x", none, none, types.StringUnknown()),
	} {
		if preview.Plan(t.Context(), &pe.Clients{}, where, &diags); !preview.ScopePreview.IsUnknown() || len(diags) > 0 {
			t.Errorf("got %s, %v", preview.ScopePreview, diags)
		}
	}
}
