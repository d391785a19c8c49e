package provider_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	name = filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
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

// needsWriteOnly skips a test with a CLI that does not know write-only values.
func (c *cli) needsWriteOnly(t *testing.T) {
	t.Helper()
	version, err := c.run(t, nil, "version")
	if err != nil {
		t.Fatal(version)
	}
	if old := strings.NewReplacer("OpenTofu", "Terraform").Replace(version); strings.Contains(old, "Terraform v1.8") || strings.Contains(old, "Terraform v1.9") || strings.Contains(old, "Terraform v1.10") {
		t.Skip("write-only values need Terraform 1.11")
	}
}

// resources returns the attributes of what is in the state, by address.
func (c *cli) resources(t *testing.T) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	content, err := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if len(content) == 0 { // a CLI that was killed leaves it empty
		return found
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Status     string
				IndexKey   any `json:"index_key"`
				Attributes map[string]any
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
			found[address] = instance.Attributes
		}
	}
	return found
}

// exitCode returns the code that a command has ended with.
func exitCode(err error) int {
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

// mustSay fails the test unless a text says something, however it is wrapped.
func mustSay(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !says(part).MatchString(text) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}
