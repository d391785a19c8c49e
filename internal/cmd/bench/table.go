// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is a line of the table: medians of what was measured.
type row struct {
	name string
	n    int
	step string
	// wall and cpu are those of the provider, coreWall and coreCPU those of the CLI alone.
	wall, coreWall, cpu, coreCPU, limit time.Duration
	requests, writes, connections       int
	memory                              int64
}

// key says what a row is about.
type key struct {
	name, step string
	n          int
}

func (r row) key() key { return key{r.name, r.step, r.n} }

func newRow(name string, n int, step string, pairs []pair) row {
	return row{
		name: name, n: n, step: step,
		wall:        medianOf(pairs, func(p pair) time.Duration { return p.provider.wall }),
		coreWall:    medianOf(pairs, func(p pair) time.Duration { return p.core.wall }),
		cpu:         medianOf(pairs, func(p pair) time.Duration { return p.provider.cpu }),
		coreCPU:     medianOf(pairs, func(p pair) time.Duration { return p.core.cpu }),
		limit:       medianOf(pairs, func(p pair) time.Duration { return p.provider.limit }),
		requests:    medianOf(pairs, func(p pair) int { return p.provider.requests }),
		writes:      medianOf(pairs, func(p pair) int { return p.provider.writes }),
		connections: medianOf(pairs, func(p pair) int { return p.provider.connections }),
		memory:      medianOf(pairs, func(p pair) int64 { return p.provider.memory }),
	}
}

const (
	heading = "| objects | number | command | time | alone | ratio | the requests alone | CPU | alone | ratio | requests | that write " +
		"| connections | memory |\n" +
		"| --- | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n"
	columns = 14
)

// String returns the line of a table.
func (r row) String() string {
	return fmt.Sprintf("| %s | %d | %s | %.2f s | %.2f s | %.2f | %.2f s | %.2f s | %.2f s | %.2f | %d | %d | %d | %d MB |",
		r.name, r.n, r.step, r.wall.Seconds(), r.coreWall.Seconds(), ratio(r.wall, r.coreWall), r.limit.Seconds(),
		r.cpu.Seconds(), r.coreCPU.Seconds(), ratio(r.cpu, r.coreCPU), r.requests, r.writes, r.connections, r.memory>>20)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

func markdown(rows []row) string {
	var table strings.Builder
	table.WriteString(heading)
	for _, r := range rows {
		fmt.Fprintln(&table, r)
	}
	return table.String()
}

// parseTable reads what is compared in the table of a text: the rest depends on the machine.
func parseTable(text string) (rows []row, err error) {
	_, text, found := strings.Cut(text, heading)
	if !found {
		return nil, errors.New("there is no table of measurements")
	}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != columns+2 {
			break
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		r := row{name: cells[1], step: cells[3]}
		memory := 0
		for _, number := range []struct {
			into *int
			cell string
		}{{&r.n, cells[2]}, {&r.requests, cells[11]}, {&memory, strings.TrimSuffix(cells[14], " MB")}} {
			if *number.into, err = strconv.Atoi(number.cell); err != nil {
				return nil, fmt.Errorf("the table of measurements: %w", err)
			}
		}
		r.memory = int64(memory) << 20
		rows = append(rows, r)
	}
	return rows, nil
}

// writeTable writes the rows into a file in place of the table that is there, or of those rows of it that were measured anew.
func writeTable(path string, rows []row, part bool) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the table: %w", err)
	}
	before, after, found := strings.Cut(string(old), heading)
	if !found {
		return fmt.Errorf("%s has no table of measurements", path)
	}
	var kept []string
	for strings.HasPrefix(after, "|") {
		line, rest, _ := strings.Cut(after, "\n")
		kept, after = append(kept, line), rest
	}
	table := markdown(rows)
	if part {
		if table, err = merged(kept, rows); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	// #nosec G306 -- a document, for everybody to read.
	if err := os.WriteFile(path, []byte(before+table+after), 0o644); err != nil {
		return fmt.Errorf("the table: %w", err)
	}
	return nil
}

// merged is a table with rows in place of those lines that are of the same, in the order of a whole measurement. The other lines stay as
// they are.
func merged(lines []string, rows []row) (string, error) {
	type entry struct {
		row
		text string
	}
	var entries []entry
	for _, line := range lines {
		old, err := parseTable(heading + line)
		if err != nil {
			return "", err
		}
		if len(old) != 1 {
			return "", fmt.Errorf("%q is no line of measurements", line)
		}
		if !slices.ContainsFunc(rows, func(r row) bool { return r.key() == old[0].key() }) {
			entries = append(entries, entry{old[0], line})
		}
	}
	for _, r := range rows {
		entries = append(entries, entry{r, r.String()})
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(placeOf(a.name), placeOf(b.name)), cmp.Compare(a.n, b.n), cmp.Compare(a.step, b.step))
	})
	table := heading
	for _, e := range entries {
		table += e.text + "\n"
	}
	return table, nil
}

// placeOf is the place of a kind of object among those that are measured. What is not measured any more comes first, where it is seen.
func placeOf(name string) int {
	return slices.IndexFunc(kinds(), func(k kind) bool { return k.name == name })
}

// checkTable compares rows with the table of a file.
func checkTable(path string, rows []row, out io.Writer) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the table: %w", err)
	}
	released, err := parseTable(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return judge(out, exceeding(released, rows))
}

// exceeding says what takes a fifth more than it did. Rows that the table does not have are not compared.
func exceeding(released, rows []row) (complaints []string) {
	before := map[key]row{}
	for _, r := range released {
		before[r.key()] = r
	}
	for _, r := range rows {
		old, known := before[r.key()]
		if !known {
			continue
		}
		what := fmt.Sprintf("%d %s, %s", r.n, r.name, r.step)
		if worse(float64(old.requests), float64(r.requests)) {
			complaints = append(complaints, fmt.Sprintf("%s: %d requests, after %d", what, r.requests, old.requests))
		}
		if worse(float64(old.memory), float64(r.memory)) {
			complaints = append(complaints, fmt.Sprintf("%s: %d MB, after %d MB", what, r.memory>>20, old.memory>>20))
		}
	}
	return complaints
}

// tolerance is how much more something may take than it did.
const tolerance = 1.2

func worse(before, now float64) bool { return now > tolerance*before }

// judge prints complaints, and fails if there are any.
func judge(out io.Writer, complaints []string) error {
	for _, complaint := range complaints {
		if _, err := fmt.Fprintln(out, "worse:", complaint); err != nil {
			return err
		}
	}
	if n := len(complaints); n > 0 {
		return fmt.Errorf("%d measurements are more than a fifth worse than those of the last release", n)
	}
	return nil
}

// medianOf returns the median of something.
func medianOf[V int | int64 | time.Duration](pairs []pair, of func(pair) V) V {
	values := make([]V, len(pairs))
	for i, p := range pairs {
		values[i] = of(p)
	}
	return median(values)
}
