// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"encoding/json"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

// ScopeKind is how a scope names nodes; it is also the word for it in errors.
type ScopeKind string

// The kinds of scopes.
const (
	// WholeEnvironment is the scope of a deploy that names no nodes.
	WholeEnvironment ScopeKind = "whole_environment"
	ScopeNodes       ScopeKind = "nodes"
	ScopeQuery       ScopeKind = "query"
	ScopeNodeGroup   ScopeKind = "node_group"
	ScopeApplication ScopeKind = "application"
)

// Scope is the set of nodes that a job is for.
type Scope struct {
	Kind ScopeKind
	// Nodes are certnames.
	Nodes []string
	// Query is PQL text or an AST as encoding/json decodes it.
	Query any
	// NodeGroup is an id.
	NodeGroup string
	// Application is Type or Type[title].
	Application string
	// Raw is the scope as it was sent, for answers.
	Raw json.RawMessage
}

// reach says which of the nodes in a scope can be worked on.
type reach struct {
	environment string
	user        *access.User
	// barred are hosts that the user may not use when PuppetDB does not have them, although the request has credentials for them.
	barred map[string]string
}

// resolve returns the nodes of a scope, each once.
func (e *Engine) resolve(s Scope, r reach) ([]string, error) {
	var names []string
	switch s.Kind {
	case WholeEnvironment:
		if err := e.checkPuppetDB(); err != nil {
			return nil, err
		}
		for _, name := range e.fleet.names {
			if e.fleet.byName[name].Environment == r.environment {
				names = append(names, name)
			}
		}
	case ScopeNodes:
		names = e.named(s.Nodes, r.barred)
	case ScopeQuery:
		found, err := e.query(s.Query, r.user)
		if err != nil {
			return nil, err
		}
		names = found
	case ScopeNodeGroup:
		if !e.maySeeGroup(r.user, s.NodeGroup) {
			return nil, refuse(NotPermitted, "Not permitted to view node group %s", s.NodeGroup)
		}
		if err := e.checkPuppetDB(); err != nil {
			return nil, err
		}
		names = e.Members(s.NodeGroup)
	case ScopeApplication:
		var err error
		if names, err = e.application(r.environment, s.Application); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, emptyTarget(r.environment, string(s.Kind))
	}
	return names, nil
}

// named returns the nodes of a list, each once. Names that PuppetDB does not have are taken as well, as recorded servers do: their nodes
// end errored. Only barred hosts are not.
func (e *Engine) named(names []string, barred map[string]string) []string {
	seen := make(map[string]struct{}, len(names))
	kept := make([]string, 0, len(names))
	for _, name := range names {
		if _, again := seen[name]; again {
			continue
		}
		seen[name] = struct{}{}
		_, managed := e.fleet.byName[name]
		if _, no := barred[name]; !no || managed {
			kept = append(kept, name)
		}
	}
	return kept
}

// application returns the nodes of applications, none if there are none of that name.
func (e *Engine) application(environment, target string) (names []string, err error) {
	var found []*codebase.Application
	if code, ok := e.codebase.Environment(environment); ok {
		found = code.Applications(target)
	}
	for _, a := range found {
		if a.Cyclic() {
			return nil, refuse(DependencyCycle, "The application %s contains a dependency cycle", a.Name)
		}
		for _, c := range a.Components {
			names = append(names, c.Node)
		}
	}
	if len(found) == 0 && e.Has(release.UnknownTargets) {
		return nil, refuse(UnknownTarget, "The target was not found in environment %s: %s", environment, target).
			with("environment", environment).with("target", target)
	}
	return e.named(names, nil), nil
}

// SetPuppetDB says whether PuppetDB can be reached. Without it, what has to ask it is refused.
func (e *Engine) SetPuppetDB(up bool) { e.puppetDBDown = !up }

// PuppetDBUp reports whether PuppetDB can be reached.
func (e *Engine) PuppetDBUp() bool { return !e.puppetDBDown }

func (e *Engine) checkPuppetDB() error {
	if e.puppetDBDown {
		return refuse(PuppetDBError, "Could not query PuppetDB: connection refused")
	}
	return nil
}

// query runs a query for a user, who must have the permission to see PuppetDB's data.
func (e *Engine) query(query any, user *access.User) ([]string, error) {
	if !e.directory.May(user, "nodes", "view_data", access.AnyInstance) {
		return nil, queryError("Not permitted to query PuppetDB: the permission nodes:view_data:* is required")
	}
	return e.runQuery(query)
}

// runQuery runs a query with the rights of the service itself.
func (e *Engine) runQuery(query any) ([]string, error) {
	if err := e.checkPuppetDB(); err != nil {
		return nil, err
	}
	text, isText := query.(string)
	var compiled *pdbquery.Query
	var err error
	switch {
	case isText && e.Has(release.QueryText):
		compiled, err = pdbquery.ParseText(text)
	case isText:
		compiled, err = pdbquery.Parse(text)
	default:
		compiled, err = pdbquery.FromAST(query)
	}
	if err != nil {
		return nil, queryError("PuppetDB query failed: %v", err)
	}
	return compiled.Certnames(e.fleet.database()), nil
}
