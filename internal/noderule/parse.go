// SPDX-License-Identifier: MPL-2.0

package noderule

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// operators are those of the classifier.
var operators = []string{"=", "~", ">", ">=", "<", "<="}

// check says what is wrong with a condition in the form of the classifier, which is at a place in the rule. It names that place and what is
// there, but shows no value: a rule may be made of what is secret.
func check(condition any, place []int) error {
	list, ok := condition.([]any)
	if !ok || len(list) == 0 {
		return fmt.Errorf("has %s%s where a condition belongs, which is an array that begins with an operator", prose.Kind(condition),
			at(place))
	}
	operator, _ := list[0].(string)
	switch {
	case operator == "and" || operator == "or" || operator == "not":
		if len(list) < 2 || operator == "not" && len(list) > 2 {
			return fmt.Errorf("has %q%s with %s, and it takes %s", operator, at(place),
				prose.Count(int64(len(list)-1), "condition"), howMany(operator))
		}
		for i, member := range list[1:] {
			if err := check(member, append(slices.Clone(place), i+1)); err != nil {
				return err
			}
		}
		return nil
	case slices.Contains(operators, operator):
		if err := checkComparison(list); err != nil {
			return fmt.Errorf("has a condition%s that %w", at(place), err)
		}
		return nil
	default:
		return fmt.Errorf("has a condition%s that begins with %s and not with an operator, which is one of and, or, not, %s", at(place),
			prose.Kind(list[0]), strings.Join(operators, ", "))
	}
}

// at is a place in a rule, as it is written in a configuration.
func at(place []int) string {
	if len(place) == 0 {
		return ""
	}
	text := " at "
	for _, index := range place {
		text += fmt.Sprintf("[%d]", index)
	}
	return text
}

func howMany(operator string) string {
	if operator == "not" {
		return "one condition"
	}
	return "one condition or more"
}

// checkComparison says what is wrong with a comparison, in words that follow: a condition that.
func checkComparison(list []any) error {
	if len(list) != 3 {
		return fmt.Errorf("has %d parts, and a comparison has an operator, a fact and a value", len(list))
	}
	if _, ok := list[2].(string); !ok {
		return fmt.Errorf("compares with %s, and the value of a comparison is a text, for numbers and true or false as well: write it in "+
			"quotation marks", prose.Kind(list[2]))
	}
	if err := checkPattern(list[0], list[2]); err != nil {
		return err
	}
	if list[1] == "name" {
		return nil
	}
	path, ok := list[1].([]any)
	if !ok || len(path) < 2 || path[0] != "fact" && path[0] != "trusted" {
		return errors.New("looks at something else than \"name\", [\"fact\", NAME, …] or [\"trusted\", NAME, …]")
	}
	for i, part := range path {
		_, isText := part.(string)
		if _, isNumber := part.(json.Number); !isText && (i < 2 || !isNumber) {
			return fmt.Errorf("looks at a fact whose part [%d] is %s, and neither a text nor the index of a list", i, prose.Kind(part))
		}
	}
	return nil
}

// checkPattern refuses a regular expression that no language accepts. Those of the classifier are Java's, so that one that only Go does not
// know is left to the server.
func checkPattern(operator, value any) error {
	pattern, _ := value.(string)
	if operator != "~" {
		return nil
	}
	var wrong *syntax.Error
	if _, err := syntax.Parse(pattern, syntax.Perl); !errors.As(err, &wrong) {
		return nil
	}
	switch wrong.Code {
	case syntax.ErrMissingParen, syntax.ErrUnexpectedParen, syntax.ErrMissingBracket, syntax.ErrTrailingBackslash:
		return fmt.Errorf("compares with a text that is no regular expression: %s", wrong.Code)
	default:
		return nil
	}
}

// parseObject reads a rule as the console shows it.
func parseObject(object map[string]any) (Rule, error) {
	if err := onlyKeys(object, "match", "conditions", "pinned_nodes"); err != nil {
		return Rule{}, err
	}
	found, err := parseConditions(object)
	if err != nil {
		return Rule{}, err
	}
	names, err := listOf(object, "pinned_nodes")
	if err != nil {
		return Rule{}, err
	}
	var pins []string
	for i, name := range names {
		node, ok := name.(string)
		if !ok || node == "" {
			return Rule{}, fmt.Errorf("has %s in `pinned_nodes` (number %d), which are certnames", prose.Kind(name), i+1)
		}
		pins = append(pins, node)
	}
	return Rule{Raw: join(found, pins), KeepsPins: object["pinned_nodes"] == nil}, nil
}

// parseConditions reads match and conditions; nil for none.
func parseConditions(object map[string]any) (any, error) {
	conditions, err := listOf(object, "conditions")
	if err != nil {
		return nil, err
	}
	if len(conditions) == 0 {
		if object["match"] != nil {
			return nil, errors.New("has `match` without `conditions`")
		}
		return nil, nil
	}
	operator, ok := map[any]string{"all": "and", "any": "or"}[object["match"]]
	if !ok {
		return nil, errors.New("has a `match` that is neither \"all\" nor \"any\": whether all conditions must hold, or one")
	}
	rule := []any{operator}
	for i, condition := range conditions {
		parsed, err := parseCondition(condition)
		if err != nil {
			return nil, fmt.Errorf("has a condition (number %d) that %w", i+1, err)
		}
		rule = append(rule, parsed)
	}
	return rule, nil
}

func onlyKeys(object map[string]any, keys ...string) error {
	for key := range object {
		if !slices.Contains(keys, key) {
			return fmt.Errorf("has the key %q, and there are only `%s`", key, strings.Join(keys, "`, `"))
		}
	}
	return nil
}

func listOf(object map[string]any, key string) ([]any, error) {
	list, ok := object[key].([]any)
	if !ok && object[key] != nil {
		return nil, fmt.Errorf("has %s as `%s`, which is a list", prose.Kind(object[key]), key)
	}
	return list, nil
}

// parseCondition reads { fact, operator, value }.
func parseCondition(condition any) (any, error) {
	object, ok := condition.(map[string]any)
	if !ok {
		return nil, errors.New("is no object with `fact`, `operator` and `value`")
	}
	if err := onlyKeys(object, "fact", "operator", "value"); err != nil {
		return nil, err
	}
	field, err := parseFact(object["fact"])
	if err != nil {
		return nil, err
	}
	operator, negated := "=", false
	if given := object["operator"]; given != nil {
		written, _ := given.(string)
		operator, negated = strings.CutPrefix(written, "!")
		negated = negated && (operator == "=" || operator == "~")
		if !slices.Contains(operators, operator) || !negated && strings.HasPrefix(written, "!") {
			return nil, errors.New("has another `operator` than =, !=, ~, !~, >, >=, <, <=")
		}
	}
	value, err := parseValue(object["value"])
	if err != nil {
		return nil, err
	}
	if err := checkPattern(operator, value); err != nil {
		return nil, err
	}
	if negated {
		return []any{"not", []any{operator, field, value}}, nil
	}
	return []any{operator, field, value}, nil
}

// parseFact reads name, the name of a fact with dots or as a list, or one that begins with trusted.
func parseFact(given any) (any, error) {
	var path []any
	switch given := given.(type) {
	case string:
		if given == "name" {
			return "name", nil
		}
		for part := range strings.SplitSeq(given, ".") {
			path = append(path, part)
		}
	case []any:
		path = given
	}
	if len(path) == 0 || slices.Contains(path, any("")) {
		return nil, errors.New("has no `fact`, which is the name of a fact, such as \"os.family\", \"trusted.extensions.pp_role\", " +
			"[\"mountpoints\", \"/var.lib\"], or \"name\" for the certname")
	}
	field := append([]any{"fact"}, path...)
	if path[0] == "trusted" {
		field = path
	}
	return field, checkComparison([]any{"=", field, ""})
}

// parseValue reads a value, which the classifier wants as a text.
func parseValue(given any) (string, error) {
	switch given := given.(type) {
	case string:
		return given, nil
	case json.Number:
		return given.String(), nil
	case bool:
		return strconv.FormatBool(given), nil
	default:
		return "", fmt.Errorf("has %s as `value`, which is a text, a number, true or false", prose.Kind(given))
	}
}
