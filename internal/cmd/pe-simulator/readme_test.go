// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme_RequestsCanBeCopied runs the requests that the README shows, as a shell reads them, and looks at what they have done.
func TestReadme_RequestsCanBeCopied(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here")
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(readme), "```shell\ncontrol() {")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("the README has no requests")
	}
	dir := t.TempDir()
	stdout, _, stop := started(t, "-dir", dir)
	printed, err := exec.CommandContext(t.Context(), shell, "-e", "-c", ". "+filepath.Join(dir, "env.sh")+"\ncontrol() {"+block).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	for path, want := range map[string]string{
		"users": `"login":"robot"`, "nodes": `"certname":"node4.example.com","environment":"production","connected":false`, "faults": `{"items":[]}`,
	} {
		if got := ask(t, stdout.String(), "GET", "/simulator/v1/"+path, ""); !strings.Contains(got, want) {
			t.Errorf("%s are %s, want %s in it", path, got, want)
		}
	}
	if !strings.Contains(string(printed), `"token":"0`) || !strings.Contains(string(printed), `"id":1`) {
		t.Errorf("the requests have printed %s", printed)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
