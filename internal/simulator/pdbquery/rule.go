// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Rule is the rule of a node group: the condition under which the node classifier counts a node as a member.
type Rule struct {
	holds func(row) bool
}

// NewRule parses a rule as the node classifier writes it, such as ["=", ["fact", "role"], "web"], ["~", "name", "^web"] or ["and", …]. Its
// literals are strings, and facts are compared as text, except by <, >, <= and >=.
func NewRule(ast any) (*Rule, error) {
	encoded, err := json.Marshal(ast)
	if err != nil {
		return nil, fmt.Errorf("rule: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return nil, fmt.Errorf("rule: %w", err)
	}
	where, err := ruleCondition(decoded)
	if err != nil {
		return nil, fmt.Errorf("rule: %w", err)
	}
	return &Rule{holds: where.bind(nil)}, nil
}

// Matches reports whether a node is a member.
func (r *Rule) Matches(n *Node) bool {
	return r.holds(row{node: n})
}

func ruleCondition(part any) (condition, error) {
	list, ok := part.([]any)
	if !ok || len(list) < 2 {
		return nil, fmt.Errorf("%s is not a condition", quote(part))
	}
	operator, ok := list[0].(string)
	if !ok {
		return nil, fmt.Errorf("%s is not an operator", quote(list[0]))
	}
	switch operator {
	case "and", "or":
		conditions := make([]condition, 0, len(list)-1)
		for _, item := range list[1:] {
			c, err := ruleCondition(item)
			if err != nil {
				return nil, err
			}
			conditions = append(conditions, c)
		}
		if operator == "and" {
			return conjunction(conditions), nil
		}
		return disjunction(conditions), nil
	case "not":
		inner, err := ruleCondition(list[1])
		return negation{inner}, err
	}
	if len(list) != 3 {
		return nil, fmt.Errorf("%s requires exactly two arguments", operator)
	}
	f, err := ruleField(list[1], operator == "=" || operator == "~")
	if err != nil {
		return nil, err
	}
	return newComparison(f, operator, list[2])
}

// ruleField reads "name", ["fact", "os", "name"] or ["trusted", "certname"].
func ruleField(part any, asText bool) (field, error) {
	if part == "name" {
		return field{name: "name", of: func(r row) (any, bool) { return r.node.Certname, true }}, nil
	}
	list, ok := part.([]any)
	if !ok || len(list) < 2 {
		return field{}, fmt.Errorf("%s is not a field", quote(part))
	}
	path := make([]string, 0, len(list)-1)
	for i, item := range list[1:] {
		key, ok := item.(string)
		if index, isIndex := item.(json.Number); isIndex && i > 0 {
			key, ok = index.String(), true
		}
		if !ok {
			return field{}, fmt.Errorf("%s is not a field", quote(part))
		}
		path = append(path, key)
	}
	switch list[0] {
	case "fact":
		return field{name: strings.Join(path, "."), of: func(r row) (any, bool) {
			value, ok := r.node.Fact(path...)
			if ok && asText {
				return ruleText(value)
			}
			return value, ok
		}}, nil
	case "trusted":
		return field{name: "trusted", of: func(r row) (any, bool) {
			var value any = r.node.trusted()
			for _, key := range path {
				var ok bool
				if value, ok = descend(value, key); !ok {
					return nil, false
				}
			}
			return value, true
		}}, nil
	default:
		return field{}, errors.New("a rule looks at name, facts or trusted facts")
	}
}

// ruleText returns a scalar as text, for comparison with the literals of rules.
func ruleText(value any) (any, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	default:
		return nil, false
	}
}
