// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// FuzzPQL looks for queries that PuppetDB accepts and the check of the configuration refuses. Spaces around a query change nothing.
func FuzzPQL(f *testing.F) {
	for _, text := range []string{
		`nodes[certname] { certname ~ "web" }`, `inventory[certname] { facts.os.name = "x" and facts.a[0] > 1 limit 1 }`, `nodes{`, `facts[certname]{name in ["a",1,true]}`, "'", `nodes[certname] { a.`, ``,
		`resources[certname, count()] { ! (type = 'Class' or title ~> ["a", ".*"]) group by certname order by certname desc }`, `["from", "nodes", ["=", "certname", "x"]]`, `[1`, `nodes { certname in nodes[certname] { } }`,
		`nodes[certname] { latest_report_noop? = true and facts_timestamp is not null }`, `fact_contents[certname] { [certname, name] in facts[certname, name] { } }`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		problem, doubt := pqlProblem(text), pqlDoubt(text)
		if spaced := "\n " + text + "\t"; pqlProblem(spaced) != problem || pqlDoubt(spaced) != doubt {
			t.Errorf("%q: %q, %q; with spaces around it %q, %q", text, problem, doubt, pqlProblem(spaced), pqlDoubt(spaced))
		}
		if _, err := pdbquery.Parse(text); err == nil && problem != "" {
			t.Errorf("PuppetDB accepts %q, and the check says: %s", text, problem)
		}
	})
}

// suggestion is the time that a problem proposes.
var suggestion = regexp.MustCompile(`: write ([^ ]+)`)

// FuzzTime looks for times that are accepted and cannot be used, and for proposals that are no times.
func FuzzTime(f *testing.F) {
	for _, text := range []string{
		"2030-01-05T02:00:00+01:00", "2030-01-05 02:00", "20300105T0200Z", "2030-01-05", "2030-01-05T02:00:00.5z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2030-01-05 02:00 -0700", "", "soon",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := time.Parse(time.RFC3339, text)
		problem := TimeProblem(text)
		if (err == nil) != (problem == "") {
			t.Fatalf("%q is %v (%v), and the problem is %q", text, at, err, problem)
		}
		if proposed := suggestion.FindStringSubmatch(problem); proposed != nil && TimeProblem(strings.TrimSuffix(proposed[1], ",")) != "" {
			t.Errorf("the problem of %q proposes %q, which is no time", text, proposed[1])
		}
	})
}
