// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestContent_OfAFolder(t *testing.T) {
	t.Parallel()
	dir, content := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(content, "shop", "tasks"), 0o700); err != nil {
		t.Fatal(err)
	}
	task := filepath.Join(content, "shop", "tasks", "restock.json")
	if err := os.WriteFile(task, []byte(`{"description": "Fills the shelves", "parameters": {"x": {"type": "Enum["}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, stop := started(t, "-dir", dir, "-content", content)
	answer := ask(t, stdout.String(), "GET", "/orchestrator/v1/tasks/shop/restock", "")
	if !strings.Contains(answer, "Fills the shelves") {
		t.Errorf("the task is %s", answer)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(stderr.String(), "task shop::restock, parameter x: every value is taken") {
		t.Errorf("nothing warns of the type: %s", stderr)
	}
	if err := os.WriteFile(task, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	if status := run([]string{"-dir", dir, "-content", content}, &complaint, &complaint); status != exitFailure || !strings.Contains(complaint.String(), "restock.json") {
		t.Errorf("status %d: %s", status, complaint.String())
	}
}
