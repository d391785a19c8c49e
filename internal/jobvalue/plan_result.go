// SPDX-License-Identifier: MPL-2.0

package jobvalue

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// Loss is what a value lacks of what the server has answered.
type Loss struct {
	// Bytes is how large an answer was that is larger than Limit, or 0.
	Bytes, Limit int
	// Problem says why an answer could not be read.
	Problem string
	Renamed []tfvalue.Renaming
}

// PlanResult returns what a plan has returned, as a value of no more than a number of bytes.
func PlanResult(raw json.RawMessage, limit int) (types.Dynamic, Loss) {
	loss := Loss{Bytes: len(raw), Limit: limit}
	if len(raw) > limit {
		return types.DynamicValue(tfvalue.Omitted(len(raw)).Value), loss
	}
	plain, err := tfvalue.ParseJSON(raw)
	if err != nil {
		return types.DynamicNull(), Loss{Problem: err.Error()}
	}
	if plain == nil {
		return types.DynamicNull(), Loss{}
	}
	value := tfvalue.FromForeign(plain)
	if value.Size > limit {
		return types.DynamicValue(tfvalue.Omitted(len(raw)).Value), loss
	}
	return types.DynamicValue(value.Value), Loss{Renamed: value.Renamed}
}

// Warn warns of what is missing, with what to do about it.
func (l Loss) Warn(what, advice string, diags *diag.Diagnostics) {
	tfvalue.WarnRenamed(l.Renamed, what, diags)
	switch {
	case l.Problem != "":
		diags.AddWarning(what+" was left out", prose.Sentence(l.Problem)+" "+advice)
	case l.Bytes > 0:
		diags.AddWarning(what+" is too large to be kept", fmt.Sprintf("It has %s, and with its types it takes more than the %s that are "+
			"kept. Its size stands in its place, under `_omitted`. %s", prose.Bytes(l.Bytes), prose.Bytes(l.Limit), advice))
	}
}
