// SPDX-License-Identifier: MPL-2.0

// Package acctest is what the acceptance tests of all areas share: a simulated Puppet Enterprise, the provider in this process or
// as a program, the CLI, and shorthands for steps and checks.
package acctest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// Harness is a simulated PE and a provider in this process, for tests that drive the real CLI.
type Harness struct {
	*simulator.Simulator
	Machine provider.Machine
}

// Settle is how long a lost launch is looked for. What the simulator has handled is in its lists at once, so that only tests in which it
// handles something late need more, such as [LongSettle].
const Settle = 500 * time.Millisecond

// LongSettle is how long a lost launch is looked for where the simulator handles it, or shows it, up to two seconds late, with room for a
// slow machine.
const LongSettle = 10 * time.Second

// New starts a PE in which work takes a twentieth of its time. Nothing of the developer's environment gets into the
// provider.
func New(tb testing.TB, change ...func(*simulator.Options)) *Harness {
	tb.Helper()
	opts := simulator.Options{Nodes: 6, TimeScale: 20}
	for _, c := range change {
		c(&opts)
	}
	if os.Getenv(OtherForms) != "" && opts.Variants == nil {
		opts.Variants = otherForms(opts.Generation)
	}
	pe := petest.Start(tb, opts)
	dir := tb.TempDir()
	return &Harness{
		Simulator: pe,
		Machine: provider.Machine{
			LookupEnv:   func(string) (string, bool) { return "", false },
			ClientTools: clienttools.Locations{Global: filepath.Join(dir, "global"), User: filepath.Join(dir, "user"), Home: dir},
			Now:         pe.Now,
			Settle:      Settle,
		},
	}
}

// Generation selects the generation of the simulator.
func Generation(g simulator.Generation) func(*simulator.Options) {
	return func(o *simulator.Options) { o.Generation = g }
}

// Factories serve the provider from this process.
func (h *Harness) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"pe": func() (tfprotov6.ProviderServer, error) { return serve(h.Machine) },
	}
}

// Config returns a configuration: the provider block for this PE, with more arguments if given, and then the body.
func (h *Harness) Config(body string, arguments ...string) string {
	return h.ConfigAs(h.AdminToken(), body, arguments...)
}

// ConfigAs is Config with another token.
func (h *Harness) ConfigAs(token, body string, arguments ...string) string {
	return fmt.Sprintf(`
provider "pe" {
  server_url  = %q
  rbac_url    = %q
  token       = %q
  ca_cert_pem = <<-EOT
%s
  EOT
  puppetdb_url     = %q
  code_manager_url = %q
  %s
}
%s`, h.ServerURL(), h.RBACURL(), token, Indent(string(h.CACertPEM())), h.PuppetDBURL(), h.CodeManagerURL(),
		strings.Join(arguments, "\n  "), body)
}

// Indent indents a text by four spaces.
func Indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}

// ThroughCLI is the environment variable that makes every test go through the real CLI.
const ThroughCLI = "PE_TEST_THROUGH_CLI"

// Run runs the steps of a test by the plugin protocol, in this process: see [protocoltest.Run]. It is for everything that can be tested
// without a CLI.
func (h *Harness) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	if os.Getenv(ThroughCLI) != "" {
		h.RunCLI(t, steps...)
		return
	}
	protocoltest.Run(t, h.Factories()["pe"], steps...)
}

// RunCLI runs the steps of a test with the real CLI: the lifecycle of each resource, and everything that needs Terraform core.
func (h *Harness) RunCLI(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	RequireCLI(t)
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: h.Factories(), Steps: steps})
}

// RunGeneration runs the steps of a test with the real CLI on the newest PE, and in this process on older ones, for which plans are the
// same.
func (h *Harness) RunGeneration(t *testing.T, g simulator.Generation, steps ...resource.TestStep) {
	t.Helper()
	if g == simulator.PE2025 {
		h.RunCLI(t, steps...)
		return
	}
	h.Run(t, steps...)
}

// Unchanged is a step whose plan is empty.
func (h *Harness) Unchanged(body string) resource.TestStep {
	return resource.TestStep{Config: h.Config(body), PlanOnly: true}
}

// Launches checks how many launches the server has received, the most important number in this project.
func (h *Harness) Launches(want int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := h.LaunchesReceived(); got != want {
			return fmt.Errorf("the server has received %d launches, want %d", got, want)
		}
		return nil
	}
}

// Writes checks how many requests of a method and path the server has received.
func (h *Harness) Writes(want int, method, path string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := h.Count(method, path); got != want {
			return fmt.Errorf("the server has received %s %s %d times, want %d", method, path, got, want)
		}
		return nil
	}
}

// Count counts the requests of a method whose path below the API matches a pattern.
func (h *Harness) Count(method, pattern string) (n int) {
	for _, r := range h.Requests() {
		path := strings.TrimPrefix(strings.TrimPrefix(r.Path, "/orchestrator/v1"), "/rbac-api")
		if ok, err := filepath.Match(pattern, path); err == nil && ok && r.Method == method {
			n++
		}
	}
	return n
}

// OnlyReads checks that only GET requests were received since the log was reset.
func (h *Harness) OnlyReads(t *testing.T) {
	t.Helper()
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("the server has received %s %s", r.Method, r.Path)
		}
	}
}

// Shorthands for plan checks: what the plan must be before the step is applied.

// Planned checks the plan before a step is applied.
func Planned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// Creates expects a creation.
func Creates(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)
}

// Updates expects an update in place.
func Updates(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)
}

// Replaces expects a replacement.
func Replaces(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)
}

// Says is a pattern for a text in an error, which the CLI wraps at any space and frames with bars.
func Says(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(words, `[\s│]+`))
}

// SaysAll is a pattern for an error that contains several texts, in any order, because the order in which the CLI reports is not reliable.
// An ellipsis (…) in a text matches anything.
func SaysAll(texts ...string) *regexp.Regexp {
	patterns := make([]string, 0, len(texts))
	for _, text := range texts {
		parts := strings.Split(text, "…")
		for i, part := range parts {
			parts[i] = strings.TrimPrefix(Says(part).String(), "(?s)")
		}
		patterns = append(patterns, strings.Join(parts, ".*"))
	}
	return regexp.MustCompile("(?s)" + strings.Join(orders(patterns), "|"))
}

// orders returns the patterns in all orders, each joined into one.
func orders(patterns []string) (joined []string) {
	if len(patterns) == 1 {
		return patterns
	}
	for i, first := range patterns {
		for _, rest := range orders(slices.Concat(patterns[:i], patterns[i+1:])) {
			joined = append(joined, first+".*"+rest)
		}
	}
	return joined
}

// Contains reports whether a text contains a part.
func Contains(text, part string) bool { return strings.Contains(text, part) }
