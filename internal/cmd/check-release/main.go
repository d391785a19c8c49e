// SPDX-License-Identifier: MPL-2.0

// Command check-release checks that a folder holds what the Terraform and OpenTofu registries require of a release: an archive for
// each platform with the program in it, the manifest, checksums of both, and their signature.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	signed := flag.Bool("signed", true, "the checksums have a signature")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: check-release [-signed=false] FOLDER VERSION")
		os.Exit(2)
	}
	if err := check(release{dir: flag.Arg(0), version: flag.Arg(1), signed: *signed}); err != nil {
		fmt.Fprintf(os.Stderr, "check-release: the registries would refuse this release:\n%v\n", err)
		os.Exit(1)
	}
}
