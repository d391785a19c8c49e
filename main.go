// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-pe is the Terraform and OpenTofu provider for the Puppet Enterprise orchestrator.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/heap"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orphan"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
)

// address is the address of the provider in the registries.
const address = "registry.terraform.io/terraform-provider-pe/pe"

// heapRoom is how much memory the provider may use, in bytes, before garbage is collected. A plan of a thousand objects leaves some hundred
// megabytes of garbage and a few of data.
const heapRoom = 48 << 20

// version is set when a release is linked.
var version = "dev"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-pe:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	debug := flag.Bool("debug", false, "serve until interrupted, for a debugger to attach to")
	flag.Parse()

	for name, level := range provider.QuietLogs(os.LookupEnv) {
		if err := os.Setenv(name, level); err != nil {
			return fmt.Errorf("setting the log level: %w", err)
		}
	}
	if !*debug {
		go endWith(ctx, orphan.ParentNow())
	}
	if os.Getenv("GOGC") == "" {
		heap.Roomy(heapRoom)
	}
	machine := provider.ThisMachine()
	server, err := provider.Server(version, machine)()
	if err != nil {
		return err
	}
	go hushWhenInterrupted(ctx, server, endSignals(*debug))
	var opts []tf6server.ServeOpt
	if *debug {
		opts = append(opts, tf6server.WithManagedDebug())
	}
	err = tf6server.Serve(address, func() tfprotov6.ProviderServer { return server }, opts...)
	// Only a regular end gets here: the CLI needs nothing more of this process.
	return errors.Join(err, machine.Journal.Close())
}

// endWith ends the process when the CLI that started it was killed. The journal keeps what was launched.
func endWith(ctx context.Context, parent orphan.Parent) {
	if parent.Wait(ctx) == nil {
		os.Exit(1)
	}
}

// endSignals are the signals that somebody who ends a command sends to all its processes: Ctrl-C, and what CI systems and timeout send. The
// CLI is told as well, and goes on to stop this process in an orderly way, so that what it has started gets into the state. Serving ignores
// the first of them, and the second would end it at once. A process that serves a debugger has no CLI that would stop it.
func endSignals(debug bool) []os.Signal {
	if debug {
		return []os.Signal{os.Interrupt}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM}
}

// hushWhenInterrupted has the server tell nothing of progress any more once one of the signals arrives, and keeps those from ending it.
func hushWhenInterrupted(ctx context.Context, server tfprotov6.ProviderServer, signals []os.Signal) {
	interrupted, stop := signal.NotifyContext(ctx, signals...)
	defer stop()
	<-interrupted.Done()
	safeserver.Hush(server)
	<-ctx.Done()
}
