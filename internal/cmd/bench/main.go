// SPDX-License-Identifier: MPL-2.0

// Command bench measures the provider through the real CLI, beside what the CLI takes for objects of its own, and compares measurements
// with those of the last release.
//
//	bench cli [-cli terraform] [-counts 1,10,100,1000] [-rounds 3] [-latency 100ms] [-only task-targets] [-write FILE | -check FILE]
//	bench compare -baseline FILE <output-of-go-test
//
// -write replaces the table of a file, or, with -counts or -only, those of its rows that are measured.
//
// Seconds depend on the machine and on what else it does. What is compared are requests, memory and allocations.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		// There is nowhere left to report a failure of this.
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// run does what the first argument says.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("say cli or compare")
	}
	switch args[0] {
	case "cli":
		return runCLI(ctx, args[1:], out)
	case "compare":
		return runCompare(args[1:], in, out)
	default:
		return fmt.Errorf("%q is neither cli nor compare", args[0])
	}
}
