// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const name = "terraform-provider-pe"

// platforms are those of a release: what the registries recommend, with BSD and 32-bit machines that Go builds for.
func platforms() []string {
	return []string{
		"darwin_amd64", "darwin_arm64",
		"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
		"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
		"windows_386", "windows_amd64", "windows_arm64",
	}
}

// release is a folder that contains a release.
type release struct {
	dir, version string
	signed       bool
}

// file is the path of a file of the release, whose name continues with the given text.
func (r release) file(rest string) string {
	return filepath.Join(r.dir, name+"_"+r.version+"_"+rest)
}

// check finds everything that is wrong with a release.
func check(r release) error {
	problems := []error{r.manifest(), r.checksums(), r.strangers()}
	if r.signed {
		problems = append(problems, r.signature())
	}
	for _, platform := range platforms() {
		if err := r.archive(platform); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", platform, err))
		}
		if err := r.materials(platform); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", platform, err))
		}
	}
	return errors.Join(problems...)
}

// manifest checks the file that tells the registry which protocol the provider speaks.
func (r release) manifest() error {
	content, err := os.ReadFile(r.file("manifest.json"))
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.ProtocolVersions, []string{"6.0"}) {
		return fmt.Errorf(
			"manifest: it says version %d and protocols %v, not 1 and [6.0]",
			manifest.Version,
			manifest.Metadata.ProtocolVersions,
		)
	}
	return nil
}

// checksums checks that SHA256SUMS is correct and includes the manifest and every archive.
func (r release) checksums() error {
	content, err := os.ReadFile(r.file("SHA256SUMS"))
	if err != nil {
		return fmt.Errorf("checksums: %w", err)
	}
	wanted := map[string]bool{filepath.Base(r.file("manifest.json")): true}
	for _, platform := range platforms() {
		wanted[filepath.Base(r.file(platform+".zip"))] = true
	}
	var problems []error
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		sum, file, ok := strings.Cut(lines.Text(), "  ")
		if !ok || file != filepath.Base(file) {
			problems = append(problems, fmt.Errorf("checksums: %q is not a checksum, two spaces and a name", lines.Text()))
			continue
		}
		delete(wanted, file)
		if err := r.checksum(sum, file); err != nil {
			problems = append(problems, fmt.Errorf("checksums: %w", err))
		}
	}
	for file := range wanted {
		problems = append(problems, fmt.Errorf("checksums: %s is missing", file))
	}
	return errors.Join(problems...)
}

// checksum checks one line of SHA256SUMS.
func (r release) checksum(want, file string) error {
	content, err := os.ReadFile(filepath.Join(r.dir, file))
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != want {
		return fmt.Errorf("the one of %s is wrong", file)
	}
	return nil
}

// signature checks that there is a binary signature: the registries do not read armored ones.
func (r release) signature() error {
	content, err := os.ReadFile(r.file("SHA256SUMS.sig"))
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	// Every OpenPGP packet begins with a byte whose highest bit is set, and no text does.
	if len(content) == 0 || content[0]&0x80 == 0 {
		return errors.New("signature: it is not a binary OpenPGP signature")
	}
	return nil
}

// strangers checks that there is no archive that the registry would mistake for a platform.
func (r release) strangers() error {
	found, err := filepath.Glob(filepath.Join(r.dir, "*.zip"))
	if err != nil {
		return fmt.Errorf("looking for archives: %w", err)
	}
	var problems []error
	for _, path := range found {
		if !slices.ContainsFunc(platforms(), func(platform string) bool { return path == r.file(platform+".zip") }) {
			problems = append(problems, fmt.Errorf("%s is the archive of no platform of this release", filepath.Base(path)))
		}
	}
	return errors.Join(problems...)
}

// archive checks the archive of a platform: one program of the right name that was built for it, and nothing unexpected.
func (r release) archive(platform string) error {
	files, err := zip.OpenReader(r.file(platform + ".zip"))
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	// It was only read.
	defer func() { _ = files.Close() }()
	program := name + "_v" + r.version
	if strings.HasPrefix(platform, "windows_") {
		program += ".exe"
	}
	found := false
	for _, file := range files.File {
		switch {
		case file.Name == program:
			found = true
			if err := r.program(file, platform); err != nil {
				return err
			}
		case !slices.Contains([]string{"LICENSE", "README.md", "CHANGELOG.md"}, file.Name):
			return fmt.Errorf("archive: %s does not belong there", file.Name)
		}
	}
	if !found {
		return fmt.Errorf("archive: it has no %s", program)
	}
	return nil
}

// program checks a program: it is executable, for its platform, reproducible, and knows its version.
func (r release) program(file *zip.File, platform string) error {
	if file.Mode().Perm()&0o111 != 0o111 {
		return fmt.Errorf("program: its mode is %s, which cannot be run", file.Mode())
	}
	opened, err := file.Open()
	if err != nil {
		return fmt.Errorf("program: %w", err)
	}
	content, err := io.ReadAll(opened)
	if err := errors.Join(err, opened.Close()); err != nil {
		return fmt.Errorf("program: %w", err)
	}
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("program: %w", err)
	}
	goos, goarch, _ := strings.Cut(platform, "_")
	wanted := map[string]string{"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-trimpath": "true"}
	for _, setting := range info.Settings {
		if want, ok := wanted[setting.Key]; ok && setting.Value == want {
			delete(wanted, setting.Key)
		}
	}
	if len(wanted) > 0 {
		return fmt.Errorf("program: it was not built with %v", wanted)
	}
	if !bytes.Contains(content, []byte(r.version)) {
		return fmt.Errorf("program: it does not know that its version is %s", r.version)
	}
	return nil
}

// materials checks that an archive has a bill of materials, and that it names the dependencies.
func (r release) materials(platform string) error {
	content, err := os.ReadFile(r.file(platform + ".zip.cdx.json"))
	if err != nil {
		return fmt.Errorf("bill of materials: %w", err)
	}
	var bill struct {
		Format     string `json:"bomFormat"`
		Components []struct {
			Name string `json:"name"`
		} `json:"components"`
	}
	if err := json.Unmarshal(content, &bill); err != nil {
		return fmt.Errorf("bill of materials: %w", err)
	}
	const framework = "github.com/hashicorp/terraform-plugin-framework"
	for _, component := range bill.Components {
		if bill.Format == "CycloneDX" && component.Name == framework {
			return nil
		}
	}
	return fmt.Errorf("bill of materials: it is not one in CycloneDX that names %s", framework)
}
