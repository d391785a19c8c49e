// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// These are the cells of the table in the guide "Resource or action?": what Terraform does about actions, by its version.

// onEvent is a configuration in which a resource invokes an action of one node at an event. The task fails with an exit code.
func onEvent(event, more string, exitcode int) string {
	return act("pe_task.a", fmt.Sprintf("task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n params = { exitcode = %d }\n", exitcode)) + `
variable "input" {
  default = "1"
}
resource "terraform_data" "x" {
  input = var.input
  lifecycle {
    action_trigger {
      events  = [` + event + `]
      actions = [action.pe_task.a]
      ` + more + `
    }
  }
}
resource "terraform_data" "next" {
  input = terraform_data.x.output
}
`
}

// newActionCLI is a CLI that knows actions.
func newActionCLI(t *testing.T, config string) (*acctest.CLI, *acctest.Harness) {
	t.Helper()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, config)
	c.NeedsActions(t)
	return c, h
}

// TestVersions_AfterCreateFails has an action fail after its resource was created, by on_failure.
func TestVersions_AfterCreateFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		more    string
		newer   bool // needs Terraform 1.16
		exit    int
		tainted bool
		// next tells that what depends on the resource is created; before 1.16 it always is.
		next bool
		// again is how many jobs there are after another apply.
		again int
	}{
		"by default": {"", false, 1, false, false, 1},
		"halt":       {"on_failure = halt", true, 1, false, false, 1},
		"taint":      {"on_failure = taint", true, 1, true, false, 2},
		"continue":   {"on_failure = continue", true, 0, false, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, h := newActionCLI(t, onEvent("after_create", test.more, 3))
			if test.newer {
				c.NeedsActionsOnDestroy(t)
			}
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if got := acctest.ExitCode(err); got != test.exit {
				t.Errorf("the apply ends with %d, want %d\n%s", got, test.exit, printed)
			}
			made := c.Resources(t)
			if made["terraform_data.x"] == nil || made["terraform_data.x"]["tainted"] != test.tainted {
				t.Errorf("the resource is %v", made["terraform_data.x"])
			}
			if next := made["terraform_data.next"] != nil; next != (test.next || !c.WaitsForActions(t)) {
				t.Errorf("what depends on it was created: %v", next)
			}
			_, _ = c.Run(t, nil, "apply", "-auto-approve")
			launched(t, h, test.again)
		})
	}
}

// TestVersions_DependentsWait has an action that succeeds: what depends on its resource is created after it has ended, from 1.16 on.
func TestVersions_DependentsWait(t *testing.T) {
	t.Parallel()
	c, _ := newActionCLI(t, onEvent("after_create", "", 0))
	printed := c.MustRun(t, "apply", "-auto-approve")
	ended, next := strings.Index(printed, "Action complete: action.pe_task.a"), strings.Index(printed, "terraform_data.next: Creation complete")
	if ended < 0 || next < 0 || (ended < next) != c.WaitsForActions(t) {
		t.Errorf("the action ended at %d, and what depends on it was created at %d of\n%s", ended, next, printed)
	}
}

// TestVersions_BeforeFails has an action fail before its resource is created or changed, which then is not.
func TestVersions_BeforeFails(t *testing.T) {
	t.Parallel()
	t.Run("create", func(t *testing.T) {
		t.Parallel()
		c, _ := newActionCLI(t, onEvent("before_create", "", 3))
		if printed, err := c.Run(t, nil, "apply", "-auto-approve"); acctest.ExitCode(err) != 1 || c.Resources(t)["terraform_data.x"] != nil {
			t.Errorf("%v: %v\n%s", err, c.Resources(t), printed)
		}
	})
	t.Run("update", func(t *testing.T) {
		t.Parallel()
		c, h := newActionCLI(t, onEvent("before_update", "", 3))
		c.MustRun(t, "apply", "-auto-approve")
		launched(t, h, 0)
		if printed, err := c.Run(t, nil, "apply", "-auto-approve", "-var=input=2"); acctest.ExitCode(err) != 1 || c.Resources(t)["terraform_data.x"]["input"] == "2" {
			t.Errorf("%v: %v\n%s", err, c.Resources(t), printed)
		}
		launched(t, h, 1)
	})
}

// TestVersions_Destroy has actions before and after a destroy, which Terraform has from 1.16 on.
func TestVersions_Destroy(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"before_destroy", "after_destroy"} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			c, h := newActionCLI(t, onEvent(event, "", 3))
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if !c.WaitsForActions(t) {
				acctest.MustSay(t, printed, event)
				if err == nil {
					t.Errorf("an older Terraform takes %s:\n%s", event, printed)
				}
				return
			}
			// Everything goes, whatever comes of the action.
			acctest.MustSay(t, c.MustRun(t, "destroy", "-auto-approve"), `Warning: Task "simulate" failed on 1 of 1 node`)
			launched(t, h, 1)
		})
	}
}

// TestVersions_Caller has an action that takes values of the resource that invokes it by the name caller, from 1.16 on.
func TestVersions_Caller(t *testing.T) {
	t.Parallel()
	config := strings.Replace(onEvent("after_create", "", 0), "params = { exitcode = 0 }", "params = { output = caller.output }", 1)
	c, h := newActionCLI(t, config)
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if (err == nil) != c.WaitsForActions(t) {
		t.Fatalf("%v\n%s", err, printed)
	}
	if err == nil && !strings.Contains(fmt.Sprint(h.Jobs()[0].Options["params"]), "output:1") {
		t.Errorf("the job is %+v", h.Jobs()[0])
	}
}

// TestVersions_Invoke invokes an action by its name: nothing else is planned or changed.
func TestVersions_Invoke(t *testing.T) {
	t.Parallel()
	c, h := newActionCLI(t, onEvent("after_create", "", 0))
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", "-invoke=action.pe_task.a"), "Resources: 0 added, 0 changed, 0 destroyed. Actions: 1 invoked.")
	launched(t, h, 1)
}

// TestVersions_DestroyOfOne removes one of several machines: a failure before that keeps it, one after that does not, and whoever removes
// the block as well removes what would have invoked the action.
func TestVersions_DestroyOfOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		event string
		// change is what removes the machine, and whole tells that it is the whole block.
		whole    bool
		exit     int
		there    bool
		launches int
	}{
		"before": {"before_destroy", false, 1, true, 1},
		"after":  {"after_destroy", false, 1, false, 1},
		"block":  {"before_destroy", true, 0, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, h := newActionCLI(t, strings.Replace(onEvent(test.event, "", 3), "input = var.input", "count = tonumber(var.input)\n input = var.input", 1))
			c.NeedsActionsOnDestroy(t)
			text := strings.Replace(c.Read(t, "main.tf"), "input = terraform_data.x.output", "input = 1", 1)
			c.Write(t, "main.tf", text)
			c.MustRun(t, "apply", "-auto-approve")
			if test.whole {
				head, rest, _ := strings.Cut(text, `resource "terraform_data" "x"`)
				_, rest, _ = strings.Cut(rest, "\n}\n")
				c.Write(t, "main.tf", head+rest)
			}
			printed, err := c.Run(t, nil, "apply", "-auto-approve", "-var=input=0")
			if got := acctest.ExitCode(err); got != test.exit {
				t.Errorf("the apply ends with %d, want %d\n%s", got, test.exit, printed)
			}
			if _, there := c.Resources(t)["terraform_data.x[0]"]; there != test.there {
				t.Errorf("the machine is there: %v\n%s", there, printed)
			}
			launched(t, h, test.launches)
		})
	}
}

// TestCLI_SharedLaunchKey has two resources whose actions have the same launch key and run at the same time: one job is started, and both
// actions wait for it.
func TestCLI_SharedLaunchKey(t *testing.T) {
	t.Parallel()
	var config strings.Builder
	for _, name := range []string{"a", "b"} {
		fmt.Fprintf(&config, `
resource "terraform_data" %[1]q {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.pe_task.%[1]s]
    }
  }
}
`, name)
		config.WriteString(act("pe_task."+name, "task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n launch_key = \"once\"\n"))
	}
	c, h := newActionCLI(t, config.String())
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "Actions: 2 invoked.", "job 1 was started", "job 1 had been started before",
		`warning: Task "simulate" was started before: job 1`)
	launched(t, h, 1)
}
