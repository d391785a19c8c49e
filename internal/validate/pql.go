package validate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// PQL accepts texts that have the form of a PQL query. The server judges what they mean.
func PQL() validator.String {
	return rule{"a PQL query", "The query is not valid", func(text string) string {
		if problem := pqlProblem(text); problem != "" {
			return "is no PQL query: " + problem + ". An example: nodes[certname] { certname ~ \"web\" }"
		}
		return ""
	}}
}

// pqlProblem describes what is wrong with the form of a PQL query, or returns "": it begins with the name of an entity, and its brackets
// and quotes are balanced. An AST query may be given as a text, too; it is then a JSON list.
func pqlProblem(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "it is empty"
	case text[0] == '[':
		if !json.Valid([]byte(text)) {
			return "it begins like an AST query, and is no JSON"
		}
		return ""
	case (text[0] < 'a' || text[0] > 'z') && (text[0] < 'A' || text[0] > 'Z'):
		return "it has to begin with the name of an entity"
	default:
		return unbalanced(text)
	}
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
		return fmt.Sprintf("a text that begins with %c does not end", quote)
	case len(open) > 0:
		return fmt.Sprintf("a %c is missing", open[len(open)-1])
	default:
		return ""
	}
}
