package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the folder of the project.
const root = "../.."

// snippet is a piece of code in a text.
type snippet struct {
	language, code string
	// at is the file and line.
	at string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)[^\n]*\n(.*?)^```[ ]*$")

// snippets finds the code in texts.
func snippets(t *testing.T, files []string) (found []snippet) {
	t.Helper()
	for _, file := range files {
		text := string(must(os.ReadFile(file))(t))
		for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
			found = append(found, snippet{
				language: text[at[2]:at[3]], code: text[at[4]:at[5]],
				at: fmt.Sprintf("%s:%d", strings.TrimPrefix(filepath.ToSlash(file), root+"/"), 1+strings.Count(text[:at[0]], "\n")),
			})
		}
	}
	return found
}

// documentation lists the texts that users read.
func documentation(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*/*.md"} {
		files = append(files, must(filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern))))(t)...)
	}
	return files
}

// TestCodeInTheDocumentation validates all HCL that texts show. What is an example's file as it stands is left out: other tests
// apply those.
func TestCodeInTheDocumentation(t *testing.T) {
	t.Parallel()
	applied := map[string]bool{}
	for _, name := range exampleFiles(t) {
		applied[strings.TrimSpace(readExample(t, name))] = true
	}
	h := newHarness(t)
	validated := map[string]bool{}
	for _, s := range snippets(t, documentation(t)) {
		if s.language != "terraform" && s.language != "hcl" && s.language != "tf" || applied[strings.TrimSpace(s.code)] || validated[s.code] {
			continue
		}
		validated[s.code] = true
		t.Run(s.at, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, h, "")
			if strings.Contains(s.code, "provider_installation") {
				c.write(t, "shown.tfrc", s.code)
				if printed, err := c.run(t, []string{"TF_CLI_CONFIG_FILE=" + filepath.Join(c.dir, "shown.tfrc")}, "version"); err != nil || strings.Contains(printed, "Error") {
					t.Errorf("this is no configuration of a CLI: %v\n%s", err, printed)
				}
				return
			}
			text := s.code
			if !strings.Contains(text, "required_providers") {
				text = c.read(t, "main.tf") + text
			}
			c.write(t, "main.tf", text)
			if strings.Contains(text, "sensitive_params") || strings.Contains(text, "ephemeral") {
				c.needsWriteOnly(t)
			}
			if printed, err := c.run(t, nil, "validate"); err != nil {
				t.Errorf("this is no configuration: %v\n%s\n%s", err, printed, s.code)
			}
		})
	}
	if len(validated) == 0 {
		t.Error("no text shows any HCL of its own")
	}
}
