// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
)

const (
	// mistakesTable is the table that the troubleshooting guide includes: what is between two lines of mistakesMark.
	mistakesTable = "testdata/mistakes.md"
	mistakesMark  = "<!-- mistakes -->"
	// fewestMistakes is how many kinds the table has at least.
	fewestMistakes = 40
)

// slip is a kind of mistake: what people write, in Markdown, and a configuration in which it is made.
type slip struct {
	what string
	// body is the configuration behind the provider block.
	body string
	// provider is the provider block, where the mistake is made in it.
	provider func(h *acctest.Harness) string
	// world prepares the server.
	world func(h *acctest.Harness)
}

// slips are mistakes that belong together, under a heading.
type slips struct {
	heading string
	all     []slip
}

var (
	ipAndPort  = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	uuid       = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	timeOfNow  = regexp.MustCompile(`202[5-9]-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	timeOfWait = regexp.MustCompile(`\b\d+(\.\d+)?(ms|µs)\b`)
)

// settled replaces what is of one run only.
func settled(h *acctest.Harness, text string) string {
	text = strings.NewReplacer(
		strings.TrimPrefix(h.RBACURL(), "https://"), "pe.example.com:4433/rbac-api",
		strings.TrimSuffix(strings.TrimPrefix(h.RBACURL(), "https://"), "/rbac-api"), "pe.example.com:4433",
		strings.TrimPrefix(h.ServerURL(), "https://"), "pe.example.com:8143",
		h.Machine.ClientTools.Global, "/etc/puppetlabs/client-tools", h.Machine.ClientTools.User, "/home/you/.puppetlabs/client-tools",
		h.Machine.ClientTools.Home, "/home/you", "Puppet Enterprise simulator CA", "Puppet CA: pe.example.com",
	).Replace(text)
	text = ipAndPort.ReplaceAllString(text, "pe.example.com:8143")
	text = namedPort.ReplaceAllString(text, "port${1}4433${2}")
	text = uuid.ReplaceAllStringFunc(text, func(id string) string {
		if strings.HasPrefix(id, "00000000-") {
			return id
		}
		return "5e0c2a7e-1b7d-4c55-9a38-0d9b6f3c1e42"
	})
	text = timeOfWait.ReplaceAllString(text, "50ms")
	return timeOfNow.ReplaceAllString(text, "2026-11-23T09:00:00Z")
}

// cell writes a text into a table: lines are broken, and what Markdown would read as its own is escaped outside of code.
func cell(text string) string {
	var out strings.Builder
	for i, part := range strings.Split(strings.TrimSpace(text), "`") {
		if i > 0 {
			out.WriteByte('`')
		}
		if i%2 == 0 {
			part = strings.NewReplacer("<", "&lt;", "*", `\*`, "[", `\[`, "]", `\]`).Replace(part)
		}
		out.WriteString(strings.ReplaceAll(part, "|", `\|`))
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "<br>")
}

// row makes a mistake and writes what the provider says of it as a row of a table.
func (s slip) row(t *testing.T) string {
	t.Helper()
	h := readmeWorld(t)
	if s.world != nil {
		s.world(h)
	}
	config := h.Config(s.body)
	if s.provider != nil {
		config = s.provider(h) + s.body
	}
	found, err := protocoltest.Attempt(t.Context(), h.Factories()["pe"], config)
	if err != nil {
		t.Fatalf("%s: %v", s.what, err)
	}
	if len(found) == 0 {
		t.Fatalf("%s: it is no mistake", s.what)
	}
	said := make([]string, 0, len(found))
	for _, d := range found {
		said = append(said, fmt.Sprintf("**%s**<br>%s", cell(settled(h, d.Summary)), cell(settled(h, d.Detail))))
	}
	return fmt.Sprintf("| %s | %s |\n", s.what, strings.Join(said, "<br><br>"))
}

// TestMistakes_AreAsDocumented makes the mistakes that people make and compares what the provider says of each with the table in
// the documentation. With UPDATE_ERROR_TEXTS=1 in the environment it writes the table anew: `make errors`.
func TestMistakes_AreAsDocumented(t *testing.T) {
	t.Parallel()
	rows := make([][]string, len(commonMistakes))
	t.Run("make", func(t *testing.T) {
		for i, group := range commonMistakes {
			rows[i] = make([]string, len(group.all))
			for j, mistake := range group.all {
				t.Run(group.heading+"/"+mistake.what, func(t *testing.T) {
					t.Parallel()
					rows[i][j] = mistake.row(t)
				})
			}
		}
	})
	if t.Failed() {
		return
	}
	kinds := 0
	var table strings.Builder
	table.WriteString(mistakesMark + "\n")
	for i, group := range commonMistakes {
		kinds += len(group.all)
		fmt.Fprintf(&table, "\n### %s\n\n| what was written | what the provider says |\n| --- | --- |\n%s", group.heading, strings.Join(rows[i], ""))
	}
	table.WriteString("\n" + mistakesMark + "\n")
	if kinds < fewestMistakes {
		t.Errorf("the table has %d kinds of mistakes, want %d", kinds, fewestMistakes)
	}
	if os.Getenv(updateErrorTexts) != "" {
		if err := os.WriteFile(mistakesTable, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := strings.Split(string(must(os.ReadFile(mistakesTable))(t)), "\n")
	got := strings.Split(table.String(), "\n")
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			t.Fatalf("from line %d on, the documentation and the provider differ. `make errors` writes it anew. It has\n%s\nand the provider says\n%s", i+1, at(want, i), at(got, i))
		}
	}
	guide := string(must(os.ReadFile(filepath.Join(root, "docs", "guides", "troubleshooting.md")))(t))
	if !strings.Contains(guide, strings.TrimSpace(strings.ReplaceAll(table.String(), mistakesMark, ""))) {
		t.Error("the guide does not show the table: run make generate")
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}
