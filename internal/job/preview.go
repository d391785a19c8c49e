// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
)

// preview plans what is known of the nodes of a new job. The replacement of a job is planned as a new one, too.
func (r *jobResource[M, R, P]) preview(ctx context.Context, plan P, resp *resource.ModifyPlanResponse) {
	if resp.Diagnostics.HasError() {
		return
	}
	where, preview := plan.where(ctx)
	if preview == nil {
		return
	}
	preview.Plan(ctx, r.Clients, where, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("scope_preview"), preview.ScopePreview)...)
}

// tellNodes tells of the nodes of a job that replaces another one. Terraform plans a replacement twice, as a change and as a creation, and
// shows warnings of the change only.
func (r *jobResource[M, R, P]) tellNodes(ctx context.Context, plan P, diags *diag.Diagnostics) {
	if where, preview := plan.where(ctx); preview != nil {
		preview.Check(ctx, r.Clients, where, true, diags)
	}
}

// fitsIn fills in the nodes of a job that is about to be started, and reports whether there are no more than there may be.
func (r *jobResource[M, R, P]) fitsIn(ctx context.Context, plan P, diags *diag.Diagnostics) bool {
	where, preview := plan.where(ctx)
	return preview == nil || preview.Fill(ctx, r.Clients, where, diags)
}

// leftOut warns of nodes that a job that has ended did not take.
func (r *jobResource[M, R, P]) leftOut(ctx context.Context, record P, diags *diag.Diagnostics) {
	where, preview := record.where(ctx)
	if preview == nil || !record.job().exists() {
		return
	}
	took := scopepreview.Took{Job: record.job().ID.ValueString(), Nodes: record.took()}
	preview.LeftOut(ctx, r.Clients, where, took, diags)
}
