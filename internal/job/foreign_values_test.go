// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// hostile is a result that no Terraform can hold as it is.
func hostile() map[string]any {
	return map[string]any{
		"e\u0301": 1, "\u00e9": 2, "nested": []any{map[string]any{"o\u0308": "o\u0308"}}, "_sensitive": map[string]any{"a\u030a": 1},
		"": nil, "\U0001ff80": 1, "big": json.RawMessage("1e99999999"), "exact": json.RawMessage(strings.Repeat("7", 154)),
		"long": json.RawMessage(strings.Repeat("7", 1000)), "power": json.RawMessage("1e300"),
		"deep": json.RawMessage(strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)),
	}
}

// addHostile deploys a task and a plan that return what nodes and plans should not. One node returns too much.
func addHostile(h *acctest.Harness) {
	h.AddTask("production", simulator.Task{Name: "hostile", Run: func(run simulator.TaskRun) simulator.TaskOutcome {
		if run.Node.Certname == "node2.example.com" {
			return simulator.TaskOutcome{Result: map[string]any{"text": strings.Repeat("x", 300<<10)}}
		}
		return simulator.TaskOutcome{Result: hostile()}
	}})
	h.AddPlan("production", simulator.Plan{Name: "hostile", Run: func(simulator.PlanRun) simulator.PlanScript {
		return simulator.PlanScript{Result: func([]simulator.PlanJobResult) any { return hostile() }}
	}})
}

// TestResults_OfWhateverKindKeepTheJob applies three times through the real CLI: what is returned must not keep the id out of the state.
func TestResults_OfWhateverKindKeepTheJob(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	h := acctest.New(t)
	addHostile(h)
	c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"hostile\"\ncapture_results = \"all\"\n"+acctest.TwoNodes)+
		acctest.PlanBody(`plan_name = "hostile"`)).Attached()
	said := c.MustRun(t, "apply", "-auto-approve")
	acctest.MustSay(t, strings.Join(strings.Fields(strings.ReplaceAll(said, "│", "")), " "),
		`"e\u0301" is "\u00e9 (2)"`, "Of 1 node only the size is in `results`, under `_omitted`.", "data source `pe_job_nodes`", "`max_node_result_bytes`")
	for range 2 {
		c.MustRun(t, "apply", "-auto-approve")
	}
	c.NoChanges(t)
	if got := h.LaunchesReceived(); got != 2 {
		t.Errorf("the server has received %d launches, want one of the task and one of the plan", got)
	}
	resources := c.Resources(t)
	results := valueOf(t, resources["pe_task.t"]["results"])
	first, _ := results["node1.example.com"].(map[string]any)
	for name, got := range map[string]any{"the task": first["result"], "the plan": valueOf(t, resources["pe_plan_run.p"]["result"])} {
		result, _ := got.(map[string]any)
		if !reflect.DeepEqual(result["nested"], []any{map[string]any{"\u00f6": "\u00f6"}}) || result["big"] != "1e99999999" ||
			result["long"] != strings.Repeat("7", 1000) || result["U+1FF80"] == nil {
			t.Errorf("%s: got %.2000v", name, result)
		}
	}
	second, _ := results["node2.example.com"].(map[string]any)
	if omitted, _ := second["result"].(map[string]any); omitted["_omitted"] == nil || second["state"] != "finished" {
		t.Errorf("got %.2000v", second)
	}
}

// valueOf returns what a state holds of a dynamic attribute.
func valueOf(t *testing.T, attribute any) map[string]any {
	t.Helper()
	typed, ok := attribute.(map[string]any)
	if !ok {
		t.Fatalf("got %T", attribute)
	}
	value, ok := typed["value"].(map[string]any)
	if !ok {
		return typed
	}
	return value
}
