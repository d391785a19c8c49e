// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// runCompare compares what go test -bench has printed with what it has printed for the last release.
func runCompare(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("bench compare", flag.ContinueOnError)
	flags.SetOutput(out)
	baseline := flags.String("baseline", "", "`file` with the measurements of the last release")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*baseline)
	if err != nil {
		return fmt.Errorf("the measurements of the last release: %w", err)
	}
	now, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading measurements: %w", err)
	}
	released, measured := results(string(text)), results(string(now))
	if len(measured) == 0 {
		return errors.New("nothing was measured: give the output of go test -bench")
	}
	return judge(out, regressions(released, measured))
}

// result is a value that a benchmark has reported.
type result struct{ benchmark, unit string }

// compared says which units do not depend on the machine and on what else it does.
func compared(unit string) bool {
	switch unit {
	case "allocs/op", "B/op", "peak-MB", "state-bytes", "state-kB", "plan-bytes", "POSTs/op", "GETs/op":
		return true
	default:
		return strings.HasPrefix(unit, "requests/") || strings.HasPrefix(unit, "state-B/")
	}
}

// noise is how much of a unit comes and goes from run to run: a garbage collection that is later, a connection that is opened anew. It is
// added to what may be used, so that small benchmarks are not complained of for it.
func noise(unit string) float64 {
	switch unit {
	case "peak-MB":
		return 16
	case "B/op":
		return 16 << 10
	case "allocs/op":
		return 100
	default:
		return 0
	}
}

// results reads the output of go test -bench. The number of processors is no part of a name.
func results(output string) map[result]float64 {
	found := map[result]float64{}
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := fields[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil && compared(fields[i+1]) {
				found[result{name, fields[i+1]}] = value
			}
		}
	}
	return found
}

// regressions says what takes a fifth more than it did, by name.
func regressions(released, measured map[result]float64) (complaints []string) {
	for what, now := range measured {
		if before, known := released[what]; known && worse(before, now-noise(what.unit)) {
			complaints = append(complaints, fmt.Sprintf("%s: %g %s, after %g", what.benchmark, now, what.unit, before))
		}
	}
	slices.Sort(complaints)
	return complaints
}
