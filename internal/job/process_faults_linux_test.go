// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// apply is an apply that runs while the test goes on.
type apply struct {
	*exec.Cmd
	out *bytes.Buffer
}

// startApply starts an apply in a process group of its own, as a shell does.
func startApply(t *testing.T, c *acctest.CLI, args ...string) apply {
	t.Helper()
	command, out := c.Command(t, nil, append([]string{"apply", "-auto-approve", "-input=false"}, args...)...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return apply{command, out}
}

// finish waits for the end of the apply and returns what it has printed.
func (a apply) finish() (string, error) {
	err := a.Wait()
	return a.out.String(), err
}

// provider returns the process of the provider that the CLI has started.
func (a apply) provider(t *testing.T) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stats {
		content, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(a.Process.Pid) && bytes.Contains(content, []byte("(terraform-prov")) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("the CLI has no provider")
	return 0
}

// settled checks that the only job is in the state, has ended, was launched once, and that nothing is left to do.
func settled(t *testing.T, c *acctest.CLI, h *acctest.Harness, job longJob, received int) {
	t.Helper()
	if got := h.LaunchesReceived(); got != received {
		t.Errorf("the server has received %d launches, want %d", got, received)
	}
	if got := h.LaunchesAccepted(); got != 1 {
		t.Errorf("the server has started %d jobs, want 1", got)
	}
	if got := c.Resources(t)[job.address]; got["id"] != "1" || got["state"] != job.done || got["tainted"] != false {
		t.Errorf("the state has the job %v as %v, tainted %v", got["id"], got["state"], got["tainted"])
	}
	if out, err := c.Run(t, nil, "plan", "-detailed-exitcode"); err != nil {
		t.Errorf("the next plan is not empty: %v\n%s", err, out)
	}
	c.NothingNoted(t)
}

// TestWait_Interrupted presses Ctrl-C while an apply waits, once or twice, or ends it as a CI system does, and applies again.
func TestWait_Interrupted(t *testing.T) {
	t.Parallel()
	for kind, job := range longJobs {
		for presses := 1; presses <= 2; presses++ {
			for name, how := range map[string]struct {
				signal syscall.Signal
				group  bool
			}{
				"SIGINT":               {syscall.SIGINT, false},
				"SIGINT to the group":  {syscall.SIGINT, true},  // as a terminal does
				"SIGTERM to the group": {syscall.SIGTERM, true}, // as CI systems and timeout do
			} {
				if kind != "task" && (presses > 1 || how.group) || presses > 1 && how.signal == syscall.SIGTERM {
					continue // the signal is the same for each kind of job
				}
				t.Run(fmt.Sprintf("%s, %d times %s", kind, presses, name), func(t *testing.T) {
					t.Parallel()
					h := newSlowHarness(t)
					c := acctest.NewCLI(t, h, job.body)
					polled := make(chan struct{})
					on(h, http.MethodGet, job.poll, true, simulator.NoAction, func() { close(polled) })
					apply := startApply(t, c)
					<-polled

					pid := apply.Process.Pid
					if how.group {
						pid = -pid
					}
					begun := time.Now()
					for range presses {
						if err := syscall.Kill(pid, how.signal); err != nil {
							t.Fatal(err)
						}
						time.Sleep(300 * time.Millisecond) // a person also needs that long between two presses
					}
					out, _ := apply.finish() // the exit code of an interrupted CLI does not matter
					if took := time.Since(begun); took > 5*time.Second {
						t.Errorf("the end took %v\n%s", took, out)
					}
					if presses == 1 {
						acctest.MustSay(t, out, "keeps running without Terraform", "it is not started a second time")
					}
					if got := c.Resources(t)[job.address]; got["id"] != "1" {
						t.Fatalf("the state has the id %v\n%s", got["id"], out)
					}

					if out, err := c.Run(t, nil, "plan", "-detailed-exitcode"); acctest.ExitCode(err) != 2 {
						t.Errorf("the plan ends as %v\n%s", err, out)
					} else {
						acctest.MustSay(t, out, "will be updated in-place", "0 to add, 1 to change, 0 to destroy")
					}
					h.FinishAll()
					if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					settled(t, c, h, job, 1)
				})
			}
		}
	}
}

// TestWait_ResumedForAJobThatFails interrupts the wait for a job that then fails. The next apply reports that, and the one after it runs
// the job again, unless enough failures are allowed in the meantime.
func TestWait_ResumedForAJobThatFails(t *testing.T) {
	t.Parallel()
	const body = "resource \"pe_task\" \"j\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\n" +
		" params = { duration = 600, fail_on = [\"node2.example.com\"] }\n%s\n}\n"
	h := newSlowHarness(t)
	c := acctest.NewCLI(t, h, fmt.Sprintf(body, ""))
	polled := make(chan struct{})
	on(h, http.MethodGet, longJobs["task"].poll, true, simulator.NoAction, func() { close(polled) })
	apply := startApply(t, c)
	<-polled
	if err := apply.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if out, _ := apply.finish(); c.Resources(t)["pe_task.j"]["id"] != "1" {
		t.Fatal(out)
	}
	h.FinishAll()

	out, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil {
		t.Errorf("the failure is not told:\n%s", out)
	}
	acctest.MustSay(t, out, `Task "simulate" failed on 1 of 2 nodes`, "node2.example.com", "The next apply runs the job again")
	out, err = c.Run(t, nil, "plan", "-detailed-exitcode")
	if acctest.ExitCode(err) != 2 {
		t.Errorf("the plan ends as %v", err)
	}
	acctest.MustSay(t, out, "must be replaced", "has failed and will run again")

	head, _, _ := strings.Cut(c.Read(t, "main.tf"), "resource")
	c.Write(t, "main.tf", head+fmt.Sprintf(body, "max_failed_nodes = 1"))
	if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Errorf("the failure is allowed now: %v\n%s", err, out)
	} else {
		acctest.MustSay(t, out, "0 added, 1 changed, 0 destroyed")
	}
	if out, err := c.Run(t, nil, "plan", "-detailed-exitcode"); err != nil {
		t.Errorf("the plan is not empty: %v\n%s", err, out)
	}
	if got := h.LaunchesReceived(); got != 1 {
		t.Errorf("the server has received %d launches", got)
	}
}

// TestKill_WhileALaunchIsOpen kills the CLI or the provider, with a signal that cannot be handled, at each moment of an open launch. The
// next apply finds what was launched.
func TestKill_WhileALaunchIsOpen(t *testing.T) {
	t.Parallel()
	const earlier = "was started by an earlier apply"
	moments := map[string]struct {
		// arrange makes something call kill at the moment.
		arrange func(h *acctest.Harness, job longJob, kill func())
		// received is how many launches the server has received in the end.
		received int
		says     string
	}{
		"before the launch is handled": {func(h *acctest.Harness, job longJob, kill func()) {
			on(h, http.MethodPost, job.launch, false, simulator.DropBeforeHandling, kill)
		}, 2, ""},
		"after the launch was handled, before the answer": {func(h *acctest.Harness, job longJob, kill func()) {
			on(h, http.MethodPost, job.launch, true, simulator.DropAfterHandling, kill)
		}, 1, earlier},
		"during the wait": {func(h *acctest.Harness, job longJob, kill func()) {
			on(h, http.MethodGet, job.poll, true, simulator.NoAction, kill)
		}, 1, earlier},
	}
	for kind, job := range longJobs {
		for moment, m := range moments {
			for _, victim := range []string{"both", "CLI", "provider"} {
				if m.received > 1 && victim != "both" {
					continue // it takes the settling time, and it does not matter which process was killed
				}
				if kind != "task" && victim != "both" {
					continue // which process is killed matters to the journal, and not to the kind of job
				}
				t.Run(kind+", "+victim+", "+moment, func(t *testing.T) {
					t.Parallel()
					h := newSlowHarness(t)
					c := acctest.NewCLI(t, h, job.body)
					reached, killed := make(chan struct{}), make(chan struct{})
					m.arrange(h, job, func() { close(reached); <-killed })
					apply := startApply(t, c)
					<-reached
					victims := []int{apply.Process.Pid}
					if victim != "CLI" {
						victims = append(victims, apply.provider(t))
					}
					if victim == "provider" {
						victims = victims[1:]
					}
					for _, pid := range victims {
						if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
							t.Error(err)
						}
					}
					close(killed)
					if out, err := apply.finish(); err == nil {
						t.Errorf("the apply went on:\n%s", out)
					}
					if got := c.Resources(t); len(got) > 0 {
						t.Errorf("the state knows %v, so this proves nothing", got)
					}

					h.FinishAll()
					if m.received > 1 {
						// The job of the next apply is the first.
						on(h, http.MethodGet, job.poll, false, simulator.NoAction, h.FinishAll)
					}
					out, err := c.Run(t, nil, "apply", "-auto-approve")
					if err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					acctest.MustSay(t, out, m.says)
					settled(t, c, h, job, m.received)
				})
			}
		}
	}
}

// TestKill_WhileScheduling kills the CLI and the provider after the server has created a schedule and before they know its id. A second one
// would run everything twice, permanently.
func TestKill_WhileScheduling(t *testing.T) {
	t.Parallel()
	const body = "resource \"pe_scheduled_%s\" \"s\" {\n scheduled_time = \"2099-01-01T00:00:00Z\"\n interval = \"24h\"\n %s\n}\n"
	for kind, run := range map[string]string{
		"task":   "task = \"facts\"\n scope = { nodes = [\"node1.example.com\"] }",
		"deploy": "environment = \"production\"\n scope = { nodes = [\"node1.example.com\"] }",
		"plan":   "plan_name = \"simulate::plan\"\n params = { targets = \"node1.example.com\" }",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, fmt.Sprintf(body, kind, run))
			reached, killed := make(chan struct{}), make(chan struct{})
			on(h, http.MethodPost, "/orchestrator/v1/scheduled_jobs/environment_jobs", true, simulator.DropAfterHandling, func() { close(reached); <-killed })
			apply := startApply(t, c)
			<-reached
			for _, pid := range []int{apply.Process.Pid, apply.provider(t)} {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			}
			close(killed)
			_, _ = apply.finish()
			if got := c.Resources(t); len(got) > 0 {
				t.Fatalf("the state knows %v, so this proves nothing", got)
			}

			out, err := c.Run(t, nil, "apply", "-auto-approve")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			acctest.MustSay(t, out, "was created by an earlier apply")
			if got := c.Resources(t)["pe_scheduled_"+kind+".s"]; got["id"] != "1" || h.ScheduleCreatesReceived() != 1 || len(h.Schedules()) != 1 {
				t.Errorf("the state has schedule %v of %d, and the server has received %d", got["id"], len(h.Schedules()), h.ScheduleCreatesReceived())
			}
			if out, err := c.Run(t, nil, "plan", "-detailed-exitcode"); err != nil {
				t.Errorf("the next plan is not empty: %v\n%s", err, out)
			}
		})
	}
}

// TestKill_AfterTheEndOfAJob kills the CLI once a job is in its state and another one still runs. A job in the state is not adopted by
// anything else: the same job runs again when it is asked for.
func TestKill_AfterTheEndOfAJob(t *testing.T) {
	t.Parallel()
	h := newSlowHarness(t)
	const quick = "resource \"pe_task\" \"quick\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n}\n"
	c := acctest.NewCLI(t, h, quick+"resource \"pe_task\" \"slow\" {\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n params = { duration = 600 }\n depends_on = [pe_task.quick]\n}\n")
	polled, killed := make(chan struct{}), make(chan struct{})
	on(h, http.MethodGet, "/orchestrator/v1/jobs/2", true, simulator.NoAction, func() { close(polled); <-killed })
	apply := startApply(t, c)
	<-polled
	if err := apply.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	close(killed)
	_, _ = apply.finish()
	h.FinishAll()
	if len(c.Resources(t)) == 0 {
		// OpenTofu writes its state later than Terraform, so it has lost both.
		if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil || h.LaunchesReceived() != 2 {
			t.Fatalf("after %d launches: %v\n%s", h.LaunchesReceived(), err, out)
		}
	}
	if got := c.Resources(t)["pe_task.quick"]; got["id"] != "1" {
		t.Fatalf("the state has %v", got)
	}
	out, err := c.Run(t, nil, "apply", "-auto-approve", "-replace=pe_task.quick")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	resources := c.Resources(t)
	if resources["pe_task.quick"]["id"] != "3" || resources["pe_task.slow"]["id"] != "2" || h.LaunchesReceived() != 3 {
		t.Errorf("after %d launches the state has %v and %v\n%s", h.LaunchesReceived(), resources["pe_task.quick"]["id"], resources["pe_task.slow"]["id"], out)
	}
}

// killDuring applies, and kills the CLI and the provider when arrange calls kill.
func killDuring(t *testing.T, c *acctest.CLI, arrange func(kill func()), args ...string) {
	t.Helper()
	killProcesses(t, c, func(a apply) []int { return []int{a.Process.Pid, a.provider(t)} }, arrange, args...)
}

// killProcesses applies, and kills some processes of that when arrange calls kill.
func killProcesses(
	t *testing.T, c *acctest.CLI, victims func(apply) []int, arrange func(kill func()), args ...string,
) {
	t.Helper()
	reached, killed := make(chan struct{}), make(chan struct{})
	var once sync.Once
	arrange(func() { once.Do(func() { close(reached) }); <-killed })
	running := startApply(t, c, args...)
	<-reached
	for _, pid := range victims(running) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
	close(killed)
	if out, err := running.finish(); err == nil {
		t.Fatalf("the apply went on:\n%s", out)
	}
}
