// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// module is the provider's program.
const module = "github.com/terraform-provider-pe/terraform-provider-pe"

// bench measures through a CLI, in a folder of its own.
type bench struct {
	conditions
	dir string
}

// newBench makes a folder in which the CLI uses the provider that is measured.
func newBench(ctx context.Context, c conditions) (*bench, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	if c.provider == "" {
		c.provider = filepath.Join(dir, "plugins")
		if err := buildProvider(ctx, c.provider); err != nil {
			return nil, err
		}
	}
	override := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n",
		"terraform-provider-pe/pe", filepath.ToSlash(c.provider))
	if err := os.WriteFile(filepath.Join(dir, "cli.tfrc"), []byte(override), 0o600); err != nil {
		return nil, fmt.Errorf("configuring the CLI: %w", err)
	}
	return &bench{conditions: c, dir: dir}, nil
}

// buildProvider builds the provider into a directory as a release is built.
func buildProvider(ctx context.Context, dir string) error {
	program := filepath.Join(dir, "terraform-provider-pe")
	// #nosec G204 -- the provider's own source.
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, module)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return nil
}

// The steps of a measurement.
const (
	stepCreate = "create"
	stepNoOp   = "plan without a change"
)

// measure measures n objects of a kind in several rounds, each beside the CLI's own objects, and returns the medians.
func (b *bench) measure(ctx context.Context, k kind, n int) ([]row, error) {
	var creates, plans []pair
	for range b.rounds {
		create, plan, err := b.round(ctx, k, n)
		if err != nil {
			return nil, err
		}
		creates, plans = append(creates, create), append(plans, plan)
	}
	return []row{newRow(k.name, n, stepCreate, creates), newRow(k.name, n, stepNoOp, plans)}, nil
}

// pair is a measurement of the provider beside one of the CLI alone.
type pair struct{ provider, core measurement }

// round creates objects and plans them once more, with the provider and with the CLI alone in turn.
func (b *bench) round(ctx context.Context, k kind, n int) (create, plan pair, err error) {
	pe, err := simulator.Start(ctx, simulator.Options{Generation: k.generation, TimeScale: 1000, Latency: b.latency})
	if err != nil {
		return create, plan, err
	}
	defer func() {
		if failed := pe.Close(); err == nil {
			err = failed
		}
	}()
	alone, err := b.folder(ctx, k.coreConfig(n), nil)
	if err != nil {
		return create, plan, err
	}
	provided, err := b.folder(ctx, k.config(n), pe)
	if err != nil {
		return create, plan, err
	}
	for _, step := range []struct {
		into *pair
		args []string
	}{
		{&create, []string{"apply", "-auto-approve"}},
		{&plan, []string{"plan", "-detailed-exitcode"}},
	} {
		if step.into.core, err = alone.run(ctx, step.args...); err != nil {
			return create, plan, err
		}
		if step.into.provider, err = provided.run(ctx, step.args...); err != nil {
			return create, plan, err
		}
	}
	return create, plan, nil
}

// folder is a working directory of the CLI.
type folder struct {
	dir, cli string
	env      []string
	// pe is nil for the CLI alone.
	pe *simulator.Simulator
}

// folder makes a working directory with a configuration.
func (b *bench) folder(ctx context.Context, config string, pe *simulator.Simulator) (*folder, error) {
	dir, err := os.MkdirTemp(b.dir, "run")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	f := &folder{dir: dir, cli: b.cli, pe: pe, env: cleanEnviron(os.Environ())}
	f.env = append(f.env, "TF_CLI_CONFIG_FILE="+filepath.Join(b.dir, "cli.tfrc"), "TF_IN_AUTOMATION=1", "HOME="+dir)
	files := map[string]string{"main.tf": config}
	if pe != nil {
		files["ca.pem"], files["token"] = string(pe.CACertPEM()), pe.AdminToken()
		f.env = append(f.env,
			"PE_SERVER_URL="+pe.ServerURL(), "PE_RBAC_URL="+pe.RBACURL(), "PE_PUPPETDB_URL="+pe.PuppetDBURL(),
			"PE_CODE_MANAGER_URL="+pe.CodeManagerURL(), "PE_CA_CERT_FILE="+filepath.Join(dir, "ca.pem"),
			"PE_TOKEN_FILE="+filepath.Join(dir, "token"))
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return nil, fmt.Errorf("writing a configuration: %w", err)
		}
	}
	if pe == nil {
		// Only what needs no provider of another's has to be initialized.
		if _, err := f.run(ctx, "init"); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// cleanEnviron leaves out what the shell has set for a real PE, or for other configurations.
func cleanEnviron(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		return strings.HasPrefix(entry, "PE_") || strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "HOME=")
	})
}

// median returns the middle one of some values.
func median[T cmp.Ordered](values []T) T {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
