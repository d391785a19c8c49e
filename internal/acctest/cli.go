// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// CLI is a working directory in which a real CLI runs a built provider, as a user does.
type CLI struct {
	Dir string
	Env []string

	attached bool
}

// NewCLI writes a configuration for a CLI to run.
func NewCLI(tb testing.TB, h *Harness, config string) *CLI {
	tb.Helper()
	RequireCLI(tb)
	c := &CLI{Dir: tb.TempDir()}
	c.Write(tb, "main.tf", "terraform {\n required_providers {\n pe = { source = \"terraform-provider-pe/pe\" }\n }\n}\n"+config)
	c.Write(tb, "ca.pem", string(h.CACertPEM()))
	c.Write(tb, "token", h.AdminToken())
	c.Write(tb, "cli.tfrc", "")
	c.Env = append(
		slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TF_LOG") }), // see [Main]
		"TF_CLI_CONFIG_FILE="+filepath.Join(c.Dir, "cli.tfrc"),
		"HOME="+c.Dir,
		"PE_SERVER_URL="+h.ServerURL(),
		"PE_RBAC_URL="+h.RBACURL(),
		"PE_PUPPETDB_URL="+h.PuppetDBURL(),
		"PE_CODE_MANAGER_URL="+h.CodeManagerURL(),
		"PE_CA_CERT_FILE="+filepath.Join(c.Dir, "ca.pem"),
		"PE_TOKEN_FILE="+filepath.Join(c.Dir, "token"),
		"PE_TOKEN=",
		"TF_IN_AUTOMATION=1",
		"TF_INPUT=0",
	)
	return c
}

func (c *CLI) Write(tb testing.TB, name, content string) {
	tb.Helper()
	name = filepath.Join(c.Dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func (c *CLI) Read(tb testing.TB, name string) string {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join(c.Dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}

// Command prepares a run of the CLI, with the built provider unless one is attached.
func (c *CLI) Command(tb testing.TB, env []string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	tb.Helper()
	if !c.attached {
		c.Write(tb, "cli.tfrc", "provider_installation {\n dev_overrides {\n \"terraform-provider-pe/pe\" = \""+
			filepath.ToSlash(ProviderDir(tb))+"\"\n }\n direct {}\n}\n")
	}
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		path = "terraform"
	}
	var out bytes.Buffer
	command := exec.CommandContext(tb.Context(), path, append(args, "-no-color")...) //nolint:gosec // the CLI that the tests are for.
	command.Dir, command.Env = c.Dir, append(c.Env, env...)
	command.Stdout, command.Stderr = &out, &out
	return command, &out
}

// Run runs the CLI to its end and returns what it printed.
func (c *CLI) Run(tb testing.TB, env []string, args ...string) (string, error) {
	tb.Helper()
	command, out := c.Command(tb, env, args...)
	if c.attached {
		stop := attach(tb, command)
		defer stop()
	}
	err := command.Run()
	return out.String(), err
}

// IdentityKey is where [CLI.Resources] has the identity of a resource.
const IdentityKey = "(identity)"

// Resources returns the attributes of what is in the state, by address, with whether it is tainted and its identity.
func (c *CLI) Resources(t *testing.T) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	content, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if len(content) == 0 { // a killed CLI leaves an empty file
		return found
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Status     string
				IndexKey   any `json:"index_key"`
				Attributes map[string]any
				Identity   map[string]any
			}
		}
	}
	if err := json.Unmarshal(content, &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			address := r.Type + "." + r.Name
			if instance.IndexKey != nil {
				address += fmt.Sprintf("[%v]", instance.IndexKey)
			}
			instance.Attributes["tainted"] = instance.Status == "tainted"
			instance.Attributes[IdentityKey] = instance.Identity
			found[address] = instance.Attributes
		}
	}
	return found
}

// ExitCode returns the exit code of a command.
func ExitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		return -1
	}
}

// MustSay fails the test unless a text contains all parts, however they are wrapped.
func MustSay(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !Says(part).MatchString(text) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}

// MustRun runs the CLI, which must succeed, and returns what it printed.
func (c *CLI) MustRun(tb testing.TB, args ...string) string {
	tb.Helper()
	printed, err := c.Run(tb, nil, args...)
	if err != nil {
		tb.Fatalf("%v: %v\n%s", args, err, printed)
	}
	return printed
}

// NoChanges checks that a plan is empty; otherwise the exit code is not zero.
func (c *CLI) NoChanges(t *testing.T, args ...string) {
	t.Helper()
	c.MustRun(t, append([]string{"plan", "-detailed-exitcode"}, args...)...)
}

// NothingNoted checks that the directory holds no note of a launch.
func (c *CLI) NothingNoted(t *testing.T) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(c.Dir, ".terraform", "pe-launches", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}
