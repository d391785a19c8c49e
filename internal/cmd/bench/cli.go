// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// conditions are what measurements through the CLI are made under.
type conditions struct {
	cli string
	// provider is the directory of the program to measure. It is built if it is empty.
	provider string
	counts   []int
	rounds   int
	latency  time.Duration
	only     *regexp.Regexp
	// write and check are files with a table: to be written anew, to be compared with. Both may be empty.
	write, check string
	// part tells that the kinds or the numbers of objects are not all of those of the table.
	part bool
}

// runCLI measures all cases through the CLI and prints a table.
func runCLI(ctx context.Context, args []string, out io.Writer) (err error) {
	c, err := parseConditions(args, out)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, c)
	if err != nil {
		return err
	}
	defer func() {
		if failed := os.RemoveAll(b.dir); err == nil {
			err = failed
		}
	}()
	var rows []row
	for _, k := range kinds() {
		if !c.only.MatchString(k.name) {
			continue
		}
		for _, n := range c.counts {
			measured, err := b.measure(ctx, k, n)
			if err != nil {
				return fmt.Errorf("%d %s: %w", n, k.name, err)
			}
			rows = append(rows, measured...)
			for _, r := range measured {
				if _, err := fmt.Fprintln(os.Stderr, r); err != nil {
					return err
				}
			}
		}
	}
	return c.report(rows, out)
}

// report prints the rows, writes them to a file or compares them with one.
func (c conditions) report(rows []row, out io.Writer) error {
	if _, err := io.WriteString(out, markdown(rows)); err != nil {
		return err
	}
	switch {
	case c.write != "":
		return writeTable(c.write, rows, c.part)
	case c.check != "":
		return checkTable(c.check, rows, out)
	default:
		return nil
	}
}

func parseConditions(args []string, out io.Writer) (c conditions, err error) {
	flags := flag.NewFlagSet("bench cli", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&c.cli, "cli", "terraform", "`path` of a terraform or tofu")
	flags.StringVar(&c.provider, "provider", "", "`directory` of the terraform-provider-pe to measure, instead of one built as for a release")
	flags.IntVar(&c.rounds, "rounds", 3, "`how often` everything is measured; medians are shown")
	flags.DurationVar(&c.latency, "latency", 100*time.Millisecond, "`time` that the simulated PE adds to each answer")
	flags.StringVar(&c.write, "write", "", "`file` whose table is written anew; with -counts or -only, the rows that are measured")
	flags.StringVar(&c.check, "check", "", "`file` whose table must not be exceeded by more than a fifth in requests and memory")
	counts := flags.String("counts", "1,10,100,1000", "`numbers` of objects")
	only := flags.String("only", "", "`regular expression` of the cases to measure")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if c.provider != "" {
		// The CLI runs in other folders.
		if c.provider, err = filepath.Abs(c.provider); err != nil {
			return c, fmt.Errorf("-provider: %w", err)
		}
	}
	flags.Visit(func(f *flag.Flag) { c.part = c.part || f.Name == "counts" || f.Name == "only" })
	if c.rounds < 1 {
		return c, fmt.Errorf("-rounds must be at least 1, not %d", c.rounds)
	}
	for text := range strings.SplitSeq(*counts, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return c, fmt.Errorf("-counts: %q is no positive number", text)
		}
		c.counts = append(c.counts, n)
	}
	c.only, err = regexp.Compile(*only)
	return c, err
}
