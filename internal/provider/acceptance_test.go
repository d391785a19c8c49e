package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// harness is a simulated PE and a provider in this process, for tests that drive the real CLI.
type harness struct {
	*simulator.Simulator
	machine provider.Machine
}

// newHarness starts a PE in which work takes a twentieth of its time. Nothing of the developer's environment gets into the
// provider.
func newHarness(t *testing.T, change ...func(*simulator.Options)) *harness {
	t.Helper()
	requireCLI(t)
	opts := simulator.Options{Nodes: 6, TimeScale: 20}
	for _, c := range change {
		c(&opts)
	}
	pe, err := simulator.Start(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatalf("starting the simulator: %v", err)
	}
	t.Cleanup(func() {
		if err := pe.Close(); err != nil {
			t.Errorf("stopping the simulator: %v", err)
		}
	})
	dir := t.TempDir()
	return &harness{
		Simulator: pe,
		machine: provider.Machine{
			LookupEnv:   func(string) (string, bool) { return "", false },
			ClientTools: clienttools.Locations{Global: filepath.Join(dir, "global"), User: filepath.Join(dir, "user"), Home: dir},
			Now:         pe.Now,
			Settle:      2 * time.Second,
		},
	}
}

// requireCLI skips a test on a machine without a Terraform or OpenTofu. The make target says so once instead.
func requireCLI(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC_TERRAFORM_PATH") != "" {
		return
	}
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("needs terraform on PATH, or the path of a terraform or tofu in TF_ACC_TERRAFORM_PATH")
	}
}

func generation(g simulator.Generation) func(*simulator.Options) {
	return func(o *simulator.Options) { o.Generation = g }
}

// factories serve the provider from this process.
func (h *harness) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"pe": func() (tfprotov6.ProviderServer, error) {
			return providerserver.NewProtocol6WithError(provider.New("test", h.machine)())()
		},
	}
}

// config returns a configuration: the provider block for this PE, with more arguments if given, and then the body.
func (h *harness) config(body string, arguments ...string) string {
	return h.configAs(h.AdminToken(), body, arguments...)
}

// configAs is config for another token.
func (h *harness) configAs(token, body string, arguments ...string) string {
	return fmt.Sprintf(`
provider "pe" {
  server_url  = %q
  rbac_url    = %q
  token       = %q
  ca_cert_pem = <<-EOT
%s
  EOT
  %s
}
%s`, h.ServerURL(), h.RBACURL(), token, indent(string(h.CACertPEM())), strings.Join(arguments, "\n  "), body)
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}

// run runs the steps of an acceptance test.
func (h *harness) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: h.factories(), Steps: steps})
}

// launches is a check of how many launches the server has received, the most important number in this project.
func (h *harness) launches(want int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := h.LaunchesReceived(); got != want {
			return fmt.Errorf("the server has received %d launches, want %d", got, want)
		}
		return nil
	}
}

// writes is a check of how many requests of a method and path the server has received.
func (h *harness) writes(want int, method, path string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := h.count(method, path); got != want {
			return fmt.Errorf("the server has received %s %s %d times, want %d", method, path, got, want)
		}
		return nil
	}
}

// count counts the requests of a method whose path below the API matches a pattern.
func (h *harness) count(method, pattern string) (n int) {
	for _, r := range h.Requests() {
		path := strings.TrimPrefix(strings.TrimPrefix(r.Path, "/orchestrator/v1"), "/rbac-api")
		if ok, err := filepath.Match(pattern, path); err == nil && ok && r.Method == method {
			n++
		}
	}
	return n
}

// onlyReads checks that nothing but GET was received since the log was reset.
func (h *harness) onlyReads(t *testing.T) {
	t.Helper()
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("the server has received %s %s", r.Method, r.Path)
		}
	}
}

// Shorthands for plan checks: what the plan must be before the step is applied.

func planned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

func creates(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)
}

func updates(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)
}

func replaces(address string) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)
}

// says is a pattern for a text in an error, which the CLI wraps at any space and frames with bars.
func says(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(words, `[\s│]+`))
}

// saysAll is a pattern for an error that says several things, in any order: the CLI sorts what it reports by nothing that
// a test can rely on. An ellipsis (…) in a text stands for anything.
func saysAll(texts ...string) *regexp.Regexp {
	patterns := make([]string, 0, len(texts))
	for _, text := range texts {
		parts := strings.Split(text, "…")
		for i, part := range parts {
			parts[i] = strings.TrimPrefix(says(part).String(), "(?s)")
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

func contains(text, part string) bool { return strings.Contains(text, part) }
