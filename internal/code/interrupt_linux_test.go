// SPDX-License-Identifier: MPL-2.0

package code_test

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// slowStaging is a PE whose staging takes an hour to deploy, and a channel that is closed when it has been asked to.
func slowStaging(t *testing.T) (*acctest.Harness, <-chan struct{}) {
	t.Helper()
	h := withCode(t)
	h.SetBranch("staging", simulator.Branch{Commit: firstCommit, Takes: time.Hour})
	asked := make(chan struct{})
	var once sync.Once
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: deploysPath, Times: 1, Action: simulator.NoAction,
		Hook: func(simulator.Request) { once.Do(func() { close(asked) }) },
	})
	return h, asked
}

// TestCodeDeploy_Interrupted presses Ctrl-C, or kills the CLI and the provider, while an apply waits for code. Nothing is in the state, and
// the next apply deploys again.
func TestCodeDeploy_Interrupted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signal syscall.Signal
		says   []string
	}{
		"Ctrl-C": {syscall.SIGINT, []string{
			"The wait for the deploy of staging was interrupted", "Code Manager goes on with what it has received, and it is not known how that " +
				"ends.", "Apply again to wait once more",
		}},
		"killed": {syscall.SIGKILL, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, asked := slowStaging(t)
			c := acctest.NewCLI(t, h, deploying(`environments = ["staging"]`))
			apply, out := c.Command(t, nil, "apply", "-auto-approve", "-input=false")
			apply.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := apply.Start(); err != nil {
				t.Fatal(err)
			}
			<-asked
			begun := time.Now()
			if err := syscall.Kill(-apply.Process.Pid, test.signal); err != nil { // as a terminal does, to the group
				t.Fatal(err)
			}
			if err := apply.Wait(); err == nil {
				t.Errorf("the apply has succeeded:\n%s", out)
			}
			if took := time.Since(begun); took > 10*time.Second {
				t.Errorf("the end took %v\n%s", took, out)
			}
			acctest.MustSay(t, out.String(), test.says...)
			if got := c.Resources(t); len(got) != 0 {
				t.Errorf("the state has %v", got)
			}

			h.Advance(time.Hour)
			h.SetBranch("staging", simulator.Branch{Commit: firstCommit})
			acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", "-input=false"), "1 added, 0 changed, 0 destroyed")
			if got := h.Count(http.MethodPost, deploysPath); got != 2 {
				t.Errorf("code was deployed %d times, want 2", got)
			}
			c.NoChanges(t)
		})
	}
}

// TestCodeDeployAction_Interrupted presses Ctrl-C while the action waits for code.
func TestCodeDeployAction_Interrupted(t *testing.T) {
	t.Parallel()
	h, asked := slowStaging(t)
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.Config("action \"pe_code_deploy\" \"x\" {\n config {\n environments = [\"staging\"]\n}\n}\n"), Action: "pe_code_deploy.x",
		Heard: func(_ string, stop func() <-chan struct{}) {
			<-asked
			stop()
		},
	})
	acctest.Fails(t, told, "The wait for the deploy of staging was interrupted", "Code Manager goes on with what it has received",
		"Invoke it again to wait once more")
	deployed(t, h, 1)
}
