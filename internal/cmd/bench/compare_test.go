// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const released = `goos: linux
BenchmarkPlan/roles/100-2   5   1000 ns/op   10.00 requests/op   400000 B/op   5000 allocs/op
BenchmarkResults-2          1   9 ns/op   120.00 peak-MB   900 state-B/node   7 B/op   1 allocs/op
PASS
`

func TestCompare(t *testing.T) {
	t.Parallel()
	baseline := filepath.Join(t.TempDir(), "baseline.txt")
	if err := os.WriteFile(baseline, []byte(released), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, now string
		want      []string
	}{
		{"the same, on more processors", strings.ReplaceAll(released, "-2 ", "-16 "), nil},
		{"slower only", "BenchmarkPlan/roles/100-2 5 99999 ns/op 10.00 requests/op 400000 B/op 5000 allocs/op", nil},
		{"more requests and allocations", "BenchmarkPlan/roles/100-2 5 1 ns/op 13.00 requests/op 400000 B/op 6101 allocs/op", []string{
			"BenchmarkPlan/roles/100: 13 requests/op, after 10", "BenchmarkPlan/roles/100: 6101 allocs/op, after 5000",
		}},
		{"more memory", "BenchmarkResults-2 1 9 ns/op 161.00 peak-MB 900 state-B/node 7 B/op 1 allocs/op", []string{
			"BenchmarkResults: 161 peak-MB, after 120",
		}},
		{"a larger state", "BenchmarkResults-2 1 9 ns/op 120.00 peak-MB 1090 state-B/node 7 B/op 1 allocs/op", []string{
			"BenchmarkResults: 1090 state-B/node, after 900",
		}},
		{"a fifth and what comes and goes", "BenchmarkResults-2 1 9 ns/op 160.00 peak-MB 900 state-B/node 16391 B/op 101 allocs/op", nil},
		{"more bytes than come and go", "BenchmarkResults-2 1 9 ns/op 120.00 peak-MB 900 state-B/node 16400 B/op 1 allocs/op", []string{
			"BenchmarkResults: 16400 B/op, after 7",
		}},
		{"a benchmark that is new", "BenchmarkNew-2 1 9 ns/op 15.00 peak-MB 7 B/op 1 allocs/op", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := run(t.Context(), []string{"compare", "-baseline", baseline}, strings.NewReader(test.now), &out)
			want := ""
			for _, complaint := range test.want {
				want += "worse: " + complaint + "\n"
			}
			if out.String() != want || (err != nil) != (len(test.want) > 0) {
				t.Errorf("got %q, %v, want %q", out.String(), err, want)
			}
		})
	}
}

func TestRun_BadInput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "say cli or compare"},
		{"something else", []string{"bench"}, "neither"},
		{"no baseline", []string{"compare", "-baseline", filepath.Join(t.TempDir(), "none")}, "no such file"},
		{"no number", []string{"cli", "-counts", "10,many"}, `"many" is no positive number`},
		{"no round", []string{"cli", "-rounds", "0"}, "at least 1"},
		{"no expression", []string{"cli", "-only", "("}, "missing closing"},
		{"an argument", []string{"cli", "jobs"}, "unexpected argument"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := run(t.Context(), test.args, strings.NewReader(""), &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	baseline := filepath.Join(t.TempDir(), "baseline.txt")
	if err := os.WriteFile(baseline, []byte(released), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"compare", "-baseline", baseline}, strings.NewReader("FAIL\n"), &bytes.Buffer{}); err == nil {
		t.Error("nothing that was measured is no fault")
	}
}
