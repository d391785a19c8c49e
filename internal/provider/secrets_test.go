package provider_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cli is a working directory in which a real CLI runs a built provider, as a user does.
type cli struct {
	dir string
	env []string
}

// newCLI builds the provider and writes a configuration.
func newCLI(t *testing.T, h *harness, config string) *cli {
	t.Helper()
	c := &cli{dir: t.TempDir()}
	c.write(t, "main.tf", "terraform {\n required_providers {\n pe = { source = \"terraform-provider-pe/pe\" }\n }\n}\n"+config)
	c.write(t, "ca.pem", string(h.CACertPEM()))
	c.write(t, "token", h.AdminToken())
	c.write(t, "cli.tfrc", "provider_installation {\n dev_overrides {\n \"terraform-provider-pe/pe\" = \""+filepath.ToSlash(providerBinary(t))+"\"\n }\n direct {}\n}\n")
	c.env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+filepath.Join(c.dir, "cli.tfrc"), "HOME="+c.dir,
		"PE_SERVER_URL="+h.ServerURL(), "PE_RBAC_URL="+h.RBACURL(), "PE_CA_CERT_FILE="+filepath.Join(c.dir, "ca.pem"), "PE_TOKEN_FILE="+filepath.Join(c.dir, "token"),
		"PE_TOKEN=", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	return c
}

func (c *cli) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (c *cli) read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// command prepares a run of the CLI.
func (c *cli) command(t *testing.T, env []string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		path = "terraform"
	}
	var out bytes.Buffer
	command := exec.CommandContext(t.Context(), path, append(args, "-no-color")...)
	command.Dir, command.Env = c.dir, append(c.env, env...)
	command.Stdout, command.Stderr = &out, &out
	return command, &out
}

// run runs the CLI to its end and returns what it printed.
func (c *cli) run(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	command, out := c.command(t, env, args...)
	err := command.Run()
	return out.String(), err
}

// TestSecretsAreNowhere plants secrets everywhere and searches the trace log, the plan, the state and what is printed for them.
func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	secrets := map[string]string{
		"the token":             h.AdminToken(),
		"a sensitive parameter": "parameter-0f8a7c",
		"a nested secret":       "nested-71be0d",
		"a password":            "password-55aa21",
		"a key":                 "key-material-9d3e",
		"the secret of a plan":  "plan-secret-c0ffee",
	}
	c := newCLI(t, h, `
provider "pe" {}
resource "pe_task" "t" {
  task             = "simulate"
  params           = { output = "hello" }
  scope            = { nodes = ["node1.example.com"] }
  sensitive_params = { secret = "`+secrets["a sensitive parameter"]+`", data = { inner = ["`+secrets["a nested secret"]+`"] } }
  targets = [{
    hostnames           = ["node1.example.com"]
    user                = "deploy"
    transport           = "ssh"
    password            = "`+secrets["a password"]+`"
    private_key_content = "`+secrets["a key"]+`"
  }]
}
resource "pe_plan_run" "p" {
  plan_name        = "simulate::plan"
  params           = { targets = "node1.example.com", fail = true }
  sensitive_params = { password = "`+secrets["the secret of a plan"]+`" }
}
resource "pe_scheduled_task" "s" {
  task             = "simulate"
  scope            = { nodes = ["node1.example.com"] }
  scheduled_time   = "2099-01-01T00:00:00Z"
  sensitive_params = { secret = "`+secrets["a sensitive parameter"]+`" }
}`)
	version, err := c.run(t, nil, "version")
	if err != nil {
		t.Fatal(version)
	}
	if old := strings.NewReplacer("OpenTofu", "Terraform").Replace(version); strings.Contains(old, "Terraform v1.8") || strings.Contains(old, "Terraform v1.9") || strings.Contains(old, "Terraform v1.10") {
		t.Skip("write-only values need Terraform 1.11")
	}
	trace := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(c.dir, "trace.log")}
	printed, err := c.run(t, trace, "plan", "-out=plan")
	if err != nil {
		t.Fatal(printed)
	}
	shown, err := c.run(t, trace, "show", "-json", "plan")
	if err != nil {
		t.Fatal(shown)
	}
	applied, err := c.run(t, trace, "apply", "-auto-approve")
	if err == nil || !strings.Contains(applied, `Plan "simulate::plan" failed`) {
		t.Fatalf("the apply was to fail in one resource: %v\n%s", err, applied)
	}
	log := c.read(t, "trace.log")
	if !strings.Contains(log, "request body") || !strings.Contains(log, "answer body") {
		t.Error("the trace log holds no bodies, so nothing is proved")
	}
	// The configuration is part of a plan's JSON, as it stands in the file.
	shown = shown[:max(strings.Index(shown, `"configuration"`), 0)]
	for what, text := range map[string]string{"log": log, "plan": printed, "plan as JSON": shown, "output": applied, "state": c.read(t, "terraform.tfstate")} {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				at := strings.Index(text, secret)
				t.Errorf("%s is in the %s: …%s…", name, what, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	}
}
