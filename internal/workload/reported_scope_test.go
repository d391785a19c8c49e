// SPDX-License-Identifier: MPL-2.0

package workload_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// scopeOf is the value of a scope attribute. A part that is empty is not there.
func scopeOf(t *testing.T, nodes []string, query, group string) types.Dynamic {
	t.Helper()
	parts := map[string]any{}
	if nodes != nil {
		parts["nodes"] = nodes
	}
	if query != "" {
		parts["query"] = json.RawMessage(query)
	}
	if group != "" {
		parts["node_group"] = group
	}
	text, err := json.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	value, err := tfvalue.FromJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestReportedScope_KeepsWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	const ast, pql = `["from", "nodes", ["=", "certname", "a"]]`, `"nodes { certname = 'a' }"`
	null := types.DynamicNull()
	one, many := scopeOf(t, []string{"a"}, "", ""), scopeOf(t, []string{"a", "b", "c"}, "", "")
	query, group := scopeOf(t, nil, ast, ""), scopeOf(t, nil, "", "g")
	listed := types.DynamicValue(tfvalue.Object(map[string]attr.Value{
		"nodes": types.DynamicNull(),
		"query": types.DynamicValue(types.ListValueMust(types.StringType, []attr.Value{types.StringValue("from"), types.StringValue("nodes")})),
	}))
	text := scopeOf(t, nil, `"[\"from\", \"nodes\"]"`, "")
	tests := map[string]struct {
		prior    types.Dynamic
		reported *orchestrator.Scope
		want     types.Dynamic
	}{
		"nothing is reported":               {many, nil, many},
		"nothing is there or reported":      {null, nil, null},
		"an empty scope":                    {many, &orchestrator.Scope{}, null},
		"an empty scope, and none before":   {null, &orchestrator.Scope{}, null},
		"none before":                       {null, &orchestrator.Scope{Nodes: []string{"a"}}, one},
		"one node":                          {one, &orchestrator.Scope{Nodes: []string{"a"}}, one},
		"another node":                      {scopeOf(t, []string{"b"}, "", ""), &orchestrator.Scope{Nodes: []string{"a"}}, one},
		"many nodes, in another order":      {many, &orchestrator.Scope{Nodes: []string{"c", "a", "b"}}, many},
		"a node more":                       {one, &orchestrator.Scope{Nodes: []string{"c", "b", "a"}}, many},
		"the same AST":                      {query, &orchestrator.Scope{Query: []byte(`["from","nodes",["=","certname","a"]]`)}, query},
		"the same AST as a list":            {listed, &orchestrator.Scope{Query: []byte(`["from","nodes"]`)}, listed},
		"the same AST as JSON text":         {text, &orchestrator.Scope{Query: []byte(`["from","nodes"]`)}, text},
		"another AST":                       {query, &orchestrator.Scope{Query: []byte(pql)}, scopeOf(t, nil, pql, "")},
		"the same PQL":                      {scopeOf(t, nil, pql, ""), &orchestrator.Scope{Query: []byte(pql)}, scopeOf(t, nil, pql, "")},
		"the same group":                    {group, &orchestrator.Scope{NodeGroup: "g"}, group},
		"another group":                     {group, &orchestrator.Scope{NodeGroup: "h"}, scopeOf(t, nil, "", "h")},
		"a group in the place of nodes":     {one, &orchestrator.Scope{NodeGroup: "g"}, group},
		"nodes in the place of a group":     {group, &orchestrator.Scope{Nodes: []string{"a"}}, one},
		"a scope that was not known before": {types.DynamicUnknown(), &orchestrator.Scope{NodeGroup: "g"}, group},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			if got := workload.ReportedScope(test.prior, test.reported, false, &diags); !got.Equal(test.want) || diags.HasError() {
				t.Errorf("the scope is %s, want %s; %v", got, test.want, diags)
			}
		})
	}
}
