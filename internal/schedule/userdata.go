package schedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// ownUserdata is the configured userdata, without the provider's defaults.
func (m *scheduleModel) ownUserdata(ctx context.Context, diags *diag.Diagnostics) map[string]string {
	return tfvalue.StringMap(ctx, m.Userdata, diags)
}

// userdataFor is the configured userdata of a schedule, with the provider's defaults and without the request id.
func userdataFor(c *pe.Clients, own map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range c.Userdata(own) {
		if text, ok := value.(string); ok {
			elements[key] = types.StringValue(text)
		}
	}
	return types.MapValueMust(types.StringType, elements)
}

// marked adds the request id of a schedule to its userdata.
func marked(userdata map[string]any, requestID string) map[string]any {
	if requestID == "" {
		return userdata
	}
	return launch.Mark(userdata, requestID)
}

// planUserdata plans the userdata, if it is known.
func (r *scheduleResource[M, P]) planUserdata(ctx context.Context, m *scheduleModel, api scheduling.API, diags *diag.Diagnostics) {
	m.UserdataAll = types.MapUnknown(types.StringType)
	switch {
	case !api.Capabilities().Userdata:
		m.UserdataAll = types.MapNull(types.StringType)
	case tfvalue.IsWhollyKnown(m.Userdata):
		m.UserdataAll = userdataFor(r.Clients, m.ownUserdata(ctx, diags))
	}
}

// createdUserdata is all userdata of a schedule right after its creation.
func (r *scheduleResource[M, P]) createdUserdata(
	ctx context.Context, planned *scheduleModel, api scheduling.API, diags *diag.Diagnostics,
) types.Map {
	switch {
	case !planned.UserdataAll.IsUnknown():
		return planned.UserdataAll
	case !api.Capabilities().Userdata:
		return types.MapNull(types.StringType)
	default:
		return userdataFor(r.Clients, planned.ownUserdata(ctx, diags))
	}
}

// sameUserdata reports whether the server has the configured userdata and the provider's defaults.
func (r *scheduleResource[M, P]) sameUserdata(ctx context.Context, planned *scheduleModel, diags *diag.Diagnostics) bool {
	if planned.UserdataAll.IsNull() {
		return planned.Userdata.IsNull()
	}
	return tfvalue.IsWhollyKnown(planned.Userdata) && planned.UserdataAll.Equal(userdataFor(r.Clients, planned.ownUserdata(ctx, diags)))
}

// importedUserdata is the userdata of a schedule that is not the provider's default.
func importedUserdata(c *pe.Clients, userdata map[string]any) types.Map {
	own := map[string]any{}
	for key, value := range userdata {
		if byDefault, ok := c.DefaultUserdata[key]; !ok || byDefault != value {
			own[key] = value
		}
	}
	return jobvalue.UserdataValue(own)
}
