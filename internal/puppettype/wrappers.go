// SPDX-License-Identifier: MPL-2.0

package puppettype

// optional accepts null and what another type accepts. inner is nil for null only.
type optional struct{ inner node }

func (t optional) check(value any, at string) []Problem {
	if value == nil || isUnknown(value) {
		return nil
	}
	return t.inner.check(value, at)
}

func (t optional) describe() string { return t.inner.describe() + " or null" }

// notUndef accepts what another type accepts, but not null.
type notUndef struct{ inner node }

func (t notUndef) check(value any, at string) []Problem {
	if value == nil {
		return mismatch(t, value, at)
	}
	return t.inner.check(value, at)
}

func (t notUndef) describe() string {
	if t.inner == (anything{}) {
		return "any value but null"
	}
	return t.inner.describe()
}

// sensitive accepts what another type accepts, and hides it.
type sensitive struct{ inner node }

func (t sensitive) check(value any, at string) []Problem { return t.inner.check(value, at) }
func (t sensitive) describe() string                     { return t.inner.describe() }

// literal accepts one string, as Optional['x'] does.
type literal struct{ value string }

func (t literal) check(value any, at string) []Problem {
	if value == t.value || isUnknown(value) {
		return nil
	}
	return mismatch(t, value, at)
}

func (t literal) describe() string { return quote(t.value) }

// variant accepts what any of some types accepts.
type variant struct{ options []node }

func (t variant) check(value any, at string) []Problem {
	var nearest []Problem
	for _, option := range t.options {
		problems := option.check(value, at)
		if len(problems) == 0 {
			return nil
		}
		// If an option only mismatches inside the value, it is the one that was meant.
		if inside(problems, at) && nearest == nil {
			nearest = problems
		}
	}
	if isUnknown(value) {
		return nil
	}
	if nearest != nil {
		return nearest
	}
	return mismatch(t, value, at)
}

// inside reports whether all problems are below a path.
func inside(problems []Problem, at string) bool {
	for _, p := range problems {
		if len(p.Path) <= len(at) {
			return false
		}
	}
	return true
}

func (t variant) describe() string {
	if len(t.options) == 0 {
		return "no value at all"
	}
	wishes := make([]string, len(t.options))
	for i, option := range t.options {
		wishes[i] = option.describe()
	}
	return either(wishes)
}

// targetSpec accepts names of targets, and lists of them however nested (Boltlib::TargetSpec).
type targetSpec struct{}

func (t targetSpec) check(value any, at string) (problems []Problem) {
	switch value := value.(type) {
	case Unknown:
		return nil
	case string:
		// A list as text, as a variable without a type hands it on, is the name of nothing.
		if _, isList := meant(value).([]any); value != "" && !isList {
			return nil
		}
	case []any:
		for i, element := range value {
			problems = append(problems, t.check(element, at+index(i))...)
		}
		return problems
	case map[string]any:
		// A Target in Puppet's own notation.
		return rich{"Target"}.check(value, at)
	}
	return mismatch(t, value, at)
}

func (targetSpec) describe() string { return "the name of a target or a list of such names" }
