// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// mayWatch finds out whether the user may look at jobs, and reports an error where the server itself says no: a job that nobody may look
// at would run, and fail the apply that waits for it.
func (r *jobResource[M, R, P]) mayWatch(ctx context.Context, plan P, diags *diag.Diagnostics) bool {
	if !plan.job().waits() || !plan.job().LaunchKey.IsNull() { // a key is looked for in the same list
		return true
	}
	look := func(ctx context.Context) error { return r.family.Look(ctx, r.Clients) }
	refused := r.shared.sight.Refused(ctx, r.collection(), look, pe.IsForbidden)
	if refused == nil {
		return true
	}
	r.Report(diags, pe.Failure{
		Summary: plan.title() + " was not started, because nothing could wait for it",
		Err:     refused,
		Advice:  map[string]string{orchestrator.KindNotPermitted: r.lacksView()},
		Note: "Nothing was started. With `wait_for_completion = false` it is started without that permission, and Terraform does not " +
			"learn how it ends.",
	})
	return false
}

// lacksView says what somebody lacks who may not look at jobs.
func (r *jobResource[M, R, P]) lacksView() string {
	return launchreport.Lacking(launchreport.View, r.TokenOrigin)
}
