// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// planNodes plans what is known of the nodes of a schedule that is created, or of one that exists: prior is nil, or what the state has.
// Nobody is asked while neither the scope nor the limit changes.
func (r *scheduleResource[M, P]) planNodes(ctx context.Context, plan, prior P, diags *diag.Diagnostics) {
	preview := plan.preview()
	switch {
	case preview == nil:
	case prior == nil || !sameScope(plan, prior):
		preview.Plan(ctx, r.Clients, whereOf(ctx, plan), diags)
	case !preview.MaxNodes.Equal(prior.preview().MaxNodes):
		preview.Check(ctx, r.Clients, whereOf(ctx, plan), false, diags)
	}
}

// tellNodes tells of the nodes of a schedule whose scope changes, while that change is planned. It may be a replacement, which Terraform
// plans once more as a creation, whose warnings it does not show.
func (r *scheduleResource[M, P]) tellNodes(ctx context.Context, plan, prior P, diags *diag.Diagnostics) {
	if preview := plan.preview(); preview != nil && !sameScope(plan, prior) {
		preview.Check(ctx, r.Clients, whereOf(ctx, plan), true, diags)
	}
}

// fillNodes fills in what the scope of a schedule matches, where the plan has left it open, and reports whether there are no more nodes
// than there may be. See planNodes.
func (r *scheduleResource[M, P]) fillNodes(ctx context.Context, plan, prior P, diags *diag.Diagnostics) bool {
	preview := plan.preview()
	if preview == nil || prior != nil && sameScope(plan, prior) && preview.MaxNodes.Equal(prior.preview().MaxNodes) {
		return true
	}
	return preview.Fill(ctx, r.Clients, whereOf(ctx, plan), diags)
}

// keepNodes plans what is known of the nodes to stay as it is.
func keepNodes[M any, P scheduleRecord[M]](plan, prior P) {
	if preview := plan.preview(); preview != nil {
		preview.ScopePreview = prior.preview().ScopePreview
	}
}

func sameScope[M any, P scheduleRecord[M]](plan, prior P) bool {
	return workload.SameScopes(plan.scope(), prior.scope(), false)
}

func whereOf[M any, P scheduleRecord[M]](ctx context.Context, plan P) scopepreview.Where {
	return scopepreview.OfScope(ctx, plan.title(), plan.scope(), false)
}
