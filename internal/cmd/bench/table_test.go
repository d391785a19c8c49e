// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// measured is what one round has found; the second one is the median of three.
func measured(factor time.Duration) pair {
	return pair{
		provider: measurement{
			wall: factor * time.Second, cpu: 2 * factor * time.Second, limit: 100 * time.Millisecond,
			requests: 10 * int(factor), writes: 3, connections: 2, memory: int64(factor) * (40 << 20),
		},
		core: measurement{wall: 2 * factor * time.Second, cpu: factor * time.Second},
	}
}

func TestRow_ShowsMedians(t *testing.T) {
	t.Parallel()
	got := newRow("roles", 100, stepNoOp, []pair{measured(3), measured(1), measured(2)}).String()
	const want = "| roles | 100 | plan without a change | 2.00 s | 4.00 s | 0.50 | 0.10 s | 4.00 s | 2.00 s | 2.00 | 20 | 3 | 2 | 80 MB |"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestTable_OfAFile writes a table into a document, and compares with it.
func TestTable_OfAFile(t *testing.T) {
	t.Parallel()
	document := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(document, []byte("# Page\n\n"+heading+"| old | 1 |\n\nAfter the table.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := newRow("roles", 10, stepCreate, []pair{measured(2)})
	if err := writeTable(document, []row{before}, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if want := "# Page\n\n" + heading + before.String() + "\n\nAfter the table.\n"; string(text) != want {
		t.Errorf("got %s\nwant %s", text, want)
	}
	another := newRow("jobs", 10, stepCreate, []pair{measured(9)})
	for _, test := range []struct {
		name string
		now  row
		want []string
	}{
		{"the same", before, nil},
		{"a fifth more is no complaint", row{name: "roles", n: 10, step: stepCreate, requests: 24, memory: 96 << 20}, nil},
		{"more requests", row{name: "roles", n: 10, step: stepCreate, requests: 25, memory: 80 << 20}, []string{"10 roles, create: 25 requests, after 20"}},
		{"more memory", row{name: "roles", n: 10, step: stepCreate, requests: 20, memory: 97 << 20}, []string{"10 roles, create: 97 MB, after 80 MB"}},
		{"another number of objects", row{name: "roles", n: 100, step: stepCreate, requests: 200}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := checkTable(document, []row{test.now, another}, &out)
			var said []string
			for line := range strings.Lines(out.String()) {
				said = append(said, strings.TrimSuffix(strings.TrimPrefix(line, "worse: "), "\n"))
			}
			if !slices.Equal(said, test.want) || (err != nil) != (len(test.want) > 0) {
				t.Errorf("got %q, %v, want %q", said, err, test.want)
			}
		})
	}
}

// TestTable_InParts measures some rows of a table anew, and some that it does not have yet. The others stay to the letter.
func TestTable_InParts(t *testing.T) {
	t.Parallel()
	line := func(name string, n int, step string, factor time.Duration) row {
		return newRow(name, n, step, []pair{measured(factor)})
	}
	const untouched = "| roles | 10 | create |  2.00 s | 4.00 s | 0.50 | 0.10 s | 4.00 s | 2.00 s | 2.00 | 20 | 3 | 2 | 80 MB |"
	old := []string{
		line("task-targets", 1, stepCreate, 1).String(), untouched, line("roles", 10, stepNoOp, 1).String(), line("jobs", 100, stepCreate, 1).String(),
	}
	measuredNow := []row{line("roles", 1000, stepCreate, 3), line("roles", 1000, stepNoOp, 3), line("roles", 10, stepNoOp, 2)}
	want := []string{old[0], untouched, measuredNow[2].String(), measuredNow[0].String(), measuredNow[1].String(), old[3]}
	document := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(document, []byte("Before.\n\n"+heading+strings.Join(old, "\n")+"\n\nAfter.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeTable(document, measuredNow, true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Before.\n\n" + heading + strings.Join(want, "\n") + "\n\nAfter.\n"; string(text) != want {
		t.Errorf("got %s\nwant %s", text, want)
	}
	broken := "Before.\n\n" + heading + "| old | 1 |\n\nAfter.\n"
	if err := os.WriteFile(document, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeTable(document, measuredNow, true); err == nil || !strings.Contains(err.Error(), "no line of measurements") {
		t.Errorf("a broken table: %v", err)
	}
	if text, err := os.ReadFile(document); err != nil || string(text) != broken {
		t.Errorf("a broken table was changed: %s, %v", text, err)
	}
}

func TestTable_ThatIsNone(t *testing.T) {
	t.Parallel()
	document := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(document, []byte("# Page\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkTable(document, nil, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "no table") {
		t.Errorf("checking: %v", err)
	}
	if err := writeTable(document, nil, false); err == nil || !strings.Contains(err.Error(), "no table") {
		t.Errorf("writing: %v", err)
	}
	if _, err := parseTable(heading + strings.Replace(newRow("x", 1, "y", []pair{measured(1)}).String(), "| 10 |", "| ten |", 1)); err == nil {
		t.Error("a row without numbers is taken")
	}
}
