// SPDX-License-Identifier: MPL-2.0

package wholefile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

const most = 8

func TestRead_LeavesOtherThingsAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		put  func(name string) error
		want string
		err  error
	}{
		"a note":        {func(name string) error { return os.WriteFile(name, []byte("12345678"), 0o600) }, "12345678", nil},
		"an empty one":  {func(name string) error { return os.WriteFile(name, nil, 0o600) }, "", nil},
		"a larger file": {func(name string) error { return os.WriteFile(name, []byte("123456789"), 0o600) }, "", wholefile.ErrForeign},
		"a folder":      {func(name string) error { return os.Mkdir(name, 0o700) }, "", wholefile.ErrForeign},
		"a link": {func(name string) error {
			return errors.Join(os.WriteFile(name+".other", []byte("1"), 0o600), os.Symlink(name+".other", name))
		}, "", wholefile.ErrForeign},
		"nothing": {func(string) error { return nil }, "", fs.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "note")
			if err := test.put(file); err != nil {
				t.Fatal(err)
			}
			content, err := wholefile.Read(file, most)
			if string(content) != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %q, %v", content, err)
			}
			if err != nil && !strings.Contains(err.Error(), file) {
				t.Errorf("%v does not say which file", err)
			}
		})
	}
}

func TestWrite_ReplacesAndLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "note")
	for content, write := range map[string]func(string, string, []byte) error{"quickly": wholefile.Write, "durably": wholefile.WriteDurably} {
		if err := write(file, "unfinished", []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := wholefile.Read(file, most); err != nil || string(got) != content {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if items, err := os.ReadDir(dir); err != nil || len(items) != 1 {
		t.Errorf("got %v, %v", items, err)
	}
}

func TestWrite_ThatFailsLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "note")
	if err := os.MkdirAll(filepath.Join(file, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(file, "unfinished", []byte("note")); err == nil {
		t.Error("a folder was replaced")
	}
	if items, err := os.ReadDir(dir); err != nil || len(items) != 1 {
		t.Errorf("got %v, %v", items, err)
	}
	if err := wholefile.Write(filepath.Join(dir, "none", "note"), "unfinished", nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
