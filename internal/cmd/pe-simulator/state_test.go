// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestState_KeepsTheWorldBetweenStarts starts the program twice with one state file.
func TestState_KeepsTheWorldBetweenStarts(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pe") // which is not there yet
	args := []string{"-dir", dir, "-state", filepath.Join(dir, "state"), "-nodes", "3"}
	stdout, _, stop := started(t, args...)
	ask(t, stdout.String(), "POST", "/orchestrator/v1/command/task", `{"task": "facts", "params": {}, "scope": {"nodes": ["node1.example.com"]}}`)
	ask(t, stdout.String(), "POST", "/simulator/v1/advance", `{"by": "1h"}`)
	token, err := os.ReadFile(filepath.Join(dir, "token"))
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	stdout, _, stop = started(t, args...)
	if jobs := ask(t, stdout.String(), "GET", "/orchestrator/v1/jobs", ""); !strings.Contains(jobs, `"total":1`) || !strings.Contains(jobs, `"state":"finished"`) {
		t.Errorf("the jobs are %s", jobs)
	}
	if again, err := os.ReadFile(filepath.Join(dir, "token")); err != nil || string(again) != string(token) {
		t.Errorf("the token is another one: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
