// SPDX-License-Identifier: MPL-2.0

package datatype_test

import (
	"os"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/datatype"
)

// verdict is a line of the table: what Puppet says of a value.
type verdict struct {
	dataType, value string
	fits            bool
}

// readVerdicts reads the table that the provider's parser is held to as well.
func readVerdicts(t *testing.T) (verdicts []verdict) {
	t.Helper()
	content, err := os.ReadFile("testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(content), "\n== ")
	dataType := ""
	for line := range strings.SplitSeq(table, "\n") {
		mark, value, _ := strings.Cut(strings.TrimPrefix(line, "  "), " ")
		switch {
		case line == "" || strings.HasPrefix(line, "== ") || strings.HasPrefix(line, "types"):
		case !strings.HasPrefix(line, "  "):
			dataType = line
		case mark == "+" || mark == "-" || mark == "~":
			verdicts = append(verdicts, verdict{dataType, value, mark == "+"})
		default:
			t.Errorf("a line that means nothing: %s", line)
		}
	}
	if len(verdicts) < 500 {
		t.Errorf("only %d verdicts were read", len(verdicts))
	}
	return verdicts
}

func TestAccepts_AsTheTableSays(t *testing.T) {
	t.Parallel()
	for _, v := range readVerdicts(t) {
		parsed, err := datatype.Parse(v.dataType)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got := parsed.Accepts(decode(t, v.value)); got != v.fits {
			t.Errorf("%s accepts %s: %v", v.dataType, v.value, got)
		}
	}
}
