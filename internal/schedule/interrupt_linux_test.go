// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestSchedule_InterruptedWhileItIsCreated presses Ctrl-C while a schedule is being created. It is in the state, and another schedule of the
// same content is one of its own.
func TestSchedule_InterruptedWhileItIsCreated(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := acctest.ScheduledTaskBody("count = 1\ntask = \"facts\"\nscope = { nodes = [\"node1.example.com\"] }\nscheduled_time = \"2030-01-01T00:00:00Z\"")
	c := acctest.NewCLI(t, h, body)
	asked, answered := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/orchestrator/v1" + environmentJobsPath, Times: 1, Action: simulator.NoAction, Hook: func(simulator.Request) {
		once.Do(func() { close(asked) })
		<-answered
	}})
	apply, out := c.Command(t, nil, "apply", "-auto-approve", "-input=false")
	apply.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := syscall.Kill(-apply.Process.Pid, syscall.SIGINT); err != nil { // as a terminal does, to the group
		t.Fatal(err)
	}
	close(answered)
	_ = apply.Wait()
	if got := c.Resources(t); len(got) != 1 {
		t.Fatalf("the state has %v\n%s", got, out)
	}

	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "count = 1", "count = 2", 1))
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", "-input=false"), "1 added, 0 changed, 0 destroyed")
	if got := h.Count(http.MethodPost, environmentJobsPath); got != 2 {
		t.Errorf("%d schedules were created, want 2", got)
	}
	c.NoChanges(t)
	c.NothingNoted(t)
}
