// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"encoding/json"
	"fmt"
)

// Scope says which nodes a job runs on. Exactly one field is set; the zero value is the empty object, which stands for the whole
// environment in a deploy.
type Scope struct {
	// Application is an application or component, "Type" or "Type[title]". Deploy only, and without support since PE 2019.1.
	Application string
	// Nodes are certnames. An empty list that is not nil is sent.
	Nodes []string
	// Query is a PQL string, or a PuppetDB AST as a JSON array, that yields certname values.
	Query json.RawMessage
	// NodeGroup is the UUID of a node group that has rules of its own.
	NodeGroup string
	// WholeEnvironment appears only in old answers (PE 2016.4 to 2017.3).
	WholeEnvironment bool
}

type scopeWire struct {
	Application      string          `json:"application,omitempty"`
	Nodes            *[]string       `json:"nodes,omitempty"`
	Query            json.RawMessage `json:"query,omitempty"`
	NodeGroup        string          `json:"node_group,omitempty"`
	WholeEnvironment bool            `json:"whole_environment,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (s Scope) MarshalJSON() ([]byte, error) {
	wire := scopeWire{Application: s.Application, Query: s.Query, NodeGroup: s.NodeGroup, WholeEnvironment: s.WholeEnvironment}
	if s.Nodes != nil {
		wire.Nodes = &s.Nodes
	}
	return json.Marshal(wire)
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *Scope) UnmarshalJSON(data []byte) error {
	var wire scopeWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a scope: %w", err)
	}
	*s = Scope{Application: wire.Application, NodeGroup: wire.NodeGroup, WholeEnvironment: wire.WholeEnvironment}
	if wire.Nodes != nil {
		s.Nodes = *wire.Nodes
	}
	if !isNull(wire.Query) {
		s.Query = wire.Query
	}
	return nil
}
