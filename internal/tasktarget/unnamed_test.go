// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// unnamed is a server that does not say the names of its task-targets, and has one.
func unnamed(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t, func(o *simulator.Options) { o.UnnamedTaskTargets = true })
	allTasks := false
	acctest.Started(t)(h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "web restarts", Tasks: []string{"service"}, AllTasks: &allTasks, Nodes: []string{acctest.Node(1)}, NodeGroups: []string{},
	}))
	h.ResetRequests()
	return h
}

func namedTarget(name string) string {
	return "resource \"pe_task_target\" \"web\" {\n display_name = \"" + name + "\"\n tasks = [\"service\"]\n nodes = [\"node1.example.com\"]\n}\n"
}

const importingTarget = "import {\n to = pe_task_target.web\n id = \"1\"\n}\n"

// TestTaskTarget_ImportFromAServerThatSaysNoName takes over the configured name, and replaces nothing.
func TestTaskTarget_ImportFromAServerThatSaysNoName(t *testing.T) {
	t.Parallel()
	h := unnamed(t)
	name := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			acctest.Value(acctest.WebTarget, "display_name", knownvalue.StringExact(want)),
			acctest.Value(acctest.WebTarget, "id", knownvalue.StringExact("1")),
		}
	}
	nothingSent := h.Writes(0, "POST", "/command/task_target")
	h.RunCLI(t,
		// What Terraform generates has the name that stands in.
		resource.TestStep{
			Config: h.Config(importingTarget + namedTarget("task-target 1")), ConfigStateChecks: name("task-target 1"), Check: nothingSent,
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(acctest.WebTarget, plancheck.ResourceActionNoop)),
		},
		resource.TestStep{
			Config: h.Config(namedTarget("web restarts")), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.WebTarget)),
			ConfigStateChecks: name("web restarts"), Check: nothingSent,
		},
		resource.TestStep{Config: h.Config(namedTarget("web restarts")), PlanOnly: true},
		// From now on the name is known, and a change makes a new task-target.
		resource.TestStep{
			Config: h.Config(namedTarget("web")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.WebTarget)),
			Check: h.Writes(1, "POST", "/command/task_target"),
		},
	)
}

// TestTaskTarget_ImportWithAName has a configuration with a name of its own.
func TestTaskTarget_ImportWithAName(t *testing.T) {
	t.Parallel()
	h := unnamed(t)
	h.RunCLI(t,
		resource.TestStep{
			Config: h.Config(importingTarget + namedTarget("web restarts")), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.WebTarget)),
			Check: h.Writes(0, "POST", "/command/task_target"),
		},
		resource.TestStep{Config: h.Config(namedTarget("web restarts")), PlanOnly: true},
	)
}

// TestTaskTarget_NamedAsOneThatStandsIn has a name of its own that only looks like one that stands in.
func TestTaskTarget_NamedAsOneThatStandsIn(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.UnnamedTaskTargets = true })
	h.Run(t,
		resource.TestStep{Config: h.Config(namedTarget("task-target 1"))},
		resource.TestStep{
			Config: h.Config(namedTarget("web")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.WebTarget)),
			Check: h.Writes(2, "POST", "/command/task_target"),
		},
	)
}
