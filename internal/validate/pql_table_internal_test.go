// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"os"
	"strings"
	"testing"
)

// TestPQL_OfTheTable holds the checks to the table that the simulator's PuppetDB is held to as well: what finds nodes passes without a
// word, and what the grammar refuses, or has no certnames, does not. Which fields there are is for the server to say.
func TestPQL_OfTheTable(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../simulator/pdbquery/testdata/queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	section, queries := "", 0
	for line := range strings.SplitSeq(string(content), "\n") {
		if title, ok := strings.CutPrefix(line, "== "); ok {
			section = title
			continue
		}
		query, _, _ := strings.Cut(line, " =>")
		if section == "" || query == "" {
			continue
		}
		queries++
		switch problem := pqlProblem(query); section {
		case "finds nodes":
			if doubt := pqlDoubt(query); problem != "" || doubt != "" {
				t.Errorf("%s: %s%s", query, problem, doubt)
			}
		case "holds no certnames":
			if !strings.Contains(problem, "certnames") {
				t.Errorf("%s: %q", query, problem)
			}
		case "refused by the grammar":
			if problem == "" && pqlDoubt(query) == "" {
				t.Errorf("%s passes", query)
			}
		case "refused by the fields":
		default:
			t.Errorf("an unknown section: %s", section)
		}
	}
	if queries < 100 {
		t.Errorf("only %d queries were read", queries)
	}
}
