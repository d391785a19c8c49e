// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"encoding/json"
	"regexp"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// scopeRules says what a scope may be.
type scopeRules struct {
	// applications allows the key application, which deploy had.
	applications bool
	// empty allows a scope without keys, which public clients send with a deploy for the whole environment.
	empty bool
}

var uuid = regexp.MustCompile(`\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z`)

// readScope reads the key scope: an object with exactly one key. What the server answers to none or several is not documented; both count
// as validation errors.
func readScope(f *rest.Fields, rules scopeRules) engine.Scope {
	if !f.Has("scope") {
		return engine.Scope{Kind: engine.WholeEnvironment, Raw: json.RawMessage("{}")}
	}
	scope := engine.Scope{Raw: f.Raw("scope")}
	s := f.Fields("scope")
	keys := s.Keys()
	switch {
	case f.Failed():
		return scope
	case len(keys) == 0 && rules.empty:
		scope.Kind = engine.WholeEnvironment
		return scope
	case len(keys) != 1:
		f.Fail("scope", "must have exactly one of the keys nodes, query and node_group")
		return scope
	}
	readScopeKey(s, engine.ScopeKind(keys[0]), rules, &scope)
	return scope
}

// readScopeKey reads the only key of a scope.
func readScopeKey(s *rest.Fields, kind engine.ScopeKind, rules scopeRules, scope *engine.Scope) {
	key := string(kind)
	scope.Kind = kind
	switch {
	case kind == engine.ScopeNodes:
		scope.Nodes = s.Strings(key)
	case kind == engine.ScopeQuery:
		scope.Query = readQuery(s, key)
	case kind == engine.ScopeNodeGroup:
		scope.NodeGroup = readUUID(s, key)
	case kind == engine.ScopeApplication && rules.applications:
		scope.Application = s.String(key)
	default:
		s.Fail(key, "is not a valid scope here: it must be one of nodes, query and node_group")
	}
}

// readQuery reads a query: PQL text or an AST.
func readQuery(f *rest.Fields, key string) any {
	switch query := f.Value(key).(type) {
	case string, []any:
		return query
	default:
		f.Fail(key, "must be a PQL string or an AST array")
		return nil
	}
}

func readUUID(f *rest.Fields, key string) string {
	id := f.String(key)
	if !uuid.MatchString(id) {
		f.Fail(key, "must be a UUID")
	}
	return id
}
