// SPDX-License-Identifier: MPL-2.0

package actionschema_test

import (
	"strings"
	"testing"

	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/actionschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
)

// TestArguments_OfEachJob converts the attributes of each kind of job: inputs keep whether they are required, and outputs are left out.
func TestArguments_OfEachJob(t *testing.T) {
	t.Parallel()
	for kind, attributes := range map[string]map[string]resource.Attribute{
		"task": jobschema.TaskAttributes(), "deploy": jobschema.DeployAttributes(), "plan run": jobschema.PlanRunAttributes(),
	} {
		arguments := actionschema.Arguments(attributes)
		for name, attribute := range attributes {
			argument, ok := arguments[name]
			input := attribute.IsOptional() || attribute.IsRequired()
			switch {
			case ok && argument == nil:
				t.Errorf("%s: %s has a type that is not converted", kind, name)
			case ok && !input:
				t.Errorf("%s: the output %s is an argument", kind, name)
			case ok && (argument.IsRequired() != attribute.IsRequired() || argument.IsWriteOnly() != attribute.IsWriteOnly() || !argument.GetType().Equal(attribute.GetType())):
				t.Errorf("%s: %s is another argument than that of the resource", kind, name)
			}
		}
		for _, name := range []string{"triggers", "on_destroy", "sensitive_params_version", "capture_results", "id", "state"} {
			if _, ok := arguments[name]; ok {
				t.Errorf("%s: it takes %s", kind, name)
			}
		}
	}
}

// TestArguments_SaysWhatHoldsForActions has descriptions of which a part holds for resources only.
func TestArguments_SaysWhatHoldsForActions(t *testing.T) {
	t.Parallel()
	arguments := actionschema.Arguments(jobschema.TaskAttributes())
	for name, want := range map[string]string{
		"task":    "Full name of the task, such as `package` or `mysql::sql`.",
		"noop":    "Whether to only simulate changes. The server's default is `false`.",
		"targets": "Give its secrets ephemeral values: only these stay out of plan files.",
	} {
		if got := arguments[name].GetMarkdownDescription(); got != want && (name != "targets" || !strings.Contains(got, want) || strings.Contains(got, "stored nowhere")) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
