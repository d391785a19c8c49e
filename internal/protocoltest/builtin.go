// SPDX-License-Identifier: MPL-2.0

package protocoltest

import "github.com/zclconf/go-cty/cty"

// builtinKind is the only resource of core itself. Tests use it for values that are not known while planning.
const builtinKind = "terraform_data"

// planBuiltin plans a terraform_data: its output is unknown until it is applied.
func planBuiltin(prior, input cty.Value) cty.Value {
	if !prior.IsNull() && input.IsWhollyKnown() && prior.GetAttr("input").RawEquals(input) {
		return prior
	}
	id := cty.UnknownVal(cty.String)
	if !prior.IsNull() {
		id = prior.GetAttr("id")
	}
	return cty.ObjectVal(map[string]cty.Value{"id": id, "input": input, "output": cty.DynamicVal})
}

// applyBuiltin applies a terraform_data.
func applyBuiltin(input cty.Value) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal("builtin"), "input": input, "output": input})
}
