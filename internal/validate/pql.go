// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// PQL accepts texts that are PQL queries for nodes, as far as that can be told without the server.
func PQL() validator.String { return pql{} }

type pql struct{}

// Description implements [validator.Describer].
func (pql) Description(context.Context) string { return "a PQL query" }

// MarkdownDescription implements [validator.Describer].
func (v pql) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements [validator.String].
func (pql) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	if problem := pqlProblem(text); problem != "" {
		resp.Diagnostics.AddAttributeError(
			req.Path,
			"The query is not valid",
			attributeName(req.Path)+fmt.Sprintf("%q is not a PQL query: %s. An example: nodes[certname] { certname ~ \"web\" }.", text, problem),
		)
		return
	}
	warnOfPQL(req.Path, text, &resp.Diagnostics)
}

// AnyPQL checks a text that is a PQL query, whatever its result has. What is wrong is reported at an attribute.
func AnyPQL(at path.Path, text string, diags *diag.Diagnostics) {
	if problem := formProblem(text); problem != "" {
		diags.AddAttributeError(at, "The query is not valid",
			attributeName(at)+fmt.Sprintf("%q is not a PQL query: %s. An example: nodes[certname] { certname ~ \"web\" }.", text, problem))
		return
	}
	warnOfPQL(at, text, diags)
}

// warnOfPQL warns of a query that PuppetDB probably refuses. It is for PuppetDB to judge: its language may have grown.
func warnOfPQL(at path.Path, text string, diags *diag.Diagnostics) {
	if doubt := pqlDoubt(text); doubt != "" {
		diags.AddAttributeWarning(at, "The query may not be valid", attributeName(at)+prose.Sentence(doubt)+" PuppetDB judges queries "+
			"when they are used, and refuses what it does not understand.")
	}
}

// pqlProblem says what is wrong with a PQL query for nodes, or "": it begins with the name of an entity, its brackets and quotes are
// balanced, it has braces, and its result holds certnames. An AST query may be given as a text, too; it is then a JSON list.
func pqlProblem(text string) string {
	if problem := formProblem(text); problem != "" {
		return problem
	}
	return certnameProblem(strings.TrimSpace(text))
}

// formProblem says what is wrong with the form of a PQL query, or "".
func formProblem(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "it is empty"
	case text[0] == '[':
		if !json.Valid([]byte(text)) {
			return "it begins like an AST query, and is not valid JSON"
		}
		return ""
	case !isPQLWord(text):
		return "it has to begin with the name of an entity"
	}
	if problem := unbalanced(text); problem != "" {
		return problem
	}
	return braceProblem(text)
}

// IsQuery reports whether a text is a query for nodes that PuppetDB takes, in PQL or as AST in JSON.
func IsQuery(text string) bool {
	var list []any
	if json.Unmarshal([]byte(text), &list) == nil {
		return len(list) > 1 && list[0] == "from"
	}
	return pqlProblem(text) == "" && pqlDoubt(text) == ""
}

// Entities of PuppetDB, those that belong to nodes and those that do not.
var (
	nodeEntities = []string{
		"catalogs", "edges", "events", "fact_contents", "facts", "factsets", "inventory", "nodes", "package_inventory", "reports", "resources",
	}
	otherEntities = []string{"environments", "fact_names", "fact_paths", "packages", "producers"}
)

// braceProblem says that a query has no braces, or "".
func braceProblem(text string) string {
	end := strings.IndexAny(text, "[{ \t\r\n")
	if end < 0 {
		return "the braces are missing: " + text + " { }"
	}
	rest := strings.TrimSpace(text[end:])
	if strings.HasPrefix(rest, "[") {
		_, rest = bracketed(rest)
	}
	if !strings.HasPrefix(strings.TrimSpace(rest), "{") {
		return "the braces are missing, such as nodes { certname ~ \"web\" }"
	}
	return ""
}

// certnameProblem says why the result of a query whose form is right holds no certnames, or "".
func certnameProblem(text string) string {
	if text[0] == '[' {
		return "" // an AST, which PuppetDB judges
	}
	end := strings.IndexAny(text, "[{ \t\r\n")
	entity, rest := text[:end], strings.TrimSpace(text[end:])
	if slices.Contains(otherEntities, entity) {
		return fmt.Sprintf("its result has to hold certnames, and %s have none", entity)
	}
	if !strings.HasPrefix(rest, "[") {
		return ""
	}
	list, _ := bracketed(rest)
	for column := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(column) == "certname" {
			return ""
		}
	}
	return fmt.Sprintf("its result has to hold certnames: put certname into the list of fields, as in %s[certname] { … }", entity)
}

// bracketed returns what is between the bracket that a text begins with and its counterpart, and what follows.
func bracketed(text string) (inside, after string) {
	depth := 0
	for i, c := range text {
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth == 0 {
			return text[1:i], text[i+1:]
		}
	}
	return text[1:], ""
}

// pqlDoubt says why PuppetDB probably refuses a query, or "".
func pqlDoubt(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || text[0] == '[' {
		return ""
	}
	entity := text[:strings.IndexFunc(text+" ", func(c rune) bool { return c == '[' || c == '{' || c <= ' ' })]
	if slices.Contains(otherEntities, entity) {
		return readPQL(text)
	}
	if !slices.Contains(nodeEntities, entity) {
		doubt := fmt.Sprintf("PuppetDB has no entity %q that this provider knows", entity)
		if similar := prose.Nearest(entity, nodeEntities); similar != "" {
			doubt += fmt.Sprintf("; did you mean %s?", similar)
		}
		return doubt
	}
	return readPQL(text)
}

// unbalanced names the bracket or quote of a text that has no counterpart, or returns "".
func unbalanced(text string) string {
	closing := map[rune]rune{'(': ')', '[': ']', '{': '}'}
	var open []rune
	var quote rune
	escaped := false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case quote != 0 && c == '\\':
			escaped = true
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case closing[c] != 0:
			open = append(open, closing[c])
		case c == ')' || c == ']' || c == '}':
			if len(open) == 0 || open[len(open)-1] != c {
				return fmt.Sprintf("the %c does not close anything", c)
			}
			open = open[:len(open)-1]
		}
	}
	switch {
	case quote != 0:
		return fmt.Sprintf("a string that begins with %c does not end", quote)
	case len(open) > 0:
		return fmt.Sprintf("a %c is missing", open[len(open)-1])
	default:
		return ""
	}
}
