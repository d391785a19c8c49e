// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// withKey is a long job with a key.
func (j longJob) withKey(more string) string {
	return j.withArguments("launch_key = \"release-1/web\"\n" + more)
}

// elsewhere applies a configuration on a machine that knows nothing, like a new runner, and discards the state.
func elsewhere(t *testing.T, h *acctest.Harness, address, config, state string) {
	t.Helper()
	apart := &acctest.Harness{Simulator: h.Simulator, Machine: h.Machine}
	apart.Run(t, resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
		acctest.Value(address, "id", knownvalue.StringExact("1")), acctest.Value(address, "state", knownvalue.StringExact(state)),
	}})
}

// TestLaunchKey_TakesOverWhatSucceeded applies the same key on two machines: the second starts nothing.
func TestLaunchKey_TakesOverWhatSucceeded(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			on(h, http.MethodPost, job.launch, true, simulator.NoAction, h.FinishAll)
			config := h.Config(job.withKey(""))
			elsewhere(t, h, job.address, config, job.done)
			elsewhere(t, h, job.address, config, job.done)
			if got := h.LaunchesReceived(); got != 1 {
				t.Errorf("the server has received %d launches", got)
			}
		})
	}
}

// TestLaunchKey_TakesOverWhatRuns kills an apply in its wait and applies in a fresh directory, which has no note of it.
func TestLaunchKey_TakesOverWhatRuns(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			on(h, http.MethodGet, job.poll, true, simulator.NoAction, h.FinishAll)
			h.Run(t, resource.TestStep{Config: h.Config(job.withKey("wait_for_completion = false")), Check: h.Launches(1)})
			elsewhere(t, h, job.address, h.Config(job.withKey("")), job.done)
			if got := h.LaunchesReceived(); got != 1 {
				t.Errorf("the server has received %d launches", got)
			}
		})
	}
}

// TestLaunchKey_RunsAgain has everything that makes another run: another key, other inputs, a trigger, or a run that has failed or was
// stopped.
func TestLaunchKey_RunsAgain(t *testing.T) {
	t.Parallel()
	nothing := func(*acctest.Harness) {}
	connect := func(connected bool) func(h *acctest.Harness) {
		return func(h *acctest.Harness) {
			h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Connected = connected })
		}
	}
	const body = quickJob + "launch_key = \"release-1\"\nparams = { output = \"a\" }\ntriggers = { run = \"1\" }\n"
	for name, test := range map[string]struct {
		before, after string
		first, then   func(h *acctest.Harness)
	}{
		"another key":     {body, strings.Replace(body, "release-1", "release-2", 1), nothing, nothing},
		"other inputs":    {body, strings.Replace(body, `"a"`, `"b"`, 1), nothing, nothing},
		"another trigger": {body, strings.Replace(body, `run = "1"`, `run = "2"`, 1), nothing, nothing},
		"no key":          {body, strings.Replace(body, `launch_key = "release-1"`, "", 1), nothing, nothing},
		"it has failed":   {body + "max_failed_nodes = 1\n", body, connect(false), connect(true)},
		"it was stopped": {
			body + "wait_for_completion = false\n", body,
			func(h *acctest.Harness) {
				on(h, http.MethodPost, launchPaths[1], true, simulator.NoAction, func() { h.StopJob("1", true) })
			},
			nothing,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			test.first(h)
			apart := &acctest.Harness{Simulator: h.Simulator, Machine: h.Machine}
			h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody(test.before)), Check: h.Launches(1)})
			test.then(h)
			apart.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody(test.after)), Check: h.Launches(2)})
		})
	}
}

// TestLaunchKey_ThresholdsDecide judges an earlier run by the thresholds of the current configuration.
func TestLaunchKey_ThresholdsDecide(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const body = "task = \"simulate\"\nlaunch_key = \"release-1\"\nparams = { fail_on = [\"node2.example.com\"] }\n" + acctest.TwoNodes + "\n"
	config := h.Config(acctest.TaskBody(body + "max_failed_nodes = 1"))
	elsewhere(t, h, acctest.Task, config, "failed")
	elsewhere(t, h, acctest.Task, config, "failed")
	if got := h.LaunchesReceived(); got != 1 {
		t.Errorf("the server has received %d launches", got)
	}
}

// TestLaunchKey_ReplaceRunsAgain: a job that is being replaced is not adopted.
func TestLaunchKey_ReplaceRunsAgain(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.TaskBody(quickJob+"launch_key = \"release-1\"")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	c.MustRun(t, "apply", "-auto-approve", "-replace=pe_task.t")
	if got := c.Resources(t)["pe_task.t"]; got["id"] != "2" || h.LaunchesReceived() != 2 {
		t.Errorf("after -replace and %d launches: %v", h.LaunchesReceived(), got["id"])
	}
	c.MustRun(t, "taint", "pe_task.t")
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t)["pe_task.t"]; got["id"] != "3" || h.LaunchesReceived() != 3 {
		t.Errorf("after taint and %d launches: %v", h.LaunchesReceived(), got["id"])
	}
	if n := h.Count(http.MethodGet, "/jobs"); n > 6 {
		t.Errorf("the list was read %d times", n)
	}
}

// TestLaunchKey_Rollback goes from one release to the next and back. What ran before the release that is taken back is over: it runs
// again, whether that release had succeeded or has failed, which taints it.
func TestLaunchKey_Rollback(t *testing.T) {
	t.Parallel()
	for name, failOn := range map[string]string{"of one that has succeeded": "[]", "of one that has failed": `["node1.example.com"]`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			release := func(key, failOn string) string {
				return acctest.TaskBody(quickJob + "launch_key = \"" + key + "\"\nparams = { fail_on = " + failOn + ", output = \"" + key + "\" }")
			}
			c := acctest.NewCLI(t, h, release("release-1", "[]")).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			configure(t, c, release("release-2", failOn))
			_, _ = c.Run(t, nil, "apply", "-auto-approve")
			if h.LaunchesReceived() != 2 {
				t.Fatalf("after %d launches there is no second release", h.LaunchesReceived())
			}
			configure(t, c, release("release-1", "[]"))
			if printed := c.MustRun(t, "apply", "-auto-approve"); acctest.Says("adopts job").MatchString(printed) || acctest.Says("was started before").MatchString(printed) {
				t.Errorf("the rollback speaks of the first release:\n%s", printed)
			}
			if got := c.Resources(t)["pe_task.t"]["id"]; got != "3" || h.LaunchesReceived() != 3 {
				t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
			}
			c.NoChanges(t)
		})
	}
}

// TestLaunchKey_PlanSaysWhatIsTakenOver plans where nothing is known of a run that has succeeded.
func TestLaunchKey_PlanSaysWhatIsTakenOver(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := acctest.TaskBody(quickJob + "launch_key = \"release-1\"")
	acctest.NewCLI(t, h, body).Attached().MustRun(t, "apply", "-auto-approve")
	acctest.MustSay(t, acctest.NewCLI(t, h, body).Attached().MustRun(t, "plan"), "the apply adopts job 1", "Nothing is started")
}

// TestLaunchKey_IsNobodyElses refuses one key for two resources with the same inputs, which would follow one job.
func TestLaunchKey_IsNobodyElses(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := func(count int, key string) string {
		return h.Config(fmt.Sprintf("resource \"pe_task\" \"t\" {\n count = %d\n%slaunch_key = %q\n}\n", count, quickJob, key))
	}
	refused := acctest.SaysAll("has the launch key of another resource … ${count.index}")
	h.RunCLI(t, resource.TestStep{Config: body(2, "release-1"), ExpectError: refused})
	h.RunCLI(t,
		resource.TestStep{Config: body(1, "release-1"), Check: h.Launches(1)},
		resource.TestStep{Config: body(2, "release-1"), ExpectError: refused},
		resource.TestStep{Config: body(2, "release-1/${count.index}"), Check: h.Launches(3)},
		resource.TestStep{Config: body(2, "release-2/${count.index}"), Check: h.Launches(5)},
		resource.TestStep{Config: body(2, "release-2/${count.index}"), PlanOnly: true},
		resource.TestStep{Config: body(2, "release-2/${count.index}"), Taint: []string{"pe_task.t[0]"}, Check: h.Launches(6)},
	)
}

// TestLaunchKey_OneListForAll starts several resources with keys: they share one list, and none shares a job.
func TestLaunchKey_OneListForAll(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, "resource \"pe_task\" \"t\" {\n count = 5\n"+quickJob+"launch_key = \"release-1/${count.index}\"\nwait_for_completion = false\n}\n")
	c.MustRun(t, "apply", "-auto-approve")
	if got := h.LaunchesReceived(); got != 5 {
		t.Errorf("the server has received %d launches", got)
	}
	// One page for the plan, and one for the apply.
	if lists := h.Count(http.MethodGet, "/jobs"); lists != 2 {
		t.Errorf("the list was read %d times", lists)
	}
	again := acctest.NewCLI(t, h, "resource \"pe_task\" \"t\" {\n count = 5\n"+quickJob+"launch_key = \"release-1/${count.index}\"\nwait_for_completion = false\n}\n")
	acctest.MustSay(t, again.MustRun(t, "apply", "-auto-approve"), "was started before", "the same `launch_key` and the same inputs")
	ids := map[any]bool{}
	for _, r := range again.Resources(t) {
		ids[r["id"]] = true
	}
	if len(ids) != 5 || h.LaunchesReceived() != 5 {
		t.Errorf("after %d launches there are %d jobs in the state", h.LaunchesReceived(), len(ids))
	}
}

const notPermitted = `{"kind":"puppetlabs.rbac/user-unauthorized","msg":"You are not permitted."}`

// TestLaunchKey_NobodyCanTell: as long as the list cannot be read, nothing is started.
func TestLaunchKey_NobodyCanTell(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: "/orchestrator/v1/jobs", Action: simulator.AnswerStatus, Status: http.StatusForbidden,
		Body: notPermitted,
	})
	h.Run(t, resource.TestStep{
		Config:      h.Config(acctest.TaskBody(quickJob + "launch_key = \"release-1\"")),
		ExpectError: acctest.SaysAll("was not started … You are not permitted"),
	})
	if got := h.LaunchesReceived(); got != 0 {
		t.Errorf("the server has received %d launches", got)
	}
}

// TestLaunchKey_WithoutUserdata: a server that keeps no userdata keeps no key. If the plan can tell, it says so; otherwise the apply does,
// and nothing has run.
func TestLaunchKey_WithoutUserdata(t *testing.T) {
	t.Parallel()
	old := func(o *simulator.Options) { o.RejectUserdata = true }
	for name, job := range longJobs {
		t.Run("by its version, "+name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(simulator.PE2019), old)
			h.Run(t, resource.TestStep{
				Config:      h.Config(job.withKey("")),
				ExpectError: acctest.SaysAll("planning … cannot keep a launch key … Puppet Enterprise is 2019.8.4 … before PE 2019.8.5"),
			})
			h.OnlyReads(t)
		})
	}
	keyed := acctest.TaskBody(quickJob + "launch_key = \"release-1\"\nvalidate_params = false")
	t.Run("at plan", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t, acctest.Generation(simulator.PE2019), old)
		other := "resource \"pe_task\" \"other\" {\n" + quickJob + "}\n"
		h.Run(t,
			resource.TestStep{Config: h.Config(other)},
			resource.TestStep{PreConfig: h.ResetRequests, Config: h.Config(other + keyed), ExpectError: acctest.SaysAll("planning … cannot have a launch key … before PE 2019.8.5")},
		)
		if got := h.LaunchesAccepted(); got != 1 {
			t.Errorf("the server has started %d jobs", got)
		}
	})
	t.Run("at apply", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t, acctest.Generation(simulator.PE2019), old)
		h.Run(t, resource.TestStep{Config: h.Config(keyed), ExpectError: acctest.SaysAll("applying … was refused … Nothing was started … keeps no userdata (before PE 2019.8.5) … leave `launch_key` out")})
		if got := h.LaunchesAccepted(); got != 0 {
			t.Errorf("the server has started %d jobs", got)
		}
	})
}

// TestLaunchKey_AmongOthers has plan jobs of others on the server, which show no userdata because they were given none.
func TestLaunchKey_AmongOthers(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.Variants = simulator.Variants{simulator.BarePlanJobs: true} })
	config := h.Config("resource \"pe_plan_run\" \"p\" {\nplan_name = \"facts\"\nparams = { targets = \"node1.example.com\" }\nlaunch_key = \"a\"\n}\n")
	for want := 2; want <= 3; want++ {
		h.RunPlan(t, "facts", map[string]any{"targets": acctest.Node(1)})
		apart := &acctest.Harness{Simulator: h.Simulator, Machine: h.Machine}
		apart.Run(t, resource.TestStep{Config: config, Check: h.Launches(want), ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value("pe_plan_run.p", "id", knownvalue.StringExact("2")),
		}})
	}
}

// TestLaunchKey_BadInput refuses keys while planning.
func TestLaunchKey_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for key, says := range map[string]string{
		"":                       "is empty",
		strings.Repeat("x", 201): "is longer than 200 characters",
		"a\\nb":                  "cannot be printed",
	} {
		h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody(quickJob + "launch_key = \"" + key + "\"")), ExpectError: acctest.SaysAll("The launch key is not valid … " + says)})
	}
	h.Run(t, resource.TestStep{
		Config:      h.Config(acctest.TaskBody(quickJob + "userdata = { terraform_launch_key = \"x\" }")),
		ExpectError: acctest.SaysAll("The key of userdata is reserved"),
	})
}

// TestLaunchKey_IsImported imports a job with its key, and nothing runs again.
func TestLaunchKey_IsImported(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.TaskBody(quickJob + "launch_key = \"release-1\"\nuserdata = { ticket = \"7\" }"))
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, ResourceName: acctest.Task, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"validate_params", "params"}},
		resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(1)},
	)
}
