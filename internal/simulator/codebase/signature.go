// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/datatype"
)

// Parameter describes a parameter of a task or a plan.
type Parameter struct {
	// Type is a Puppet data type; empty means untyped.
	Type        string
	Description string
	// Default is what the server fills in; nil means that there is none, [Undef] that it is undef.
	Default any
	// Sensitive hides the values, like the metadata key of the same name. A type around Sensitive does so as well.
	Sensitive bool
}

// Undef is the default of a parameter that may be left out without having a value then, as `= undef` says in Puppet.
var Undef = undef{}

type undef struct{}

// MarshalJSON implements [json.Marshaler].
func (undef) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// signature checks the parameters of a run.
type signature struct {
	parameters map[string]Parameter
	types      map[string]datatype.Type
	defaults   map[string]any
	// open is true when nothing is known about the parameters, so that any are accepted.
	open bool
	// rules are those of what is called.
	rules rules
}

// rules are how Puppet calls something.
type rules int

const (
	// ofTasks: a parameter may be left out when its type accepts undef.
	ofTasks rules = iota
	// ofPlans: a parameter without a default has to be given, whatever its type; null stands for the default of one that has it.
	ofPlans
)

// newSignature compiles parameters. A type that cannot be read accepts every value, as one that PE does not know would.
func newSignature(parameters map[string]Parameter, noMetadata bool, rules rules) signature {
	s := signature{
		parameters: parameters,
		types:      make(map[string]datatype.Type, len(parameters)),
		open:       noMetadata || parameters == nil,
		rules:      rules,
	}
	s.defaults = make(map[string]any, len(parameters))
	for name, p := range parameters {
		if p.Default != nil {
			s.defaults[name] = normalize(p.Default)
		}
		t, err := datatype.Parse(p.Type)
		if err != nil {
			if t, err = datatype.Parse("Any"); err != nil {
				continue
			}
		}
		s.types[name] = t
	}
	return s
}

// ParameterError says which parameter is wrong.
type ParameterError struct {
	Parameter string
	Reason    string
}

// Error names the parameter and what is wrong with it.
func (e *ParameterError) Error() string {
	return fmt.Sprintf("parameter '%s' %s", e.Parameter, e.Reason)
}

// resolve checks the parameters of a run and adds defaults.
func (s signature) resolve(given map[string]any) (map[string]any, *ParameterError) {
	values := make(map[string]any, len(given)+len(s.parameters))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := normalize(given[name])
		if _, fallback := s.defaults[name]; fallback && value == nil && s.rules == ofPlans {
			continue
		}
		values[name] = value
		if wrong := s.check(name, value); wrong != nil {
			return nil, wrong
		}
	}
	if s.open {
		return values, nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.parameters)) {
		if _, ok := values[name]; ok {
			continue
		}
		switch fallback, ok := s.defaults[name]; {
		case fallback != nil:
			values[name] = fallback
		case ok, s.rules == ofTasks && s.types[name].AcceptsUndef():
		default:
			return nil, &ParameterError{name, "is required: it expects a value of type " + typeName(s.types[name])}
		}
	}
	return values, nil
}

// check checks a parameter that is given.
func (s signature) check(name string, value any) *ParameterError {
	// Names that start with an underscore are for the runner, such as _noop.
	if s.open || strings.HasPrefix(name, "_") {
		return nil
	}
	t, known := s.types[name]
	switch {
	case !known:
		return &ParameterError{name, "is not a parameter of it; known are " + s.names()}
	case t.Accepts(value):
		return nil
	}
	got := describe(value)
	if s.sensitive(name) {
		got = datatype.Describe(value)
	}
	return &ParameterError{name, fmt.Sprintf("expects a value of type %s, got %s", typeName(t), got)}
}

// normalize returns a value as encoding/json decodes it with UseNumber set: what arrives in requests is so already, what
// plans and defaults say in Go becomes so.
func normalize(value any) any {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var normalised any
	if err := decoder.Decode(&normalised); err != nil {
		return nil
	}
	return normalised
}

// sensitive reports whether a parameter's values are hidden.
func (s signature) sensitive(name string) bool {
	return s.parameters[name].Sensitive || s.types[name].Sensitive()
}

func (s signature) names() string {
	if len(s.parameters) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(s.parameters)), ", ")
}

func typeName(t datatype.Type) string {
	if t.String() == "" {
		return "Any"
	}
	return t.String()
}

// describe describes a value that is not secret: its type, and the value if it is short.
func describe(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil || len(encoded) > 40 {
		return datatype.Describe(value)
	}
	return fmt.Sprintf("%s %s", datatype.Describe(value), encoded)
}

// split separates the parameters of a run that may be shown from the names of those that may not.
func (s signature) split(values map[string]any) (shown map[string]any, hidden []string) {
	shown = make(map[string]any, len(values))
	hidden = []string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if s.sensitive(name) {
			hidden = append(hidden, name)
		} else {
			shown[name] = values[name]
		}
	}
	return shown, hidden
}
