// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// configuration is a user's first configuration: neither it nor the CLI's configuration says where the provider is.
const configuration = `
terraform {
  required_providers {
    pe = {
      source  = "terraform-provider-pe/pe"
      version = "1.2.3"
    }
  }
}

provider "pe" {}

resource "pe_task_target" "restarts" {
  display_name = "Restarts"
  tasks        = ["service"]
}
`

func TestInstall_InitFindsIt(t *testing.T) {
	t.Parallel()
	if os.Getenv("PE_TEST_WITHOUT_CLI") != "" {
		t.Skip("needs a CLI")
	}
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		var err error
		if cli, err = exec.LookPath("terraform"); err != nil {
			t.Skip("needs terraform on PATH, or the path of a terraform or tofu in TF_ACC_TERRAFORM_PATH")
		}
	}
	home, work := t.TempDir(), t.TempDir()
	dir, err := mirror(runtime.GOOS, func(string) string { return home })
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := run(t.Context(), []string{"-version", "1.2.3", "-dir", dir}, &said); err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(said.String()) {
		if _, err := os.Stat(strings.TrimSpace(path)); err != nil {
			t.Errorf("what is said to be there is not: %v", err)
		}
	}

	pe, err := simulator.Start(t.Context(), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pe.Close(); err != nil {
			t.Error(err)
		}
	})
	ca := filepath.Join(work, "ca.pem")
	write(t, ca, string(pe.CACertPEM()))
	write(t, filepath.Join(work, "main.tf"), configuration)
	environment := []string{
		"HOME=" + home, "APPDATA=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "CHECKPOINT_DISABLE=1",
		"PE_SERVER_URL=" + pe.ServerURL(), "PE_RBAC_URL=" + pe.RBACURL(), "PE_CA_CERT_FILE=" + ca, "PE_TOKEN=" + pe.AdminToken(),
	}
	for _, arguments := range [][]string{
		{"init", "-input=false", "-no-color"},
		{"apply", "-input=false", "-no-color", "-auto-approve"},
		{"plan", "-input=false", "-no-color", "-detailed-exitcode"},
	} {
		command := exec.CommandContext(t.Context(), cli, arguments...)
		command.Dir, command.Env = work, environment
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, output)
		}
	}
	if got := len(pe.TaskTargets()); got != 1 {
		t.Errorf("the server has %d task-targets, want the one that was applied", got)
	}
}

func TestInstall_ReplacesAndUninstallLeavesNothing(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	dir := filepath.Join(home, "plugins")
	const old, mine = "registry.terraform.io/terraform-provider-pe/pe/0.1.0", "registry.terraform.io/example/other"
	if err := os.MkdirAll(filepath.Join(dir, mine), 0o750); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, old, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, executable("0.1.0", runtime.GOOS)), "an old build")

	if err := run(t.Context(), []string{"-dir", dir}, t.Output()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 {
		t.Errorf("the package has %v, want the program alone: its checksum covers every file", files)
	}
	if content, err := os.ReadFile(filepath.Join(folder, files[0].Name())); err != nil || string(content) == "an old build" {
		t.Errorf("the old build is still there (%v)", err)
	}

	if err := run(t.Context(), []string{"-dir", dir, "-uninstall"}, t.Output()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, mine)); err != nil {
		t.Errorf("another provider went with it: %v", err)
	}
	for _, gone := range []string{"registry.opentofu.org", "registry.terraform.io/terraform-provider-pe"} {
		if _, err := os.Stat(filepath.Join(dir, gone)); !os.IsNotExist(err) {
			t.Errorf("%s is left behind (%v)", gone, err)
		}
	}
}

func TestMirror(t *testing.T) {
	t.Parallel()
	environment := func(variable string) string {
		return map[string]string{"HOME": "home", "APPDATA": "appdata"}[variable]
	}
	for goos, want := range map[string]string{
		"linux":   "home/.terraform.d/plugins",
		"darwin":  "home/.terraform.d/plugins",
		"freebsd": "home/.terraform.d/plugins",
		"windows": "appdata/terraform.d/plugins",
	} {
		got, err := mirror(goos, environment)
		if err != nil || filepath.ToSlash(got) != want {
			t.Errorf("%s: got %s (%v), want %s", goos, got, err, want)
		}
		if _, err := mirror(goos, func(string) string { return "" }); err == nil {
			t.Errorf("%s: no error without a home", goos)
		}
	}
	if got := executable("1.2.3", "windows"); got != "terraform-provider-pe_v1.2.3.exe" {
		t.Errorf("windows starts %s", got)
	}
}

func TestRun_BadCommandLines(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"-version", "v1.2.3"}, {"-version", "1.2"}, {"-version", ""}, {"surplus"}, {"-unknown"}} {
		if err := run(t.Context(), append([]string{"-dir", t.TempDir()}, arguments...), t.Output()); err == nil {
			t.Errorf("%q: no error", arguments)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
