// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"slices"
	"strings"
)

// shape compares the shapes of two JSON values: the same keys and the same types. It collects differences.
type shape struct {
	// optional are keys that the answer may lack, extra are keys that only the answer has.
	optional, extra []string
	// differences say where the answer differs from the fixture.
	differences []string
}

// free lists the keys whose content depends on the request, or on the nodes.
func free() []string {
	return []string{
		"userdata", "node_states", "params", "parameters", "scope", "schedule_options", "value", "rule", "workers", "rule_with_inherited",
		"nodes_query_format", "inventory_query_format",
	}
}

func (s *shape) differ(path, format string, args ...any) {
	s.differences = append(s.differences, path+": "+fmt.Sprintf(format, args...))
}

// compare compares a value of an answer with that of a fixture. Null stands for a value of any type.
func (s *shape) compare(path string, fixture, answer any) {
	if fixture == nil || answer == nil {
		return
	}
	if want, got := kindOf(fixture), kindOf(answer); want != got {
		s.differ(path, "%s instead of %s", got, want)
		return
	}
	switch want := fixture.(type) {
	case map[string]any:
		got, _ := answer.(map[string]any)
		s.compareObjects(path, want, got)
	case []any:
		got, _ := answer.([]any)
		s.compareLists(path, want, got)
	}
}

func (s *shape) compareObjects(path string, fixture, answer map[string]any) {
	for key, want := range fixture {
		got, there := answer[key]
		switch {
		case !there && !slices.Contains(s.optional, key):
			s.differ(path, "%s is missing", key)
		case there && !slices.Contains(free(), key):
			s.compare(path+"."+key, want, got)
		}
	}
	for key := range answer {
		if _, there := fixture[key]; !there && !slices.Contains(s.extra, key) {
			s.differ(path, "%s is not in the fixture", key)
		}
	}
}

// compareLists compares every item of the answer with the items of the fixture that are like it: those of the same type or state, if items
// have one.
func (s *shape) compareLists(path string, fixture, answer []any) {
	if len(fixture) == 0 {
		return
	}
	for i, got := range answer {
		want := fixture[0]
		for _, candidate := range fixture {
			if discriminator(candidate) == discriminator(got) {
				want = candidate
				break
			}
		}
		s.compare(fmt.Sprintf("%s[%d]", path, i), want, got)
	}
}

func discriminator(item any) string {
	object, ok := item.(map[string]any)
	if !ok {
		return ""
	}
	return fmt.Sprint(object["type"], object["state"], object["all_tasks"], object["connected"])
}

func kindOf(value any) string {
	switch value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a string"
	case float64:
		return "a number"
	case bool:
		return "a Boolean"
	default:
		return "null"
	}
}

// String lists the differences.
func (s *shape) String() string { return strings.Join(s.differences, "\n") }
