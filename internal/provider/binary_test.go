package provider_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// program is the provider as a program, built once for all tests that need it as one.
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
		p.err = exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(p.dir, "terraform-provider-pe"), "../..").Run()
	})
	return p.dir, p.err
}

// providerBinary returns the directory of the built provider.
func providerBinary(t *testing.T) string {
	t.Helper()
	dir, err := providerProgram.build(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatalf("building the provider: %v", err)
	}
	return dir
}

// TestMain keeps the developer's CLI configuration out of the tests, and removes the built provider again.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	defer func() {
		if providerProgram.dir != "" {
			_ = os.RemoveAll(providerProgram.dir)
		}
	}()
	if err := os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull); err != nil {
		return 1
	}
	return m.Run()
}
