// SPDX-License-Identifier: MPL-2.0

package jobaction_test

import (
	"archive/zip"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// triggered is a configuration whose only resource invokes an action after it was created.
func triggered(k kind, arguments string) string {
	return k.with(arguments) + `
resource "terraform_data" "x" {
  input = 1
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.` + k.action + `]
    }
  }
}
resource "terraform_data" "next" {
  input = terraform_data.x.output
}
`
}

// TestCLI_Interrupted presses Ctrl-C while an action waits for its job: the CLI ends with 1 and our error. A person or a pipeline
// would otherwise take what was interrupted for a success.
func TestCLI_Interrupted(t *testing.T) {
	t.Parallel()
	for how, test := range map[string]struct {
		arguments string
		command   []string
		says      []string
		state     string
	}{
		"by a trigger": {"", []string{"apply", "-auto-approve"}, []string{
			`Task "simulate" was interrupted`, "It keeps running, and nothing waits for it any more.", "terraform apply -invoke=action.pe_task.<name>",
		}, "running"},
		"by -invoke": {"", []string{"apply", "-auto-approve", "-invoke=action.pe_task.a"}, []string{`Task "simulate" was interrupted`}, "running"},
		"and the job is stopped": {"on_interrupt = \"stop\"\n", []string{"apply", "-auto-approve"}, []string{
			`Task "simulate" was interrupted`, "It was asked to stop, because `on_interrupt` is \"stop\".",
		}, "stopping"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			k := kinds["task"]
			c := acctest.NewCLI(t, h, triggered(k, "params = { duration = 600 }\n"+test.arguments))
			c.NeedsActions(t)
			// Terraform 1.15 crashes when it is told of progress while it stops, so that the job has nothing new to tell by then.
			polls, polled := atomic.Int32{}, make(chan struct{})
			h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs/1", Hook: func(simulator.Request) {
				if polls.Add(1) == 3 {
					close(polled)
				}
			}})
			command, out := c.Command(t, nil, test.command...)
			command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-polled:
			case <-time.After(time.Minute):
				t.Fatalf("nothing waits for the job:\n%s", out)
			}
			begun := time.Now()
			if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil { // as a terminal does
				t.Fatal(err)
			}
			err := command.Wait()
			if took := time.Since(begun); took > 8*time.Second {
				t.Errorf("the end took %v", took)
			}
			if got := acctest.ExitCode(err); got != 1 {
				t.Errorf("the CLI ends with %d, want 1\n%s", got, out)
			}
			acctest.MustSay(t, out.String(), test.says...)
			if got := h.Jobs()[0].State; got != test.state {
				t.Errorf("the job is %s, want %s", got, test.state)
			}
			launched(t, h, 1)
		})
	}
}

// TestCLI_Lifecycle invokes an action that fails after a resource was created. What becomes of the resource and of what depends on it
// differs by the version of Terraform: see the guide "Resource or action?".
func TestCLI_Lifecycle(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, triggered(kinds["task"], "params = { exitcode = 3, message = \"no space left\" }\n"))
	c.NeedsActions(t)
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if acctest.ExitCode(err) != 1 {
		t.Fatalf("the apply ends with %v\n%s", err, printed)
	}
	acctest.MustSay(t, printed, `Task "simulate" failed on 1 of 1 node`, "node1.example.com (failed): Task exited 3: no space left",
		"To run it again: terraform apply -invoke=action.pe_task.<name>", "job 1 was started:")
	resources := c.Resources(t)
	if made := resources["terraform_data.x"]; made == nil || made["tainted"] != false {
		t.Errorf("the resource is %v", made)
	}
	if _, made := resources["terraform_data.next"]; made == c.WaitsForActions(t) {
		t.Errorf("what depends on the resource was created: %v", made)
	}
	if strings.Contains(printed, "tainted") {
		t.Errorf("an action knows no taint:\n%s", printed)
	}
	printed = c.MustRun(t, "plan")
	if again := strings.Contains(printed, "Actions: 1 to invoke"); again {
		t.Errorf("the next plan invokes the action again:\n%s", printed)
	}
}

// TestCLI_Secrets has an ephemeral secret for an action, which reaches the server and is in no plan file.
func TestCLI_Secrets(t *testing.T) {
	t.Parallel()
	const secret = "sup3r-s3cret-value"
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, triggered(kinds["task"], "sensitive_params = { secret = var.secret }\n")+`
variable "secret" {
  type      = string
  ephemeral = true
}
`)
	c.NeedsActions(t)
	c.Env = append(c.Env, "TF_VAR_secret="+secret)
	printed := c.MustRun(t, "plan", "-out=plan") + c.MustRun(t, "show", "plan") + c.MustRun(t, "show", "-json", "plan")
	for _, text := range []string{printed, unzipped(t, c, "plan"), c.MustRun(t, "apply", "plan"), c.Read(t, "terraform.tfstate")} {
		if strings.Contains(text, secret) {
			t.Errorf("the secret is shown or kept:\n%s", text)
		}
	}
	if job := h.Jobs()[0]; len(job.Sensitive) != 1 || job.State != "finished" {
		t.Errorf("the server has %+v", job)
	}
	// Terraform 1.16 drops ephemeral values when an action is invoked by name. The action says so, and launches nothing without its secret.
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-invoke=action.pe_task.a")
	switch {
	case err == nil && h.Jobs()[1].Sensitive[0] != "secret":
		t.Errorf("the task ran without its secret:\n%s", printed)
	case err != nil:
		acctest.MustSay(t, printed, `The secret parameter "secret" has no value`, "Terraform 1.16 drops ephemeral values")
		launched(t, h, 1)
	}
}

// unzipped is all that is in a file of the CLI's.
func unzipped(t *testing.T, c *acctest.CLI, name string) string {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(c.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var all strings.Builder
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, content); err != nil {
			t.Fatal(err)
		}
		_ = content.Close()
	}
	return all.String()
}
