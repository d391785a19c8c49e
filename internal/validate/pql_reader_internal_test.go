// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"strings"
	"testing"
)

// TestPQLDoubt has queries of the console and of the manuals, which are valid, and typical slips.
func TestPQLDoubt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`nodes[certname] { }`: "",
		`nodes {}`:            "",
		`nodes { certname = "node1.example.com" }`:                                                                "",
		`inventory[certname] { facts.os.name = "Debian" and resources { type = "Service" and title = "nginx" } }`: "",
		`resources[certname] { type = "Package" and title = "curl" and parameters.ensure = "7.88.1-10" }`:         "",
		`nodes { report_timestamp <= "2026-01-03 00:00:00" }`:                                                     "",
		`inventory[certname] { trusted.extensions.pp_role = "frontend" }`:                                         "",
		`inventory[certname] { facts."odd.name".x = 3 or facts.disks_list[0] ~ '^sd' }`:                           "",
		`nodes[certname] { certname in resources[certname] { type = "Class" and (title = "A" or title = "B") } }`: "",
		`fact_contents[certname] { path ~> ["os", ".*"] and value in ["a", "b", -1.5e3] }`:                        "",
		`fact_contents[certname] { [certname, name] in fact_contents[certname, name] { value = true } }`:          "",
		`nodes[certname] { ! (certname ~ "(?i)web") and deactivated is null and expired is not null }`:            "",
		`reports[certname] { latest_report? = true and status != "failed" and status !~ "x" }`:                    "",
		`nodes[certname] { certname ~ "web" order by certname desc, report_timestamp limit 10 offset 20 }`:        "",
		`facts[certname, count(value)] { name = "a" group by certname }`:                                          "",
		`nodes[certname] { limit 5 }`:                              "",
		`["from", "nodes"]`:                                        "",
		`node[certname] { }`:                                       `PuppetDB has no entity "node" that this provider knows; did you mean nodes?`,
		`machines[certname] { }`:                                   `PuppetDB has no entity "machines" that this provider knows`,
		`nodes[certname] { certname = web }`:                       `strings are in quotes: "web"`,
		`nodes[certname] { certname == "web" }`:                    "a value is expected after certname, and there is =",
		`nodes[certname] { certname "web" }`:                       "a comparison (=, ~, <, >, in) is expected after certname",
		`nodes[certname] { certname = "a" && certname = "b" }`:     "has no place in it",
		`nodes[certname] { certname = "a" certname = "b" }`:        "} is expected after the conditions of nodes, and there is certname",
		`nodes[certname] { certname = "a" and }`:                   "a name is expected in a condition, and there is }",
		`nodes[certname] { facts.os.name like "x" }`:               "a comparison",
		`nodes[certname report_timestamp] { }`:                     ", is expected between two fields of nodes",
		`nodes[certname] { } nodes { }`:                            "nodes follows after its end",
		`nodes[certname] { certname is empty }`:                    "null is expected after is",
		`nodes[certname] { limit ten }`:                            "a number is expected after limit, and there is ten",
		`nodes[certname] { certname in }`:                          "a value is expected after in",
		`nodes[certname] { order certname }`:                       "a comparison",
		`nodes[certname] { certname ~ /web/ }`:                     "has no place in it",
		`nodes[certname] { certname = "a" order by count(x }`:      ") is expected after a function",
		`nodes[certname] { [certname, name] = fact_contents { } }`: "in is expected after a list of fields",
	} {
		got := pqlDoubt(text)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
