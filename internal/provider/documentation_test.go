package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
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

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
	unfit   = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// anchorsIn lists the anchors of a text, as the registry and the forge name them.
func anchorsIn(text string) map[string]bool {
	anchors := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		anchors[strings.ReplaceAll(unfit.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-")] = true
	}
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		anchors[found[1]] = true
	}
	return anchors
}

// TestDocumentation_LinksWork follows every link from one text to another.
func TestDocumentation_LinksWork(t *testing.T) {
	t.Parallel()
	followed := 0
	for _, file := range documentation(t) {
		text := fence.ReplaceAllString(string(must(os.ReadFile(file))(t)), "")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], ":") {
				continue // elsewhere
			}
			name, at, _ := strings.Cut(found[1], "#")
			target := file
			if name != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
			}
			followed++
			info, err := os.Stat(target)
			if err != nil {
				t.Errorf("%s links to %s: %v", file, found[1], err)
				continue
			}
			if at != "" && !info.IsDir() && !anchorsIn(string(must(os.ReadFile(target))(t)))[at] {
				t.Errorf("%s links to %s, which has no such heading", file, found[1])
			}
		}
	}
	if followed == 0 {
		t.Error("there are no links")
	}
}

// TestDocumentation_CodeIsValid validates all HCL in texts. It skips code that is the whole file of an example: other tests apply those.
func TestDocumentation_CodeIsValid(t *testing.T) {
	t.Parallel()
	applied := map[string]bool{}
	for _, name := range exampleFiles(t) {
		applied[strings.TrimSpace(readExample(t, name))] = true
	}
	h := acctest.New(t)
	validated := map[string]bool{}
	for _, s := range snippets(t, documentation(t)) {
		if s.language != "terraform" && s.language != "hcl" && s.language != "tf" || applied[strings.TrimSpace(s.code)] || validated[s.code] {
			continue
		}
		validated[s.code] = true
		t.Run(s.at, func(t *testing.T) {
			t.Parallel()
			c := acctest.NewCLI(t, h, "")
			if strings.Contains(s.code, "provider_installation") {
				c.Write(t, "shown.tfrc", s.code)
				if printed, err := c.Run(t, []string{"TF_CLI_CONFIG_FILE=" + filepath.Join(c.Dir, "shown.tfrc")}, "version"); err != nil || strings.Contains(printed, "Error") {
					t.Errorf("this is no configuration of a CLI: %v\n%s", err, printed)
				}
				return
			}
			text := s.code
			if !strings.Contains(text, "required_providers") {
				text = c.Read(t, "main.tf") + text
			}
			c.Write(t, "main.tf", text)
			if strings.Contains(text, "sensitive_params") || strings.Contains(text, "ephemeral") {
				c.NeedsWriteOnly(t)
			}
			c.Write(t, "formatted/main.tf", s.code)
			if printed, err := c.Run(t, nil, "fmt", "-check", "-diff", "formatted"); err != nil {
				t.Errorf("this is not formatted: %v\n%s", err, printed)
			}
			if printed, err := c.Run(t, nil, "validate"); err != nil {
				t.Errorf("this is no configuration: %v\n%s\n%s", err, printed, s.code)
			}
		})
	}
	if len(validated) == 0 {
		t.Error("no text shows any HCL of its own")
	}
}
