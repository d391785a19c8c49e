// SPDX-License-Identifier: MPL-2.0

// Package noderule reads the rules of node groups, as the classifier has them and as people write them, and compares them by what they
// mean. It knows nothing about Terraform: values are those of encoding/json, with numbers as [json.Number].
package noderule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Rule is the rule of a group.
type Rule struct {
	// Raw is the condition as the classifier has it; nil for none.
	Raw any
	// KeepsPins is true for a rule that says nothing of the nodes that are pinned, which stay as they are on the server.
	KeepsPins bool
}

// parts are the two parts of a rule: pins are comparisons with name directly in an outermost "or".
type parts struct {
	condition any
	pins      []string
}

// Parse reads a rule that is an array in the form of the classifier, or an object with match, conditions and pinned_nodes. An empty array,
// or null, is no rule. The error says what is wrong, in words that follow: the rule.
func Parse(value any) (Rule, error) {
	switch value := value.(type) {
	case nil:
		return Rule{}, nil
	case []any:
		if len(value) == 0 {
			return Rule{}, nil
		}
		return Rule{Raw: value}, check(value)
	case map[string]any:
		return parseObject(value)
	default:
		return Rule{}, fmt.Errorf("is %s, and neither an array as the classifier has it nor an object with `match` and "+
			"`conditions`", text(value))
	}
}

// ParseJSON reads a rule as the classifier has it. An empty text is no rule.
func ParseJSON(raw json.RawMessage) (Rule, error) {
	if len(raw) == 0 {
		return Rule{}, nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return Rule{}, fmt.Errorf("reading a rule: %w", err)
	}
	return Rule{Raw: value}, nil
}

// Same reports whether a rule means the same as the one that the server has. The order of conditions, and conditions in a group of their
// own without need, mean nothing.
func (r Rule) Same(server Rule) bool {
	mine, theirs := split(r.Raw), split(server.Raw)
	return meaning(mine.condition) == meaning(theirs.condition) && (r.KeepsPins || slices.Equal(sorted(mine.pins), sorted(theirs.pins)))
}

// Over is the rule to write where the server has another one: with the pins of that one where the rule keeps them.
func (r Rule) Over(server Rule) json.RawMessage {
	raw := r.Raw
	if r.KeepsPins {
		raw = join(parts{r.Raw, split(server.Raw).pins})
	}
	return json.RawMessage(text(raw)) // null removes the rule
}

// split takes a rule apart.
func split(raw any) (found parts) {
	list, ok := raw.([]any)
	if !ok || len(list) == 0 || list[0] != "or" {
		return parts{condition: raw}
	}
	rest := []any{"or"}
	for _, member := range flat(list) {
		if name, ok := pin(member); ok {
			found.pins = append(found.pins, name)
		} else {
			rest = append(rest, member)
		}
	}
	switch len(rest) {
	case 1:
	case 2:
		found.condition = rest[1]
	default:
		found.condition = rest
	}
	return found
}

// pin returns the node of a comparison that is a pin.
func pin(condition any) (name string, ok bool) {
	list, isList := condition.([]any)
	if !isList || len(list) != 3 || list[0] != "=" || list[1] != "name" {
		return "", false
	}
	name, ok = list[2].(string)
	return name, ok
}

// join puts a rule together; nil for none.
func join(p parts) any {
	if len(p.pins) == 0 {
		return p.condition
	}
	rule := []any{"or"}
	if p.condition != nil {
		rule = append(rule, p.condition)
	}
	for _, name := range p.pins {
		rule = append(rule, []any{"=", "name", name})
	}
	return rule
}

// meaning is the same text for conditions that mean the same.
func meaning(condition any) string {
	list, ok := condition.([]any)
	if !ok || len(list) == 0 || list[0] != "and" && list[0] != "or" {
		if ok && len(list) == 2 && list[0] == "not" {
			return "not " + meaning(list[1])
		}
		return text(condition)
	}
	members := flat(list)
	texts := make([]string, 0, len(members))
	for _, member := range members {
		texts = append(texts, meaning(member))
	}
	texts = slices.Compact(sorted(texts))
	if len(texts) == 1 {
		return texts[0]
	}
	return fmt.Sprintf("%v(%s)", list[0], strings.Join(texts, ", "))
}

// flat are the members of a group of conditions, with those of groups of the same kind in it.
func flat(list []any) (members []any) {
	for _, member := range list[1:] {
		if inner, ok := member.([]any); ok && len(inner) > 0 && inner[0] == list[0] {
			members = append(members, flat(inner)...)
		} else {
			members = append(members, member)
		}
	}
	return members
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

// text writes a value as JSON.
func text(value any) string {
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(encoded.String())
}
