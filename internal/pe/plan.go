package pe

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// ChangedAttributes returns those of the attributes that differ between a plan and the state. One that is not known yet may
// differ, so it does.
func ChangedAttributes(plan tfsdk.Plan, state tfsdk.State, names []string, diags *diag.Diagnostics) (changed []string) {
	var planned, prior map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return nil
	}
	if err := state.Raw.As(&prior); err != nil {
		diags.AddError("The state cannot be read", prose.Sentence(err.Error()))
		return nil
	}
	for _, name := range names {
		if !planned[name].Equal(prior[name]) {
			changed = append(changed, name)
		}
	}
	return changed
}

// Fingerprint identifies what a plan starts, by the attributes whose change runs it again. Write-only values are not part of
// a plan, so no secret gets into it.
func Fingerprint(collection string, plan tfsdk.Plan, inputs []string, diags *diag.Diagnostics) string {
	var planned map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		diags.AddError("The plan cannot be read", prose.Sentence(err.Error()))
		return ""
	}
	hash := sha256.New()
	_, _ = fmt.Fprintln(hash, collection)
	for _, name := range slices.Sorted(slices.Values(inputs)) {
		_, _ = fmt.Fprintf(hash, "%s %s\n", name, planned[name])
	}
	return hex.EncodeToString(hash.Sum(nil))
}
