// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/restmove"
)

// MoveState implements [resource.ResourceWithMoveState].
func (r *scheduleResource[M, P]) MoveState(context.Context) []resource.StateMover {
	kind := P(new(M)).scheduleType()
	return restmove.Target{
		Type: pe.TypeName + "_scheduled_" + kind, What: "schedule",
		Segments: []string{"scheduled_jobs", "schedule_" + kind}, IsID: orchestrator.IsID,
	}.Movers()
}

// moved reports whether a state was moved from another provider and not read since.
func (m *scheduleModel) moved() bool { return m.ScheduledTime.IsNull() }

// readMoved reads a schedule of which the state knows only the id: everything that the server reports is filled in, as by an import.
func (r *scheduleResource[M, P]) readMoved(ctx context.Context, state P, resp *resource.ReadResponse) {
	imported := resource.ImportStateResponse{State: resp.State, Identity: resp.Identity, Private: resp.Private}
	r.ImportState(ctx, resource.ImportStateRequest{ID: state.schedule().ID.ValueString()}, &imported)
	resp.State, resp.Identity = imported.State, imported.Identity
	resp.Diagnostics.Append(imported.Diagnostics...)
}
