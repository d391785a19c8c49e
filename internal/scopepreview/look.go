// SPDX-License-Identifier: MPL-2.0

package scopepreview

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
)

// Countable refuses a limit of what cannot be counted: a deploy of a whole environment, or of an application.
func (l Limit) Countable(w Where, diags *diag.Diagnostics) {
	if !l.limits() || !w.known || w.counted {
		return
	}
	diags.AddAttributeError(path.Root(maxNodes), "The nodes cannot be counted",
		"`max_nodes` needs a `scope` with `nodes`, `query` or `node_group`. Which nodes a whole environment or an application has, only "+
			"Puppet Enterprise knows. Give such a scope, or leave `max_nodes` out.")
}

// Above refuses a limit below the number of nodes that a job has to take, so that none could succeed. What is not known yet is left to the
// job.
func (l Limit) Above(minNodes types.Int64, diags *diag.Diagnostics) {
	if !l.limits() || l.MaxNodes.ValueInt64() >= minNodes.ValueInt64() {
		return
	}
	diags.AddAttributeError(path.Root(maxNodes), "max_nodes is below min_nodes", fmt.Sprintf("`max_nodes` allows %d, and `min_nodes` asks "+
		"for %d, so that no job could succeed. Raise `max_nodes`, or lower `min_nodes`.", l.MaxNodes.ValueInt64(), minNodes.ValueInt64()))
}

// Plan plans the preview of something that is created, or of which the scope changes: it tells of the nodes, and refuses more than there
// may be.
func (m *Preview) Plan(ctx context.Context, c *pe.Clients, w Where, diags *diag.Diagnostics) {
	m.ScopePreview = types.ObjectUnknown(previewTypes())
	if !c.Known() || !w.known {
		return
	}
	found, ok := m.look(ctx, c, w, diags)
	switch {
	case !c.PreviewScopes || !w.counted:
		m.ScopePreview = types.ObjectNull(previewTypes())
	case w.scope.Named():
		m.ScopePreview = valueOf(found)
	case ok:
		w.tell(found, diags)
	}
}

// tell tells of the nodes that are matched.
func (w Where) tell(found scopecount.Count, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(w.At, fmt.Sprintf("%s hits %s", w.Title, prose.Count(int64(found.Nodes), "node")), w.hits(found))
}

// Fill sets the preview to what is matched now, where the plan has left it open, and refuses more than there may be. It reports whether
// there are no more.
func (m *Preview) Fill(ctx context.Context, c *pe.Clients, w Where, diags *diag.Diagnostics) bool {
	var trouble diag.Diagnostics
	found, ok := m.look(ctx, c, w, &trouble)
	diags.Append(trouble...)
	if m.ScopePreview.IsUnknown() {
		m.ScopePreview = types.ObjectNull(previewTypes())
		if ok && c.PreviewScopes && w.counted {
			m.ScopePreview = valueOf(found)
		}
	}
	return !trouble.HasError()
}

// Check refuses more nodes than there may be, and tells of the nodes where scopes are previewed, if somebody is to be told. It reports
// whether there are no more.
func (l Limit) Check(ctx context.Context, c *pe.Clients, w Where, tell bool, diags *diag.Diagnostics) bool {
	var trouble diag.Diagnostics
	found, ok := l.look(ctx, c, w, &trouble)
	diags.Append(trouble...)
	if ok && tell && c.PreviewScopes && w.counted && !w.scope.Named() {
		w.tell(found, diags)
	}
	return !trouble.HasError()
}

// asks reports whether the nodes are of interest.
func (l Limit) asks(c *pe.Clients, w Where) bool {
	return c.Known() && w.known && w.counted && (c.PreviewScopes || l.limits())
}

// limits reports whether there is a limit, as far as that is known.
func (l Limit) limits() bool { return !l.MaxNodes.IsNull() && !l.MaxNodes.IsUnknown() }

// look counts the nodes of a scope, where they are of interest, and refuses more than there may be.
func (l Limit) look(ctx context.Context, c *pe.Clients, w Where, diags *diag.Diagnostics) (found scopecount.Count, ok bool) {
	l.Countable(w, diags)
	if !l.asks(c, w) {
		return found, false
	}
	count := c.Scopes.Glance
	if l.limits() {
		count = c.Scopes.Count
	}
	found, err := count(ctx, w.scope)
	switch {
	case classifier.IsUnknown(err) && l.limits():
		diags.AddAttributeError(w.At, w.Title+": its node group does not exist", explain(c, err))
		return found, false
	case err != nil && l.limits():
		diags.AddAttributeError(path.Root(maxNodes), w.Title+": the nodes of its scope could not be counted",
			prose.Paragraphs(explain(c, err), "With `max_nodes`, nothing is done before it is known how many nodes there are. Plan again, "+
				"or leave `max_nodes` out."))
		return found, false
	case err != nil:
		if ctx.Err() == nil && c.Scopes.FirstTrouble() {
			diags.AddWarning("Scopes are not previewed", prose.Paragraphs(explain(c, err), "What scopes match is therefore not shown. Set "+
				"`preview_scopes = false` in the provider block to do without it. This is reported once for all resources."))
		}
		return found, false
	case l.limits() && int64(found.Nodes) > l.MaxNodes.ValueInt64():
		diags.AddAttributeError(path.Root(maxNodes), w.Title+" has more nodes than max_nodes",
			fmt.Sprintf("%s `max_nodes` allows %d, so nothing is done. Narrow down what is matched, or raise `max_nodes` if all of them are "+
				"meant.", w.hits(found), l.MaxNodes.ValueInt64()))
		return found, true
	}
	return found, true
}

// hits says what is matched.
func (w Where) hits(found scopecount.Count) string {
	if found.Nodes == 0 {
		return w.Attribute + " matches no node now."
	}
	return fmt.Sprintf("%s matches %s now: %s.", w.Attribute, prose.Count(int64(found.Nodes), "node"),
		strings.TrimSpace(prose.Names(found.First)+" "+prose.More(int64(found.Nodes-len(found.First)))))
}

// explain says why nodes could not be counted, and what to do about that.
func explain(c *pe.Clients, err error) string {
	var answer *httpapi.Error
	switch {
	case errors.Is(err, scopecount.ErrTimeout), errors.Is(err, courtesy.ErrLate):
		patience := scopecount.Patience
		if errors.Is(err, courtesy.ErrLate) {
			patience = courtesy.Budget
		}
		return "PuppetDB or the node classifier has not answered the question which nodes there are within " +
			duration.Text(patience) + ". Is `puppetdb_url` right, or is the query one that takes long?"
	case errors.As(err, &answer) && (answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden):
		return c.Explain(err) + "\n\nThe user of the token needs the permission nodes:view_data:* to ask PuppetDB, and node_groups:view for " +
			"a node group, in one of the user's roles."
	case classifier.IsUnknown(err):
		return c.Explain(err) + "\n\nNo node group has this id. `data.pe_node_group` finds a group by its name."
	case errors.Is(err, puppetdb.ErrTooMuch):
		return fmt.Sprintf("The rows of the query have more than %d MiB. Name the one column that is needed, as in nodes[certname] { }.",
			puppetdb.MostBytes>>20)
	default:
		return prose.Paragraphs(c.Explain(err), c.Remedy(pe.Failure{Err: err}))
	}
}
