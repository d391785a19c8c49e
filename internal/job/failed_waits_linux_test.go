package job_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// pollFault answers every poll with a status and a body of PE.
func pollFault(status int, body string) func(h *acctest.Harness) func() {
	return func(h *acctest.Harness) func() {
		return h.AddFault(simulator.Fault{Method: http.MethodGet, Path: longJobs["task"].poll, Action: simulator.AnswerStatus, Status: status, Body: body})
	}
}

const tokenRevoked = `{"kind":"puppetlabs.rbac/token-revoked","msg":"The token was revoked."}`

// TestFailedWait_IsNoFailedJob makes the first wait for a job fail in every way. Terraform taints the resource; the next apply continues
// with the same job, in another process, unless the user asks for something else.
func TestFailedWait_IsNoFailedJob(t *testing.T) {
	t.Parallel()
	const slow = "task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600 }\n"
	revoked := pollFault(http.StatusUnauthorized, tokenRevoked)
	finish := func(h *acctest.Harness) { h.FinishAll() }
	for name, test := range map[string]struct {
		body string
		// fail makes the wait fail; the function that it returns ends that.
		fail func(h *acctest.Harness) func()
		// then is what happens before the next apply, and amend what the configuration is then.
		then     func(h *acctest.Harness)
		amend    *strings.Replacer
		says     string
		launches int
		id       string
	}{
		"the time is up": {
			slow + "timeouts {\n create = \"2s\"\n}", func(*acctest.Harness) func() { return func() {} }, finish, strings.NewReplacer("2s", "30s"), "goes on: job 1", 1, "1",
		},
		"the token was revoked":        {slow, revoked, finish, strings.NewReplacer(), "goes on: job 1", 1, "1"},
		"the record seemed to be lost": {slow, pollFault(http.StatusNotFound, unknownJob), finish, strings.NewReplacer(), "goes on: job 1", 1, "1"},
		"the record was lost": {slow, func(h *acctest.Harness) func() {
			on(h, http.MethodGet, longJobs["task"].poll, true, simulator.NoAction, func() { h.FinishAll(); h.PruneJob("1") })
			return func() {}
		}, func(*acctest.Harness) {}, strings.NewReplacer(), "is not run again", 1, "1"},
		"the record was lost before the next apply": {slow, revoked, func(h *acctest.Harness) { h.FinishAll(); h.PruneJob("1") }, strings.NewReplacer(), "is not run again", 1, "1"},
		"how it is watched changes": {
			slow + "wait_for_completion = true", revoked, finish, strings.NewReplacer("wait_for_completion = true", "wait_for_completion = false"), "goes on: job 1", 1, "1",
		},
		"an input changes":  {slow, revoked, finish, strings.NewReplacer("600", "1"), "1 added", 2, "2"},
		"a trigger changes": {slow + "triggers = { run = \"1\" }", revoked, finish, strings.NewReplacer(`run = "1"`, `run = "2"`), "1 added", 2, "2"},
		"it is to be stopped": {
			slow + "on_destroy = \"force_stop\"", revoked, func(*acctest.Harness) {}, strings.NewReplacer(), "1 added", 2, "2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			mend := test.fail(h)
			c := acctest.NewCLI(t, h, acctest.TaskBody(test.body))
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
			const planned = "No apply has reported the end of job 1"
			if printed := c.MustRun(t, "plan"); acctest.Says(planned).MatchString(printed) != (test.launches == 1) {
				t.Errorf("the plan does not say what becomes of the job:\n%s", printed)
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
	acctest.MustSay(t, printed, "Only with `create_before_destroy` Terraform creates first, which starts a new one; run `terraform untaint` before")
	mend()
	h.FinishAll()
	acctest.MustSay(t, c.MustRun(t, "plan"), "Only with `create_before_destroy` Terraform creates first, which starts a new one; run `terraform untaint`")
	c.MustRun(t, "untaint", "pe_task.t")
	if printed := c.MustRun(t, "plan"); acctest.Says("goes on with").MatchString(printed) {
		t.Errorf("the plan of an update speaks of a replacement:\n%s", printed)
	}
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t)["pe_task.t"]; got["state"] != "finished" || h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches the state has %v", h.LaunchesReceived(), got)
	}
}

// TestFailedWait_KilledWhileItGoesOn kills both processes in the wait of the replacement, when the state has nothing of the job.
func TestFailedWait_KilledWhileItGoesOn(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	job := longJobs["task"]
	mend := pollFault(http.StatusUnauthorized, tokenRevoked)(h)
	c := acctest.NewCLI(t, h, job.body)
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
