// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

const allNodes = "00000000-0000-4000-8000-000000000000"

// scopeWith returns a scope, of a task or of a deploy, in which some attributes are set.
func scopeWith(deploy bool, set map[string]attr.Value) types.Object {
	values := map[string]attr.Value{"nodes": types.SetNull(types.StringType), "query": types.DynamicNull(), "node_group": types.StringNull()}
	if deploy {
		values["application"] = types.StringNull()
	}
	for name, value := range set {
		values[name] = value
	}
	return types.ObjectValueMust(scopeShape(deploy).Types(), values)
}

// dynamic returns a scope as the value of its attribute.
func dynamic(scope types.Object) types.Dynamic {
	switch {
	case scope.IsNull():
		return types.DynamicNull()
	case scope.IsUnknown():
		return types.DynamicUnknown()
	default:
		return types.DynamicValue(scope)
	}
}

func ofNodes(names ...string) types.Object {
	return scopeWith(false, map[string]attr.Value{"nodes": tfvalue.StringSet(names)})
}

func ofQuery(query attr.Value) types.Object {
	return scopeWith(false, map[string]attr.Value{"query": types.DynamicValue(query)})
}

// ast returns a query as HCL has it.
func ast(t *testing.T, text string) attr.Value {
	t.Helper()
	value, err := tfvalue.FromJSON(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return value.UnderlyingValue()
}

func TestScopeObject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reported     *orchestrator.Scope
		task, deploy types.Object
	}{
		"not told":    {nil, types.ObjectNull(scopeShape(false).Types()), types.ObjectNull(scopeShape(true).Types())},
		"empty":       {&orchestrator.Scope{}, types.ObjectNull(scopeShape(false).Types()), types.ObjectNull(scopeShape(true).Types())},
		"no nodes":    {&orchestrator.Scope{Nodes: []string{}}, types.ObjectNull(scopeShape(false).Types()), types.ObjectNull(scopeShape(true).Types())},
		"environment": {&orchestrator.Scope{WholeEnvironment: true}, types.ObjectNull(scopeShape(false).Types()), types.ObjectNull(scopeShape(true).Types())},
		"one node":    {&orchestrator.Scope{Nodes: []string{"a"}}, ofNodes("a"), scopeWith(true, map[string]attr.Value{"nodes": tfvalue.StringSet([]string{"a"})})},
		"many nodes":  {&orchestrator.Scope{Nodes: []string{"b", "a"}}, ofNodes("a", "b"), scopeWith(true, map[string]attr.Value{"nodes": tfvalue.StringSet([]string{"a", "b"})})},
		"PQL": {
			&orchestrator.Scope{Query: json.RawMessage(`"nodes {}"`)}, ofQuery(types.StringValue("nodes {}")),
			scopeWith(true, map[string]attr.Value{"query": types.DynamicValue(types.StringValue("nodes {}"))}),
		},
		"AST": {
			&orchestrator.Scope{Query: json.RawMessage(`["from", "nodes"]`)}, ofQuery(ast(t, `["from", "nodes"]`)),
			scopeWith(true, map[string]attr.Value{"query": types.DynamicValue(ast(t, `["from", "nodes"]`))}),
		},
		"a node group": {
			&orchestrator.Scope{NodeGroup: allNodes}, scopeWith(false, map[string]attr.Value{"node_group": types.StringValue(allNodes)}),
			scopeWith(true, map[string]attr.Value{"node_group": types.StringValue(allNodes)}),
		},
	} {
		var diags diag.Diagnostics
		if got := ScopeObject(test.reported, false, &diags); !got.Equal(test.task) || len(diags) > 0 {
			t.Errorf("%s, of a task: got %s, want %s; %v", name, got, test.task, diags)
		}
		if got := ScopeObject(test.reported, true, &diags); !got.Equal(test.deploy) || len(diags) > 0 {
			t.Errorf("%s, of a deploy: got %s, want %s; %v", name, got, test.deploy, diags)
		}
	}
	var diags diag.Diagnostics
	want := scopeWith(true, map[string]attr.Value{"application": types.StringValue("App[main]")})
	if got := ScopeObject(&orchestrator.Scope{Application: "App[main]"}, true, &diags); !got.Equal(want) || len(diags) > 0 {
		t.Errorf("an application: got %s, %v", got, diags)
	}
	if ScopeObject(&orchestrator.Scope{Query: json.RawMessage(`{`)}, true, &diags); !diags.HasError() {
		t.Error("a query that cannot be read was read")
	}
}

func TestReportedScope(t *testing.T) {
	t.Parallel()
	list := types.ListValueMust(types.StringType, []attr.Value{types.StringValue("from"), types.StringValue("nodes")})
	null := types.ObjectNull(scopeShape(false).Types())
	for name, test := range map[string]struct {
		prior    types.Object
		reported *orchestrator.Scope
		want     types.Object
	}{
		"not told":                     {ofNodes("a"), nil, ofNodes("a")},
		"not told, and there is none":  {null, nil, null},
		"told, and there was none":     {null, &orchestrator.Scope{Nodes: []string{"a"}}, ofNodes("a")},
		"the whole environment":        {null, &orchestrator.Scope{}, null},
		"no longer any":                {ofNodes("a"), &orchestrator.Scope{}, null},
		"the same nodes":               {ofNodes("a", "b"), &orchestrator.Scope{Nodes: []string{"b", "a"}}, ofNodes("a", "b")},
		"a node more":                  {ofNodes("a"), &orchestrator.Scope{Nodes: []string{"b", "a"}}, ofNodes("a", "b")},
		"a node less":                  {ofNodes("a", "b"), &orchestrator.Scope{Nodes: []string{"a"}}, ofNodes("a")},
		"a group instead":              {ofNodes("a"), &orchestrator.Scope{NodeGroup: allNodes}, scopeWith(false, map[string]attr.Value{"node_group": types.StringValue(allNodes)})},
		"the same PQL":                 {ofQuery(types.StringValue("nodes {}")), &orchestrator.Scope{Query: json.RawMessage(`"nodes {}"`)}, ofQuery(types.StringValue("nodes {}"))},
		"another PQL":                  {ofQuery(types.StringValue("nodes {}")), &orchestrator.Scope{Query: json.RawMessage(`"nodes[certname] {}"`)}, ofQuery(types.StringValue("nodes[certname] {}"))},
		"the same AST as a list":       {ofQuery(list), &orchestrator.Scope{Query: json.RawMessage(`["from","nodes"]`)}, ofQuery(list)},
		"the same AST as a tuple":      {ofQuery(ast(t, `["from","nodes"]`)), &orchestrator.Scope{Query: json.RawMessage(`[ "from", "nodes" ]`)}, ofQuery(ast(t, `["from","nodes"]`))},
		"another AST":                  {ofQuery(list), &orchestrator.Scope{Query: json.RawMessage(`["from","facts"]`)}, ofQuery(ast(t, `["from","facts"]`))},
		"a null that has a type stays": {ofNodesAndNullQuery("a"), &orchestrator.Scope{Nodes: []string{"a"}}, ofNodesAndNullQuery("a")},
	} {
		var diags diag.Diagnostics
		got := ReadScope(ReportedScope(dynamic(test.prior), test.reported, false, &diags), false)
		if !got.Equal(ReadScope(dynamic(test.want), false)) || len(diags) > 0 {
			t.Errorf("%s: got %s, want %s; %v", name, got, test.want, diags)
		}
	}
}

func ofNodesAndNullQuery(names ...string) types.Object {
	return scopeWith(false, map[string]attr.Value{"nodes": tfvalue.StringSet(names), "query": types.DynamicValue(types.StringNull())})
}

func TestNodeNames(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scope types.Object
		want  []string
	}{
		"null":          {types.ObjectNull(scopeShape(false).Types()), nil},
		"unknown":       {types.ObjectUnknown(scopeShape(false).Types()), nil},
		"a query":       {ofQuery(types.StringValue("nodes {}")), nil},
		"unknown nodes": {scopeWith(false, map[string]attr.Value{"nodes": types.SetUnknown(types.StringType)}), nil},
		"no nodes":      {ofNodes(), []string{}},
		"one":           {ofNodes("a"), []string{"a"}},
		"many":          {ofNodes("b", "a"), []string{"a", "b"}},
	} {
		got := NodeNames(dynamic(test.scope))
		slices.Sort(got)
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestScopeRequest_SaysWhereToRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scope types.Object
		want  *orchestrator.Scope
	}{
		"null":              {types.ObjectNull(scopeShape(false).Types()), nil},
		"unknown":           {types.ObjectUnknown(scopeShape(false).Types()), nil},
		"AST as JSON text":  {ofQuery(types.StringValue(` ["from","nodes",["limit",1]]`)), &orchestrator.Scope{Query: json.RawMessage(`["from","nodes",["limit",1]]`)}},
		"nodes":             {ofNodes("a"), &orchestrator.Scope{Nodes: []string{"a"}}},
		"a null of a query": {ofNodesAndNullQuery("a"), &orchestrator.Scope{Nodes: []string{"a"}}},
		"PQL":               {ofQuery(types.StringValue("nodes {}")), &orchestrator.Scope{Query: json.RawMessage(`"nodes {}"`)}},
		"AST":               {ofQuery(ast(t, `["from","nodes",["limit",1]]`)), &orchestrator.Scope{Query: json.RawMessage(`["from","nodes",["limit",1]]`)}},
		"a node group":      {scopeWith(false, map[string]attr.Value{"node_group": types.StringValue(allNodes)}), &orchestrator.Scope{NodeGroup: allNodes}},
	} {
		var diags diag.Diagnostics
		if got := ScopeRequest(t.Context(), dynamic(test.scope), false, &diags); !reflect.DeepEqual(got, test.want) || len(diags) > 0 {
			t.Errorf("%s: got %+v, want %+v; %v", name, got, test.want, diags)
		}
	}
	var diags diag.Diagnostics
	unknown := scopeModel{Nodes: types.SetNull(types.StringType), Query: types.DynamicValue(types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()}))}
	if unknown.request(t.Context(), &diags); !slices.Equal(faults(diags), []string{`scope["query"]`}) {
		t.Errorf("a query that is not known: got %v", diags)
	}
}

func TestExactlyOneScope(t *testing.T) {
	t.Parallel()
	const several, none = "More than one scope is given", "The scope is empty"
	group := types.StringValue(allNodes)
	for name, test := range map[string]struct {
		scope types.Object
		want  string
	}{
		"null":                        {types.ObjectNull(scopeShape(true).Types()), ""},
		"unknown":                     {types.ObjectUnknown(scopeShape(true).Types()), ""},
		"one":                         {ofNodes("a"), ""},
		"none":                        {scopeWith(true, nil), none},
		"two":                         {scopeWith(true, map[string]attr.Value{"node_group": group, "application": types.StringValue("App")}), several},
		"a null that has a type":      {ofNodesAndNullQuery("a"), ""},
		"only a null that has a type": {scopeWith(false, map[string]attr.Value{"query": types.DynamicValue(types.StringNull())}), none},
		"unknown only":                {scopeWith(false, map[string]attr.Value{"query": types.DynamicUnknown()}), ""},
		"unknown, of a known type":    {scopeWith(false, map[string]attr.Value{"query": types.DynamicValue(types.StringUnknown())}), ""},
		"one and an unknown":          {scopeWith(false, map[string]attr.Value{"node_group": group, "nodes": types.SetUnknown(types.StringType)}), ""},
		"two and an unknown":          {scopeWith(true, map[string]attr.Value{"node_group": group, "application": types.StringValue("App"), "nodes": types.SetUnknown(types.StringType)}), several},
	} {
		var resp validator.DynamicResponse
		_, deploy := test.scope.AttributeTypes(t.Context())["application"]
		scopeRules{deploy}.ValidateDynamic(t.Context(), validator.DynamicRequest{Path: path.Root("scope"), ConfigValue: dynamic(test.scope)}, &resp)
		got := ""
		if resp.Diagnostics.HasError() {
			got = resp.Diagnostics.Errors()[0].Summary()
		}
		if got != test.want || resp.Diagnostics.ErrorsCount() > 1 {
			t.Errorf("%s: got %v, want %q", name, resp.Diagnostics, test.want)
		}
	}
}
