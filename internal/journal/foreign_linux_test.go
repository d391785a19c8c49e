// SPDX-License-Identifier: MPL-2.0

package journal_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// beginning is what a file begins with.
func beginning(t *testing.T, name string) string {
	t.Helper()
	file, err := os.Open(name)
	must(t, err)
	defer func() { must(t, file.Close()) }()
	content, err := io.ReadAll(io.LimitReader(file, 300))
	must(t, err)
	return string(content)
}

// tree lists everything below a folder, links and pipes too, with what files hold.
func tree(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		line := info.Mode().Type().String() + " " + strings.TrimPrefix(name, dir)
		if info.Mode().IsRegular() {
			line += " " + beginning(t, name)
		}
		found = append(found, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// everything does whatever a process does with the notes of others, as an apply of everything, a destroy and a refresh do.
func everything(t *testing.T, dir string) (unreadable []string) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		j := journal.New(dir, at(noon.Add(40*24*time.Hour)))
		unreadable = j.Unreadable()
		j.Claim(t.Context(), "deploy production")
		j.LaunchedElsewhere("deploy production")
		j.Supersede("deploy production", noon.Add(time.Hour), "later")
		j.Knows(jobs, "82")
		j.Seen(jobs, "82")
		j.Begin(jobs)
		_ = j.Record(entry("mine", "", noon)) // it may be refused
		j.Drop("mine")
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it hangs")
	}
	return unreadable
}

// TestJournal_TouchesOnlyItsOwn has something else lie where the notes are: nothing of it is changed, and nothing hangs.
func TestJournal_TouchesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	const note = `{"request_id":"a","fingerprint":"deploy production","collection":"` + jobs + `","id":"82","sent":"2026-01-01T00:00:00Z"}`
	write := func(t *testing.T, name, content string) {
		t.Helper()
		must(t, os.MkdirAll(filepath.Dir(name), 0o700))
		must(t, os.WriteFile(name, []byte(content), 0o600))
	}
	for name, test := range map[string]struct {
		// lay puts something into the journal's folder, or into the place of it. There is a folder elsewhere to point to.
		lay func(t *testing.T, dir, elsewhere string)
		// told is true when somebody is told of it.
		told bool
	}{
		"a link in the place of the journal": {func(t *testing.T, dir, elsewhere string) {
			t.Helper()
			must(t, os.MkdirAll(filepath.Dir(dir), 0o700))
			must(t, os.Symlink(elsewhere, dir))
		}, true},
		"a link in the place of all journals": {func(t *testing.T, dir, elsewhere string) {
			t.Helper()
			must(t, os.MkdirAll(filepath.Dir(filepath.Dir(dir)), 0o700))
			must(t, os.Symlink(elsewhere, filepath.Dir(dir)))
		}, true},
		"a link to nothing": {func(t *testing.T, dir, elsewhere string) {
			t.Helper()
			must(t, os.MkdirAll(filepath.Dir(dir), 0o700))
			must(t, os.Symlink(filepath.Join(elsewhere, "none"), dir))
		}, true},
		"a link in the place of a process": {func(t *testing.T, dir, elsewhere string) {
			t.Helper()
			must(t, os.MkdirAll(dir, 0o700))
			must(t, os.Symlink(elsewhere, filepath.Join(dir, deadProcess)))
		}, false},
		"foreign folders": {func(t *testing.T, dir, _ string) {
			t.Helper()
			write(t, filepath.Join(dir, "notes", "a.json"), note)
			write(t, filepath.Join(dir, "empty", "entry1"), "")
			must(t, os.MkdirAll(filepath.Join(dir, "void"), 0o700))
			write(t, filepath.Join(dir, "file"), "text")
		}, false},
		"foreign files in the folder of a process": {func(t *testing.T, dir, _ string) {
			t.Helper()
			write(t, filepath.Join(dir, deadProcess, "thesis.txt"), "text")
			write(t, filepath.Join(dir, deadProcess, "sub", "entry1"), "text")
		}, false},
		"a link in the place of a note": {func(t *testing.T, dir, elsewhere string) {
			t.Helper()
			must(t, os.MkdirAll(filepath.Join(dir, deadProcess), 0o700))
			must(t, os.Symlink(filepath.Join(elsewhere, "a.json"), filepath.Join(dir, deadProcess, "a.json")))
		}, true},
		"a pipe in the place of a note": {func(t *testing.T, dir, _ string) {
			t.Helper()
			must(t, os.MkdirAll(filepath.Join(dir, deadProcess), 0o700))
			must(t, syscall.Mkfifo(filepath.Join(dir, deadProcess, "a.json"), 0o600))
		}, true},
		"a folder in the place of a note": {func(t *testing.T, dir, _ string) {
			t.Helper()
			must(t, os.MkdirAll(filepath.Join(dir, deadProcess, "a.json"), 0o700))
		}, true},
		"a huge note": {func(t *testing.T, dir, _ string) {
			t.Helper()
			write(t, filepath.Join(dir, deadProcess, "a.json"), note)
			must(t, os.Truncate(filepath.Join(dir, deadProcess, "a.json"), 1<<40))
		}, true},
		"a pipe in the place of a lock": {func(t *testing.T, dir, _ string) {
			t.Helper()
			write(t, filepath.Join(dir, deadProcess, "a.json"), note)
			must(t, syscall.Mkfifo(filepath.Join(dir, deadProcess+".lock"), 0o600))
		}, true},
		"a link in the place of a lock": {func(t *testing.T, dir, elsewhere string) {
			t.Helper()
			write(t, filepath.Join(dir, deadProcess, "a.json"), note)
			must(t, os.Symlink(filepath.Join(elsewhere, "created"), filepath.Join(dir, deadProcess+".lock")))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			dir, elsewhere := filepath.Join(root, ".terraform", "pe-launches", "default"), filepath.Join(root, "elsewhere")
			write(t, filepath.Join(elsewhere, "a.json"), note)
			write(t, filepath.Join(elsewhere, deadProcess, "a.json"), note)
			write(t, filepath.Join(elsewhere, "1c6f1c5e-2c3d-4e5f-8a9b-0c1d2e3f4a5b", "entry1"), "{")
			must(t, os.MkdirAll(filepath.Join(elsewhere, "default", "folder"), 0o700))
			test.lay(t, dir, elsewhere)
			before := tree(t, root)
			told := everything(t, dir)
			if (len(told) > 0) != test.told {
				t.Errorf("it tells of %q", told)
			}
			for _, text := range told {
				name, _, _ := strings.Cut(text, ", which")
				if _, err := os.Lstat(name); err != nil {
					t.Errorf("it tells of what is not there: %v", err)
				}
			}
			if after := tree(t, root); !slices.Equal(after, before) {
				t.Errorf("before\n%s\nafter\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
			}
		})
	}
}
