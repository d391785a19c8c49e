// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"reflect"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func TestTypedParams_SayWhatTheServerHasToResolve(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		literal         map[string]any
		queries, groups map[string]string
		want            map[string]orchestrator.PlanParam
	}{
		"none": {nil, nil, nil, map[string]orchestrator.PlanParam{}},
		"one of each": {
			map[string]any{"a": nil}, map[string]string{"b": "nodes {}"}, map[string]string{"c": "00000000-0000-4000-8000-000000000000"},
			map[string]orchestrator.PlanParam{
				"a": {}, "b": {Value: "nodes {}", Type: orchestrator.ParamQuery}, "c": {Value: "00000000-0000-4000-8000-000000000000", Type: orchestrator.ParamNodeGroup}},
		},
	} {
		if got := orchestrator.TypedParams(test.literal, test.queries, test.groups); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
