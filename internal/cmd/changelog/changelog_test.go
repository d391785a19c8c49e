// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const begun = "# Changelog\n\nPreface.\n\n## Unreleased\n\n## 1.2.3 - 2026-01-02\n\n### Fixed\n\n- Something.\n"

// repository is a folder with a changelog and fragments.
func repository(t *testing.T, text string, changes map[string]string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, fragments), 0o750); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, file), text)
	for name, text := range changes {
		write(t, filepath.Join(root, fragments, name), text)
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// command runs the program and returns what it prints.
func command(t *testing.T, root string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(root, args, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), &out)
	return out.String(), err
}

func TestChangelog_FromFragmentsToARelease(t *testing.T) {
	t.Parallel()
	root := repository(t, begun, map[string]string{"b.fixed.md": "Mended.\n", "a.added.md": "New,\non two lines.\n", "c.added.md": "Newer.\n"})
	if _, err := command(t, root, "check"); err == nil {
		t.Error("a changelog without its fragments passes")
	}
	for _, args := range [][]string{{"update"}, {"check"}, {"update"}, {"check"}} {
		if _, err := command(t, root, args...); err != nil {
			t.Fatal(err)
		}
	}
	const body = "### Added\n\n- New,\n  on two lines.\n- Newer.\n\n### Fixed\n\n- Mended.\n"
	const old = "\n## 1.2.3 - 2026-01-02\n\n### Fixed\n\n- Something.\n"
	expect(t, root, "# Changelog\n\nPreface.\n\n## Unreleased\n\n"+body+old)

	if next, err := command(t, root, "next"); err != nil || next != "1.3.0\n" {
		t.Errorf("next is %q (%v)", next, err)
	}
	if _, err := command(t, root, "release", "1.3.0"); err != nil {
		t.Fatal(err)
	}
	expect(t, root, "# Changelog\n\nPreface.\n\n## Unreleased\n\n## 1.3.0 - 2026-11-23\n\n"+body+old)
	if left, err := os.ReadDir(filepath.Join(root, fragments)); err != nil || len(left) > 0 {
		t.Errorf("fragments are left: %v (%v)", left, err)
	}
	if _, err := command(t, root, "check"); err != nil {
		t.Error(err)
	}
	for version, want := range map[string]string{"1.3.0": body, "1.2.3": "### Fixed\n\n- Something.\n"} {
		if notes, err := command(t, root, "notes", version); err != nil || notes != want {
			t.Errorf("the notes of %s are %q (%v)", version, notes, err)
		}
	}
}

func expect(t *testing.T, root, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(root, file))
	if err != nil || string(got) != want {
		t.Fatalf("the changelog is\n%s\nwant\n%s\n(%v)", got, want, err)
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ last, kind, want string }{
		{"", "added", "0.1.0"},
		{"0.4.1", "breaking", "0.5.0"},
		{"0.4.1", "fixed", "0.4.2"},
		{"1.4.1", "breaking", "2.0.0"},
		{"1.4.1", "changed", "1.5.0"},
		{"1.4.1", "deprecated", "1.5.0"},
		{"1.4.1", "security", "1.4.2"},
	} {
		text := heading
		if test.last != "" {
			text += "\n## " + test.last + " - 2026-01-02\n\n- Text.\n"
		}
		root := repository(t, text, map[string]string{"x." + test.kind + ".md": "Text."})
		if got, err := command(t, root, "next"); err != nil || strings.TrimSpace(got) != test.want {
			t.Errorf("after %q, %s: got %q (%v), want %s", test.last, test.kind, got, err, test.want)
		}
	}
}

func TestNew_MustBeFilledIn(t *testing.T) {
	t.Parallel()
	root := repository(t, begun, nil)
	path, err := command(t, root, "new", "fixed", "some-thing")
	if err != nil || strings.TrimSpace(path) != filepath.Join(root, fragments, "some-thing.fixed.md") {
		t.Fatalf("got %q (%v)", path, err)
	}
	if _, err := command(t, root, "check"); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty fragment: %v", err)
	}
}

func TestChangelog_Refusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text    string
		changes map[string]string
		args    []string
		says    string
	}{
		"no command":       {text: begun, says: "usage"},
		"unknown command":  {text: begun, args: []string{"what"}, says: "usage"},
		"no section":       {text: "# Changelog\n", args: []string{"check"}, says: "no section"},
		"unknown kind":     {text: begun, changes: map[string]string{"x.odd.md": "Text."}, args: []string{"check"}, says: "odd"},
		"odd name":         {text: begun, changes: map[string]string{"notes.txt": "Text."}, args: []string{"check"}, says: "name.kind.md"},
		"new unknown kind": {text: begun, args: []string{"new", "odd", "x"}, says: "odd"},
		"new odd name":     {text: begun, args: []string{"new", "fixed", "A name"}, says: "A name"},
		"new elsewhere":    {text: begun, args: []string{"new", "fixed", "../x"}, says: "../x"},
		"nothing to do":    {text: begun, args: []string{"release", "1.3.0"}, says: "nothing"},
		"nothing changed":  {text: begun, args: []string{"next"}, says: "nothing"},
		"bad version":      {text: begun, changes: map[string]string{"x.fixed.md": "Text."}, args: []string{"release", "v1.3.0"}, says: "v1.3.0"},
		"released before":  {text: begun, changes: map[string]string{"x.fixed.md": "Text."}, args: []string{"release", "1.2.3"}, says: "before"},
		"no such release":  {text: begun, args: []string{"notes", "9.9.9"}, says: "9.9.9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := command(t, repository(t, test.text, test.changes), test.args...); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want an error with %q", err, test.says)
			}
		})
	}
}
