// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestTaskTarget_FewRequestsToCreateMany has the CLI create task-targets in one command, and by a plan that was saved. A command asks for the
// tasks once, although it plans in two processes, and for what is there before the first creation. What is missing is warned of by both.
func TestTaskTarget_FewRequestsToCreateMany(t *testing.T) {
	t.Parallel()
	const asksTasks, asksTargets = "/orchestrator/v1/tasks", "/orchestrator/v1/scopes/task_targets"
	for name, test := range map[string]struct {
		task     string
		commands [][]string
		// want are the paths that were read by the last command.
		want  []string
		warns bool
	}{
		"one command":        {"package", [][]string{{"apply", "-auto-approve"}}, []string{asksTasks, asksTargets}, false},
		"a saved plan":       {"package", [][]string{{"plan", "-out=saved"}, {"apply", "saved"}}, []string{asksTasks, asksTargets}, false},
		"one that is absent": {"pakage", [][]string{{"apply", "-auto-approve"}}, []string{asksTasks, asksTasks, asksTargets}, true},
		"a second command": {"package", [][]string{{"apply", "-auto-approve", "-var-file=none.tfvars"}, {"apply", "-auto-approve", "-replace=pe_task_target.x[0]"}},
			[]string{asksTasks, asksTargets, asksTargets, "/rbac-api/v1/roles"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, fmt.Sprintf("resource \"pe_task_target\" \"x\" {\n count = 12\n display_name = \"x${count.index}\"\n tasks = [%q]\n nodes = [\"node1.example.com\"]\n}\n", test.task))
			c.Write(t, "none.tfvars", "")
			said := ""
			for _, command := range test.commands {
				h.ResetRequests()
				said = c.MustRun(t, command...)
			}
			var got []string
			for _, r := range h.Requests() {
				if r.Method == http.MethodGet {
					got = append(got, r.Path)
				}
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
			if warned := acctest.Says(`There is no task "pakage"`).MatchString(said); warned != test.warns {
				t.Errorf("warned is %v:\n%s", warned, said)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, ".terraform", "pe-plan")); !os.IsNotExist(err) {
				t.Errorf("something is left for the next command: %v", err)
			}
		})
	}
}
