// SPDX-License-Identifier: MPL-2.0

package clienttools_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
)

// TestReadTokenFile_WhatIsNotAFile reads a pipe that nobody writes to, a device without an end, a folder, and links.
func TestReadTokenFile_WhatIsNotAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, file, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.WriteFile(file, []byte("t-o-k-e-n\n"), 0o600), os.Symlink(file, link)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{pipe: clienttools.ErrNotAFile, "/dev/zero": clienttools.ErrNotAFile, dir: clienttools.ErrNotAFile, file: nil, link: nil} {
		if token, err := clienttools.ReadTokenFile(name); !errors.Is(err, want) || (err == nil) != (token == "t-o-k-e-n") {
			t.Errorf("%s: got %q, %v", name, token, err)
		}
	}
}

func TestLoad_HugeConfiguration(t *testing.T) {
	t.Parallel()
	l := locations(t, map[string]string{"user/orchestrator.conf": "{}"})
	if err := os.Truncate(filepath.Join(l.User, "orchestrator.conf"), 1<<40); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Load(); !errors.Is(err, clienttools.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestOthersMayRead(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o644: true, 0o640: true, 0o604: true, 0o622: false, 0o711: false} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		if got, others := clienttools.OthersMayRead(name); others != want || got != mode {
			t.Errorf("%o: got %o, %v", mode, got, others)
		}
	}
	if _, others := clienttools.OthersMayRead(name + "x"); others {
		t.Error("others may read a file that is not there")
	}
}
