// SPDX-License-Identifier: MPL-2.0

package workload_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

func TestWarnOfQueries(t *testing.T) {
	t.Parallel()
	const queries, targets = "These hold a PuppetDB query: ", "These are where the plan takes its targets: "
	for name, test := range map[string]struct {
		params  string
		targets []string
		// says is the beginning of the detail, "" for no warning.
		says string
	}{
		"plain values":             {`{"label": "nightly", "count": 3, "list": ["a"], "flag": true, "none": null}`, nil, ""},
		"a query":                  {`{"label": "nightly", "nodes": "nodes[certname] { }"}`, nil, queries + "`nodes`."},
		"a query that is wrapped":  {`{"nodes": {"type": "query", "value": "nodes[certname] { }"}}`, nil, queries + "`nodes`."},
		"an AST query":             {`{"nodes": ["from", "nodes"]}`, nil, queries + "`nodes`."},
		"an AST query as text":     {`{"nodes": "[\"from\", \"nodes\"]"}`, nil, queries + "`nodes`."},
		"several":                  {`{"b": "inventory[certname] { facts.a = 1 }", "a": "nodes { }"}`, nil, queries + "`a`, `b`."},
		"no query for nodes":       {`{"a": "facts[value] { }", "b": "machines { }", "c": "nodes[certname] { certname = }"}`, nil, ""},
		"code of another language": {`{"a": "if x { y }", "b": "case { }", "c": "{}", "d": "[\"a\"]"}`, nil, ""},
		"names of targets":         {`{"targets": "node1.example.com", "label": "x"}`, []string{"targets"}, targets + "`targets`."},
		"a list of targets":        {`{"targets": ["node1.example.com"]}`, []string{"targets"}, targets + "`targets`."},
		"no targets":               {`{"targets": null}`, []string{"more", "targets"}, ""},
		"both": {
			`{"nodes": "nodes { }", "targets": "node1.example.com"}`, []string{"nodes", "targets"}, queries + "`nodes`. " + targets + "`targets`.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var params map[string]json.RawMessage
			if err := json.Unmarshal([]byte(test.params), &params); err != nil {
				t.Fatal(err)
			}
			var diags diag.Diagnostics
			workload.WarnOfQueries("7", params, test.targets, &diags)
			switch {
			case diags.HasError(), len(diags) > 1, (len(diags) == 0) != (test.says == ""):
				t.Errorf("got %v", diags)
			case len(diags) == 1 && (diags[0].Summary() != "Parameters of schedule 7 may be queries" || !strings.HasPrefix(diags[0].Detail(), test.says+"\n\n")):
				t.Errorf("got %s: %s", diags[0].Summary(), diags[0].Detail())
			}
		})
	}
}
