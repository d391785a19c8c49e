package codebase

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/puppettype"
)

// Parameter describes a parameter of a task or a plan.
type Parameter struct {
	// Type is a Puppet data type; empty means untyped.
	Type        string
	Description string
	// Default is the default that the server adds; nil means none.
	Default any
	// Sensitive hides the values, like the metadata key of the same name. A type around Sensitive does so as well.
	Sensitive bool
}

// signature checks the parameters of a run.
type signature struct {
	parameters map[string]Parameter
	types      map[string]puppettype.Type
	defaults   map[string]any
	// open is true when nothing is known about the parameters, so that any are accepted.
	open bool
}

// newSignature compiles parameters. A type that cannot be parsed accepts every value, like a type that PE does not know.
func newSignature(parameters map[string]Parameter, noMetadata bool) signature {
	s := signature{
		parameters: parameters,
		types:      make(map[string]puppettype.Type, len(parameters)),
		open:       noMetadata || parameters == nil,
	}
	s.defaults = make(map[string]any, len(parameters))
	for name, p := range parameters {
		if p.Default != nil {
			s.defaults[name] = normalise(p.Default)
		}
		t, err := puppettype.Parse(p.Type)
		if err != nil {
			if t, err = puppettype.Parse("Any"); err != nil {
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
		value := normalise(given[name])
		values[name] = value
		// Names that start with an underscore are for the runner, such as _noop.
		if s.open || strings.HasPrefix(name, "_") {
			continue
		}
		t, known := s.types[name]
		if !known {
			return nil, &ParameterError{name, "is not a parameter of it; known are " + s.names()}
		}
		if !t.Accepts(value) {
			got := describe(value)
			if s.sensitive(name) {
				got = puppettype.Describe(value)
			}
			return nil, &ParameterError{name, fmt.Sprintf("expects a value of type %s, got %s", typeName(t), got)}
		}
	}
	if s.open {
		return values, nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.parameters)) {
		if _, ok := values[name]; ok {
			continue
		}
		if fallback, ok := s.defaults[name]; ok {
			values[name] = fallback
		} else if t := s.types[name]; !t.AcceptsUndef() {
			return nil, &ParameterError{name, "is required: it expects a value of type " + typeName(t)}
		}
	}
	return values, nil
}

// normalise returns a value as encoding/json decodes it with UseNumber set. Values in requests already have this form; values that plans
// and defaults hold as Go types get it here.
func normalise(value any) any {
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

func typeName(t puppettype.Type) string {
	if t.String() == "" {
		return "Any"
	}
	return t.String()
}

// describe describes a value that is not secret: its type, and the value if it is short.
func describe(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil || len(encoded) > 40 {
		return puppettype.Describe(value)
	}
	return fmt.Sprintf("%s %s", puppettype.Describe(value), encoded)
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
