// SPDX-License-Identifier: MPL-2.0

package content_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const query = "data.pe_puppetdb_query.q"

// asking is a data source that asks PuppetDB.
func asking(body string) string { return "data \"pe_puppetdb_query\" \"q\" {\n" + body + "\n}\n" }

func TestPuppetDBQuery_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			two := knownvalue.TupleExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{"certname": acctest.Text(acctest.Node(1)), "facts.os.family": acctest.Text("Debian")}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{"certname": acctest.Text(acctest.Node(3)), "facts.os.family": acctest.Text("RedHat")}),
			})
			names := acctest.Texts(acctest.Node(1), acctest.Node(3))
			h.RunGeneration(t, generation,
				h.ReadStep(asking(`query = "inventory[certname, facts.os.family] { certname in [\"node3.example.com\", \"node1.example.com\"] }"`),
					acctest.Value(query, "rows", two), acctest.Value(query, "certnames", names), acctest.Value(query, "row_count", acctest.Number(2))),
				h.ReadStep(asking(`query = ["from", "nodes", ["extract", ["certname"], ["in", "certname", ["array", ["node3.example.com", "node1.example.com"]]]]]`),
					acctest.Value(query, "certnames", names)),
				h.ReadStep(asking(`query = "nodes[certname] { order by certname desc limit 2 }"`),
					acctest.Value(query, "certnames", acctest.Texts(acctest.Node(5), acctest.Node(6))),
					acctest.Value(query, "rows", knownvalue.TupleExact([]knownvalue.Check{
						knownvalue.ObjectExact(map[string]knownvalue.Check{"certname": acctest.Text(acctest.Node(6))}),
						knownvalue.ObjectExact(map[string]knownvalue.Check{"certname": acctest.Text(acctest.Node(5))}),
					}))),
				h.ReadStep(asking(`query = "nodes[count()] { }"`),
					acctest.Value(query, "rows", knownvalue.TupleExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{"count": acctest.Number(6)})})),
					acctest.Value(query, "certnames", acctest.Texts()), acctest.Value(query, "row_count", acctest.Number(1))),
				h.ReadStep(asking(`query = "environments { name = \"none\" }"`), acctest.Value(query, "rows", knownvalue.TupleExact(nil)), acctest.Value(query, "row_count", acctest.Number(0))),
				h.ReadStep(asking("query = \"nodes[certname] { }\"\nlimit = 3\ntimeout = \"30s\""), acctest.Value(query, "row_count", acctest.Number(3))),
			)
		})
	}
}

func TestPuppetDBQuery_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for body, says := range map[string]string{
		`query = "nodes[certname]"`:                 "the braces are missing",
		`query = ""`:                                "it is empty",
		`query = 7`:                                 "A query is a text in PQL",
		`query = ["nodes"]`:                         `A query in AST form begins with "from" and an entity`,
		`query = ["extract", "certname"]`:           `A query in AST form begins with "from" and an entity`,
		`query = "nodes { foo = 1 }"`:               "'foo' is not a queryable object for nodes",
		"query = \"nodes { }\"\nlimit = 0":          "limit",
		"query = \"nodes { }\"\ntimeout = \"soon\"": "timeout",
	} {
		h.Run(t, resource.TestStep{Config: h.Config(asking(body)), ExpectError: acctest.Says(says)})
	}
}

// TestPuppetDBQuery_Failures asks a PuppetDB that does not answer as it should.
func TestPuppetDBQuery_Failures(t *testing.T) {
	t.Parallel()
	const path = "/pdb/query/v4"
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  []string
	}{
		"it is cut": {simulator.Fault{Path: path, Action: simulator.Truncate}, []string{"The query was not answered", "An answer that ends early means that the query was interrupted"}},
		"no array":  {simulator.Fault{Path: path, Action: simulator.AnswerStatus, Status: 200, Body: `{"error":"x"}`}, []string{"The query was not answered", "instead of the JSON of PuppetDB"}},
		"timeout": {
			simulator.Fault{Path: path, Action: simulator.AnswerStatus, Status: 500, Header: http.Header{"Content-Type": {"text/plain"}}, Body: "Query 0f1e exceeded timeout"},
			[]string{"The query was not answered", "Query 0f1e exceeded timeout"},
		},
		"too slow":      {simulator.Fault{Path: path, Action: simulator.DelayAnswer, Delay: 2 * time.Second}, []string{"PuppetDB has not answered within 50ms", "`timeout`"}},
		"not permitted": {simulator.Fault{Path: path, Action: simulator.AnswerStatus, Status: 403, Body: "Permission denied"}, []string{"nodes:view_data:*"}},
		"a proxy":       {simulator.Fault{Path: path, Action: simulator.HTML, Status: 404}, []string{"The query was not answered"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			timeout := "20s"
			if name == "too slow" {
				timeout = "50ms"
			}
			h.Run(t, resource.TestStep{
				Config: h.Config(asking("query = \"nodes[certname] { }\"\ntimeout = \""+timeout+"\""), "max_retries = 0"), ExpectError: acctest.SaysAll(test.says...),
			})
		})
	}
}

// TestPuppetDBQuery_ElsewhereAndForbidden asks at an address where nothing listens, and without the permission.
func TestPuppetDBQuery_ElsewhereAndForbidden(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("olga", "secret")
	h.Run(t, resource.TestStep{
		Config:      h.ConfigAs(h.IssueToken("olga", 0), asking(`query = "nodes[certname] { }"`)),
		ExpectError: acctest.Says("The user of the token needs the permission nodes:view_data:*"),
	})
}

// TestPuppetDBQuery_WithoutTLS asks the port with TLS without it, which says nothing about the query.
func TestPuppetDBQuery_WithoutTLS(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{
		Config:      strings.Replace(h.Config(asking(`query = "nodes[certname] { }"`)), h.PuppetDBURL(), strings.Replace(h.PuppetDBURL(), "https://", "http://", 1), 1),
		ExpectError: acctest.Says("Write https:// instead of http:// in `puppetdb_url` (PE_PUPPETDB_URL)."),
	})
}
