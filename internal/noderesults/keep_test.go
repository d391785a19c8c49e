// SPDX-License-Identifier: MPL-2.0

package noderesults_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// captured adds nodes with the given results to a capture of all results.
func captured(tb testing.TB, limits noderesults.Limits, results ...string) *noderesults.Capture {
	tb.Helper()
	capture := noderesults.New(noderesults.Job{
		ID: "81", Mode: noderesults.All, Expected: len(results), Limits: limits, Redact: func(text string) string { return text },
	})
	for i, result := range results {
		capture.Add(orchestrator.JobNode{Name: fmt.Sprintf("n%05d", i), State: orchestrator.NodeFinished, Result: json.RawMessage(result)})
	}
	return capture
}

// kept returns the results and the secret results of a capture, by node.
func kept(tb testing.TB, capture *noderesults.Capture) (results, sensitive map[string]any) {
	tb.Helper()
	values, secrets := capture.Values()
	first, err := tfvalue.ToGo(values)
	if err != nil {
		tb.Fatal(err)
	}
	second, err := tfvalue.ToGo(secrets)
	if err != nil {
		tb.Fatal(err)
	}
	results, _ = first.(map[string]any)
	sensitive, _ = second.(map[string]any)
	return results, sensitive
}

func isOmitted(results map[string]any, name string) bool {
	entry, _ := results[name].(map[string]any)
	result, _ := entry["result"].(map[string]any)
	return result["_omitted"] != nil && entry["state"] == "finished"
}

func TestCapture_KeepsNoResultThatIsTooLarge(t *testing.T) {
	t.Parallel()
	large := fmt.Sprintf(`{"a":%q,"_sensitive":"x"}`, strings.Repeat("y", 3000))
	many := "[" + strings.Repeat("1,", 100) + `1]` // short as text, not as values
	capture := captured(t, noderesults.Limits{Each: 2000}, `{"a":"b","_sensitive":"x"}`, large, many)
	results, sensitive := kept(t, capture)
	if isOmitted(results, "n00000") || !isOmitted(results, "n00001") || !isOmitted(results, "n00002") || len(sensitive) != 1 || sensitive["n00000"] != "x" {
		t.Errorf("got %v and %v", results, sensitive)
	}
	var diags diag.Diagnostics
	capture.Warn("Task \"x\"", &diags)
	if len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Detail(), "Of 2 nodes only the size is in `results`") ||
		!strings.Contains(diags[0].Detail(), "The data source `pe_job_nodes` with `job_id = \"81\"`") {
		t.Errorf("got %v", diags)
	}
}

func TestCapture_KeepsNoMoreThanTheLimitOfAll(t *testing.T) {
	t.Parallel()
	results := make([]string, 100)
	for i := range results {
		results[i] = fmt.Sprintf(`{"a":%q,"_sensitive":"x"}`, strings.Repeat("y", 1000))
	}
	capture := captured(t, noderesults.Limits{All: 64 << 10}, results...)
	got, sensitive := kept(t, capture)
	encoded, err := json.Marshal(got)
	if err != nil || len(encoded) > 64<<10 || len(got) != 100 || isOmitted(got, "n00000") || !isOmitted(got, "n00099") {
		t.Errorf("got %d bytes of %d nodes, %v", len(encoded), len(got), err)
	}
	for name := range sensitive {
		if isOmitted(got, name) {
			t.Errorf("the secret of %s is kept without its result", name)
		}
	}
	if all, _ := kept(t, captured(t, noderesults.Limits{}, results...)); isOmitted(all, "n00099") {
		t.Error("results below the limits are not kept")
	}
}

func TestCapture_LeavesOutWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	capture := captured(t, noderesults.Limits{}, `{"a":1}`, `{`)
	results, _ := kept(t, capture)
	var diags diag.Diagnostics
	capture.Warn("Task \"x\"", &diags)
	if entry, _ := results["n00001"].(map[string]any); entry["state"] != "finished" || entry["result"] != nil || len(diags) != 1 || diags.HasError() {
		t.Errorf("got %v, %v", results, diags)
	}
}

// BenchmarkCapture measures time and memory of what is kept of large results.
func BenchmarkCapture(b *testing.B) {
	for name, test := range map[string]struct {
		nodes int
		size  int
	}{"20,000 nodes with 7 kB": {20_000, 7_000}, "3 nodes with 90 MB": {3, 90_000_000}} {
		b.Run(name, func(b *testing.B) {
			result := fmt.Sprintf(`{"output":%q}`, strings.Repeat("y", test.size))
			results := make([]string, test.nodes)
			for i := range results {
				results[i] = result
			}
			b.ReportAllocs()
			for b.Loop() {
				values, _ := captured(b, noderesults.Limits{}, results...).Values()
				if values.IsNull() {
					b.Fatal("nothing is kept")
				}
			}
		})
	}
}
