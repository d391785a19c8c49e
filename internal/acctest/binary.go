// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// builtProvider is the environment variable with the directory of a provider that is built already, so that not every package builds it
// again. The Makefile sets it.
const builtProvider = "PE_TEST_PROVIDER"

// program is the provider as a program, built once for all tests of a package that need it.
type program struct {
	once sync.Once
	dir  string
	err  error
}

var providerProgram program

// build builds the program and returns its directory.
func (p *program) build(ctx context.Context) (string, error) {
	p.once.Do(func() {
		if p.dir, p.err = os.MkdirTemp("", "terraform-provider-pe"); p.err != nil {
			return
		}
		program := filepath.Join(p.dir, "terraform-provider-pe")
		p.err = exec.CommandContext(ctx, "go", "build", "-o", program, "../..").Run() //nolint:gosec // the provider's own source.
	})
	return p.dir, p.err
}

// remove removes the program, if it was built.
func (p *program) remove() {
	if p.dir != "" {
		_ = os.RemoveAll(p.dir)
	}
}

// ProviderDir returns the directory of the built provider.
func ProviderDir(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv(builtProvider); dir != "" {
		return dir
	}
	dir, err := providerProgram.build(context.WithoutCancel(tb.Context()))
	if err != nil {
		tb.Fatalf("building the provider: %v", err)
	}
	return dir
}
