// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// UserdataAttribute is what a job or schedule carries for people and programs.
func UserdataAttribute(text string) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional:            true,
		MarkdownDescription: text,
		Validators:          []validator.Dynamic{validate.Userdata{}},
		PlanModifiers:       []planmodifier.Dynamic{keep.Value("another way of writing the same userdata is no change", SameUserdata)},
	}
}

// Userdata returns userdata as it is sent. Everything must be known.
func Userdata(value types.Dynamic, at path.Path, diags *diag.Diagnostics) map[string]any {
	plain, err := tfvalue.ToGo(value)
	if err != nil {
		diags.AddAttributeError(at, "The userdata cannot be sent", prose.Sentence(err.Error()))
		return nil
	}
	userdata, _ := plain.(map[string]any)
	return userdata
}

// UserdataValue returns the userdata that the server tells, without what the provider has put there. It is null where there is none.
func UserdataValue(userdata map[string]any, diags *diag.Diagnostics) types.Dynamic {
	values := tfvalue.Keyed{}
	some := false
	for key, value := range userdata {
		if !launch.Reserved(key) {
			some = true
			values.Add(key, value, "The userdata cannot be read", diags)
		}
	}
	if !some {
		return types.DynamicNull()
	}
	return values.Value("Userdata", "It stays on the server.", diags)
}

// AllUserdata is UserdataValue for a server that keeps userdata, which is empty where there is none.
func AllUserdata(userdata map[string]any, diags *diag.Diagnostics) types.Dynamic {
	if value := UserdataValue(userdata, diags); !value.IsNull() {
		return value
	}
	return types.DynamicValue(tfvalue.Object(map[string]attr.Value{}))
}

// ReportedUserdataAll keeps all userdata while they mean what the server tells.
func ReportedUserdataAll(prior types.Dynamic, told map[string]any, diags *diag.Diagnostics) types.Dynamic {
	if all := AllUserdata(told, diags); prior.IsNull() || !SameUserdata(prior, all) {
		return all
	}
	return prior
}

// SameUserdata reports whether two userdata mean the same. Earlier versions of the provider have sent numbers and flags as texts, which
// is no change.
func SameUserdata(a, b types.Dynamic) bool {
	first, second := plainUserdata(a), plainUserdata(b)
	return slices.Equal(slices.Sorted(maps.Keys(first)), slices.Sorted(maps.Keys(second))) &&
		!slices.ContainsFunc(slices.Collect(maps.Keys(first)), func(key string) bool { return !SameDatum(first[key], second[key]) })
}

// SameDatum reports whether two values of userdata mean the same.
func SameDatum(a, b any) bool {
	return reflect.DeepEqual(a, b) || isScalar(a) && isScalar(b) && fmt.Sprint(a) == fmt.Sprint(b)
}

func isScalar(value any) bool {
	switch value.(type) {
	case nil, []any, map[string]any:
		return false
	default:
		return true
	}
}

func plainUserdata(value types.Dynamic) map[string]any {
	var diags diag.Diagnostics
	return Userdata(value, path.Empty(), &diags)
}

// ReportedUserdata keeps the configured keys while they mean what the server tells.
func ReportedUserdata(prior types.Dynamic, told map[string]any, diags *diag.Diagnostics) types.Dynamic {
	own := map[string]any{}
	same := true
	for key, value := range plainUserdata(prior) {
		reported, ok := told[key]
		if ok {
			own[key] = reported
		}
		same = same && ok && SameDatum(value, tfvalue.AsRead(reported))
	}
	if same && !prior.IsNull() {
		return prior
	}
	if reported := AllUserdata(own, diags); !SameUserdata(prior, reported) {
		return reported
	}
	return prior
}
