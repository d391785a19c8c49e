// SPDX-License-Identifier: MPL-2.0

// Command install builds the provider and puts it where terraform init and tofu init look before they ask a registry: the user's implied
// local mirror directory. It needs no configuration of the CLI, and works for both Terraform and OpenTofu, which share the directory and
// distinguish the addresses of their registries.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hashicorp/go-version"
)

const (
	module = "github.com/terraform-provider-pe/terraform-provider-pe"
	// source is the provider's address without its registry.
	source = "terraform-provider-pe/pe"
	name   = "terraform-provider-pe"
)

// registries are the default registries of Terraform and OpenTofu.
func registries() []string { return []string{"registry.terraform.io", "registry.opentofu.org"} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		// There is nowhere left to report a failure of this.
		_, _ = fmt.Fprintln(os.Stderr, "install:", err)
		stop()
		os.Exit(1)
	}
}

// run installs or uninstalls, as the command line says.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("install", flag.ContinueOnError)
	flags.SetOutput(out)
	number := flags.String("version", "0.1.0", "`version` that the CLI is to see")
	dir := flags.String("dir", "", "mirror `directory` (default: the one of the user)")
	uninstall := flags.Bool("uninstall", false, "remove every installed version instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *dir == "" {
		var err error
		if *dir, err = mirror(runtime.GOOS, os.Getenv); err != nil {
			return err
		}
	}
	if *uninstall {
		return remove(*dir, out)
	}
	return install(ctx, *dir, *number, out)
}

// mirror is the directory that both CLIs search by default.
func mirror(goos string, getenv func(string) string) (string, error) {
	variable, folder := "HOME", ".terraform.d"
	if goos == "windows" {
		variable, folder = "APPDATA", "terraform.d"
	}
	home := getenv(variable)
	if home == "" {
		return "", fmt.Errorf("%s is not set, so the directory of the CLIs is unknown: name one with -dir", variable)
	}
	return filepath.Join(home, folder, "plugins"), nil
}

// install builds the provider once, and puts a copy under the address of each registry.
func install(ctx context.Context, dir, number string, out io.Writer) error {
	parsed, err := version.NewSemver(number)
	if err != nil || parsed.String() != number {
		return fmt.Errorf("%q is not a version like 1.2.3", number)
	}
	work, err := os.MkdirTemp("", name)
	if err != nil {
		return fmt.Errorf("making a folder to build in: %w", err)
	}
	defer os.RemoveAll(work)
	built := filepath.Join(work, name)
	// #nosec G204 -- the only thing that varies is the version, which was checked.
	build := exec.CommandContext(ctx, "go", "build", "-ldflags", "-s -w -X main.version="+number, "-o", built, module)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	for _, registry := range registries() {
		path := filepath.Join(
			dir,
			registry,
			filepath.FromSlash(source),
			number,
			runtime.GOOS+"_"+runtime.GOARCH,
			executable(number, runtime.GOOS),
		)
		if err := put(built, path); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, path); err != nil {
			return fmt.Errorf("saying where the provider is: %w", err)
		}
	}
	return nil
}

// executable is the file that the CLIs start.
func executable(number, goos string) string {
	file := name + "_v" + number
	if goos == "windows" {
		file += ".exe"
	}
	return file
}

// put copies a program. The copy appears under its name at once, so that a running provider is not disturbed.
func put(from, to string) (err error) {
	const folder, program = 0o750, 0o755
	if err := os.MkdirAll(filepath.Dir(to), folder); err != nil {
		return fmt.Errorf("making the folder of the provider: %w", err)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("reading what was built: %w", err)
	}
	// Not beside the program: its folder is the package whose checksum the CLI computes.
	draft := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(to))), "."+filepath.Base(to)+".new")
	defer func() { err = errors.Join(err, os.RemoveAll(draft)) }()
	// #nosec G306 -- programs have to be executable.
	if err := os.WriteFile(draft, content, program); err != nil {
		return fmt.Errorf("writing the provider: %w", err)
	}
	if err := os.Rename(draft, to); err != nil {
		return fmt.Errorf("putting the provider in its place: %w", err)
	}
	return nil
}

// remove removes every version below the addresses of the registries, and the folders that are then empty.
func remove(dir string, out io.Writer) error {
	for _, registry := range registries() {
		path := filepath.Join(dir, registry, filepath.FromSlash(source))
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("removing the provider: %w", err)
		}
		for parent := filepath.Dir(path); strings.HasPrefix(parent, dir); parent = filepath.Dir(parent) {
			if os.Remove(parent) != nil {
				break // The folder has other content.
			}
		}
		if _, err := fmt.Fprintln(out, "removed", path); err != nil {
			return fmt.Errorf("saying what was removed: %w", err)
		}
	}
	return nil
}
