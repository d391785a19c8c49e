// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestProgressLog_NamesNodesWhereSomebodyReadsIt reads the log of an apply, and counts the requests of one whose log nobody reads.
func TestProgressLog_NamesNodesWhereSomebodyReadsIt(t *testing.T) {
	t.Parallel()
	for level, want := range map[string][]string{
		"INFO": {`Task "simulate": node1.example.com finished`, `Task "simulate": node2.example.com failed`},
		"WARN": nil,
		"":     nil,
	} {
		t.Run("level "+level, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"simulate\"\nparams = { fail_on = [\"node2.example.com\"] }\nmax_failed_nodes = 1\n"+acctest.TwoNodes))
			printed, err := c.Run(t, []string{"TF_LOG=", "TF_LOG_PROVIDER=" + level}, "apply", "-auto-approve")
			if err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			for _, line := range want {
				if n := strings.Count(printed, line); n != 1 {
					t.Errorf("%q is logged %d times", line, n)
				}
			}
			if asked := h.Count(http.MethodGet, "/jobs/1/events") > 0; asked != (want != nil) {
				t.Errorf("the events were read: %v", asked)
			}
		})
	}
}
