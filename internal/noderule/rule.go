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

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Rule is the rule of a group.
type Rule struct {
	// Raw is the condition as the classifier has it; nil for none.
	Raw any
	// KeepsPins is true for a rule that says nothing of pinned nodes, not even that those that were named before are no longer.
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
		return Rule{Raw: value}, check(value, nil)
	case map[string]any:
		return parseObject(value)
	default:
		return Rule{}, fmt.Errorf("is %s, and neither an array as the classifier has it nor an object with `match` and "+
			"`conditions`", prose.Kind(value))
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

// Pins are the nodes that a rule pins, in order.
func (r Rule) Pins() []string { return slices.Compact(sorted(split(r.Raw).pins)) }

// Same reports whether the rule that the server has does what this one asks for: the same conditions, and the nodes that this one pins
// among those that are pinned. The order of conditions, and conditions in a group of their own without need, mean nothing.
func (r Rule) Same(server Rule) bool {
	mine, theirs := meanings(r.Raw), meanings(server.Raw)
	return len(without(mine, theirs)) == 0 && len(without(without(theirs, mine), meaningsOfPins(server.Pins()))) == 0
}

// SameRequest reports whether a rule asks for the same as the one that was asked for before. One that says nothing of pinned nodes is the
// same as one that pins some, unless it has a condition for the name of one of these: in the prior rule that counts as a pin, so that a
// later rule without the condition would leave the node in the group.
func (r Rule) SameRequest(prior Rule) bool {
	mine, before, pins := meanings(r.Raw), meanings(prior.Raw), meaningsOfPins(prior.Pins())
	left := without(before, mine)
	if len(without(mine, before)) > 0 {
		return false
	}
	if !r.KeepsPins || prior.KeepsPins {
		return len(left) == 0
	}
	return len(without(left, pins)) == 0 && len(without(mine, pins)) == len(mine)
}

// Dropped are the nodes that the prior rule pins and this one no longer does, but none for one that says nothing of them.
func (r Rule) Dropped(prior Rule) []string {
	if r.KeepsPins && !prior.KeepsPins {
		return nil
	}
	return without(prior.Pins(), r.Pins())
}

// Over is the rule to write where the server has another one: with all nodes that are pinned there, but those that the prior rule has
// pinned and this one does not.
func (r Rule) Over(server, prior Rule) json.RawMessage {
	others := without(without(server.Pins(), r.Pins()), r.Dropped(prior))
	return json.RawMessage(text(join(r.Raw, others))) // null removes the rule
}

// Asked is what counts of the rule that the server has where this one was asked for: its conditions, and of the pinned nodes those that
// this one pins. It is nil for none.
func (r Rule) Asked(server Rule) json.RawMessage {
	others := without(server.Pins(), r.Pins())
	asked := server.Raw
	if len(others) > 0 {
		asked = join(split(server.Raw).condition, without(server.Pins(), others))
	}
	if asked == nil {
		return nil
	}
	return json.RawMessage(text(asked))
}

// without are the texts that are not among others.
func without(texts, others []string) (left []string) {
	for _, one := range texts {
		if !slices.Contains(others, one) {
			left = append(left, one)
		}
	}
	return left
}

// split takes a rule apart. A bare comparison with name is a pin, too: what is left of others may be written so. One in an "and" is a
// condition, even alone.
func split(raw any) (found parts) {
	if name, ok := pin(raw); ok {
		return parts{pins: []string{name}}
	}
	list, ok := raw.([]any)
	if !ok || len(list) == 0 || list[0] != "or" {
		return parts{condition: raw}
	}
	rest := []any{"or"}
	for _, member := range list[1:] {
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

// join is a rule with more nodes pinned; nil for none. A rule that pins some already gets more of them, any other becomes a condition.
func join(rule any, pins []string) any {
	if len(pins) == 0 {
		return rule
	}
	joined := []any{"or"}
	list, _ := rule.([]any)
	switch {
	case rule == nil:
	case len(list) > 0 && list[0] == "or" && slices.ContainsFunc(list[1:], isPin):
		joined = slices.Clone(list)
	default:
		joined = append(joined, rule)
	}
	for _, name := range pins {
		joined = append(joined, []any{"=", "name", name})
	}
	return joined
}

func isPin(condition any) bool {
	_, ok := pin(condition)
	return ok
}

// meanings are those of the conditions of which one must hold, pins among them.
func meanings(raw any) []string {
	list, ok := raw.([]any)
	switch {
	case raw == nil:
		return nil
	case ok && len(list) == 2 && list[0] == "and":
		return meanings(list[1])
	case !ok || len(list) == 0 || list[0] != "or":
		return []string{meaning(raw)}
	}
	var found []string
	for _, member := range list[1:] {
		found = append(found, meanings(member)...)
	}
	return slices.Compact(sorted(found))
}

func meaningsOfPins(names []string) (found []string) {
	for _, name := range names {
		found = append(found, meaning([]any{"=", "name", name}))
	}
	return found
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
