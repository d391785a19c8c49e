// SPDX-License-Identifier: MPL-2.0

package verdict_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
)

func TestOfNodes_SaysWhatIsAllowed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		allowed outcome.Allowed
		want    string
	}{
		"none":           {outcome.Allowed{}, "No failure is allowed: see `max_failed_nodes` and `max_failed_percent`."},
		"nodes":          {outcome.Allowed{Nodes: 3}, "`max_failed_nodes` allows 3."},
		"percent":        {outcome.Allowed{Percent: 12.5}, "`max_failed_percent` allows 12.5 percent."},
		"a tiny percent": {outcome.Allowed{Percent: 0.01}, "`max_failed_percent` allows 0.01 percent."},
	} {
		v := verdict.OfNodes(verdict.Nodes{Judged: outcome.Verdict{Failed: 9, Total: 10}, Allowed: test.allowed})
		if !strings.HasSuffix(v.Detail, "\n\n"+test.want) {
			t.Errorf("%s: got %q, want %q", name, v.Detail, test.want)
		}
	}
}

func TestPlanMessage_FindsTheSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                "",
		`null`:                            "",
		`"it broke"`:                      "it broke",
		`["it broke"]`:                    "",
		`17`:                              "",
		`{}`:                              "",
		`{"msg":"it broke"}`:              "it broke",
		`{"msg":"it broke","kind":"a/b"}`: "it broke (a/b)",
		`{"kind":"a/b"}`:                  "(a/b)",
		`{"msg":17,"kind":null}`:          "",
		`{"msg":null,"details":{}}`:       "",
	} {
		value, err := tfvalue.FromJSON(json.RawMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := verdict.PlanMessage(value); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := verdict.PlanMessage(types.DynamicUnknown()); got != "" {
		t.Errorf("what is not known: got %q", got)
	}
}
