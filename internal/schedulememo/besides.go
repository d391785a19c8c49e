// SPDX-License-Identifier: MPL-2.0

package schedulememo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Besides are the parameters of a schedule that the server has beside those of the configuration, as the memo remembers them.
type Besides struct {
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
func (b *Besides) leave(prior, planned types.Dynamic, secret []string, diags *diag.Diagnostics) {
	b.Left = map[string]string{}
	kept := workload.ParamValues(planned, path.Root("params"), diags)
	for name, value := range workload.ParamValues(prior, path.Root("params"), diags) {
		if _, there := kept[name]; !there && !slices.Contains(secret, name) {
			b.Left[name] = digest(value)
		}
	}
}

// Read takes over what the server reports of parameters, and returns those names of secrets from here that it has lost.
func (b *Besides) Read(input scheduling.ReportedInput, secret, named []string) (lost []string) {
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

// Own returns an input without the parameters that the server has given by itself: defaults, and what it keeps whatever is sent. How it
// shows a parameter that is given as a query is not documented, so that it proves nothing.
func (b *Besides) Own(
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

// InClear are the names of the parameters that are no secrets.
func InClear(run workload.Run) []string {
	return append(workload.NamesOf(run.Params), queriesOf(run)...)
}
