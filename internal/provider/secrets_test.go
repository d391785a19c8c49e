// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestSecrets_AreNowhere plants secrets everywhere and searches for them in the trace log, the plan, the state and the output.
func TestSecrets_AreNowhere(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	secrets := map[string]string{
		"the token":             h.AdminToken(),
		"a short secret":        "9-z",
		"a sensitive parameter": "parameter-0f8a7c",
		"a nested secret":       "nested-71be0d",
		"a password":            "password-55aa21",
		"a key":                 "key-material-9d3e",
		"the secret of a plan":  "plan-secret-c0ffee",
		"a user's password":     "user-secret-1d7a",
		"a refused password":    "refused-secret-4e2b",
	}
	c := acctest.NewCLI(t, h, `
provider "pe" {}
resource "pe_task" "t" {
  task             = "simulate"
  params           = { output = "hello" }
  scope            = { nodes = ["node1.example.com", "node2.example.com"] }
  sensitive_params = { secret = "`+secrets["a sensitive parameter"]+`", data = { inner = ["`+secrets["a nested secret"]+`"] } }
  targets = [{
    hostnames = ["node1.example.com"]
    user      = "deploy"
    transport = "ssh"
    password  = "`+secrets["a password"]+`"
    }, {
    hostnames           = ["node2.example.com"]
    user                = "deploy"
    transport           = "ssh"
    private_key_content = "`+secrets["a key"]+`"
  }]
}
resource "pe_plan_run" "p" {
  plan_name        = "simulate::plan"
  params           = { targets = "node1.example.com", fail = true }
  sensitive_params = { password = "`+secrets["the secret of a plan"]+`" }
}
resource "pe_user" "bot" {
  login        = "bot"
  display_name = "Bot"
  password     = "`+secrets["a user's password"]+`"
}
resource "pe_user" "taken" {
  login        = "new"
  display_name = "Somebody else"
  password     = "`+secrets["a refused password"]+`"
}
resource "pe_scheduled_task" "short" {
  task             = "exec"
  scope            = { nodes = ["node1.example.com"] }
  scheduled_time   = "2099-01-01T00:00:00Z"
  validate_params  = false
  sensitive_params = { pin = "`+secrets["a short secret"]+`" }
}
resource "pe_scheduled_task" "s" {
  task             = "simulate"
  scope            = { nodes = ["node1.example.com"] }
  scheduled_time   = "2099-01-01T00:00:00Z"
  sensitive_params = { secret = "`+secrets["a sensitive parameter"]+`" }
}`)
	c.NeedsWriteOnly(t)
	trace := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(c.Dir, "trace.log")}
	printed, err := c.Run(t, trace, "plan", "-out=plan")
	if err != nil {
		t.Fatal(printed)
	}
	shown, err := c.Run(t, trace, "show", "-json", "plan")
	if err != nil {
		t.Fatal(shown)
	}
	applied, err := c.Run(t, trace, "apply", "-auto-approve")
	if err == nil || !strings.Contains(applied, `Plan "simulate::plan" failed`) || !strings.Contains(applied, `User "new" was not created`) {
		t.Fatalf("the apply was to fail in two resources: %v\n%s", err, applied)
	}
	log := c.Read(t, "trace.log")
	if !strings.Contains(log, "request body") || !strings.Contains(log, "answer body") {
		t.Error("the trace log holds no bodies, so nothing is proved")
	}
	// The JSON of a plan contains the configuration, as it is in the file.
	shown = shown[:max(strings.Index(shown, `"configuration"`), 0)]
	for what, text := range map[string]string{"log": log, "plan": printed, "plan as JSON": shown, "output": applied, "state": c.Read(t, "terraform.tfstate")} {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				at := strings.Index(text, secret)
				t.Errorf("%s is in the %s: …%s…", name, what, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
}

// TestSecrets_ThatTheTaskDoesNotDeclare sends secrets in parameters that are not declared as sensitive, which PE reports in clear. Processes
// that have never seen the configuration's values read them.
func TestSecrets_ThatTheTaskDoesNotDeclare(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	secrets := map[string]string{
		"a schedule's parameter": "version-0f8a7c", "a scheduled plan's parameter": "command-71be0d",
		"a task's parameter": "version-55aa21", "a plan's parameter": "command-9d3e04",
	}
	c := acctest.NewCLI(t, h, `
resource "pe_scheduled_task" "s" {
  task             = "package"
  params           = { action = "install", name = "x", version = "placeholder" }
  scope            = { nodes = ["node1.example.com"] }
  scheduled_time   = "2099-01-01T00:00:00Z"
  sensitive_params = { version = "`+secrets["a schedule's parameter"]+`" }
}
resource "pe_scheduled_plan" "s" {
  plan_name        = "canary"
  params           = { nodes = "node1.example.com", command = null }
  scheduled_time   = "2099-01-01T00:00:00Z"
  sensitive_params = { command = "`+secrets["a scheduled plan's parameter"]+`" }
}
resource "pe_task" "t" {
  task                = "package"
  params              = { action = "install", name = "x" }
  scope               = { nodes = ["node1.example.com"] }
  sensitive_params    = { version = "`+secrets["a task's parameter"]+`" }
  wait_for_completion = false
}
resource "pe_plan_run" "p" {
  plan_name           = "simulate::plan"
  params              = { targets = "node1.example.com", duration = 600 }
  sensitive_params    = { message = "`+secrets["a plan's parameter"]+`" }
  wait_for_completion = false
}`)
	c.NeedsWriteOnly(t)
	c.MustRun(t, "apply", "-auto-approve")
	said := map[string]string{}
	for _, args := range [][]string{
		{"plan", "-detailed-exitcode"}, {"apply", "-refresh-only", "-auto-approve"}, {"destroy", "-auto-approve"},
	} {
		step := args[0]
		trace := filepath.Join(c.Dir, step+".log")
		printed, err := c.Run(t, []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + trace}, args...)
		if err != nil {
			t.Fatal(printed)
		}
		said["what the "+step+" prints"], said["log of the "+step] = printed, c.Read(t, step+".log")
		said["state after the "+step] = c.Read(t, "terraform.tfstate")
	}
	if log := said["log of the plan"]; !strings.Contains(log, "answer body") || !strings.Contains(log, "canary") {
		t.Error("the trace log holds no bodies, so nothing is proved")
	}
	for what, text := range said {
		for name, secret := range secrets {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s is in the %s: …%s…", name, what, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
}
