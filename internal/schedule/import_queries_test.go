// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestScheduledPlanImport_WarnsOfQueries imports a plan whose nodes are a query. The plan shows a warning, and once the query is where
// queries belong, it is sent as one again.
func TestScheduledPlanImport_WarnsOfQueries(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	start := h.TimeIn(40 * time.Hour)
	config := func(params string) string {
		return "provider \"pe\" {}\nresource \"pe_scheduled_plan\" \"s\" {\n plan_name = \"facts::info\"\n scheduled_time = \"" + start + "\"\n" + params + "\n}\n"
	}
	const query = `nodes[certname] { certname = \"node1.example.com\" }`
	acctest.NewCLI(t, h, config(`query_params = { targets = "`+query+`" }`)).Attached().MustRun(t, "apply", "-auto-approve")

	const imports = "import {\n to = pe_scheduled_plan.s\n id = \"1\"\n}\n"
	printed := acctest.NewCLI(t, h, imports+config(`params = { targets = "`+query+`" }`)).Attached().MustRun(t, "plan")
	acctest.MustSay(t, printed, "1 to import, 0 to add, 0 to change", "Parameters of schedule 1 may be queries", "These hold a PuppetDB query: `targets`.",
		"Move those that are queries to `query_params` in the configuration")

	c := acctest.NewCLI(t, h, imports+config(`query_params = { targets = "`+query+`" }`)).Attached()
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "1 imported, 0 added, 1 changed, 0 destroyed")
	c.NoChanges(t)
	sent := ""
	for _, r := range h.Requests() {
		if r.Method == "PUT" {
			sent = string(r.Body)
		}
	}
	if !strings.Contains(sent, `"type":"query"`) {
		t.Errorf("the server was sent %s", sent)
	}
}

// TestScheduledPlanImport_WarnsOfTargets has a plan whose targets are names. Only the plan's metadata tell that they may be a query.
func TestScheduledPlanImport_WarnsOfTargets(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	start := h.TimeIn(40 * time.Hour)
	config := func(arguments string) string {
		return "provider \"pe\" {\n" + arguments + "\n}\nresource \"pe_scheduled_plan\" \"s\" {\n plan_name = \"facts::info\"\n scheduled_time = \"" + start +
			"\"\n params = { targets = \"node1.example.com\" }\n}\n"
	}
	acctest.NewCLI(t, h, config("")).Attached().MustRun(t, "apply", "-auto-approve")
	const imports = "import {\n to = pe_scheduled_plan.s\n id = \"1\"\n}\n"
	acctest.MustSay(t, acctest.NewCLI(t, h, imports+config("")).Attached().MustRun(t, "plan"), "These are where the plan takes its targets: `targets`.")
	if printed := acctest.NewCLI(t, h, imports+config("validate_params = false")).Attached().MustRun(t, "plan"); strings.Contains(printed, "may be queries") {
		t.Errorf("the metadata were read although they are not to be:\n%s", printed)
	}
}
