// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
)

// mayWatch finds out whether the user may look at jobs: see [jobrun.Jobs.MayWatch].
func (r *jobResource[M, R, P]) mayWatch(ctx context.Context, plan P, diags *diag.Diagnostics) bool {
	if !plan.job().waits() || !plan.job().LaunchKey.IsNull() { // a key is looked for in the same list
		return true
	}
	return r.jobs().MayWatch(ctx, &r.shared.sight, plan.title(), diags)
}

// lacksView says what somebody lacks who may not look at jobs.
func (r *jobResource[M, R, P]) lacksView() string {
	return launchreport.Lacking(launchreport.View, r.TokenOrigin)
}
