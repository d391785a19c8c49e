// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const quickTask = "resource \"pe_task\" \"j\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n %s\n}\n"

const slowTask = "resource \"pe_task\" \"j\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n params = { duration = 600 }\n %s\n}\n"

// polled makes a poll of the second job call kill.
func polled(h *acctest.Harness) func(kill func()) {
	return func(kill func()) { on(h, http.MethodGet, "/orchestrator/v1/jobs/2", true, simulator.NoAction, kill) }
}

// endLaunches makes everything that is launched from now on end at once.
func endLaunches(h *acctest.Harness) {
	h.FinishAll()
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: launchPaths[1], AfterHook: func(simulator.Request) { h.FinishAll() }})
}

// noNotes checks that nothing is left of launches once everything was seen in the state.
func noNotes(t *testing.T, c *acctest.CLI) {
	t.Helper()
	c.NoChanges(t)
	c.NothingNoted(t)
}

// TestNotes_EqualInputsAndATarget kills an apply of two resources with equal inputs, one of which has its job in the state, and then
// applies the other one alone. Each has a job of its own, and there is no third.
func TestNotes_EqualInputsAndATarget(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(slowTask, "count = 2"))
	c.NeedsStateOfEachStep(t)
	on(h, http.MethodGet, "/orchestrator/v1/jobs/1", false, simulator.NoAction, h.FinishAll)
	killDuring(t, c, polled(h), "-parallelism=1")
	if got := c.Resources(t); len(got) != 1 {
		t.Fatalf("the state has %v", got)
	}
	taken, open := "0", "1"
	if c.Resources(t)["pe_task.j[1]"] != nil {
		taken, open = open, taken
	}
	endLaunches(h)
	c.MustRun(t, "apply", "-auto-approve", "-target=pe_task.j["+open+"]")
	got := c.Resources(t)
	if got["pe_task.j["+taken+"]"]["id"] != "1" || got["pe_task.j["+open+"]"]["id"] != "2" || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches the state has %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestNotes_OnlyOneThatTheStateMayHave leaves one note of a delivered job, and applies a part: the job may be in the state, so nothing is
// started, and nothing is adopted. When everything is refreshed, it is known.
func TestNotes_OnlyOneThatTheStateMayHave(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(quickTask, "count = 1"))
	c.MustRun(t, "apply", "-auto-approve")
	configure(t, c, fmt.Sprintf(quickTask, "count = 2"))
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-target=pe_task.j[1]")
	if err == nil || h.LaunchesReceived() != 1 {
		t.Fatalf("after %d launches: %v\n%s", h.LaunchesReceived(), err, printed)
	}
	acctest.MustSay(t, printed, "It is not known whether task \"simulate\" is job 1", "apply without a saved plan, -target and -refresh=false", "terraform import <address> 1", "change a value of `triggers`")
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t); got["pe_task.j[0]"]["id"] != "1" || got["pe_task.j[1]"]["id"] != "2" || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches the state has %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestNotes_BackAndForth applies v1, is killed in the wait for v2, goes back to v1 and forward to v2 again: the v2 from before the
// rollback is not what runs last, so v2 runs again.
func TestNotes_BackAndForth(t *testing.T) {
	t.Parallel()
	version := func(v int) string { return fmt.Sprintf(slowTask, fmt.Sprintf("triggers = { version = \"%d\" }", v)) }
	for name, args := range map[string]struct {
		back, forth []string
		// backSays is what the rollback reports about the job that nothing tracks, forthSays what the next apply reports, if it does.
		backSays, forthSays string
	}{
		"everything":       {nil, nil, "Nothing tracks job 2", ""},
		"the one resource": {[]string{"-target=pe_task.j"}, []string{"-target=pe_task.j"}, "", "started job 2 with the same inputs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			c := acctest.NewCLI(t, h, version(1))
			c.NeedsStateOfEachStep(t)
			on(h, http.MethodGet, "/orchestrator/v1/jobs/1", false, simulator.NoAction, h.FinishAll)
			c.MustRun(t, "apply", "-auto-approve")
			configure(t, c, version(2))
			killDuring(t, c, polled(h))
			endLaunches(h)
			configure(t, c, version(1))
			acctest.MustSay(t, c.MustRun(t, append([]string{"apply", "-auto-approve"}, args.back...)...), args.backSays)
			if got := c.Resources(t)["pe_task.j"]["id"]; got != "3" {
				t.Fatalf("the rollback follows job %v", got)
			}
			configure(t, c, version(2))
			acctest.MustSay(t, c.MustRun(t, append([]string{"apply", "-auto-approve"}, args.forth...)...), args.forthSays)
			if got := c.Resources(t)["pe_task.j"]["id"]; got != "4" || h.LaunchesReceived() != 4 {
				t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
			}
			noNotes(t, c)
		})
	}
}

// TestNotes_CreateBeforeDestroyAndReplace is killed in the wait of a replacement that is created first, and replaces again: the job of the
// first attempt is the replacement. If an apply in between did not want it, it is not.
func TestNotes_CreateBeforeDestroyAndReplace(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]bool{"at once": false, "after another apply": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			body := fmt.Sprintf(slowTask, "lifecycle {\n create_before_destroy = true\n }")
			c := acctest.NewCLI(t, h, body)
			on(h, http.MethodGet, "/orchestrator/v1/jobs/1", false, simulator.NoAction, h.FinishAll)
			c.MustRun(t, "apply", "-auto-approve")
			killDuring(t, c, polled(h), "-replace=pe_task.j")
			endLaunches(h)
			want, launches := "2", 2
			if between {
				want, launches = "4", 4
				configure(t, c, body+"resource \"pe_task\" \"k\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n}\n")
				acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "Nothing tracks job 2")
			}
			c.MustRun(t, "apply", "-auto-approve", "-replace=pe_task.j")
			if got := c.Resources(t)["pe_task.j"]["id"]; got != want || h.LaunchesReceived() != launches {
				t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
			}
			noNotes(t, c)
		})
	}
}

// TestNotes_DestroyAndApply is killed in the wait, destroys everything and applies again: that is another run.
func TestNotes_DestroyAndApply(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	body := fmt.Sprintf(slowTask, "depends_on = [pe_task.k]") + "resource \"pe_task\" \"k\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n}\n"
	c := acctest.NewCLI(t, h, body)
	c.NeedsStateOfEachStep(t)
	on(h, http.MethodGet, "/orchestrator/v1/jobs/1", false, simulator.NoAction, h.FinishAll)
	killDuring(t, c, polled(h))
	endLaunches(h)
	acctest.MustSay(t, c.MustRun(t, "destroy", "-auto-approve"), "Nothing tracks job 2")
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t); got["pe_task.j"]["id"] != "4" || h.LaunchesReceived() != 4 {
		t.Errorf("after %d launches the state has %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestNotes_WithoutRefresh has a tainted resource and another one with equal inputs, and applies without a refresh: neither adopts the job
// of the tainted one.
func TestNotes_WithoutRefresh(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(quickTask, "lifecycle {\n create_before_destroy = true\n }"))
	c.MustRun(t, "apply", "-auto-approve")
	c.MustRun(t, "taint", "pe_task.j")
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-refresh=false")
	if err == nil || h.LaunchesReceived() != 1 || c.Resources(t)["pe_task.j"]["id"] != "1" {
		t.Fatalf("after %d launches: %v\n%s", h.LaunchesReceived(), err, printed)
	}
	acctest.MustSay(t, printed, "It is not known whether", "-refresh=false")
	c.MustRun(t, "apply", "-auto-approve")
	if got := c.Resources(t)["pe_task.j"]["id"]; got != "2" || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestNotes_TheStateIsLost loses the state that a successful apply has written, as with a backend that answers 500: the next apply of
// everything adopts the job.
func TestNotes_TheStateIsLost(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, "terraform {\n backend \"http\" {\n address = \""+brokenBackend(t)+"\"\n retry_max = 0\n }\n}\n"+fmt.Sprintf(quickTask, ""))
	initBackend(t, c)
	if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
		t.Fatalf("the state was written:\n%s", printed)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "errored.tfstate")); err != nil {
		t.Fatal(err)
	}
	if printed, _ := c.Run(t, nil, "apply", "-auto-approve"); h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches:\n%s", h.LaunchesReceived(), printed)
	} else {
		acctest.MustSay(t, printed, "was started by an earlier apply")
	}
	// Once the state is pushed after all, the job is seen there.
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "/broken", "/sound", 1))
	initBackend(t, c)
	c.MustRun(t, "state", "push", "-lock=false", "errored.tfstate")
	noNotes(t, c)
	if h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches", h.LaunchesReceived())
	}
}

// TestNotes_TwoAppliesAtOnce applies twice in one directory without a lock: each has a job of its own, and one says that there are two.
func TestNotes_TwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(slowTask, ""))
	waits := make(chan struct{})
	on(h, http.MethodGet, "/orchestrator/v1/jobs/1", true, simulator.NoAction, func() { close(waits) })
	first := startApply(t, c, "-lock=false")
	<-waits
	on(h, http.MethodGet, "/orchestrator/v1/jobs/2", true, simulator.NoAction, h.FinishAll)
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-lock=false")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	acctest.MustSay(t, printed, "is started twice at once")
	if printed, err := first.finish(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
	// Both jobs end at the same time, and without a lock the state is the one that was written last.
	if got := c.Resources(t)["pe_task.j"]["id"]; got != "1" && got != "2" || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
}

// initBackend initialises the backend. init reports that the provider is not in a registry, which does not matter here.
func initBackend(t *testing.T, c *acctest.CLI) {
	t.Helper()
	printed, _ := c.Run(t, nil, "init", "-reconfigure", "-get=false")
	acctest.MustSay(t, printed, "Successfully configured the backend")
}

// brokenBackend stores the state of a CLI by HTTP: below /broken every write is answered with 500, below /sound it succeeds.
func brokenBackend(t *testing.T) string {
	t.Helper()
	var mu sync.Mutex
	var state []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.Method == http.MethodGet && state == nil:
			w.WriteHeader(http.StatusNotFound)
		case r.Method == http.MethodGet:
			_, _ = w.Write(state)
		case strings.HasPrefix(r.URL.Path, "/broken"):
			w.WriteHeader(http.StatusInternalServerError)
		default:
			state, _ = io.ReadAll(r.Body)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/broken"
}

// TestNotes_ApplyWithoutChanges is killed in the wait of a second version, goes back to the first one, of which the state still has the
// job, so that nothing changes, and forth again: what was killed is over by then, and somebody says so.
func TestNotes_ApplyWithoutChanges(t *testing.T) {
	t.Parallel()
	version := func(v int) string {
		return fmt.Sprintf(slowTask, fmt.Sprintf("triggers = { version = \"%d\" }\n lifecycle {\n create_before_destroy = true\n }", v))
	}
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, version(1))
	on(h, http.MethodGet, "/orchestrator/v1/jobs/1", false, simulator.NoAction, h.FinishAll)
	c.MustRun(t, "apply", "-auto-approve")
	configure(t, c, version(2))
	killDuring(t, c, polled(h))
	endLaunches(h)
	configure(t, c, version(1))
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "No changes")
	configure(t, c, version(2))
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches: %v", h.LaunchesReceived(), err)
	}
	acctest.MustSay(t, printed, "It is not known whether", "An apply since then had nothing to do", "change a value of `triggers`")
	configure(t, c, version(3))
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "Nothing tracks job 2")
	if got := c.Resources(t)["pe_task.j"]["id"]; got != "3" || h.LaunchesReceived() != 3 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestNotes_AfterAPlanThatFails kills an apply, and has the plan of the next one fail before it gets to the job. What this provider has
// refused itself it knows of, and the apply after that goes on with the job. What has failed elsewhere it cannot see: it asks.
func TestNotes_AfterAPlanThatFails(t *testing.T) {
	t.Parallel()
	const unchanged = "resource \"pe_task\" \"a\" {\n task = \"simulate\"\n scope = { nodes = [\"node2.example.com\"] }\n}\n"
	const gate = "variable \"open\" {\n default = true\n}\ndata \"pe_task_metadata\" \"d\" {\n name = \"simulate\"\n lifecycle {\n precondition {\n" +
		" condition = var.open\n error_message = \"Not open.\"\n }\n }\n}\n"
	for name, test := range map[string]struct {
		fault func(h *acctest.Harness) (mend func())
		args  []string
		asks  bool
	}{
		"for PE": {func(h *acctest.Harness) func() {
			return h.AddFault(simulator.Fault{
				Method: http.MethodGet, Path: "/orchestrator/v1/tasks/simulate/init", Action: simulator.AnswerStatus, Status: http.StatusForbidden,
				Body: `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"no"}`,
			})
		}, nil, false},
		"for Terraform": {func(*acctest.Harness) func() { return func() {} }, []string{"-var=open=false"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			c := acctest.NewCLI(t, h, unchanged)
			on(h, http.MethodGet, "/orchestrator/v1/jobs/1", false, simulator.NoAction, h.FinishAll)
			c.MustRun(t, "apply", "-auto-approve")
			configure(t, c, unchanged+gate+strings.Replace(fmt.Sprintf(slowTask, ""), "\"simulate\"", "data.pe_task_metadata.d.name", 1))
			killDuring(t, c, polled(h))
			endLaunches(h)
			mend := test.fault(h)
			if printed, err := c.Run(t, nil, append([]string{"apply", "-auto-approve"}, test.args...)...); err == nil {
				t.Fatalf("it was to fail: %s", printed)
			}
			mend()
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if h.LaunchesReceived() != 2 || (err != nil) != test.asks {
				t.Fatalf("after %d launches: %v\n%s", h.LaunchesReceived(), err, printed)
			}
			if test.asks {
				acctest.MustSay(t, printed, "It is not known whether", "import it: terraform import <address> 2")
				c.MustRun(t, "import", "pe_task.j", "2")
			}
			if got := c.Resources(t)["pe_task.j"]["id"]; got != "2" {
				t.Errorf("the state has job %v", got)
			}
		})
	}
}

// TestNotes_OnlyTheCLIIsKilled kills the CLI while the job runs, and lets its provider end by itself, as when memory runs out. Nobody has got the
// job, which a saved plan goes on with.
func TestNotes_OnlyTheCLIIsKilled(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(slowTask, ""))
	killProcesses(t, c, func(a apply) []int { return []int{a.Process.Pid} }, func(kill func()) {
		on(h, http.MethodGet, "/orchestrator/v1/jobs/1", true, simulator.NoAction, kill)
	})
	endLaunches(h)
	c.MustRun(t, "plan", "-out=saved.tfplan")
	acctest.MustSay(t, c.MustRun(t, "apply", "saved.tfplan"), "was started by an earlier apply")
	if got := c.Resources(t)["pe_task.j"]["id"]; got != "1" || h.LaunchesReceived() != 1 {
		t.Errorf("after %d launches the state has job %v", h.LaunchesReceived(), got)
	}
	noNotes(t, c)
}

// TestNotes_TwoStates applies the same configuration to two states in one directory: each has a job of its own.
func TestNotes_TwoStates(t *testing.T) {
	t.Parallel()
	for name, choose := range map[string]func(t *testing.T, c *acctest.CLI, state string) (args []string){
		"files": func(_ *testing.T, _ *acctest.CLI, state string) []string {
			return []string{"-state=" + state + ".tfstate"}
		},
		"backends": func(t *testing.T, c *acctest.CLI, state string) []string {
			t.Helper()
			c.Write(t, "backend.tf", "terraform {\n backend \"local\" {}\n}\n")
			// It goes on to look for the provider in a registry, where it is not.
			printed, _ := c.Run(t, nil, "init", "-reconfigure", "-backend-config=path="+state+".tfstate")
			acctest.MustSay(t, printed, `Successfully configured the backend "local"!`)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, fmt.Sprintf(quickTask, ""))
			for launches, state := range []string{"a", "b"} {
				c.MustRun(t, append([]string{"apply", "-auto-approve"}, choose(t, c, state)...)...)
				if h.LaunchesReceived() != launches+1 {
					t.Errorf("%s: %d launches", state, h.LaunchesReceived())
				}
			}
			for _, state := range []string{"a", "b"} {
				c.NoChanges(t, choose(t, c, state)...)
			}
			c.NothingNoted(t)
		})
	}
}

// TestNotes_ThatCannotBeRead says that there may be a job that nobody knows of.
func TestNotes_ThatCannotBeRead(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(quickTask, ""))
	folder := filepath.Join(".terraform", "pe-launches", "default", "0b6f1c5e-2c3d-4e5f-8a9b-0c1d2e3f4a5b")
	if err := os.MkdirAll(filepath.Join(c.Dir, folder), 0o700); err != nil {
		t.Fatal(err)
	}
	c.Write(t, filepath.Join(folder, "a.json"), "{")
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "A note of an earlier apply cannot be read", "remove the file")
}
