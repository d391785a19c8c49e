// SPDX-License-Identifier: MPL-2.0

package relay_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
)

func applying(id string) command.Command {
	return command.Command{ID: id, Verb: "apply", CoversAll: true}
}

const tasks = "tasks"

// TestRelay_PassesToTheSameCommandOnly leaves names in a plan and looks for them in the next process.
func TestRelay_PassesToTheSameCommandOnly(t *testing.T) {
	t.Parallel()
	whole := applying("1")
	for name, test := range map[string]struct {
		plan, apply command.Command
		about       string
		names       []string
		want        bool
	}{
		"the same command":     {whole, whole, tasks, []string{"b", "a"}, true},
		"a name more":          {whole, whole, tasks, []string{"a", "c"}, false},
		"something else":       {whole, whole, "plans", []string{"a"}, false},
		"another command":      {whole, applying("2"), tasks, []string{"a"}, false},
		"an unknown command":   {applying(""), applying(""), tasks, []string{"a"}, false},
		"a plan":               {command.Command{ID: "1", Verb: "plan"}, whole, tasks, []string{"a"}, false},
		"the plan of another":  {command.Command{ID: "1", Verb: "apply"}, command.Command{ID: "1", Verb: "apply"}, tasks, []string{"a"}, false},
		"nothing was asked of": {whole, whole, tasks, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data", "relay")
			first := relay.New(dir, test.plan)
			if first.Holds(tasks, []string{"a"}) {
				t.Error("the first process has received something")
			}
			for range 2 {
				if got := first.Leave(tasks, []string{"a", "b"}); got != (first != nil) {
					t.Errorf("left: %v", got)
				}
			}
			second := relay.New(dir, test.apply)
			for range 2 {
				if got := second.Holds(test.about, test.names); got != test.want {
					t.Errorf("got %v", got)
				}
			}
			if relay.New(dir, test.apply).Holds(test.about, []string{"a"}) {
				t.Error("a third process has received something")
			}
		})
	}
}

// TestRelay_LeavesNothingBehind has the second process ask all the same, of which nobody is to hear.
func TestRelay_LeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "relay")
	relay.New(dir, applying("1")).Leave(tasks, []string{"a"})
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	second := relay.New(dir, applying("1"))
	if second.Holds(tasks, []string{"new"}) {
		t.Error("a new name is known")
	}
	if !second.Leave(tasks, []string{"a", "new"}) {
		t.Error("what has been taken was not there")
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
}

// TestRelay_LeavesAloneWhatIsNotItsOwn has something else in the place of the folder or of the file.
func TestRelay_LeavesAloneWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	elsewhere := filepath.Join(root, "elsewhere")
	relay.New(elsewhere, applying("1")).Leave(tasks, []string{"a"})
	files, err := filepath.Glob(filepath.Join(elsewhere, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got %q, %v", files, err)
	}
	linked, inside := filepath.Join(root, "linked"), filepath.Join(root, "inside")
	link := func(target, name string) {
		if err := os.Symlink(target, name); err != nil {
			t.Skipf("there are no links here: %v", err)
		}
	}
	link(elsewhere, linked)
	if err := os.Mkdir(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	link(files[0], filepath.Join(inside, filepath.Base(files[0])))
	garbled := filepath.Join(root, "garbled")
	if err := os.Mkdir(garbled, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(garbled, filepath.Base(files[0])), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{linked, inside, garbled, files[0], filepath.Join(files[0], "below")} {
		r := relay.New(dir, applying("1"))
		if r.Holds(tasks, []string{"a"}) {
			t.Errorf("%s: something was received", dir)
		}
		if dir != garbled && dir != inside && r.Leave(tasks, []string{"b"}) {
			t.Errorf("%s: something was left", dir)
		}
	}
	if !relay.New(elsewhere, applying("1")).Holds(tasks, []string{"a"}) {
		t.Error("what a link leads to was changed")
	}
}
