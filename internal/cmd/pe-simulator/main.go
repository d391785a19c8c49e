// SPDX-License-Identifier: MPL-2.0

// Program pe-simulator serves a simulated Puppet Enterprise: orchestrator, RBAC, PuppetDB and Code Manager over HTTPS.
//
// It writes what a client needs into a folder (ca.pem, token, env.sh, client-tools/orchestrator.conf, puppet-access.conf, puppetdb.conf and
// puppet-code.conf). When it is ready, it prints one line of JSON to standard output and the lines of env.sh to standard error: what to
// export for the provider to use it. It serves until it gets SIGTERM or SIGINT.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// The exit statuses.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// config is the parsed command line.
type config struct {
	options simulator.Options
	dir     string
	verbose bool
}

// run runs the program and returns its exit status.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	c, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		complain(stderr, err)
		return exitUsage
	}
	if err := serve(ctx, c, stdout, stderr); err != nil {
		complain(stderr, err)
		return exitFailure
	}
	return 0
}

// complain prints an error for a person.
func complain(stderr io.Writer, err error) {
	// There is nowhere left to report a failure of this.
	_, _ = fmt.Fprintln(stderr, "pe-simulator:", err)
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("pe-simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.options.Listen, "listen", "127.0.0.1:0", "`address` of the orchestrator")
	flags.StringVar(&c.options.RBACListen, "rbac-listen", "127.0.0.1:0", "`address` of the RBAC service")
	flags.StringVar(&c.options.PuppetDBListen, "puppetdb-listen", "127.0.0.1:0", "`address` of PuppetDB")
	flags.StringVar(&c.options.CodeManagerListen, "code-manager-listen", "127.0.0.1:0", "`address` of Code Manager")
	flags.StringVar(&c.dir, "dir", "", "`folder` for ca.pem, token, env.sh and client-tools (required; made if missing)")
	generation := flags.String("generation", string(simulator.PE2025), "PE `generation`: 2019.8, 2021.7 or 2025")
	nodes := flags.Int("nodes", 10, "`number` of nodes")
	flags.Float64Var(&c.options.TimeScale, "time-scale", 1, "`factor` by which simulated work is faster")
	flags.DurationVar(&c.options.Latency, "latency", 0, "`duration` that every answer takes longer")
	flags.StringVar(&c.options.ContentDir, "content", "", "`folder` with modules, or metadata of tasks and plans, to deploy in production")
	flags.StringVar(&c.options.StateFile, "state", "", "`file` that keeps the world between two starts")
	flags.Func("variant", "`name` of a form of the API that this PE has although its generation does not, or no-NAME; can be repeated",
		c.addVariant)
	flags.BoolVar(&c.verbose, "verbose", false, "log every request to standard error")
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}
	if flags.NArg() > 0 {
		return config{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if c.dir == "" {
		return config{}, errors.New("-dir is required")
	}
	if *nodes < 0 || c.options.TimeScale <= 0 || c.options.Latency < 0 {
		return config{}, errors.New("-nodes and -latency must not be negative, and -time-scale must be positive")
	}
	var err error
	if c.options.Generation, err = simulator.ParseGeneration(*generation); err != nil {
		return config{}, fmt.Errorf("-generation: %w", err)
	}
	c.options.Nodes = *nodes
	if *nodes == 0 {
		c.options.Nodes = -1
	}
	return c, nil
}

// addVariant reads the name of a variant.
func (c *config) addVariant(text string) error {
	v, has, err := simulator.ParseVariant(text)
	if err != nil {
		return err
	}
	if c.options.Variants == nil {
		c.options.Variants = make(simulator.Variants)
	}
	c.options.Variants[v] = has
	return nil
}

// serve starts the simulator and serves until the context ends.
func serve(ctx context.Context, c config, stdout, stderr io.Writer) error {
	level := slog.LevelWarn
	if c.verbose {
		level = slog.LevelDebug
	}
	c.options.Logger = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	started := time.Now()
	sim, err := simulator.Start(ctx, c.options)
	if err != nil {
		return err
	}
	files, err := writeFiles(c.dir, sim)
	if err != nil {
		return errors.Join(err, sim.Close())
	}
	c.options.Logger.Info("ready", "after", time.Since(started))
	if err := announce(stdout, stderr, sim, files); err != nil {
		return errors.Join(err, sim.Close())
	}
	<-ctx.Done()
	return sim.Close()
}
