// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// diagnostic is one error or warning in the CLI's JSON output.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
	Snippet  struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

// firstLine is the line of the configuration that a diagnostic points at.
func firstLine(code string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(code), "\n")
	return line
}

// diagnosticsOf reads what a command with -json has printed.
func diagnosticsOf(t *testing.T, printed string) (found []diagnostic) {
	t.Helper()
	for line := range strings.Lines(printed) {
		var message struct {
			Diagnostic *diagnostic `json:"diagnostic"`
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if message.Diagnostic != nil {
			// Warnings about dev_overrides are caused by the test itself.
			if !strings.Contains(message.Diagnostic.Summary, "development overrides") {
				found = append(found, *message.Diagnostic)
			}
		}
	}
	return found
}

// plans runs a plan of a configuration with the CLI, and returns its diagnostics.
func plans(t *testing.T, h *acctest.Harness, config string) ([]diagnostic, error) {
	t.Helper()
	c := acctest.NewCLI(t, h, config).Attached()
	printed, err := c.Run(t, nil, "plan", "-json")
	return diagnosticsOf(t, printed), err
}

// toldOf checks that all of some diagnostics are one error, and that it is reported of each of some resources. How often depends on the
// CLI: newer ones merge what is equal but for the instance of a resource.
func toldOf(t *testing.T, found []diagnostic, summary string, resources ...string) {
	t.Helper()
	missing := slices.Clone(resources)
	for _, d := range found {
		resource, _, _ := strings.Cut(d.Address, "[")
		if d.Severity != "error" || d.Summary != summary || !slices.Contains(resources, resource) {
			t.Errorf("found %+v", d)
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == resource })
	}
	if len(missing) > 0 {
		t.Errorf("%q is not reported of %q", summary, missing)
	}
}
