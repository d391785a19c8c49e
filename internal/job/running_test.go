// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// The warnings of plans about jobs that run.
const (
	warnsOfSecond = "still runs"
	warnsOfLeft   = "keeps running after the destroy"
	warnsOfWait   = "the apply waits for"
	warnsOfReport = "the apply reports how"
	warnsOfTaking = "continues with"
)

// saysOnly checks which of the warnings a plan has, and that it has it once, with the number of the job and how far it is.
func saysOnly(t *testing.T, printed, warning string, more ...string) {
	t.Helper()
	for _, each := range []string{warnsOfSecond, warnsOfLeft, warnsOfWait, warnsOfReport, warnsOfTaking} {
		want := 0
		if each == warning {
			want = 1
		}
		if got := len(acctest.Says(each).FindAllString(printed, -1)); got != want {
			t.Errorf("%q is said %d times, want %d:\n%s", each, got, want, printed)
		}
	}
	acctest.MustSay(t, printed, more...)
}

// TestRunningWork_ThePlanSaysWhatBecomesOfIt plans what can be done to a job while it runs, and after it has ended.
func TestRunningWork_ThePlanSaysWhatBecomesOfIt(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			noun, progress := "job", "Job 1 is running, nodes: 1 running: "+h.ServerURL()+"/orchestrator/v1/jobs/1"
			if kind == "plan_run" {
				noun, progress = "plan job", "Plan job 1 is running: "+h.ServerURL()+"/orchestrator/v1/plan_jobs/1"
			}
			unawaited := job.withArguments("wait_for_completion = false")
			c := acctest.NewCLI(t, h, unawaited).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			h.Advance(5 * time.Second)
			plan := func(body string, arguments ...string) string {
				t.Helper()
				main := c.Read(t, "main.tf")
				c.Write(t, "main.tf", strings.Replace(main, unawaited, body, 1))
				defer c.Write(t, "main.tf", main)
				return c.MustRun(t, append([]string{"plan"}, arguments...)...)
			}
			again := job.withArguments("wait_for_completion = false\ntriggers = { again = \"1\" }")
			second := "a new " + noun + " is started while " + noun + " 1 still runs"

			saysOnly(t, plan(unawaited), "")
			saysOnly(t, plan(job.withArguments("wait_for_completion = false\non_destroy = \"stop\"")), "")
			saysOnly(t, plan(again), warnsOfSecond, second, progress, "set `on_destroy` to \"stop\" and apply that first")
			saysOnly(t, plan(unawaited, "-destroy"), warnsOfLeft, "keeps running after the destroy: "+noun+" 1", progress)
			saysOnly(t, plan(job.body), warnsOfWait, "the apply waits for "+noun+" 1", progress, "Nothing is started")
			saysOnly(t, plan(job.body, "-refresh=false"), warnsOfWait, "the apply waits for "+noun+" 1")

			h.FinishAll()
			saysOnly(t, plan(again), "")
			saysOnly(t, plan(unawaited, "-destroy"), "")
			saysOnly(t, plan(job.body), "")
			if h.LaunchesReceived() != 1 {
				t.Errorf("the server has received %d launches", h.LaunchesReceived())
			}
		})
	}
}

// TestRunningWork_ThatIsStoppedIsNotLeft plans the replacement and the end of a job that on_destroy stops.
func TestRunningWork_ThatIsStoppedIsNotLeft(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, longJobs["task"].withArguments("wait_for_completion = false\non_destroy = \"stop\"")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	saysOnly(t, c.MustRun(t, "plan", "-destroy"), "")
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "duration = 600", "duration = 601", 1))
	saysOnly(t, c.MustRun(t, "plan"), "")
}

// TestRunningWork_AfterAWaitThatFailed goes on waiting after the time was up, and changes an input instead, which starts a second job.
func TestRunningWork_AfterAWaitThatFailed(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	job := longJobs["task"]
	c := acctest.NewCLI(t, h, job.withArguments("wait_for_completion = false")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	h.Advance(5 * time.Second)
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "wait_for_completion = false", "timeouts {\n update = \"2s\"\n}", 1))
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); acctest.ExitCode(err) != 1 {
		t.Fatalf("%v\n%s", err, printed)
	}
	saysOnly(t, c.MustRun(t, "plan"), warnsOfWait, "the apply waits for job 1")
	before := c.Read(t, "main.tf")
	c.Write(t, "main.tf", strings.Replace(before, "duration = 600", "duration = 601", 1))
	saysOnly(t, c.MustRun(t, "plan"), warnsOfSecond, "a new job is started while job 1 still runs")
	c.Write(t, "main.tf", before)
	h.FinishAll()
	saysOnly(t, c.MustRun(t, "plan"), warnsOfReport, "the apply reports how job 1 ended", "finished, nodes: 1 finished")
	c.MustRun(t, "apply", "-auto-approve")
	saysOnly(t, c.MustRun(t, "plan", "-detailed-exitcode"), "")
	if h.LaunchesReceived() != 1 {
		t.Errorf("the server has received %d launches", h.LaunchesReceived())
	}
}

// TestKeptAttributes_ThePlanSaysThatAJobKeepsThem changes what a job has been launched with, which changes nothing in PE.
func TestKeptAttributes_ThePlanSaysThatAJobKeepsThem(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			noun := "job"
			if kind == "plan_run" {
				noun = "plan job"
			}
			before := strings.Replace(job.withArguments("description = \"old\""), "duration = 600", "duration = 1", 1)
			c := acctest.NewCLI(t, h, before).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			for after, names := range map[string][]string{
				`description = "new"`: {"description"},
				"userdata = { ticket = \"CHG0002\" }\ndescription = \"new\"": {"description", "userdata"},
				"userdata = { ticket = \"CHG0002\" }\ndescription = \"old\"": {"userdata"},
				`on_destroy = "stop"` + "\ndescription = \"old\"":            nil,
				`triggers = { again = "1" }` + "\ndescription = \"new\"":     nil, // a new job has the new one
			} {
				main := c.Read(t, "main.tf")
				c.Write(t, "main.tf", strings.Replace(main, `description = "old"`, after, 1))
				printed := c.MustRun(t, "plan")
				c.Write(t, "main.tf", main)
				for _, name := range []string{"description", "userdata"} {
					if said := acctest.Says(": " + noun + " 1 keeps its " + name).MatchString(printed); said != slices.Contains(names, name) {
						t.Errorf("%s: that the job keeps its %s is said: %v\n%s", after, name, said, printed)
					}
				}
			}
		})
	}
}
