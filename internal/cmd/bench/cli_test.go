// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// TestCLI_Measures measures one role, and compares that with a table that has fewer requests, and with itself.
func TestCLI_Measures(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cli := cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")
	document := filepath.Join(t.TempDir(), "page.md")
	other := newRow("jobs", 7, stepCreate, []pair{measured(1)}).String()
	if err := os.WriteFile(document, []byte(heading+other+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	provider, err := filepath.Rel(folder, acctest.ProviderDir(t)) // the CLI runs in other folders
	if err != nil {
		t.Fatal(err)
	}
	measure := func(args ...string) (string, error) {
		var out bytes.Buffer
		args = append([]string{"cli", "-cli", cli, "-provider", provider, "-counts", "1", "-rounds", "1", "-latency", "0", "-only", "^roles$"}, args...)
		err := run(t.Context(), args, strings.NewReader(""), &out)
		return out.String(), err
	}
	if out, err := measure("-write", document); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parseTable(string(text))
	if err != nil || len(rows) != 3 || rows[0].requests == 0 || rows[1].requests == 0 || !strings.Contains(string(text), other) {
		t.Fatalf("got %v, %v, want a creation and a plan that have asked PE for something, and what was there before", rows, err)
	}
	rows[1].requests, rows[1].memory = 0, 1<<40
	if err := os.WriteFile(document, []byte(markdown(rows)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := measure("-check", document); err == nil || !strings.Contains(out, "worse: 1 roles, plan without a change: ") {
		t.Errorf("got %v, %s, want a complaint", err, out)
	}
}
