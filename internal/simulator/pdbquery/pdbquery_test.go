// SPDX-License-Identifier: MPL-2.0

package pdbquery_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// nodes returns four nodes with facts that differ.
func nodes(t *testing.T) []*pdbquery.Node {
	t.Helper()
	all := make([]*pdbquery.Node, 0, 4)
	for i, name := range []string{"web1", "web2", "db1", "db2"} {
		family := "Debian"
		if i%2 == 1 {
			family = "RedHat"
		}
		environment := "production"
		if name == "db2" {
			environment = "development"
		}
		n, err := pdbquery.NewNode(name+".example.com", environment, map[string]any{
			"os":         map[string]any{"name": family, "release": map[string]any{"major": strconv.Itoa(9 + i)}},
			"role":       name[:len(name)-1],
			"memory":     (i + 1) * 1024,
			"is_virtual": i > 1,
			"disks":      []string{"sda", "sd" + string(rune('b'+i))},
		})
		if err != nil {
			t.Fatal(err)
		}
		seen := time.Date(2026, 1, 2+i, 9, 0, 0, 0, time.UTC)
		n.Seen = seen
		if status := []string{"changed", "failed", "unchanged", ""}[i]; status != "" {
			n.Report = &pdbquery.Report{Hash: name, Status: status, Environment: environment, Time: seen}
		}
		all = append(all, n)
	}
	all[0].Report.JobID = "12"
	return all
}

// querySections returns the sections of the table of queries, each with its lines.
func querySections(t *testing.T) map[string][]string {
	t.Helper()
	content, err := os.ReadFile("testdata/queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string][]string)
	section := ""
	for line := range strings.SplitSeq(string(content), "\n") {
		if title, ok := strings.CutPrefix(line, "== "); ok {
			section = title
		} else if section != "" && line != "" {
			sections[section] = append(sections[section], line)
		}
	}
	return sections
}

func TestParse_QueriesOfTheTable(t *testing.T) {
	t.Parallel()
	all := nodes(t)
	sections := querySections(t)
	if n := len(sections["finds nodes"]); n < 46 {
		t.Errorf("only %d queries are valid", n)
	}
	for _, line := range sections["finds nodes"] {
		query, want, _ := strings.Cut(line, " =>")
		q, err := pdbquery.Parse(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got := short(q.Certnames(all)); got != strings.TrimSpace(want) {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	for section, message := range map[string]string{
		"holds no certnames": "must return certnames", "refused by the grammar": "PQL parse error", "refused by the fields": "",
	} {
		for _, query := range sections[section] {
			switch _, err := pdbquery.Parse(query); {
			case err == nil:
				t.Errorf("%s is accepted", query)
			case !strings.Contains(err.Error(), message):
				t.Errorf("%s: %v, want %q in it", query, err, message)
			case section == "refused by the fields" && strings.Contains(err.Error(), "PQL parse error"):
				t.Errorf("%s is refused by the grammar: %v", query, err)
			}
		}
	}
}

func short(certnames []string) string {
	names := make([]string, len(certnames))
	for i, name := range certnames {
		names[i] = strings.TrimSuffix(name, ".example.com")
	}
	return strings.Join(names, " ")
}

func TestParse_PQL(t *testing.T) {
	t.Parallel()
	all := nodes(t)
	for _, c := range []struct{ query, want string }{
		{`nodes[certname] { }`, "web1 web2 db1 db2"},
		{`nodes { }`, "web1 web2 db1 db2"},
		{`nodes[certname] { certname ~ "web" }`, "web1 web2"},
		{`nodes[certname] { certname = "db1.example.com" }`, "db1"},
		{`nodes[certname]{certname='db1.example.com' or certname='db2.example.com'}`, "db1 db2"},
		{`nodes[certname] { !(certname ~ "web") }`, "db1 db2"},
		{`nodes[certname] { certname !~ "web" and certname != "db1.example.com" }`, "db2"},
		{`nodes[certname] { certname in ["web2.example.com", "nosuch"] }`, "web2"},
		{`nodes[certname] { facts_environment = "development" }`, "db2"},
		{`nodes[certname] { deactivated is null and expired is null }`, "web1 web2 db1 db2"},
		{`nodes[certname] { deactivated is not null }`, ""},
		{`inventory[certname] { facts.os.name = "Debian" }`, "web1 db1"},
		{`inventory[certname] { facts.os.release.major = "10" }`, "web2"},
		{`inventory[certname] { environment = "production" and facts.role = "db" }`, "db1"},
		{`inventory[certname] { facts.memory >= 2048 and facts.memory < 4096 }`, "web2 db1"},
		{`inventory[certname] { facts.memory > 3072.0 or facts.memory <= 1024 }`, "web1 db2"},
		{`inventory[certname] { facts.is_virtual = true }`, "db1 db2"},
		{`inventory[certname] { facts.disks[1] = "sdc" }`, "web2"},
		{`inventory[certname] { facts."role" = "web" }`, "web1 web2"},
		{`inventory[certname] { trusted.certname ~ "^web1" }`, "web1"},
		{`inventory[certname] { facts.nosuch = "x" }`, ""},
		{`facts[certname] { name = "role" and value = "db" }`, "db1 db2"},
		{`facts[certname] { name = "memory" and value > 2048 }`, "db1 db2"},
		{`resources[certname] { type = "Class" and title = "Role::Web" }`, "web1 web2"},
		{`nodes[certname] { facts { name = "role" and value = "web" } }`, "web1 web2"},
		{`nodes[certname] { certname in facts[certname] { name = "role" and value = "db" } }`, "db1 db2"},
		{`inventory[certname] { [certname, environment] in nodes[certname, facts_environment] { certname ~ "2" } }`, "web2 db2"},
		{`nodes[certname] { certname ~ "web" limit 1 }`, "web1"},
		{`nodes[certname] { order by certname desc limit 2 offset 1 }`, "web1 db2"},
		{"nodes[certname] {\n certname ~ \"d[bc]\\\\d\" }", "db1 db2"},
		{`nodes[certname] { certname ~ 'd[bc]\d' }`, "db1 db2"},
		{`inventory[certname] { facts.role = "web" and facts.memory = 2048 or facts.role = "db" }`, "web2 db1 db2"},
		{`inventory[certname] { order by facts.os.name, certname }`, "db1 web1 db2 web2"},
		{`inventory[certname] { order by facts.memory desc limit 3 }`, "db2 db1 web2"},
		{`inventory[certname] { order by facts.nosuch asc, facts.is_virtual desc, facts.memory }`, "db1 db2 web1 web2"},
		{`inventory[certname] { trusted.extensions = "x" }`, ""},
	} {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			q, err := pdbquery.Parse(c.query)
			if err != nil {
				t.Fatal(err)
			}
			if got := short(q.Certnames(all)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestParse_PQLErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, message string }{
		{``, "PQL parse error at line 1, column 1:\n\nnull\n^\n\nExpected one of:\n\nnodes\n"},
		{`nodez[certname] { }`, "PQL parse error at line 1, column 1:\n\nnodez[certname] { }\n^\n"},
		{"nodes[certname] {\n certname ~~ \"x\" }", "line 2, column 12"},
		{`nodes[certname] { certname = }`, "line 1, column 30"},
		{`nodes[certname] { certname = "x"`, "Expected one of"},
		{`nodes[certname] { certname = "x }`, "a closing \""},
		{`nodes[certname] { } }`, "the end of the query"},
		{`nodes[certname] { (certname = "x" }`, ")"},
		{`nodes[certname] { certname ~ "(" }`, "invalid regular expression"},
		{`nodes[certname] { certname ~ 1 }`, "regular expression"},
		{`nodes[certname] { certname > "abc" }`, "incompatible types"},
		{`nodes[certname] { facts.role = "web" }`, "'facts.role' is not a queryable object for nodes"},
		{`nodes[certname] { certname ~> "x" }`, "takes a path"},
		{`nodes[nosuch] { }`, "'nosuch' is not a queryable object for nodes"},
		{`inventory[environment] { }`, "must return certnames"},
		{`nodes[] { }`, "must return certnames"},
		{`nodes[count()] { }`, "must return certnames"},
		{`nodes[certname] { limit x }`, "a number"},
		{`nodes[certname] { order certname }`, "by"},
		{`nodes[certname] { certname in facts[certname, name] { } }`, "as many fields"},
		{`nodes[certname] { certname is nothing }`, "null"},
		{`nodes[certname] { § }`, "Expected one of"},
		{`nodes[certname] { "certname" = "x" }`, "a field"},
		{`nodes[certname] { certname in ["x" "y"] }`, ","},
		{`nodes[certname`, "]"},
		{`nodes[certname] { facts. = 1 }`, "a field name"},
		{`nodes[certname] { [certname, expired] in ["x"] }`, "a query"},
	} {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			_, err := pdbquery.Parse(c.query)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %q, want %q in it", err, c.message)
			}
		})
	}
}

func ast(t *testing.T, source string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(source))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestParse_AST(t *testing.T) {
	t.Parallel()
	all := nodes(t)
	for _, c := range []struct{ query, want string }{
		{`["from", "nodes"]`, "web1 web2 db1 db2"},
		{`["from", "nodes", ["~", "certname", "^web[0-9]+\\."]]`, "web1 web2"},
		{`["from", "nodes", ["extract", "certname", ["=", ["fact", "role"], "db"]]]`, "db1 db2"},
		{`["from", "nodes", ["extract", ["certname"]]]`, "web1 web2 db1 db2"},
		{`["from", "nodes", ["and", ["not", ["=", "certname", "db1.example.com"]], ["=", ["fact", "role"], "db"]]]`, "db2"},
		{`["from", "inventory", ["or", ["=", "facts.os.name", "RedHat"], [">", "facts.memory", 3000]]]`, "web2 db1 db2"},
		{`["from", "inventory", ["<=", "facts.memory", "2048"]]`, "web1 web2"},
		{`["from", "nodes", ["in", "certname", ["array", ["db1.example.com", "x"]]]]`, "db1"},
		{`["from", "nodes", ["in", ["certname"], ["from", "facts", ["extract", ["certname"], ["=", "value", "web"]]]]]`, "web1 web2"},
		{`["from", "nodes", ["in", "certname", ["extract", "certname", ["select_facts", ["and", ["=", "name", "memory"], ["<", "value", 2000]]]]]]`, "web1"},
		{`["from", "inventory", ["in", ["certname", "environment"], ["array", [["db2.example.com", "development"], ["web1.example.com", "x"]]]]]`, "db2"},
		{`["from", "nodes", ["subquery", "facts", ["=", "value", "web"]]]`, "web1 web2"},
		{`["from", "nodes", ["null?", "expired", true]]`, "web1 web2 db1 db2"},
		{`["from", "nodes", ["null?", "expired", false]]`, ""},
		{`["from", "nodes", ["~", "certname", "."], ["order_by", [["certname", "desc"]]], ["limit", 1], ["offset", 1]]`, "web1"},
		{`["from", "nodes", ["order_by", ["certname"]], ["limit", 1]]`, "db1"},
		{`["from", "facts", ["extract", ["certname", "name"], ["=", "value", 1024]]]`, "web1"},
	} {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			q, err := pdbquery.FromAST(ast(t, c.query))
			if err != nil {
				t.Fatal(err)
			}
			if got := short(q.Certnames(all)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestParse_ASTErrors(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`[]`, `{}`, `["=", "certname", "x"]`, `["from"]`, `["from", 1]`, `["from", "packages"]`, `["from", "nodes", "x"]`,
		`["from", "nodes", ["xor", "certname", "x"]]`, `["from", "nodes", ["=", "certname"]]`, `["from", "nodes", ["="]]`,
		`["from", "nodes", ["=", 1, "x"]]`, `["from", "nodes", ["=", ["fact"], "x"]]`, `["from", "facts", ["=", ["fact", "x"], "x"]]`,
		`["from", "nodes", ["and"]]`, `["from", "nodes", ["not"]]`, `["from", "nodes", [1, 2, 3]]`,
		`["from", "nodes", ["in", "certname", "x"]]`, `["from", "nodes", ["in", "certname", ["array", "x"]]]`,
		`["from", "nodes", ["in", "certname", ["array"]]]`, `["from", "nodes", ["in", "certname", ["nope", 1]]]`,
		`["from", "nodes", ["in", ["certname", "expired"], ["array", ["x"]]]]`, `["from", "nodes", ["in", [], ["array", ["x"]]]]`,
		`["from", "nodes", ["in", "certname", ["from", "facts", ["extract", ["certname", "name"]]]]]`,
		`["from", "nodes", ["in", "certname", ["extract", "certname", ["pick_facts"]]]]`, `["from", "nodes", ["in", "certname"]]`,
		`["from", "nodes", ["null?", "expired", 1]]`, `["from", "nodes", ["null?", "expired"]]`,
		`["from", "nodes", ["subquery", "nosuch", ["=", "a", "b"]]]`, `["from", "nodes", ["subquery", "facts"]]`,
		`["from", "nodes", ["~", "certname", "("]]`, `["from", "nodes", ["limit", -1]]`, `["from", "nodes", ["order_by"]]`,
		`["from", "nodes", ["order_by", "certname"]]`, `["from", "nodes", ["order_by", ["nosuch"]]]`,
		`["from", "nodes", ["extract"]]`, `["from", "nodes", ["extract", "nosuch"]]`, `["from", "inventory", ["extract", "environment"]]`,
		`["from", "nodes", ["=", "certname", "x"], ["=", "certname", "y"]]`, `["from", "nodes", ["=", "a b", "x"]]`,
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			if _, err := pdbquery.FromAST(ast(t, source)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestRule_Matches(t *testing.T) {
	t.Parallel()
	all := nodes(t)
	for _, c := range []struct {
		rule any
		want string
	}{
		{[]any{"=", []any{"fact", "role"}, "web"}, "web1 web2"},
		{[]any{"and", []any{"~", "name", "1"}, []any{"not", []any{"=", []any{"fact", "role"}, "web"}}}, "db1"},
		{[]any{"or", []any{"=", "name", "web1.example.com"}, []any{"=", []any{"trusted", "certname"}, "db2.example.com"}}, "web1 db2"},
		{[]any{"=", []any{"fact", "memory"}, "1024"}, "web1"},
		{[]any{"=", []any{"fact", "is_virtual"}, "true"}, "db1 db2"},
		{[]any{">", []any{"fact", "memory"}, "2048"}, "db1 db2"},
		{[]any{"~", []any{"fact", "os", "name"}, "Red"}, "web2 db2"},
		{[]any{"=", []any{"fact", "os"}, "Debian"}, ""},
	} {
		t.Run(fmt.Sprint(c.rule), func(t *testing.T) {
			t.Parallel()
			rule, err := pdbquery.NewRule(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, n := range all {
				if rule.Matches(n) {
					names = append(names, n.Certname)
				}
			}
			if got := short(names); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRule_Errors(t *testing.T) {
	t.Parallel()
	for _, rule := range []any{
		nil, "x", []any{}, []any{"and"}, []any{1, 2, 3}, []any{"=", "name"}, []any{"=", "certname", "x"}, []any{"=", []any{"fact"}, "x"},
		[]any{"=", []any{"param", "x"}, "x"}, []any{"=", []any{"fact", 1}, "x"}, []any{"~", "name", "("}, []any{"or", "x"}, func() {},
	} {
		t.Run(fmt.Sprintf("%T %v", rule, rule), func(t *testing.T) {
			t.Parallel()
			if _, err := pdbquery.NewRule(rule); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestNode_Facts(t *testing.T) {
	t.Parallel()
	n := nodes(t)[0]
	if major, ok := n.Fact("os", "release", "major"); !ok || major != "9" {
		t.Errorf("os.release.major is %v", major)
	}
	if _, ok := n.Fact("os", "nosuch"); ok {
		t.Error("a fact that is not there was found")
	}
	if disk, ok := n.Fact("disks", "0"); !ok || disk != "sda" {
		t.Errorf("disks.0 is %v", disk)
	}
	if _, ok := n.Fact("disks", "9"); ok {
		t.Error("an element that is not there was found")
	}
	if !slices.Contains([]string{"web", "db"}, fmt.Sprint(n.Facts()["role"])) {
		t.Errorf("role is %v", n.Facts()["role"])
	}
	if _, err := pdbquery.NewNode("x", "production", map[string]any{"x": func() {}}); err == nil {
		t.Error("a fact that is no JSON was accepted")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`nodes[certname] { certname ~ "web" }`, `inventory[certname] { facts.os.name = "x" and facts.a[0] > 1 limit 1 }`,
		`nodes{`, `facts[certname]{name in ["a",1,true]}`, "'", `nodes[certname] { a.`, ``,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, source string) {
		if q, err := pdbquery.Parse(source); err == nil {
			q.Certnames(nil)
		}
	})
}
