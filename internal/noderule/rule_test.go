// SPDX-License-Identifier: MPL-2.0

package noderule_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
)

// parse parses a rule that is written as JSON.
func parse(t *testing.T, text string) (noderule.Rule, error) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return noderule.Parse(value)
}

const (
	linux = `["=",["fact","kernel"],"Linux"]`
	large = `[">=",["fact","processors","count"],"4"]`
	pinA  = `["=","name","a"]`
	pinB  = `["=","name","b"]`
)

func TestParse(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`null`: `null`, `[]`: `null`, `{}`: `null`, linux: linux,
		`{"match":"all","conditions":[{"fact":"kernel","value":"Linux"},{"fact":"processors.count","operator":">=","value":4}]}`: `["and",` + linux + `,` + large + `]`,
		`{"match":"any","conditions":[{"fact":"kernel","operator":"!=","value":"Linux"}]}`:                                       `["or",["not",` + linux + `]]`,
		`{"match":"all","conditions":[{"fact":"name","operator":"!~","value":"^db"}]}`:                                           `["and",["not",["~","name","^db"]]]`,
		`{"match":"all","conditions":[{"fact":"trusted.extensions.pp_role","value":true}]}`:                                      `["and",["=",["trusted","extensions","pp_role"],"true"]]`,
		`{"match":"all","conditions":[{"fact":["disks","a.b",0],"value":"x"}]}`:                                                  `["and",["=",["fact","disks","a.b",0],"x"]]`,
		`["~","name","^(?!db)\\p{Alpha}++$"]`:                                                                                    `["~","name","^(?!db)\\p{Alpha}++$"]`, // Java's, not Go's
		`["=","name","a("]`:                                                                                                      `["=","name","a("]`,
		`{"pinned_nodes":["a","b"]}`:                                                                                             `["or",` + pinA + `,` + pinB + `]`,
		`{"match":"all","conditions":[{"fact":"kernel","value":"Linux"}],"pinned_nodes":["a"]}`:                                  `["or",["and",` + linux + `],` + pinA + `]`,
	} {
		rule, err := parse(t, given)
		encoded, _ := json.Marshal(rule.Raw)
		got := strings.ReplaceAll(string(encoded), `\u003e`, ">")
		if err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", given, got, err, want)
		}
	}
}

func TestParse_Problems(t *testing.T) {
	t.Parallel()
	for given, says := range map[string]string{
		`"x"`:                                       "is a text, and neither an array",
		`["<:","name","x"]`:                         "has a condition that begins with a text and not with an operator, which is one of and, or, not, =",
		`["and",` + linux + `,[1]]`:                 "has a condition at [2] that begins with a number",
		`["or"]`:                                    `has "or" with 0 conditions, and it takes one condition or more`,
		`["not",` + linux + `,` + linux + `]`:       `has "not" with 2 conditions, and it takes one condition`,
		`["and","x"]`:                               "has a text at [1] where a condition belongs",
		`["or",["and",` + linux + `,null]]`:         "has null at [1][2] where a condition belongs",
		`["=","name"]`:                              "has 2 parts, and a comparison has an operator, a fact and a value",
		`["or",["=",["fact","a"],1]]`:               "has a condition at [1] that compares with a number, and the value of a comparison is a text",
		`["=","certname","x"]`:                      `looks at something else than "name"`,
		`["=",["fact",1],"x"]`:                      "whose part [1] is a number, and neither a text nor the index",
		`{"any":[]}`:                                `has the key "any"`,
		`{"conditions":[{"fact":"a","value":"b"}]}`: "has a `match` that is neither",
		`{"match":"none","conditions":[{"fact":"a","value":"b"}]}`: "has a `match` that is neither \"all\" nor \"any\"",
		`{"match":"all"}`:                                                          "`match` without `conditions`",
		`{"match":"all","conditions":{}}`:                                          "has an object as `conditions`, which is a list",
		`{"match":"all","conditions":["a"]}`:                                       "has a condition (number 1) that is no object",
		`{"match":"all","conditions":[{"fact":"a","value":"b","x":1}]}`:            `has the key "x"`,
		`{"match":"all","conditions":[{"value":"b"}]}`:                             "has no `fact`",
		`{"match":"all","conditions":[{"fact":"a..b","value":"b"}]}`:               "has no `fact`",
		`{"match":"all","conditions":[{"fact":"a"}]}`:                              "has null as `value`",
		`{"match":"all","conditions":[{"fact":"a","operator":"!>","value":"b"}]}`:  "has another `operator` than =, !=",
		`{"match":"all","conditions":[{"fact":"trusted","value":"b"}]}`:            `looks at something else`,
		`["~","name","a("]`:                                                        "compares with a text that is no regular expression: missing closing )",
		`["not",["~","name","["]]`:                                                 "has a condition at [1] that compares with a text that is no regular expression",
		`{"match":"all","conditions":[{"fact":"a","operator":"!~","value":"a)"}]}`: "(number 1) that compares with a text that is no regular expression",
		`["~","name","a\\"]`:                                                       "trailing backslash",
		`{"pinned_nodes":["a",1]}`:                                                 "has a number in `pinned_nodes` (number 2), which are certnames",
	} {
		if _, err := parse(t, given); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", given, err, says)
		}
	}
}

// TestParse_ProblemsShowNoValue has a rule that is made of what is secret.
func TestParse_ProblemsShowNoValue(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		`"s3cret"`, `["s3cret"]`, `["s3cret","name","x"]`, `["=","name","s3cret","x"]`, `["=","s3cret","x"]`, `["=",["fact","a",["s3cret"]],"x"]`,
		`["=","name",["s3cret"]]`, `["~","name","s3cret("]`, `["and","s3cret"]`, `["not",["s3cret"],["s3cret"]]`, `["=",["s3cret","a"],"x"]`,
		`{"match":"s3cret","conditions":["a"]}`, `{"match":["s3cret"],"conditions":"s3cret"}`, `{"match":"any","conditions":["s3cret"]}`,
		`{"match":"any","conditions":[{"fact":"s3cret..a","value":"b"}]}`, `{"match":"any","conditions":[{"fact":"a","operator":"s3cret","value":"b"}]}`,
		`{"match":"any","conditions":[{"fact":"a","operator":"~","value":"s3cret("}]}`, `{"match":"any","conditions":[{"fact":"a","value":["s3cret"]}]}`,
		`{"pinned_nodes":[["s3cret"]]}`, `{"pinned_nodes":"s3cret"}`, `{"match":"any","conditions":[{"fact":["trusted",["s3cret"]],"value":"a"}]}`,
	} {
		if _, err := parse(t, given); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", given, err)
		}
	}
}

// TestRule_Same compares rules with what the server has: the order means nothing, and more pins are left alone.
func TestRule_Same(t *testing.T) {
	t.Parallel()
	console := `{"match":"any","conditions":[{"fact":"kernel","value":"Linux"},{"fact":"processors.count","operator":">=","value":"4"}]}`
	for _, test := range []struct {
		mine, server string
		same         bool
	}{
		{`[]`, ``, true},
		{`[]`, linux, false},
		{linux, `["and",` + linux + `]`, true},
		{`["and",` + linux + `,` + large + `]`, `["and",` + large + `,` + linux + `]`, true},
		{`["and",` + linux + `,` + large + `]`, `["or",` + large + `,` + linux + `]`, false},
		{`["and",` + linux + `,["and",` + large + `]]`, `["and",` + large + `,` + linux + `]`, true},
		{`["not",["or",` + linux + `,` + large + `]]`, `["not",["or",` + large + `,` + linux + `]]`, true},
		{`["or",` + linux + `,` + pinA + `]`, `["or",` + pinA + `,["and",` + linux + `]]`, true},
		{`["or",` + linux + `,` + pinA + `]`, `["or",` + pinB + `,` + linux + `]`, false},
		{`["or",` + linux + `,` + pinA + `]`, `["or",` + pinB + `,` + linux + `,` + pinA + `]`, true},
		{`["or",` + pinA + `]`, pinA, true},
		{`["or",` + pinA + `,` + pinB + `]`, pinA, false},
		{`[]`, `["or"]`, true},
		{`[]`, `["or",` + pinA + `]`, true},
		{linux, `["or",` + linux + `]`, true},
		{`{"match":"any","conditions":[{"fact":"name","value":"a"}]}`, pinB, false},
		// A comparison with the name in an "and" is a condition, however a server writes it.
		{`["and",` + pinA + `]`, `["or",["and",` + pinA + `],` + pinB + `]`, true},
		{`["and",` + pinA + `]`, pinA, true},
		{`["and",` + pinA + `]`, `["or",["and",` + pinB + `],` + pinA + `]`, false},
		{`[]`, `["and",` + pinA + `]`, false},
		{`{"match":"any","conditions":[{"fact":"name","value":"a"},{"fact":"kernel","value":"Linux"}]}`, `["or",["or",` + pinA + `,` + linux + `],` + pinB + `]`, true},
		{console, `["or",["or",` + linux + `,` + large + `],` + pinA + `]`, true},
		{console, `["or",` + pinA + `,` + large + `,` + linux + `]`, true},
		{console, `["and",` + linux + `,` + large + `]`, false},
		{strings.Replace(console, `{"match"`, `{"pinned_nodes":[],"match"`, 1), `["or",` + pinA + `,` + large + `,` + linux + `]`, true},
		{strings.Replace(console, `{"match"`, `{"pinned_nodes":["b"],"match"`, 1), `["or",` + pinA + `,` + large + `,` + linux + `]`, false},
		{strings.Replace(console, `{"match"`, `{"pinned_nodes":["a"],"match"`, 1), `["or",` + pinA + `,` + large + `,` + linux + `]`, true},
	} {
		mine, err := parse(t, test.mine)
		if err != nil {
			t.Fatal(err)
		}
		server, err := noderule.ParseJSON(json.RawMessage(test.server))
		if err != nil || mine.Same(server) != test.same {
			t.Errorf("%s and %s: %v, want %v, %v", test.mine, test.server, mine.Same(server), test.same, err)
		}
		// What is written over the rule of the server means what was asked for.
		written, err := noderule.ParseJSON(mine.Over(server, noderule.Rule{}))
		if err != nil || !mine.Same(written) {
			t.Errorf("%s over %s is %s, %v", test.mine, test.server, mine.Over(server, noderule.Rule{}), err)
		}
	}
	if _, err := noderule.ParseJSON(json.RawMessage(`[`)); err == nil {
		t.Error("half a rule is read")
	}
}

// TestRule_Over keeps the pins of the server, but those that were asked for before and are no longer.
func TestRule_Over(t *testing.T) {
	t.Parallel()
	console := `{"match":"all","conditions":[{"fact":"kernel","value":"Linux"}]}`
	pinning := func(pins string) string {
		return strings.Replace(console, `{"match"`, `{"pinned_nodes":[`+pins+`],"match"`, 1)
	}
	anyOf := func(name string) string {
		return `{"match":"any","conditions":[{"fact":"name","value":"` + name + `"},{"fact":"kernel","value":"Linux"}]}`
	}
	both := `["or",` + large + `,` + pinA + `,` + pinB + `]`
	for _, test := range []struct{ rule, prior, server, want string }{
		{console, `[]`, both, `["or",["and",` + linux + `],` + pinA + `,` + pinB + `]`},
		{console, both, both, `["or",["and",` + linux + `],` + pinA + `,` + pinB + `]`},
		{pinning(``), `[]`, both, `["or",["and",` + linux + `],` + pinA + `,` + pinB + `]`},
		{pinning(``), pinning(`"a"`), both, `["or",["and",` + linux + `],` + pinB + `]`},
		{pinning(`"c"`), pinning(`"a","b"`), both, `["or",["and",` + linux + `],["=","name","c"]]`},
		{pinning(`"a"`), pinning(`"a"`), `null`, `["or",["and",` + linux + `],` + pinA + `]`},
		{`{}`, large, both, `["or",` + pinA + `,` + pinB + `]`},
		{`[]`, large, both, `["or",` + pinA + `,` + pinB + `]`},
		{`[]`, both, both, `null`},
		{`[]`, pinning(`"b"`), both, `["or",` + pinA + `]`},
		{linux, `["or",` + large + `,` + pinA + `]`, both, `["or",` + linux + `,` + pinB + `]`},
		{`["or",` + linux + `,` + pinA + `]`, `[]`, both, `["or",` + linux + `,` + pinA + `,` + pinB + `]`},
		{`["or",` + linux + `,` + large + `]`, `[]`, both, `["or",["or",` + linux + `,` + large + `],` + pinA + `,` + pinB + `]`},
		{`["and",` + pinB + `]`, `["and",` + pinA + `]`, `["and",` + pinA + `]`, `["and",` + pinB + `]`},
		{`["and",` + pinB + `]`, `["and",` + pinA + `]`, `["or",["and",` + pinA + `],` + pinA + `]`, `["or",["and",` + pinB + `],` + pinA + `]`},
		// A condition on the name in an "any" looks like a pin on the server, and goes with its configuration.
		{anyOf("b"), anyOf("a"), `["or",` + pinA + `,` + linux + `]`, `["or",` + pinB + `,` + linux + `]`},
	} {
		var rules []noderule.Rule
		for _, text := range []string{test.rule, test.prior, test.server} {
			rule, err := parse(t, text)
			if err != nil {
				t.Fatal(err)
			}
			rules = append(rules, rule)
		}
		if got := string(rules[0].Over(rules[2], rules[1])); got != test.want {
			t.Errorf("%s after %s over %s: %s, want %s", test.rule, test.prior, test.server, got, test.want)
		}
	}
}

// TestRule_Pins tells pins from conditions for the name.
func TestRule_Pins(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`null`: ``, pinA: `a`, `["or",` + pinB + `,` + pinA + `,` + pinA + `]`: `a b`, `["or",["and",` + linux + `],` + pinA + `]`: `a`,
		`["or",["or",` + linux + `,` + pinB + `],` + pinA + `]`: `a`, `["and",` + pinA + `]`: ``, `["or",["and",` + pinA + `]]`: ``,
		`["not",` + pinA + `]`: ``, `["~","name","a"]`: ``,
	} {
		rule, err := parse(t, raw)
		if got := strings.Join(rule.Pins(), " "); err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", raw, got, want, err)
		}
	}
}

// TestRule_SameRequest compares what is planned with what was asked for before.
func TestRule_SameRequest(t *testing.T) {
	t.Parallel()
	console := `{"match":"all","conditions":[{"fact":"kernel","value":"Linux"}]}`
	pinning := strings.Replace(console, `{"match"`, `{"pinned_nodes":["a"],"match"`, 1)
	named := func(name string) string {
		return `{"match":"all","conditions":[{"fact":"name","value":` + name + `}]}`
	}
	const either = `{"match":"any","conditions":[{"fact":"name","value":"a"},{"fact":"kernel","value":"Linux"}]}`
	for _, test := range []struct {
		planned, prior string
		same           bool
	}{
		{console, linux, true},
		{console, `["or",` + linux + `,` + pinA + `]`, true},
		{console, pinning, true},
		{linux, pinning, false},
		{linux, console, true},
		{pinning, console, false},
		{pinning, `["or",` + linux + `,` + pinA + `]`, true},
		{pinning, `["or",` + linux + `,` + pinA + `,` + pinB + `]`, false},
		{`[]`, pinA, false},
		{named(`"a"`), `["and",` + pinA + `]`, true},
		{named(`"a"`), named(`"b"`), false},
		{named(`"a"`), pinA, false}, // looks the same, but what is a pin in the prior rule would stay later
		{either, `["or",` + pinA + `,` + linux + `]`, false},
		{either, `["or",` + linux + `]`, false},
		{either, either, true},
		{strings.Replace(either, `{"match"`, `{"pinned_nodes":[],"match"`, 1), `["or",` + pinA + `,` + linux + `]`, true},
		{`["or",` + linux + `,` + pinA + `]`, either, true},
		{`{"match":"any","conditions":[{"fact":"name","value":"a"}]}`, `{"match":"any","conditions":[{"fact":"name","value":"b"}]}`, false},
	} {
		planned, err := parse(t, test.planned)
		prior, priorErr := parse(t, test.prior)
		if err := errors.Join(err, priorErr); err != nil {
			t.Fatal(err)
		}
		if got := planned.SameRequest(prior); got != test.same {
			t.Errorf("%s after %s: %v", test.planned, test.prior, got)
		}
	}
}

// TestRule_Asked leaves out what others have pinned.
func TestRule_Asked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ rule, server, want string }{
		{`[]`, `["or",` + linux + `,` + pinA + `]`, linux},
		{`[]`, pinA, ``},
		{pinA, `["or",` + linux + `,` + pinA + `,` + pinB + `]`, `["or",` + linux + `,` + pinA + `]`},
		{linux, `["or",["or",` + linux + `,` + large + `],` + pinB + `]`, `["or",` + linux + `,` + large + `]`},
		{pinA, linux, linux},
		{linux, `["or",["and",` + large + `]]`, `["or",["and",` + large + `]]`},
	} {
		rule, err := parse(t, test.rule)
		server, serverErr := parse(t, test.server)
		if err := errors.Join(err, serverErr); err != nil {
			t.Fatal(err)
		}
		if got := string(rule.Asked(server)); got != test.want {
			t.Errorf("%s of %s: %s, want %s", test.rule, test.server, got, test.want)
		}
	}
}
