// SPDX-License-Identifier: MPL-2.0

package scopepreview

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Where says where something runs.
type Where struct {
	// Title names what runs, as the beginning of a sentence.
	Title string
	// At is the attribute that says where; Attribute is its name.
	At        path.Path
	Attribute string

	scope scopecount.Scope
	// known tells that the scope is known, and counted that its nodes can be counted.
	known, counted bool
}

// OfScope is where a job or schedule with a scope runs.
func OfScope(ctx context.Context, title string, scope types.Dynamic, deploy bool) Where {
	w := Where{Title: title, At: path.Root("scope"), Attribute: "`scope`"}
	if w.known = tfvalue.IsWhollyKnown(scope); !w.known {
		return w
	}
	var invalid diag.Diagnostics // what is no scope has been refused by its validator
	request := workload.ScopeRequest(ctx, scope, deploy, &invalid)
	if request == nil || invalid.HasError() || request.Application != "" {
		return w
	}
	w.scope = scopecount.Scope{Nodes: request.Nodes, Query: request.Query}
	if request.NodeGroup != "" {
		w.scope.Groups = []string{request.NodeGroup}
	}
	w.counted = true
	return w
}

// OfParts is where the nodes of something are that has the nodes of three attributes together.
func OfParts(title string, nodes, groups types.Set, pql types.String) Where {
	at := path.Root("pql_query")
	if pql.IsNull() {
		at = path.Root("node_groups")
	}
	w := Where{
		Title: title, At: at, Attribute: "It", counted: true,
		known: tfvalue.IsWhollyKnown(nodes) && tfvalue.IsWhollyKnown(groups) && !pql.IsUnknown(),
	}
	if !w.known {
		return w
	}
	w.scope = scopecount.Scope{Nodes: texts(nodes), Groups: texts(groups)}
	if text := pql.ValueString(); text != "" {
		w.scope.Query, _ = json.Marshal(text) // a text is always JSON
	}
	return w
}

// texts are the elements of a set.
func texts(set types.Set) (all []string) {
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			all = append(all, text.ValueString())
		}
	}
	return all
}
