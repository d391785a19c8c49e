// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
)

// fitsIn reports whether the scope of a job has no more nodes than there may be. While planning, it tells of them where scopes are
// previewed.
func (a *launchAction[M, R, P]) fitsIn(ctx context.Context, config P, planning bool, diags *diag.Diagnostics) bool {
	where, limit := config.where(ctx)
	return limit == nil || limit.Check(ctx, a.Clients, where, planning, diags)
}

// leftOut warns of nodes that a job that has ended did not take.
func (i *invocation[M, R, P]) leftOut(ctx context.Context, last R) {
	if where, limit := i.config.where(ctx); limit != nil {
		limit.LeftOut(ctx, i.Clients, where, scopepreview.Took{Job: i.family.Trace(last).ID, Nodes: i.config.took(last)}, i.diags)
	}
}
