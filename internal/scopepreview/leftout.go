// SPDX-License-Identifier: MPL-2.0

package scopepreview

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
)

// Took is a job, and how many nodes it took.
type Took struct {
	Job   string
	Nodes int64
	// Matched is how many nodes the scope matched when the job was started; 0 where that is not known.
	Matched int64
}

// LeftOut warns of nodes that a scope matched and that a job did not take, where scopes are looked at: PE leaves out nodes of a query or
// node group that the user may not use, without a word. What is named and left out counts as failed already.
func (l Limit) LeftOut(ctx context.Context, c *pe.Clients, w Where, took Took, diags *diag.Diagnostics) {
	if !l.asks(c, w) || w.scope.Named() {
		return
	}
	if took.Matched == 0 {
		found, err := c.Scopes.Glance(ctx, w.scope)
		if err != nil {
			return // the plan has told why nothing is known
		}
		took.Matched = int64(found.Nodes)
	}
	if took.Matched <= took.Nodes {
		return
	}
	matched, err := c.Scopes.Names(ctx, w.scope)
	if err != nil {
		return
	}
	missing, err := without(ctx, c, matched, took)
	if err != nil {
		diags.AddAttributeWarning(w.At, w.Title+" did not run on each node that is matched", fmt.Sprintf("%s matches %s, and job %s took %d. "+
			"Which ones it left out could not be read. %s", w.Attribute, prose.Count(int64(len(matched)), "node"), took.Job, took.Nodes,
			c.Explain(err)))
		return
	}
	if len(missing) == 0 {
		return
	}
	diags.AddAttributeWarning(w.At, fmt.Sprintf("%s did not run on %s", w.Title, prose.Count(int64(len(missing)), "node")),
		fmt.Sprintf("%s matches %s, and job %s took %d. It did not take: %s.\n\nPuppet Enterprise silently leaves out nodes that the user of "+
			"the token may not use; nodes that were added after the job was started are among them as well. With `min_nodes`, a job that "+
			"takes too few counts as failed.", w.Attribute, prose.Count(int64(len(matched)), "node"), took.Job, took.Nodes,
			prose.List(missing)))
}

// without are the nodes that a job did not take.
func without(ctx context.Context, c *pe.Clients, matched []string, took Took) ([]string, error) {
	ctx, cancel := context.WithTimeout(httpapi.WithoutRetries(ctx), scopecount.Patience)
	defer cancel()
	taken := map[string]bool{}
	for node, err := range c.Orchestrator.JobNodes(ctx, took.Job, orchestrator.JobNodeFilter{Expected: int(took.Nodes)}) {
		if err != nil {
			return nil, err
		}
		taken[node.Name] = true
	}
	return slices.DeleteFunc(matched, func(name string) bool { return taken[name] }), nil
}

// LeftOut is [Limit.LeftOut] with what was matched when the job was started.
func (m *Preview) LeftOut(ctx context.Context, c *pe.Clients, w Where, took Took, diags *diag.Diagnostics) {
	if count, ok := m.ScopePreview.Attributes()["node_count"].(types.Int64); ok {
		took.Matched = count.ValueInt64()
	}
	m.Limit.LeftOut(ctx, c, w, took, diags)
}
