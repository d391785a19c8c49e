// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"testing"
)

func TestPQLProblem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`nodes[certname] { certname ~ "web" }`: "",
		`nodes[certname] { }`:                  "",
		`nodes {}`:                             "",
		"inventory[certname] {\n  facts.os.name = 'Debian'\n}":                                                    "",
		`nodes[certname] { certname = 'a } ] ) b' }`:                                                              "",
		`nodes[certname] { certname = "say \"}\"" }`:                                                              "",
		`nodes[certname] { certname in resources[certname] { type = "Class" and (title = "A" or title = "B") } }`: "",
		`["from", "nodes", ["=", "certname", "a"]]`:                                                               "",
		`nodes certname ~ "web"`:                                                                                  `the braces are missing, such as nodes { certname ~ "web" }`,
		`nodes`:                                                                                                   "the braces are missing: nodes { }",
		`nodes[certname]`:                                                                                         `the braces are missing, such as nodes { certname ~ "web" }`,
		`nodes[report_timestamp] { }`:                                                                             "its result has to hold certnames: put certname into the list of fields, as in nodes[certname] { … }",
		`nodes[] { }`:                                                                                             "its result has to hold certnames: put certname into the list of fields, as in nodes[certname] { … }",
		`inventory[facts.disks[0].x, certname] { }`:                                                               "",
		`inventory [ certname ] { }`:                                                                              "",
		`environments { }`:                                                                                        "its result has to hold certnames, and environments have none",
		`packages[package_name] { }`:                                                                              "its result has to hold certnames, and packages have none",
		``:                                                                                                        "it is empty",
		"  \n":                                                                                                    "it is empty",
		`["from", "nodes"`:                                                                                        "it begins like an AST query, and is not valid JSON",
		`{ certname = "a" }`:                                                                                      "it has to begin with the name of an entity",
		`*`:                                                                                                       "it has to begin with the name of an entity",
		`nodes[certname] { certname = `:                                                                           "a } is missing",
		`nodes[certname { certname = "a" }`:                                                                       "a ] is missing",
		`nodes[certname] } certname = "a" }`:                                                                      "the } does not close anything",
		`nodes[certname] { certname = "a }`:                                                                       `a string that begins with " does not end`,
		`nodes[certname] { certname = 'a }`:                                                                       `a string that begins with ' does not end`,
	} {
		if got := pqlProblem(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
