// Command sbom writes the bill of materials of the program in a release archive, in CycloneDX's JSON. It has no time and no random
// number in it, so that the same archive always gives the same document.
package main

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom ARCHIVE DOCUMENT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// run reads an archive and writes the document about the program in it.
func run(archive, document string) (err error) {
	info, err := program(archive)
	if err != nil {
		return fmt.Errorf("reading %s: %w", archive, err)
	}
	out, err := os.Create(document)
	if err != nil {
		return fmt.Errorf("making the document: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	encoder := cdx.NewBOMEncoder(out, cdx.BOMFileFormatJSON).SetPretty(true)
	if err := encoder.Encode(bill(filepath.Base(archive), info)); err != nil {
		return fmt.Errorf("writing the document: %w", err)
	}
	return nil
}

// program finds what the Go linker has noted in the program of an archive.
func program(archive string) (*buildinfo.BuildInfo, error) {
	files, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	defer files.Close()
	for _, file := range files.File {
		if !strings.HasPrefix(file.Name, "terraform-provider-") {
			continue
		}
		opened, err := file.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(opened)
		if err := errors.Join(err, opened.Close()); err != nil {
			return nil, err
		}
		return buildinfo.Read(bytes.NewReader(content))
	}
	return nil, errors.New("it has no provider in it")
}

// bill turns what the linker has noted into a bill of materials.
func bill(archive string, info *buildinfo.BuildInfo) *cdx.BOM {
	// terraform-provider-pe_1.2.3_linux_amd64.zip
	var version string
	if parts := strings.Split(archive, "_"); len(parts) > 1 {
		version = parts[1]
	}
	main := cdx.Component{
		BOMRef: "main", Type: cdx.ComponentTypeApplication, Name: info.Main.Path, Version: version,
		PackageURL: "pkg:golang/" + info.Main.Path + "@v" + version,
	}
	components := []cdx.Component{{
		BOMRef: "go", Type: cdx.ComponentTypeLibrary, Name: "std", Version: info.GoVersion,
		PackageURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"),
	}}
	uses := []string{"go"}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		url := "pkg:golang/" + module.Path + "@" + module.Version
		components = append(components, cdx.Component{
			BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: module.Path, Version: module.Version, PackageURL: url,
		})
		uses = append(uses, url)
	}
	document := cdx.NewBOM()
	document.Metadata = &cdx.Metadata{Component: &main}
	document.Components = &components
	document.Dependencies = &[]cdx.Dependency{{Ref: "main", Dependencies: &uses}}
	return document
}
