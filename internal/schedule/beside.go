// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// lostVersion is the sensitive_params_version of a state whose schedule has lost its secrets: a number that nobody writes, and not the one
// that is there already, so that no configuration has it.
func lostVersion(before types.Int64) types.Int64 {
	const lost, again = math.MinInt32, math.MinInt32 + 1
	if before.ValueInt64() == lost {
		return types.Int64Value(again)
	}
	return types.Int64Value(lost)
}

// readBesides takes over what the server has of parameters beside those in the state. A secret that it has lost is sent again: the version
// in the state is another one then than in any configuration.
func (r *scheduleResource[M, P]) readBesides(
	ctx context.Context, state P, memo *schedulememo.Memo, input scheduling.ReportedInput, diags *diag.Diagnostics,
) (remaining scheduling.ReportedInput, lost bool) {
	if input.Params == nil {
		return input, false
	}
	run := state.uses()
	missing := memo.Besides.Read(input, memo.Secret, schedulememo.InClear(run))
	if len(missing) > 0 {
		diags.AddWarning(state.title()+" has lost secrets",
			fmt.Sprintf("Puppet Enterprise no longer has %s, which was sent as a secret: somebody has changed the parameters of schedule %s. "+
				"The plan sends all of them again.", prose.List(prose.Backquoted(missing)), state.schedule().ID.ValueString()))
	}
	input = memo.WithoutSecrets(input)
	return memo.Besides.Own(input, run, func(name string, value json.RawMessage) bool {
		return r.metadata.FillsIn(ctx, r.Clients, run, name, value)
	}), len(missing) > 0
}

// checkReplaced refuses to create a schedule anew that would lose secrets, as [scheduleResource.checkHidden] refuses changes.
func (r *scheduleResource[M, P]) checkReplaced(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state P, memo schedulememo.Memo,
) {
	if len(resp.RequiresReplace) > 0 && plan.runs() == state.runs() {
		r.checkHidden(ctx, req.Config, plan, memo, &resp.Diagnostics)
	}
}

// checkHidden refuses a change of what a schedule runs where the server has secrets that the configuration does not give: the change
// replaces all parameters, and nobody could read those before.
func (r *scheduleResource[M, P]) checkHidden(
	ctx context.Context, values tfsdk.Config, plan P, memo schedulememo.Memo, diags *diag.Diagnostics,
) {
	config := P(new(M))
	if tfvalue.Decode(ctx, values, config).HasError() {
		return
	}
	run := config.uses()
	if tfvalue.IsUnknown(run.Params) || tfvalue.IsUnknown(run.Sensitive) {
		return
	}
	there := slices.Clone(memo.Besides.Hidden)
	if run.Sensitive.IsNull() {
		// What was sent from here is no longer mentioned, which may be an oversight.
		there = append(there, memo.Secret...)
	}
	given := slices.Concat(schedulememo.InClear(run), workload.NamesOf(run.Sensitive))
	missing := slices.DeleteFunc(there, func(name string) bool { return slices.Contains(given, name) })
	if len(missing) == 0 {
		return
	}
	summary := plan.title() + " would lose secrets"
	detail := fmt.Sprintf("On the server it has %s, whose value Puppet Enterprise does not show and the configuration does not give. A "+
		"change of what is run replaces all parameters, so that it would run without. ", prose.List(prose.Backquoted(missing)))
	if run.Sensitive.IsNull() {
		diags.AddAttributeError(path.Root("sensitive_params"), summary,
			detail+"Give them in `sensitive_params`. To have it run without them, write `sensitive_params = {}`.")
		return
	}
	diags.AddAttributeWarning(path.Root("sensitive_params"), summary, strings.TrimSpace(detail))
}
