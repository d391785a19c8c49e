// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// pdb sends a query to PuppetDB.
func (c *client) pdb(t *testing.T, body any) reply {
	t.Helper()
	return c.send(t, c.request(t, http.MethodPost, c.sim.PuppetDBURL()+"/pdb/query/v4", body))
}

// querying asks PuppetDB, once each node has run Puppet.
func querying(query any) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		s.launch(t, "deploy", object{"environment": "production", "scope": object{"query": "nodes { }"}})
		s.sim.FinishAll()
		return s.pdb(t, object{"query": query})
	}
}

// inventoryOfAGateway asks for a node that has the facts of the fixture.
func inventoryOfAGateway(t *testing.T, s *stage) reply {
	t.Helper()
	s.sim.AddNode(simulator.Node{Certname: "gateway.example.com", Facts: map[string]any{
		"kernel": "Linux", "is_gateway": true, "odd.name": "x", "role": "frontend",
		"os":         object{"name": "Debian", "family": "Debian", "release": object{"full": "12.5", "major": "12", "minor": "5"}},
		"processors": object{"count": 4, "models": []any{"Example CPU"}},
	}})
	return s.pdb(t, object{"query": "inventory { facts.is_gateway = true }"})
}

// puppetDBFixtures are the rows of PuppetDB.
func puppetDBFixtures() []answered {
	const one = "certname = \"node1.example.com\""
	return []answered{
		{fixture: "puppetdb-query.nodes", ask: querying("nodes { " + one + " }")},
		{fixture: "puppetdb-query.nodes.projection", ask: querying("nodes[certname] { }")},
		{fixture: "puppetdb-query.empty", ask: querying("nodes { certname = \"none\" }")},
		{fixture: "puppetdb-query.count", ask: querying("nodes[count()] { }")},
		{fixture: "puppetdb-query.count-group-by", ask: querying("nodes[latest_report_status, count()] { group by latest_report_status }")},
		{
			fixture: "puppetdb-query.inventory", ask: inventoryOfAGateway,
			extra: []string{"external", "pp_environment", "role"},
		},
		{fixture: "puppetdb-query.inventory.dotted-projection", ask: querying("inventory[certname, facts.os.family] { " + one + " }")},
		{fixture: "puppetdb-query.facts", ask: querying("facts { name = \"kernel\" and " + one + " }")},
		{fixture: "puppetdb-query.fact_contents", ask: querying("fact_contents { path ~> [\"os\", \"name\"] }")},
		{
			fixture: "puppetdb-query.resources", ask: querying("resources { type = \"Service\" and title = \"nginx\" }"),
		},
		{fixture: "puppetdb-query.reports", ask: querying("reports { " + one + " }"), extra: []string{"resources"}},
		{fixture: "puppetdb-query.events", ask: querying("events { " + one + " }")},
		{fixture: "puppetdb-query.package_inventory", ask: querying("package_inventory { package_name = \"openssl\" }")},
	}
}

// TestPuppetDB_Refusals compares the text and the status of what PuppetDB refuses.
func TestPuppetDB_Refusals(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	boss := admin(t, sim)
	for name, test := range map[string]struct {
		body   any
		status int
		text   string
	}{
		"no query":           {object{}, 400, "Missing required query parameter 'query'"},
		"an unknown key":     {object{"query": "nodes { }", "x": 1}, 400, "Unsupported query parameter 'x'"},
		"no rows":            {object{"query": "nodes { }", "limit": 0}, 400, "Illegal value '0' for :limit; expected a positive non-zero integer."},
		"a negative offset":  {object{"query": "nodes { }", "offset": -1}, 400, "Illegal value '-1' for :offset"},
		"an order":           {object{"query": "nodes { }", "order_by": "certname"}, 400, "Illegal value 'certname' for :order_by"},
		"an unknown column":  {object{"query": "nodes[certname] { }", "order_by": []any{object{"field": "x"}}}, 400, "Unrecognized column 'x' specified in :order_by"},
		"a direction":        {object{"query": "nodes { }", "order_by": []any{object{"field": "certname", "order": "up"}}}, 400, ":order_by"},
		"no JSON":            {"{", 400, "Json parse error at line 1, column 1:"},
		"two bodies":         {"{} {}", 400, "Json parse error"},
		"no object":          {[]any{}, 400, "must be a JSON object"},
		"no PQL":             {object{"query": "nodes { = \"x\" }"}, 400, "PQL parse error at line 1, column 9:"},
		"an unknown field":   {object{"query": "nodes { foo = 1 }"}, 400, "'foo' is not a queryable object for nodes. Known queryable objects are ["},
		"a missing grouping": {object{"query": "nodes[certname, count()] { }"}, 400, "must appear in the GROUP BY clause"},
	} {
		answer := boss.pdb(t, test.body)
		if answer.status != test.status || !strings.Contains(answer.text, test.text) || !strings.HasPrefix(answer.header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s", name, answer.status, answer.text)
		}
	}
	for _, fixture := range []string{"error.puppetdb.text", "error.puppetdb.text.unknown-field"} {
		var want struct {
			Status int
			Body   string
		}
		if err := json.Unmarshal(readFixture(t, fixture), &want); err != nil {
			t.Fatal(err)
		}
		query := "nodes { = \"x\" }"
		if strings.HasSuffix(fixture, "field") {
			query = "nodes { foo = 1 }"
		}
		first, _, _ := strings.Cut(want.Body, "[")
		first, _, _ = strings.Cut(first, "Expected")
		if answer := boss.pdb(t, object{"query": query}); answer.status != want.Status || !strings.HasPrefix(answer.text, strings.TrimSpace(first)) {
			t.Errorf("%s: %d %q, want %q", fixture, answer.status, answer.text, first)
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		if answer := boss.send(t, boss.request(t, method, sim.PuppetDBURL()+"/pdb/query/v4", nil)); answer.status != 400 || answer.text != "PuppetDB queries must be made via GET/POST" {
			t.Errorf("%s: %d %s", method, answer.status, answer.text)
		}
	}
	sim.SetPuppetDB(false)
	if answer := boss.pdb(t, object{"query": "nodes { }"}); answer.status != http.StatusServiceUnavailable {
		t.Errorf("without its database: %d %s", answer.status, answer.text)
	}
}

func TestPuppetDB_Permission(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("olga", "secret")
	olga := as(t, sim, "olga")
	if answer := olga.pdb(t, object{"query": "nodes { }"}); answer.status != http.StatusForbidden {
		t.Errorf("without the permission: %d %s", answer.status, answer.text)
	}
	sim.Grant("olga", may("nodes:view_data:*"))
	mustStatus(t, olga.pdb(t, object{"query": "nodes { }"}), http.StatusOK)
	if answer := clientOf(t, sim, "").pdb(t, object{"query": "nodes { }"}); answer.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d %s", answer.status, answer.text)
	}
}

// TestPuppetDB_Paging reads rows in an order, in parts, by both methods.
func TestPuppetDB_Paging(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	boss := admin(t, sim)
	for _, fixture := range []string{"puppetdb-query.post.request.pql", "puppetdb-query.post.request.ast"} {
		mustStatus(t, boss.pdb(t, string(readFixture(t, fixture))), http.StatusOK)
	}
	var parameters map[string]string
	if err := json.Unmarshal(readFixture(t, "puppetdb-query.get.request-params"), &parameters); err != nil {
		t.Fatal(err)
	}
	values := url.Values{}
	for name, value := range parameters {
		values.Set(name, value)
	}
	mustStatus(t, boss.send(t, boss.request(t, http.MethodGet, sim.PuppetDBURL()+"/pdb/query/v4?"+values.Encode(), nil)), http.StatusOK)
	answer := boss.pdb(t, object{
		"query": "nodes[certname] { }", "limit": 2, "offset": 1, "include_total": true, "order_by": []any{object{"field": "certname", "order": "desc"}},
	})
	mustStatus(t, answer, http.StatusOK)
	if answer.text != `[{"certname":"node8.example.com"},{"certname":"node7.example.com"}]` || answer.header.Get("X-Records") != "10" {
		t.Errorf("%s of %s", answer.text, answer.header.Get("X-Records"))
	}
	answer = boss.pdb(t, object{"query": "inventory[facts.os.family, count(), min(certname), max(certname)] { group by facts.os.family }"})
	mustStatus(t, answer, http.StatusOK)
	if !strings.Contains(answer.text, `"count":`) || !strings.Contains(answer.text, `"min":"node1`) {
		t.Errorf("%s", answer.text)
	}
}
