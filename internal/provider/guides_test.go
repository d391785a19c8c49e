// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// guide is a folder of examples whose files a text shows. It is applied as it stands, and again after the change that the text is
// about.
type guide struct {
	// prepare does what the text takes for granted.
	prepare func(t *testing.T, h *acctest.Harness, c *acctest.CLI)
	// needs skips the test with a CLI that is too old.
	needs func(c *acctest.CLI, t *testing.T)
	steps []guideStep
	// processes says that it is about what one process of the provider leaves to the next.
	processes bool
}

// guideStep is an apply. The first one is that of the folder as it stands.
type guideStep struct {
	// change is what has changed since: of the configuration or of the world.
	change func(t *testing.T, h *acctest.Harness, c *acctest.CLI)
	// variables are set on the command line, beside other options.
	variables, options []string
	// resources is what the CLI says at the end, such as "2 added, 0 changed, 2 destroyed".
	resources string
	// fails is what the apply fails with, in place of resources.
	fails string
	// says is what the apply has to say beside that.
	says []string
	// launches is how many launches the server has received altogether.
	launches int
	// check looks at the rest.
	check func(t *testing.T, h *acctest.Harness, c *acctest.CLI)
}

// newGuide returns a working directory with the files of a guide, and nothing else, beside what [acctest.NewCLI] needs.
func newGuide(t *testing.T, h *acctest.Harness, name string) *acctest.CLI {
	t.Helper()
	c := acctest.NewCLI(t, h, "")
	if err := os.Remove(filepath.Join(c.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(c.Dir, os.DirFS(filepath.Join(examples, filepath.FromSlash(name)))); err != nil {
		t.Fatal(err)
	}
	return c
}

// readmeWorld is a PE as the README starts it.
func readmeWorld(t *testing.T) *acctest.Harness {
	t.Helper()
	return acctest.New(t, func(o *simulator.Options) { o.Nodes = 10 })
}

// TestGuides_ApplyTwice applies each guide as it stands, makes the change that its text is about, applies it again, and expects
// nothing to be left to do.
func TestGuides_ApplyTwice(t *testing.T) {
	t.Parallel()
	for name, g := range guides {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(g.steps) < 2 {
				t.Fatal("it is applied once only")
			}
			h := readmeWorld(t)
			c := newGuide(t, h, name)
			if !g.processes {
				c.Attached()
			}
			if g.needs != nil {
				g.needs(c, t)
			}
			if g.prepare != nil {
				g.prepare(t, h, c)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, "modules")); err == nil {
				c.MustRun(t, "get")
			}
			for i, step := range g.steps {
				if !step.apply(t, h, c) {
					t.Fatalf("that was apply %d of %d", i+1, len(g.steps))
				}
			}
			last := g.steps[len(g.steps)-1]
			last.options = nil
			c.NoChanges(t, last.arguments()...)
		})
	}
}

func (s guideStep) arguments() []string {
	arguments := slices.Clone(s.options)
	for _, variable := range s.variables {
		arguments = append(arguments, "-var="+variable)
	}
	return arguments
}

// apply applies the configuration and reports whether that did what it should.
func (s guideStep) apply(t *testing.T, h *acctest.Harness, c *acctest.CLI) bool {
	t.Helper()
	if s.change != nil {
		s.change(t, h, c)
	}
	printed, err := c.Run(t, nil, append([]string{"apply", "-auto-approve"}, s.arguments()...)...)
	wanted := append(slices.Clone(s.says), s.fails)
	if s.fails == "" {
		wanted[len(s.says)] = "Apply complete! Resources: " + s.resources + "."
	}
	if (err != nil) != (s.fails != "") {
		t.Errorf("the apply ended with %v:\n%s", err, printed)
	}
	acctest.MustSay(t, printed, wanted...)
	if got := h.LaunchesReceived(); got != s.launches {
		t.Errorf("the server has received %d launches, want %d", got, s.launches)
	}
	if s.check != nil && !t.Failed() {
		s.check(t, h, c)
	}
	return !t.Failed()
}

// edited returns a change of main.tf, in pairs of what is there and what comes in its place.
func edited(pairs ...string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		text := c.Read(t, "main.tf")
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("main.tf does not hold %q", pairs[i])
			}
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		c.Write(t, "main.tf", text)
	}
}

// outputs returns the outputs of a state.
func outputs(t *testing.T, c *acctest.CLI) map[string]struct{ Value any } {
	t.Helper()
	values := map[string]struct{ Value any }{}
	if err := json.Unmarshal([]byte(c.MustRun(t, "output", "-json")), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// needsProgram skips a test where a program is missing that a configuration starts.
func needsProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("there is no %s here", name)
	}
}

// isGuide reports whether the code of a text has to be applied twice: that of guides, of the README and of the page of the provider.
func isGuide(at string) bool {
	return strings.HasPrefix(at, "docs/guides/") || strings.HasPrefix(at, "docs/index.md") || !strings.Contains(at, "/")
}

// appliedElsewhere are beginnings of the names of those examples that guides show and that tests of their own apply: see [covered].
var appliedElsewhere = []string{"policy-as-code/", "provider/", "ephemeral-resources/", "guides/in-ci/backend/", "guides/migrating/moved/", "actions/"}

// guideOf returns the folder of a guide that a file of the examples is in, and "" for a file that is in none.
func guideOf(name string) string {
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if _, ok := guides[folder]; ok {
			return folder
		}
	}
	return ""
}

// TestGuides_EachBlockIsApplied expects every block of HCL in a text to be a file of an example, as it stands; in guides one that
// is applied twice or has a test of its own; and every file of a guide's example to be shown.
func TestGuides_EachBlockIsApplied(t *testing.T) {
	t.Parallel()
	byText := map[string]string{}
	for _, name := range exampleFiles(t) {
		byText[strings.TrimSpace(readExample(t, name))] = name
	}
	shown := map[string]bool{}
	for _, s := range snippets(t, documentation(t)) {
		if s.language != "terraform" && s.language != "hcl" && s.language != "tf" {
			continue
		}
		name, ok := byText[strings.TrimSpace(s.code)]
		switch {
		case !ok:
			t.Errorf("%s shows HCL that is no file under examples/:\n%s", s.at, s.code)
		case guideOf(name) != "":
			shown[name] = true
		case isGuide(s.at) && !slices.ContainsFunc(appliedElsewhere, func(beginning string) bool { return strings.HasPrefix(name, beginning) }):
			t.Errorf("%s shows %s, which no guide in the table applies twice", s.at, name)
		}
	}
	for folder := range guides {
		err := fs.WalkDir(os.DirFS(filepath.Join(examples, filepath.FromSlash(folder))), ".", func(name string, entry fs.DirEntry, err error) error {
			if name = path.Join(folder, name); err == nil && entry.Type().IsRegular() && strings.HasSuffix(name, ".tf") && !shown[name] {
				t.Errorf("%s is applied and not shown", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
