// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestFailedWait_IsNoFailedJob lets the first wait for a job fail in every way. Terraform taints the resource; the next apply goes
// on with the same job, in another process, unless somebody asks for something else.
func TestFailedWait_IsNoFailedJob(t *testing.T) {
	t.Parallel()
	const slow = "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600 }\n"
	revoked := pollFault(http.StatusUnauthorized, tokenRevoked)
	finish := func(h *acctest.Harness) { h.FinishAll() }
	for name, test := range map[string]struct {
		body string
		// fail makes the wait fail; the function that it returns ends that.
		fail func(h *acctest.Harness) func()
		// then is what happens before the next apply, and amend what the configuration says by then.
		then  func(h *acctest.Harness)
		amend *strings.Replacer
		// planned is what the plan says of the job.
		planned  string
		says     string
		launches int
		id       string
	}{
		"the time is up": {
			slow + "timeouts {\n create = \"2s\"\n}", func(*acctest.Harness) func() { return func() {} }, finish, strings.NewReplacer("2s", "30s"), "the replacement continues with job 1", "continues: job 1", 1, "1",
		},
		"the token was revoked":        {slow, revoked, finish, strings.NewReplacer(), "the replacement continues with job 1", "continues: job 1", 1, "1"},
		"the record seemed to be lost": {slow, pollFault(http.StatusNotFound, unknownJob), finish, strings.NewReplacer(), "the replacement continues with job 1", "continues: job 1", 1, "1"},
		"the record was lost": {slow, func(h *acctest.Harness) func() {
			on(h, http.MethodGet, longJobs["task"].poll, true, simulator.NoAction, func() { h.FinishAll(); h.PruneJob("1") })
			return func() {}
		}, func(*acctest.Harness) {}, strings.NewReplacer(), "the replacement continues with job 1", "is not run again", 1, "1"},
		"the record was lost before the next apply": {slow, revoked, func(h *acctest.Harness) { h.FinishAll(); h.PruneJob("1") }, strings.NewReplacer(), "the replacement continues with job 1", "is not run again", 1, "1"},
		"how it is watched changes": {
			slow + "wait_for_completion = true", revoked, finish, strings.NewReplacer("wait_for_completion = true", "wait_for_completion = false"), "the replacement continues with job 1", "continues: job 1", 1, "1",
		},
		"an input changes":  {slow, revoked, finish, strings.NewReplacer("600", "1"), "", "1 added", 2, "2"},
		"a trigger changes": {slow + "triggers = { run = \"1\" }", revoked, finish, strings.NewReplacer(`run = "1"`, `run = "2"`), "", "1 added", 2, "2"},
		"it is to be stopped": {
			slow + "on_destroy = \"force_stop\"", revoked, func(*acctest.Harness) {}, strings.NewReplacer(), "the apply stops job 1 and starts a new one", "1 added", 2, "2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			mend := test.fail(h)
			c := acctest.NewCLI(t, h, acctest.TaskBody(test.body)).Attached()
			if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
				t.Fatalf("the wait has not failed:\n%s", printed)
			}
			if got := c.Resources(t)["pe_task.t"]; got["tainted"] != true || got["id"] != "1" {
				t.Fatalf("the state has %v, so this proves nothing", got)
			}
			mend()
			test.then(h)
			on(h, http.MethodPost, launchPaths[1], true, simulator.NoAction, h.FinishAll)
			c.Write(t, "main.tf", test.amend.Replace(c.Read(t, "main.tf")))
			if printed := c.MustRun(t, "plan"); acctest.Says("No apply has reported the end of job 1").MatchString(printed) != (test.planned != "") {
				t.Errorf("the plan says what does not become of the job, or not what does:\n%s", printed)
			} else {
				acctest.MustSay(t, printed, test.planned)
			}
			acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), test.says)
			if got := c.Resources(t)["pe_task.t"]; got["id"] != test.id || got["tainted"] != false || h.LaunchesReceived() != test.launches {
				t.Errorf("after %d launches the state has the job %v", h.LaunchesReceived(), got)
			}
			c.NoChanges(t)
		})
	}
}

// TestFailedWait_IsJudgedLater continues with a job that then fails: the apply reports that, and the next one runs it again.
func TestFailedWait_IsJudgedLater(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600, fail_on = [\"node1.example.com\"] }"))
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
		t.Fatalf("the wait has not failed:\n%s", printed)
	}
	mend()
	h.FinishAll()
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil || h.LaunchesReceived() != 1 {
		t.Fatalf("after %d launches: %v\n%s", h.LaunchesReceived(), err, printed)
	}
	acctest.MustSay(t, printed, "failed on 1 of 1 node", "the next apply runs the job again")
	on(h, http.MethodPost, launchPaths[1], true, simulator.NoAction, h.FinishAll)
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches: %v\n%s", h.LaunchesReceived(), err, printed)
	}
}

// TestFailedWait_WithCreateBeforeDestroy cannot continue: Terraform creates the replacement before it removes the job from the state. The
// error and the plan say so, and that untaint helps.
func TestFailedWait_WithCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600 }\nlifecycle {\n create_before_destroy = true\n}"))
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil {
		t.Fatalf("the wait has not failed:\n%s", printed)
	}
	acctest.MustSay(t, printed, "This does not hold with `create_before_destroy`", "run `terraform untaint` before")
	mend()
	h.FinishAll()
	acctest.MustSay(t, c.MustRun(t, "plan"), "This does not hold with `create_before_destroy`", "run `terraform untaint`")
	c.MustRun(t, "untaint", "pe_task.t")
	if printed := c.MustRun(t, "plan"); acctest.Says("continues with").MatchString(printed) {
		t.Errorf("the plan of an update speaks of a replacement:\n%s", printed)
	}
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t)["pe_task.t"]; got["state"] != "finished" || h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches the state has %v", h.LaunchesReceived(), got)
	}
}

// TestFailedWait_WhereTheServerIsNotKnownYet refreshes the job while the URL of the server is only known after the apply: that is what
// the error says.
func TestFailedWait_WhereTheServerIsNotKnownYet(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, longJobs["task"].body)
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
		t.Fatalf("the wait has not failed:\n%s", printed)
	}
	mend()
	c.Write(t, "provider.tf", "resource \"terraform_data\" \"url\" {\n input = \""+h.ServerURL()+"\"\n}\nprovider \"pe\" {\n server_url = terraform_data.url.output\n}\n")
	for _, untaint := range []bool{false, true} {
		if untaint {
			c.MustRun(t, "untaint", longJobs["task"].address)
		}
		printed, err := c.Run(t, nil, "plan")
		if err == nil {
			t.Errorf("the plan knows the server:\n%s", printed)
		}
		acctest.MustSay(t, printed, "its configuration depends on values that are only known after apply: server_url")
	}
}

// TestFailedWait_KilledWhileItGoesOn kills both processes in the wait of the replacement, when the state knows nothing of the job.
func TestFailedWait_KilledWhileItGoesOn(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	job := longJobs["task"]
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, job.body)
	c.NeedsStateOfEachStep(t)
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
		t.Fatalf("the wait has not failed:\n%s", printed)
	}
	mend()
	killDuring(t, c, func(kill func()) {
		// The first reading is the refresh, the second that of the Delete.
		h.AddFault(simulator.Fault{Method: http.MethodGet, Path: job.poll, Skip: 2, Times: 1, AfterHook: func(simulator.Request) { kill() }})
	})
	if got := c.Resources(t); len(got) > 0 {
		t.Fatalf("the state knows %v, so this proves nothing", got)
	}
	h.FinishAll()
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "was started by an earlier apply")
	settled(t, c, h, job, 1)
}

// TestLaunchKey_InAFreshDirectory kills both processes in the wait, and applies where there is no note of the job, as a new runner does.
func TestLaunchKey_InAFreshDirectory(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			killDuring(t, acctest.NewCLI(t, h, job.withKey("")), func(kill func()) {
				on(h, http.MethodGet, job.poll, true, simulator.NoAction, kill)
			})
			h.FinishAll()
			c := acctest.NewCLI(t, h, job.withKey(""))
			acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "was started before", "nothing is started")
			settled(t, c, h, job, 1)
		})
	}
}

// TestFailedWait_RefreshFindsNoRecord goes on waiting for a job of which the refresh finds no record. One such answer hides no failure,
// and where the record is gone for good, the apply says so instead of passing.
func TestFailedWait_RefreshFindsNoRecord(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lose func(h *acctest.Harness)
		says string
		// again tells that the apply after that runs the job a second time.
		again bool
	}{
		"once": {func(h *acctest.Harness) {
			h.AddFault(simulator.Fault{
				Method: http.MethodGet, Path: "/orchestrator/v1/jobs/1", Times: 1, Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: unknownJob,
			})
		}, "failed on 1 of 1 node", true},
		"for good": {func(h *acctest.Harness) { h.PruneJob("1") }, "it is not known how job 1 ended", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
			c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600, fail_on = [\"node1.example.com\"] }"))
			if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
				t.Fatalf("the wait has not failed:\n%s", printed)
			}
			mend()
			c.MustRun(t, "untaint", "pe_task.t")
			h.FinishAll()
			test.lose(h)
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if err == nil {
				t.Fatalf("nobody hears of the job:\n%s", printed)
			}
			acctest.MustSay(t, printed, "the apply looks for job 1 again", test.says)
			if !test.again {
				c.NoChanges(t)
			} else if printed := c.MustRun(t, "plan"); !acctest.Says("has failed and will run again").MatchString(printed) {
				t.Errorf("the failure does not count:\n%s", printed)
			}
			if h.LaunchesReceived() != 1 {
				t.Errorf("the server has received %d launches", h.LaunchesReceived())
			}
		})
	}
}

// TestFailedWait_ReplacedFirst creates the replacement before the job is let go, which starts a second one. It says that nothing tracks
// the first, and nobody takes it over later.
func TestFailedWait_ReplacedFirst(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, fmt.Sprintf(slowTask, "lifecycle {\n create_before_destroy = true\n }"))
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
		t.Fatalf("the wait has not failed:\n%s", printed)
	}
	mend()
	endLaunches(h)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "nothing tracks job 1 any more", "job 2 was started beside it")
	c.MustRun(t, "apply", "-auto-approve", "-replace=pe_task.j")
	if got := c.Resources(t)["pe_task.j"]["id"]; got != "3" || h.LaunchesReceived() != 3 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestFailedWait_ReplacedFirstWithAKey finds the job by its key, although its replacement is created first.
func TestFailedWait_ReplacedFirstWithAKey(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, fmt.Sprintf(slowTask, "launch_key = \"release-1\"\n lifecycle {\n create_before_destroy = true\n }"))
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
		t.Fatalf("the wait has not failed:\n%s", printed)
	}
	mend()
	h.FinishAll()
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "was started before: job 1")
	if got := c.Resources(t)["pe_task.j"]; got["id"] != "1" || got["state"] != "finished" || h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestFailedWait_OfOneThatNobodyWaitedFor replaces a job that is not awaited at somebody's wish: that starts a new one.
func TestFailedWait_OfOneThatNobodyWaitedFor(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(slowTask, "wait_for_completion = false"))
	c.MustRun(t, "apply", "-auto-approve")
	c.MustRun(t, "apply", "-auto-approve", "-replace=pe_task.j")
	c.MustRun(t, "taint", "pe_task.j")
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t)["pe_task.j"]["id"]; got != "3" || h.LaunchesReceived() != 3 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
}
