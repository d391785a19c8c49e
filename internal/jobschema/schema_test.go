// SPDX-License-Identifier: MPL-2.0

package jobschema_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
)

// TestNodeAttributes_AreThoseOfEveryJobAndMore checks which descriptions are different for jobs on nodes: their states, and the timeout.
func TestNodeAttributes_AreThoseOfEveryJobAndMore(t *testing.T) {
	t.Parallel()
	all, ofNodes := jobschema.Attributes(), jobschema.NodeAttributes(noderesults.All)
	for name, attribute := range all {
		same := attribute.GetMarkdownDescription() == ofNodes[name].GetMarkdownDescription()
		if differs := name == "state" || name == "timeout"; same == differs {
			t.Errorf("%s: the same is %v", name, same)
		}
	}
	for _, name := range []string{"noop", "max_failed_nodes", "max_failed_percent", "capture_results", "results", "sensitive_results"} {
		if all[name] != nil || ofNodes[name] == nil {
			t.Errorf("%s belongs to jobs on nodes, and to no others", name)
		}
	}
	if !ofNodes["sensitive_results"].IsSensitive() || ofNodes["results"].IsSensitive() {
		t.Error("sensitive_results alone is sensitive")
	}
}

func TestAttributes_AcceptAndRefuse(t *testing.T) {
	t.Parallel()
	attributes := jobschema.NodeAttributes(noderesults.All)
	for name, test := range map[string]struct{ accepts, refuses []string }{
		"on_destroy":      {[]string{jobschema.Abandon, jobschema.Stop, jobschema.ForceStop}, []string{"", "kill", "Stop"}},
		"capture_results": {[]string{noderesults.All, noderesults.Failed, noderesults.None}, []string{"", "some"}},
		"launch_key":      {[]string{"release-2026.11/web"}, []string{"", "two\nlines"}},
	} {
		attribute := textAttribute(t, attributes[name])
		for _, values := range []struct {
			texts []string
			fails bool
		}{{test.accepts, false}, {test.refuses, true}} {
			for _, text := range values.texts {
				var answer validator.StringResponse
				for _, v := range attribute.Validators {
					v.ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(text)}, &answer)
				}
				if answer.Diagnostics.HasError() != values.fails {
					t.Errorf("%s = %q: got %v", name, text, answer.Diagnostics)
				}
			}
		}
	}
}

func textAttribute(t *testing.T, attribute schema.Attribute) schema.StringAttribute {
	t.Helper()
	text, ok := attribute.(schema.StringAttribute)
	if !ok {
		t.Fatalf("got %T, want the attribute of a text", attribute)
	}
	return text
}
