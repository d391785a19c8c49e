// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// BenchmarkPlanSize measures what a reviewer reads, and what the state holds, when a task over a fleet is to run again because a
// trigger has changed. The jobs guide has the numbers.
func BenchmarkPlanSize(b *testing.B) {
	for _, nodes := range []int{400, 5000} {
		for _, capture := range []string{"failed", "all"} {
			b.Run(fmt.Sprintf("%d nodes, %s", nodes, capture), func(b *testing.B) {
				h := acctest.New(b, func(o *simulator.Options) { o.Nodes, o.TimeScale = nodes, 1000 })
				c := acctest.NewCLI(b, h, acctest.TaskBody(fmt.Sprintf(`
  task            = "package"
  params          = { action = "status", name = "openssl" }
  scope           = { node_group = %q }
  capture_results = %q
  triggers        = { run = "first" }`, simulator.AllNodesGroup, capture)))
				c.MustRun(b, "apply", "-auto-approve")
				state, err := os.Stat(filepath.Join(c.Dir, "terraform.tfstate"))
				if err != nil {
					b.Fatal(err)
				}
				c.Write(b, "main.tf", strings.Replace(c.Read(b, "main.tf"), "first", "second", 1))
				plan := ""
				for b.Loop() {
					plan = c.MustRun(b, "plan")
				}
				b.ReportMetric(float64(strings.Count(plan, "\n")), "plan-lines")
				b.ReportMetric(float64(len(plan)), "plan-bytes")
				b.ReportMetric(float64(state.Size()), "state-bytes")
			})
		}
	}
}
