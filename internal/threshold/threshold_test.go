// SPDX-License-Identifier: MPL-2.0

package threshold_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/threshold"
)

func TestModel_JudgesAndSaysOnWhatGrounds(t *testing.T) {
	t.Parallel()
	two := outcome.Job{State: "finished", NodeCount: 2, NodeStates: map[orchestrator.NodeState]int64{"finished": 1, "failed": 1}}
	empty := outcome.Job{State: jobvalue.EmptyState}
	one, three := types.Int64Value(1), types.Int64Value(3)
	for name, test := range map[string]struct {
		model  threshold.Model
		job    outcome.Job
		fails  bool
		ground string
	}{
		"a failure that is not allowed":  {threshold.Model{}, two, true, "More of its nodes have failed"},
		"a failure that is allowed":      {threshold.Model{MaxFailedNodes: one}, two, false, ""},
		"a percentage that is allowed":   {threshold.Model{MaxFailedPercent: types.Float64Value(50)}, two, false, ""},
		"too few nodes":                  {threshold.Model{MaxFailedNodes: one, MinNodes: three}, two, true, "It took 2 nodes, and `min_nodes` asks for 3"},
		"no node, which is allowed":      {threshold.Model{AllowEmptyScope: types.BoolValue(true)}, empty, false, ""},
		"no node, which is not allowed":  {threshold.Model{AllowEmptyScope: types.BoolValue(false)}, empty, true, "Its scope had no node"},
		"no node, and nothing said":      {threshold.Model{}, empty, true, "`allow_empty_scope`"},
		"no node, and failures may be":   {threshold.Model{MaxFailedNodes: three}, empty, true, "Its scope had no node"},
		"an unknown number may allow it": {threshold.Model{MaxFailedNodes: types.Int64Unknown()}, two, false, ""},
		"an unknown share may allow it":  {threshold.Model{MaxFailedPercent: types.Float64Unknown()}, two, false, ""},
		"no node, which may be allowed":  {threshold.Model{AllowEmptyScope: types.BoolUnknown()}, empty, false, ""},
		"an unknown number asks nothing": {threshold.Model{MaxFailedNodes: one, MinNodes: types.Int64Unknown()}, two, false, ""},
	} {
		if got := test.model.Fails(test.job); got != test.fails {
			t.Errorf("%s: fails: %v", name, got)
		}
		if got := test.model.Grounds(test.job); test.fails && !strings.Contains(got, test.ground) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestModel_RefusesWhatCannotSucceed(t *testing.T) {
	t.Parallel()
	three, yes := types.Int64Value(3), types.BoolValue(true)
	for name, test := range map[string]struct {
		model threshold.Model
		named int64
		want  string
	}{
		"nothing":              {threshold.Model{}, 2, ""},
		"enough":               {threshold.Model{MinNodes: three}, 3, ""},
		"a query":              {threshold.Model{MinNodes: three}, 0, ""},
		"too few":              {threshold.Model{MinNodes: three}, 2, "The scope has fewer nodes than min_nodes"},
		"not known yet":        {threshold.Model{MinNodes: types.Int64Unknown()}, 2, ""},
		"none, and three":      {threshold.Model{MinNodes: three, AllowEmptyScope: yes}, 0, "No node is allowed, and asked for"},
		"none, not known yet":  {threshold.Model{MinNodes: three, AllowEmptyScope: types.BoolUnknown()}, 0, ""},
		"none, which is false": {threshold.Model{MinNodes: three, AllowEmptyScope: types.BoolValue(false)}, 0, ""},
	} {
		var diags diag.Diagnostics
		test.model.Validate(test.named, &diags)
		got := ""
		if len(diags) > 0 {
			got = diags[0].Summary()
		}
		if got != test.want || len(diags) > 1 {
			t.Errorf("%s: got %v, want %q", name, diags, test.want)
		}
	}
}

func TestModel_IsConcernedOnceTheJobRuns(t *testing.T) {
	t.Parallel()
	model := threshold.Model{MinNodes: types.Int64Value(3)}
	for name, test := range map[string]struct {
		job  orchestrator.Job
		want string
	}{
		"not begun": {orchestrator.Job{State: orchestrator.JobNew}, ""},
		"too few":   {orchestrator.Job{State: "running", NodeCount: 1}, "it took 1 node, and min_nodes asks for 3"},
		"enough":    {orchestrator.Job{State: "running", NodeCount: 3}, ""},
		"no node":   {orchestrator.Job{State: "ready"}, "it took 0 nodes, and min_nodes asks for 3"},
	} {
		if got := model.Concern(test.job); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
