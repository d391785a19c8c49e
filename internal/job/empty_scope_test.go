// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	nobody = "scope = { query = \"nodes[certname] { certname = 'new.example.com' }\" }\n"
	fine   = "allow_empty_scope = true\n"
)

// emptyScopes are the two kinds of jobs that have a scope.
var emptyScopes = map[string]struct {
	address string
	body    func(string) string
}{
	"task":   {acctest.Task, func(body string) string { return acctest.TaskBody("task = \"facts\"\n" + body) }},
	"deploy": {deploy, func(body string) string { return deployBody("environment = \"production\"\n" + body) }},
}

// TestEmptyScope_IsAResourceWithoutAJob goes from no node to one, and back.
func TestEmptyScope_IsAResourceWithoutAJob(t *testing.T) {
	t.Parallel()
	for kind, job := range emptyScopes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			config := func(body string) string { return h.Config(job.body(nobody + body)) }
			empty := []statecheck.StateCheck{
				acctest.Value(job.address, "id", knownvalue.StringExact("none")),
				acctest.Value(job.address, "state", knownvalue.StringExact("empty")),
				acctest.Value(job.address, "node_count", knownvalue.Int64Exact(0)),
				acctest.Value(job.address, "node_states", knownvalue.MapExact(map[string]knownvalue.Check{})),
				acctest.Value(job.address, "results", knownvalue.ObjectExact(map[string]knownvalue.Check{})),
				acctest.Value(job.address, "url", knownvalue.Null()),
				acctest.Value(job.address, "finished_at", knownvalue.Null()),
			}
			none := acctest.Planned(plancheck.ExpectEmptyPlan())
			h.Run(t,
				resource.TestStep{Config: config(""), ExpectError: acctest.Says("puppetlabs.orchestrator/empty-target")},
				resource.TestStep{Config: config(fine), ConfigStateChecks: empty},
				resource.TestStep{Config: config(fine), ConfigPlanChecks: none},
				// How it is watched changes nothing.
				resource.TestStep{Config: config(fine + "capture_results = \"all\"\non_destroy = \"stop\"\ndescription = \"x\""), ConfigStateChecks: empty, ConfigPlanChecks: acctest.Planned(acctest.Updates(job.address))},
				resource.TestStep{
					PreConfig: func() {
						h.AddNode(simulator.Node{Certname: "new.example.com", Environment: "production", Connected: true})
					},
					Config: config(fine), ConfigPlanChecks: acctest.Planned(acctest.Updates(job.address)), ConfigStateChecks: empty,
				},
				resource.TestStep{Config: config(fine), ConfigPlanChecks: none},
				resource.TestStep{
					Config:           config(fine + "triggers = { again = \"1\" }"),
					ConfigPlanChecks: acctest.Planned(acctest.Replaces(job.address)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(job.address, "id", knownvalue.StringExact("1")),
						acctest.Value(job.address, "node_count", knownvalue.Int64Exact(1)),
						acctest.Value(job.address, "state", knownvalue.StringExact("finished")),
					},
				},
			)
			if n := len(h.Jobs()); n != 1 {
				t.Errorf("there were %d jobs", n)
			}
		})
	}
}

// TestEmptyScope_IsAFailureWithoutTheAttribute takes the attribute away again. The plan says why it asks the server once more.
func TestEmptyScope_IsAFailureWithoutTheAttribute(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, emptyScopes["task"].body(nobody+fine)).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), fine, "", 1))
	acctest.MustSay(t, c.MustRun(t, "plan"), "must be replaced", "Its scope had no node, and `allow_empty_scope` does not allow that now")
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), nobody, nobody+fine, 1))
	c.NoChanges(t)
	c.MustRun(t, "destroy", "-auto-approve")
}

// TestEmptyScope_IsNoExcuse has what the server refuses in the same way, or for another reason, stay an error.
func TestEmptyScope_IsNoExcuse(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, test := range map[string]struct{ body, says string }{
		"named nodes that nobody knows": {acctest.TaskBody("task = \"facts\"\nscope = { nodes = [\"nobody.example.com\"] }\n" + fine), "nobody.example.com is not connected to the PCP broker"},
		"a query that is wrong":         {deployBody("environment = \"production\"\nscope = { query = \"nodes { no_such_field = 1 }\" }\n" + fine), "puppetlabs.orchestrator/query-error"},
		"an environment without nodes":  {deployBody("environment = \"staging\"\n" + fine), "puppetlabs.orchestrator/empty-environment"},
		"a number of nodes beside it":   {emptyScopes["task"].body(nobody + fine + "min_nodes = 1"), "No node is allowed, and asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.body), ExpectError: acctest.Says(test.says)})
		})
	}
	t.Run("hosts that are not in the scope", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		c := acctest.NewCLI(t, h, emptyScopes["task"].body(nobody+fine+`targets = [{ hostnames = ["router.example.com"], transport = "ssh", user = "x", password = "secret" }]`)).Attached()
		c.NeedsWriteOnly(t)
		printed, err := c.Run(t, nil, "apply", "-auto-approve")
		if acctest.ExitCode(err) != 1 {
			t.Fatalf("%v\n%s", err, printed)
		}
		acctest.MustSay(t, printed, "puppetlabs.orchestrator/empty-target")
	})
}
