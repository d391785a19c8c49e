// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// lostVersion is the sensitive_params_version of a state whose schedule has lost its secrets: another one than before, which the
// configuration may still have.
func lostVersion(before types.Int64) types.Int64 { return types.Int64Value(before.ValueInt64() - 1) }

// besides are the parameters of a schedule that the server has beside those of the configuration, as the memo remembers them.
type besides struct {
	// Known is true once every secret of the schedule is known by name: what is beside them and the configuration is somebody else's. States
	// of earlier versions know nothing of secrets, which PE may report in clear.
	Known bool `json:"known,omitempty"`
	// Left are the parameters that the last change of the input has left out, by name, each with a digest of its value. One that is there
	// all the same is the server's own.
	Left map[string]string `json:"left,omitempty"`
	// Hidden are the names of secrets that the server has and nothing here has sent.
	Hidden []string `json:"hidden,omitempty"`
	// Lost are the names of secrets from here that the server does not report, and Resent those that it did not report before they were all
	// sent again. Of one that it does not report even then nothing is known.
	Lost   []string `json:"lost,omitempty"`
	Resent []string `json:"resent,omitempty"`
}

// leave notes the parameters that a change of the input leaves out. One that is among the secrets now leaves nothing here.
func (b *besides) leave(prior, planned types.Dynamic, secret []string, diags *diag.Diagnostics) {
	b.Left = map[string]string{}
	kept := workload.ParamValues(planned, path.Root("params"), diags)
	for name, value := range workload.ParamValues(prior, path.Root("params"), diags) {
		if _, there := kept[name]; !there && !slices.Contains(secret, name) {
			b.Left[name] = digest(value)
		}
	}
}

// read takes over what the server reports of parameters, and returns those names of secrets from here that it has lost.
func (b *besides) read(input scheduling.ReportedInput, secret, named []string) (lost []string) {
	if input.Params == nil || input.Sensitive == nil {
		return nil
	}
	b.Hidden, b.Lost = nil, nil
	for _, name := range input.Sensitive {
		if !slices.Contains(secret, name) && !slices.Contains(named, name) {
			b.Hidden = append(b.Hidden, name)
		}
	}
	resent := b.Resent
	b.Resent = nil
	for _, name := range secret {
		_, shows := input.Params[name]
		switch {
		case !b.Known, shows, slices.Contains(input.Sensitive, name):
		case slices.Contains(resent, name):
			b.Resent = append(b.Resent, name)
		default:
			b.Lost = append(b.Lost, name)
		}
	}
	return b.Lost
}

// own returns an input without the parameters that the server has given by itself: defaults, and what it keeps whatever is sent. How it
// shows a parameter that is given as a query is not documented, so that it proves nothing.
func (b *besides) own(
	input scheduling.ReportedInput, run workload.Run, fillsIn func(name string, value json.RawMessage) bool,
) scheduling.ReportedInput {
	given, queries := workload.NamesOf(run.Params), queriesOf(run)
	left := map[string]string{}
	params := maps.Clone(input.Params)
	for name, value := range input.Params {
		sum := digest(tfvalue.AsRead(value))
		switch {
		case slices.Contains(queries, name):
			delete(params, name)
		case slices.Contains(given, name):
		case b.Left[name] == sum:
			left[name] = sum
			delete(params, name)
		case !b.Known, fillsIn(name, value):
			delete(params, name)
		}
	}
	b.Left, input.Params = left, params
	return input
}

// digest identifies the value of a parameter.
func digest(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:8])
}

// queriesOf are the names of the parameters that are given as queries.
func queriesOf(run workload.Run) (names []string) {
	for _, queries := range run.Resolved {
		names = append(names, workload.MapKeys(queries)...)
	}
	return names
}

// inClear are the names of the parameters that are no secrets.
func inClear(run workload.Run) []string {
	return append(workload.NamesOf(run.Params), queriesOf(run)...)
}

// readBesides takes over what the server has of parameters beside those in the state. A secret that it has lost is sent again: the version
// in the state is another one then than in any configuration.
func (r *scheduleResource[M, P]) readBesides(
	ctx context.Context, state P, memo *scheduleMemo, input scheduling.ReportedInput, diags *diag.Diagnostics,
) (remaining scheduling.ReportedInput, lost bool) {
	if input.Params == nil {
		return input, false
	}
	run := state.uses()
	missing := memo.Besides.read(input, memo.Secret, inClear(run))
	if len(missing) > 0 {
		diags.AddWarning(state.title()+" has lost secrets",
			fmt.Sprintf("Puppet Enterprise no longer has %s, which was sent as a secret: somebody has changed the parameters of schedule %s. "+
				"The plan sends all of them again.", prose.List(prose.Backquoted(missing)), state.schedule().ID.ValueString()))
	}
	input = memo.withoutSecrets(input)
	return memo.Besides.own(input, run, func(name string, value json.RawMessage) bool {
		return r.metadata.FillsIn(ctx, r.Clients, run, name, value)
	}), len(missing) > 0
}

// checkHidden refuses a change of what a schedule runs where the server has secrets that the configuration does not give: the change
// replaces all parameters, and nobody could read those before.
func (r *scheduleResource[M, P]) checkHidden(ctx context.Context, values tfsdk.Config, plan P, memo scheduleMemo, diags *diag.Diagnostics) {
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
	given := slices.Concat(inClear(run), workload.NamesOf(run.Sensitive))
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
