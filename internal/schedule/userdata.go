// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// ownUserdata is the configured userdata, without the provider's defaults.
func (m *scheduleModel) ownUserdata(diags *diag.Diagnostics) map[string]any {
	return workload.Userdata(m.Userdata, path.Root("userdata"), diags)
}

// userdataFor is the userdata of a schedule as the configuration wants it, with the provider's defaults and without the request id.
func userdataFor(c *pe.Clients, own map[string]any, diags *diag.Diagnostics) types.Dynamic {
	return workload.AllUserdata(c.Userdata(own), diags)
}

// marked adds the request id of a schedule to its userdata.
func marked(userdata map[string]any, requestID string) map[string]any {
	if requestID == "" {
		return userdata
	}
	return launch.Mark(userdata, requestID)
}

// planUserdata says what the userdata will be, as far as it is known.
func (r *scheduleResource[M, P]) planUserdata(m *scheduleModel, api scheduling.API, diags *diag.Diagnostics) {
	m.UserdataAll = types.DynamicUnknown()
	switch {
	case !api.Capabilities().Userdata:
		m.UserdataAll = types.DynamicNull()
	case tfvalue.IsWhollyKnown(m.Userdata):
		m.UserdataAll = userdataFor(r.Clients, m.ownUserdata(diags), diags)
	}
}

// createdUserdata is all userdata of a schedule right after its creation.
func (r *scheduleResource[M, P]) createdUserdata(
	planned *scheduleModel, api scheduling.API, diags *diag.Diagnostics,
) types.Dynamic {
	switch {
	case !planned.UserdataAll.IsUnknown():
		return planned.UserdataAll
	case !api.Capabilities().Userdata:
		return types.DynamicNull()
	default:
		return userdataFor(r.Clients, planned.ownUserdata(diags), diags)
	}
}

// sameUserdata reports whether the userdata that the configuration and the provider's defaults want is there.
func (r *scheduleResource[M, P]) sameUserdata(planned *scheduleModel, diags *diag.Diagnostics) bool {
	if planned.UserdataAll.IsNull() {
		return planned.Userdata.IsNull()
	}
	return tfvalue.IsWhollyKnown(planned.Userdata) &&
		workload.SameUserdata(planned.UserdataAll, userdataFor(r.Clients, planned.ownUserdata(diags), diags))
}

// importedUserdata is the userdata of a schedule that is not the provider's default.
func importedUserdata(c *pe.Clients, userdata map[string]any, diags *diag.Diagnostics) types.Dynamic {
	own := map[string]any{}
	for key, value := range userdata {
		if byDefault, ok := c.DefaultUserdata[key]; !ok || !workload.SameDatum(byDefault, tfvalue.AsRead(value)) {
			own[key] = value
		}
	}
	return workload.UserdataValue(own, diags)
}
