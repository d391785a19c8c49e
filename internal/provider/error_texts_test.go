// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	// errorTexts is the folder of the errors in the documentation.
	errorTexts = "testdata/errors"
	// updateErrorTexts is the environment variable that makes the test rewrite the folder.
	updateErrorTexts = "UPDATE_ERROR_TEXTS"
)

// mistake is a likely mistake of a user.
type mistake struct {
	body string
	// without are variables of the environment that are missing; with are others, set by the function.
	without []string
	with    func(t *testing.T, h *acctest.Harness, c *acctest.CLI) []string
}

func aTask(arguments string) string {
	return providerBlock + "\nresource \"pe_task\" \"restart\" {\n" + arguments + "\n}\n"
}

const (
	providerBlock = "\nprovider \"pe\" {}\n"
	serviceTask   = "  task   = \"service\"\n  params = { action = \"restart\", name = \"httpd\" }\n"
	patchTask     = "  task   = \"pe_patch::patch_server\"\n  params = { reboot = \"%s\" }\n"
	onTwoNodes    = "  scope  = { nodes = [\"node1.example.com\", \"node2.example.com\"] }"
)

// patchServer fails on the second node, and takes long where it reboots.
func patchServer(run simulator.TaskRun) simulator.TaskOutcome {
	switch {
	case run.Params["reboot"] == "always":
		return simulator.TaskOutcome{Duration: time.Hour}
	case run.Node.Certname == acctest.Node(2):
		return simulator.TaskOutcome{State: simulator.TaskFailed, Result: map[string]any{
			"_error": map[string]any{"kind": "pe_patch/locked", "msg": "Another program holds the lock of the package database", "details": map[string]any{"exit_code": 1}},
		}}
	default:
		return simulator.TaskOutcome{Result: map[string]any{"return": "Success"}}
	}
}

// tokenOf returns a function that uses the token of a new user.
func tokenOf(change func(h *acctest.Harness, token string), permissions ...simulator.Permission) func(*testing.T, *acctest.Harness, *acctest.CLI) []string {
	return func(t *testing.T, h *acctest.Harness, _ *acctest.CLI) []string {
		t.Helper()
		h.AddUser("pipeline", "pipeline-password", permissions...)
		token := h.IssueToken("pipeline", time.Hour)
		change(h, token)
		return []string{"PE_TOKEN=" + token}
	}
}

// mistakes are the most likely ones, by the name of the file with the CLI's output for each.
var mistakes = map[string]mistake{
	"no-url":       {body: aTask(serviceTask + onTwoNodes), without: []string{"PE_SERVER_URL"}},
	"no-token":     {body: aTask(serviceTask + onTwoNodes), without: []string{"PE_TOKEN_FILE"}},
	"no-authority": {body: aTask(serviceTask + onTwoNodes), without: []string{"PE_CA_CERT_FILE"}},
	"wrong-port": {body: aTask(serviceTask + onTwoNodes), with: func(_ *testing.T, h *acctest.Harness, _ *acctest.CLI) []string {
		return []string{"PE_SERVER_URL=" + strings.TrimSuffix(h.RBACURL(), "/rbac-api")}
	}},
	"token-expired": {body: aTask(serviceTask + onTwoNodes), with: tokenOf(func(h *acctest.Harness, token string) { h.ExpireToken(token) })},
	"not-permitted": {body: aTask(serviceTask + "  validate_params = false\n" + onTwoNodes), with: tokenOf(func(*acctest.Harness, string) {}, acctest.Grant("orchestrator:view:*"))},
	"unknown-task":  {body: aTask("  task   = \"servise\"\n  params = { action = \"restart\", name = \"httpd\" }\n" + onTwoNodes)},
	"bad-parameter": {body: aTask("  task   = \"service\"\n  params = { action = \"reboot\", name = \"httpd\" }\n" + onTwoNodes)},
	"empty-scope":   {body: aTask(serviceTask + "  scope  = { query = \"inventory[certname] { facts.role = \\\"wbe\\\" }\" }")},
	"failed-nodes":  {body: aTask(fmt.Sprintf(patchTask, "never") + onTwoNodes)},
	"past-time":     {body: providerBlock + "\nresource \"pe_scheduled_task\" \"restart\" {\n" + serviceTask + onTwoNodes + "\n  scheduled_time = \"2020-01-01T02:00:00Z\"\n}\n"},
	"too-long":      {body: aTask(fmt.Sprintf(patchTask, "always") + onTwoNodes + "\n\n  timeouts {\n    create = \"5s\"\n  }")},
}

var (
	portOfThisRun = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	overrides     = regexp.MustCompile(`(?s)\A.*?published\s+releases\.\s+`)
	timeOfThisRun = regexp.MustCompile(`(is\s+now\s+|\s+machine\s+and\s+)[-0-9]+T[:0-9]+Z`)
	idOfThisRun   = regexp.MustCompile(`"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"`)
	namedPort     = regexp.MustCompile(`port(\s+)\d+(\s+is\s+that\s+of\s+RBAC)`)
	triesOfRun    = regexp.MustCompile(`(\d+\s+attempts\s+)(in\s+\d+s|within\s+a\s+second)`)
	progress      = regexp.MustCompile(`(?m)^.*(Creating\.\.\.|Still creating|Reading\.\.\.|Read complete).*\n`)
)

// shown is the error as a user sees it, without the parts that differ between runs.
func shown(c *acctest.CLI, h *acctest.Harness, printed string) string {
	printed = overrides.ReplaceAllString(printed, "")
	if at := strings.Index(printed, "Error: "); at > 0 {
		printed = printed[at:]
	}
	printed = strings.NewReplacer(
		strings.TrimPrefix(h.RBACURL(), "https://"), "pe.example.com:4433/rbac-api", strings.TrimPrefix(h.ServerURL(), "https://"), "pe.example.com:8143", c.Dir, "/home/you",
		"127.0.0.1:8143", "pe.example.com:8143", "registry.opentofu.org", "registry.terraform.io",
	).Replace(printed)
	printed = namedPort.ReplaceAllString(printed, "port${1}4433${2}")
	printed = idOfThisRun.ReplaceAllString(printed, `"5e0c2a7e-1b7d-4c55-9a38-0d9b6f3c1e42"`)
	printed = triesOfRun.ReplaceAllString(printed, "${1}in 1s")
	printed = timeOfThisRun.ReplaceAllString(printed, "${1}2026-11-23T09:00:00Z")
	return strings.TrimSpace(progress.ReplaceAllString(portOfThisRun.ReplaceAllString(printed, "pe.example.com:4433"), "")) + "\n"
}

// TestErrorTexts_AreAsDocumented makes the most likely mistakes and compares what the CLI prints with the documentation. With
// UPDATE_ERROR_TEXTS=1 in the environment, it rewrites the files; `make generate` then copies them into the documentation.
func TestErrorTexts_AreAsDocumented(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Nodes = 2 })
			h.AddTask("production", simulator.Task{Name: "pe_patch::patch_server", Parameters: map[string]simulator.Parameter{"reboot": {Type: "String"}}, Run: patchServer})
			c := acctest.NewCLI(t, h, m.body).Attached()
			env := make([]string, 0, len(m.without))
			for _, variable := range m.without {
				env = append(env, variable+"=")
			}
			if m.with != nil {
				env = append(env, m.with(t, h, c)...)
			}
			printed, err := c.Run(t, env, "apply", "-auto-approve")
			if err == nil {
				t.Fatalf("it is no mistake:\n%s", printed)
			}
			got, file := shown(c, h, printed), filepath.Join(errorTexts, name+".txt")
			if os.Getenv(updateErrorTexts) != "" {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := string(must(os.ReadFile(file))(t))
			// Versions of the CLI break lines in different places.
			if !slices.Equal(strings.Fields(want), strings.Fields(got)) {
				t.Errorf("the documentation shows\n%s\nand the CLI prints\n%s\nSet %s=1 to write it anew.", want, got, updateErrorTexts)
			}
		})
	}
	guide := string(must(os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md.tmpl")))(t))
	for _, file := range must(filepath.Glob(filepath.Join(errorTexts, "*")))(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if _, ok := mistakes[name]; !ok {
			t.Errorf("%s is no mistake that anybody makes", file)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(mistakes)) {
		if include := fmt.Sprintf("{{ codefile \"text\" \"internal/provider/%s/%s.txt\" }}", errorTexts, name); !strings.Contains(guide, include) {
			t.Errorf("the guide lacks %s", include)
		}
	}
}
