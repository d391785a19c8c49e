// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const number = "1.2.3"

// programs builds a small program for each platform, which is all that the checks need.
func programs(t *testing.T) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/x\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "main.go"), "package main\n\nvar version string\n\nfunc main() { println(version) }\n")
	built := map[string][]byte{}
	// Two real programs; a release of thirteen would prove no more about the checks.
	for _, platform := range []string{"linux_amd64", "windows_amd64"} {
		goos, goarch, _ := strings.Cut(platform, "_")
		out := filepath.Join(dir, platform)
		build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-X main.version="+number, "-o", out, ".")
		build.Dir = dir
		build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
		if output, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		content, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		built[platform] = content
	}
	return built
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// entry is a file of an archive.
type entry struct {
	name    string
	content []byte
	mode    os.FileMode
}

func archive(t *testing.T, path string, entries ...entry) {
	t.Helper()
	var content bytes.Buffer
	writer := zip.NewWriter(&content)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		header.SetMode(e.mode)
		file, err := writer.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, path, content.String())
}

func TestArchive_Requirements(t *testing.T) {
	t.Parallel()
	built := programs(t)
	const linux, program = "linux_amd64", "terraform-provider-pe_v1.2.3"
	licence := entry{"LICENSE", []byte("text"), 0o644}
	for name, test := range map[string]struct {
		platform, version string
		entries           []entry
		says              string
	}{
		"good":               {linux, number, []entry{{program, built[linux], 0o755}, licence}, ""},
		"good on Windows":    {"windows_amd64", number, []entry{{program + ".exe", built["windows_amd64"], 0o755}}, ""},
		"no .exe":            {"windows_amd64", number, []entry{{program, built["windows_amd64"], 0o755}}, "does not belong"},
		"no program":         {linux, number, []entry{licence}, "has no terraform-provider-pe_v1.2.3"},
		"other version":      {linux, "1.2.4", []entry{{"terraform-provider-pe_v1.2.4", built[linux], 0o755}}, "does not know"},
		"not executable":     {linux, number, []entry{{program, built[linux], 0o644}}, "cannot be run"},
		"for another system": {linux, number, []entry{{program, built["windows_amd64"], 0o755}}, "GOOS"},
		"no Go program":      {linux, number, []entry{{program, []byte("#!/bin/sh"), 0o755}}, "program"},
		"a folder":           {linux, number, []entry{{"bin/" + program, built[linux], 0o755}}, "does not belong"},
		"a secret":           {linux, number, []entry{{program, built[linux], 0o755}, {".env", nil, 0o644}}, ".env"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := release{dir: t.TempDir(), version: test.version}
			archive(t, r.file(test.platform+".zip"), test.entries...)
			says(t, r.archive(test.platform), test.says)
		})
	}
}

func says(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil {
		t.Errorf("got %v", err)
	}
	if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
}

func TestRelease_FilesBesideTheArchives(t *testing.T) {
	t.Parallel()
	r := release{dir: t.TempDir(), version: number, signed: true}
	for name, got := range map[string]error{
		"manifest": r.manifest(), "checksums": r.checksums(), "signature": r.signature(), "materials": r.materials("linux_amd64"),
	} {
		if got == nil {
			t.Errorf("%s: no error without the file", name)
		}
	}

	manifest, err := os.ReadFile("../../../terraform-registry-manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	write(t, r.file("manifest.json"), string(manifest))
	says(t, r.manifest(), "")
	write(t, r.file("SHA256SUMS.sig"), "-----BEGIN PGP SIGNATURE-----")
	says(t, r.signature(), "not a binary")
	write(t, r.file("SHA256SUMS.sig"), "\x89\x01")
	says(t, r.signature(), "")
	write(t, r.file("linux_amd64.zip.cdx.json"), `{"bomFormat": "CycloneDX", "components": []}`)
	says(t, r.materials("linux_amd64"), "terraform-plugin-framework")

	sums := line(r.file("manifest.json"), manifest)
	for _, platform := range platforms() {
		path := r.file(platform + ".zip")
		write(t, path, platform)
		sums += line(path, []byte(platform))
	}
	write(t, r.file("SHA256SUMS"), sums)
	says(t, r.checksums(), "")
	says(t, r.strangers(), "")

	write(t, r.file("SHA256SUMS"), strings.Replace(sums, line(r.file("manifest.json"), manifest), "", 1))
	says(t, r.checksums(), "manifest.json is missing")
	write(t, r.file("SHA256SUMS"), sums)
	write(t, r.file("linux_arm64.zip"), "something else")
	says(t, r.checksums(), "linux_arm64.zip is wrong")
	write(t, r.file("linux_arm64v8.zip"), "")
	says(t, r.strangers(), "linux_arm64v8")
	write(t, r.file("manifest.json"), `{"version": 1, "metadata": {"protocol_versions": ["5.0"]}}`)
	says(t, r.manifest(), "5.0")
	says(t, check(r), "windows_386: archive")
}

// line is a line of SHA256SUMS.
func line(path string, content []byte) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256(content), filepath.Base(path))
}
